"""Which text names which room: written in it, or led to it from outside."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shapely import Point, STRtree

from bimcheck.model import DeclaredArea, Region
from bimcheck.readers.dxf.content import Caption
from bimcheck.readers.dxf.layers import SITE_ROLES, Role
from bimcheck.readers.dxf.spelling import with_letters_joined
from bimcheck.readers.dxf.texts import declared_areas, folded, may_name_a_room, without_areas
from bimcheck.readers.dxf.titles import parse_title, scale_of

_VOID = re.compile("上空|挑空|中空|镂空")
_CJK = re.compile(r"[\u3400-\u9fff]")
_NAME_TAG = re.compile("NAME|名称|房间名|功能|用途|^名$", re.IGNORECASE)
_AREA_TAG = re.compile("AREA|面积", re.IGNORECASE)
_WHOLE_NAME = re.compile(
    r"..(?:房|室|厅|间|站|处|所|馆|堂|铺|店|库|吧|社|中心|家园|商业|超市|住宅|公寓)(?:[(（].*)?$|^(?:商业|商铺|店铺|超市|住宅|公寓|物业)$"
)
"""What reads like the whole name of a room: more is likely to name another one."""
_OTHER_TAG = re.compile("NUM|NR|编号|NO|ID|LEVEL|标高|HEIGHT", re.IGNORECASE)

_BELOW_REACH = 4.0
"""In text heights: farther apart, no line stands right below another."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One text that says something about a room: its name, areas it states, and where it points."""

    caption: Caption
    name: str
    areas: tuple[DeclaredArea, ...]
    place: Point
    preferred: bool

    @property
    def is_void(self) -> bool:
        """Whether it says that the hall below reaches up here."""
        return bool(_VOID.search(self.name))


@dataclass(frozen=True, slots=True)
class RoomText:
    """What the texts of one room come to.

    ``others`` are further names in it, as large as the first; ``lesser`` smaller ones, or on another layer, that read
    like the names of rooms.
    """

    name: str = ""
    captions: tuple[Caption, ...] = ()
    others: tuple[tuple[str, Caption], ...] = ()
    areas: tuple[DeclaredArea, ...] = ()
    lesser: tuple[tuple[str, Caption], ...] = ()


def is_whole_name(text: str) -> bool:
    """Whether a text reads like the whole name of a room (社区服务用房, 会议室), areas and blanks aside."""
    return bool(_WHOLE_NAME.search(folded(without_areas(text))))


def writings_of(captions: Sequence[Caption], role: Callable[[str], Role | None]) -> list[Writing]:
    """The texts that may name rooms or state areas; titles, scales and texts of the site are left out."""
    found = []
    for caption in with_letters_joined(captions):
        layer_role = role(caption.layer)
        if layer_role in SITE_ROLES or layer_role in ("axis", "axis-label", "north", "level"):
            continue
        name, areas = _read(caption)
        if (not name and not areas) or parse_title(caption.text.replace("\n", "")) or scale_of(caption.text):
            continue
        preferred = layer_role in ("room-name", "area-frame", "room") or bool(_NAME_TAG.search(caption.tag))
        places = caption.tips or (caption.middle,)
        found += [Writing(caption, name, areas, Point(place), preferred) for place in places]
    return _with_areas_below(found)


def _with_areas_below(writings: Sequence[Writing]) -> list[Writing]:
    """An area written on a line of its own belongs to the name right above it."""
    found = [writing for writing in writings if writing.name]
    kept = {n: index for index, n in enumerate(n for n, writing in enumerate(writings) if writing.name)}
    tree = STRtree([Point(writing.caption.middle) for writing in writings])
    for n, writing in enumerate(writings):
        if writing.name:
            continue
        reach = _BELOW_REACH * writing.caption.height
        near = tree.query(Point(writing.caption.middle), predicate="dwithin", distance=reach).tolist()
        above = sorted(kept[k] for k in near if k in kept)
        above = [k for k in above if _stands_below(writing.caption, found[k].caption, aside=3.0)]
        if above:
            nearest = min(above, key=lambda k: found[k].place.distance(writing.place))
            found[nearest] = replace(found[nearest], areas=(*found[nearest].areas, *writing.areas))
        else:
            kept[n] = len(found)
            found.append(writing)
    return found


