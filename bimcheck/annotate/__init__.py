"""Back into the model: a reviewed copy of the submitted file, for the designer's own program.

The submitted file is never touched, and the copy adds to what it holds: property sets and colours in an IFC, layers
of our own in a drawing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bimcheck.errors import UnreadableModelError, UsageError
from bimcheck.files import write_whole
from bimcheck.review import Review

__all__ = ["annotate", "annotated"]


def annotate(review: Review, original: Path, destination: Path, layers: Mapping[str, str] | None = None) -> None:
    """Write the reviewed copy of the file that was reviewed; ``layers`` is the brief's layer map.

    Raises:
        UsageError: the destination is the original, or the original is not what was reviewed.
        ModelError: the original cannot be read any more.
    """
    if destination.exists() and original.exists() and destination.samefile(original):
        raise UsageError(
            f"{destination} 就是送审文件本身，不能覆盖；请另选文件名",
            f"{destination} is the submitted file itself, which is never touched; choose another name",
        )
    write_whole(destination, annotated(review, original, layers))


def annotated(review: Review, original: Path, layers: Mapping[str, str] | None = None) -> bytes:
    """The content of the reviewed copy, the same byte for byte every time.

    Raises:
        UsageError: the file is not the one that was reviewed, or several drawings were reviewed as one.
        ModelError: the file cannot be read.
    """
    try:
        found = hashlib.sha256(original.read_bytes()).hexdigest()
    except OSError as error:
        raise UnreadableModelError(
            f"读不到文件 {original}：{error.strerror}", f"cannot read {original}: {error.strerror}"
        ) from None
    if found != review.source.sha256:
        raise UsageError(
            f"{original} 不是所审查的文件（SHA-256 不同，或几张图合并审查）：请对每个文件单独审查后标注",
            f"{original} is not the file that was reviewed (another SHA-256, or several drawings reviewed as one):"
            " review and annotate each file by itself",
        )
    if review.source.format == "IFC":
        from bimcheck.annotate import ifc

        return ifc.reviewed_copy(review, original)
    from bimcheck.annotate import dxf

    return dxf.reviewed_copy(review, original, layers)
