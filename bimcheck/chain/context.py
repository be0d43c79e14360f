"""What must be known before two stages are compared: other rules, other standards, another order, other coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bimcheck.chain.alignment import Alignment
from bimcheck.chain.previous import Previous
from bimcheck.history import Chain, EntranceChange, MeasureChange, RoomChange
from bimcheck.model import Note, Severity
from bimcheck.notation import STAGES, amount, clean, difference, measure_name, standard_name
from bimcheck.review import Review
from bimcheck.terms import Stage
from bimcheck.text import Text

_STAGES: tuple[Stage, ...] = ("scheme", "preliminary", "construction", "completion")
_SHIFTED_M = 0.5


def context_notes(previous: Previous, review: Review, alignment: Alignment) -> tuple[Note, ...]:
    """What the reader of the comparison must know about its two sides."""
    return tuple(_context(previous, review, alignment))


def _context(previous: Previous, review: Review, alignment: Alignment) -> Iterator[Note]:
    report, here = previous.report, review
    then, now = STAGES[report.stage], STAGES[here.stage]
    if _STAGES.index(report.stage) > _STAGES.index(here.stage):
        zh = f"上阶段报告属于{then.zh}，晚于本次的{now.zh}：请确认没有拿错"
        yield _note("stage-order", "warning", zh, f"the previous report is of {then.en}, later than {now.en}: check it")
    if report.model.sha256 == here.source.sha256:
        zh = "模型文件与上阶段完全相同"
        yield _note("stage-same-model", "info", zh, "the model file is the very one of the previous stage")
    old, new = clean(report.model.project), clean(here.model.project_name)
    if report.project.name and here.project.name:  # by the briefs, which know better than the models
        old, new = clean(report.project.name), clean(here.project.name)
    if old and new and old != new:
        zh = f"项目名称不同：上阶段“{old}”，本次“{new}”；请确认是同一项目"
        yield _note("stage-other-project", "warning", zh, f"other project names: “{old}” then, “{new}” now; check it")
    if report.ruleset.id != here.ruleset.id or report.ruleset.digest != here.ruleset.digest:
        old = f"{clean(report.ruleset.id)} {_short(report.ruleset.digest)}"
        new = f"{here.ruleset.id} {_short(here.ruleset.digest)}"
        zh, en = f"规则不同：上阶段 {old}，本次 {new}", f"other rules: {old} then, {new} now"
        yield _note(
            "stage-other-rules",
            "warning",
            f"{zh}；条款结论的变化可能出自规则",
            f"{en}; that may be why a clause changed",
        )
    if report.area_standard != here.area_standard:
        old, new = standard_name(report.area_standard), standard_name(here.area_standard)
        zh = f"主用面积标准不同：上阶段 {old}，本次 {new}；房间按 {old} 比较，汇总值各按其标准"
        en = f"other area standard: {old} then, {new} now; rooms are compared under {old}, totals each under its own"
        yield _note("stage-other-standard", "warning", zh, en)
    if report.tool.version != here.tool_version:
        zh = f"程序版本不同：上阶段 {report.tool.version}，本次 {here.tool_version}"
        yield _note("stage-other-tool", "info", zh, f"other program version: {report.tool.version} then")
    if report.verdict != "pass":
        zh = "上阶段结论不是“符合”"
        yield _note("stage-previous-open", "info", zh, "the previous stage did not end with compliance")
    yield from _coordinates(previous, alignment)


def _coordinates(previous: Previous, alignment: Alignment) -> Iterator[Note]:
    shift = alignment.shift_m
    if not any(room.counted for room in previous.report.rooms):
        return
    if shift is None:
        if any(room.place_m or room.outline_m for room in previous.report.rooms):
            zh = "两阶段的坐标对不上，无法按位置比较；房间只按编号、楼层和名称对应，移位不能发现"
            en = (
                "the coordinates of the two stages have nothing in common: rooms are matched by id, storey and name"
                " only, and a move cannot be seen"
            )
        else:
            zh = "上阶段报告没有房间位置，移位不能发现"
            en = "the previous report has no places of rooms, so a move cannot be seen"
        yield _note("stage-places-unknown", "warning", zh, en)
    elif math.hypot(*shift) > _SHIFTED_M:
        zh = f"坐标原点改变（{shift[0]:+.2f}, {shift[1]:+.2f} m），已按建筑轮廓对齐后比较"
        en = f"the origin has changed ({shift[0]:+.2f}, {shift[1]:+.2f} m); plans were aligned before comparing"
        yield _note("stage-origin-shifted", "info", zh, en)


def decline_notes(chain: Chain) -> tuple[Note, ...]:
    """A note for everything that got worse since the previous stage, so that every form of report tells it."""
    stage = STAGES[chain.previous.stage]
    notes = [_declined_room(room, stage) for room in chain.rooms if room.declined]
    notes += [_declined_entrance(entrance, stage) for entrance in chain.entrances if entrance.declined]
    notes += [_declined_measure(measure, stage) for measure in chain.measurements if measure.declined]
    return tuple(notes)


def _declined_room(room: RoomChange, stage: Text) -> Note:
    code = {"lost": "stage-room-lost", "shrunk": "stage-room-shrunk"}.get(room.change, "stage-room-declined")
    then = amount(None if room.before is None else room.before.gross_area_m2, "m2")
    now, by = amount(room.gross_area_m2, "m2"), difference(room.difference_m2, "m2")
    name = clean(room.name)
    zh, en = {
        "lost": (f"“{name}”（{then.zh}）本次没有", f"“{name}” ({then.en}) is gone"),
        "shrunk": (
            f"“{name}”由 {then.zh} 减为 {now.zh}（{by.zh}）",
            f"“{name}” shrank from {then.en} to {now.en} ({by.en})",
        ),
    }.get(room.change, (f"“{name}”的条件变差", f"“{name}” is worse placed"))
    more = ("；" + "；".join(r.zh for r in room.remarks), "; " + "; ".join(r.en for r in room.remarks))
    zh, en = (zh + more[0], en + more[1]) if room.remarks else (zh, en)
    return _note(code, "warning", f"较{stage.zh}：{zh}", f"since the {stage.en.lower()}: {en}", (room.id,))


def _declined_entrance(entrance: EntranceChange, stage: Text) -> Note:
    name = clean(entrance.name) or clean(entrance.id)
    what = ("没有了", "is gone") if entrance.change == "lost" else ("不再符合要求", "no longer qualifies")
    more = ("；" + "；".join(r.zh for r in entrance.remarks), "; " + "; ".join(r.en for r in entrance.remarks))
    zh, en = f"出入口“{name}”{what[0]}", f"entrance “{name}” {what[1]}"
    zh, en = (zh + more[0], en + more[1]) if entrance.remarks else (zh, en)
    return _note(
        "stage-entrance-declined",
        "warning",
        f"较{stage.zh}：{zh}",
        f"since the {stage.en.lower()}: {en}",
        (entrance.id,),
    )


def _declined_measure(measure: MeasureChange, stage: Text) -> Note:
    name, by = measure_name(measure.name), difference(measure.difference, measure.unit)
    old, new = amount(measure.before, measure.unit), amount(measure.after, measure.unit)
    zh = f"较{stage.zh}：{name.zh}由 {old.zh} 减为 {new.zh}（{by.zh}）"
    en = f"since the {stage.en.lower()}: {name.en} fell from {old.en} to {new.en} ({by.en})"
    return _note("stage-measure-declined", "warning", zh, en)


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _note(code: str, severity: Severity, zh: str, en: str, refs: tuple[str, ...] = ()) -> Note:
    return Note(code, severity, Text(zh, en), refs)
