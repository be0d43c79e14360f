"""The progress of a batch on a terminal: how many are done, what they gave, how long the rest will take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bimcheck.batch.run import Row
from bimcheck.text import Language, Text

_SHOWN = {
    0: Text("符合", "pass"),
    1: Text("不符合", "fail"),
    3: Text("资料不足", "undetermined"),
    2: Text("无法审查", "unchecked"),
    4: Text("缺陷", "defect"),
}


@contextmanager
def progress_bar(total: int, language: Language) -> Iterator[Callable[[Row], None]]:
    """A bar on standard error, only where that is a terminal; gives what is to be told of every finished row."""
    console = Console(stderr=True)
    counts: Counter[int] = Counter()
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)

        def advance(row: Row) -> None:
            counts[row.outcome.exit_code] += 1
            text = " · ".join(
                f"{name.in_language(language)} {counts[code]}" for code, name in _SHOWN.items() if counts[code]
            )
            bar.update(task, advance=1, description=text)

        yield advance
