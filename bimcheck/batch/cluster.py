"""Checks on the workers of a dask.distributed cluster; what they find lands where it would have without one.

A worker gets the job with the files it names and the model: its bytes, or its URL, which the worker reads itself. It
does the check as any machine does, in a child of its own with limits, and sends back what the child left. The results
are put in place here, so a check that was done twice because its worker died is in the results once. Workers must have
the same bimcheck and the same geometry libraries, or results would depend on who did the work.

Whoever can reach a scheduler can run code on its workers: it belongs behind TLS or in a network of its own.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bimcheck.batch.archive import digest
from bimcheck.batch.location import Location, fetch, is_url, located
from bimcheck.batch.log import beginning
from bimcheck.batch.request import file_name
from bimcheck.batch.runner import Here, Model
from bimcheck.errors import ModelError, UsageError
from bimcheck.isolation import Job, Limits, Outcome
from bimcheck.isolation.crash import versions
from bimcheck.isolation.job import FAULT, FILES, LOG
from bimcheck.isolation.outcome import signalled
from bimcheck.isolation.supervise import Cancelled
from bimcheck.text import Text

_CONNECT_S = 10
_WORKERS_S = 60
_LOOK_S = 0.2
_AHEAD = 2
"""Checks that are sent before a worker is free, so that none waits for its model."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A check as it travels: the job, the bytes of every file it names, and the model's bytes unless it is a URL."""

    job: Job
    limits: Limits
    files: Mapping[str, bytes]
    model: bytes | None
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Findings:
    """What comes back: the outcome, and by name the files that the check left."""

    outcome: Outcome
    files: Mapping[str, bytes]


