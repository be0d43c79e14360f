"""Checking on every save: one check a save, none of a half-written file, and a page that reloads itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
import review_factory as factory

from bimcheck.reporters import render
from bimcheck.watch import live_page, saves, signature

SAMPLE = Path(__file__).parents[1] / "sample_models" / "chain" / "3-construction.ifc"


class Script:
    """What happens to the file from one look to the next; after the last step the watching ends."""

    def __init__(self, *steps: Callable[[], object] | None) -> None:
        self._steps = iter(steps)
        self.looks = 0

    def __call__(self) -> None:
        """Let one step happen."""
        self.looks += 1
        try:
            step = next(self._steps)
        except StopIteration:
            raise KeyboardInterrupt from None
        if step is not None:
            step()


def seen(path: Path, script: Script) -> list[int]:
    """At which looks a check would have been made."""
    found: list[int] = []
    with suppress(KeyboardInterrupt):
        found.extend(script.looks for _ in saves([path], script))
    return found


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.ifc"
    path.write_text("1")
    return path


def test_the_first_check_is_made_at_once_and_no_other_without_a_save(model: Path) -> None:
    assert seen(model, Script(None, None, None, None)) == [0]


def test_a_save_is_checked_once_it_has_settled(model: Path) -> None:
    """Written at the second look, unchanged at the next two."""
    assert seen(model, Script(None, lambda: model.write_text("22"), None, None, None, None)) == [0, 4]


def test_a_file_that_grows_is_waited_for(model: Path) -> None:
    grow = [lambda n=n: model.write_text("x" * n) for n in range(2, 6)]
    assert seen(model, Script(*grow, None, None, None)) == [0, 6]


def test_a_file_replaced_by_renaming_is_one_save(model: Path) -> None:
    def replaced() -> None:
        (model.parent / "new").write_text("333")
        (model.parent / "new").replace(model)

    assert seen(model, Script(model.unlink, None, None, replaced, None, None, None)) == [0, 6]


def test_a_file_saved_as_it_was_is_not_checked_again(model: Path) -> None:
    """Touched and set back: the same time and size are the same file."""
    state = model.stat()
    touch = lambda: os.utime(model, ns=(state.st_atime_ns, state.st_mtime_ns))  # noqa: E731  one step of the script
    assert seen(model, Script(touch, None, None, None)) == [0]


def test_every_watched_file_counts(model: Path) -> None:
    brief = model.parent / "brief.toml"
    brief.write_text("a")
    assert signature([model, brief, model.parent / "none"])[2] is None
    script = Script(lambda: brief.write_text("bb"), None, None, None)
    looks: Iterator[object] = saves([model, brief], script)
    assert len(list(islice(looks, 2))) == 2


def test_the_live_page_reloads_and_opens_its_list() -> None:
    page = str(render(factory.review(), "html"))
    live = live_page(page)
    assert live.count('http-equiv="refresh"') == 1
    assert live.index('http-equiv="refresh"') < live.index("</head>")
    assert '<details id="readiness" open>' in live
    assert 'http-equiv="refresh"' not in page


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")
def test_watch_rewrites_the_page_on_save_and_leaves_a_plain_one_behind(tmp_path: Path) -> None:
    model, page = tmp_path / "m.ifc", tmp_path / "m.html"
    model.write_bytes(SAMPLE.read_bytes())
    run = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
    watching = subprocess.Popen(
        [sys.executable, "-P", "-c", run, "watch", str(model), "-o", str(page), "--stage", "construction"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def until(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert watching.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)

    try:
        until(page.exists)
        assert "220.00 ㎡" in page.read_text("utf-8")
        model.write_bytes(b"ISO-10303-21; half")  # an unreadable save leaves the page as it was
        time.sleep(2.0)
        model.write_bytes(SAMPLE.with_name("2-preliminary.ifc").read_bytes())
        until(lambda: "240.00 ㎡" in page.read_text("utf-8"))
        assert 'http-equiv="refresh"' in page.read_text("utf-8")
        watching.send_signal(signal.SIGINT)
        out, err = watching.communicate(timeout=30)
    finally:
        watching.kill()
    assert watching.returncode == 0
    assert 'http-equiv="refresh"' not in page.read_text("utf-8")
    assert out.decode().startswith("施工阶段审查")
    assert page.as_uri() in err.decode()
