"""Reports of a review. Every module here that does not begin with an underscore is a format, named as the module is.

A format has ``SUFFIX`` (of the file), ``MEDIA_TYPE`` and ``render(review, language) -> str | bytes``, pure and the
same byte for byte every time. Putting a module into this folder is all it takes to add one.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

from bimcheck.errors import UsageError

if TYPE_CHECKING:
    from bimcheck.review import Review
    from bimcheck.text import Language


class Reporter(Protocol):
    """What every module of a format offers."""

    SUFFIX: str
    MEDIA_TYPE: str

    def render(self, review: Review, language: Language) -> str | bytes:
        """The report."""


def formats() -> tuple[str, ...]:
    """The names of all formats; none of them is imported for that."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))


def reporter(format_: str) -> Reporter:
    """The module that writes a format.

    Raises:
        UsageError: there is no such format.
    """
    if format_ not in formats():
        known = ", ".join(formats())
        raise UsageError(
            f"没有“{format_}”这种报告格式，可用：{known}", f"no report format “{format_}”; there are: {known}"
        )
    return cast("Reporter", import_module(f"{__name__}.{format_}"))


def render(review: Review, format_: str, language: Language = "zh") -> str | bytes:
    """The review in one format.

    Raises:
        UsageError: there is no such format.
    """
    return reporter(format_).render(review, language)
