"""The one font that comes along: for sheets and pictures that must look the same on every machine.

``bimcheck/data/fonts`` says where it is from; it covers GB 2312 and the 通用规范汉字表, not every character there is.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib import resources
from pathlib import Path

FAMILY = "Bimcheck Sans SC"
MISSING = "〓"
"""What Chinese printers set where they lack a character."""


def font_file() -> AbstractContextManager[Path]:
    """The font as a file, for libraries that want a path."""
    return resources.as_file(resources.files("bimcheck.data").joinpath("fonts", "BimcheckSansSC-Regular.otf"))


@cache
def _coverage() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # the library carries no types

    with font_file() as path, TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def lacking(text: str) -> str:
    """The characters of a text that the font does not have, each once, in order."""
    covered = _coverage()
    return "".join(dict.fromkeys(character for character in text if ord(character) not in covered))


def printable(text: str) -> str:
    """The text with a sign for each character that the font lacks: left as they are, they would print as nothing."""
    covered = _coverage()
    return "".join(character if ord(character) in covered else MISSING for character in text)
