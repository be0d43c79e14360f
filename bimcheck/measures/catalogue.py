"""Every measure a rule may name, with its title and unit; those that follow from others and the brief are made here.

``@derived`` registers a measure by name: a function of the facts. It returns ``None`` where there is nothing to
measure (as opposed to a quantity that is unknown). ``@statement`` registers a sentence a rule's message may tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from bimcheck.brief import Brief
from bimcheck.review import Quantity
from bimcheck.text import Text

Unit = Literal["m2", "m", "1", "piece", "yuan", "day", ""]

PAYMENT_DAYS = "payment_days_max"


class Facts(Protocol):
    """What is known about the project: measurements, brief, and the numbers of the rules in force."""

    @property
    def brief(self) -> Brief: ...  # noqa: D102 # a protocol's members are described by its class

    @property
    def parameters(self) -> Mapping[str, float]: ...  # noqa: D102 # the same

    @property
    def as_of(self) -> date: ...  # noqa: D102 # the same

    @property
    def effective_from(self) -> date: ...  # noqa: D102 # the same

    def measure(self, name: str) -> Quantity | None: ...  # noqa: D102 # the same

    def stated(self, key: str) -> Any: ...  # noqa: ANN401, D102 # a brief's values are of many types


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's title and unit; ``derive`` makes it from the facts, ``None`` where the model is measured for it."""

    name: str
    unit: Unit
    title: Text
    derive: Callable[[Facts], Quantity | None] | None = None


_MEASURED: tuple[tuple[str, Unit, str, str], ...] = (
    ("service_area_m2", "m2", "社区服务用房建筑面积", "gross area of community service rooms"),
    ("party_centre_area_m2", "m2", "党群服务中心建筑面积", "gross area of the party-masses service centre"),
    ("ground_floor_area_m2", "m2", "底层社区服务用房建筑面积", "gross area of service rooms on the ground floor"),
    ("ground_floor_share", "1", "底层面积占比", "ground-floor share"),
    ("street_entrances", "piece", "地面层沿街独立出入口", "independent street entrances at ground level"),
    ("parking_spaces", "piece", "车位", "parking spaces"),
    ("accessible_spaces", "piece", "无障碍车位", "accessible parking spaces"),
    ("underground_parking_spaces", "piece", "地下车位（不计入）", "underground parking spaces (not counted)"),
    ("bicycle_spaces", "piece", "非机动车位", "bicycle spaces"),
    ("plaza_area_m2", "m2", "活动广场面积", "plaza area"),
    ("office_share", "1", "办公管理用房占比", "share of offices"),
    ("office_area_m2", "m2", "办公管理用房面积", "area of offices"),
    ("exhibition_area_m2", "m2", "展陈性用房面积", "area of exhibition rooms"),
    ("elderly_area_m2", "m2", "养老服务用房面积", "area of rooms for the elderly"),
    ("child_area_m2", "m2", "托育、妇女儿童用房面积", "area of rooms for children"),
    ("hall_area_m2", "m2", "办事大厅、居民会客厅面积", "area of service halls and residents' parlours"),
    ("health_area_m2", "m2", "卫生健康用房面积", "area of health rooms"),
    ("culture_area_m2", "m2", "文体活动用房面积", "area of rooms for culture and sport"),
    ("own_area_m2", "m2", "套内建筑面积", "own area (套内)"),
    ("title_area_m2", "m2", "含公摊的产权面积", "title area with its share of common parts"),
    ("clusters", "piece", "集中布置的组团", "clusters of service rooms"),
    ("largest_cluster_area_m2", "m2", "最大组团建筑面积", "gross area of the largest cluster"),
    ("party_centre_clusters", "piece", "党群服务中心组团", "clusters of the party-masses service centre"),
    ("clusters_without_entrance", "piece", "没有沿街独立出入口的组团", "clusters without a street entrance"),
    ("parking_distance_m", "m", "车位至出入口直线距离", "straight distance from parking to the entrance"),
    ("plaza_distance_m", "m", "活动广场至出入口直线距离", "straight distance from the plaza to the entrance"),
    ("main_entrance_distance_m", "m", "至小区主要出入口的距离", "distance to the estate's main entrance"),
    ("has_site", "", "总平面", "site plan"),
    ("doors_in_model", "piece", "模型中的门", "doors in the model"),
    ("entrances_considered", "piece", "通向社区服务用房的外门", "outside doors that lead to the service rooms"),
)

MEASURES: dict[str, Measure] = {name: Measure(name, unit, Text(zh, en)) for name, unit, zh, en in _MEASURED}

STATEMENTS: dict[str, Callable[[Facts], Text | None]] = {}

