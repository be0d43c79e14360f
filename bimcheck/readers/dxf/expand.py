"""Everything a drawing shows, blocks expanded, as flat lists of shapes, texts and block placements.

Expansion is our own and bounded: a block that inserts itself, nesting without end, or thirty kilobytes of blocks that
multiply to millions of entities cost no more than the limits below, and what was left out is counted. Each block is
read once; its copies are affine images of that reading (rotated, mirrored, scaled, arrayed).

Hidden things (layers frozen or off, invisible entities) are left out and counted: what a drawing hides is not
submitted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from ezdxf.document import Drawing
from ezdxf.entities.dxfentity import DXFEntity, DXFTagStorage
from ezdxf.entities.insert import Insert
from ezdxf.layouts.blocklayout import BlockLayout

from bimcheck.readers.dxf.content import Affine, Caption, Content, Placement, Shape
from bimcheck.readers.dxf.curves import Curve, Points, curves_of, is_curve, is_near
from bimcheck.readers.dxf.encoding import clean_text
from bimcheck.readers.dxf.lettering import Lettering, lettering_of

MAX_DEPTH = 24
MAX_SHAPES = 1_500_000
MAX_PLACEMENTS = 300_000

_PROXY_TYPES = ("ACAD_PROXY_ENTITY",)


@dataclass(slots=True)
class _Block:
    """A block (or layout) read once: own curves and texts, and the inserts in it."""

    curves: list[tuple[str, str, Curve]] = field(default_factory=list)
    texts: list[tuple[str, str, Lettering]] = field(default_factory=list)
    inserts: list[tuple[str, str, str, list[Affine], tuple[tuple[str, str], ...]]] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    proxies: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    not_finite: int = 0
    clipped: int = 0


class Expansion:
    """Reads layouts of one drawing; blocks are read once and kept between layouts.

    ``wanted`` says whether curves on a layer are worth keeping; all are counted anyway. ``shown`` names layers that
    are read although the drawing hides them, because the project says that they are part of the submission.
    """

    def __init__(
        self,
        drawing: Drawing,
        wanted: Callable[[str], bool] = lambda _layer: True,
        shown: Callable[[str], bool] = lambda _layer: False,
    ) -> None:
        self._drawing = drawing
        self._wanted = wanted
        self._shown = shown
        self._blocks: dict[str, _Block] = {}
        self._sizes: dict[str, int] = {}
        self._boxes: dict[str, Points | None] = {}
        self._visibility = {
            clean_text(layer.dxf.name).casefold(): (layer.is_frozen(), layer.is_off()) for layer in drawing.layers
        }

    def read(self, layout: Iterable[DXFEntity]) -> Content:
        """Expand a layout."""
        content = Content()
        top = self._read_block(layout)
        self._place(top, np.eye(3), "0", "", (), content)
        return content

    def _hides(self, layer: str) -> bool:
        return self._is_off_or_frozen(layer) and not self._shown(layer)

    def _is_off_or_frozen(self, layer: str) -> bool:
        return any(self._visibility.get(layer.casefold(), (False, False)))

    def _frozen(self, layer: str) -> bool:
        return self._visibility.get(layer.casefold(), (False, False))[0]

    # ------------------------------------------------------------------ reading a block once

    def _block(self, name: str) -> _Block | None:
        key = name.casefold()
        if key not in self._blocks:
            layout = self._drawing.blocks.get(name)
            if layout is None or _is_external(layout):
                return None
            self._blocks[key] = self._read_block(layout)
        return self._blocks[key]

    def _read_block(self, layout: Iterable[DXFEntity]) -> _Block:
        block = _Block()
        for entity in layout:
            layer = clean_text(str(entity.dxf.layer)) if entity.dxf.hasattr("layer") else _stored_layer(entity)
            kind, handle = entity.dxftype(), str(entity.dxf.handle or "")
            if isinstance(entity, DXFTagStorage) or kind in _PROXY_TYPES:
                block.proxies.append((layer, kind))
            elif entity.dxf.get_default("invisible") if entity.dxf.is_supported("invisible") else False:
                block.hidden.append(layer)
            else:
                try:
                    self._read_entity(entity, layer, handle, block)
                except (ArithmeticError, ValueError, TypeError, IndexError, AttributeError, KeyError):
                    block.not_finite += 1  # damaged numbers surface as any of these deep inside ezdxf
        return block

    def _read_entity(self, entity: DXFEntity, layer: str, handle: str, block: _Block) -> None:
        if isinstance(entity, Insert):
            matrices = _matrices(entity)
            attributes = tuple(
                (clean_text(attrib.dxf.tag), lettering.text)
                for attrib in entity.attribs
                for lettering in lettering_of(attrib)
            )
            block.inserts.append((handle, layer, clean_text(entity.dxf.name), matrices, attributes))
            for attrib in entity.attribs:
                for lettering in lettering_of(attrib):
                    attrib_layer = clean_text(attrib.dxf.layer)
                    block.texts.append((str(attrib.dxf.handle or handle), attrib_layer, lettering))
            if entity.has_extension_dict and "ACAD_FILTER" in entity.get_extension_dict():
                block.clipped += 1
        elif is_curve(entity):
            found = list(curves_of(entity))
            block.curves += [(handle, layer, curve) for curve in found]
            if not found:
                block.not_finite += entity.dxftype() in ("LINE", "LWPOLYLINE", "ARC", "CIRCLE")
        else:
            letterings = list(lettering_of(entity))
            block.texts += [(handle, layer, lettering) for lettering in letterings]
            if not letterings:
                block.others.append((layer, entity.dxftype()))

    # ------------------------------------------------------------------ placing its copies

    def _size(self, name: str, under: tuple[str, ...]) -> int:
        """How many shapes and texts one copy of a block comes to; endless recursion counts nothing."""
        key = name.casefold()
        if key in self._sizes:
            return self._sizes[key]
        block = self._block(name)
        if block is None or key in under or len(under) > MAX_DEPTH:
            return 0
        size = len(block.curves) + len(block.texts)
        for _, _, child, matrices, _ in block.inserts:
            size += len(matrices) * (1 + self._size(child, (*under, key)))
        self._sizes[key] = size
        return size

    def _place(
        self, block: _Block, matrix: Affine, layer0: str, prefix: str, under: tuple[str, ...], content: Content
    ) -> None:
        identity = not prefix
        content.not_finite += block.not_finite
        content.clipped += block.clipped

        def resolve(layer: str) -> str:
            return layer0 if layer == "0" else layer

        for layer in block.hidden:
            content.hidden[resolve(layer)] += 1
        for layer, kind in block.proxies:
            content.proxies[resolve(layer), kind] += 1
            content.counts[resolve(layer), kind] += 1
        for layer, kind in block.others:
            content.counts[resolve(layer), kind] += 1
        for handle, own_layer, curve in block.curves:
            layer = resolve(own_layer)
            content.counts[layer, curve.kind] += 1
            if self._hides(layer):
                content.hidden[layer] += 1
            elif self._wanted(layer) or under:
                content.revealed[layer] += self._is_off_or_frozen(layer)
                moved = curve if identity else _move_curve(curve, matrix)
                if is_near(moved.points):
                    content.shapes.append(Shape(prefix + handle, layer, moved, under))
                else:
                    content.not_finite += 1
        for handle, own_layer, lettering in block.texts:
            layer = resolve(own_layer)
            content.counts[layer, "text"] += 1
            if self._hides(layer):
                content.hidden[layer] += 1
            else:
                caption = _move_text(prefix + handle, layer, lettering, matrix, under)
                if is_near(np.array([*caption.middle, *caption.anchor, caption.height])):
                    content.captions.append(caption)
                else:
                    content.not_finite += 1
        for handle, own_layer, name, matrices, attributes in block.inserts:
            self._place_insert((handle, resolve(own_layer), name, matrices, attributes), matrix, prefix, under, content)

    def _place_insert(
        self,
        insert: tuple[str, str, str, list[Affine], tuple[tuple[str, str], ...]],
        matrix: Affine,
        prefix: str,
        under: tuple[str, ...],
        content: Content,
    ) -> None:
        handle, layer, name, matrices, attributes = insert
        content.counts[layer, "block"] += len(matrices)
        if self._hides(layer):
            content.hidden[layer] += len(matrices)
            if self._frozen(layer):  # an insert on a layer that is merely off still shows content of other layers
                return
        key = name.casefold()
        block = self._block(name)
        if block is None:
            content.missing_blocks[name] += 1
            return
        if key in under:
            content.recursive_blocks.add(name)
            return
        copies = len(matrices)
        total = copies * (1 + self._size(name, ()))
        room = MAX_SHAPES - len(content.shapes) - len(content.captions)
        if len(under) >= MAX_DEPTH or total > room or copies > MAX_PLACEMENTS - len(content.placements):
            content.left_out += total
            return
        box = self._box(name, ())
        for number, own in enumerate(matrices):
            moved = matrix @ own
            id_ = f"{prefix}{handle}" if copies == 1 else f"{prefix}{handle}[{number}]"
            if not self._hides(layer):
                position = (float(moved[0, 2]), float(moved[1, 2]))
                corners = None if box is None else _apply(moved, box)
                if not is_near(moved) or (corners is not None and not is_near(corners)):
                    content.not_finite += 1
                    continue
                content.placements.append(Placement(id_, layer, name, position, moved, corners, attributes, under))
            self._place(block, moved, layer, f"{id_}.", (*under, key), content)

    def _box(self, name: str, under: tuple[str, ...]) -> Points | None:
        """The corners of the box around a block's content in its own axes."""
        key = name.casefold()
        if key in self._boxes:
            return self._boxes[key]
        block = self._block(name)
        if block is None or key in under:
            return None
        parts = [curve.points for _, _, curve in block.curves]
        for _, _, child, matrices, _ in block.inserts:
            inner = self._box(child, (*under, key))
            if inner is not None:
                parts += [_apply(own, inner) for own in matrices[:10_000]]
        if not parts:
            return None
        low, high = np.min([p.min(axis=0) for p in parts], axis=0), np.max([p.max(axis=0) for p in parts], axis=0)
        box = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
        self._boxes[key] = box
        return box


