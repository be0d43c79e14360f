"""How the layers of a drawing were understood, for a person to read: what was not understood first, and the remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from bimcheck.readers.dxf.layers import PROJECT_MAP, ROLE_TITLES, LayerUse, Role
from bimcheck.text import Language, Text

_KINDS: dict[str, Text] = {
    "line": Text("直线", "line"), "polyline": Text("多段线", "polyline"), "arc": Text("圆弧", "arc"),
    "circle": Text("圆", "circle"), "ellipse": Text("椭圆", "ellipse"), "spline": Text("样条", "spline"),
    "hatch": Text("填充", "hatch"), "solid": Text("填实", "solid"), "text": Text("文字", "text"),
    "block": Text("图块", "block"), "DIMENSION": Text("尺寸", "dimension"), "LEADER": Text("引线", "leader"),
    "POINT": Text("点", "point"), "IMAGE": Text("图像", "image"), "ACAD_TABLE": Text("表格", "table"),
}  # fmt: skip
_ROOMS: tuple[Role, ...] = ("wall", "area-frame", "room")
_SHOWN_EMPTY = 8


def layer_table(uses: Iterable[LayerUse], language: Language) -> str:
    """The layers as sections of text: not understood, understood by use, not used, empty; then how to put it right."""
    listed = list(uses)
    full = [use for use in listed if use.total]
    unknown = [use for use in full if use.role is None]
    ignored = [use for use in full if use.role == "ignore"]
    order = {role: place for place, role in enumerate(ROLE_TITLES)}
    known = [use for use in full if use.role not in (None, "ignore")]
    known.sort(key=lambda use: order[use.role or "ignore"])  # within a use those with most on them stay first
    rows = {id(use): _cells(use, language) for use in full}
    widths = [max((_columns(cells[k]) for cells in rows.values()), default=0) for k in range(3)]

    def section(title: Text, members: Sequence[LayerUse]) -> list[str]:
        lines = [_line(rows[id(use)], widths) for use in members]
        return ["", f"{title.in_language(language)} ({len(members)})", *lines] if members else []

    lines = [_summary(listed, unknown, language)]
    lines += section(Text("未识别，请核对", "Not understood: please check"), unknown)
    lines += section(Text("已识别", "Understood"), known)
    lines += section(Text("不用于审查", "Not used"), ignored)
    empty = [use.name for use in listed if not use.total]
    if empty:
        title = Text("空图层", "Empty layers").in_language(language)
        shown = ", ".join(empty[:_SHOWN_EMPTY]) + (" …" if len(empty) > _SHOWN_EMPTY else "")
        lines += ["", f"{title} ({len(empty)})", f"  {shown}"]
    return "\n".join([*lines, "", _remedy((unknown or known or ignored)[:1], language)])


def _summary(uses: Sequence[LayerUse], unknown: Sequence[LayerUse], language: Language) -> str:
    left = sum(use.total for use in unknown)
    text = Text(
        f"共 {len(uses)} 个图层，{len(unknown)} 个未识别（{left} 个图形不参与审查）。",
        f"{len(uses)} layers, {len(unknown)} not understood (the {left} entities on them take no part in the review).",
    )
    if not any(use.role in _ROOMS and use.total and (not use.hidden or _is_mapped(use)) for use in uses):
        text = Text(
            text.zh + "没有可见的墙、面积框线或房间轮廓图层：无法识别房间。",
            text.en + " No visible layer holds walls, area frames or room outlines: no room can be found.",
        )
    return text.in_language(language)


def _remedy(example: Sequence[LayerUse], language: Language) -> str:
    name = example[0].name if example else "A-WALL"
    roles = ", ".join(f"{role} {title.in_language(language)}" for role, title in ROLE_TITLES.items())
    return Text(
        "识别有误时，在任务书 brief.toml 的 [layers] 中写明各图层的用途（* 代表任意字符；写明的图层即使冻结也读取）：\n"
        f'  [layers]\n  "{name}" = "wall"\n'
        f"再运行 bimcheck layers 图纸.dxf --brief brief.toml 核对。可写的用途：{roles}",
        "Where this is wrong, say in brief.toml, [layers], what a layer is for (* stands for anything; layers named "
        f'there are read even if frozen):\n  [layers]\n  "{name}" = "wall"\n'
        f"and check with bimcheck layers drawing.dxf --brief brief.toml. Uses: {roles}",
    ).in_language(language)


def _cells(use: LayerUse, language: Language) -> tuple[str, str, str, str]:
    state = Text("（冻结或关闭，不读）", " (frozen or off, not read)") if use.hidden else Text("", "")
    if use.hidden and _is_mapped(use):
        state = Text("（冻结或关闭，因点名而读）", " (frozen or off, read as it is named)")
    hidden = state.in_language(language)
    role = "" if use.role is None else f"{use.title.in_language(language)} {use.role}"
    kinds = ", ".join(f"{_kind(kind, language)} {number}" for kind, number in use.counts)
    return (("? " if use.role is None else "  ") + use.name + hidden, role, f"{use.total}", f"{kinds}  {_why(use)}")


def _is_mapped(use: LayerUse) -> bool:
    """Whether the project's own map names the layer, which is then read although hidden."""
    return use.basis.startswith(PROJECT_MAP)


def _why(use: LayerUse) -> str:
    return f"← {use.basis}" if use.basis else ""


def _kind(kind: str, language: Language) -> str:
    return _KINDS[kind].in_language(language) if kind in _KINDS else kind


def _line(cells: tuple[str, str, str, str], widths: Sequence[int]) -> str:
    name, role, number, rest = cells
    padded = [name + " " * (widths[0] - _columns(name)), role + " " * (widths[1] - _columns(role))]
    return "  ".join([*padded, number.rjust(widths[2]), rest]).rstrip()


def _columns(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