BRIEF_TITLES: Mapping[str, Text] = {
    "project.type": Text("项目类型", "the type of project"),
    "project.land_grant_date": Text("土地出让日期", "the date of the land grant"),
    "project.households": Text("住宅户数", "the number of households"),
    "project.large": Text("是否规模较大的项目", "whether the project is large"),
    "community.existing_total_m2": Text("社区现有服务用房总面积", "the community's existing service rooms"),
    "community.existing_party_centre_m2": Text("社区现有党群服务中心面积", "the community's existing party centre"),
    "community.to_be_replaced_m2": Text("将被置换的面积", "the area to be replaced"),
    "party_centre.assigned_here": Text(
        "党群服务中心是否由本项目配建", "whether the party centre is assigned to this project"
    ),
    "conditions.named_in_planning_conditions": Text(
        "规划设计条件书是否明确配建", "whether the planning conditions name the rooms"
    ),
    "settlement.mode": Text("配建或货币化安置", "whether rooms are built or settled in money"),
    "settlement.presale_price": Text("房屋预售备案均价", "the average filed presale price"),
    "settlement.delivery_filed_on": Text("交付备案日期", "the date delivery was filed"),
    "settlement.paid_on": Text("支付日期", "the date of payment"),
    "site.streets": Text("沿街道路", "the streets"),
}


def missing(key: str) -> Text:
    """The sentence that names an absent key of the brief."""
    title = BRIEF_TITLES.get(key, Text(key, key))
    return Text(f"任务书未给出{title.zh}（{key}）", f"the brief does not give {title.en} ({key})")


def derived(
    name: str, unit: Unit, zh: str, en: str
) -> Callable[[Callable[[Facts], Quantity | None]], Callable[[Facts], Quantity | None]]:
    """Register a measure that follows from others and the brief."""

    def register(function: Callable[[Facts], Quantity | None]) -> Callable[[Facts], Quantity | None]:
        MEASURES[name] = Measure(name, unit, Text(zh, en), function)
        return function

    return register


def statement(name: str) -> Callable[[Callable[[Facts], Text | None]], Callable[[Facts], Text | None]]:
    """Register a sentence that messages may tell; ``None`` where there is nothing to tell."""

    def register(function: Callable[[Facts], Text | None]) -> Callable[[Facts], Text | None]:
        STATEMENTS[name] = function
        return function

    return register


def _given(facts: Facts, key: str) -> Quantity:
    """An area that only the brief can tell."""
    value = facts.stated(key)
    if value is None:
        return Quantity(None, "m2", low=0.0, reason=missing(key))
    return Quantity(float(value), "m2", float(value), float(value))


def _before(facts: Facts, key: str) -> Quantity:
    """An area the community has before this project; what is to be replaced may or may not be counted with it."""
    given = _given(facts, key)
    replaced = facts.brief.community.to_be_replaced_m2
    return given if given.value is None or not replaced else replace(given, low=max(0.0, given.value - replaced))


def _plus(kept: Quantity, project: Quantity | None) -> Quantity:
    """Rooms that stay and rooms of this project; a part that is unknown leaves its bounds."""
    if project is None:
        project = Quantity(None, "m2", reason=Text("模型中未量得面积", "no area was measured in the model"))
    value = None if kept.value is None or project.value is None else kept.value + project.value
    low = _low(kept) + _low(project)
    highs = (_high(kept), _high(project))
    high = None if highs[0] is None or highs[1] is None else highs[0] + highs[1]
    return Quantity(value, "m2", low, high, project.reason or kept.reason, project.evidence)


def _low(quantity: Quantity) -> float:
    """What there is at least: nothing for certain where a note makes the value untrustworthy."""
    low = quantity.low if quantity.low is not None else quantity.value
    return low if low is not None and not _doubted(quantity) else 0.0


def _high(quantity: Quantity) -> float | None:
    """What there is at most; unknown where a note makes the value untrustworthy."""
    return None if _doubted(quantity) else quantity.high if quantity.high is not None else quantity.value


def _doubted(quantity: Quantity) -> bool:
    return quantity.value is not None and quantity.reason is not None


@derived("community_existing_area_m2", "m2", "社区现有服务用房面积", "existing service rooms of the community")
def community_existing_area(facts: Facts) -> Quantity:
    """What the community has before this project (四(三)'s precondition)."""
    return _before(facts, "community.existing_total_m2")


@derived(
    "community_existing_party_centre_m2", "m2", "社区现有党群服务中心面积", "existing party centre of the community"
)
def community_existing_party_centre(facts: Facts) -> Quantity:
    """The party centre the community has before this project."""
    return _before(facts, "community.existing_party_centre_m2")