def _stands_below(caption: Caption, above: Caption, aside: float) -> bool:
    """Whether one line of text stands right under another, seen the way it reads; ``aside`` in text heights."""
    turn = math.radians(caption.rotation)
    x, y = above.middle[0] - caption.middle[0], above.middle[1] - caption.middle[1]
    along, up = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    return abs(along) <= aside * caption.height and 0.5 * caption.height < up <= 2.4 * caption.height


def _read(caption: Caption) -> tuple[str, tuple[DeclaredArea, ...]]:
    if caption.tag and _AREA_TAG.search(caption.tag) and re.fullmatch(r"\d+(\.\d+)?", folded(caption.text)):
        return "", (DeclaredArea(caption.tag, float(folded(caption.text)), "unknown"),)
    if caption.tag and _OTHER_TAG.search(caption.tag) and not _NAME_TAG.search(caption.tag):
        return "", ()
    lines = [line for line in (without_areas(line) for line in caption.text.splitlines()) if may_name_a_room(line)]
    name = lines[0] if lines else ""
    for line in lines[1:]:
        name += line if _CJK.search(name) and _CJK.search(line) else f" {line}"
    return name, declared_areas(caption.text)


def assign(writings: Sequence[Writing], regions: Sequence[Region]) -> dict[int, list[Writing]]:
    """The writings in each region, each only in the innermost one that holds it."""
    tree = STRtree(list(regions))
    inside: dict[int, list[Writing]] = defaultdict(list)
    for writing in writings:
        holders = tree.query(writing.place, predicate="within").tolist()
        if holders:
            inside[min(holders, key=lambda index: regions[index].area)].append(writing)
    return inside


def compose(writings: Sequence[Writing]) -> RoomText:
    """Put the texts of one room together: lines of one name joined, the largest name first.

    Texts are taken top down and left to right as they read, so the outcome does not depend on their order in the file.
    """
    areas = tuple(area for writing in writings for area in writing.areas)
    named = [writing for writing in writings if writing.name and not writing.is_void]
    if not named:
        voids = [writing for writing in writings if writing.is_void]
        return RoomText(voids[0].name if voids else "", tuple(w.caption for w in voids[:1]), (), areas)
    blocks = _stacks(named)
    rank = max(blocks, key=lambda block: (block[0].preferred, round(block[0].caption.height, 3)))
    alike = [
        block
        for block in blocks
        if block is not rank
        and block[0].preferred == rank[0].preferred
        and abs(block[0].caption.height - rank[0].caption.height) <= 0.1 * rank[0].caption.height
        and block[0].caption.layer == rank[0].caption.layer
    ]
    first = _joined(rank)
    others = {name: block[0].caption for block in reversed(alike) if (name := _joined(block)) != first}
    lesser = {
        name: block[0].caption
        for block in reversed(blocks)
        if block is not rank and (name := _joined(block)) not in (first, *others) and _WHOLE_NAME.search(name)
    }
    captions = tuple(writing.caption for writing in rank)
    return RoomText(first, captions, tuple(others.items())[::-1], areas, tuple(lesser.items())[::-1])


def _joined(block: Sequence[Writing]) -> str:
    return "".join(writing.name for writing in block)


def _stacks(named: Sequence[Writing]) -> list[list[Writing]]:
    """Lines of Chinese text one right below the other, in the same hand, are one name, unless each is a whole one."""
    turn = math.radians(named[0].caption.rotation)

    def reading(writing: Writing) -> tuple[float, float, str]:
        x, y = writing.caption.middle
        return (x * math.sin(turn) - y * math.cos(turn), x * math.cos(turn) + y * math.sin(turn), writing.caption.id)

    waiting = sorted(named, key=reading)
    blocks: list[list[Writing]] = []
    for writing in waiting:
        caption = writing.caption
        for block in blocks:
            above = block[-1].caption
            fits = (
                above.layer == caption.layer
                and abs(above.height - caption.height) <= 0.05 * caption.height
                and _stands_below(caption, above, aside=2.0)
                and bool(_CJK.search(block[-1].name) and _CJK.search(writing.name))
                and not (_WHOLE_NAME.search(_joined(block)) and _WHOLE_NAME.search(writing.name))
                and not caption.tips
                and not caption.tag
            )
            if fits:
                block.append(writing)
                break
        else:
            blocks.append([writing])
    return blocks
