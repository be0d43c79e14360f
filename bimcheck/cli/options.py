"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING

import click

from bimcheck.cli.console import today
from bimcheck.text import Language

if TYPE_CHECKING:
    from bimcheck.isolation import Job, Limits

_STAGES = ("scheme", "preliminary", "construction", "completion")
_SECONDS = click.FloatRange(0, min_open=True)
_MEGABYTES = click.IntRange(64)


language_option = click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 language"
)


template_option = click.option(
    "--template", type=click.Path(), help="本局的审查意见表 Word file for --format docx (docs/consent-template.md)"
)

cache_option = click.option("--no-cache", is_flag=True, help="不用也不留缓存 neither use nor keep finished checks")


@dataclass(frozen=True, slots=True)
class Asked:
    """How models are to be reviewed and what one check may use: the options that one review and a batch share."""

    ruleset: str
    stage: str
    brief: str | None
    area_standard: str
    unit: str | None
    as_of: datetime | None
    full_read: bool
    timeout: float
    memory: int
    language: Language

    def job(self, formats: tuple[str, ...], width: int = 100, *, color: bool = False) -> Job:
        """The job without its models."""
        from bimcheck.isolation import Job

        day = (self.as_of.date() if self.as_of is not None else today()).isoformat()
        how = (self.language, self.brief, self.stage, self.ruleset, self.area_standard, self.unit)
        return Job((), formats, day, *how, full_read=self.full_read, width=width, color=color)

    def limits(self) -> Limits:
        """What one check may use."""
        from bimcheck.isolation import Limits

        return Limits(self.timeout, self.memory)


def review_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options; it gets them as one argument, ``asked``."""
    names = [each.name for each in fields(Asked)]

    @wraps(command)
    def asking(**options: object) -> None:
        command(asked=Asked(**{name: options.pop(name) for name in names}), **options)  # type: ignore[arg-type] # click has converted them

    asking = language_option(asking)
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
                "--full-read", is_flag=True, help="整个文件全部载入，结果相同但更慢 load all of each file: same, slower"
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


def history_options(command: Callable[..., None]) -> Callable[..., None]:
    """What stands beside one project: the stage before, the survey, what people decided."""
    for option in (
        click.option("--decisions", type=click.Path(), help="决定与豁免 decisions.toml (bimcheck decide)"),
        click.option("--survey", type=click.Path(), help="竣工测绘表 CSV, areas surveyed on completion"),
        click.option("--previous", type=click.Path(), help="上阶段的 JSON 报告 JSON report of the stage before"),
    ):
        command = option(command)
    return command
