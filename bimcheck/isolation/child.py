"""The process that does one check: ``python -P -m bimcheck.isolation.child FOLDER``.

Steps go out on standard output, a JSON line each, as they begin. What libraries print goes to ``log.txt`` in the
folder; where the interpreter itself was brought down, ``fault.txt`` says in which function.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NoReturn

from bimcheck.isolation.job import FAULT, LOG, Job
from bimcheck.isolation.limits import confine, impose
from bimcheck.isolation.loading import load, reporter_modules
from bimcheck.text import Text


def die_with_parent() -> None:
    """End this process when the one that started it is gone: a killed supervisor leaves nothing running.

    Linux sees to it. Elsewhere a thread looks once a second; it cannot while native code holds the interpreter, then
    the limit on processor time ends it.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
            libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans below stay findable
            if os.getppid() == parent:
                return
    if sys.platform == "win32":
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main(folder: Path) -> NoReturn:
    """Do the job in the folder and leave; the status says nothing, the outcome in the folder says all."""
    die_with_parent()
    steps = os.dup(1)
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    fault = (folder / FAULT).open("w")
    faulthandler.enable(fault)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGTERM, fault)
    job, limits = Job.read(folder)
    impose(limits)
    load(reporter_modules(job.formats))
    from bimcheck.isolation.perform import attempt

    temporary = folder / "tmp"
    temporary.mkdir()
    tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)  # unpacked models lie within the check's own folder
    confine(folder)

    def tell(step: Text) -> None:
        with contextlib.suppress(OSError):
            os.write(steps, json.dumps({"step": step}).encode() + b"\n")

    attempt(job, folder, limits, tell).write(folder)
    sys.stdout.flush()
    os._exit(0)  # no tearing down: a library that crashes on its way out changes nothing


if __name__ == "__main__":
    main(Path(sys.argv[1]))
