"""The command line: the only module that prints, writes files, exits or reads the clock.

Everything heavy is imported inside the commands, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bimcheck import __version__
from bimcheck.errors import BimcheckError, UsageError
from bimcheck.files import write_whole
from bimcheck.text import Language, Text

if TYPE_CHECKING:
    from bimcheck.isolation import Job, Limits, Outcome

_STAGES = ("scheme", "preliminary", "construction", "completion")
_SECONDS = click.FloatRange(0, min_open=True)
_MEGABYTES = click.IntRange(64)
_DEFECT = 4
_POLL_S = 0.3
_INTERRUPTED = 130


class _Checks(click.Group):
    """A group whose default command is ``check``: what is no verb is a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for parameter in self.params for name in parameter.opts} | {"--help"}
        if args and args[0] not in self.commands and args[0] not in own:
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Checks, no_args_is_help=True)
@click.version_option(__version__, prog_name="bimcheck")
def main() -> None:
    """核对模型中的社区服务用房。Check community service rooms in IFC and DXF models.

    bimcheck MODEL...    审查模型 review models (see: bimcheck check --help)
    """


_language = click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 language"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How models are to be reviewed and what one check may use: the options that one review and a batch share."""

    ruleset: str
    stage: str
    brief: str | None
    area_standard: str
    unit: str | None
    as_of: datetime | None
    timeout: float
    memory: int
    language: Language

    def job(self, formats: tuple[str, ...], width: int = 100, *, color: bool = False) -> Job:
        """The job without its models."""
        from bimcheck.isolation import Job

        day = (self.as_of.date() if self.as_of is not None else _today()).isoformat()
        how = (self.language, self.brief, self.stage, self.ruleset, self.area_standard, self.unit)
        return Job((), formats, day, *how, width=width, color=color)

    def limits(self) -> Limits:
        """What one check may use."""
        from bimcheck.isolation import Limits

        return Limits(self.timeout, self.memory)


