"""What changed since the stage before, as rows that every report for people shows in the same words and order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bimcheck.drawing.shapes import RefKind
from bimcheck.history import Chain, ClauseChange, PlaceChange
from bimcheck.notation import NOTHING, STAGES, STATUSES, amount, clean, difference, measure_name
from bimcheck.terms import Status
from bimcheck.text import Text

PLACE_CHANGES: Mapping[PlaceChange, Text] = {
    "lost": Text("缺失", "lost"),
    "shrunk": Text("变小", "shrunk"),
    "moved": Text("移位", "moved"),
    "grown": Text("变大", "grown"),
    "new": Text("新增", "new"),
    "kept": Text("不变", "kept"),
}
CLAUSE_CHANGES: Mapping[ClauseChange, Text] = {
    "new": Text("新增问题", "new"),
    "persisting": Text("仍未解决", "persisting"),
    "resolved": Text("已解决", "resolved"),
    "not-rechecked": Text("本次未复核", "not re-checked"),
    "clear": Text("无问题", "clear"),
}
TONES: Mapping[PlaceChange | ClauseChange, Literal["fail", "undetermined", "manual", "pass", "not_applicable"]] = {
    "lost": "fail", "shrunk": "fail", "moved": "undetermined", "grown": "manual", "new": "manual", "kept": "pass",
    "persisting": "undetermined", "resolved": "pass", "not-rechecked": "not_applicable", "clear": "pass",
}  # fmt: skip
"""Which status's colour a change is shown in."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A thing then and now; ``ref`` links it to the plan where it is still there. ``tone`` names a colour."""

    subject: Text
    place: str
    change: Text
    tone: str
    before: Text
    after: Text
    difference: Text
    remarks: tuple[Text, ...]
    declined: bool
    ref: tuple[RefKind, str] | None = None


def summary(chain: Chain) -> Text:
    """One sentence: with which stage it was compared, and how much got worse."""
    stage, file = STAGES[chain.previous.stage], clean(chain.previous.file)
    if not chain.declines:
        return Text(f"与{stage.zh}（{file}）相比没有变差。", f"Nothing got worse since {stage.en.lower()} ({file}).")
    count = chain.declines
    return Text(
        f"与{stage.zh}（{file}）相比有 {count} 处变差，即使仍满足要求也逐一列出。",
        f"Since {stage.en.lower()} ({file}), {count} thing{'s' * (count > 1)} got worse; each is listed though it may"
        " still suffice.",
    )


def room_rows(chain: Chain) -> list[ChangeRow]:
    """Every service room of either stage, the worst change first."""
    rows = []
    for room in chain.rooms:
        moved = amount(room.moved_m, "m")
        remarks = room.remarks if room.moved_m is None else (Text(f"移动 {moved.zh}", f"by {moved.en}"), *room.remarks)
        then = NOTHING if room.before is None else amount(room.before.gross_area_m2, "m2")
        ref: tuple[RefKind, str] | None = (
            None if room.change == "lost" and room.matched_by is None else ("room", room.id)
        )
        rows.append(
            ChangeRow(
                Text(clean(room.name), clean(room.name)), clean(room.storey), PLACE_CHANGES[room.change],
                TONES[room.change], then, amount(room.gross_area_m2, "m2"), difference(room.difference_m2, "m2"),
                remarks, room.declined, ref,
            )
        )  # fmt: skip
    return rows


def entrance_rows(chain: Chain) -> list[ChangeRow]:
    """Every judged entrance of either stage; then and now say whether it qualifies."""
    rows = []
    for entrance in chain.entrances:
        moved = amount(entrance.moved_m, "m")
        name = clean(entrance.name) or clean(entrance.id)
        tone = "fail" if entrance.declined else TONES[entrance.change]
        before = NOTHING if entrance.previous_id is None else _qualifies(entrance.qualified)
        after = NOTHING if entrance.change == "lost" else _qualifies(entrance.qualifies)
        ref: tuple[RefKind, str] | None = None if entrance.change == "lost" else ("entrance", entrance.id)
        rows.append(
            ChangeRow(
                Text(name, name), clean(entrance.storey), PLACE_CHANGES[entrance.change], tone, before, after, moved,
                entrance.remarks, entrance.declined, ref,
            )
        )  # fmt: skip
    return rows


def measure_rows(chain: Chain) -> list[ChangeRow]:
    """The main measurements of both stages, with the bounds of each where they are open."""
    rows = []
    for measure in chain.measurements:
        by = difference(measure.difference, measure.unit)
        less, more = Text("减少", "less"), Text("增加", "more")
        gap = measure.difference or 0.0
        change = less if gap < 0 else more if gap > 0 else PLACE_CHANGES["kept"]
        if by.zh.startswith("±"):
            change = PLACE_CHANGES["kept"]
        rows.append(
            ChangeRow(
                measure_name(measure.name), "", change, "fail" if measure.declined else "not_applicable",
                _span(measure.before, measure.low_before, measure.high_before, measure.unit),
                _span(measure.after, measure.low_after, measure.high_after, measure.unit), by, (), measure.declined,
            )
        )  # fmt: skip
    return rows


def clause_rows(chain: Chain) -> list[ChangeRow]:
    """The clauses whose answer is or was a finding; those that were and are clear have nothing to tell."""
    order = list(CLAUSE_CHANGES)
    shown = sorted(
        (c for c in chain.clauses if c.change != "clear"), key=lambda c: (not c.declined, order.index(c.change))
    )
    rows = []
    for clause in shown:
        gap = None
        if clause.value_before is not None and clause.value_after is not None:
            gap = clause.value_after - clause.value_before
        rows.append(
            ChangeRow(
                clause.title, clean(clause.clause), CLAUSE_CHANGES[clause.change],
                "fail" if clause.declined else TONES[clause.change], _status(clause.before), _status(clause.after),
                difference(gap, clause.unit), (), clause.declined,
            )
        )  # fmt: skip
    return rows


def _status(status: Status | None) -> Text:
    return NOTHING if status is None else STATUSES[status]


def _qualifies(answer: bool | None) -> Text:  # noqa: FBT001  an answer of three values, not a switch
    return {True: Text("符合", "qualifies"), False: Text("不符合", "does not"), None: Text("不明", "unknown")}[answer]


def _span(value: float | None, low: float | None, high: float | None, unit: str) -> Text:
    shown, bottom, top = amount(value, unit), amount(low, unit), amount(high, unit)
    if low is None or high is None or bottom == top:
        return shown
    return Text(f"{shown.zh}（{bottom.zh}–{top.zh}）", f"{shown.en} ({bottom.en}–{top.en})")