@derived(
    "community_total_area_m2",
    "m2",
    "社区服务用房总面积（现有－置换＋本项目）",
    "service rooms of the community (existing, less replaced, plus this project)",
)
def community_total_area(facts: Facts) -> Quantity:
    """Existing rooms that are kept, plus this project's. Nothing stated to be replaced means that all are kept.

    A renovation's model may show the existing rooms themselves; unless the brief says what is replaced, the sum is
    only bounded.
    """
    project = facts.measure("service_area_m2")
    existing, replaced = facts.brief.community.existing_total_m2, facts.brief.community.to_be_replaced_m2
    if existing is None:
        return _plus(_given(facts, "community.existing_total_m2"), project)
    if replaced is not None and replaced > existing:
        reason = Text(
            f"任务书中将被置换的面积（{replaced:.2f} ㎡）大于现有面积（{existing:.2f} ㎡）",
            f"the brief replaces more ({replaced:.2f} m²) than exists ({existing:.2f} m²)",
        )
        return Quantity(None, "m2", reason=reason)
    kept = existing - (replaced or 0.0)
    if facts.brief.project.type == "renovation" and replaced is None:
        total = _plus(Quantity(kept, "m2", kept, kept), project)
        reason = Text(
            "改造项目：模型是否包含现有用房不明，请在任务书 community.to_be_replaced_m2 中给出模型所含现有面积",
            "a renovation: the model may show existing rooms; give their area in community.to_be_replaced_m2",
        )
        low = max(kept, _low(project) if project is not None else 0.0)
        return Quantity(None, "m2", low, total.high, total.reason or reason, total.evidence)
    return _plus(Quantity(kept, "m2", kept, kept), project)


@derived(
    "community_party_centre_area_m2",
    "m2",
    "社区党群服务中心面积（现有－置换＋本项目）",
    "party-masses service centre of the community (existing, less replaced, plus this project)",
)
def community_party_centre_area(facts: Facts) -> Quantity:
    """The party centre kept, plus this project's. How much of the replaced area was party centre may be open."""
    project = facts.measure("party_centre_area_m2")
    community = facts.brief.community
    existing, total = community.existing_party_centre_m2, community.existing_total_m2
    replaced = community.to_be_replaced_m2 or 0.0
    if existing is None:
        if total == 0.0:
            return _plus(Quantity(0.0, "m2", 0.0, 0.0), project)
        kept = Quantity(None, "m2", 0.0, total, missing("community.existing_party_centre_m2"))
        return _plus(kept, project)
    others = total - existing if total is not None else replaced
    low, high = max(0.0, existing - replaced), min(existing, existing - max(0.0, replaced - others))
    if high - low > 1e-9:
        reason = Text(
            "将被置换的面积中有多少属党群服务中心不明",
            "how much of the area to be replaced is party centre is not stated",
        )
        return _plus(Quantity(None, "m2", low, high, reason), project)
    return _plus(Quantity(low, "m2", low, low), project)


def owed_area(facts: Facts) -> Quantity:
    """What the project owes under 四(一): the floor, the rate by households, or more where the conditions ask it."""
    least = facts.parameters.get("parcel_minimum_m2", 0.0)
    stated = facts.brief.conditions.service_area_m2 or 0.0
    households = facts.brief.project.households
    if households is None:
        low = max(least, stated)
        return Quantity(None, "m2", low, None, missing("project.households"))
    by_rate = facts.parameters.get("parcel_rate_m2", 0.0) * households / 100
    value = max(least, stated, by_rate)
    return Quantity(value, "m2", value, value)


@derived("settlement_owed_area_m2", "m2", "应配建面积", "area owed")
def settlement_owed_area(facts: Facts) -> Quantity | None:
    """The area that is settled in money."""
    return owed_area(facts) if facts.stated("settlement.mode") == "monetised" else None


@derived("settlement_amount_yuan", "yuan", "货币化安置金额", "sum to be paid")
def settlement_amount(facts: Facts) -> Quantity | None:
    """Owed area at the average filed presale price (四(三))."""
    if facts.stated("settlement.mode") != "monetised":
        return None
    price, owed = facts.brief.settlement.presale_price, owed_area(facts)
    if price is None or owed.value is None:
        return Quantity(None, "yuan", reason=missing("settlement.presale_price") if price is None else owed.reason)
    return Quantity(owed.value * price, "yuan")


def _due(facts: Facts) -> date | None:
    filed, days = facts.brief.settlement.delivery_filed_on, facts.parameters.get(PAYMENT_DAYS)
    return None if filed is None or days is None else filed + timedelta(days=int(days))


