"""``python -m benchmarks``: generate, measure side by side, and write a table, a CSV and plots."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

from benchmarks import block, bulk
from benchmarks.contenders import contenders
from benchmarks.measure import Result, compare
from benchmarks.plot import svg
from benchmarks.table import as_csv, markdown
from sample_models.drawing import write_dxf, write_ifc

_PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_START, _END = "<!-- last run -->\n", "<!-- end of last run -->"


def generated(folder: Path, megabytes: float, suffix: str) -> Path:
    """The block of so many megabytes; made once and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"block-{megabytes:g}{suffix}"
    if not target.exists():
        small, design = folder / f"small{suffix}", block.block(*((3, 8) if megabytes < 5 else ()))
        (write_ifc if suffix == ".ifc" else write_dxf)(design, small)
        partial = target.with_suffix(".partial")
        (bulk.enlarge_ifc if suffix == ".ifc" else bulk.enlarge_dxf)(small, partial, megabytes)
        partial.replace(target)
    return target


def rooms(folder: Path, count: int, suffix: str) -> Path:
    """The building of so many service rooms; made once and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"rooms-{count}{suffix}"
    if not target.exists():
        (write_ifc if suffix == ".ifc" else write_dxf)(block.rooms(count), target)
    return target


def main(arguments: list[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="further models to measure")
    parser.add_argument("--sizes", nargs="*", type=float, default=[1, 10, 100, 500], help="MB of generated files")
    parser.add_argument("--rooms", nargs="*", type=int, default=[], help="service rooms of further generated files")
    parser.add_argument("--formats", nargs="*", default=["ifc", "dxf"], choices=["ifc", "dxf"])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; medians are shown")
    parser.add_argument("--only", default="", help="only contenders whose name has this")
    parser.add_argument("--folder", type=Path, default=Path("build/benchmarks"), help="where files and results go")
    parser.add_argument("--page", action="store_true", help="show the run in docs/performance.md")
    asked = parser.parse_args(arguments)
    suffixes = [f".{name}" for name in asked.formats]
    models = [generated(asked.folder, size, suffix) for suffix in suffixes for size in asked.sizes]
    models += [rooms(asked.folder, count, suffix) for suffix in suffixes for count in asked.rooms]
    everybody = [each for each in contenders() if asked.only in each.name or each.reference]
    results: list[Result] = []
    for model in [*models, *asked.files]:
        results += compare(model, everybody, asked.repeats, lambda line: print(line, file=sys.stderr))  # noqa: T201 # a command
        _write(asked.folder, results)
    if asked.page:
        _show(results)
    print(markdown(results))  # noqa: T201 # a command


def _write(folder: Path, results: list[Result]) -> None:
    folder.joinpath("results.md").write_text(markdown(results), "utf-8")
    folder.joinpath("results.csv").write_text(as_csv(results), "utf-8")
    for suffix in {result.suffix for result in results}:
        folder.joinpath(f"results{suffix}.svg").write_text(svg(results, suffix), "utf-8")


def _show(results: list[Result]) -> None:
    """Put table and plots into the page, between its two marks."""
    before, _, rest = _PAGE.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    pictures = []
    for suffix in sorted({result.suffix for result in results}, reverse=True):
        name = f"performance-{suffix[1:]}.svg"
        _PAGE.with_name(name).write_text(svg(results, suffix), "utf-8")
        pictures.append(f"![seconds over megabytes, {suffix[1:].upper()}]({name})\n")
    with_what = f"{os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()}\n"
    shown = "\n".join([with_what, markdown(results), *pictures])
    _PAGE.write_text(f"{before}{_START}{shown}{_END}{after}", "utf-8")


if __name__ == "__main__":
    main()
