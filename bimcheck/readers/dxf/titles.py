"""Titles of plans: which storey a plan shows, and which plans repeat a storey for another trade.

The storey itself is parsed by ``bimcheck.storey_names``; here stands what makes a text a title, which sheets are not
area plans, and the scale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bimcheck.readers.dxf.texts import folded
from bimcheck.storey_names import StoreyName, parse_storey_name
from bimcheck.text import Text

_SCALE = re.compile(r"\(?1[:/](\d{1,5})\)?")
_LONGEST = 40

_OTHER_VIEWS = (
    "立面",
    "剖面",
    "详图",
    "大样",
    "节点",
    "透视",
    "效果图",
    "轴测",
    "系统图",
    "ELEVATION",
    "SECTION",
    "DETAIL",
    "PERSPECTIVE",
)
_TRADES: tuple[tuple[str, Text], ...] = (
    ("防火分区|消防|疏散|FIRE", Text("防火分区、消防图", "fire plan")),
    ("给排水|给水|排水|喷淋|消火栓|PLUMBING|DRAINAGE", Text("给排水图", "plumbing plan")),
    ("结构|梁|板配筋|配筋|模板|柱定位|柱平面|墙柱|基础|桩|STRUCTUR", Text("结构图", "structural plan")),
    ("电气|照明|弱电|强电|动力|防雷|接地|插座|LIGHTING|ELECTRIC|POWER", Text("电气图", "electrical plan")),
    ("暖通|空调|通风|采暖|防排烟|HVAC", Text("暖通图", "ventilation plan")),
    ("吊顶|天花|顶棚|顶面|CEILING", Text("吊顶图", "ceiling plan")),
    ("家具|软装|陈设|FURNITURE", Text("家具布置图", "furniture plan")),
    ("放大|局部|平面详|核心筒", Text("局部放大图", "enlarged part")),
    ("砌体|砌筑|预留|留洞|铺装|地坪|面层|索引|尺寸定位|墙体定位|拆除|示意", Text("示意或定位图", "setting-out plan")),
    ("人防|日照|景观|管线|管网|绿化|竖向|土方", Text("专项图", "special plan")),
)  # fmt: skip
_AREA_PLAN = re.compile("面积|AREA")
_SITE = re.compile("总平面|总图|总体规划图|规划平面|SITEPLAN|MASTERPLAN|LAYOUTPLAN")
_PLAN = re.compile("平面|布置图|示意图|分区图|面积.{0,4}图|FLOORPLAN|PLAN$|LAYOUT$")
_REFERENCE = re.compile("详见|参见|另见|见.*图|同.*平面|以.*为准|本图|图纸目录")


@dataclass(frozen=True, slots=True)
class PlanTitle:
    """A plan's title. ``view`` ``"other"`` is a sheet that shows no areas to count; ``reason`` says what it is.

    A site plan may show a storey of the building as well (总平面及一层平面图).
    """

    text: str
    view: Literal["floor", "site", "other"]
    storey: StoreyName | None = None
    reason: Text | None = None
    scale: int | None = None


def parse_title(text: str) -> PlanTitle | None:
    """The title a text is, or ``None``.

    A floor title that names no storey has one of kind ``"unknown"``.
    """
    word = folded(text)
    scale = _SCALE.search(word)
    bare = _SCALE.sub("", word).upper()
    number = int(scale.group(1)) if scale else None
    if not bare or len(bare) > _LONGEST or _REFERENCE.search(bare):
        return None
    other = next((view for view in _OTHER_VIEWS if view in bare), None)
    if other is not None and re.search(r"图$|\d$|[A-Z]$", bare) and len(bare) < 25:
        return PlanTitle(
            text, "other", None, Text("立面、剖面、详图或位置图", "elevation, section, detail or key"), number
        )
    if _SITE.search(bare):
        trade = _trade(bare)
        storey = parse_storey_name(_SITE.sub("平面", bare))
        return PlanTitle(text, "other" if trade else "site", storey if storey.numbers else None, trade, number)
    storey = parse_storey_name(bare)
    if not _PLAN.search(bare):  # 一层地面铺装图 is no plan to measure, but one that must not be taken for it
        trade = _trade(bare) if storey.kind != "unknown" and bare.endswith("图") else None
        return None if trade is None else PlanTitle(text, "other", storey, trade, number)
    trade = None if _AREA_PLAN.search(bare) and "分区" not in bare else _trade(bare)
    if trade is not None:
        return PlanTitle(text, "other", storey, trade, number)
    if storey.kind == "unknown" and not re.search("平面图?$|PLAN$", bare):
        return None
    return PlanTitle(text, "floor", storey, None, number)


def _trade(bare: str) -> Text | None:
    return next((title for words, title in _TRADES if re.search(words, bare)), None)


def scale_of(text: str) -> int | None:
    """The scale a text states (``1:100``) and nothing else."""
    found = _SCALE.fullmatch(folded(text))
    return int(found.group(1)) if found else None