@derived("payment_days", "day", "交付备案至支付的天数", "days from the filing of delivery to payment")
def payment_days(facts: Facts) -> Quantity | None:
    """Calendar days until payment; nothing to measure before delivery is filed and the term has run out."""
    filed, paid, due = facts.brief.settlement.delivery_filed_on, facts.brief.settlement.paid_on, _due(facts)
    if filed is None or due is None:
        return None
    if paid is not None:
        days = float((paid - filed).days)
        return Quantity(days, "day", days, days)
    if facts.as_of <= due:
        return None
    return Quantity(None, "day", reason=missing("settlement.paid_on"))


@statement("payment_due")
def payment_due(facts: Facts) -> Text | None:
    """The last day of payment; the clause does not say working days, so calendar days are counted."""
    due, days = _due(facts), facts.parameters.get(PAYMENT_DAYS)
    if days is None:
        return None
    if due is None:
        return Text(f"交付备案后 {days:.0f} 天内支付", f"payable within {days:.0f} days of the filing of delivery")
    return Text(f"应于 {due.isoformat()} 前支付（按自然日）", f"payable by {due.isoformat()} (calendar days)")


@derived(
    "granted_in_force_days", "day", "土地出让日在实施日之后的天数", "days of the land grant after the rules' first day"
)
def granted_in_force_days(facts: Facts) -> Quantity:
    """How long the rules had been in force when the land was granted; negative where they had not."""
    granted = facts.brief.project.land_grant_date
    if granted is None:
        return Quantity(None, "day", reason=missing("project.land_grant_date"))
    days = float((granted - facts.effective_from).days)
    return Quantity(days, "day", days, days)


@statement("separately_provided")
def separately_provided(facts: Facts) -> Text | None:
    """Rooms that other quotas may ask for as well: the notice does not say whether they may serve both."""
    areas = [facts.measure(f"{use}_area_m2") for use in ("elderly", "child", "health")]
    part = sum(area.value or 0.0 for area in areas if area is not None)
    total = facts.measure("service_area_m2")
    if part <= 0.0 or total is None or total.value is None:
        return None
    rest = total.value - part
    return Text(
        f"其中养老、托育、卫生用房 {part:.2f} ㎡；如须按专项指标另行配建，其余为 {rest:.2f} ㎡",
        f"{part:.2f} m² of it are rooms for the elderly, children and health; where other quotas claim them, {rest:.2f}"
        " m² remain",
    )


@statement("entrances_found")
def entrances_found(facts: Facts) -> Text | None:
    """Where no entrance qualifies, among how many doors; where some do, the clusters that are left without one."""
    found, bare = facts.measure("street_entrances"), facts.measure("clusters_without_entrance")
    if found is None or found.value is None:
        return None
    if found.value > 0:
        clusters = bare.value if bare is not None and bare.value is not None else 0.0
        return _left_without(int(clusters)) if clusters else None
    considered, doors = facts.measure("entrances_considered"), facts.measure("doors_in_model")
    if considered is None or considered.value is None or doors is None or doors.value is None:
        return None
    if considered.value:
        return Text(
            f"考察了通向社区服务用房的外门 {considered.value:.0f} 樘，逐樘理由见出入口",
            f"{considered.value:.0f} outside doors that lead to the rooms were considered; see each with its reason",
        )
    if not doors.value:
        return Text("模型中没有门", "the model has no doors")
    return Text(
        f"模型中的 {doors.value:.0f} 樘门没有一樘由室外通向社区服务用房",
        f"none of the model's {doors.value:.0f} doors leads from outdoors to the service rooms",
    )


def _left_without(clusters: int) -> Text:
    return Text(
        f"另有 {clusters} 个组团没有沿街独立出入口，是否须各设一个由审查人员判断",
        f"{clusters} other clusters have no entrance of their own on a street; whether each needs one is for a person",
    )


def _how_far(facts: Facts, name: str) -> Text | None:
    found = facts.measure(name)
    if found is None or found.value is None:
        return None
    title = MEASURES[name].title
    return Text(f"{title.zh} {found.value:.2f} m", f"{title.en}: {found.value:.2f} m")


@statement("parking_distance")
def parking_distance(facts: Facts) -> Text | None:
    """How far the nearest stall is from the rooms' nearest entrance: whose stalls they are is not drawn."""
    return _how_far(facts, "parking_distance_m")


@statement("plaza_distance")
def plaza_distance(facts: Facts) -> Text | None:
    """How far the plaza is from the rooms' nearest entrance."""
    return _how_far(facts, "plaza_distance_m")


@statement("agreement_stated")
def agreement_stated(facts: Facts) -> Text | None:
    """The agreement as the brief names it; whether it is signed is for a person to see."""
    agreement = facts.brief.settlement.agreement
    return Text(f"任务书所列协议书：{agreement}", f"agreement named in the brief: {agreement}") if agreement else None
