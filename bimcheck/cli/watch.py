"""``bimcheck watch``: a designer's page that follows every save."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import click

from bimcheck.cli.console import one_line_errors, print_bytes
from bimcheck.cli.options import Asked, cache_option, history_options, review_options
from bimcheck.cli.run import checked, say
from bimcheck.errors import UsageError
from bimcheck.files import write_whole

_POLL_S = 0.3


@click.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="网页 the page (default: MODEL.html)")
@cache_option
@history_options
@review_options
def watch(
    models: tuple[Path, ...],
    output: Path | None,
    previous: str | None,
    survey: str | None,
    decisions: str | None,
    asked: Asked,
    *,
    no_cache: bool,
) -> None:
    """保存即重审，打开的网页随之更新；Ctrl-C 结束。Check anew on every save, and refresh the open page; Ctrl-C ends."""
    language = asked.language
    with one_line_errors(language):
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
                with checked(job, asked.limits(), isolated=True, cached=not no_cache) as (outcome, folder):
                    if outcome.message is not None:
                        say(outcome, page_path.with_suffix(".crash.json"), language)
                        continue
                    page = (folder / outcome.reports["html"]).read_text("utf-8")
                    print_bytes([(folder / outcome.reports["readiness"]).read_bytes()])
                write_whole(page_path, live_page(page))
                click.echo(f"{page_path.resolve().as_uri()}\n", err=True)
        except KeyboardInterrupt:
            return
        finally:
            if page:  # what is left behind no longer reloads itself
                write_whole(page_path, page)
