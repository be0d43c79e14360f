"""What a person decided, and ``decisions.toml``, where it is written down.

A decision names its finding, its maker, and what it was made on: the model's hash and, where they are given, the
status, the value and the evidence of that day. An unknown key is an error, so that no decision is dropped by a slip.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bimcheck.errors import BimcheckError
from bimcheck.history import Decision


class Decisions(BaseModel):
    """A file of decisions, in the order they were written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decisions_version: Literal[1] = 1
    decision: tuple[Decision, ...] = ()


def load_decisions(path: Path) -> tuple[Decision, ...]:
    """Read a file of decisions.

    Raises:
        BimcheckError: the file is missing, is no UTF-8 TOML, or has unknown keys or wrong values; all are named.
    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BimcheckError(
            f"读不到决定文件 {path}：{error.strerror}", f"cannot read the decisions {path}: {error.strerror}"
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BimcheckError(
            f"决定文件 {path} 不是有效的 TOML：{error}", f"the decisions {path} are not valid TOML: {error}"
        ) from None
    try:
        return Decisions.model_validate(data).decision
    except ValidationError as error:
        zh, en = zip(*(_problem(item["loc"], item["type"], item["msg"]) for item in error.errors()), strict=True)
        raise BimcheckError(f"决定文件 {path}：" + "；".join(zh), f"decisions {path}: " + "; ".join(en)) from None


def _problem(location: tuple[int | str, ...], kind: str, detail: str) -> tuple[str, str]:
    """What is wrong under which key; decisions are counted from 1."""
    key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    match kind:
        case "extra_forbidden":
            return f"未知的键 {key}", f"unknown key {key}"
        case "missing":
            return f"缺少 {key}", f"{key} is missing"
    return f"{key} 的值不对（{detail}）", f"{key} has a wrong value ({detail})"


def as_toml(decision: Decision) -> str:
    """The decision as an entry to append to ``decisions.toml``."""
    pairs = decision.model_dump(mode="json", exclude_none=True)
    lines = [f"{key} = {value if key == 'date' else _toml(value)}" for key, value in pairs.items()]
    return "\n[[decision]]\n" + "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Strings and lists of strings; a JSON string is a TOML string, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
