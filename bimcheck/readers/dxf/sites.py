"""The site: streets, fences, stalls, plazas, entrances, other buildings, the plot, and where north is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Region, SiteFeature, SiteKind
from bimcheck.readers.dxf.content import Caption, Shape
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.linework import points_of
from bimcheck.readers.dxf.plans import Plan
from bimcheck.readers.dxf.regions import Repairs, outlines_of
from bimcheck.readers.dxf.stalls import is_parking_unread, lone_cars, read_stalls
from bimcheck.readers.dxf.texts import folded, level_m, without_areas
from bimcheck.site_words import classify_site_name

_NAME_NEAR_M = 12.0
_MARK_TEXT_M = 6.0
_ROAD_LABEL = re.compile("(?:规划|道路|路)?(?:红线|中心线|中线)$|^(?:规划|城市|市政|现状)?道路$")
_BARE_ENTRANCE = re.compile("(?:出入口|入口|ENTRANCE)[A-Z0-9#]*", re.IGNORECASE)
_OUTDOOR_LEVEL = re.compile(r"室外(?:地坪|地面|标高|设计地坪)*[:=]?([±+-]?\d+\.\d+)")
_NORTH_BLOCK = re.compile("指北|风玫瑰|NORTH|COMPASS", re.IGNORECASE)

_KIND_OF_ROLE: dict[Role, SiteKind] = {
    "site-boundary": "site-boundary", "street": "street", "street-centre": "street", "road": "internal-road",
    "internal-road": "internal-road", "fence": "fence", "gate": "gate", "plaza": "plaza", "green": "green",
    "building": "building", "own-building": "building", "bicycle": "bicycle",
}  # fmt: skip
_LABEL = 16
"""In characters: longer texts are notes, no labels."""


@dataclass(frozen=True, slots=True)
class Site:
    """What one plan shows outdoors.

    ``north`` is ``None`` where no arrow is drawn; ``lone_cars`` are car symbols that stand in no stall, ``odd_stalls``
    outlines on parking layers that are of no stall's size; ``stalls_unread`` says that there are
    marks of parking of which none was understood as a stall, ``plazas_unread`` are texts that name a plaza where none
    is outlined.
    """

    features: tuple[SiteFeature, ...]
    north: tuple[float, float] | None
    lone_cars: int = 0
    odd_stalls: int = 0
    stalls_unread: bool = False
    plazas_unread: tuple[str, ...] = ()


def read_site(
    plan: Plan, role: Callable[[str], Role | None], mapped: Callable[[str], bool], *, underground: bool = False
) -> Site:
    """Read the outdoor elements of a plan whose shapes are in metres.

    ``mapped`` says whether the project's own map names a layer: stalls on such a layer need not have a usual size.
    """
    roles = {shape.layer: role(shape.layer) for shape in plan.shapes}
    of_role: dict[Role, list[Shape]] = {}
    for shape in plan.shapes:
        shape_role = roles[shape.layer]
        if shape_role is not None:
            of_role.setdefault(shape_role, []).append(shape)
    captions = [caption for caption in plan.captions if caption.text.strip()]
    features: list[SiteFeature] = []
    for shape_role, kind in _KIND_OF_ROLE.items():
        features += _plain(of_role.get(shape_role, []), kind, _open_lines(kind))
    features = _named(features, captions)
    stalls, odd = read_stalls(of_role, plan.placements, captions, mapped, role)
    stalls = [replace(stall, underground=True) for stall in stalls] if underground else stalls
    features += stalls
    features += _marks(of_role, captions, role)
    features += _outdoor_levels(captions)
    cars = lone_cars(plan.placements, stalls)
    unread = not stalls and bool(cars or odd or is_parking_unread(plan.shapes, role))
    plazas = () if any(feature.kind == "plaza" for feature in features) else _plaza_words(captions)
    return Site(tuple(_unique(features)), _north(of_role, plan, role), cars, odd, unread, plazas)


def _plaza_words(captions: Sequence[Caption]) -> tuple[str, ...]:
    words = (without_areas(caption.text).replace("\n", "") for caption in captions)
    return tuple(dict.fromkeys(word for word in words if len(word) <= _LABEL and classify_site_name(word) == "plaza"))


def _open_lines(kind: SiteKind) -> bool:
    """Whether lines that enclose nothing mean something for this kind."""
    return kind in ("street", "internal-road", "fence", "gate", "site-boundary")


def _plain(shapes: Sequence[Shape], kind: SiteKind, open_lines: bool) -> list[SiteFeature]:  # noqa: FBT001  # one private caller
    drawn = [s for s in shapes if s.curve.kind != "hatch" or kind in ("plaza", "green")]
    if open_lines and kind != "site-boundary":  # two lines that happen to enclose something are still two lines
        drawn = [shape for shape in drawn if shape.curve.closed]
    closed = outlines_of(drawn, Repairs())
    features = [SiteFeature(o.id, o.id, kind, "", _as_drawn(o.region, kind), layer=o.layer) for o in closed]
    if not open_lines:
        return features
    edges = shapely.union_all([outline.region.boundary for outline in closed]).buffer(0.05) if closed else Polygon()
    shapely.prepare(edges)
    for shape in shapes:
        if shape.curve.closed or shape.curve.kind == "hatch":
            continue
        line = LineString(shape.points)
        if line.length > 0.5 and not shapely.contains(edges, line):
            features.append(SiteFeature(shape.id, shape.id, kind, "", line, layer=shape.layer))
    return features


def _as_drawn(region: Region, kind: SiteKind) -> Region | LineString:
    """A fence that runs all around encloses ground, but is only its line; a strip is the fence itself."""
    if kind == "fence" and isinstance(region, Polygon) and not shapely.is_empty(region.buffer(-0.5)):
        return LineString(region.exterior.coords)
    return region


# --------------------------------------------------------------------------------------------- names


def _named(features: Sequence[SiteFeature], captions: Sequence[Caption]) -> list[SiteFeature]:
    """Give each feature the text that stands in it or along it; a road with a street's name is a street."""
    words = [without_areas(caption.text).replace("\n", "") for caption in captions]
    places = points_of(np.array([caption.middle for caption in captions]).reshape(-1, 2))
    streets = [(place, name) for place, word in zip(places, words, strict=True) if (name := street_name(word))]
    tree = STRtree(places)

    def inside(geometry: BaseGeometry) -> list[str]:
        """The texts that stand in an area."""
        if geometry.geom_type not in ("Polygon", "MultiPolygon"):
            return []
        return [words[index] for index in sorted(tree.query(geometry, predicate="intersects").tolist())]

    named = []
    for feature in features:
        name = ""
        if feature.kind in ("street", "internal-road"):
            name = _along(feature.geometry, streets)
            own = next((w for w in inside(feature.geometry) if classify_site_name(w) == "internal-road"), "")
            internal = bool(own) or classify_site_name(feature.layer) == "internal-road"
            kind: SiteKind = "internal-road" if internal else "street" if name else feature.kind
            feature = replace(feature, kind=kind, name=own or name)  # a frozen copy with its name
        elif feature.kind in ("plaza", "green", "building", "gate", "bicycle"):
            names = [w for w in inside(feature.geometry) if w and level_m(w) is None]
            told = [w for w in names if classify_site_name(w) == feature.kind]
            name = next(iter(told or [w for w in names if not re.fullmatch(r"[\d.\sF]+", w)]), "")
            feature = replace(feature, name=name)  # the same
        named.append(feature)
    return named


