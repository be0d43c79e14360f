"""The layers hold: data flows one way, file formats stay with the readers, and heavy libraries are imported late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "bimcheck"

# Each layer may import those before it, never those after it. A module stands in the first layer that names it.
LAYERS = (
    ("text", "terms", "errors", "files", "storey_names", "data"),
    ("model", "brief"),
    ("site_words",),
    ("readers",),
    ("review", "history"),
    ("rooms",),
    ("measures",),
    ("rules", "schema"),
    ("notation", "drawing"),
    ("chain", "decisions", "survey", "readiness"),
    ("reporters",),
    ("annotate",),
    ("pipeline",),
    ("isolation", "delivery", "batch", "cache", "watch"),
    ("cli",),
)
FORMAT_LIBRARIES = {"ifcopenshell", "ezdxf"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"), path


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it; those under TYPE_CHECKING count too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    top = module.split(".")[0]
    return next((index for index, names in enumerate(LAYERS) if top in names), None)


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_lower_layers_never_import_higher_ones(module: str, path: Path) -> None:
    own = layer_of(module)
    if own is None:
        return
    for name in imported(path):
        if name.startswith("bimcheck."):
            other = layer_of(name.removeprefix("bimcheck."))
            assert other is None or other <= own, f"{module} imports {name}"


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_only_readers_and_annotators_know_file_formats(module: str, path: Path) -> None:
    if module.split(".")[0] in ("readers", "annotate"):
        return
    assert not {name.split(".")[0] for name in imported(path)} & FORMAT_LIBRARIES


def test_version_and_help_load_nothing_heavy() -> None:
    """What ``--version`` imports: no geometry, no file formats, no pydantic, no templates."""
    code = "import sys; import bimcheck.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"shapely", "numpy", "ifcopenshell", "ezdxf", "pydantic", "jinja2", "rich", "pyvoronoi"}
    assert not heavy & set(loaded)


def test_every_module_stands_in_a_layer() -> None:
    """A module that no layer names would escape the rule above."""
    known = {name for names in LAYERS for name in names} | {"", "__main__", "__init__"}
    assert {module.split(".")[0] for module, _ in modules()} <= known
