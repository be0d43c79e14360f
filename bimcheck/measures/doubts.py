"""What keeps the area of a room within walls open, in words."""

from __future__ import annotations

from dataclasses import dataclass

from bimcheck.text import Text

_TOLD_M2 = 0.01


@dataclass(frozen=True, slots=True)
class Doubt:
    """What of a room's walls may belong to a neighbour, what may have been left out, and what lies beyond its walls.

    All in square metres.
    """

    shared_m2: float
    missing_m2: float
    beyond_m2: float = 0.0

    @property
    def remark(self) -> Text | None:
        """The doubt in words; ``None`` where there is none."""
        said = []
        if (shared := self.shared_m2) > _TOLD_M2:
            said.append(
                Text(
                    f"有 {2 * shared:.2f} ㎡ 墙体似为共用墙（声明为内墙、楼板延伸到墙外，或按中线绘制），"
                    f"但另一侧未建模：若为共用墙，面积减少 {shared:.2f} ㎡；请补画另一侧或声明墙体内外",
                    f"{2 * shared:.2f} m² of wall seems shared (declared internal, the slab goes on behind it, or drawn"
                    f" to its centre) with nothing modelled behind it: if it is, the area is {shared:.2f} m² less;"
                    " model the other side or declare whether it is external",
                )
            )
        if (beyond := self.beyond_m2) > _TOLD_M2:
            said.append(
                Text(
                    f"房间轮廓越过墙体，墙外有 {beyond:.2f} ㎡ 没有围护：若不属于房间，面积减少 {beyond:.2f} ㎡；"
                    "请把轮廓改到墙面，或补画墙体",
                    f"the outline runs over the walls, with {beyond:.2f} m² beyond them that nothing encloses: if it is"
                    f" no part of the room, the area is {beyond:.2f} m² less; draw the outline to the walls, or the"
                    " missing walls",
                )
            )
        if (missing := self.missing_m2) > _TOLD_M2:
            said.append(
                Text(
                    f"部分外边没有墙：若漏画外墙，面积最多增加 {missing:.2f} ㎡（按假定墙厚）",
                    f"no wall along a part of its outer edge: if one was left out, the area is up to {missing:.2f} m²"
                    " more (assumed thickness)",
                )
            )
        return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said)) if said else None
