"""BIM Collaboration Format 3.0, for programs that ask for it; older viewers fail on it, so ``bcf`` writes 2.1."""

from __future__ import annotations

from typing import Final

from bimcheck.reporters._bcf import pack
from bimcheck.review import Review
from bimcheck.text import Language

SUFFIX: Final = ".bcf"
MEDIA_TYPE: Final = "application/octet-stream"


def render(review: Review, language: Language = "zh") -> bytes:
    """The archive; titles are in ``language``, descriptions in both."""
    return pack(review, language, "3.0")
