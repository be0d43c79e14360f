"""What people write down beside a model: the brief, their decisions, a model with the review in it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from bimcheck.cli.console import one_line_errors, today
from bimcheck.cli.options import Asked, history_options, language_option, review_options
from bimcheck.errors import UsageError
from bimcheck.files import write_whole
from bimcheck.text import Language


@click.command()
@click.argument("path", default="brief.toml", type=click.Path(path_type=Path))
@language_option
def init(path: Path, language: Language) -> None:
    """写一份带注释的任务书。Write a commented brief to fill in."""
    with one_line_errors(language):
        from importlib import resources

        if path.exists():
            raise UsageError(f"{path} 已存在，未改动", f"{path} exists already and was left as it is")
        write_whole(path, resources.files("bimcheck.data").joinpath("brief_template.toml").read_text("utf-8"))
        click.echo(str(path))


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("finding")
@click.option("--name", required=True, help="决定人 who decides")
@click.option("--role", required=True, help="所代表的一方 for which party")
@click.option("--reason", required=True, help="理由 why")
@click.option("--outcome", type=click.Choice(["accepted", "refused", "revise"]), help="同意、不同意、整改后复审")
@click.option("--waive", is_flag=True, help="豁免（不改变结论） waive it; the result stays")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="决定日期 day of the decision (default: today)")
@click.option("-o", "--output", type=click.Path(path_type=Path), default="decisions.toml", show_default=True)
@language_option
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
    with one_line_errors(language):
        from bimcheck.chain import load_previous
        from bimcheck.decisions import decide as decision_on
        from bimcheck.decisions import with_entry

        if waive == (outcome is not None):
            raise UsageError("请给出 --outcome 或 --waive 之一", "give either --outcome or --waive")
        day = on.date() if on is not None else today()
        made = decision_on(load_previous(report), finding, outcome, name=name, role=role, on=day, reason=reason)
        write_whole(output, with_entry(output, made))
        click.echo(str(output))


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="标注副本 the copy to write")
@history_options
@review_options
def annotate(
    model: Path, output: Path, previous: str | None, survey: str | None, decisions: str | None, asked: Asked
) -> None:
    """把审查结果写入模型副本，送审文件不动。Write the review into a copy of the model."""
    with one_line_errors(asked.language):
        from bimcheck.annotate import annotate as write_copy
        from bimcheck.brief import Brief, load_brief
        from bimcheck.chain import load_previous
        from bimcheck.decisions import load_decisions
        from bimcheck.pipeline import review
        from bimcheck.survey import load_survey

        brief = load_brief(Path(asked.brief)) if asked.brief is not None else Brief()
        found = review(
            model,
            brief=brief,
            stage=asked.stage,  # type: ignore[arg-type] # click.Choice admits exactly the stages
            ruleset=asked.ruleset,
            area_standard_name=asked.area_standard,
            unit=asked.unit,
            as_of=asked.as_of.date() if asked.as_of is not None else today(),
            survey=load_survey(Path(survey)) if survey is not None else None,
            previous=load_previous(Path(previous)) if previous is not None else None,
            decisions=load_decisions(Path(decisions)) if decisions is not None else (),
        )
        write_copy(found, model, output, brief.layers)
        click.echo(str(output))
        sys.exit(found.exit_code)
