"""Blocks and layouts read once: own curves, texts and inserts, before any copy of them is placed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from ezdxf.entities.dxfentity import DXFEntity, DXFTagStorage
from ezdxf.entities.insert import Insert

from bimcheck.readers.dxf.clipping import Clip, clip_of
from bimcheck.readers.dxf.content import Affine
from bimcheck.readers.dxf.curves import CURVE_KINDS, Curve, curves_of
from bimcheck.readers.dxf.encoding import clean_text
from bimcheck.readers.dxf.lettering import Lettering, lettering_of

MAX_PLACEMENTS = 300_000

_PROXY_TYPES = ("ACAD_PROXY_ENTITY",)


@dataclass(frozen=True, slots=True)
class Insertion:
    """One insert, with an affine map for each of its copies (an array insert has several)."""

    handle: str
    layer: str
    name: str
    matrices: tuple[Affine, ...]
    attributes: tuple[tuple[str, str], ...] = ()
    clip: Clip | None = None


@dataclass
class Block:
    """What one block or layout holds itself, in the order it was drawn.

    Curves and texts come with handle and layer. ``unread`` are curves on layers that are of no use, by layer and kind;
    ``others`` and ``proxies`` are entities that draw neither curve nor text, by layer and type; ``hidden`` invisible
    ones by layer.
    """

    curves: list[tuple[str, str, Curve]] = field(default_factory=list)
    texts: list[tuple[str, str, Lettering]] = field(default_factory=list)
    inserts: list[Insertion] = field(default_factory=list)
    unread: Counter[tuple[str, str]] = field(default_factory=Counter)
    others: Counter[tuple[str, str]] = field(default_factory=Counter)
    proxies: Counter[tuple[str, str]] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    not_finite: int = 0
    clipped: int = 0

    @cached_property
    def kinds(self) -> Counter[tuple[str, str]]:
        """The curves by layer and kind; asked for when all are there."""
        return Counter((layer, curve.kind) for _, layer, curve in self.curves)


def read_block(entities: Iterable[DXFEntity], unused: Callable[[str], bool] = lambda _layer: False) -> Block:
    """Read a block or layout; curves on layers that are ``unused`` are counted and not looked at."""
    block = Block()
    for entity in entities:
        read_entity(entity, unused, block)
    return block


def read_entity(entity: DXFEntity, unused: Callable[[str], bool], block: Block) -> None:
    """Add one entity to the block it stands in."""
    layer = clean_text(str(entity.dxf.layer)) if entity.dxf.hasattr("layer") else _stored_layer(entity)
    kind = entity.dxftype()
    if isinstance(entity, DXFTagStorage) or kind in _PROXY_TYPES:
        block.proxies[layer, kind] += 1
    elif entity.dxf.get_default("invisible") if entity.dxf.is_supported("invisible") else False:
        block.hidden[layer] += 1
    elif kind in CURVE_KINDS and unused(layer):
        block.unread[layer, CURVE_KINDS[kind]] += 1
    else:
        try:
            _read(entity, layer, block)
        except (ArithmeticError, ValueError, TypeError, IndexError, AttributeError, KeyError):
            block.not_finite += 1  # damaged numbers surface as any of these deep inside ezdxf


def _read(entity: DXFEntity, layer: str, block: Block) -> None:
    handle = str(entity.dxf.handle or "")
    if isinstance(entity, Insert):
        matrices = _matrices(entity)
        attributes = tuple(
            (clean_text(attrib.dxf.tag), lettering.text)
            for attrib in entity.attribs
            for lettering in lettering_of(attrib)
        )
        clip = clip_of(entity)
        block.inserts.append(Insertion(handle, layer, clean_text(entity.dxf.name), matrices, attributes, clip))
        for attrib in entity.attribs:
            for lettering in lettering_of(attrib):
                block.texts.append((str(attrib.dxf.handle or handle), clean_text(attrib.dxf.layer), lettering))
        block.clipped += clip is not None
    elif entity.dxftype() in CURVE_KINDS:
        found = list(curves_of(entity))
        block.curves += [(handle, layer, curve) for curve in found]
        if not found and entity.dxftype() in ("LINE", "LWPOLYLINE", "ARC", "CIRCLE"):
            block.not_finite += 1
        elif not found:  # a mesh, or an empty hatch
            block.others[layer, entity.dxftype()] += 1
    else:
        letterings = list(lettering_of(entity))
        block.texts += [(handle, layer, lettering) for lettering in letterings]
        if not letterings:
            block.others[layer, entity.dxftype()] += 1


def _stored_layer(entity: DXFEntity) -> str:
    if isinstance(entity, DXFTagStorage):
        return clean_text(str(entity.graphic_properties().get("layer", "0")))
    return "0"


def _matrices(insert: Insert) -> tuple[Affine, ...]:
    """One affine map per copy; an array insert (MINSERT) has several."""
    rows, columns = max(1, insert.dxf.row_count), max(1, insert.dxf.column_count)
    first = insert.matrix44()
    across, up, origin = first.transform_direction((1, 0, 0)), first.transform_direction((0, 1, 0)), first.origin
    base = np.array([[across.x, up.x, origin.x], [across.y, up.y, origin.y], [0.0, 0.0, 1.0]])
    if not np.isfinite(base).all():
        raise ValueError("insert at infinity")
    if rows * columns == 1:
        return (base,)
    if rows * columns > MAX_PLACEMENTS:
        return (base,) * (MAX_PLACEMENTS + 1)  # counted, and then left out as a whole
    ocs = insert.ocs()
    turn = math.radians(insert.dxf.rotation)
    along = ocs.to_wcs((math.cos(turn), math.sin(turn), 0.0))
    rising = ocs.to_wcs((-math.sin(turn), math.cos(turn), 0.0))
    copies = []
    for row in range(rows):
        for column in range(columns):
            step = along * (column * insert.dxf.column_spacing) + rising * (row * insert.dxf.row_spacing)
            moved = base.copy()
            moved[0, 2] += step.x
            moved[1, 2] += step.y
            copies.append(moved)
    return tuple(copies)
