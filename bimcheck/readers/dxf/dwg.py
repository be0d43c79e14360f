"""DWG through a converter that the user has installed: ODA File Converter, or dwg2dxf of GNU LibreDWG.

Neither comes with bimcheck and neither is a Python package; both are looked for on the search path. A confined check
starts no other program: it names the command that the user can run beforehand.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path

from bimcheck.errors import UnreadableModelError, UnsupportedModelError
from bimcheck.model import Note
from bimcheck.text import Text

_SECONDS = 600
_RELEASES = {
    b"AC1012": "R13", b"AC1014": "R14", b"AC1015": "2000", b"AC1018": "2004", b"AC1021": "2007", b"AC1024": "2010",
    b"AC1027": "2013", b"AC1032": "2018",
}  # fmt: skip


def converted(path: Path) -> tuple[bytes, Note]:
    """The drawing as DXF, and a note that says which program made it.

    Raises:
        UnsupportedModelError: no converter is installed, or this process may not start one.
        UnreadableModelError: the converter gave no DXF.
    """
    odafc = import_module("ezdxf.addons.odafc")  # here, because it looks for the converter when imported
    libre = shutil.which("dwg2dxf")
    if not odafc.is_installed() and libre is None:
        raise UnsupportedModelError(*_ask_for_dxf(path))
    name = "ODA File Converter" if odafc.is_installed() else "LibreDWG"
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "drawing.dwg", Path(folder) / "drawing.dxf"
        try:
            shutil.copyfile(path, source)  # a DWG that was renamed must have its own ending again
            if odafc.is_installed():
                odafc.convert(source, target, version="R2018", audit=True)
            else:
                _by_libredwg(libre or "", source, target)
            return target.read_bytes(), _note(path, name, is_complete=odafc.is_installed())
        except PermissionError:
            raise UnsupportedModelError(*_run_beforehand(path, libre)) from None
        except (odafc.ODAFCError, subprocess.SubprocessError, OSError, ValueError) as error:
            reason = str(error).replace("\n", " ")[:120]
            raise UnreadableModelError(
                f"{path.name}：{name} 未能转换此 DWG（{reason}），请在 CAD 中另存为 DXF 后再审",
                f"{path.name}: {name} could not convert this DWG ({reason}): save it as DXF in CAD",
            ) from None


def _by_libredwg(program: str, source: Path, target: Path) -> None:
    arguments = [program, "-y", "-o", str(target), str(source)]
    subprocess.run(arguments, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603  # the user installed it


def _note(path: Path, program: str, *, is_complete: bool) -> Note:
    text = Text(
        f"{path.name} 是 DWG，由本机的 {program} 转换为 DXF 后读取"
        + ("" if is_complete else "；转换可能不完整，请核对"),
        f"{path.name} is a DWG, read as the DXF that {program} on this machine made of it"
        + ("" if is_complete else "; it may be incomplete: check it"),
    )
    return Note("dwg-converted", "info" if is_complete else "warning", text)


def _run_beforehand(path: Path, libre: str | None) -> tuple[str, str]:
    dxf = path.with_suffix(".dxf").name
    command = f"ODAFileConverter {path.parent} . ACAD2018 DXF 0 1 {path.name}"
    if libre is not None:
        command = f"dwg2dxf -o {dxf} {path.name}"
    return (
        f"{path.name} 是 DWG 文件，审查过程不启动其他程序：请先运行 {command}，再审 {dxf}",
        f"{path.name} is a DWG, and a check starts no other program: run {command} first, then check {dxf}",
    )


def _ask_for_dxf(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        release = _RELEASES.get(file.read(6), "")
    zh, en = (f"（AutoCAD {release}）", f" (AutoCAD {release})") if release else ("", "")
    return (
        f"{path.name} 是 DWG 文件{zh}：请在 CAD 中用 SAVEAS 另存为“AutoCAD 2018 DXF”（天正图先“图形导出”为 T3）后再审",
        f"{path.name} is a DWG{en}: save it in CAD as 'AutoCAD 2018 DXF' with SAVEAS (TArch: export as T3 first)",
    )
