"""From files to plans in metres: opened, expanded, told apart, units judged, and brought onto one origin."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from bimcheck.errors import UnreadableModelError, UsageError
from bimcheck.model import Note
from bimcheck.readers.dxf.content import Caption, Content, Placement, Shape
from bimcheck.readers.dxf.document import Document, open_document
from bimcheck.readers.dxf.doors import OPENING_ROLES, is_opening_block
from bimcheck.readers.dxf.expand import Expansion
from bimcheck.readers.dxf.layers import SITE_ROLES, LayerMap
from bimcheck.readers.dxf.motion import apply, move_curves, scale_of
from bimcheck.readers.dxf.names import is_whole_name
from bimcheck.readers.dxf.notes import content_notes, ignored_plan_note, paper_space_note
from bimcheck.readers.dxf.plans import BODY_ROLES, Plan, split_plans
from bimcheck.readers.dxf.titles import PlanTitle, parse_title
from bimcheck.readers.dxf.units import METRES, Judgement, Unit, declared_unit, judge
from bimcheck.storey_names import parse_storey_name
from bimcheck.text import Text

View = Literal["floor", "site"]


@dataclass(slots=True)
class Sheet:
    """One plan in drawing units, with its file and what its geometry says about the unit."""

    plan: Plan
    view: View
    document: Document
    prefix: str
    declared: Unit | None
    judgement: Judgement
    unit: Unit | None = None

    @property
    def where(self) -> str:
        """How to speak of the plan."""
        return self.plan.label or self.document.path.name


@dataclass(slots=True)
class Reading:
    """Everything read before rooms are looked for."""

    documents: list[Document] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unit: Unit = "mm"
    unit_basis: Literal["declared", "inferred", "option"] = "declared"


def read_sheets(paths: Sequence[Path], layers: LayerMap, option: Unit | None, *, full: bool = False) -> Reading:
    """Open every file and tell its plans apart; every sheet comes out with a unit. ``full`` loads all of each file.

    Raises:
        BimcheckError: a file cannot be read, or the option cannot be its unit.
    """
    reading = Reading()
    for number, path in enumerate(paths):
        document = open_document(path, None if full else layers.is_unused)
        prefix = f"{number + 1}:" if len(paths) > 1 else ""
        _read_file(document, prefix, layers, reading, several=len(paths) > 1)
    _settle_units(reading, option)
    return reading


def expand_document(document: Document, layers: LayerMap) -> tuple[Content, Expansion]:
    """The model space of a document; layers that the project's own map names are read although hidden."""
    expansion = Expansion(
        document.drawing,
        lambda layer: not layers.is_unused(layer),
        layers.is_mapped,
        lambda name, layer: layers.role(layer) in OPENING_ROLES or is_opening_block(name),
        document.parts,
    )
    return expansion.read(document.drawing.modelspace()), expansion


def _read_file(document: Document, prefix: str, layers: LayerMap, reading: Reading, *, several: bool) -> None:
    file = document.path.name
    content, expansion = expand_document(document, layers)
    reading.documents.append(document)
    reading.contents.append(content)
    reading.notes += [*document.notes, *content_notes(content, layers.role, file)]
    drawn_on_paper, named_on_paper = _paper_space(document, expansion, layers)
    document.release()
    empty = not (content.shapes or content.captions or any(p.corners is not None for p in content.placements))
    if drawn_on_paper:
        reading.notes.append(paper_space_note(file, drawn_on_paper, blocking=empty or named_on_paper))
    if empty and not any((drawn_on_paper, content.hidden, content.proxies, content.missing_blocks, content.left_out)):
        damaged = content.not_finite or content.recursive_blocks
        if damaged:
            raise UnreadableModelError(
                f"{file} 的模型空间没有可用的图形（坐标无效或图块循环引用）",
                f"{file}: nothing in model space can be used (invalid coordinates or a block inserted in itself)",
            )
        raise UnreadableModelError(f"{file} 的模型空间是空的", f"{file}: the model space is empty")
    declared = declared_unit(document.drawing.header.get("$INSUNITS"))
    ignored: list[tuple[str, Text]] = []
    plans = [_titled(plan, document.path, several=several) for plan in split_plans(content, layers.role)]
    told = frozenset(number for plan in plans if _is_floor(plan) for number in _numbers(plan))
    for titled in plans:
        if titled.title is not None and titled.title.view == "other":
            ignored.append((titled.title.text, titled.title.reason or Text("", "")))
            continue
        view = _view(titled, layers, told)
        sheet = Sheet(titled, view, document, prefix, declared, judge(titled.shapes, titled.captions, layers.role))
        reading.sheets.append(sheet)
    note = ignored_plan_note(ignored, file)
    if note is not None:
        reading.notes.append(note)


