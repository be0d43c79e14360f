"""A real browser for tests, driven over a pipe by Chromium's own protocol: keys, clicks, screens, paper."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
_AS_CHROMIUM_WANTS_IT = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 64) for end in sys.argv[1:3]]
for end, place in zip(ends, (3, 4)):
    os.dup2(end, place)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Orders come in at descriptor 3, answers go out at 4."""
_KEYS = {"Tab": 9, "Enter": 13, "ArrowRight": 39}


class Browser:
    """One page in headless Chromium."""

    def __init__(self, profile: Path) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--hide-scrollbars", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AS_CHROMIUM_WANTS_IT, str(orders), str(answers), *command],
            pass_fds=(orders, answers),
            stderr=subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        self._number = 0
        self._received = b""
        self._session: str | None = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._orders)
        os.close(self._answers)

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send an order and wait for its answer."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            order["sessionId"] = self._session
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                return dict(message["result"])

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            more = os.read(self._answers, 1 << 16)
            assert more, "the browser has ended"
            self._received += more
        first, _, self._received = self._received.partition(b"\0")
        return dict(json.loads(first))

    def open(self, file: Path, fragment: str = "", *, width: int = 1280) -> None:
        """Load a page from its file and wait until it has loaded."""
        phone = width < 600
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=phone)
        self.ask("Page.navigate", url="about:blank")  # else a fragment alone would load nothing
        self.ask("Page.navigate", url=file.as_uri() + fragment)
        while self.run("document.readyState") != "complete" or self.run("location.protocol") != "file:":
            pass

    def run(self, script: str) -> Any:
        """The value of an expression in the page; the page's own security policy holds all the same."""
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def until(self, script: str, value: object, seconds: float = 10.0) -> None:
        """Wait until an expression has a value: pages answer to clicks and keys in their own time."""
        end = time.monotonic() + seconds
        while (found := self.run(script)) != value:
            assert time.monotonic() < end, f"{script} is {found}, not {value}"
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """A key on the keyboard, down and up."""
        more = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_KEYS[key],
                **(more if kind == "keyDown" else {}),
            )  # fmt: skip

    def click(self, selector: str) -> None:
        """The mouse on the middle of the first element that matches, scrolled into view."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'});"
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def paper(self) -> bytes:
        """The page as it is printed on A4."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
