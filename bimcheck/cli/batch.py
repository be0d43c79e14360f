"""``bimcheck batch``: many models, unattended."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from bimcheck.cli.console import one_line, one_line_errors
from bimcheck.cli.options import Asked, review_options, template_option

if TYPE_CHECKING:
    from bimcheck.batch import Runner


@click.command()
@click.argument("inputs", nargs=-1)
@click.option("-o", "--output", required=True, help="结果文件夹 folder or URL of results")
@click.option("--manifest", "manifests", multiple=True, help="清单 CSV or JSON lines of models")
@click.option(
    "--scheduler", metavar="tcp://…", help="分发到 dask 集群 spread the checks over a dask.distributed cluster"
)
@click.option("--jobs", type=click.IntRange(min=1), help="同时审查数 checks at a time (default: processors)")
@click.option(
    "--format", "formats", multiple=True, default=("json", "html"), show_default=True, help="报告格式 formats"
)
@template_option
@review_options
def batch(
    inputs: tuple[str, ...],
    output: str,
    manifests: tuple[str, ...],
    scheduler: str | None,
    jobs: int | None,
    formats: tuple[str, ...],
    template: str | None,
    asked: Asked,
) -> None:
    """批量审查。Review many models: files, folders, patterns, zip archives, manifests, - for a list on standard input.

    都可以是网址。All of them may be URLs: s3://bucket/inbox (bimcheck[remote]).

    再次运行时只审查缺少或有变动的。Started again, it checks only what is missing or changed.
    """
    language = asked.language
    with one_line_errors(language):
        from bimcheck.batch import Batch, Here, Overview, gather, run_batch, store_at
        from bimcheck.batch.bar import progress_bar
        from bimcheck.batch.location import located
        from bimcheck.isolation import joint_exit_code

        limits = asked.limits()
        if scheduler is None and _is_default("memory"):
            limits = limits.shared_by(jobs or Here().places)
        what = Batch.prepared(replace(asked.job(formats), template=template), limits)
        lines = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape") if "-" in inputs else None
        place = located(output)
        found = gather(inputs, manifests=[located(each) for each in manifests], lines=lines, output=place)
        store = store_at(place)
        with store.opened(), closing(_runner(scheduler)) as runner:
            overview = Overview(found, what.job.stage, store)
            try:
                with progress_bar(len(found.requests), language) as advance:
                    run_batch(found.requests, what, store, (overview.add, advance), runner, jobs)
            finally:
                overview.write(language)
        click.echo(one_line(overview.in_short(), language), err=True)
        sys.exit(joint_exit_code(overview.exit_codes))


def _runner(scheduler: str | None) -> Runner:
    from bimcheck.batch import Here

    if scheduler is None:
        return Here()
    from bimcheck.batch.cluster import Cluster

    return Cluster(scheduler)


def _is_default(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.DEFAULT