def _review_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options; it gets them as one argument, ``asked``."""
    names = [each.name for each in fields(_Asked)]

    @wraps(command)
    def asking(**options: object) -> None:
        command(asked=_Asked(**{name: options.pop(name) for name in names}), **options)  # type: ignore[arg-type] # click has converted them

    asking = _language(asking)
    for option in reversed(
        [
            click.option("--ruleset", default="haining/2023", show_default=True, help="规则集 id, or a TOML file"),
            click.option(
                "--stage", type=click.Choice(_STAGES), default="scheme", show_default=True, help="审查阶段 stage"
            ),
            click.option("--brief", type=click.Path(), help="任务书 brief.toml (bimcheck init)"),
            click.option("--area-standard", default="gbt50353-2013", show_default=True, help="主用面积标准 of areas"),
            click.option(
                "--unit", help="图形单位（不信文件所述时） length unit, where the file's own is wrong: mm, m, …"
            ),
            click.option(
                "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="适用日期 date of the rules (default: today)"
            ),
            click.option(
                "--timeout", type=_SECONDS, default=600.0, show_default=True, help="每次审查的秒数 for one check"
            ),
            click.option(
                "--memory", type=_MEGABYTES, default=8192, show_default=True, help="每次审查的 MB for one check"
            ),
        ]
    ):
        asking = option(asking)
    return asking


def _history_options(command: Callable[..., None]) -> Callable[..., None]:
    """What stands beside one project: the stage before, the survey, what people decided."""
    for option in (
        click.option("--decisions", type=click.Path(), help="决定与豁免 decisions.toml (bimcheck decide)"),
        click.option("--survey", type=click.Path(), help="竣工测绘表 CSV, areas surveyed on completion"),
        click.option("--previous", type=click.Path(), help="上阶段的 JSON 报告 JSON report of the stage before"),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "formats", multiple=True, help="报告格式 terminal, json, html, …; may be repeated")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="输出文件或文件夹 file or folder to write to")
@click.option("--as-one", is_flag=True, help="几个文件合为一个项目 read all files as one project")
@_history_options
@click.option("--no-isolation", is_flag=True, help="在本进程内审查，不限资源（调试用） check in this very process")
@_review_options
def check(
    models: tuple[Path, ...],
    formats: tuple[str, ...],
    output: Path | None,
    previous: str | None,
    survey: str | None,
    decisions: str | None,
    asked: _Asked,
    *,
    as_one: bool,
    no_isolation: bool,
) -> None:
    """审查一个或几个模型。Review one or several models.

    退出码 exit codes: 0 符合 pass, 1 不符合 fail, 2 无法运行 could not run, 3 资料不足 undetermined, 4 程序缺陷 defect.
    """
    language = asked.language
    with _one_line_errors(language):
        from bimcheck.delivery import Delivery, json_array
        from bimcheck.isolation import joint_exit_code

        groups: list[tuple[Path, ...]] = [models] if as_one else [(model,) for model in models]
        wanted = formats or ("terminal",)
        delivery = Delivery(wanted, output, tuple(group[0] for group in groups))
        width = max(60, min(160, shutil.get_terminal_size((100, 24)).columns))
        job, limits = asked.job(wanted, width, color=sys.stdout.isatty()), asked.limits()
        job = replace(job, previous=previous, survey=survey, decisions=decisions)
        if len(groups) > 1 and (previous or survey or decisions):
            raise UsageError(
                "--previous、--survey、--decisions 只用于一个项目；几个文件属于一个项目时加 --as-one",
                "--previous, --survey and --decisions belong to one project; add --as-one where the files are one",
            )
        codes: list[int] = []
        printed: list[bytes] = []
        said: set[Text] = set()
        for index, group in enumerate(groups):
            with _checked(replace(job, models=tuple(map(str, group))), limits, isolated=not no_isolation) as done:
                outcome, folder = done
                for name, file in outcome.reports.items():
                    content = (folder / file).read_bytes()
                    place = delivery.place(index, name, file)
                    if place is None:
                        printed.append(content)
                    else:
                        write_whole(place, content)
                        click.echo(str(place), err=True)
            codes.append(outcome.exit_code)
            if outcome.message is not None and (outcome.crash is not None or outcome.message not in said):
                said.add(outcome.message)  # a brief that cannot be read is not told once more for every model
                _say(outcome, delivery.crash_place(index), language)
        _print([json_array(printed)] if len(printed) > 1 and wanted == ("json",) else printed)
        sys.exit(joint_exit_code(codes))


@contextmanager
def _checked(job: Job, limits: Limits, *, isolated: bool) -> Iterator[tuple[Outcome, Path]]:
    """The outcome of a check and the folder with its reports, which is gone afterwards."""
    from bimcheck.isolation import attempt, check_in_child, perform

    run = check_in_child if isolated else perform if os.environ.get("BIMCHECK_DEBUG") else attempt
    with tempfile.TemporaryDirectory(prefix="bimcheck-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _progress(job.language) as progress:
            outcome = run(job, folder, limits, progress)
        yield outcome, folder


def _say(outcome: Outcome, crash_place: Path, language: Language) -> None:
    """The one line of a check that made no report, with the place of its crash file."""
    message = outcome.message or Text("", "")
    if outcome.crash is not None:
        from bimcheck.delivery import write_crash

        place = write_crash(outcome, crash_place)
        message = Text(f"{message.zh}：{place}", f"{message.en}: {place}")
    click.echo(_line(message, language), err=True)


def _today() -> date:
    """Today, or the day SOURCE_DATE_EPOCH names, so that reports can be reproduced."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).astimezone().date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"环境变量 SOURCE_DATE_EPOCH 不是时间戳：{epoch}", f"SOURCE_DATE_EPOCH is not a time stamp: {epoch}"
        ) from None


def _print(parts: Sequence[bytes]) -> None:
    for part in parts:
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(part.decode())
        else:
            stream.write(part)
            stream.flush()


@contextmanager
def _progress(language: Language) -> Iterator[Any]:
    """Tell on standard error what is being done, once a check takes over a second, and only on a terminal."""
    started = time.monotonic()
    live = sys.stderr.isatty()
    shown = False

    def tell(step: Text) -> None:
        nonlocal shown
        if live and time.monotonic() - started > 1.0:
            click.echo(f"\r\033[K{step.in_language(language)} …", nl=False, err=True)
            shown = True

    try:
        yield tell
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)


def _line(message: Text, language: Language) -> str:
    """One clear line: what the user may do something about."""
    text = " ".join(message.in_language(language).split())
    shown = "".join(c if c.isprintable() else "�" for c in text)
    return f"bimcheck: {shown}"


def _end_in_order(number: int, _: object) -> None:
    """End on a signal as if by oneself, so that children end and nothing half-written stays."""
    sys.exit(128 + number)


