"""An annotated copy of a drawing: our own layers with hatched rooms, their areas, doors with leaders, and the findings.

Nothing on the submitted layers is touched; switching the layers ``BIMCHECK-…`` off shows the drawing as it was.
Releases before 2007 lack Unicode or true colours, so their copies are saved as release 2010.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import ezdxf
import shapely
from ezdxf import bbox
from ezdxf._options import options
from ezdxf.document import Drawing
from ezdxf.enums import MTextEntityAlignment
from ezdxf.layouts.layout import Modelspace
from shapely import Polygon

from bimcheck.annotate.colours import Rgb, deep, sign, tint
from bimcheck.annotate.places import Placed, places
from bimcheck.drawing.sheet import entrance_letters
from bimcheck.notation import STAGES, STATUSES, VERDICTS, amount, clean
from bimcheck.readers.dxf.document import open_document
from bimcheck.reporters._decided import every_decision
from bimcheck.reporters._findings import open_findings
from bimcheck.review import Entrance, Review, ReviewedRoom

ROOMS: Final = "BIMCHECK-社区用房"
NEAR_MISSES: Final = "BIMCHECK-不计入"
AREAS: Final = "BIMCHECK-面积"
DOORS: Final = "BIMCHECK-出入口"
FINDINGS: Final = "BIMCHECK-审查意见"
LAYERS: Final = (ROOMS, NEAR_MISSES, AREAS, DOORS, FINDINGS)

_STYLE = "BIMCHECK"
_FONT = "simsun.ttc"
_FOREGROUND = 7
"""Black on white, white on black."""
_TRANSPARENCY = 0.55
_TEXT_M = 0.28
_FINDINGS_TEXT_M, _FINDINGS_WIDTH_M, _FINDINGS_CHARACTERS = 0.40, 24.0, 160
_LEADER_M = 3.0
_QUALIFIES = {True: "符合", False: "不符合", None: "不能判断"}


def reviewed_copy(review: Review, original: Path, layers: Mapping[str, str] | None = None) -> bytes:
    """The content of the copy; ``layers`` is the project's own layer map, as it was for the review.

    Raises:
        BimcheckError: the drawing cannot be read.
    """
    document = open_document(original).drawing
    pen = _Pen(document)
    found = places(review, original, layers)
    drawn: set[str] = set()
    for room in sorted(review.rooms, key=lambda room: (room.counted, room.id)):
        own = room.id.split("@", maxsplit=1)[0]  # a typical floor is drawn once and stands for several storeys
        if room.id in found and own not in drawn:
            drawn.add(own)
            pen.room(room, found[room.id])
    letters = entrance_letters(review.entrances)
    for entrance in sorted(review.entrances, key=lambda each: letters[each.id]):
        if entrance.id in found:
            pen.entrance(entrance, letters[entrance.id], found[entrance.id])
    unit_m = next(iter(found.values())).unit_m if found else 1.0
    pen.findings(review, unit_m)
    return _saved(document)


class _Pen:
    """Draws on our own layers of a document."""

    def __init__(self, document: Drawing) -> None:
        if document.dxfversion < ezdxf.const.DXF2007:
            document.dxfversion = ezdxf.const.DXF2010
        for name in LAYERS:
            if name not in document.layers:
                document.layers.add(name)
        if _STYLE not in document.styles:
            document.styles.add(_STYLE, font=_FONT)
        self._space: Modelspace = document.modelspace()
        self._extent = bbox.extents(self._space, fast=True)

    def room(self, room: ReviewedRoom, placed: Placed) -> None:
        """Hatch and outline of a room with its walls, and its area in it."""
        region = room.gross_region if room.gross_region is not None else room.footprint
        if region is None or region.is_empty:
            return
        layer = ROOMS if room.counted else NEAR_MISSES
        on_sheet = placed.on_sheet(region)
        for part in shapely.get_parts(on_sheet).tolist():
            if isinstance(part, Polygon):
                self._outline(part, deep(room), layer)
                if room.counted:
                    self._hatch(part, tint(room), layer)
        middle = max(shapely.get_parts(on_sheet).tolist(), key=lambda part: part.area).representative_point()
        lines = [clean(room.name)]
        if room.counted:
            lines.append(f"建筑面积 {amount(room.gross_area_m2, 'm2').zh}")
            lines.append(f"净面积 {amount(room.net_area_m2, 'm2').zh}")
        elif room.why_not is not None:
            lines.append(f"不计入：{clean(room.why_not.zh)}")
        low = middle.y - 4 * _TEXT_M / placed.unit_m  # below the room's own name
        self._text(lines, (middle.x, low), _TEXT_M / placed.unit_m, AREAS)

    def entrance(self, entrance: Entrance, letter: str, placed: Placed) -> None:
        """A leader from outdoors to the door, and what was found about it."""
        door = placed.on_sheet(entrance.position).centroid
        u, v = placed.direction(entrance.outward or (0.0, -1.0))
        reach = _LEADER_M / placed.unit_m
        end = (door.x + u * reach, door.y + v * reach)
        height = _TEXT_M / placed.unit_m
        colour = ezdxf.colors.rgb2int(sign(entrance))
        self._space.add_leader(
            [(door.x, door.y), end],
            override={"dimasz": 1.5 * height, "dimldrblk": ""},
            dxfattribs={"layer": DOORS, "true_color": colour},
        )
        lines = [f"{letter} {clean(entrance.name)}：{_QUALIFIES[entrance.qualifies]}", clean(entrance.reason.zh)]
        self._text(lines, (end[0], end[1] + v * 2 * height), height, DOORS, width=10 / placed.unit_m)

    def findings(self, review: Review, unit_m: float) -> None:
        """The verdict, every open finding, what people decided and the hashes, above everything that was drawn."""
        lines = [
            f"社区服务用房审查意见（{STAGES[review.stage].zh}）：{VERDICTS[review.verdict].zh}",
            *(
                f"{result.number} {clean(result.clause)} {clean(result.title.zh)}：{STATUSES[result.status].zh}。"
                f"{clean(result.message.zh)}" + ("" if result.remedy is None else f"。{clean(result.remedy.zh)}")
                for result in open_findings(review)
            ),
            *(f"◆ {clean(subject.zh)}：{line.zh}" for subject, line in every_decision(review)),
            f"{clean(review.source.file)}  SHA-256 {review.source.sha256}",
            f"{clean(review.ruleset.id)}  {review.ruleset.digest}  bimcheck {review.tool_version}",
        ]
        drawn = self._extent
        x, y, width = (drawn.extmin.x, drawn.extmax.y, drawn.size.x) if drawn.has_data else (0.0, 0.0, 0.0)
        height = max(_FINDINGS_TEXT_M / unit_m, width / _FINDINGS_CHARACTERS)
        self._text(
            lines,
            (x, y + 4 * height),
            height,
            FINDINGS,
            width=max(width, _FINDINGS_WIDTH_M / unit_m),
            at=MTextEntityAlignment.BOTTOM_LEFT,
        )

    def _outline(self, part: Polygon, colour: Rgb, layer: str) -> None:
        for ring in (part.exterior, *part.interiors):
            self._space.add_lwpolyline(
                list(ring.coords)[:-1],
                close=True,
                dxfattribs={"layer": layer, "true_color": ezdxf.colors.rgb2int(colour)},
            )

    def _hatch(self, part: Polygon, colour: Rgb, layer: str) -> None:
        hatch = self._space.add_hatch(dxfattribs={"layer": layer})
        hatch.rgb = colour
        hatch.transparency = _TRANSPARENCY
        hatch.paths.add_polyline_path(list(part.exterior.coords)[:-1], flags=ezdxf.const.BOUNDARY_PATH_EXTERNAL)
        for ring in part.interiors:
            hatch.paths.add_polyline_path(list(ring.coords)[:-1], flags=ezdxf.const.BOUNDARY_PATH_OUTERMOST)

    def _text(
        self,
        lines: list[str],
        place: tuple[float, float],
        height: float,
        layer: str,
        *,
        width: float | None = None,
        at: MTextEntityAlignment = MTextEntityAlignment.TOP_CENTER,
    ) -> None:
        """Lettering in the colour that stands out from whatever ground the drawing is shown on."""
        text = self._space.add_mtext(
            r"\P".join(_plain(line) for line in lines),
            dxfattribs={
                "layer": layer,
                "style": _STYLE,
                "char_height": height,
                "color": _FOREGROUND,
            },
        )
        if width is not None:
            text.dxf.width = width
        text.set_location(place, attachment_point=at)


def _plain(line: str) -> str:
    """Text in which nothing is taken for formatting."""
    for sign_ in ("\\", "{", "}"):
        line = line.replace(sign_, f"\\{sign_}")
    return line.replace("^", "^ ").replace("%%", "% %")


def _saved(document: Drawing) -> bytes:
    """The drawing as a file without the moment of saving."""
    fixed = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        written = io.StringIO()
        document.write(written)
    finally:
        options.write_fixed_meta_data_for_testing = fixed
    return document.encode(written.getvalue())
