"""Commands that explain: rulesets and their cases, schemas, the layers of a drawing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bimcheck.cli.console import one_line_errors
from bimcheck.cli.options import language_option
from bimcheck.text import Language


@click.command()
@click.argument("ruleset", required=False)
@language_option
def rulesets(ruleset: str | None, language: Language) -> None:
    """列出规则集，或解释其中每一条。List the rulesets, or explain every rule of one."""
    with one_line_errors(language):
        from bimcheck.rules.listing import describe_ruleset, describe_rulesets

        click.echo(describe_ruleset(ruleset, language) if ruleset else describe_rulesets(language))


@click.command()
@click.argument("ruleset", default="haining/2023")
@language_option
def selftest(ruleset: str, language: Language) -> None:
    """用每条规则的算例检验规则集。Run every rule's cases and say what each gave."""
    with one_line_errors(language):
        from bimcheck.rules.selftest import describe_outcomes, run_cases

        outcomes = run_cases(ruleset)
        click.echo(describe_outcomes(outcomes, language))
        sys.exit(0 if outcomes and all(outcome.ok for outcome in outcomes) else 1)


@click.command()
@click.argument("kind", type=click.Choice(["report", "brief", "ruleset"]))
@language_option
def schema(kind: str, language: Language) -> None:
    """打印报告、任务书或规则集的 JSON Schema。Print the JSON Schema of report, brief or ruleset."""
    with one_line_errors(language):
        import json

        from bimcheck.schema import schema_for

        click.echo(json.dumps(schema_for(kind), ensure_ascii=False, indent=2))  # type: ignore[arg-type] # a Choice


@click.command()
@click.argument("drawing", type=click.Path(path_type=Path))
@click.option(
    "--brief", type=click.Path(path_type=Path), help="任务书，用其中的图层对照表 brief.toml, for its [layers]"
)
@language_option
def layers(drawing: Path, brief: Path | None, language: Language) -> None:
    """说明图纸每个图层被怎样理解。Show how every layer of a drawing was understood."""
    with one_line_errors(language):
        from bimcheck.brief import load_brief
        from bimcheck.readers.dxf import describe_layers, layer_table

        mapped = load_brief(brief).layers if brief is not None else None
        click.echo(layer_table(describe_layers(drawing, mapped), language))
