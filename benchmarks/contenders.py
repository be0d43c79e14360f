"""Who is measured: whole checks, and what others do with the same file. What is not installed is left out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

IDS = """<?xml version="1.0" encoding="UTF-8"?>
<ids xmlns="http://standards.buildingsmart.org/IDS" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><info><title>rooms</title></info><specifications>
<specification name="rooms are named" ifcVersion="IFC2X3 IFC4"><applicability minOccurs="0" maxOccurs="unbounded">
<entity><name><simpleValue>IFCSPACE</simpleValue></name></entity></applicability><requirements>
<attribute cardinality="required"><name><simpleValue>LongName</simpleValue></name></attribute></requirements>
</specification></specifications></ids>"""
"""The least an IDS can ask: that every space has a long name."""

_BYTES = "import sys\nwith open(sys.argv[1], 'rb') as f:\n while f.read(1 << 22): pass"
_OPEN = "import sys, ifcopenshell; ifcopenshell.open(sys.argv[1])"
_SPACES = "import sys, ifcopenshell as i; print(len(i.open(sys.argv[1], lazy=True).by_type('IfcSpace')))"
_GEOMETRY = (
    "import sys, ifcopenshell, ifcopenshell.geom as g\n"
    "f = ifcopenshell.open(sys.argv[1])\ni = g.iterator(g.settings(), f, 1)\n"
    "more = i.initialize()\nwhile more: more = i.next()"
)
_IDS = (
    "import sys, ifcopenshell\nfrom ifctester import ids\n"
    "ids.open(sys.argv[2]).validate(ifcopenshell.open(sys.argv[1]))"
)
_IFCFAST = "import sys, ifcfast; ifcfast.open(sys.argv[1])"
_WEB_IFC = (
    "const w = require('web-ifc'), fs = require('fs'); const a = new w.IfcAPI();"
    "a.Init().then(() => { const m = a.OpenModel(fs.readFileSync(process.argv[1]));"
    "a.GetLineIDsWithType(m, w.IFCSPACE).size(); process.exit(0) })"
)
_EZDXF = "import sys, ezdxf; ezdxf.readfile(sys.argv[1])"
_CHECK = "from bimcheck.cli import main; main()"

Command = Callable[[Path, Path], Sequence[str]]
"""From the model and a folder to write to, the command line."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A whole process over one file.

    ``most_mb`` spares those that would take hours; ``reference`` is what all the others are compared with. ``statuses``
    are the exit codes of success. One that is ``warm`` runs once before it is measured, so that the cache is filled.
    """

    name: str
    suffix: str
    command: Command
    present: Callable[[], bool] = lambda: True
    most_mb: float = float("inf")
    reference: bool = False
    statuses: tuple[int, ...] = (0,)
    warm: bool = False


def contenders() -> tuple[Contender, ...]:
    """Everybody who is installed here."""
    both = [each for suffix in (".ifc", ".dxf") for each in _of_every_format(suffix)]
    found = (
        *both,
        Contender("ifcopenshell.open", ".ifc", _python(_OPEN), _has("ifcopenshell"), reference=True),
        Contender("ifcopenshell.open, lazy, spaces", ".ifc", _python(_SPACES), _has("ifcopenshell")),
        Contender("ifcopenshell, all geometry", ".ifc", _python(_GEOMETRY), _has("ifcopenshell"), most_mb=12),
        Contender("ifctester, one requirement", ".ifc", _with_ids, _has("ifctester")),
        Contender("ifcfast.open", ".ifc", _python(_IFCFAST), _has("ifcfast")),
        Contender("web-ifc, open and spaces", ".ifc", lambda m, _: ("node", "-e", _WEB_IFC, str(m)), _web_ifc),
        Contender("ezdxf.readfile", ".dxf", _python(_EZDXF), _has("ezdxf"), reference=True),
    )
    return tuple(each for each in found if each.present())


def _of_every_format(suffix: str) -> Sequence[Contender]:
    verdicts = (0, 1, 3)
    return (
        Contender("**bimcheck, whole check**", suffix, _check("--no-cache"), statuses=verdicts),
        Contender("bimcheck, the same again", suffix, _check(), statuses=verdicts, warm=True),
        Contender("one pass over the bytes", suffix, _python(_BYTES)),
    )


def _python(code: str) -> Command:
    return lambda model, _: (sys.executable, "-c", code, str(model))


def _check(*options: str) -> Command:
    """A check from the shell to a written JSON and HTML report."""
    return lambda model, folder: (
        sys.executable, "-c", _CHECK, str(model), "--format", "json", "--format", "html", "-o", str(folder), *options,
    )  # fmt: skip


def _with_ids(model: Path, folder: Path) -> Sequence[str]:
    asked = folder / "rooms.ids"
    asked.write_text(IDS, "utf-8")
    return sys.executable, "-c", _IDS, str(model), str(asked)


def _has(module: str) -> Callable[[], bool]:
    return lambda: find_spec(module) is not None


def _web_ifc() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    asked = subprocess.run((node, "-e", "require('web-ifc')"), check=False, capture_output=True)  # noqa: S603 # fixed
    return asked.returncode == 0