def street_name(text: str) -> str:
    """The name of a public street in a text (文苑路, 文苑路道路红线); empty for drives and for labels of lines."""
    word = folded(text)
    if len(word) > 16 or classify_site_name(word) != "street":
        return ""
    return _ROAD_LABEL.sub("", word)


def _along(geometry: BaseGeometry, names: Sequence[tuple[Point, str]]) -> str:
    near = [(place.distance(geometry), word) for place, word in names]
    best = min(near, default=None)
    return best[1] if best is not None and best[0] <= _NAME_NEAR_M else ""


# --------------------------------------------------------------------------------------------- marks and levels


def _marks(
    of_role: dict[Role, list[Shape]], captions: Sequence[Caption], role: Callable[[str], Role | None]
) -> list[SiteFeature]:
    """Entrance marks: triangles on entrance layers, and texts that say entrance; a triangle and its text are one."""
    triangles = [
        (shape, _apex(shape.points))
        for mark_role in ("entrance", "main-entrance")
        for shape in of_role.get(mark_role, [])
        if len(shape.points) in (3, 4) and shape.curve.kind in ("polyline", "solid", "hatch")
    ]
    texts = [(c, kind) for c in captions if (kind := _entrance_kind(c.text)) is not None]
    found = []
    taken: set[str] = set()
    for shape, apex in triangles:
        near = [(math.dist(c.middle, apex), c, kind) for c, kind in texts if c.id not in taken]
        away, caption, kind = min(near, key=lambda entry: entry[0], default=(math.inf, None, None))
        name = ""
        if caption is not None and away <= _MARK_TEXT_M:
            taken.add(caption.id)
            name = caption.text.replace("\n", "")
        else:
            kind = None
            other = min((math.dist(c.middle, apex), c.text) for c in captions) if captions else (math.inf, "")
            if other[0] <= _MARK_TEXT_M and "入口" in other[1]:
                continue  # an entrance of something else: a dwelling, a garage
        main = role(shape.layer) == "main-entrance" or kind == "main-entrance"
        found.append(
            SiteFeature(
                shape.id, shape.id, "main-entrance" if main else "entrance-mark", name, Point(apex), layer=shape.layer
            )
        )  # fmt: skip
    for caption, kind in texts:
        if caption.id not in taken:
            place = caption.tips[0] if caption.tips else caption.middle
            name = caption.text.replace("\n", "")
            found.append(SiteFeature(caption.id, caption.id, kind, name, Point(place), layer=caption.layer))
    return found


