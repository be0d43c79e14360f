"""The command line: the only module that prints, writes files, exits or reads the clock.

Everything heavy is imported inside the commands, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bimcheck import __version__
from bimcheck.errors import BimcheckError, ModelError, UsageError
from bimcheck.files import write_whole
from bimcheck.text import Language, Text

if TYPE_CHECKING:
    from bimcheck.review import Review

_STAGES = ("scheme", "preliminary", "construction", "completion")
_DEFECT = 4
_WORST_FIRST = (4, 1, 3, 2, 0)


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


@main.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--ruleset", default="haining/2023", show_default=True, help="规则集 ruleset id, or a TOML file")
@click.option("--stage", type=click.Choice(_STAGES), default="scheme", show_default=True, help="审查阶段 review stage")
@click.option("--brief", "brief_path", type=click.Path(path_type=Path), help="任务书 brief.toml (bimcheck init)")
@click.option("--area-standard", default="gbt50353-2013", show_default=True, help="主用面积标准 primary area standard")
@click.option("--format", "formats", multiple=True, help="报告格式 terminal, json, html, …; may be repeated")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="输出文件或文件夹 file or folder to write to")
@click.option("--unit", help="图形单位（不信文件所述时） length unit, where the file's own is wrong: mm, m, …")
@click.option("--as-one", is_flag=True, help="几个文件合为一个项目 read all files as one project")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="适用日期 date whose rules apply (default: today)")
@_language
def check(
    models: tuple[Path, ...],
    ruleset: str,
    stage: str,
    brief_path: Path | None,
    area_standard: str,
    formats: tuple[str, ...],
    output: Path | None,
    unit: str | None,
    language: Language,
    as_of: datetime | None,
    *,
    as_one: bool,
) -> None:
    """审查一个或几个模型。Review one or several models.

    退出码 exit codes: 0 符合 pass, 1 不符合 fail, 2 无法运行 could not run, 3 资料不足 undetermined, 4 程序缺陷 defect.
    """
    with _one_line_errors(language):
        from bimcheck.brief import Brief, load_brief
        from bimcheck.pipeline import review
        from bimcheck.reporters import reporter

        wanted = formats or ("terminal",)
        suffixes = {name: reporter(name).SUFFIX for name in wanted}
        groups: list[tuple[Path, ...]] = [models] if as_one else [(model,) for model in models]
        places = _places(groups, suffixes, output)
        brief = load_brief(brief_path) if brief_path is not None else Brief()
        when = as_of.date() if as_of is not None else _today()
        reviews: list[tuple[int, Review]] = []
        codes: list[int] = []
        for index, group in enumerate(groups):
            try:
                with _progress(language) as progress:
                    found = review(
                        group,
                        brief=brief,
                        stage=stage,  # type: ignore[arg-type] # click.Choice admits exactly the stages
                        ruleset=ruleset,
                        area_standard_name=area_standard,
                        unit=unit,
                        as_of=when,
                        progress=progress,
                    )
            except ModelError as error:
                if len(groups) == 1:
                    raise
                click.echo(_line(error.message, language), err=True)
                codes.append(error.exit_code)
            else:
                reviews.append((index, found))
                codes.append(found.exit_code)
        _report(reviews, wanted, places, language)
        sys.exit(_joint_code(codes))


def _joint_code(codes: Sequence[int]) -> int:
    """The worst outcome of several models; an unreadable one among readable ones leaves the whole undetermined."""
    if 2 in codes and set(codes) != {2}:
        codes = [*codes, 3]
    return next(code for code in _WORST_FIRST if code in codes and (code != 2 or set(codes) == {2}))


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


def _places(
    groups: Sequence[tuple[Path, ...]], suffixes: Mapping[str, str], output: Path | None
) -> dict[tuple[int, str], Path | None]:
    """Where each report of each model goes; ``None`` is standard output."""
    wanted = tuple(suffixes)
    single = len(groups) == 1
    if output is None:
        to_files = [name for name in wanted if name != "terminal"]
        if len(to_files) > 1 or (to_files and len(wanted) > 1):
            raise UsageError("输出多种格式时请用 -o 指定文件夹", "several formats need -o with a folder")
        return {(index, name): None for index in range(len(groups)) for name in wanted}
    files = [name for name in wanted if name != "terminal" or len(wanted) == 1]
    as_file = single and len(files) == 1 and not output.is_dir() and output.suffix.lower() == suffixes[files[0]]
    places: dict[tuple[int, str], Path | None] = {}
    taken: set[Path] = set()
    for index, group in enumerate(groups):
        for name in wanted:
            if name not in files:
                places[index, name] = None
                continue
            path = output if as_file else output / f"{group[0].stem}{suffixes[name]}"
            if path in taken:
                path = path.with_name(f"{group[0].stem}-{index + 1}{suffixes[name]}")
            taken.add(path)
            places[index, name] = path
    return places


def _report(
    reviews: Sequence[tuple[int, Review]],
    wanted: Sequence[str],
    places: dict[tuple[int, str], Path | None],
    language: Language,
) -> None:
    from bimcheck.reporters import render

    printed: list[str | bytes] = []
    for index, found in reviews:
        for name in wanted:
            place = places[index, name]
            if name == "terminal" and place is None:
                from bimcheck.reporters import terminal

                width = max(60, min(160, _terminal_width()))
                text = terminal.render(found, language, width=width, color=sys.stdout.isatty())
                printed.append(text)
            elif place is None:
                printed.append(render(found, name, language))
            else:
                write_whole(place, render(found, name, language))
                click.echo(str(place), err=True)
    _print(printed, as_array=len(reviews) > 1 and tuple(wanted) == ("json",))


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _print(parts: Sequence[str | bytes], *, as_array: bool) -> None:
    if as_array:
        body = ",\n".join(part.decode() if isinstance(part, bytes) else part.rstrip("\n") for part in parts)
        parts = [f"[\n{body}\n]\n"]
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "replace")
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(data.decode())
        else:
            stream.write(data)
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


@contextmanager
def _one_line_errors(language: Language) -> Iterator[None]:
    """Turn errors into one line on standard error and their exit code; never a traceback."""
    try:
        yield
    except BimcheckError as error:
        click.echo(_line(error.message, language), err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.ClickException, click.exceptions.Exit, click.Abort):
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