@contextmanager
def _one_line_errors(language: Language) -> Iterator[None]:
    """Turn errors into one line on standard error and their exit code; never a traceback."""
    with suppress(ValueError):  # outside the main thread nobody sends signals
        signal.signal(signal.SIGTERM, _end_in_order)
    try:
        yield
    except BimcheckError as error:
        click.echo(_line(error.message, language), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo(_line(Text("已中断", "interrupted"), language), err=True)
        sys.exit(_INTERRUPTED)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # whatever escapes is a defect, and the user gets a line, not a traceback
        if os.environ.get("BIMCHECK_DEBUG"):
            raise
        zh = f"程序缺陷（{type(error).__name__}: {error}）；设 BIMCHECK_DEBUG=1 可看详情，请报告给我们"
        en = f"a defect of bimcheck ({type(error).__name__}: {error}); BIMCHECK_DEBUG=1 shows more; please report it"
        click.echo(_line(Text(zh, en), language), err=True)
        sys.exit(_DEFECT)


@main.command()
@click.argument("inputs", nargs=-1)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="结果文件夹 folder of results")
@click.option(
    "--manifest", "manifests", multiple=True, type=click.Path(path_type=Path), help="清单 CSV or JSON lines of models"
)
@click.option("--jobs", type=click.IntRange(min=1), help="同时审查数 checks at a time (default: processors)")
@click.option(
    "--format", "formats", multiple=True, default=("json", "html"), show_default=True, help="报告格式 formats"
)
@_review_options
def batch(
    inputs: tuple[str, ...],
    output: Path,
    manifests: tuple[Path, ...],
    jobs: int | None,
    formats: tuple[str, ...],
    asked: _Asked,
) -> None:
    """批量审查。Review many models: files, folders, patterns, zip archives, manifests, - for a list on standard input.

    再次运行时只审查缺少或有变动的。Started again, it checks only what is missing or changed.
    """
    language = asked.language
    with _one_line_errors(language):
        from bimcheck.batch import Batch, Overview, Store, gather, run_batch
        from bimcheck.batch.bar import progress_bar
        from bimcheck.isolation import joint_exit_code

        what = Batch.prepared(asked.job(formats), asked.limits(), jobs)
        lines = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape") if "-" in inputs else None
        found = gather(inputs, manifests=manifests, lines=lines, output=output)
        store = Store(output)
        with store.opened():
            overview = Overview(found, what.job.stage, output)
            try:
                with progress_bar(len(found.requests), language) as advance:
                    run_batch(found.requests, what, store, (overview.add, advance))
            finally:
                overview.write(language)
        click.echo(_line(overview.in_short(), language), err=True)
        sys.exit(joint_exit_code(overview.exit_codes))


@main.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="网页 the page (default: MODEL.html)")
@_history_options
@_review_options
def watch(
    models: tuple[Path, ...],
    output: Path | None,
    previous: str | None,
    survey: str | None,
    decisions: str | None,
    asked: _Asked,
) -> None:
    """保存即重审，打开的网页随之更新；Ctrl-C 结束。Check anew on every save, and refresh the open page; Ctrl-C ends."""
    language = asked.language
    with _one_line_errors(language):
        from bimcheck.watch import live_page, saves

        page_path = output or Path(models[0].with_suffix(".html").name)
        job = replace(asked.job(("readiness", "html")), models=tuple(map(str, models)))
        job = replace(job, previous=previous, survey=survey, decisions=decisions)
        beside = (asked.brief, previous, survey, decisions)
        watched = [*models, *(Path(path) for path in beside if path is not None)]
        for path in watched:
            if not path.exists():
                raise UsageError(f"没有这个文件：{path}", f"there is no such file: {path}")
        page = ""
        try:
            for _ in saves(watched, lambda: time.sleep(_POLL_S)):
                with _checked(job, asked.limits(), isolated=True) as (outcome, folder):
                    if outcome.message is not None:
                        _say(outcome, page_path.with_suffix(".crash.json"), language)
                        continue
                    page = (folder / outcome.reports["html"]).read_text("utf-8")
                    _print([(folder / outcome.reports["readiness"]).read_bytes()])
                write_whole(page_path, live_page(page))
                click.echo(f"{page_path.resolve().as_uri()}\n", err=True)
        except KeyboardInterrupt:
            return
        finally:
            if page:  # what is left behind no longer reloads itself
                write_whole(page_path, page)