class Cluster:
    """The workers behind one scheduler; a :class:`~bimcheck.batch.runner.Runner`."""

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            UsageError: nobody answers, there are no workers, they have another bimcheck, or dask is not installed here.
        """
        self._client: Any = _connected(address)  # its methods carry no types
        try:
            self._client.wait_for_workers(1, timeout=_WORKERS_S)
            installed: dict[str, dict[str, str]] = self._client.run(versions)
        except TimeoutError:
            raise UsageError(f"调度器 {address} 没有工作进程", f"the scheduler {address} has no workers") from None
        except Exception as error:  # noqa: BLE001 # a worker without bimcheck cannot even be asked
            name = type(error).__name__
            raise UsageError(
                f"{address} 的工作进程上没有可用的 bimcheck（{name}）",
                f"no bimcheck on the workers of {address} ({name})",
            ) from None
        for worker, found in installed.items():
            _refuse_other_versions(worker, found, versions())
        self.places = sum(self._client.nthreads().values()) + _AHEAD

    def reach(self, source: Location, folder: Path, cancelled: threading.Event) -> Model:
        """See :class:`~bimcheck.batch.runner.Runner`: a URL is read on a worker, a file of this machine here."""
        if isinstance(source, Path):
            return Here().reach(source, folder, cancelled)
        sha256, size = self._done(digest, source, cancelled=cancelled)
        return Model(str(source), file_name(source.name), sha256, size)

    def check(self, job: Job, folder: Path, limits: Limits, cancelled: threading.Event) -> Outcome:
        """See :class:`~bimcheck.batch.runner.Runner`.

        Raises:
            UsageError: the scheduler is gone, or the worker has another bimcheck.
        """
        (model,) = job.models
        files = {
            name: Path(path).read_bytes() for name in (*FILES, "ruleset") if (path := _file_of(job, name)) is not None
        }
        shipped = None if is_url(model) else Path(model).read_bytes()
        parcel = Parcel(job, limits, files, shipped, versions())
        found: Findings | None = self._done(_check, parcel, cancelled=cancelled)
        if found is None:
            return signalled(9)
        for name, content in found.files.items():
            (folder / name).write_bytes(content)
        return found.outcome

    def close(self) -> None:
        """Leave the cluster; checks still at work there are ended by their workers."""
        self._client.close(timeout=2)

    def _done(self, act: Any, subject: Any, *, cancelled: threading.Event) -> Any:  # noqa: ANN401 # whatever is asked
        """What a worker makes of it; ``None`` where every worker that tried has died."""
        from distributed import KilledWorker

        future = self._client.submit(act, subject, pure=False)
        ended = threading.Event()
        future.add_done_callback(lambda _: ended.set())
        try:
            while not ended.wait(_LOOK_S):
                if cancelled.is_set():
                    future.cancel()
                    raise Cancelled
            return future.result()
        except KilledWorker:
            return None
        except (CancelledError, OSError) as error:
            if cancelled.is_set():
                raise Cancelled from None
            raise UsageError(
                f"与调度器的连接中断（{type(error).__name__}）；再次运行同一命令可继续",
                f"the scheduler is gone ({type(error).__name__}); the same command goes on where this one stopped",
            ) from None
        finally:
            future.release()


def _connected(address: str) -> Any:  # noqa: ANN401 # dask's client carries no types
    try:
        import dask
        from distributed import Client
        from distributed.comm.addressing import resolve_address
    except ImportError:
        raise UsageError("--scheduler 需要安装 bimcheck[cluster]", "--scheduler needs bimcheck[cluster]") from None
    logging.disable()  # what dask has to say is said here, in one line
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})  # a model is not a graph
    try:
        resolve_address(address)  # an address that makes no sense would leave a client half made
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions of dask or Python may well work
            client: Any = Client
            return client(address, timeout=_CONNECT_S, set_as_default=False, name="bimcheck")
    except Exception as error:  # noqa: BLE001 # a wrong address, a closed port, a certificate
        raise UsageError(
            f"连不上调度器 {address}（{type(error).__name__}）",
            f"cannot connect to the scheduler {address} ({type(error).__name__})",
        ) from None


def _refuse_other_versions(worker: str, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    for name, version in wanted.items():
        if (other := found.get(name, "-")) != version:
            raise UsageError(
                f"工作进程 {worker} 的 {name} 是 {other}，这里是 {version}；版本须一致",
                f"the worker {worker} has {name} {other}, here it is {version}; they must be the same",
            )


def _file_of(job: Job, name: str) -> str | None:
    """The file that an option of the job names; a ruleset may also be an id."""
    value: str | None = getattr(job, name)
    return None if name == "ruleset" and not str(value).endswith(".toml") else value


# What follows runs on a worker.

_here = Here()


class _NoLongerWanted(threading.Event):
    """Set once the scheduler has taken the running task back: the batch was ended, or its client is gone."""

    def __init__(self) -> None:
        super().__init__()
        from distributed import get_worker

        self._worker = get_worker()
        self._task = self._worker.get_current_task()

    def is_set(self) -> bool:
        task = self._worker.state.tasks.get(self._task)
        return task is None or task.state == "cancelled"


def _check(parcel: Parcel) -> Findings | None:
    """Do the check; ``None`` where nobody waits for it any more.

    Raises:
        UsageError: this worker has another bimcheck than whoever asks.
    """
    from distributed import get_worker

    worker = get_worker()
    _refuse_other_versions(worker.address, versions(), parcel.versions)
    with tempfile.TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "check").mkdir()
        try:
            job, moved = _unpacked(parcel, folder)
            outcome = _here.check(job, folder / "check", parcel.limits, _NoLongerWanted())
        except ModelError as error:
            return Findings(Outcome("model", error.exit_code, error.message), {})
        except Cancelled:
            return None
        if outcome.message is not None:
            outcome = replace(outcome, message=Text(*(_named_as_before(text, moved) for text in outcome.message)))
        files = {file: (folder / "check" / file).read_bytes() for file in outcome.reports.values()}
        logs = {file: beginning(folder / "check" / file).encode() for file in (LOG, FAULT)}
        return Findings(outcome, {**files, **logs})


def _unpacked(parcel: Parcel, folder: Path) -> tuple[Job, dict[str, str]]:
    """The job with its files where they now are, and for each where it was."""
    (source,) = parcel.job.models
    if parcel.model is None:
        url = located(source)
        model = fetch(url, folder / "model", file_name(url.name))
    else:
        model = _placed(parcel.model, folder / "model" / Path(source).name)
    moved = {str(model): source}
    changes: dict[str, Any] = {"models": (str(model),)}
    for option, content in parcel.files.items():
        before = str(getattr(parcel.job, option))
        changes[option] = str(_placed(content, folder / option / Path(before).name))
        moved[changes[option]] = before
    return replace(parcel.job, **changes), moved


def _placed(content: bytes, path: Path) -> Path:
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def _named_as_before(text: str, moved: Mapping[str, str]) -> str:
    """A message says where a file is for the user, not where it lay on the worker."""
    for now, before in moved.items():
        text = text.replace(now, before)
    return text
