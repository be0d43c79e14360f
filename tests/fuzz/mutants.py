"""Seeded mutants of the samples, each checked like any model: what may come out is a documented ending, or it is a bug.

A run is repeated exactly by its seed; one mutant by its number::

    python -m tests.fuzz.mutants --count 10000 --jobs 2 --keep failures
    python -m tests.fuzz.mutants --only 4711 --keep failures
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import tempfile
import threading
import time
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bimcheck.isolation import Job, Limits, Outcome
from bimcheck.isolation.nursery import Nursery

SAMPLES = Path(__file__).resolve().parents[2] / "sample_models"
LIMITS = Limits(time_s=60, memory_mb=1536, output_mb=256)
ENDINGS = {"judged": (0, 1, 3), "model": (2,), "request": (2,)}
"""What a mutant may end in. Running over a limit is a documented ending too, but no mutant of a small file may."""

_NUMBERS = [b"0", b"-1", b"1e999", b"-1.E308", b"NaN", b"1e-320", b"99999999999999999999", b"0.", b"$", b"*", b""]
_NAMES = [
    b"<script>alert(1)</script>", b"=1+1", b"\x1b[2J", b"\xb5\xb3\xc8\xba", "党群\u202e服务".encode(), b"\\X2\\515A",
    b"\\X2\\D800\\X0\\", b"''", b"\\", b"%s%n", b"\0", b"A" * 70_000, b"{{7*7}}", b"../../etc/passwd",
]  # fmt: skip
_NUMBER = re.compile(rb"(?<![#\w.])-?\d+\.?\d*(?:[eE][-+]?\d+)?")
_REFERENCE = re.compile(rb"#\d+")
_STRING = re.compile(rb"'(?:[^'\n]|'')*'")
_KEYWORD = re.compile(rb"\b(?:IFC[A-Z0-9]+|LWPOLYLINE|INSERT|TEXT|MTEXT|LINE|ARC|BLOCK|ENDBLK|HATCH|VERTEX|SEQEND)\b")


@dataclass(frozen=True)
class Sample:
    """A sample with the stage and brief it is meant for."""

    path: Path
    stage: str
    brief: str | None


@dataclass(frozen=True)
class Mutant:
    """A sample changed in a way that its number and the run's seed tell."""

    number: int
    sample: Sample
    kinds: tuple[str, ...]
    data: bytes


@dataclass(frozen=True)
class Verdict:
    """What a mutant ended in and, if that is not documented, what is wrong."""

    mutant: Mutant
    outcome: Outcome
    wrong: str | None


def samples() -> list[Sample]:
    """Every sample file, in order of name."""
    index = tomllib.loads((SAMPLES / "index.toml").read_text("utf-8"))["sample"]
    found: dict[str, Sample] = {}
    for entry in index:
        brief = str(SAMPLES / entry["brief"]) if "brief" in entry else None
        for name in (entry["file"], *entry.get("twins", ())):
            found[name] = Sample(SAMPLES / name, entry.get("stage", "scheme"), brief)
    return [found[name] for name in sorted(found)]


def mutant(seed: int, number: int, pool: list[Sample]) -> Mutant:
    """One mutant: a sample with one to four changes."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 # repeatable, not secret
    sample = chance.choice(pool)
    whole = sample.path.read_bytes()
    packed = sample.path.suffix == ".ifczip" and chance.random() < 0.7
    data = _unpacked(whole) if packed else whole
    kinds = []
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        change = chance.choice(_CHANGES)
        kinds.append(change.__name__.strip("_"))
        data = change(data, chance)
    return Mutant(number, sample, tuple(kinds), _packed(data) if packed else data)


def _unpacked(data: bytes) -> bytes:
    """The model in an archive; changes to the archive itself seldom get any further than its directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(archive.namelist()[0])


def _packed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("model.ifc"), data)
    return out.getvalue()


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 8, 64))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 10, 300, 5000)) :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + chance.randbytes(chance.choice((1, 16, 1000))) + data[start:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((20, 400, 4000))]
    return data[:start] + piece * chance.choice((2, 2, 20)) + data[start:]


def _lines(data: bytes, chance: random.Random) -> bytes:
    """Lose, double, swap or shuffle whole lines: the units both formats are made of."""
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 1, 5))):
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        act = chance.choice(["lose", "double", "swap", "wrap"])
        if act == "lose" and len(lines) > 1:
            del lines[first]
        elif act == "double":
            lines.insert(second, lines[first])
        elif act == "swap":
            lines[first], lines[second] = lines[second], lines[first]
        else:
            middle = len(lines[first]) // 2
            lines[first] = lines[first][:middle] + b"\n" + lines[first][middle:]
    return b"\n".join(lines)


def _replace(pattern: re.Pattern[bytes], data: bytes, chance: random.Random, values: Callable[[], bytes]) -> bytes:
    places = [match.span() for match in pattern.finditer(data)]
    chosen = sorted(chance.sample(places, min(len(places), chance.choice((1, 1, 3, 30)))), reverse=True)
    for start, end in chosen:
        data = data[:start] + values() + data[end:]
    return data


def _numbers(data: bytes, chance: random.Random) -> bytes:
    return _replace(_NUMBER, data, chance, lambda: chance.choice(_NUMBERS))


def _scale(data: bytes, chance: random.Random) -> bytes:
    return _replace(_NUMBER, data, chance, lambda: repr(chance.uniform(-1e5, 1e5)).encode())


