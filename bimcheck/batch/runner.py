"""Where checks are done: on this machine, each in a child of its own, or as :mod:`bimcheck.batch.cluster` says."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bimcheck.batch.archive import digest
from bimcheck.batch.location import Location, fetch
from bimcheck.batch.request import file_name
from bimcheck.isolation import Job, Limits, Outcome
from bimcheck.isolation.nursery import Nursery


@dataclass(frozen=True, slots=True)
class Model:
    """A model within reach of a runner's checks: where it stands for them, its name, and what it holds."""

    place: str
    name: str
    sha256: str
    bytes: int


class Runner(Protocol):
    """Does checks; called from many threads."""

    places: int
    """How many checks it can do at a time."""

    def reach(self, source: Location, folder: Path, cancelled: threading.Event) -> Model:
        """Bring a model within reach; a copy, where one is needed, goes to the folder.

        Raises:
            UnreadableModelError: it cannot be read.
        """

    def check(self, job: Job, folder: Path, limits: Limits, cancelled: threading.Event) -> Outcome:
        """Do one check in an empty folder, where its reports and log then are.

        Raises:
            Cancelled: the event was set; the check has been ended.
        """

    def close(self) -> None:
        """End whatever is still at work."""


class Here:
    """Checks on this machine, each in a process of its own."""

    def __init__(self) -> None:
        self.places = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._own = threading.local()
        self._nurseries: list[Nursery] = []
        self._guard = threading.Lock()

    def reach(self, source: Location, folder: Path, cancelled: threading.Event) -> Model:  # noqa: ARG002 # see Runner
        """See :class:`Runner`."""
        here = source if isinstance(source, Path) else fetch(source, folder, file_name(source.name))
        return Model(str(here), here.name, *digest(here))

    def check(self, job: Job, folder: Path, limits: Limits, cancelled: threading.Event) -> Outcome:
        """See :class:`Runner`."""
        return self._nursery().check(job, folder, limits, cancelled)

    def _nursery(self) -> Nursery:
        """This thread's own: a child is ended by the system when the thread that started it ends."""
        if not hasattr(self._own, "nursery"):
            self._own.nursery = Nursery()
            with self._guard:
                self._nurseries.append(self._own.nursery)
        nursery: Nursery = self._own.nursery
        return nursery

    def close(self) -> None:
        """See :class:`Runner`."""
        for nursery in self._nurseries:
            nursery.close()
