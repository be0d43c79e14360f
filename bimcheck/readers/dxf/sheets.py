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
from bimcheck.readers.dxf.curves import Curve
from bimcheck.readers.dxf.document import Document, open_document
from bimcheck.readers.dxf.expand import Expansion
from bimcheck.readers.dxf.layers import SITE_ROLES, LayerMap
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


def read_sheets(paths: Sequence[Path], layers: LayerMap, option: Unit | None) -> Reading:
    """Open every file and tell its plans apart; every sheet comes out with a unit.

    Raises:
        BimcheckError: a file cannot be read, or its unit cannot be told.
    """
    reading = Reading()
    for number, path in enumerate(paths):
        document = open_document(path)
        prefix = f"{number + 1}:" if len(paths) > 1 else ""
        _read_file(document, prefix, layers, reading, several=len(paths) > 1)
    _settle_units(reading, option)
    return reading


def expand_document(document: Document, layers: LayerMap) -> tuple[Content, Expansion]:
    """The model space of a document; layers that the project's own map names are read although hidden."""
    expansion = Expansion(document.drawing, lambda layer: layers.role(layer) != "ignore", layers.is_mapped)
    return expansion.read(document.drawing.modelspace()), expansion


def _read_file(document: Document, prefix: str, layers: LayerMap, reading: Reading, *, several: bool) -> None:
    file = document.path.name
    content, expansion = expand_document(document, layers)
    reading.documents.append(document)
    reading.contents.append(content)
    reading.notes += [*document.notes, *content_notes(content, layers.role, file)]
    drawn_on_paper = _paper_space(document, expansion, layers)
    empty = not content.shapes and not content.captions
    if drawn_on_paper:
        reading.notes.append(paper_space_note(file, drawn_on_paper, model_is_empty=empty))
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
    for plan in split_plans(content, layers.role):
        titled = _titled(plan, document.path, several=several)
        if titled.title is not None and titled.title.view == "other":
            ignored.append((titled.title.text, titled.title.reason or Text("", "")))
            continue
        view = _view(titled, layers)
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


def _view(plan: Plan, layers: LayerMap) -> View:
    if plan.title is not None:
        return "site" if plan.title.view == "site" else "floor"
    roles = [layers.role(shape.layer) for shape in plan.shapes]
    has_site = any(role in SITE_ROLES for role in roles)
    return "site" if has_site and not any(role in BODY_ROLES for role in roles) else "floor"


def _paper_space(document: Document, expansion: Expansion, layers: LayerMap) -> list[tuple[str, int]]:
    """Layouts in which walls or rooms are drawn, with how many such shapes."""
    found = []
    for layout in document.drawing.layouts:
        if layout.name != "Model":
            content = expansion.read(layout)
            drawn = sum(layers.role(shape.layer) in ("wall", "area-frame", "room") for shape in content.shapes)
            if drawn:
                found.append((layout.name, drawn))
    return found


# --------------------------------------------------------------------------------------------- units


def _settle_units(reading: Reading, option: Unit | None) -> None:
    """Give every sheet its unit, or ask.

    A site plan may be drawn in metres beside plans in millimetres; two floor plans that disagree are a question.
    """
    if option is not None:
        reading.unit, reading.unit_basis = option, "option"
        for sheet in reading.sheets:
            sheet.unit = option
            if sheet.view == "site" and sheet.judgement.unit not in (None, option) and len(reading.sheets) > 1:
                sheet.unit = sheet.judgement.unit
        _note_mixed(reading)
        return
    for sheet in reading.sheets:
        if sheet.declared is not None and sheet.judgement.agrees(sheet.declared):
            sheet.unit = sheet.declared
        elif sheet.declared is None:
            sheet.unit = sheet.judgement.unit
    certain = [sheet for sheet in reading.sheets if sheet.unit is not None and sheet.judgement.speaks]
    for sheet in reading.sheets:
        if sheet.unit is not None:
            continue
        others = {s.unit for s in certain if s is not sheet and s.view != sheet.view}
        if sheet.judgement.unit is not None and (others and sheet.view == "site"):
            sheet.unit = sheet.judgement.unit
        elif sheet.judgement.speaks:
            _ask(sheet)
        else:  # nothing of known size, so nothing to measure
            sheet.unit = certain[0].unit if certain else "mm"
    floors = [sheet for sheet in reading.sheets if sheet.view == "floor"] or reading.sheets
    if floors and floors[0].unit is not None:
        reading.unit = floors[0].unit
        reading.unit_basis = "declared" if floors[0].declared == floors[0].unit else "inferred"
    if reading.unit_basis == "inferred" and reading.sheets:
        reading.notes.append(_inferred_note(reading.unit, certain=bool(certain)))
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


def _ask(sheet: Sheet) -> None:
    clues = "、".join(f"{clue.what.zh} {clue.value:.4g}" for clue in sheet.judgement.clues if clue.power == 1)
    clues_en = ", ".join(f"{clue.what.en} {clue.value:.4g}" for clue in sheet.judgement.clues if clue.power == 1)
    file = sheet.document.path.name
    if sheet.declared is None:
        raise UsageError(
            f"{file} 没有声明单位（$INSUNITS），图形尺寸也无法判断（{clues}）：请用 --unit mm 或 --unit m 指定",
            f"{file} declares no unit ($INSUNITS) and its sizes do not tell ({clues_en}): say --unit mm or --unit m",
        )
    guess = sheet.judgement.unit
    zh = f"更像 {guess}" if guess else "与之不符"
    en = f"suggest {guess}" if guess else "contradict it"
    raise UsageError(
        f"{file} 声明单位为 {sheet.declared}，但“{sheet.where}”的图形尺寸{zh}（图中单位：{clues}）：请用 --unit "
        f"指定正确的单位",
        f"{file} declares {sheet.declared}, but the sizes on “{sheet.where}” {en} (in drawing units: {clues_en}): "
        "give the right one with --unit",
    )


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
    linear, shift = matrix[:2, :2], matrix[:2, 2]
    scale = math.sqrt(abs(float(np.linalg.det(linear))))
    turn = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))

    def points(array: np.ndarray) -> np.ndarray:
        return np.asarray(array @ linear.T + shift)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = points(np.array(point))
        return (float(x), float(y))

    def curve(c: Curve) -> Curve:
        arc = None if c.arc is None else points(c.arc)
        return Curve(c.kind, points(c.points), c.closed, arc, tuple(points(h) for h in c.holes), c.width * scale)

    return Plan(
        plan.title,
        prefix + plan.title_id,
        [Shape(prefix + s.id, s.layer, curve(s.curve), s.blocks) for s in plan.shapes],
        [
            Caption(
                prefix + c.id, c.layer, c.text, place(c.middle), place(c.anchor), c.height * scale, c.rotation + turn,
                c.tag, tuple(place(tip) for tip in c.tips), c.blocks,
            )
            for c in plan.captions
        ],
        [
            Placement(
                prefix + p.id, p.layer, p.name, place(p.position), matrix @ p.matrix,
                None if p.corners is None else points(p.corners), p.attributes, p.blocks,
            )
            for p in plan.placements
        ],
    )  # fmt: skip
