"""Stalls, plaza and distances on the site (一定的车位和活动广场; 主要出入位置).

Presence is measured; whether it suffices is a person's decision unless the planning conditions give a number. With
nothing of a site in the file, nothing is known; with a site that shows none, there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import shapely
from shapely import LineString, MultiPolygon, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.enclosure import is_open_air
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Note, Region, SiteFeature, SiteKind
from bimcheck.review import Entrance, Level, Quantity
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.site_words import classify_site_name, is_accessible, is_underground, names_car_park
from bimcheck.text import Text

_NO_SITE_KINDS = ("outdoor-ground", "entrance-mark")
_NO_SITE = Text("模型中没有室外场地要素，请提交总平面", "no site elements in the model; submit the site plan")
_BELOW_M = 1.5
_ABOVE_M = 2.5
_GRID_M = 1e-6
_LISTED = 5


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """The numbers behind the counting; the ruleset prints them.

    ``stall_min_m2`` and ``stall_max_m2``: an outline of another size is not one stall. ``duplicate_overlap``: two
    outlines of which the smaller lies over the other by this share are the same stall (a car symbol in its bay).
    """

    stall_min_m2: float = 6.0
    stall_max_m2: float = 40.0
    duplicate_overlap: float = 0.6


@dataclass(frozen=True, slots=True)
class SiteFindings:
    """What the site holds.

    ``parking`` are the stalls counted, each once, in the open and underground, accessible ones among them;
    ``quantities`` by name: ``parking_spaces`` (at ground, accessible ones included), ``accessible_spaces`` (of these),
    ``underground_parking_spaces``, ``bicycle_spaces``, ``plaza_area_m2``, ``plaza_distance_m``,
    ``parking_distance_m`` (straight from the nearest service entrance) and ``main_entrance_distance_m`` (from the
    estate's main entrance to the nearest service room).
    """

    parking: tuple[SiteFeature, ...]
    plazas: tuple[SiteFeature, ...]
    quantities: Mapping[str, Quantity]
    has_site: bool
    notes: tuple[Note, ...]


def measure_site(
    model: BuildingModel,
    rooms: Sequence[IdentifiedRoom],
    arrangement: Arrangement,
    entrances: Sequence[Entrance],
    policy: SitePolicy | None = None,
) -> SiteFindings:
    """Count stalls, measure the plaza, and say how far both are from the service rooms' entrances."""
    policy = policy or SitePolicy()
    notes: list[Note] = []
    known = {f.id for f in model.site}
    features = [*(_renamed(f) for f in model.site), *(f for f in _drawn_as_spaces(rooms) if f.id not in known)]
    features = [
        replace(f, underground=_is_underground(f, arrangement)) if f.kind in ("parking", "bicycle") else f
        for f in features
    ]
    has_site = any(f.kind not in _NO_SITE_KINDS for f in features)
    stalls, car_parks = _stalls([f for f in features if f.kind == "parking"], policy, notes)
    surface, below = [f for f in stalls if not f.underground], [f for f in stalls if f.underground]
    bicycles = _once([f for f in features if f.kind == "bicycle"], policy.duplicate_overlap)
    plazas = [f for f in features if f.kind == "plaza" and _is_on_ground(f, arrangement, notes)]
    plaza_m2 = _plaza_area(plazas, [*_built_on_ground(model, arrangement), *_regions(surface)])
    doors = _doors(entrances)
    service = [r.space.footprint for r in rooms if r.counted and r.space.footprint is not None]
    unknown_doors = Text("没有找到社区服务用房的出入口", "no entrance of the service rooms was found")
    unmarked = Text("总平面没有标出小区主要出入口", "the site does not mark the estate's main entrance")
    quantities = {
        "parking_spaces": _spaces(surface, car_parks),
        "accessible_spaces": _number([f for f in surface if f.accessible]),
        "underground_parking_spaces": _number(below),
        "bicycle_spaces": _number(bicycles),
        "plaza_area_m2": plaza_m2,
        "plaza_distance_m": _distance(plazas, doors, Text("没有活动广场", "there is no plaza"), unknown_doors),
        "parking_distance_m": _distance(surface, doors, Text("没有地面车位", "there are no stalls"), unknown_doors),
        "main_entrance_distance_m": _distance(
            [f for f in features if f.kind == "main-entrance"], service, unmarked, unknown_doors
        ),
    }
    if not has_site:
        quantities = {name: Quantity(None, q.unit, reason=_NO_SITE) for name, q in quantities.items()}
    return SiteFindings((*surface, *below), tuple(plazas), MappingProxyType(quantities), has_site, tuple(notes))


def _renamed(feature: SiteFeature) -> SiteFeature:
    """What a name adds: a bay for bicycles is no stall, whatever it was drawn as (非机动车停车位)."""
    if feature.kind != "parking":
        return feature
    kind: SiteKind = "bicycle" if classify_site_name(feature.name) == "bicycle" else "parking"
    return replace(feature, kind=kind, accessible=feature.accessible or is_accessible(feature.name))


def _drawn_as_spaces(rooms: Iterable[IdentifiedRoom]) -> Iterable[SiteFeature]:
    """Stalls, plazas and the like that the file draws as spaces; garages and other rooms are none."""
    for room in rooms:
        space = room.space
        declared = space.predefined_type.upper()
        if space.footprint is None or not (room.role == "outdoor" or declared in ("EXTERNAL", "PARKING")):
            continue
        names = [label.text for label in space.labels if label.kind in ("long-name", "name")] or [space.name]
        kind = next((found for name in names if (found := classify_site_name(name)) is not None), None)
        if declared == "PARKING" and kind != "bicycle":
            kind = "parking"
        if kind in ("parking", "bicycle", "plaza", "green"):
            yield SiteFeature(
                space.id,
                space.tag,
                kind,
                space.name,
                space.footprint,
                space.floor_z_m,
                accessible=any(is_accessible(name) for name in names),
                underground=True if any(is_underground(name) for name in names) else None,
                storey_id=space.storey_id,
            )


def _is_underground(feature: SiteFeature, arrangement: Arrangement) -> bool:
    """By the drawing, else by its height, else by its storey."""
    if feature.underground is not None:
        return feature.underground
    level = _level_of(feature, arrangement)
    if level is not None and level.position in ("basement", "semi-basement"):
        return True
    ground_m = _ground_heights(arrangement)
    return feature.z_m is not None and bool(ground_m) and feature.z_m < min(ground_m) - _BELOW_M


def _ground_heights(arrangement: Arrangement) -> tuple[float, ...]:
    """The outdoor ground; where nothing states it, the floors of the ground storeys: heights may be absolute."""
    if arrangement.outdoor_ground_m is not None:
        return (arrangement.outdoor_ground_m,)
    return tuple(v.floor_z_m for v in arrangement.levels if v.ground and v.floor_z_m is not None)


def _level_of(feature: SiteFeature, arrangement: Arrangement) -> Level | None:
    return next((v for v in arrangement.levels if feature.storey_id in v.storey_ids), None)


def _is_on_ground(feature: SiteFeature, arrangement: Arrangement, notes: list[Note]) -> bool:
    """A plaza on a roof or an upper storey is not counted, and said so."""
    level = _level_of(feature, arrangement)
    ground_m = _ground_heights(arrangement)
    high = feature.z_m is not None and bool(ground_m) and feature.z_m > max(ground_m) + _ABOVE_M
    if not high and (feature.z_m is not None or level is None or level.ground is not False):
        return True
    notes.append(
        Note(
            "plaza-not-on-ground",
            "info",
            Text(
                f"“{feature.name}”不在地面，未计入活动广场",
                f"“{feature.name}” is not on the ground; not counted as plaza",
            ),
            (feature.id,),
        )
    )
    return False


def _region(feature: SiteFeature) -> Region | None:
    """The area a feature covers; a closed line has one, an open line or a point has none."""
    geometry = feature.geometry
    if isinstance(geometry, LineString) and geometry.is_closed and len(geometry.coords) > 3:
        geometry = Polygon(geometry)
    return geometry if isinstance(geometry, (Polygon, MultiPolygon)) and not geometry.is_empty else None


def _regions(features: Iterable[SiteFeature]) -> list[Region]:
    return [region for feature in features if (region := _region(feature)) is not None]


def _stalls(
    features: Sequence[SiteFeature], policy: SitePolicy, notes: list[Note]
) -> tuple[list[SiteFeature], list[SiteFeature]]:
    """Single stalls, each once, and areas for parking in which no stall is drawn."""
    sized = [(f, region.area if (region := _region(f)) is not None else None) for f in features]

    def fits(feature: SiteFeature, area_m2: float | None) -> bool:
        if area_m2 is None:  # a symbol or text
            return not names_car_park(feature.name)
        return policy.stall_min_m2 <= area_m2 <= policy.stall_max_m2

    fitting = [f for f, area in sized if fits(f, area)]
    stalls = _once(fitting, policy.duplicate_overlap)
    tree = STRtree([f.geometry for f in stalls])
    large = [f for f, area in sized if area is not None and area > policy.stall_max_m2]
    bare = [f for f in large if len(tree.query(f.geometry, predicate="intersects")) == 0]
    if bare:
        notes.append(
            Note(
                "car-park-without-stalls",
                "warning",
                Text(
                    f"{_names(bare)} 是整片停车区域，没有划分车位，未计数；请逐个画出车位",
                    f"{_names(bare)}: an area for parking without single stalls, not counted; draw each stall",
                ),
                tuple(f.id for f in bare),
            )
        )
    small = [f for f, area in sized if area is not None and area < policy.stall_min_m2]
    if small:
        notes.append(
            Note(
                "too-small-for-a-stall",
                "info",
                Text(
                    f"{_names(small)} 等 {len(small)} 个图形不足 {policy.stall_min_m2:.0f} ㎡，不计为车位",
                    f"{len(small)} outlines ({_names(small)}) are below {policy.stall_min_m2:.0f} m²: no stalls",
                ),
                tuple(f.id for f in small),
            )
        )
    return stalls, bare


def _names(features: Sequence[SiteFeature]) -> str:
    return "、".join(f"“{f.name or f.tag}”" for f in features[:_LISTED])


def _once(features: Sequence[SiteFeature], overlap: float) -> list[SiteFeature]:
    """Features without those that lie over another one at the same height; the larger one stays, with what each says.

    In the order given.
    """
    shapes: list[BaseGeometry] = [_region(f) or f.geometry for f in features]
    tree = STRtree(shapes)
    order = sorted(range(len(features)), key=lambda i: (-shapes[i].area, features[i].id))
    kept: dict[int, SiteFeature] = {}
    for index in order:
        shape, feature = shapes[index], features[index]
        twin = next(
            (
                other
                for other in sorted(tree.query(shape, predicate="intersects").tolist())
                if other in kept and _same_height(feature, features[other]) and _covers(shapes[other], shape, overlap)
            ),
            None,
        )
        if twin is None:
            kept[index] = feature
        elif feature.accessible:
            kept[twin] = replace(kept[twin], accessible=True)
    return [kept[index] for index in sorted(kept)]


def _same_height(one: SiteFeature, other: SiteFeature) -> bool:
    if one.underground != other.underground:
        return False
    return one.z_m is None or other.z_m is None or abs(one.z_m - other.z_m) <= _BELOW_M


def _covers(larger: BaseGeometry, smaller: BaseGeometry, overlap: float) -> bool:
    if smaller.area > 0:
        return bool(shapely.intersection(larger, smaller).area >= overlap * smaller.area)
    return bool(larger.covers(smaller.centroid)) if larger.area > 0 else bool(larger.equals(smaller))


def _built_on_ground(model: BuildingModel, arrangement: Arrangement) -> list[Region]:
    """What buildings cover on the ground: other buildings' outlines, and rooms and walls of the ground storeys."""
    levels = [level for level in arrangement.levels if level.ground is not False and level.position == "above-ground"]
    ids, storeys = {level.id for level in levels}, {storey for level in levels for storey in level.storey_ids}
    built = _regions(f for f in model.site if f.kind == "building")
    built += [
        space.footprint
        for space in model.spaces
        if space.footprint is not None and arrangement.level_of.get(space.id) in ids and not is_open_air(space)
    ]
    return built + [
        e.footprint for e in model.elements if e.kind in ("wall", "curtain-wall") and e.storey_id in storeys
    ]


def _plaza_area(plazas: Sequence[SiteFeature], taken: Sequence[Region]) -> Quantity:
    """The area of the union of all plazas, without buildings and stalls."""
    regions = _regions(plazas)
    evidence = tuple(f.id for f in plazas)
    if plazas and not regions:
        return Quantity(
            None,
            "m2",
            reason=Text(
                f"{_names(plazas)} 只有文字或符号，没有轮廓，面积无法量取",
                f"{_names(plazas)}: only a text or symbol without an outline, so its area cannot be measured",
            ),
            evidence=evidence,
        )
    whole = shapely.union_all(regions, grid_size=_GRID_M)
    near = [region for region in taken if shapely.intersects(region, whole)]
    area = shapely.difference(whole, shapely.union_all(near, grid_size=_GRID_M), grid_size=_GRID_M).area
    return Quantity(area, "m2", area, area, None, evidence)


def _doors(entrances: Sequence[Entrance]) -> list[BaseGeometry]:
    """The entrances that distances run to: those at ground level that are not shared, else all there are."""
    own = [e for e in entrances if e.ground_level is not False and e.independent is not False]
    return [e.position for e in own or entrances]


def _spaces(stalls: Sequence[SiteFeature], car_parks: Sequence[SiteFeature]) -> Quantity:
    """Stalls at ground. Where only undivided car parks are drawn, their number is unknown, not zero."""
    open_air = [f for f in car_parks if not f.underground]
    if stalls or not open_air:
        return _number(stalls)
    reason = Text(
        f"{_names(open_air)} 没有划分车位，数量无法统计；请逐个画出车位",
        f"{_names(open_air)} is not divided into stalls, so they cannot be counted; draw each stall",
    )
    return Quantity(None, "piece", reason=reason, evidence=tuple(f.id for f in open_air))


def _number(features: Sequence[SiteFeature]) -> Quantity:
    count = float(len(features))
    return Quantity(count, "piece", count, count, None, tuple(f.id for f in features))


def _distance(features: Sequence[SiteFeature], targets: Sequence[BaseGeometry], absent: Text, untold: Text) -> Quantity:
    """The shortest straight distance in plan from any of the features to any of the targets."""
    if not features or not targets:
        return Quantity(None, "m", reason=untold if features else absent)
    distance_m, nearest = min((min(shapely.distance(t, f.geometry) for t in targets), f.id) for f in features)
    return Quantity(float(distance_m), "m", float(distance_m), float(distance_m), None, (nearest,))
