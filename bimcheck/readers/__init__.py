"""Readers: the only modules that know file formats; each returns a BuildingModel.

Which reader takes a file is decided by its first bytes, and by its suffix only where these say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from bimcheck.errors import UnreadableModelError, UnsupportedModelError, UsageError
from bimcheck.model import BuildingModel

_HEAD_BYTES = 1 << 16
_COMMENTS = re.compile(rb"(?:\s*/\*.*?\*/)+\s*", re.DOTALL)


def read_model(
    paths: Path | Sequence[Path],
    unit: str | None = None,
    layers: Mapping[str, str] | None = None,
    *,
    full: bool = False,
) -> BuildingModel:
    """Read a model: one IFC file, or one or several drawings of the same project.

    Args:
        paths: the file, or several drawings (a storey each, and a site plan).
        unit: length unit to believe instead of the file's.
        layers: how a drawing's layers are to be understood, beyond what is known.
        full: load the whole of each file, even where a part of it is known to be enough: slower, with the same result.

    Raises:
        ModelError: no such file, damaged, or of a kind that is not read.
        UsageError: several files that are not all drawings, or a unit that cannot be told.
    """
    files = [paths] if isinstance(paths, Path) else list(paths)
    kinds = {_kind(path) for path in files}
    if kinds == {"dxf"}:
        from bimcheck.readers.dxf import read_dxf

        return read_dxf(files, unit, layers, full=full)
    if len(files) > 1:
        raise UsageError(
            "只有 DXF 图纸可以几个文件合为一个项目（--as-one）", "only DXF drawings can be read as one (--as-one)"
        )
    from bimcheck.readers.ifc import read_ifc

    return read_ifc(files[0], unit, full=full)


def _kind(path: Path) -> Literal["ifc", "dxf"]:
    try:
        if path.is_dir():
            raise UnreadableModelError(f"{path} 是文件夹，不是模型", f"{path} is a folder, not a model")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableModelError(
            f"读不到 {path}：{error.strerror}", f"cannot read {path}: {error.strerror}"
        ) from None
    if not head:
        raise UnreadableModelError(f"{path.name} 是空文件", f"{path.name} is empty")
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()
    suffix = path.suffix.lower()
    if text.startswith(b"AC10") and text[4:6].isdigit():
        return "dxf"  # a DWG whatever it is named; the drawing reader says how to export it
    if leading := _COMMENTS.match(text):  # STEP allows them before its first word, and some exporters sign there
        text = text[leading.end() :]
    if text[:12].upper() == b"ISO-10303-21" or text.startswith((b"PK\x03\x04", b"<")):
        return "ifc"
    if text.startswith(b"AutoCAD Binary DXF") or text.split(b"\n")[0].strip() in (b"0", b"999"):
        return "dxf"
    if suffix in (".dxf", ".dwg", ".dxb"):
        return "dxf"
    if suffix in (".ifc", ".ifczip", ".ifcxml", ".stp", ".step"):
        return "ifc"
    raise UnsupportedModelError(
        f"{path.name} 既不是 IFC 也不是 DXF 文件", f"{path.name} is neither an IFC nor a DXF file"
    )
