"""Spaces: their plan, heights, declared areas, and every word that may say what they are for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from bimcheck.model import Label, LabelKind, ShapeMethod, Space
from bimcheck.readers.ifc.instance import Instance, attribute, number_of, reference, tag_of, text
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.reading import AREAS, Reading, names
from bimcheck.readers.ifc.regions import Defect
from bimcheck.readers.ifc.relations import instances
from bimcheck.readers.ifc.shapes import Shape, reason_text

_GROSS_FRAME = re.compile(r"\bGFA\b|gross (?:floor |building )?area|建筑面积|面积框", re.IGNORECASE)
_COEFFICIENT = re.compile(r"面积.*系数|计算系数|计容系数$")
_NAMES: tuple[tuple[LabelKind, str], ...] = (("long-name", "LongName"), ("name", "Name"))
_LETTERS = re.compile(r"[^\W\d_]")
_DEFECTS: dict[Defect, tuple[str, str]] = {
    "open": ("轮廓未闭合，已按直线闭合", "the outline does not close; closed by a straight line"),
    "spike": ("轮廓有多余尖刺，已去除（面积不变）", "the outline has spikes; removed, the area is unchanged"),
    "self-crossing": (
        "轮廓自相交，面积有多种读法；请在模型中改正",
        "the outline crosses itself, so its area can be read in several ways; correct it in the model",
    ),
}


def read_spaces(reading: Reading) -> tuple[Space, ...]:
    """All spaces, save those that only bracket others and have no shape of their own."""
    return tuple(_Spaces(reading).read())


class _Spaces:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._problems: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def read(self) -> list[Space]:
        relations = self._reading.relations
        found: list[Space] = []
        for instance in instances(self._reading.model, "IfcSpace"):
            inner = [part for part in relations.parts.get(instance.id(), ()) if part.is_a("IfcSpace")]
            if inner and reference(instance, "Representation") is None:
                continue
            found.append(self._space(instance))
        self._report()
        return found

    def _space(self, instance: Instance) -> Space:
        reading = self._reading
        identity = reading.identities.of(instance)
        name = _display_name(instance)
        shape = self._shape(instance, identity)
        predefined = _predefined(instance)
        external = reading.properties.external(instance)
        floor, top = self._heights(instance, shape)
        frame = predefined == "GFA" or bool(_GROSS_FRAME.search(predefined))
        method: ShapeMethod = shape.method if shape is not None else "none"
        return Space(
            id=identity,
            tag=tag_of(instance),
            name=name,
            labels=tuple(dict.fromkeys(self._labels(instance))),
            storey_id=reading.storey_id(instance),
            footprint=shape.region if shape is not None else None,
            floor_z_m=floor,
            top_z_m=top,
            shape=method,
            drawn="gross" if frame else "unknown",
            ceiling=shape.ceiling if shape is not None else (),
            predefined_type=predefined,
            external=True if external is None and predefined == "EXTERNAL" else external,
            declared=reading.properties.areas(instance),
            coefficient=self._coefficient(instance),
            building_id=reading.building_id(instance),
        )

    def _shape(self, instance: Instance, identity: str) -> Shape | None:
        """The shape; what is wrong with it is kept for the notes."""
        name = " ".join(dict.fromkeys(n for n in (text(instance, "Name"), text(instance, "LongName")) if n))
        name = name or tag_of(instance)
        try:
            shape = self._reading.shapes.of(instance)
        except UnusableGeometryError as error:
            self._problems[f"unusable:{error}"].append((identity, name))
            return None
        if reference(instance, "ObjectPlacement") is None:
            self._problems["unplaced"].append((identity, name))
        for defect in shape.defects:
            self._problems[f"defect:{defect}"].append((identity, name))
        if shape.method == "bounding-box":
            self._problems["box"].append((identity, name))
        return shape

    def _heights(self, instance: Instance, shape: Shape | None) -> tuple[float | None, float | None]:
        """Floor and top; from the placement and a declared height where the shape does not say."""
        if shape is not None and shape.z_max_m is not None:
            return shape.z_min_m, shape.z_max_m
        floor = shape.z_min_m if shape is not None else None
        if floor is None and reference(instance, "ObjectPlacement") is not None:
            matrix = self._reading.placements.resolve(reference(instance, "ObjectPlacement"))
            floor = None if matrix is None else float(matrix[2, 3])
        keys = ("Height", "FinishCeilingHeight", "ClearHeight", "NetHeight")
        height = next((h for key in keys if (h := self._reading.properties.length_m(instance, key)) is not None), None)
        return floor, None if floor is None or height is None else floor + height

    def _coefficient(self, instance: Instance) -> float | None:
        for each in self._reading.properties.of(instance):
            value = number_of(each.value)
            if value is not None and 0 <= value <= 1 and _COEFFICIENT.search(each.name):
                return value
        return None

    # ------------------------------------------------------------------------------------------ labels

    def _labels(self, instance: Instance) -> Iterator[Label]:
        """Every word about the space, strongest kinds first."""
        relations = self._reading.relations
        for group in relations.all_groups(instance):
            for key in ("Name", "LongName", "ObjectType", "Description"):
                if said := text(group, key):
                    yield Label("zone", said, group.is_a())
        whole = relations.whole.get(instance.id())
        if whole is not None and whole.is_a("IfcSpace"):
            for key in ("LongName", "Name"):
                if said := text(whole, key):
                    yield Label("zone", said, "IfcSpace")
        type_ = relations.type.get(instance.id())
        for owner in (instance, type_):
            if owner is not None:
                for code in relations.classifications.get(owner.id(), ()):
                    yield from _classification(code)
        for where, said in self._reading.properties.texts(instance):
            yield Label("property", said, where)
        for owner, key in ((type_, "LongName"), (type_, "Name"), (type_, "ElementType"), (instance, "ObjectType")):
            if said := text(owner, key):
                yield Label("space-type", said, key if owner is instance else f"IfcSpaceType.{key}")
        for kind, key in _NAMES:
            if said := text(instance, key):
                yield Label(kind, said, key)
        if said := text(instance, "Description"):
            yield Label("property", said, "Description")

    # ------------------------------------------------------------------------------------------ notes

    def _report(self) -> None:
        for problem, things in sorted(self._problems.items()):
            refs = [identity for identity, _ in things]
            listed = names([name for _, name in things])
            kind, _, detail = problem.partition(":")
            if kind == "unusable" and detail == "none":
                zh = f"房间 {listed.zh} 没有几何图形，无法量取面积"
                en = f"{listed.en}: the room has no geometry, so its area cannot be measured"
                self._reading.note("space-without-geometry", "warning", zh, en, refs)
            elif kind == "unusable":
                reason = reason_text(detail)
                zh = f"房间 {listed.zh} 的几何无法使用：{reason.zh}；请在模型中改正"
                en = f"{listed.en}: the room's geometry is unusable because of {reason.en}; correct it in the model"
                self._reading.note("space-geometry-unusable", "error", zh, en, refs, AREAS)
            elif kind == "defect":
                defect: Defect = "open" if detail == "open" else "spike" if detail == "spike" else "self-crossing"
                zh, en = _DEFECTS[defect]
                crossing = defect == "self-crossing"
                self._reading.note(
                    "space-outline-repaired",
                    "error" if crossing else "info",
                    f"房间 {listed.zh}：{zh}",
                    f"{listed.en}: {en}",
                    refs,
                    AREAS if crossing else (),
                )
            elif kind == "unplaced":
                zh = f"房间 {listed.zh} 没有定位（ObjectPlacement），位置和楼层不可信；请重新导出"
                en = f"{listed.en}: the room has no placement, so where it stands cannot be trusted; export it again"
                blocks = (*AREAS, "street_entrances")
                self._reading.note("space-unplaced", "error", zh, en, refs, blocks)
            else:
                zh = f"房间 {listed.zh} 只有外包盒，面积可能偏大"
                en = f"{listed.en}: only a bounding box is given; the area may be too large"
                self._reading.note("space-bounding-box", "warning", zh, en, refs)


def _display_name(instance: Instance) -> str:
    """The long name, unless only the short one has letters (some programs swap number and name)."""
    long_name, name = text(instance, "LongName"), text(instance, "Name")
    if long_name and (_LETTERS.search(long_name) or not _LETTERS.search(name)):
        return long_name
    return name or long_name or tag_of(instance)


def _predefined(instance: Instance) -> str:
    """The predefined type of whatever schema; for USERDEFINED what the user defined."""
    value = attribute(instance, "PredefinedType") or attribute(instance, "InteriorOrExteriorSpace") or ""
    if value == "USERDEFINED":
        return text(instance, "ObjectType") or value
    return "" if value == "NOTDEFINED" else str(value)


def _classification(given: Instance) -> Iterator[Label]:
    """Name and code of a classification reference, and of the references it refines."""
    current: Instance | None = given
    for _ in range(8):
        if current is None or not current.is_a("IfcClassificationReference"):
            return
        code, name = text(current, "Identification") or text(current, "ItemReference"), text(current, "Name")
        said = name if name.startswith(code) else f"{code} {name}".strip()
        source = reference(current, "ReferencedSource")
        system = text(source, "Name") if source is not None else ""
        if said:
            yield Label("classification", said, f"IfcClassificationReference {system}".strip())
        current = source
