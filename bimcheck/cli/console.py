"""The terminal and the clock: what is printed, how errors end, which day it is."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any

import click

from bimcheck.errors import BimcheckError, UsageError
from bimcheck.text import Language, Text

_DEFECT = 4
_INTERRUPTED = 130


def today() -> date:
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


def print_bytes(parts: Sequence[bytes]) -> None:
    """Reports to standard output as they are, whatever the terminal's encoding."""
    for part in parts:
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(part.decode())
        else:
            stream.write(part)
            stream.flush()


@contextmanager
def progress_line(language: Language) -> Iterator[Any]:
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


def one_line(message: Text, language: Language) -> str:
    """One clear line: what the user may do something about."""
    text = " ".join(message.in_language(language).split())
    shown = "".join(c if c.isprintable() else "�" for c in text)
    return f"bimcheck: {shown}"


def _end_in_order(number: int, _: object) -> None:
    """End on a signal as if by oneself, so that children end and nothing half-written stays."""
    sys.exit(128 + number)


@contextmanager
def one_line_errors(language: Language) -> Iterator[None]:
    """Turn errors into one line on standard error and their exit code; never a traceback."""
    with suppress(ValueError):  # outside the main thread nobody sends signals
        signal.signal(signal.SIGTERM, _end_in_order)
    try:
        yield
    except BimcheckError as error:
        click.echo(one_line(error.message, language), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo(one_line(Text("已中断", "interrupted"), language), err=True)
        sys.exit(_INTERRUPTED)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # whatever escapes is a defect, and the user gets a line, not a traceback
        if os.environ.get("BIMCHECK_DEBUG"):
            raise
        zh = f"程序缺陷（{type(error).__name__}: {error}）；设 BIMCHECK_DEBUG=1 可看详情，请报告给我们"
        en = f"a defect of bimcheck ({type(error).__name__}: {error}); BIMCHECK_DEBUG=1 shows more; please report it"
        click.echo(one_line(Text(zh, en), language), err=True)
        sys.exit(_DEFECT)
