"""``bimcheck batch``: many models, unattended."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from bimcheck.cli.console import one_line, one_line_errors
from bimcheck.cli.options import Asked, review_options, template_option


@click.command()
@click.argument("inputs", nargs=-1)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="结果文件夹 folder of results")
@click.option(
    "--manifest", "manifests", multiple=True, type=click.Path(path_type=Path), help="清单 CSV or JSON lines of models"
)
@click.option("--jobs", type=click.IntRange(min=1), help="同时审查数 checks at a time (default: processors)")
@click.option(
    "--format", "formats", multiple=True, default=("json", "html"), show_default=True, help="报告格式 formats"
)
@template_option
@review_options
def batch(
    inputs: tuple[str, ...],
    output: Path,
    manifests: tuple[Path, ...],
    jobs: int | None,
    formats: tuple[str, ...],
    template: str | None,
    asked: Asked,
) -> None:
    """批量审查。Review many models: files, folders, patterns, zip archives, manifests, - for a list on standard input.

    再次运行时只审查缺少或有变动的。Started again, it checks only what is missing or changed.
    """
    language = asked.language
    with one_line_errors(language):
        from bimcheck.batch import Batch, Overview, Store, gather, run_batch
        from bimcheck.batch.bar import progress_bar
        from bimcheck.isolation import joint_exit_code

        what = Batch.prepared(replace(asked.job(formats), template=template), asked.limits(), jobs)
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
        click.echo(one_line(overview.in_short(), language), err=True)
        sys.exit(joint_exit_code(overview.exit_codes))
