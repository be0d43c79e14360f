"""Where the texts of a drawing stand: TEXT, MTEXT, attributes, and leaders with what they point at."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ezdxf.entities.attrib import AttDef, Attrib
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.leader import Leader
from ezdxf.entities.mleader import MultiLeader
from ezdxf.entities.mtext import MText
from ezdxf.entities.text import Text
from ezdxf.enums import TextEntityAlignment
from ezdxf.math import Vec3

from bimcheck.readers.dxf.encoding import clean_text
from bimcheck.readers.dxf.texts import plain_text

_LINE_SPACING = 1.6667


@dataclass(frozen=True, slots=True)
class Lettering:
    """One text: its estimated middle decides in which room it stands, because its insertion point may lie outside."""

    text: str
    middle: tuple[float, float]
    anchor: tuple[float, float]
    height: float
    rotation: float
    tag: str = ""
    tips: tuple[tuple[float, float], ...] = ()


def lettering_of(entity: DXFEntity) -> Iterator[Lettering]:
    """The text of one entity, if it has any that can be placed."""
    found: Lettering | None = None
    if isinstance(entity, AttDef):
        return  # a definition; what shows is the ATTRIB of each insert
    if isinstance(entity, Text | Attrib):
        found = _line(entity)
    elif isinstance(entity, MText):
        found = _paragraph(entity)
    elif isinstance(entity, MultiLeader):
        found = _multileader(entity)
    elif isinstance(entity, Leader):
        found = _leader(entity)
    if found is not None and is_placed(found):
        yield found


def is_placed(lettering: Lettering) -> bool:
    """Whether a text has a place and a size that can be worked with."""
    return all(map(math.isfinite, (*lettering.middle, *lettering.anchor, lettering.height)))


def estimated_width(text: str, height: float) -> float:
    """The width of a line of text: Chinese characters are about as wide as high, Latin ones two thirds."""
    if text.isascii():
        return height * 0.65 * len(text)
    return height * sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.65 for char in text)


def _line(entity: Text | Attrib) -> Lettering | None:
    if isinstance(entity, Attrib) and entity.has_embedded_mtext_entity:
        inner = entity.virtual_mtext_entity()
        found = _paragraph(inner)
        return (
            None
            if found is None
            else Lettering(
                found.text, found.middle, found.anchor, found.height, found.rotation, clean_text(entity.dxf.tag)
            )
        )
    if isinstance(entity, Attrib) and entity.is_invisible:
        return None
    align, first, second = entity.get_placement()
    base = first.lerp(second) if second is not None else first
    tag = clean_text(entity.dxf.tag) if isinstance(entity, Attrib) else ""
    height, width = float(entity.dxf.height), float(entity.dxf.get("width", 1.0) or 1.0)
    found = line_of_text(str(entity.dxf.text), align, (base.x, base.y), height, width, float(entity.dxf.rotation), tag)
    ocs = entity.ocs()
    if found is None or not ocs.transform:
        return found
    middle, anchor = (ocs.to_wcs(Vec3(*place, base.z)) for place in (found.middle, found.anchor))
    return replace(found, middle=(middle.x, middle.y), anchor=(anchor.x, anchor.y))


def line_of_text(
    raw: str,
    align: TextEntityAlignment,
    base: tuple[float, float],
    height: float,
    width: float,
    rotation: float,
    tag: str = "",
) -> Lettering | None:
    """A single line of text; ``None`` where it says nothing.

    Args:
        raw: the text with its format codes.
        align: what ``base`` is of the text; for fitted text that is halfway between its ends.
        base: the insertion point in plan.
        height: of its capitals.
        width: the factor that its letters are stretched by.
        rotation: degrees, counter-clockwise.
        tag: what an attribute is called.
    """
    text = plain_text(raw, mtext=False)
    if not text:
        return None
    wide = estimated_width(text, height) * width
    if align in (TextEntityAlignment.ALIGNED, TextEntityAlignment.FIT):
        across, up = 0.0, height / 2
    else:
        name = align.name
        across = 0.0 if "CENTER" in name or name == "MIDDLE" else (-wide / 2 if name.endswith("RIGHT") else wide / 2)
        up = -height / 2 if name.startswith("TOP") else (0.0 if name.startswith("MIDDLE") else height / 2)
    turn = math.radians(rotation)
    c, s = math.cos(turn), math.sin(turn)
    middle = (base[0] + across * c - up * s, base[1] + across * s + up * c)
    return Lettering(text, middle, base, abs(height), rotation, tag)


def _paragraph(entity: MText) -> Lettering | None:
    text = plain_text(entity.text, mtext=True)
    if not text:
        return None
    lines = text.splitlines()
    height = float(entity.dxf.char_height)
    wide = max(estimated_width(line, height) for line in lines)
    frame = float(entity.dxf.get("width", 0.0) or 0.0)
    rows = len(lines)
    if 0 < frame < wide:  # lines that break by themselves
        rows = sum(max(1, math.ceil(estimated_width(line, height) / frame)) for line in lines)
        wide = frame
    high = height * (1 + (rows - 1) * _LINE_SPACING)
    point = int(entity.dxf.attachment_point or 1)
    across = (wide / 2, 0.0, -wide / 2)[(point - 1) % 3]
    up = (-high / 2, 0.0, high / 2)[(point - 1) // 3 % 3]
    turn = math.radians(float(entity.get_rotation()))
    middle = entity.dxf.insert + Vec3(across, up).rotate(turn)
    return Lettering(
        text,
        (middle.x, middle.y),
        (entity.dxf.insert.x, entity.dxf.insert.y),
        height,
        math.degrees(turn),
    )


def _multileader(entity: MultiLeader) -> Lettering | None:
    context = entity.context
    if context is None or context.mtext is None:
        return None
    text = plain_text(context.mtext.default_content, mtext=True)
    if not text:
        return None
    tips = tuple(
        (line.vertices[0].x, line.vertices[0].y) for leader in context.leaders for line in leader.lines if line.vertices
    )
    place = context.mtext.insert
    return Lettering(text, (place.x, place.y), (place.x, place.y), float(context.char_height or 1.0), 0.0, tips=tips)


def _leader(entity: Leader) -> Lettering | None:
    """The annotation of an old-style leader, placed at its arrow head; the annotation's own text is read as well."""
    handle = entity.dxf.get("annotation_handle")
    note = entity.doc.entitydb.get(handle) if handle and entity.doc is not None else None
    if not isinstance(note, MText) or not entity.vertices:
        return None
    found = _paragraph(note)
    tip = entity.vertices[0]
    if found is None:
        return None
    return Lettering(found.text, found.middle, found.anchor, found.height, found.rotation, tips=((tip[0], tip[1]),))
