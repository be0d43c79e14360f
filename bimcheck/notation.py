"""How reports write numbers, and the names of statuses, uses, stages and methods: two decimals, units, clean text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from bimcheck.model import Severity
from bimcheck.review import AreaMethod, Comparison, Quantity
from bimcheck.terms import Stage, Status, Use, Verdict
from bimcheck.text import Text

NOTHING = Text("—", "—")
"""Stands where there is no number: absent is not zero."""

STATUSES: Mapping[Status, Text] = {
    "fail": Text("不符合", "Fails"),
    "undetermined": Text("资料不足", "Cannot tell"),
    "manual": Text("需人工判定", "For a person"),
    "pass": Text("符合", "Holds"),
    "not_applicable": Text("不适用", "Not applicable"),
}
"""What a rule's status is called, the one that needs action first."""

MARKS: Mapping[Status, str] = {"fail": "✗", "undetermined": "?", "manual": "☐", "pass": "✓", "not_applicable": "–"}
"""A sign for each status, for paper without colour."""

VERDICTS: Mapping[Verdict, Text] = {
    "pass": Text("符合", "Complies"),
    "fail": Text("不符合", "Does not comply"),
    "undetermined": Text("尚不能判定", "Cannot be told yet"),
}

LEVELS = {"required": Text("必须", "required"), "advisory": Text("参考", "advisory")}

SEVERITIES: Mapping[Severity, Text] = {
    "error": Text("错误", "Error"),
    "warning": Text("注意", "Warning"),
    "info": Text("说明", "Remark"),
}

STAGES: Mapping[Stage, Text] = {
    "scheme": Text("方案设计审查", "Scheme design review"),
    "preliminary": Text("初步设计审查", "Preliminary design review"),
    "construction": Text("施工阶段审查", "Construction review"),
    "completion": Text("竣工验收", "Completion acceptance"),
}

USES: Mapping[Use, Text] = {
    "party_centre": Text("党群服务中心", "Party-and-masses centre"),
    "service": Text("社区服务用房", "Service room"),
    "hall": Text("服务大厅·会客厅", "Service hall"),
    "elderly": Text("养老服务", "Elderly care"),
    "child": Text("托育·儿童", "Child care"),
    "health": Text("健康服务", "Health"),
    "culture": Text("文体活动", "Culture and sport"),
    "office": Text("办公管理", "Office"),
    "property_management": Text("物业管理", "Property management"),
    "commercial": Text("商业", "Commercial"),
    "residential": Text("住宅", "Residential"),
    "circulation": Text("公共交通", "Circulation"),
    "other": Text("其他", "Other"),
}
"""What a room's use is called, in the order of the area tables."""

AREA_METHODS: Mapping[AreaMethod, Text] = {
    "area-frame": Text("面积框线", "area frame"),
    "gfa-space": Text("建筑面积空间", "gross-area space"),
    "rooms+walls": Text("房间加墙体", "rooms and walls"),
    "assumed-walls": Text("按假定墙厚", "assumed walls"),
    "net-only": Text("仅净面积", "clear area only"),
    "declared": Text("仅有申报值", "declared only"),
    "survey": Text("竣工测绘", "completion survey"),
}

BASES: Mapping[str, Text] = {
    "tag": Text("任务书指定", "brief"),
    "zone": Text("分区", "zone"),
    "classification": Text("分类编码", "classification"),
    "property": Text("属性", "property"),
    "space-type": Text("空间类型", "space type"),
    "long-name": Text("房间全名", "long name"),
    "name": Text("房间名称", "name"),
    "layer": Text("图层", "layer"),
    "none": NOTHING,
}

POSITIONS = {
    "above-ground": Text("地上", "above ground"),
    "semi-basement": Text("半地下", "semi-basement"),
    "basement": Text("地下", "basement"),
    "mezzanine": Text("夹层", "mezzanine"),
    "roof": Text("屋面", "roof"),
}

MEASURES: Mapping[str, Text] = {
    "service_area_m2": Text("社区服务用房建筑面积", "Service rooms, gross"),
    "party_centre_area_m2": Text("其中党群服务中心", "of which party centre"),
    "ground_floor_area_m2": Text("底层面积", "Ground-floor area"),
    "ground_floor_share": Text("底层面积占比", "Ground-floor share"),
    "street_entrances": Text("沿街独立出入口", "Street entrances"),
    "parking_spaces": Text("车位", "Parking spaces"),
    "plaza_area_m2": Text("活动广场", "Plaza"),
    "office_share": Text("办公面积占比", "Office share"),
    "*": Text("全部量测", "all measurements"),
}
"""What the main measurements are called."""

UNIT_BASES = {
    "declared": Text("文件声明", "declared in the file"),
    "inferred": Text("按图形推断", "inferred from the drawing"),
    "option": Text("命令指定", "given on the command line"),
}

