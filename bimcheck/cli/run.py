"""One check from the command line: its reports, or the one line that says why there are none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bimcheck.cli.console import one_line, progress_line
from bimcheck.text import Language, Text

if TYPE_CHECKING:
    from bimcheck.isolation import Job, Limits, Outcome


@contextmanager
def checked(job: Job, limits: Limits, *, isolated: bool, cached: bool) -> Iterator[tuple[Outcome, Path]]:
    """The outcome of a check and the folder with its reports, which is gone afterwards.

    ``cached`` takes it from the user's cache where the same check was done before, and keeps it there otherwise.
    """
    from bimcheck.cache import Identity, default_cache
    from bimcheck.isolation import attempt, check_in_child, perform

    cache, identity = default_cache() if cached else None, Identity(job)
    run = check_in_child if isolated else perform if os.environ.get("BIMCHECK_DEBUG") else attempt
    with tempfile.TemporaryDirectory(prefix="bimcheck-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        outcome = cache.find(identity, folder) if cache is not None else None
        if outcome is None:
            with progress_line(job.language) as progress:
                outcome = run(job, folder, limits, progress)
            if cache is not None:
                cache.keep(identity, outcome, folder)
        yield outcome, folder


def say(outcome: Outcome, crash_place: Path, language: Language) -> None:
    """The one line of a check that made no report, with the place of its crash file."""
    message = outcome.message or Text("", "")
    if outcome.crash is not None:
        from bimcheck.delivery import write_crash

        place = write_crash(outcome, crash_place)
        message = Text(f"{message.zh}：{place}", f"{message.en}: {place}")
    click.echo(one_line(message, language), err=True)
