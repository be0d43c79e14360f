"""What the model lacks for its stage, each with the smallest repair: the list a designer works off before submitting.

It judges nothing. Every item follows from the review alone: what could not be measured, which rules stayed open for
it, and which notes make a measurement untrustworthy. An empty list means that every rule a machine can judge was
judged, not that the rules hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bimcheck.notation import measure_name
from bimcheck.review import Review, ReviewedRoom
from bimcheck.text import Text


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing. ``blocking`` where a required rule stays open for it; ``rules`` are those it touches.

    ``refs`` are the rooms or elements it is about.
    """

    code: str
    lack: Text
    repair: Text
    blocking: bool
    rules: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


def readiness(review: Review) -> tuple[Lack, ...]:
    """What is missing, what blocks a required rule first; nothing is named twice."""
    found = [*_of_the_model(review), *_of_the_rules(review), *_of_the_notes(review)]
    return tuple(sorted(found, key=lambda item: not item.blocking))


# ------------------------------------------------------------------ what every model of this stage has


def _of_the_model(review: Review) -> Iterator[Lack]:
    model, counted = review.model, [room for room in review.rooms if room.counted]
    if not model.spaces:
        yield Lack(
            "no-rooms",
            Text("模型中没有房间（空间）对象", "the model has no rooms (spaces)"),
            Text(
                "为每个房间建立空间并写上名称（IFC 导出时勾选房间；DXF 中用闭合线或墙线围出并写房间名）",
                "draw a space for every room and name it (IFC: export rooms; DXF: close its outline, write its name)",
            ),
            blocking=True,
        )
    elif not counted:
        yield Lack(
            "no-service-rooms",
            Text("没有房间被认定为社区服务用房", "no room is recognised as a community service room"),
            Text(
                "把房间名称改为条文用语（如“社区服务用房”“党群服务中心”），或在任务书 [tags] 中指明",
                "name the rooms as the notice does (社区服务用房, 党群服务中心), or name them in the brief, [tags]",
            ),
            blocking=True,
        )
    yield from _rooms(
        counted,
        "walls-missing",
        lambda room: room.area_method in ("net-only", "assumed-walls"),
        Text("没有墙体，只能量净面积或假定墙厚", "there are no walls: only clear areas, or assumed walls"),
        Text("画出这些房间的墙体，或画建筑面积框线", "draw the walls of these rooms, or their gross-area frames"),
    )
    yield from _rooms(
        counted,
        "outline-missing",
        lambda room: room.footprint is None,
        Text("没有可用的轮廓，面积无法量取", "there is no usable outline, so no area can be measured"),
        Text("补画这些房间的闭合轮廓", "draw a closed outline for these rooms"),
        blocking=True,
    )
    yield from _rooms(
        counted,
        "height-missing",
        lambda room: room.height_m is None,
        Text("层高不明，按不低于 2.20 m 计", "the storey height is unknown and taken as at least 2.20 m"),
        Text("给出楼层标高，或在图名中写明标高", "state the storeys' levels, or write them in the plan titles"),
    )
    if review.stage != "scheme" and counted and not model.openings:
        yield Lack(
            "doors-missing",
            Text("模型中没有门，出入口无从判定", "the model has no doors, so entrances cannot be told"),
            Text(
                "画出门（IFC 导出时勾选门；DXF 中用门块）",
                "draw the doors (export them to IFC; use door blocks in DXF)",
            ),
            blocking=True,
            rules=("street-entrance",),
        )
    if not model.has_site:
        yield Lack(
            "site-missing",
            Text(
                "没有场地图形：道路、车位、广场都无从判定",
                "there is no site plan: streets, parking and plaza cannot be told",
            ),
            Text(
                "把场地图（用地、道路、车位、广场）与模型一起提交，或在任务书 [site] 中写明沿街的一侧",
                "submit the site plan with the model, or state in the brief, [site], which side faces the street",
            ),
            blocking=True,
            rules=("street-entrance", "parking-provision", "plaza-provision"),
        )
    if review.stage == "completion" and review.survey is None:
        yield Lack(
            "survey-missing",
            Text("竣工验收没有实测面积", "there are no surveyed areas for the completion"),
            Text("用 --survey 附上竣工测绘表（CSV）", "add the survey's table (CSV) with --survey"),
            blocking=True,
        )


def _rooms(
    counted: list[ReviewedRoom],
    code: str,
    lacks: Callable[[ReviewedRoom], bool],
    lack: Text,
    repair: Text,
    *,
    blocking: bool = False,
) -> Iterator[Lack]:
    """One item for all rooms that lack the same."""
    rooms = [room for room in counted if lacks(room)]
    if rooms:
        zh = f"{len(rooms)} 间社区服务用房{lack.zh}"
        en = f"{len(rooms)} service room{'s' * (len(rooms) > 1)}: {lack.en}"
        yield Lack(code, Text(zh, en), repair, blocking, refs=tuple(room.id for room in rooms))


# ------------------------------------------------------------------ what the rules still ask for


def _of_the_rules(review: Review) -> Iterator[Lack]:
    """Rules that stay open, those that ask for the same in one item."""
    asked: dict[Text, list[int]] = {}
    for index, result in enumerate(review.results):
        if result.status == "undetermined":
            asked.setdefault(result.remedy or result.message, []).append(index)
    for repair, indexes in asked.items():
        results = [review.results[index] for index in indexes]
        titles = Text("、".join(r.title.zh for r in results), ", ".join(r.title.en for r in results))
        refs = tuple(dict.fromkeys(ref for result in results for ref in result.evidence))
        yield Lack(
            results[0].rule,
            Text(f"尚不能判定：{titles.zh}", f"cannot be told yet: {titles.en}"),
            repair,
            any(result.level == "required" for result in results),
            tuple(result.rule for result in results),
            refs,
        )


def _of_the_notes(review: Review) -> Iterator[Lack]:
    """Defects of the data that a measurement cannot be trusted for; notes of one kind and effect are one item."""
    kinds: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for index, note in enumerate(review.notes):
        if note.blocks:
            kinds.setdefault((note.code, note.blocks), []).append(index)
    for (code, blocks), indexes in kinds.items():
        notes = [review.notes[index] for index in indexes]
        more = len(notes) - 1
        lack = notes[0].text
        if more:
            lack = Text(f"{lack.zh}（另有同类 {more} 处）", f"{lack.en} (and {more} more of the kind)")
        shown = [measure_name(name) for name in blocks[:3]]
        zh = "、".join(name.zh for name in shown) + ("等" if len(blocks) > 3 else "")
        en = ", ".join(name.en for name in shown) + (" and more" if len(blocks) > 3 else "")
        repair = Text(
            f"按上述说明改正后重审；在此之前不能采信：{zh}",
            f"correct it and check again; not to be relied on until then: {en}",
        )
        refs = tuple(dict.fromkeys(ref for note in notes for ref in note.refs))
        yield Lack(code, lack, repair, blocking=True, refs=refs)