_STANDARDS = {
    "gbt50353-2013": "GB/T 50353-2013",
    "gb55031-2022": "GB 55031-2022",
    "gbt17986.1-2000": "GB/T 17986.1-2000",
}
_UNITS = {"m2": Text(" ㎡", " m²"), "m": Text(" m", " m"), "yuan": Text(" 元", " yuan"), "day": Text(" 天", " days")}
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "="}
_NOISE = Decimal("1e-6")
_ANY_SIZE = Context(prec=400)  # the largest float has 309 digits before the point
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Text of a model made safe to show: what could drive a terminal, turn the reading order or break UTF-8 is marked.

    Line breaks and tabs become spaces; other control characters, lone surrogates, non-characters and direction
    overrides become U+FFFD. It does not escape: that belongs to whoever knows the output format.
    """
    if text.isprintable():  # as nearly all of it is; nothing that is replaced below is printable
        return text
    return "".join(_clean_character(character) for character in text)


def _clean_character(character: str) -> str:
    if character in "\n\r\t\u2028\u2029":
        return " "
    hidden = unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI or ord(character) & 0xFFFE == 0xFFFE
    return "\ufffd" if hidden else character


def measure_name(name: str) -> Text:
    """What a measurement is called; its own name where it has no other."""
    return MEASURES.get(name, Text(name, name))


def standard_name(standard_id: str) -> str:
    """The number an area standard is known by."""
    return _STANDARDS.get(standard_id, standard_id)


def decimal(value: float, places: int = 2) -> str:
    """A number rounded half up, as survey practice does, binary noise aside; never “-0.00”."""
    if not math.isfinite(value):
        return NOTHING.zh
    exact = Decimal(repr(float(value))).quantize(_NOISE, ROUND_HALF_EVEN, _ANY_SIZE)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _ANY_SIZE)
    return str(abs(rounded) if rounded.is_zero() else rounded)


def amount(value: float | None, unit: str, places: int = 2) -> Text:
    """A number with its unit; ratios (unit “1”) as a percentage."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "1":
        return Text(*[f"{decimal(value * 100, places)}%"] * 2)
    whole = unit in ("piece", "day", "") and float(value).is_integer()
    figure = str(int(value)) if whole else decimal(value, places)
    zh, en = _UNITS.get(unit, Text("", ""))
    return Text(figure + zh, figure + en)


def measured(quantity: Quantity | None, beside: Comparison | None = None) -> Text:
    """A measured value, with its interval where the readings differ.

    A value that rounds to the number it is compared with, but is not that number, is written with more decimals.
    """
    if quantity is None:
        return NOTHING
    value, unit, low, high = quantity.value, quantity.unit, quantity.low, quantity.high
    if value is None:
        if low is not None and high is not None and high > 0:
            return _span(low, high, unit)
        if low is not None and low > 0:
            figure = amount(low, unit)
            return Text(f"至少 {figure.zh}", f"at least {figure.en}")
        return NOTHING
    near = beside is not None and value != beside.value and amount(value, unit) == amount(beside.value, unit)
    text = amount(value, unit, 5 if near and unit == "1" else 2)
    if quantity.disputed and low is not None and high is not None and amount(low, unit) != amount(high, unit):
        span = _span(low, high, unit)
        return Text(f"{text.zh}（{span.zh}）", f"{text.en} ({span.en})")
    return text


def _span(low: float, high: float, unit: str) -> Text:
    bottom, top = amount(low, unit), amount(high, unit)
    bare = _UNITS.get(unit, Text("", ""))
    return Text(f"{bottom.zh.removesuffix(bare.zh)}–{top.zh}", f"{bottom.en.removesuffix(bare.en)}–{top.en}")


def is_presence(comparison: Comparison | None) -> bool:
    """Whether only presence is asked for: a difference from that says nothing."""
    return comparison is not None and (comparison.op, comparison.value) == (">", 0)


def requirement(comparison: Comparison | None) -> Text:
    """What is asked for, such as “≥ 50.00%”; that there be any at all, where more than nothing is asked."""
    if comparison is None:
        return NOTHING
    if is_presence(comparison):
        return Text("有", "present")
    figure = amount(comparison.value, comparison.unit)
    sign = _SIGNS[comparison.op]
    return Text(f"{sign} {figure.zh}", f"{sign} {figure.en}")


def signed(value: float, places: int = 2) -> str:
    """A difference with its sign."""
    figure = decimal(abs(value), places)
    return ("±" if float(figure) == 0 else "+" if value > 0 else "−") + figure


def difference(value: float | None, unit: str) -> Text:
    """A signed difference with its unit; of two ratios, in percentage points."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "1":
        points = signed(value * 100, 5 if 0 < abs(value) < 5e-5 else 2)
        return Text(f"{points} 个百分点", f"{points} pp")
    whole = unit in ("piece", "day", "") and float(value).is_integer()
    zh, en = _UNITS.get(unit, Text("", ""))
    figure = signed(value, 0 if whole else 2)
    return Text(figure + zh, figure + en)