def _titled(plan: Plan, path: Path, *, several: bool) -> Plan:
    """A plan without a title takes the file's name for one, where that names a storey or the site."""
    if plan.title is not None:
        return plan
    stem = path.stem
    title = parse_title(stem)
    if title is not None and title.view == "floor" and (title.storey is None or title.storey.kind == "unknown"):
        title = None
    if title is None and (several or re.search(r"[层楼]|^(?:-?\d+F|F\d+|B\d+)$", stem, re.IGNORECASE)):
        if re.search(r"site|总图|总平", stem, re.IGNORECASE):
            title = PlanTitle(stem, "site")
        elif (name := parse_storey_name(stem)).kind not in ("unknown", "site"):
            title = PlanTitle(stem, "floor", name)
    return plan if title is None else replace(plan, title=title)


def _is_floor(plan: Plan) -> bool:
    return plan.title is not None and plan.title.view == "floor"


def _numbers(plan: Plan) -> tuple[int, ...]:
    return plan.title.storey.numbers if plan.title is not None and plan.title.storey is not None else ()


def _view(plan: Plan, layers: LayerMap, told: frozenset[int]) -> View:
    """What a plan is read as; a site plan that shows a storey with rooms, which no other plan does, is that floor."""
    if plan.title is not None and (
        plan.title.view != "site" or not _numbers(plan) or told.intersection(_numbers(plan))
    ):
        return "site" if plan.title.view == "site" else "floor"
    roles = [layers.role(shape.layer) for shape in plan.shapes]
    has_site = any(role in SITE_ROLES for role in roles)
    return "site" if has_site and not any(role in BODY_ROLES for role in roles) else "floor"


def _paper_space(document: Document, expansion: Expansion, layers: LayerMap) -> tuple[list[tuple[str, int]], bool]:
    """Layouts in which walls or rooms are drawn, with how many such shapes, and whether one of them names rooms."""
    found, named = [], False
    for layout in document.drawing.layouts:
        if layout.name != "Model":
            content = expansion.read(layout)
            drawn = sum(layers.role(shape.layer) in ("wall", "area-frame", "room") for shape in content.shapes)
            if drawn:
                found.append((layout.name, drawn))
                named = named or any(is_whole_name(caption.text) for caption in content.captions)
    return found, named


# --------------------------------------------------------------------------------------------- units


def _settle_units(reading: Reading, option: Unit | None) -> None:
    """Give every sheet its unit. Where the file and the sizes drawn disagree, nothing measured is to be relied on.

    A site plan may be drawn in metres beside plans in millimetres; two floor plans that disagree are a question.
    """
    if option is not None:
        reading.unit, reading.unit_basis = option, "option"
        for sheet in reading.sheets:
            sheet.unit = option
            if sheet.view == "site" and sheet.judgement.unit not in (None, option) and len(reading.sheets) > 1:
                sheet.unit = sheet.judgement.unit
        reading.notes += _contradictions([s for s in reading.sheets if s.unit == option], option)
        _note_mixed(reading)
        return
    for sheet in reading.sheets:
        if sheet.declared is not None and sheet.judgement.agrees(sheet.declared):
            sheet.unit = sheet.declared
        elif sheet.declared is None:
            sheet.unit = sheet.judgement.unit
    certain = [sheet for sheet in reading.sheets if sheet.unit is not None and sheet.judgement.speaks]
    disputed: list[Sheet] = []
    for sheet in reading.sheets:
        if sheet.unit is not None:
            continue
        others = {s.unit for s in certain if s is not sheet and s.view != sheet.view}
        if sheet.judgement.unit is not None and (others and sheet.view == "site"):
            sheet.unit = sheet.judgement.unit
        elif sheet.judgement.speaks or sheet.declared is not None:
            sheet.unit = sheet.judgement.likeliest or sheet.declared or "mm"
            disputed.append(sheet)
        else:  # nothing of known size, so nothing to measure
            sheet.unit = certain[0].unit if certain else "mm"
    floors = [sheet for sheet in reading.sheets if sheet.view == "floor"] or reading.sheets
    if floors and floors[0].unit is not None:
        reading.unit = floors[0].unit
        reading.unit_basis = "declared" if floors[0].declared == floors[0].unit else "inferred"
        if reading.unit_basis == "inferred" and floors[0] not in disputed:
            reading.notes.append(_inferred_note(reading.unit, certain=bool(certain)))
    reading.notes += _disputes(disputed)
    _note_mixed(reading)


def _inferred_note(unit: Unit, *, certain: bool) -> Note:
    if certain:
        text = Text(
            f"图纸没有声明单位，按图形尺寸判断为 {unit}（可用 --unit 指定）",
            f"the drawing declares no unit; its sizes say {unit} (--unit overrides)",
        )
        return Note("unit-inferred", "info", text)
    text = Text(
        f"图纸没有声明单位，图中也没有可判断单位的墙、门、房间或车位；暂按 {unit}，请用 --unit 指定",
        f"the drawing declares no unit and shows no wall, door, room or stall to tell it by; taken as {unit}: "
        f"give --unit",
    )
    return Note("unit-unknown", "error", text, blocks=("*",))


