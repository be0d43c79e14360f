"""BIM Collaboration Format 2.1, which every viewer opens: what is open, where it is in the model, and how it looks.

A second import of a later review updates the topics of the first.
"""

from __future__ import annotations

from typing import Final

from bimcheck.reporters._bcf import pack
from bimcheck.review import Review
from bimcheck.text import Language

SUFFIX: Final = ".bcfzip"
MEDIA_TYPE: Final = "application/octet-stream"


def render(review: Review, language: Language = "zh") -> bytes:
    """The archive; titles are in ``language``, descriptions in both."""
    return pack(review, language, "2.1")
