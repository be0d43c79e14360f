"""Everything a drawing shows, blocks expanded, as flat lists of shapes, texts and block placements.

Expansion is our own and bounded: a block that inserts itself, nesting without end, or thirty kilobytes of blocks that
multiply to millions of entities cost no more than the limits below, and what was left out is counted. Each block is
read once; its copies are affine images of that reading (rotated, mirrored, scaled, arrayed). A block of which nothing
is of use is counted as often as it is placed, without being copied.

Hidden things (layers frozen or off, invisible entities) are left out and counted: what a drawing hides is not
submitted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
from ezdxf.document import Drawing
from ezdxf.layouts.base import BaseLayout
from ezdxf.layouts.blocklayout import BlockLayout

from bimcheck.readers.dxf.blocks import MAX_PLACEMENTS, Block, Insertion, read_block
from bimcheck.readers.dxf.clipping import Mark, cut
from bimcheck.readers.dxf.content import Affine, Caption, Content, Placement, Shape
from bimcheck.readers.dxf.curves import FARTHEST, Points, is_near
from bimcheck.readers.dxf.encoding import clean_text
from bimcheck.readers.dxf.lettering import Lettering
from bimcheck.readers.dxf.motion import apply, move_curves, scale_of
from bimcheck.readers.dxf.tags.parts import Part

MAX_DEPTH = 24
MAX_SHAPES = 1_500_000


class Expansion:
    """Reads layouts of one drawing; blocks are read once and kept between layouts.

    ``wanted`` says whether curves on a layer are worth keeping, and ``symbol`` whether a block placed on a layer is of
    use as a whole, whatever the layers in it; all are counted anyway. ``shown`` names layers that are read although
    the drawing hides them, because the project says that they are part of the submission. ``parts`` is what was read
    from the tags of the file, by the name of block or layout in lower case.
    """

    def __init__(
        self,
        drawing: Drawing,
        wanted: Callable[[str], bool] = lambda _layer: True,
        shown: Callable[[str], bool] = lambda _layer: False,
        symbol: Callable[[str, str], bool] = lambda _name, _layer: True,
        parts: Mapping[str, Part] | None = None,
    ) -> None:
        self._drawing = drawing
        self._wanted = wanted
        self._shown = shown
        self._symbol = symbol
        self._parts = parts or {}
        self._blocks: dict[str, Block] = {}
        self._sizes: dict[str, int] = {}
        self._boxes: dict[str, Points | None] = {}
        self._idle: dict[tuple[str, str, bool], bool] = {}
        self._visibility = {
            clean_text(layer.dxf.name).casefold(): (layer.is_frozen(), layer.is_off()) for layer in drawing.layers
        }

    def read(self, layout: BaseLayout) -> Content:
        """Expand a layout."""
        content = Content()
        top = self._read(layout, lambda layer: not self._wanted(layer))
        self._place(top, None, "0", "", (), content, whole=False)
        return content

    def _hides(self, layer: str) -> bool:
        return self._is_off_or_frozen(layer) and not self._shown(layer)

    def _is_off_or_frozen(self, layer: str) -> bool:
        return any(self._visibility.get(layer.casefold(), (False, False)))

    def _frozen(self, layer: str) -> bool:
        return self._visibility.get(layer.casefold(), (False, False))[0]

    def _block(self, name: str) -> Block | None:
        key = name.casefold()
        if key not in self._blocks:
            layout = self._drawing.blocks.get(name)
            if layout is None or _is_external(layout, self._part(layout)):
                return None
            self._blocks[key] = self._read(layout, lambda _layer: False)
        return self._blocks[key]

    def _read(self, layout: BaseLayout, unused: Callable[[str], bool]) -> Block:
        part = self._part(layout)
        return read_block(layout, unused) if part is None else part.joined(list(layout), unused, self._base_of)

    def _part(self, layout: BaseLayout) -> Part | None:
        record = layout.block_record  # of a damaged layout it may have been discarded while loading
        return self._parts.get(str(record.dxf.name).lower()) if record.is_alive else None

    def _base_of(self, name: str) -> tuple[float, float]:
        layout = self._drawing.blocks.get(name)
        if layout is None or layout.block is None:
            return (0.0, 0.0)
        base = layout.block.dxf.base_point
        return (float(base[0]), float(base[1]))

    def _size(self, name: str, under: tuple[str, ...]) -> int:
        """How many shapes and texts one copy of a block comes to; endless recursion counts nothing."""
        key = name.casefold()
        if key in self._sizes:
            return self._sizes[key]
        block = self._block(name)
        if block is None or key in under or len(under) > MAX_DEPTH:
            return 0
        size = len(block.curves) + len(block.texts)
        for insert in block.inserts:
            size += len(insert.matrices) * (1 + self._size(insert.name, (*under, key)))
        self._sizes[key] = size
        return size

    # ------------------------------------------------------------------ placing copies

    def _place(
        self,
        block: Block,
        matrix: Affine | None,
        layer0: str,
        prefix: str,
        under: tuple[str, ...],
        content: Content,
        *,
        whole: bool,
    ) -> None:
        """Add one copy of a block; a layout is placed as it is, without a matrix."""
        self._count(block, layer0, content, 1)
        self._place_curves(block, matrix, layer0, prefix, under, content, whole=whole)
        for handle, own_layer, lettering in block.texts:
            layer = layer0 if own_layer == "0" else own_layer
            content.counts[layer, "text"] += 1
            if self._hides(layer):
                content.hidden[layer] += 1
            else:
                caption = _move_text(prefix + handle, layer, lettering, matrix, under)
                if all(abs(value) < FARTHEST for value in (*caption.middle, *caption.anchor, caption.height)):
                    content.captions.append(caption)
                else:
                    content.not_finite += 1
        for insert in block.inserts:
            layer = layer0 if insert.layer == "0" else insert.layer
            self._place_insert(insert, layer, matrix, prefix, under, content, whole=whole)

    def _count(self, block: Block, layer0: str, content: Content, copies: int) -> None:
        """Count everything in a block but its texts and inserts."""
        content.not_finite += copies * block.not_finite
        content.clipped += copies * block.clipped

        def resolve(layer: str) -> str:
            return layer0 if layer == "0" else layer

        for layer, number in block.hidden.items():
            content.hidden[resolve(layer)] += copies * number
        for (layer, kind), number in block.proxies.items():
            content.proxies[resolve(layer), kind] += copies * number
        for counted in (block.proxies, block.others, block.unread, block.kinds):
            for (layer, kind), number in counted.items():
                content.counts[resolve(layer), kind] += copies * number
        for counted in (block.unread, block.kinds):
            for (own_layer, _), number in counted.items():
                layer = resolve(own_layer)
                if self._hides(layer):
                    content.hidden[layer] += copies * number

    def _place_curves(
        self,
        block: Block,
        matrix: Affine | None,
        layer0: str,
        prefix: str,
        under: tuple[str, ...],
        content: Content,
        *,
        whole: bool,
    ) -> None:
        kept = [
            (prefix + handle, layer, curve)
            for handle, own_layer, curve in block.curves
            if self._keeps(layer := layer0 if own_layer == "0" else own_layer, whole=whole)
        ]
        for layer, number in Counter(layer for _, layer, _ in kept).items():
            content.revealed[layer] += number * self._is_off_or_frozen(layer)
        if matrix is None:
            content.shapes += [Shape(id_, layer, curve, under) for id_, layer, curve in kept]
            return
        for (id_, layer, _), moved in zip(kept, move_curves([curve for _, _, curve in kept], matrix), strict=True):
            if is_near(moved.points):
                content.shapes.append(Shape(id_, layer, moved, under))
            else:
                content.not_finite += 1

    def _keeps(self, layer: str, *, whole: bool) -> bool:
        return (whole or self._wanted(layer)) and not self._hides(layer)

    def _place_insert(
        self,
        insert: Insertion,
        layer: str,
        matrix: Affine | None,
        prefix: str,
        under: tuple[str, ...],
        content: Content,
        *,
        whole: bool,
    ) -> None:
        name, copies = insert.name, len(insert.matrices)
        content.counts[layer, "block"] += copies
        if self._hides(layer):
            content.hidden[layer] += copies
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
        total = copies * (1 + self._size(name, ()))
        room = MAX_SHAPES - len(content.shapes) - len(content.captions)
        if len(under) >= MAX_DEPTH or total > room or copies > MAX_PLACEMENTS - len(content.placements):
            content.left_out += total
            return
        whole = whole or self._symbol(name, layer)
        idle = self._is_idle(block, key, layer, whole=whole)
        box = self._box(name, ())
        for number, own in enumerate(insert.matrices):
            moved = own if matrix is None else matrix @ own
            id_ = f"{prefix}{insert.handle}" if copies == 1 else f"{prefix}{insert.handle}[{number}]"
            if not self._hides(layer):
                position = (float(moved[0, 2]), float(moved[1, 2]))
                corners = None if box is None else apply(moved, box)
                if not is_near(moved) or (corners is not None and not is_near(corners)):
                    content.not_finite += 1
                    continue
                content.placements.append(
                    Placement(id_, layer, name, position, moved, corners, insert.attributes, under)
                )
            if idle:
                self._count(block, layer, content, 1)
                continue
            before = Mark.of(content)
            self._place(block, moved, layer, f"{id_}.", (*under, key), content, whole=whole)
            if insert.clip is not None:
                cut(content, before, insert.clip, matrix)

    def _is_idle(self, block: Block, key: str, layer0: str, *, whole: bool) -> bool:
        """Whether a copy of a block adds nothing but to the counts."""
        case = (key, layer0, whole)
        if case not in self._idle:
            layers = {layer0 if layer == "0" else layer for layer, _ in block.kinds}
            used = any(self._keeps(layer, whole=whole) for layer in layers)
            self._idle[case] = not (used or block.texts or block.inserts)
        return self._idle[case]

    def _box(self, name: str, under: tuple[str, ...]) -> Points | None:
        """The corners of the box around a block's content in its own axes."""
        key = name.casefold()
        if key in self._boxes:
            return self._boxes[key]
        block = self._block(name)
        if block is None or key in under or len(under) > MAX_DEPTH:
            return None
        parts = [curve.points for _, _, curve in block.curves]
        for insert in block.inserts:
            inner = self._box(insert.name, (*under, key))
            if inner is not None:
                parts += [apply(own, inner) for own in insert.matrices[:10_000]]
        if not parts:
            return None
        low, high = np.min([p.min(axis=0) for p in parts], axis=0), np.max([p.max(axis=0) for p in parts], axis=0)
        box = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
        self._boxes[key] = box
        return box


def _is_external(layout: BlockLayout, part: Part | None) -> bool:
    """An unbound external reference: its content lies in another file."""
    header = layout.block
    return header is not None and bool(header.dxf.flags & 4) and not (len(layout) or part)


def _move_text(id_: str, layer: str, text: Lettering, matrix: Affine | None, blocks: tuple[str, ...]) -> Caption:
    if matrix is None:
        return Caption(
            id_, layer, text.text, text.middle, text.anchor, text.height, text.rotation, text.tag, text.tips, blocks
        )
    places = apply(matrix, np.array([text.middle, text.anchor, *text.tips]))
    middle, anchor, *tips = [(float(x), float(y)) for x, y in places.tolist()]
    turn = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    return Caption(
        id_, layer, text.text, middle, anchor, text.height * scale_of(matrix), text.rotation + turn, text.tag,
        tuple(tips), blocks,
    )  # fmt: skip
