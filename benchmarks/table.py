"""The results as a table for people, as CSV, and the exponent by which time grows with size."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from benchmarks.measure import Result

_SMALLEST_MB = 5.0
"""Below this the start of Python is most of the time, and growth says nothing."""


def exponent(results: Sequence[Result]) -> float | None:
    """The b of time = a · sizeᵇ, least squares on logarithms; ``None`` from fewer than two sizes."""
    points = [(math.log(r.megabytes), math.log(r.seconds)) for r in results if r.megabytes >= _SMALLEST_MB]
    if len({x for x, _ in points}) < 2:
        return None
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    above: float = sum((x - middle_x) * (y - middle_y) for x, y in points)
    spread: float = sum((x - middle_x) ** 2 for x, _ in points)
    return above / spread


def markdown(results: Sequence[Result]) -> str:
    """A table a format: contenders down, files across; seconds, the ratio to the reference, peak memory in MB."""
    parts = []
    for suffix in sorted({result.suffix for result in results}, reverse=True):
        own = [result for result in results if result.suffix == suffix and result.failed is None]
        files = sorted({(result.megabytes, result.file) for result in own})
        reference = {result.file: result for result in own if result.reference}
        head = [f"{suffix[1:].upper()}: s · ratio · MB", *(f"{size:.0f} MB `{file}`" for size, file in files), "growth"]
        lines = [head, ["---"] * len(head)]
        for name in dict.fromkeys(result.name for result in own):
            of_file = {result.file: result for result in own if result.name == name}
            generated = [result for result in of_file.values() if result.file.startswith("block")]
            cells = [_cell(of_file.get(file), reference.get(file)) for _, file in files]
            growth = exponent(generated)
            lines.append([name, *cells, "" if growth is None else f"{growth:.2f}"])
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def _cell(result: Result | None, reference: Result | None) -> str:
    if result is None:
        return "—"
    ratio = "—" if reference is None else f"{result.seconds / reference.seconds:.2f}"
    return f"{result.seconds:.2f} · {ratio} · {result.memory_mb:.0f}"


def as_csv(results: Sequence[Result]) -> str:
    """Every result on a line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["contender", "file", "megabytes", "seconds_median", "seconds_fastest", "peak_memory_mb", "failed"])
    for r in results:
        numbers = [f"{value:.3f}" for value in (r.megabytes, r.seconds, r.fastest, r.memory_mb)]
        writer.writerow([r.name.strip("*"), r.file, *numbers, "" if r.failed is None else r.failed])
    return out.getvalue()