def _entrance_kind(text: str) -> SiteKind | None:
    """Whether a text marks an entrance: of the service rooms, of the estate, or of nothing named."""
    word = folded(text)
    if len(word) > 20 or ("口" not in word and "ENTRANCE" not in word.upper()):
        return None
    kind = classify_site_name(text)
    if kind in ("entrance-mark", "main-entrance"):
        return kind
    return "entrance-mark" if _BARE_ENTRANCE.fullmatch(word) else None


def _apex(points: np.ndarray) -> tuple[float, float]:
    """The tip of a triangle: the corner opposite its shortest side."""
    corners = np.unique(np.round(points, 6), axis=0)
    if len(corners) != 3:
        middle = points.mean(axis=0)
        return (float(middle[0]), float(middle[1]))
    sides = [float(np.hypot(*(corners[(k + 1) % 3] - corners[(k + 2) % 3]))) for k in range(3)]
    tip = corners[int(np.argmin(sides))]
    return (float(tip[0]), float(tip[1]))


def _outdoor_levels(captions: Sequence[Caption]) -> list[SiteFeature]:
    found = []
    for caption in captions:
        match = _OUTDOOR_LEVEL.search(folded(caption.text))
        if match:
            value = float(match.group(1).replace("±", ""))
            found.append(
                SiteFeature(
                    caption.id, caption.id, "outdoor-ground", caption.text, Point(caption.middle), z_m=value,
                    layer=caption.layer,
                )
            )  # fmt: skip
    return found


# --------------------------------------------------------------------------------------------- north


def _north(
    of_role: dict[Role, list[Shape]], plan: Plan, role: Callable[[str], Role | None]
) -> tuple[float, float] | None:
    for placement in plan.placements:
        if _NORTH_BLOCK.search(placement.name):
            return placement.up
    texts = [c for c in plan.captions if folded(c.text).upper() in ("北", "N", "NORTH") and role(c.layer) == "north"]
    rings = [s for s in of_role.get("north", []) if s.curve.kind == "circle"]
    if not texts:
        return None
    text = np.array(texts[0].middle)
    if not rings:
        return None
    centre = min((ring.points.mean(axis=0) for ring in rings), key=lambda c: float(np.hypot(*(text - c))))
    rough = (text - centre) / (np.hypot(*(text - centre)) or 1.0)
    for shape in of_role.get("north", []):
        if shape.curve.kind == "line":
            way = shape.points[1] - shape.points[0]
            way = way / (np.hypot(*way) or 1.0)
            for sense in (way, -way):
                if float(np.dot(sense, rough)) > math.cos(math.radians(20.0)):
                    return (float(sense[0]), float(sense[1]))
    return (float(rough[0]), float(rough[1]))


def _unique(features: Sequence[SiteFeature]) -> list[SiteFeature]:
    seen: set[str] = set()
    unique = []
    for feature in features:
        if feature.id not in seen:
            seen.add(feature.id)
            unique.append(feature)
    return unique
