"""``bimcheck MODEL...``: review one or several models."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import click

from bimcheck.cli.console import one_line_errors, print_bytes
from bimcheck.cli.options import Asked, cache_option, history_options, review_options, template_option
from bimcheck.cli.run import checked, say
from bimcheck.errors import UsageError
from bimcheck.files import write_whole
from bimcheck.text import Text


@click.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "formats", multiple=True, help="报告格式 terminal, json, html, …; may be repeated")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="输出文件或文件夹 file or folder to write to")
@click.option("--as-one", is_flag=True, help="几个文件合为一个项目 read all files as one project")
@template_option
@history_options
@cache_option
@click.option("--no-isolation", is_flag=True, help="在本进程内审查，不限资源（调试用） check in this very process")
@review_options
def check(
    models: tuple[Path, ...],
    formats: tuple[str, ...],
    output: Path | None,
    previous: str | None,
    survey: str | None,
    decisions: str | None,
    template: str | None,
    asked: Asked,
    *,
    as_one: bool,
    no_cache: bool,
    no_isolation: bool,
) -> None:
    """审查一个或几个模型。Review one or several models.

    退出码 exit codes: 0 符合 pass, 1 不符合 fail, 2 无法运行 could not run, 3 资料不足 undetermined, 4 程序缺陷 defect.
    """
    language = asked.language
    with one_line_errors(language):
        from bimcheck.delivery import Delivery, json_array
        from bimcheck.isolation import joint_exit_code

        groups: list[tuple[Path, ...]] = [models] if as_one else [(model,) for model in models]
        wanted = formats or ("terminal",)
        delivery = Delivery(wanted, output, tuple(group[0] for group in groups))
        width = max(60, min(160, shutil.get_terminal_size((100, 24)).columns))
        job, limits = asked.job(wanted, width, color=sys.stdout.isatty()), asked.limits()
        job = replace(job, previous=previous, survey=survey, decisions=decisions, template=template)
        if len(groups) > 1 and (previous or survey or decisions):
            raise UsageError(
                "--previous、--survey、--decisions 只用于一个项目；几个文件属于一个项目时加 --as-one",
                "--previous, --survey and --decisions belong to one project; add --as-one where the files are one",
            )
        codes: list[int] = []
        printed: list[bytes] = []
        said: set[Text] = set()
        for index, group in enumerate(groups):
            own = replace(job, models=tuple(map(str, group)))
            cached = not (no_cache or no_isolation)
            with checked(own, limits, isolated=not no_isolation, cached=cached) as done:
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
                say(outcome, delivery.crash_place(index), language)
        print_bytes([json_array(printed)] if len(printed) > 1 and wanted == ("json",) else printed)
        sys.exit(joint_exit_code(codes))
