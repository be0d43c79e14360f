"""What the reader of a report must know about a drawing: what was hidden, damaged, left out, or could not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from bimcheck.model import Note, Severity
from bimcheck.readers.dxf.content import Content
from bimcheck.readers.dxf.layers import SITE_ROLES, Role
from bimcheck.readers.dxf.regions import Repairs
from bimcheck.readers.dxf.unread import custom_object_notes, unread_notes
from bimcheck.text import Text

_SHOWN = 5
_ENCLOSING: frozenset[Role | None] = SITE_ROLES | {"area-frame", "area-deduct", "room"}
_FRAME_WORDS = ("图框", "TITLE", "FRAME", "TTLB", "LOGO", "A0", "A1", "A2", "A3")
GROUND_MEASURES = ("ground_floor_area_m2", "ground_floor_share", "street_entrances")
CLUSTER_MEASURES = ("clusters", "largest_cluster_area_m2", "party_centre_clusters", "clusters_without_entrance")


def content_notes(content: Content, role: Callable[[str], Role | None], file: str) -> list[Note]:
    """Notes on one file's model space."""
    found = [
        _hidden(content, file),
        _revealed(content, file),
        *custom_object_notes(content, role, file),
        _missing_blocks(content, file),
        _recursive_blocks(content, file),
    ]
    if content.left_out:
        found.append(
            Note(
                "dxf-too-many-entities",
                "error",
                Text(
                    f"{file} 的图块层层嵌套，展开后还有 {content.left_out} 个图形超出上限、未读取；"
                    f"请清理图块后重新导出",
                    f"{file}: nested blocks expand beyond the limit; {content.left_out} entities were not read; "
                    "clean up the blocks and export again",
                ),
                blocks=("*",),
            )
        )
    if content.not_finite:
        found.append(
            Note(
                "dxf-coordinates-invalid",
                "error",
                Text(
                    f"{file} 有 {content.not_finite} 个图形的坐标不是有限数或数据损坏，未读取",
                    f"{file}: {content.not_finite} entities have coordinates that are no finite numbers, or "
                    f"damaged data; "
                    "they were not read",
                ),
                blocks=("*",),
            )
        )
    if content.clipped_away:
        found.append(
            Note(
                "dxf-blocks-clipped",
                "warning",
                Text(
                    f"{file} 有 {content.clipped} 个图块设有裁剪边界（XCLIP），裁剪边界以外的 {content.clipped_away} "
                    "个图形视为未提交、未读取",
                    f"{file}: {content.clipped} blocks are clipped (XCLIP); the {content.clipped_away} entities "
                    "outside count as not submitted and were not read",
                ),
            )
        )
    found += [_cut_outlines(content, role, file), *unread_notes(content, role, file)]
    return [note for note in found if note is not None]


def _names(counter: Counter[str]) -> str:
    most = counter.most_common()
    shown = "、".join(f"{name} {number}" for name, number in most[:_SHOWN])
    return shown + ("…" if len(most) > _SHOWN else "")


def _cut_outlines(content: Content, role: Callable[[str], Role | None], file: str) -> Note | None:
    """Frames and stalls that a block's clipping cuts through: what is left of them encloses nothing."""
    cut = Counter({layer: n for layer, n in content.cut_outlines.items() if role(layer) in _ENCLOSING})
    if not cut:
        return None
    return Note(
        "dxf-outline-clipped",
        "error",
        Text(
            f"{file} 有 {sum(cut.values())} 条面积线、房间线或场地边线被图块裁剪边界（XCLIP）切断（{_names(cut)}），"
            "面积无法量取：请取消裁剪，或炸开图块并修剪后重新导出",
            f"{file}: the clipping (XCLIP) of a block cuts through {sum(cut.values())} outlines of areas, rooms or the "
            f"site ({_names(cut)}), which have no area now: remove the clipping, or explode the block and trim it",
        ),
        blocks=("*",),
    )


def _hidden(content: Content, file: str) -> Note | None:
    total = sum(content.hidden.values())
    if not total:
        return None
    return Note(
        "dxf-hidden",
        "warning",
        Text(
            f"{file} 有 {total} 个图形在冻结或关闭的图层上，或设为不可见，视为未提交、"
            f"未读取（{_names(content.hidden)}）",
            f"{file}: {total} entities are on layers frozen or off, or invisible; they count as not submitted and were "
            f"not read ({_names(content.hidden)})",
        ),
    )