def _is_external(layout: BlockLayout) -> bool:
    """An unbound external reference: its content lies in another file."""
    header = layout.block
    return header is not None and bool(header.dxf.flags & 4) and not len(layout)


def _stored_layer(entity: DXFEntity) -> str:
    if isinstance(entity, DXFTagStorage):
        return clean_text(str(entity.graphic_properties().get("layer", "0")))
    return "0"


def _matrices(insert: Insert) -> list[Affine]:
    """One affine map per copy; an array insert (MINSERT) has several."""
    rows, columns = max(1, insert.dxf.row_count), max(1, insert.dxf.column_count)
    first = insert.matrix44()
    across, up, origin = first.transform_direction((1, 0, 0)), first.transform_direction((0, 1, 0)), first.origin
    base = np.array([[across.x, up.x, origin.x], [across.y, up.y, origin.y], [0.0, 0.0, 1.0]])
    if not np.isfinite(base).all():
        raise ValueError("insert at infinity")
    if rows * columns == 1:
        return [base]
    if rows * columns > MAX_PLACEMENTS:
        return [base] * (MAX_PLACEMENTS + 1)  # counted, and then left out as a whole
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
    return copies


def _apply(matrix: Affine, points: Points) -> Points:
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2])


def _move_curve(curve: Curve, matrix: Affine) -> Curve:
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
    arc = curve.arc
    if arc is not None:
        arc = _apply(matrix, arc)
        round_ = np.hypot(*(arc[1] - arc[0])), np.hypot(*(arc[2] - arc[0]))
        if not math.isclose(*round_, rel_tol=1e-6):
            arc = None  # scaled unevenly: no longer a circle
        elif np.linalg.det(matrix[:2, :2]) < 0:
            arc = arc[[0, 2, 1]]  # mirrored: counter-clockwise from the other end
    holes = tuple(_apply(matrix, hole) for hole in curve.holes)
    return Curve(curve.kind, _apply(matrix, curve.points), curve.closed, arc, holes, curve.width * scale)


def _move_text(id_: str, layer: str, text: Lettering, matrix: Affine, blocks: tuple[str, ...]) -> Caption:
    middle, anchor = _apply(matrix, np.array([text.middle, text.anchor]))
    tips = tuple((float(x), float(y)) for x, y in _apply(matrix, np.array(text.tips))) if text.tips else ()
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
    turn = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    return Caption(
        id_,
        layer,
        text.text,
        (float(middle[0]), float(middle[1])),
        (float(anchor[0]), float(anchor[1])),
        text.height * scale,
        text.rotation + turn,
        text.tag,
        tips,
        blocks,
    )
