"""One check from job to finished reports, in whatever process this is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bimcheck.errors import BimcheckError, ModelError, UsageError
from bimcheck.isolation.job import Job
from bimcheck.isolation.limits import MEGABYTE, Limits
from bimcheck.isolation.outcome import Outcome, over_limit
from bimcheck.text import Text

if TYPE_CHECKING:
    from bimcheck.review import Review

Progress = Callable[[Text], None]


def attempt(job: Job, folder: Path, limits: Limits, progress: Progress = lambda _: None) -> Outcome:
    """Do the check, leave its reports in the folder, and say how it ended; nothing escapes but interruption."""
    try:
        return perform(job, folder, limits, progress)
    except ModelError as error:
        return Outcome("model", error.exit_code, error.message)
    except BimcheckError as error:
        return Outcome("request", error.exit_code, error.message)
    except MemoryError:
        return over_limit("memory", limits)
    except Exception as error:  # noqa: BLE001 # whatever else escapes is a defect, and becomes a crash file
        if "bad_alloc" in str(error):  # how native libraries hand on that memory ran out
            return over_limit("memory", limits)
        from bimcheck.isolation.crash import crash_record, describe_exception

        name = type(error).__name__
        zh = f"程序缺陷（{name}），请把崩溃文件发给我们"
        en = f"a defect of bimcheck ({name}); please send us the crash file"
        record = crash_record(job, "defect", exceptions=describe_exception(error))
        return Outcome("defect", 4, Text(zh, en), crash=record)


def perform(job: Job, folder: Path, limits: Limits, progress: Progress = lambda _: None) -> Outcome:
    """Do the check and leave its reports in the folder; whatever goes wrong is raised."""
    from datetime import date

    from bimcheck.brief import Brief, load_brief
    from bimcheck.chain import load_previous
    from bimcheck.decisions import load_decisions
    from bimcheck.pipeline import review
    from bimcheck.reporters import reporter
    from bimcheck.survey import load_survey

    wanted = {name: reporter(name) for name in job.formats}
    asked = looks(job)
    found = review(
        [Path(model) for model in job.models],
        brief=load_brief(Path(job.brief)) if job.brief is not None else Brief(),
        stage=job.stage,  # type: ignore[arg-type] # the command line and the manifest admit exactly the stages
        ruleset=job.ruleset,
        area_standard_name=job.area_standard,
        unit=job.unit,
        full_read=job.full_read,
        as_of=date.fromisoformat(job.as_of),
        survey=load_survey(Path(job.survey)) if job.survey is not None else None,
        previous=load_previous(Path(job.previous)) if job.previous is not None else None,
        decisions=load_decisions(Path(job.decisions)) if job.decisions is not None else (),
        progress=progress,
    )
    progress(Text("编写报告", "writing the report"))
    reports: dict[str, str] = {}
    size = 0
    for name, format_ in wanted.items():
        content = format_.render(found, job.language, **asked.get(name, {}))
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        size += len(data)
        if size > limits.output_mb * MEGABYTE:
            return over_limit("output", limits)
        file = f"report{format_.SUFFIX}"
        reports[name] = file if file not in reports.values() else f"report-{name}{format_.SUFFIX}"
        (folder / reports[name]).write_bytes(data)
    return Outcome("judged", found.exit_code, reports=reports, summary=_summary(found))


def looks(job: Job) -> dict[str, dict[str, Any]]:
    """What a format is given besides the review, by its name; a template that cannot be used is told before the work.

    Raises:
        UsageError: the template cannot be used, or nothing is to be written with it.
    """
    found: dict[str, dict[str, Any]] = {"terminal": {"width": job.width, "color": job.color}}
    if job.template is not None:
        from bimcheck.reporters import docx

        if "docx" not in job.formats:
            raise UsageError("--template 只用于 --format docx", "--template is for --format docx")
        docx.check(Path(job.template))
        found["docx"] = {"template": Path(job.template)}
    return found


def _summary(found: Review) -> dict[str, Any]:
    """What a list of many checks shows of one."""
    shown = ("service_area_m2", "ground_floor_share", "street_entrances")
    measured = {name: found.measurements[name].value for name in shown if name in found.measurements}
    source = found.source
    required = [result for result in found.results if result.level == "required"]
    unsettled = [result for result in required if result.status in ("fail", "undetermined", "manual")]
    return {
        "verdict": found.verdict,
        "counts": found.counts,
        "fails": [result.rule for result in required if result.status == "fail"],
        "open": [result.rule for result in required if result.status in ("undetermined", "manual")],
        "missing": [result.rule for result in required if result.status == "undetermined"],
        "titles": {result.rule: list(result.title) for result in unsettled},
        "measurements": measured,
        "notes": len(found.notes),
        "model": {"file": source.file, "sha256": source.sha256, "bytes": source.bytes, "format": source.format},
        "ruleset_digest": found.ruleset.digest,
    }