def _revealed(content: Content, file: str) -> Note | None:
    shown = +content.revealed
    if not shown:
        return None
    return Note(
        "dxf-hidden-but-mapped",
        "info",
        Text(
            f"{file} 有 {sum(shown.values())} 个图形所在图层被冻结或关闭，因图层对照表点名而读取（{_names(shown)}）",
            f"{file}: {sum(shown.values())} entities on layers frozen or off were read because the layer map "
            f"names their "
            f"layers ({_names(shown)})",
        ),
    )


def _missing_blocks(content: Content, file: str) -> Note | None:
    missing = Counter(
        {name: n for name, n in content.missing_blocks.items() if not any(w in name.upper() for w in _FRAME_WORDS)}
    )
    if not missing:
        return None
    return Note(
        "dxf-reference-missing",
        "error",
        Text(
            f"{file} 引用的外部参照或图块不在文件中（{_names(missing)}），其内容无法审查；请绑定外部参照（XREF "
            f"绑定）后重新导出",
            f"{file}: external references or blocks are not in the file ({_names(missing)}), so their content "
            f"cannot be "
            "checked; bind the references and export again",
        ),
        blocks=("*",),
    )


def _recursive_blocks(content: Content, file: str) -> Note | None:
    if not content.recursive_blocks:
        return None
    names = "、".join(sorted(content.recursive_blocks)[:_SHOWN])
    return Note(
        "dxf-block-recursive",
        "warning",
        Text(
            f"{file} 的图块 {names} 引用了自身，循环部分未展开",
            f"{file}: block {names} is inserted in itself; the loop was not followed",
        ),
    )


def repair_notes(repairs: Repairs, healed: int, where: str) -> list[Note]:
    """Notes on outlines and walls that were put right."""
    found = []
    listed: tuple[tuple[list[str], str, Severity, str, str], ...] = (
        (
            repairs.closed, "outline-closed", "info",
            "条未闭合的边线（缺口不超过 30 mm）已闭合",
            "outlines open by at most 30 mm were closed",
        ),
        (
            repairs.untangled, "outline-self-crossing", "warning",
            "条自相交的边线已按其围合的各部分计算，请核对",
            "outlines cross themselves; every part they enclose was taken: check them",
        ),
        (
            repairs.duplicates, "outline-duplicate", "warning",
            "条重复绘制的边线只计一次",
            "outlines are drawn twice and were counted once",
        ),
        (
            repairs.open_left, "outline-open", "error",
            "条面积线或房间线没有闭合，未计面积：请闭合后重新提交",
            "area or room outlines do not close and were not measured: close them and submit again",
        ),
    )  # fmt: skip
    for ids, code, severity, zh, en in listed:
        if ids:
            text = Text(f"{where}：{len(ids)} {zh}", f"{where}: {len(ids)} {en}")
            found.append(Note(code, severity, text, tuple(ids), ("*",) if severity == "error" else ()))
    if healed:
        found.append(
            Note(
                "walls-healed",
                "info",
                Text(
                    f"{where}：{healed} 处墙线未相接（不超过 30 mm），已接上",
                    f"{where}: {healed} wall lines stopped up to 30 mm short of another and were joined",
                ),
            )
        )
    return found


def overlap_note(where: str, overlaps: Sequence[tuple[str, str, float]]) -> Note | None:
    """A note on area frames that claim the same place."""
    if not overlaps:
        return None
    total_m2 = sum(area_m2 for _, _, area_m2 in overlaps)
    return Note(
        "frames-overlap",
        "warning",
        Text(
            f"{where}：{len(overlaps)} 处面积线互相重叠，共 {total_m2:.2f} ㎡，只计一次（归较小的一块）：请改到不重叠",
            f"{where}: area lines overlap in {len(overlaps)} places by {total_m2:.2f} m², counted once (for the "
            "smaller area): draw them apart",
        ),
        tuple(dict.fromkeys(id_ for one, other, _ in overlaps for id_ in (one, other))),
    )


def half_areas_note(where: str, frames: Mapping[str, str]) -> Note | None:
    """A note on area lines that count by half for the name of their layer; ``frames`` gives each one's layer."""
    if not frames:
        return None
    layers = "、".join(f"“{layer}”" for layer in dict.fromkeys(frames.values()))
    return Note(
        "frame-coefficient",
        "info",
        Text(
            f"{where}：图层{layers}上的 {len(frames)} 条面积线按图层名所示的系数 0.5 计",
            f"{where}: {len(frames)} area lines on {layers} count by half, as the name of the layer says",
        ),
        tuple(frames),
    )