def _references(data: bytes, chance: random.Random) -> bytes:
    """Point elsewhere: to things of another kind, to nothing, in circles."""
    all_of_them = _REFERENCE.findall(data)
    return _replace(_REFERENCE, data, chance, lambda: chance.choice([*all_of_them[:5000], b"#0", b"#999999999"]))


def _names(data: bytes, chance: random.Random) -> bytes:
    return _replace(_STRING, data, chance, lambda: b"'" + chance.choice(_NAMES) + b"'")


def _kinds(data: bytes, chance: random.Random) -> bytes:
    words = sorted(set(_KEYWORD.findall(data))) or [b"IFCROOT"]
    return _replace(_KEYWORD, data, chance, lambda: chance.choice([*words, b"IFCNOTHING", b"IFCROOT"]))


def _encode(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    ways: list[Callable[[], bytes]] = [
        lambda: b"\xef\xbb\xbf" + data,
        lambda: text.encode("utf-16"),
        lambda: text.encode("gb18030"),
        lambda: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: b"\0" * 512 + data,
    ]
    return chance.choice(ways)()


_CHANGES = [
    _flip, _truncate, _cut, _insert, _repeat, _lines, _lines, _numbers, _numbers, _scale, _references, _references,
    _names, _kinds, _encode,
]  # fmt: skip


def check(mutant: Mutant, nursery: Nursery, folder: Path) -> Verdict:
    """Check a mutant in an empty folder and judge the way it ended."""
    model = folder / mutant.sample.path.name
    model.write_bytes(mutant.data)
    work = folder / "check"
    work.mkdir()
    job = Job((str(model),), ("json", "html"), "2026-01-01", stage=mutant.sample.stage, brief=mutant.sample.brief)
    outcome = nursery.check(job, work, LIMITS)
    return Verdict(mutant, outcome, _wrong(mutant, outcome, work))


def _wrong(mutant: Mutant, outcome: Outcome, work: Path) -> str | None:
    if outcome.exit_code not in ENDINGS.get(outcome.cause, ()):
        return f"ended by {outcome.cause}"
    if outcome.cause != "judged":
        line = "" if outcome.message is None else outcome.message.zh + outcome.message.en
        return None if line.strip() else "said nothing"
    report = json.loads((work / "report.json").read_text("utf-8"), parse_constant=_no_constant)
    (work / "report.html").read_text("utf-8")
    if {"pass": 0, "fail": 1, "undetermined": 3}[report["verdict"]] != outcome.exit_code:
        return "verdict and exit code differ"
    if report["verdict"] == "pass" and mutant.kinds[-1] == "truncate" and not _has_end(mutant.data):
        return "was cut short and passes"
    return None


def _has_end(data: bytes) -> bool:
    """Whether the last line of either format is still there; an archive is whole or cannot be opened."""
    return data.startswith(b"PK") or b"END-ISO-10303-21" in data or data.rstrip().endswith(b"EOF")


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} in a report")


def run(seed: int, numbers: Iterator[int], jobs: int, seconds: float, hear: Callable[[Verdict], None]) -> None:
    """Check mutants until the numbers or the time run out."""
    pool, guard, deadline = samples(), threading.Lock(), time.monotonic() + seconds

    def work() -> None:
        nursery = Nursery()
        try:
            while time.monotonic() < deadline:
                with guard:
                    number = next(numbers, None)
                if number is None:
                    return
                with tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True) as name:
                    verdict = check(mutant(seed, number, pool), nursery, Path(name))
                with guard:
                    hear(verdict)
        finally:
            nursery.close()

    with ThreadPoolExecutor(jobs) as threads:
        for future in [threads.submit(work) for _ in range(jobs)]:
            future.result()


def main() -> int:
    """The command line of long runs."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--start", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--minutes", type=float, default=1e9)
    options.add_argument("--only", type=int, nargs="*", help="numbers of single mutants")
    options.add_argument("--keep", type=Path, help="folder for mutants that ended wrongly")
    asked = options.parse_args()
    endings: Counter[str] = Counter()
    failures = 0
    began = time.monotonic()

    def hear(verdict: Verdict) -> None:
        nonlocal failures
        endings[f"{verdict.outcome.cause} {verdict.outcome.exit_code}"] += 1
        if verdict.wrong is not None:
            failures += 1
            _tell(verdict, asked.keep)
        if (done := endings.total()) % 500 == 0:
            say(f"{done} done, {failures} wrong, {time.monotonic() - began:.0f} s, {dict(endings)}")

    numbers = asked.only if asked.only is not None else range(asked.start, asked.start + asked.count)
    run(asked.seed, iter(numbers), asked.jobs, 60 * asked.minutes, hear)
    say(f"{endings.total()} mutants, {failures} wrong: {dict(endings)}")
    return 1 if failures else 0


def _tell(verdict: Verdict, keep: Path | None) -> None:
    mutant, crash = verdict.mutant, verdict.outcome.crash or {}
    last = [
        f"{each['type']} at {frame['file']}:{frame['line']} {frame['function']}"
        for each in crash.get("exceptions", ())
        for frame in each["frames"][-1:]
    ] or [f"{frame['file']}:{frame['line']} {frame['function']}" for frame in crash.get("frames", ())[:3]]
    name, kinds = mutant.sample.path.name, ", ".join(mutant.kinds)
    say(f"mutant {mutant.number} of {name} ({kinds}): {verdict.wrong}: {'; '.join(last)}")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{mutant.number}-{mutant.sample.path.name}").write_bytes(mutant.data)
        (keep / f"{mutant.number}.json").write_text(json.dumps(crash, indent=1), "utf-8")


def say(line: str) -> None:
    """One line of progress."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