def _disputes(sheets: Sequence[Sheet]) -> list[Note]:
    """One note a file whose declared unit its sizes contradict, or whose sizes fit no unit.

    The plans are read by the likeliest unit, so that rooms and storeys can be seen; what is measured stays blocked.
    """
    notes = []
    for path in dict.fromkeys(sheet.document.path for sheet in sheets):
        mine = [sheet for sheet in sheets if sheet.document.path == path]
        sheet, unit, declared = mine[0], mine[0].unit or "mm", mine[0].declared
        rival: Unit = declared if declared not in (None, unit) else ("m" if unit == "mm" else "mm")
        as_read, otherwise = sheet.judgement.sizes(unit, rival), sheet.judgement.sizes(rival, unit)
        where = "、".join(f"“{one.where}”" for one in mine[:3]) + (f"等 {len(mine)} 张图" if len(mine) > 3 else "")
        stated = (
            Text(f"声明单位为 {declared}，但图形尺寸与之不符", f"declares {declared}, but its sizes contradict it")
            if declared is not None
            else Text(
                "没有声明单位（$INSUNITS），图形尺寸也无法判断",
                "declares no unit ($INSUNITS) and its sizes do not tell",
            )
        )
        text = Text(
            f"{path.name} {stated.zh}（{where}按 {rival} 则{otherwise.zh}，按 {unit} 则{as_read.zh}）。"
            f"暂按 {unit} 读图，量测一律不采信；请用 --unit {unit} 或 --unit {rival} 确认单位后重审",
            f"{path.name} {stated.en} ({where} would have in {rival}: {otherwise.en}; in {unit}: {as_read.en}). "
            f"Read in {unit} for now, with nothing measured relied on: confirm with --unit {unit} or --unit {rival}",
        )
        notes.append(Note("unit-disputed", "error", text, blocks=("*",)))
    return notes


def _contradictions(sheets: Sequence[Sheet], option: Unit) -> list[Note]:
    """The option is believed, for sizes may mislead; but that they speak against it is said.

    Raises:
        UsageError: by the option, walls would be as thick as a street is long.
    """
    against = [sheet for sheet in sheets if not sheet.judgement.agrees(option)]
    if not against:
        return []
    likeliest = against[0].judgement.likeliest or option
    sizes, where = against[0].judgement.sizes(option, likeliest), "、".join(f"“{one.where}”" for one in against[:3])
    if any(sheet.judgement.excludes(option) for sheet in against):
        raise UsageError(
            f"--unit {option} 不可能正确：{where}将有{sizes.zh}",
            f"--unit {option} cannot be right: {where} would have {sizes.en}",
        )
    text = Text(
        f"已按 --unit {option} 读图，但{where}的图形尺寸与之不符（{sizes.zh}）：请核对",
        f"read in {option} as --unit says, but the sizes on {where} speak against it ({sizes.en}): check the unit",
    )
    return [Note("unit-option-doubtful", "warning", text)]


def _note_mixed(reading: Reading) -> None:
    other = [sheet for sheet in reading.sheets if sheet.unit != reading.unit]
    if other:
        names = "、".join(f"“{sheet.where}”（{sheet.unit}）" for sheet in other)
        reading.notes.append(
            Note(
                "unit-mixed",
                "info",
                Text(
                    f"各图单位不同：{names}，其余为 {reading.unit}；已分别换算",
                    f"units differ between plans: {names}, the others {reading.unit}; each was converted",
                ),
            )
        )


# --------------------------------------------------------------------------------------------- metres


def in_metres(sheet: Sheet, origin: tuple[float, float]) -> Plan:
    """The sheet's plan in metres, less the project's origin, with ids that are unique among files."""
    factor = METRES[sheet.unit or "m"]
    matrix = np.array([[factor, 0.0, -origin[0]], [0.0, factor, -origin[1]], [0.0, 0.0, 1.0]])
    return moved(sheet.plan, matrix, sheet.prefix)


def moved(plan: Plan, matrix: np.ndarray, prefix: str = "") -> Plan:
    """A plan turned, shifted or scaled as a whole."""
    scale = scale_of(matrix)
    turn = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    curves = move_curves([shape.curve for shape in plan.shapes], matrix)
    places = np.array([place for c in plan.captions for place in (c.middle, c.anchor, *c.tips)]).reshape(-1, 2)
    placed = iter([(x, y) for x, y in apply(matrix, places).tolist()])
    positions = apply(matrix, np.array([p.position for p in plan.placements]).reshape(-1, 2)).tolist()
    corners = [p.corners for p in plan.placements if p.corners is not None]
    boxes = iter(apply(matrix, np.array(corners).reshape(-1, 4, 2)))
    matrices = matrix @ np.array([p.matrix for p in plan.placements]).reshape(-1, 3, 3)
    return Plan(
        plan.title,
        prefix + plan.title_id,
        [Shape(prefix + s.id, s.layer, c, s.blocks) for s, c in zip(plan.shapes, curves, strict=True)],
        [
            Caption(
                prefix + c.id, c.layer, c.text, next(placed), next(placed), c.height * scale, c.rotation + turn,
                c.tag, tuple(next(placed) for _ in c.tips), c.blocks,
            )
            for c in plan.captions
        ],
        [
            Placement(
                prefix + p.id, p.layer, p.name, (x, y), own, None if p.corners is None else next(boxes), p.attributes,
                p.blocks,
            )
            for p, (x, y), own in zip(plan.placements, positions, matrices, strict=True)
        ],
    )  # fmt: skip