@main.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("finding")
@click.option("--name", required=True, help="决定人 who decides")
@click.option("--role", required=True, help="所代表的一方 for which party")
@click.option("--reason", required=True, help="理由 why")
@click.option("--outcome", type=click.Choice(["accepted", "refused", "revise"]), help="同意、不同意、整改后复审")
@click.option("--waive", is_flag=True, help="豁免（不改变结论） waive it; the result stays")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="决定日期 day of the decision (default: today)")
@click.option("-o", "--output", type=click.Path(path_type=Path), default="decisions.toml", show_default=True)
@_language
def decide(
    report: Path,
    finding: str,
    name: str,
    role: str,
    reason: str,
    outcome: Literal["accepted", "refused", "revise"] | None,
    on: datetime | None,
    output: Path,
    language: Language,
    *,
    waive: bool,
) -> None:
    """记下对报告中某条的决定或豁免。Write down a decision on a FINDING of a JSON report, or a waiver of it."""
    with _one_line_errors(language):
        from bimcheck.chain import load_previous
        from bimcheck.decisions import decide as decision_on
        from bimcheck.decisions import with_entry

        if waive == (outcome is not None):
            raise UsageError("请给出 --outcome 或 --waive 之一", "give either --outcome or --waive")
        day = on.date() if on is not None else _today()
        made = decision_on(load_previous(report), finding, outcome, name=name, role=role, on=day, reason=reason)
        write_whole(output, with_entry(output, made))
        click.echo(str(output))


@main.command()
@click.argument("path", default="brief.toml", type=click.Path(path_type=Path))
@_language
def init(path: Path, language: Language) -> None:
    """写一份带注释的任务书。Write a commented brief to fill in."""
    with _one_line_errors(language):
        from importlib import resources

        if path.exists():
            raise UsageError(f"{path} 已存在，未改动", f"{path} exists already and was left as it is")
        write_whole(path, resources.files("bimcheck.data").joinpath("brief_template.toml").read_text("utf-8"))
        click.echo(str(path))


@main.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="标注副本 the copy to write")
@_review_options
def annotate(model: Path, output: Path, asked: _Asked) -> None:
    """把审查结果写入模型副本，送审文件不动。Write the review into a copy of the model."""
    with _one_line_errors(asked.language):
        from bimcheck.annotate import annotate as write_copy
        from bimcheck.brief import Brief, load_brief
        from bimcheck.pipeline import review

        brief = load_brief(Path(asked.brief)) if asked.brief is not None else Brief()
        found = review(
            model,
            brief=brief,
            stage=asked.stage,  # type: ignore[arg-type] # click.Choice admits exactly the stages
            ruleset=asked.ruleset,
            area_standard_name=asked.area_standard,
            unit=asked.unit,
            as_of=asked.as_of.date() if asked.as_of is not None else _today(),
        )
        write_copy(found, model, output, brief.layers)
        click.echo(str(output))
        sys.exit(found.exit_code)


@main.command()
@click.argument("ruleset", required=False)
@_language
def rulesets(ruleset: str | None, language: Language) -> None:
    """列出规则集，或解释其中每一条。List the rulesets, or explain every rule of one."""
    with _one_line_errors(language):
        from bimcheck.listing import describe_ruleset, describe_rulesets

        click.echo(describe_ruleset(ruleset, language) if ruleset else describe_rulesets(language))


@main.command()
@click.argument("ruleset", default="haining/2023")
@_language
def selftest(ruleset: str, language: Language) -> None:
    """用每条规则的算例检验规则集。Run every rule's cases and say what each gave."""
    with _one_line_errors(language):
        from bimcheck.selftest import describe_outcomes, run_cases

        outcomes = run_cases(ruleset)
        click.echo(describe_outcomes(outcomes, language))
        sys.exit(0 if outcomes and all(outcome.ok for outcome in outcomes) else 1)


@main.command()
@click.argument("kind", type=click.Choice(["report", "brief", "ruleset"]))
@_language
def schema(kind: str, language: Language) -> None:
    """打印报告、任务书或规则集的 JSON Schema。Print the JSON Schema of report, brief or ruleset."""
    with _one_line_errors(language):
        import json

        from bimcheck.schema import schema_for

        click.echo(json.dumps(schema_for(kind), ensure_ascii=False, indent=2))  # type: ignore[arg-type] # a Choice


@main.command()
@click.argument("drawing", type=click.Path(path_type=Path))
@_language
def layers(drawing: Path, language: Language) -> None:
    """说明图纸每个图层被怎样理解。Show how every layer of a drawing was understood."""
    with _one_line_errors(language):
        from bimcheck.readers.dxf import describe_layers, layer_table

        click.echo(layer_table(describe_layers(drawing), language))
