"""Checking again on every save: when files have settled, and the page that reloads itself meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_REFRESH = '<meta http-equiv="refresh" content="{seconds}">'
_LIST = '<details id="readiness">'

Signature = tuple[tuple[int, int] | None, ...]


def saves(paths: Sequence[Path], wait: Callable[[], None], *, settled: int = 2) -> Iterator[Signature]:
    """Yield at once, then every time a file has changed and none has changed for ``settled`` waits since.

    A program that saves by writing a new file and renaming it is one save: files that are away are waited for. The
    caller sets the pace by ``wait``.
    """
    seen: Signature | None = None
    before, quiet = signature(paths), settled
    while True:
        if quiet >= settled and before != seen and None not in before:
            seen = before
            yield seen
        wait()
        now = signature(paths)
        quiet = quiet + 1 if now == before else 0
        before = now


def signature(paths: Sequence[Path]) -> Signature:
    """When each file was last written, in nanoseconds, and its size; ``None`` for one that is not there."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((state.st_mtime_ns, state.st_size))
    return tuple(found)


def live_page(page: str, seconds: int = 2) -> str:
    """The page as one leaves it open: it loads itself anew, and its list of what is missing stands open.

    Reloading is the browser's own, so that the page's security policy stays as it is and places and choices are kept.
    """
    reloading = page.replace("</head>", _REFRESH.format(seconds=seconds) + "\n</head>", 1)
    return reloading.replace(_LIST, _LIST.replace(">", " open>"), 1)
