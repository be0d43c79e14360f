"""The batch itself: a few checks at a time, each in its own process, each with an outcome."""

from __future__ import annotations

import json
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from bimcheck.batch.archive import digest, unpack
from bimcheck.batch.location import Location, fetch
from bimcheck.batch.log import write_log
from bimcheck.batch.request import Request, file_name
from bimcheck.batch.runner import Model, Runner
from bimcheck.batch.store import CRASH, Store, key_of
from bimcheck.errors import ModelError, UsageError
from bimcheck.isolation import Job, Limits, Outcome
from bimcheck.isolation.crash import crash_record, describe_exception, versions
from bimcheck.isolation.job import FILES
from bimcheck.text import Text

_LASTING = ("judged", "model", "request")
"""Causes that depend on the input alone. Others also depend on the limits, and a kill from outside on luck."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What every check of the batch has in common; ``job`` is without its models."""

    job: Job
    limits: Limits
    ruleset_digest: str

    @classmethod
    def prepared(cls, job: Job, limits: Limits) -> Self:
        """A batch whose options were tried: what would fail for every model fails now, once.

        Raises:
            BimcheckError: the ruleset, the brief, a format, the template, the unit or the area standard cannot be used.
        """
        from bimcheck.brief import load_brief
        from bimcheck.isolation.perform import looks
        from bimcheck.measures.readings import area_standard
        from bimcheck.reporters import reporter
        from bimcheck.rules.ruleset import load_ruleset

        for name in job.formats:
            reporter(name)
        area_standard(job.area_standard)
        if job.brief is not None:
            load_brief(Path(job.brief))
        looks(job)
        return cls(job, limits, load_ruleset(job.ruleset).digest)


@dataclass(frozen=True, slots=True)
class Row:
    """An input with its outcome. ``key`` names its result in the store, if it has one; ``reused`` says it was there."""

    request: Request
    stage: str
    outcome: Outcome
    key: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    reused: bool = False


