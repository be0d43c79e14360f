"""What keeps the area of a room within walls open, in words."""

from __future__ import annotations

from dataclasses import dataclass

from bimcheck.text import Text

_TOLD_M2 = 0.01


@dataclass(frozen=True, slots=True)
class Doubt:
    """What of a room's walls may belong to a neighbour, and what may have been left out, square metres."""

    shared_m2: float
    missing_m2: float

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
        if (missing := self.missing_m2) > _TOLD_M2:
            said.append(
                Text(
                    f"部分外边没有墙：若漏画外墙，面积最多增加 {missing:.2f} ㎡（按假定墙厚）",
                    f"no wall along a part of its outer edge: if one was left out, the area is up to {missing:.2f} m²"
                    " more (assumed thickness)",
                )
            )
        return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said)) if said else None
