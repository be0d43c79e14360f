"""How much one check may use, and what the child itself does to stay within it."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

MEGABYTE = 1 << 20
_LEAST_MEMORY_MB = 1024  # an ordinary model takes a few hundred


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one check.

    ``memory_mb`` is memory that only the check uses (MiB of anonymous and shared pages, the child and all it started);
    pages of a mapped model file do not count, the system takes those back when it needs them. ``output_mb`` is
    everything the check writes: reports, log, unpacked files.
    """

    time_s: float = 600.0
    memory_mb: int = 8192
    output_mb: int = 2048

    def shared_by(self, jobs: int) -> Self:
        """The same with no more memory than lets so many checks at a time stay within the machine's."""
        machine = machine_memory_mb()
        if machine is None:
            return self
        share = max(_LEAST_MEMORY_MB, machine * 4 // 5 // jobs)
        return replace(self, memory_mb=min(self.memory_mb, share))

    @property
    def processor_s(self) -> int:
        """Processor time of any one process. It ends a check whose supervisor is gone, and one on many threads."""
        return max(1, math.ceil(self.time_s)) + 1


def machine_memory_mb() -> int | None:
    """The memory of this machine, or of the container this process is in; ``None`` where the system does not tell."""
    found = []
    with contextlib.suppress(OSError, ValueError, AttributeError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return min(found) // MEGABYTE if found else None


def impose(limits: Limits) -> None:
    """Bind this process, and what it will start, to the limits as far as the system can enforce them by itself.

    The supervisor samples memory, and between two samples a process can take a lot; the system's own limit on data
    stands a quarter (and 256 MiB) above ours and catches that. It counts what is asked for, touched or not, so it is no
    substitute for sampling: thread stacks and allocator arenas would use it up. The address space is left unlimited,
    because mapped model files count there.
    """
    if sys.platform == "win32":
        return
    import resource

    data = (limits.memory_mb + limits.memory_mb // 4 + 256) * MEGABYTE
    for kind, soft, slack in (
        (resource.RLIMIT_CPU, limits.processor_s, 5),
        (resource.RLIMIT_DATA, data, 0),
        (resource.RLIMIT_FSIZE, limits.output_mb * MEGABYTE, 0),
        (resource.RLIMIT_CORE, 0, 0),  # a core dump would hold the model
    ):
        _, hard = resource.getrlimit(kind)
        top = soft + slack if hard == resource.RLIM_INFINITY else min(hard, soft + slack)
        resource.setrlimit(kind, (min(soft, top), top))


def confine(folder: Path) -> None:
    """Let this interpreter write only inside a folder, and neither open a connection nor start a process.

    A second lock, not the first: no reader does any of this. It binds Python code, native libraries could pass by it.
    What is refused is an ``OSError``, so that a library that merely wants to keep a cache goes on without.
    """
    sys.dont_write_bytecode = True
    inside = os.path.realpath(folder) + os.sep
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    never = (
        "socket.",
        "subprocess.",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "pty.",
        "os.startfile",
    )
    changing = {"os.rename": 2, "os.remove": 1, "os.rmdir": 1, "os.mkdir": 1, "os.link": 2, "os.symlink": 2,
                "os.truncate": 1, "os.chmod": 1, "os.chown": 1, "os.utime": 1}  # fmt: skip

    def within(path: object) -> bool:
        if isinstance(path, int):
            return True
        name = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type] # audit events carry paths
        return name.startswith(inside) or name == os.devnull

    def guard(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & writing and not within(path):
                raise PermissionError(f"a check writes nowhere but in its own folder: {path!r}")
        elif event in changing:
            if not all(within(path) for path in arguments[: changing[event]]):
                raise PermissionError(f"a check changes nothing outside its own folder: {event} {arguments!r}")
        elif event.startswith(never):
            raise PermissionError(f"a check does not do this: {event}")

    sys.addaudithook(guard)
