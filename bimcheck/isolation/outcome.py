"""How a check ended: judged, refused, over a limit, crashed; each with its exit code and one line for the user."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from bimcheck.isolation.limits import Limits
from bimcheck.text import Text

Cause = Literal[
    "judged",  # a review was made; exit 0, 1 or 3
    "model",  # the model cannot be used; exit 2
    "request",  # the brief, the ruleset or an option cannot be used; exit 2
    "time", "memory", "processor", "output",  # over a limit; exit 2
    "killed",  # ended by somebody else, or by a system short of memory; exit 2
    "crash",  # a native library brought the process down; exit 4
    "defect",  # an exception nobody foresaw; exit 4
]  # fmt: skip

OUTCOME = "outcome.json"
"""The outcome, in the check's folder."""
_WORST_FIRST = (4, 1, 3, 2, 0)
_NATIVE_FAULTS = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGTRAP", "SIGSYS"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended.

    ``message`` is the one line for the user where there is no review. ``reports`` maps each format to the name of its
    file in the check's folder. ``summary`` is what a list of many checks shows of a review. ``crash`` is the content of
    the crash file where the tool itself is at fault.
    """

    cause: Cause
    exit_code: int
    message: Text | None = None
    reports: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    crash: Mapping[str, Any] | None = None
    seconds: float | None = None
    peak_memory_mb: int | None = None

    def write(self, folder: Path) -> None:
        """Leave the outcome in a folder, whole: it is there or it is not."""
        partial = folder / f".{OUTCOME}"
        partial.write_text(json.dumps(asdict(self), ensure_ascii=True, indent=1) + "\n", "ascii")
        partial.replace(folder / OUTCOME)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The outcome left in a folder; ``None`` where there is none, or none that can be read."""
        try:
            return cls.parsed((folder / OUTCOME).read_text("ascii"))
        except (OSError, UnicodeDecodeError):
            return None

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """The outcome that a text holds; ``None`` where it holds none."""
        try:
            data = json.loads(text)
            message = data.pop("message")
            return cls(**data, message=None if message is None else Text(*message))
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def measured(self, seconds: float, peak_memory_mb: int | None) -> Outcome:
        """The same with what the check used."""
        return replace(self, seconds=round(seconds, 3), peak_memory_mb=peak_memory_mb)


def joint_exit_code(codes: Sequence[int]) -> int:
    """The worst outcome of several models; an unreadable one among readable ones leaves the whole undetermined."""
    if 2 in codes and set(codes) != {2}:
        codes = [*codes, 3]
    return next(code for code in _WORST_FIRST if code in codes and (code != 2 or set(codes) == {2}))


def over_limit(cause: Cause, limits: Limits) -> Outcome:
    """The outcome of a check that was ended for using too much."""
    time, memory, output = f"{limits.time_s:g}", limits.memory_mb, limits.output_mb
    zh, en = {
        "time": (
            f"审查超过 {time} 秒，已中止；可用 --timeout 放宽时限",
            f"the check took longer than {time} s and was ended; --timeout allows more",
        ),
        "processor": (
            f"审查占用处理器超过 {limits.processor_s} 秒，已中止；可用 --timeout 放宽时限",
            f"the check used more than {limits.processor_s} s of processor time and was ended; --timeout allows more",
        ),
        "memory": (
            f"审查占用内存超过 {memory} MB，已中止；可用 --memory 放宽",
            f"the check used more than {memory} MB of memory and was ended; --memory allows more",
        ),
        "output": (
            f"审查输出超过 {output} MB，已中止",
            f"the check wrote more than {output} MB and was ended",
        ),
    }[cause]
    return Outcome(cause, 2, Text(zh, en))


def signalled(number: int) -> Outcome:
    """The outcome of a check that a signal ended, when it was not the supervisor that sent it."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if name in _NATIVE_FAULTS:
        zh = f"读取模型的程序库崩溃（{name}）；这是程序缺陷，请报告给我们"
        en = f"a library that reads models crashed ({name}); this is a defect, please report it"
        return Outcome("crash", 4, Text(zh, en))
    zh = f"审查进程被外部终止（{name}），可能因系统内存不足；请重试"
    en = f"the check was killed from outside ({name}), perhaps because the system ran out of memory; try again"
    return Outcome("killed", 2, Text(zh, en))


def left_without_word(status: int) -> Outcome:
    """The outcome of a check whose process ended by itself and said nothing."""
    zh = f"审查进程意外结束（退出码 {status}）；这是程序缺陷，请报告给我们"
    en = f"the check's process ended unexpectedly (status {status}); this is a defect, please report it"
    return Outcome("defect", 4, Text(zh, en))


def written_bytes(folder: Path) -> int:
    """How much stands in a check's folder now."""
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(base, name)).st_size  # noqa: PTH118 # called every tick, kept cheap
            except OSError:
                continue
    return total