def run_batch(
    requests: Sequence[Request],
    batch: Batch,
    store: Store,
    told: Sequence[Callable[[Row], object]],
    runner: Runner,
    jobs: int | None = None,
) -> None:
    """Give every request its outcome; everyone in ``told`` hears of each, in the order they come.

    At most ``jobs`` checks are done at a time, or as many as the runner has places for. On interruption the running
    checks are ended, nothing unfinished stays, and the interruption goes on.

    Raises:
        UsageError: the runner cannot go on.
    """
    checks = _Checks(batch, store, runner)
    pool = ThreadPoolExecutor(jobs or runner.places, thread_name_prefix="check")
    waiting = {pool.submit(checks.settle, request) for request in requests}

    def tell(done: Iterable[Future[Row]]) -> None:
        for future in done:
            row = future.result()
            for hear in told:
                hear(row)
            waiting.discard(future)

    try:
        while waiting:  # in short spells: a long wait would hold back Ctrl-C on some systems
            tell(wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED).done)
    except BaseException:
        checks.cancelled.set()
        pool.shutdown(wait=True, cancel_futures=True)
        tell([each for each in waiting if not each.cancelled() and each.exception() is None])
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Checks:
    def __init__(self, batch: Batch, store: Store, runner: Runner) -> None:
        self.cancelled = threading.Event()
        self._batch = batch
        self._store = store
        self._runner = runner
        self._busy: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def settle(self, request: Request) -> Row:
        """The outcome of one request; only interruption escapes."""
        stage = request.stage or self._batch.job.stage
        row = Row(request, stage, Outcome("model", 2, request.problem))
        if request.problem is not None:
            return row
        try:
            with self._store.workspace() as workspace:
                return self._check(row, workspace)
        except ModelError as error:
            return replace(row, outcome=Outcome("model", error.exit_code, error.message))
        except OSError as error:
            zh, en = f"无法写入结果：{error.strerror}", f"cannot write the result: {error.strerror}"
            return replace(row, outcome=Outcome("killed", 2, Text(zh, en)))
        except UsageError:  # it would fail for every one of them
            raise
        except Exception as error:  # noqa: BLE001 # a defect met with one input must not cost the others theirs
            name = type(error).__name__
            zh, en = f"程序缺陷（{name}），请报告给我们", f"a defect of bimcheck ({name}); please report it"
            record = crash_record(self._batch.job, "defect", exceptions=describe_exception(error))
            return replace(row, outcome=Outcome("defect", 4, Text(zh, en), crash=record))

    def _check(self, row: Row, workspace: Path) -> Row:
        model = self._model(row.request, workspace)
        row = replace(row, sha256=model.sha256, bytes=model.bytes)
        job = replace(
            self._batch.job,
            models=(model.place,),
            stage=row.stage,
            brief=_here(row.request.brief, workspace / "brief") or self._batch.job.brief,
            previous=_here(row.request.previous, workspace / "previous"),
        )
        parts = self._parts(job, model)
        key, strict_key = key_of(parts), key_of({**parts, "limits": _limits(self._batch.limits)})
        with self._alone(key):
            for known in (key, strict_key):
                if (outcome := self._store.find(known)) is not None:
                    return replace(row, outcome=outcome, key=known, reused=True)
            folder = workspace / "check"
            folder.mkdir()
            outcome = self._runner.check(job, folder, self._batch.limits, self.cancelled)
            if outcome.cause == "judged" and outcome.summary["model"]["sha256"] != model.sha256:
                zh, en = "文件在审查中被改动，请重试", "the file was changed while it was being checked; try again"
                outcome, kept = Outcome("killed", 2, Text(zh, en)), uuid.uuid4().hex
            elif outcome.cause in _LASTING:
                kept = key
            else:
                kept = strict_key if outcome.cause != "killed" else uuid.uuid4().hex
            self._store.keep(_result(folder, workspace / "result", row.request, outcome), kept)
            return replace(row, outcome=outcome, key=kept)

    def _model(self, request: Request, workspace: Path) -> Model:
        folder = workspace / "model"
        folder.mkdir()
        source = request.path if request.member is None else unpack(request.path, request.member, folder)
        return self._runner.reach(source, folder, self.cancelled)

    def _parts(self, job: Job, model: Model) -> dict[str, object]:
        """Everything a result depends on. The model's name is in its report, and its ending tells the format."""
        options = asdict(job)
        for name in ("models", "width", "color"):
            del options[name]
        files = {name: _digest_or_none(options[name]) for name in FILES}
        return {
            **options,
            **files,
            "model": [model.name, model.sha256],
            "ruleset": self._batch.ruleset_digest,
            "versions": versions(),
        }

    def _alone(self, key: str) -> threading.Lock:
        """Of inputs that are the same, one is checked and the others wait for it."""
        with self._guard:
            return self._busy.setdefault(key, threading.Lock())


def _result(check: Path, result: Path, request: Request, outcome: Outcome) -> Path:
    """The folder that is kept: reports, log, outcome, and the crash file where there is one."""
    result.mkdir()
    for file in outcome.reports.values():
        shutil.move(check / file, result / file)
    write_log(check, result, request, outcome)
    if outcome.crash is not None:
        (result / CRASH).write_text(json.dumps(outcome.crash, ensure_ascii=False, indent=1) + "\n", "utf-8")
    outcome.write(result)
    return result


def _here(source: Location | None, folder: Path) -> str | None:
    """A file that goes with the model, on this machine."""
    if source is None:
        return None
    return str(source if isinstance(source, Path) else fetch(source, folder, file_name(source.name)))


def _digest_or_none(name: str | None) -> str | None:
    return None if name is None else digest(Path(name))[0]


def _limits(limits: Limits) -> list[float]:
    return [limits.time_s, limits.memory_mb, limits.output_mb]