def several_names_note(where: str, entries: Sequence[tuple[str, tuple[str, ...]]]) -> Note | None:
    """A note on rooms that carry several names."""
    if not entries:
        return None
    shown = "；".join("、".join(names) for _, names in entries[:_SHOWN])
    return Note(
        "room-names-several",
        "warning",
        Text(
            f"{where}：{len(entries)} 个封闭区域内写有多个房间名（{shown}），未能分开：请补画分隔墙线或分别画面积线",
            f"{where}: {len(entries)} enclosed areas carry several room names ({shown}) and could not be divided: draw "
            "the wall or area line between them",
        ),
        tuple(id_ for id_, _ in entries),
    )


def unclosed_rooms_note(where: str, names: Sequence[tuple[str, str]], *, walled: bool) -> Note | None:
    """A note on room names around which no room closes; ``walled`` tells whether any wall was read there at all."""
    if not names:
        return None
    shown = "、".join(name for _, name in names[:_SHOWN])
    if walled:
        text = Text(
            f"{where}：“{shown}”等 {len(names)} 个房间的墙线不闭合，面积无法量取：请补全墙线或画出面积线",
            f"{where}: the walls around {len(names)} rooms ({shown}) do not close, so they have no area: complete the "
            "walls or draw area lines",
        )
    else:
        text = Text(
            f"{where}：“{shown}”等 {len(names)} 个房间周围没有读到墙线或面积线，面积无法量取："
            "请用 bimcheck layers 核对墙线所在图层，并在任务书 [layers] 中指明",
            f"{where}: no walls or area lines were read around {len(names)} rooms ({shown}), so they have no area: see "
            "with bimcheck layers which layer the walls are on, and name it under [layers] of the brief",
        )
    return Note("room-not-closed", "warning", text, tuple(id_ for id_, _ in names))


def ignored_plan_note(titles: Sequence[tuple[str, Text]], file: str) -> Note | None:
    """A note on sheets that repeat a storey for another trade, or show no areas."""
    if not titles:
        return None
    zh = "、".join(f"“{title}”（{why.zh}）" for title, why in titles)
    en = ", ".join(f"“{title}” ({why.en})" for title, why in titles)
    return Note(
        "plan-ignored",
        "info",
        Text(f"{file}：{zh} 不作为计面积的平面，未读取", f"{file}: {en} are no area plans and were not read"),
    )


def paper_space_note(file: str, layouts: Sequence[tuple[str, int]], *, blocking: bool) -> Note:
    """A note on walls or area lines in paper space; blocking where rooms are named there, or drawn nowhere else."""
    where = "、".join(f"{name}（{number}）" for name, number in layouts)
    return Note(
        "dxf-paper-space",
        "error" if blocking else "warning",
        Text(
            f"{file} 在布局（图纸空间）中画有墙线或面积线：{where}；只审查模型空间，请把图形移到模型空间（CHSPACE）",
            f"{file}: walls or area lines stand in paper space: {where}; only model space is checked, so move "
            "them there (CHSPACE)",
        ),
        blocks=("*",) if blocking else (),
    )


def geometry_failed_note(where: str) -> Note:
    """A note that a plan's lines could not be worked with at all."""
    return Note(
        "plan-geometry-failed",
        "error",
        Text(
            f"“{where}”的图形无法计算（图线严重错误），未读取：请检查并清理图形（AUDIT、OVERKILL）后重新导出",
            f"the lines of “{where}” cannot be worked with and were not read: clean them up (AUDIT, OVERKILL) "
            f"and export again",
        ),
        blocks=("*",),
    )


def nothing_found_note(unknown: Sequence[str]) -> Note:
    """A note that no room at all was found: unknown, not zero."""
    layers = "、".join(unknown[:_SHOWN])
    return Note(
        "dxf-no-rooms",
        "error",
        Text(
            "图中没有识别到任何房间（面积线、房间线或闭合的墙线）："
            + (f"图层 {layers} 等未识别；" if layers else "")
            + "用 bimcheck layers 查看图层理解情况，并给出图层对照表",
            "no room was found in the drawing (area lines, room outlines or closed walls): "
            + (f"layers {layers} were not understood; " if layers else "")
            + "see bimcheck layers, and give a layer map",
        ),
        blocks=("*",),
    )
