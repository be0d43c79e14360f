"""Whether a door stands at ground level (地面): on the ground storey, its threshold at the outdoor ground."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief
from bimcheck.measures.enclosure import Plane
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Opening
from bimcheck.review import Level
from bimcheck.text import Text

_AT_SILL_M = 0.30
_RISER_M = 0.60
_CLIMB_M = 1.00
_LANDING_M = 1.50
_STEP_M = 0.50
_PLATFORM_M2 = 0.50
_TOLERANCE_M = 0.005


@dataclass(frozen=True, slots=True)
class Threshold:
    """Whether it is at ground level; ``for_person`` where a person may accept it though it is not."""

    holds: bool | None
    reason: Text
    for_person: bool = False


def no_way_through(
    opening: Opening, floor_m: float | None, least_m: tuple[float, float], step_m: float
) -> Threshold | None:
    """Why nobody walks in through a hole, ``None`` where one can: it is a hatch, or a window listed among the doors.

    ``least_m`` are the least width and height, ``step_m`` the most that the sill may stand above the floor inside. The
    drawing may be wrong, so a person decides.
    """
    sill_m, head_m = opening.sill_z_m, opening.head_z_m
    height_m = head_m - sill_m if head_m is not None and sill_m is not None else None
    low = height_m is not None and height_m < least_m[1] - _TOLERANCE_M
    if low or opening.width_m < least_m[0] - _TOLERANCE_M:
        tall_zh = f"、高 {height_m:.2f} m" if height_m is not None else ""
        tall_en = f" and {height_m:.2f} m high" if height_m is not None else ""
        least = f"{least_m[0]:.2f} m × {least_m[1]:.2f} m"
        small = Text(
            f"洞口宽 {opening.width_m:.2f} m{tall_zh}，不足以供人出入（至少 {least}），请核对",
            f"{opening.width_m:.2f} m wide{tall_en}, too small to be a way in (at least {least}); check it",
        )
        return Threshold(holds=False, reason=small, for_person=True)
    up_m = sill_m - floor_m if sill_m is not None and floor_m is not None else 0.0
    if up_m <= step_m + _TOLERANCE_M:
        return None
    high = Text(
        f"门槛高出室内地面 {up_m:.2f} m（限 {step_m:.2f} m），更像窗而不是门，请核对",
        f"its sill is {up_m:.2f} m above the floor inside (limit {step_m:.2f} m), rather a window; check it",
    )
    return Threshold(holds=False, reason=high, for_person=True)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The levels and the outdoor ground that thresholds are compared with.

    ``max_rise_m`` and ``max_drop_m``: how far a threshold may lie above or below the ground before it.
    """

    model: BuildingModel
    arrangement: Arrangement
    brief: Brief
    max_rise_m: float
    max_drop_m: float

    def height_at(self, at: tuple[float, float]) -> float | None:
        """The outdoor ground before a door: of the brief, of the nearest height the site gives, or of the building."""
        if self.brief.site.outdoor_ground_m is not None:
            return self.brief.site.outdoor_ground_m
        heights = [
            (shapely.distance(f.geometry, Point(at)), f.z_m)
            for f in self.model.site
            if f.kind == "outdoor-ground" and f.z_m is not None
        ]
        return min(heights)[1] if heights else self.arrangement.outdoor_ground_m

    def threshold(
        self, sill_m: float | None, at: tuple[float, float], level: Level | None, plane: Plane | None
    ) -> Threshold:
        """Judge a door by its sill and the point just outside it; ``plane`` is the level's plan."""
        if level is None or plane is None:
            return Threshold(None, Text("所在楼层不明", "its storey is unknown"))
        sill_m = sill_m if sill_m is not None else level.floor_z_m
        ground_m = self.height_at(at)
        rise_m = sill_m - ground_m if sill_m is not None and ground_m is not None else None
        if level.ground is None:
            return Threshold(
                None,
                Text(
                    f"不能确定 {level.name} 是否为底层；请在任务书 site.ground_storey 中指明",
                    f"cannot tell whether {level.name} is the ground storey; name it in the brief, site.ground_storey",
                ),
            )
        if level.ground:
            return self._on_ground_storey(rise_m)
        if level.position in ("basement", "semi-basement"):
            return Threshold(
                holds=False, reason=Text(f"位于地下层 {level.name}", f"on the basement level {level.name}")
            )
        if rise_m is not None and self._at_ground(rise_m):
            return Threshold(
                holds=False,
                reason=Text(
                    f"位于 {level.name}，不是底层，但门槛在室外地坪处，由人工判定",
                    f"on {level.name}, not the ground storey, yet at outdoor ground; a person must judge",
                ),
                for_person=True,
            )
        return self._upstairs(sill_m, at, level, plane)

    def _at_ground(self, rise_m: float) -> bool:
        return -self.max_drop_m - 1e-6 <= rise_m <= self.max_rise_m + 1e-6

    def _on_ground_storey(self, rise_m: float | None) -> Threshold:
        if rise_m is None:
            reason = Text(
                "在底层（室外地坪标高未给出）", "on the ground storey (the outdoor ground height is not given)"
            )
            return Threshold(holds=True, reason=reason)
        above = rise_m >= 0
        zh = f"门槛{'高' if above else '低'}于室外地坪 {abs(rise_m):.2f} m"
        en = f"its threshold is {abs(rise_m):.2f} m {'above' if above else 'below'} the outdoor ground"
        if self._at_ground(rise_m):
            return Threshold(holds=True, reason=Text(f"在底层，{zh}", f"on the ground storey, {en}"))
        limit = self.max_rise_m if above else self.max_drop_m
        return Threshold(
            holds=False,
            reason=Text(
                f"{zh}（限 {limit:.2f} m），是否算地面出入口由人工判定",
                f"{en} (limit {limit:.2f} m); whether that is ground level is for a person to judge",
            ),
            for_person=True,
        )

    def _upstairs(self, sill_m: float | None, at: tuple[float, float], level: Level, plane: Plane) -> Threshold:
        """A door on an upper storey: reached by a stair outdoors, opening to a balcony or roof, or to nothing drawn."""
        spot = Point(at)
        platform = self._platform(sill_m, spot, plane)
        reach = shapely.union(platform, shapely.buffer(spot, _LANDING_M))
        if any(shapely.dwithin(stair, reach, _STEP_M) for stair in self._outdoor_stairs(sill_m, plane)):
            zh = f"位于 {level.name}，经室外楼梯到达，不在地面；是否认可由人工判定"
            en = f"on {level.name}, reached by a stair outdoors, not at ground level; a person may accept it"
            return Threshold(holds=False, reason=Text(zh, en), for_person=True)
        terrace = any(s.footprint is not None and s.footprint.intersects(spot) for s in plane.open_air)
        if terrace or platform.area > _PLATFORM_M2:
            zh = f"位于 {level.name}，门外是阳台、露台或屋面，没有通往地面的楼梯"
            en = f"on {level.name}, opening to a balcony, terrace or roof without a stair to the ground"
            return Threshold(holds=False, reason=Text(zh, en))
        zh = f"位于 {level.name}，不在地面；门外未见楼梯或平台，请补充模型或由人工判定"
        en = f"on {level.name}, not at ground level; no stair or platform is drawn outside; add it, or a person judges"
        return Threshold(holds=False, reason=Text(zh, en), for_person=True)

    def _platform(self, sill_m: float | None, spot: Point, plane: Plane) -> BaseGeometry:
        """The slabs before the door at the height of its sill: a landing, balcony, gallery or roof."""
        slabs = [
            shapely.difference(e.footprint, plane.solid)
            for e in self.model.elements
            if e.kind in ("slab", "roof")
            and sill_m is not None
            and abs(e.z_max_m - sill_m) <= _AT_SILL_M
            and shapely.dwithin(e.footprint, spot, _AT_SILL_M)
        ]
        parts = [part for slab in slabs for part in shapely.get_parts(slab) if shapely.dwithin(part, spot, _AT_SILL_M)]
        return shapely.union_all(parts)

    def _outdoor_stairs(self, sill_m: float | None, plane: Plane) -> list[BaseGeometry]:
        return [
            e.footprint
            for e in self.model.elements
            if e.kind in ("stair", "ramp")
            and sill_m is not None
            and e.z_min_m <= sill_m - _CLIMB_M
            and e.z_max_m >= sill_m - _RISER_M
            and shapely.difference(e.footprint, plane.solid).area > e.footprint.area / 2
        ]
