"""What draws neither lines nor text here: custom objects, solids, meshes, pictures; said, and never passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from bimcheck.model import Note
from bimcheck.readers.dxf.content import Content
from bimcheck.readers.dxf.layers import SITE_ROLES, Role
from bimcheck.readers.dxf.plans import BODY_ROLES
from bimcheck.text import Text

_BODIES: dict[str, str] = {
    "REGION": "面域", "3DSOLID": "三维实体", "BODY": "三维体", "SURFACE": "曲面", "PLANESURFACE": "曲面",
    "EXTRUDEDSURFACE": "曲面", "LOFTEDSURFACE": "曲面", "REVOLVEDSURFACE": "曲面", "SWEPTSURFACE": "曲面",
    "NURBSURFACE": "曲面", "MESH": "网格", "POLYLINE": "多面网格",
}  # fmt: skip
"""Bodies whose shape the file keeps in a form of its own, with their names in Chinese."""
_PICTURES: dict[str, str] = {
    "IMAGE": "光栅图像", "PDFUNDERLAY": "PDF 参考底图", "PDFREFERENCE": "PDF 参考底图", "DWFUNDERLAY": "DWF 参考底图",
    "DGNUNDERLAY": "DGN 参考底图", "OLE2FRAME": "OLE 对象", "OLEFRAME": "OLE 对象",
}  # fmt: skip
_VITAL_OBJECTS = ("WALL", "SPACE", "OPENING", "COLUMN", "TEXT", "BALCONY", "ROOM", "DOOR", "WINDOW")
_SITE_MEASURES = (
    "street_entrances",
    "parking_spaces",
    "accessible_spaces",
    "plaza_area_m2",
    "main_entrance_distance_m",
)


def unread_notes(content: Content, role: Callable[[str], Role | None], file: str) -> Iterator[Note]:
    """Notes on what could not be read, with its layers; they block where it may be walls, rooms or the site."""
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    pictures: Counter[str] = Counter()
    masks = sum(number for (_, kind), number in content.counts.items() if kind == "WIPEOUT")
    for (layer, kind), number in content.counts.items():
        if kind in _BODIES:
            layer_role = role(layer)
            group = (
                inside if layer_role in BODY_ROLES else outside if layer_role in SITE_ROLES
                else unknown if layer_role is None else None
            )  # fmt: skip
            if group is not None:
                group[f"{layer}（{_BODIES[kind]} {kind}）"] += number
        elif kind in _PICTURES:
            pictures[f"{layer}（{_PICTURES[kind]} {kind}）"] += number
    for group, blocks in ((inside, ("*",)), (outside, _SITE_MEASURES), (unknown, ())):
        if group:
            yield _bodies_note(group, file, blocks)
    if pictures:
        total, which = sum(pictures.values()), _listed(pictures)
        text = Text(
            f"{file} 有 {total} 处图像、底图或嵌入对象（{which}），其内容无法审查：如含平面或总图，请改用线条图形提交",
            f"{file}: {total} images, underlays or embedded objects ({which}) cannot be checked: if they show plans or "
            "the site, submit those as drawn lines",
        )
        yield Note("dxf-pictures-unread", "warning", text)
    if masks:
        text = Text(
            f"{file} 有 {masks} 个区域覆盖（WIPEOUT），被其遮盖的图形仍已读取：如遮盖的是作废内容，请删除后重新导出",
            f"{file}: {masks} wipeouts; what they cover was read all the same: delete what is void and export again",
        )
        yield Note("dxf-wipeouts", "warning", text)


def _bodies_note(found: Counter[str], file: str, blocks: tuple[str, ...]) -> Note:
    return Note(
        "dxf-bodies-unread",
        "error" if blocks else "warning",
        Text(
            f"{file} 有 {sum(found.values())} 个面域、三维实体或网格（{_listed(found)}），其形状无法读取："
            "请用 EXPLODE 炸开（三维实体先用 FLATSHOT 投影）或用 BOUNDARY 描成多段线后重新导出",
            f"{file}: {sum(found.values())} regions, solids or meshes ({_listed(found)}) have a shape that cannot be "
            "read: EXPLODE them (project solids with FLATSHOT first) or trace them as polylines with BOUNDARY, and "
            "export again",
        ),
        blocks=blocks,
    )


def _listed(found: Counter[str]) -> str:
    shown = "、".join(f"{name} {number}" for name, number in found.most_common(5))
    return shown + ("…" if len(found) > 5 else "")


def custom_object_notes(content: Content, role: Callable[[str], Role | None], file: str) -> list[Note]:
    """Notes on objects of TArch and other add-ons; they block where they may be walls, rooms or names."""
    vital: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for (layer, kind), number in content.proxies.items():
        if kind.startswith(("TCH_", "AEC")):
            is_vital = any(word in kind for word in _VITAL_OBJECTS) and "DIM" not in kind
        elif kind == "ACAD_PROXY_ENTITY":
            layer_role = role(layer)
            is_vital = layer_role is None or layer_role in BODY_ROLES or layer_role == "room-name"
        else:
            continue
        (vital if is_vital else other)[f"{layer}（{kind}）"] += number
    remedy = Text(
        "请在天正中用“图形导出”存为 T3 格式，或在 AutoCAD 中用 EXPORTTOAUTOCAD 炸开后再导出 DXF",
        "export it from TArch as T3 (图形导出), or explode it in AutoCAD with EXPORTTOAUTOCAD, and make the "
        "DXF from that",
    )
    notes = []
    if vital:
        notes.append(
            Note(
                "dxf-custom-objects",
                "error",
                Text(
                    f"{file} 有 {sum(vital.values())} 个天正或其他自定义对象（墙、门窗、房间等），DXF "
                    f"中不含其内容，无法审查"
                    f"（{_listed(vital)}）；{remedy.zh}",
                    f"{file}: {sum(vital.values())} objects of TArch or another add-on (walls, openings, rooms "
                    f"…) have no "
                    f"content in the DXF and cannot be checked ({_listed(vital)}); {remedy.en}",
                ),
                blocks=("*",),
            )
        )
    if other:
        notes.append(
            Note(
                "dxf-custom-annotation",
                "warning",
                Text(
                    f"{file} 有 {sum(other.values())} 个自定义标注对象未读取（{_listed(other)}）；"
                    f"如图名或标高缺失，{remedy.zh}",
                    f"{file}: {sum(other.values())} annotation objects of an add-on were not read "
                    f"({_listed(other)}); if "
                    f"titles or levels are missed, {remedy.en}",
                ),
            )
        )
    return notes
