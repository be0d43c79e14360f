"""How results are put into words, in both languages: figures, comparisons, and what would change them.

A figure in a sentence shows the value as it was compared, so that no sentence contradicts its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from bimcheck.measures.catalogue import MEASURES
from bimcheck.review import Quantity
from bimcheck.rules.comparison import Compared, exact, rounded
from bimcheck.terms import Stage
from bimcheck.text import Text

STAGE_NAMES: dict[Stage, Text] = {
    "scheme": Text("方案设计审查", "scheme design"),
    "preliminary": Text("初步设计审查", "preliminary design"),
    "construction": Text("项目建设施工", "construction"),
    "completion": Text("竣工验收", "completion"),
}

_UNITS: dict[str, Text] = {
    "m2": Text(" ㎡", " m²"),
    "m": Text(" m", " m"),
    "piece": Text(" 个", ""),
    "day": Text(" 天", " days"),
    "yuan": Text(" 元", " yuan"),
}
_HELD: dict[str, tuple[Text, Text]] = {
    ">=": (Text("不少于要求的", "at least the required"), Text("少于要求的", "less than the required")),
    ">": (Text("多于", "more than"), Text("未超过", "not more than")),
    "<=": (Text("不超过规定的", "at most the allowed"), Text("超过规定的", "more than the allowed")),
    "<": (Text("少于", "less than"), Text("不少于", "not less than")),
    "==": (Text("等于要求的", "equal to the required"), Text("不等于要求的", "not the required")),
}
_ASKED: dict[str, Text] = {
    ">=": Text("不少于", "at least"),
    ">": Text("多于", "more than"),
    "<=": Text("不超过", "at most"),
    "<": Text("少于", "less than"),
    "==": Text("等于", "exactly"),
}
_CENT = Decimal("0.01")


def figure(value: float | Decimal, unit: str) -> Text:
    """A value with its unit: areas to 0.01, shares as a percentage."""
    number = value if isinstance(value, Decimal) else exact(value)
    if unit == "1":
        return _percent(number, 2)
    shown = f"{rounded(float(number), unit):f}"
    suffix = _UNITS.get(unit, Text("", ""))
    return Text(shown + suffix.zh, shown + suffix.en)


def join(texts: Iterable[Text | None], *, end: bool = True) -> Text:
    """Sentences one after another."""
    said = [text for text in texts if text is not None]
    zh, en = "；".join(t.zh.rstrip("。；") for t in said), "; ".join(t.en.rstrip(".;") for t in said)
    return Text(zh + ("。" if end else ""), en + ("." if end else ""))


def told(name: str, quantity: Quantity) -> Text:
    """A measure as a figure in a message; unknown ones say why."""
    title = MEASURES[name].title
    if quantity.value is None:
        why = quantity.reason or Text("未知", "unknown")
        return Text(f"{title.zh}：{why.zh}", f"{title.en}: {why.en}")
    shown = figure(quantity.value, quantity.unit)
    return Text(f"{title.zh} {shown.zh}", f"{title.en}: {shown.en}")


def told_comparison(found: Compared) -> Text:
    """What was measured, what is required and by how much it holds or does not."""
    title = MEASURES[found.need.measure].title
    lacking = found.lacking or Text("", "")
    if found.threshold is None:
        area = _measured(found)
        return Text(f"{title.zh} {area.zh}；{lacking.zh}", f"{title.en}: {area.en}; {lacking.en}")
    bound, origin = _threshold(found), found.origin
    asked = asked_for(found.need.op, found.threshold, found.unit)
    required = Text(f"要求{asked.zh}（{origin.zh}）", f"required: {asked.en} ({origin.en})")
    match found.outcome:
        case "untrusted":
            area = _measured(found)
            return Text(
                f"{title.zh} {area.zh}，但数据不可采信：{lacking.zh}；{required.zh}",
                f"{title.en}: {area.en}, which cannot be relied on: {lacking.en}; {required.en}",
            )
        case "undetermined":
            known = _bounds(found)
            return Text(
                f"{title.zh}无法确定：{lacking.zh}{known.zh}；{required.zh}",
                f"{title.en} cannot be told: {lacking.en}{known.en}; {required.en}",
            )
        case "readings-disagree":
            low, high = figure(found.low or 0, found.unit), figure(found.high or 0, found.unit)
            if found.unit == "piece":
                return Text(
                    f"{title.zh}：可确定的 {low.zh}，连同须由人认定的至多 {high.zh}，{required.zh}",
                    f"{title.en}: {low.en} for certain, {high.en} with those a person must judge, {required.en}",
                )
            return Text(
                f"{title.zh}按不同计算口径为 {low.zh} 至 {high.zh}，{required.zh}：各口径结论不一",
                f"{title.en}: {low.en} to {high.en} under the admissible readings, {required.en}; they disagree",
            )
    held = _HELD[found.need.op][0 if found.outcome == "pass" else 1]
    measured, spare = _measured(found), _spare(found)
    if found.need.op == ">" and found.threshold == 0:  # something must be there, however much
        zh, en = ("", "") if found.outcome == "pass" else ("，没有找到", ", none was found")
        return Text(f"{title.zh} {measured.zh}{zh}（{origin.zh}）", f"{title.en}: {measured.en}{en} ({origin.en})")
    return Text(
        f"{title.zh} {measured.zh}，{held.zh} {bound.zh}（{origin.zh}）{spare.zh}",
        f"{title.en}: {measured.en}, {held.en} {bound.en} ({origin.en}){spare.en}",
    )


def asked_for(op: str, threshold: float | Decimal, unit: str) -> Text:
    """A requirement in words: “不少于 300.00 ㎡”; where anything above nothing will do: “有”."""
    if op == ">" and threshold == 0:
        return Text("有", "some")
    bound = figure(threshold, unit)
    return Text(f"{_ASKED[op].zh} {bound.zh}", f"{_ASKED[op].en} {bound.en}")


def change_needed(found: Compared) -> Text | None:
    """The smallest change that makes a failing comparison hold, in figures."""
    if found.threshold is None or found.need.op not in (">=", ">", "=="):
        return None
    if found.part is not None and found.whole is not None:
        short = (found.threshold * found.whole - found.part).quantize(_CENT, ROUND_CEILING)
        shown = figure(short, "m2")
        return Text(
            f"将至少 {shown.zh} 移至底层（总面积不变）", f"move at least {shown.en} to the ground floor (same total)"
        )
    reached = next((known for known in (found.low, found.high) if known is not None), Decimal(0))
    short = found.threshold - reached
    if found.need.op == ">" or found.unit not in ("m2", "piece") or short <= 0:
        return None
    shown = figure(short, found.unit)
    return Text(f"至少增加 {shown.zh}", f"add at least {shown.en}")


def _threshold(found: Compared) -> Text:
    return figure(found.threshold or Decimal(0), found.unit)


def _measured(found: Compared) -> Text:
    """The measured value; a share shows its areas, and enough digits to be told from the threshold."""
    value = found.quantity.value
    if value is None:
        upper = found.outcome == "fail"
        known = found.high if upper else found.low
        if known is None:
            return Text("未知", "unknown")
        shown = figure(known, found.unit)
        return Text(f"{'至多' if upper else '至少'} {shown.zh}", f"at {'most' if upper else 'least'} {shown.en}")
    if found.unit != "1":
        shown = figure(value, found.unit)
        if found.low == found.high:
            return shown
        low, high = figure(found.low or 0, found.unit), figure(found.high or 0, found.unit)
        if found.quantity.unsettled is not None:
            return Text(f"{shown.zh}（在 {low.zh} 至 {high.zh} 之间）", f"{shown.en} (between {low.en} and {high.en})")
        return Text(
            f"{shown.zh}（各口径 {low.zh} 至 {high.zh}）", f"{shown.en} ({low.en} to {high.en} over all readings)"
        )
    digits = 2
    while found.threshold is not None and found.outcome == "fail" and digits < 6:
        if _percent(exact(value), digits) != _percent(found.threshold, digits):
            break
        digits += 1
    shown = _percent(exact(value), digits)
    if found.part is None or found.whole is None:
        return shown
    part, whole = figure(found.part, "m2"), figure(found.whole, "m2")
    return Text(f"{shown.zh}（{part.zh} ÷ {whole.zh}）", f"{shown.en} ({part.en} ÷ {whole.en})")


def _percent(value: Decimal, digits: int) -> Text:
    shown = f"{value * 100:.{digits}f}%"
    return Text(shown, shown)


def _bounds(found: Compared) -> Text:
    """What is known all the same: a lower bound, an upper one."""
    low, high = found.low, found.high
    zh, en = [], []
    if low:
        shown = figure(low, found.unit)
        zh.append(f"不少于 {shown.zh}")
        en.append(f"at least {shown.en}")
    if high is not None:
        shown = figure(high, found.unit)
        zh.append(f"不超过 {shown.zh}")
        en.append(f"at most {shown.en}")
    return Text(f"（已知{'、'.join(zh)}）" if zh else "", f" (known: {', '.join(en)})" if en else "")


def _spare(found: Compared) -> Text:
    if found.margin is None or found.unit == "1" or found.margin == 0 or found.need.op == "==":
        return Text("", "")
    shown = figure(abs(found.margin), found.unit)
    upward = found.need.op in (">=", ">")
    if (found.margin > 0) == upward:
        return Text(f"，富余 {shown.zh}", f", {shown.en} to spare")
    return Text(f"，相差 {shown.zh}", f", off by {shown.en}")
