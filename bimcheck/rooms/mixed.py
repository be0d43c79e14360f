"""Outlines named for the community and for somebody else at once: whose area it is, nobody can tell from the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from bimcheck.model import Label, Note, Space
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.rooms.vocabulary import Meaning, meaning_of
from bimcheck.text import Text

_AREAS = (
    "service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "ground_floor_share", "office_area_m2",
    "office_share", "own_area_m2", "title_area_m2", "title_share_k", "largest_cluster_area_m2", "clusters",
    "clusters_without_entrance", "street_entrances",
)  # fmt: skip
_CENTRE = ("party_centre_area_m2", "party_centre_clusters")
_BETWEEN = re.compile(r"[/／、+＋&＆,，;；|｜]|(?<=[\u3400-\u9fff])[及和与兼](?=[\u3400-\u9fff])")
_OWN_FACILITIES = ("service", "elderly", "child", "health")

_Part = tuple[Label, str, Meaning]


def mixed_use_notes(rooms: Sequence[IdentifiedRoom]) -> Iterator[Note]:
    """Notes on outlines whose names (社区服务用房/物业用房, or two texts in one cell) belong to different parties.

    What the brief settles by id or word is in no doubt. A party centre that shares its outline with a facility of
    another kind leaves only the centre's own area open. The notes carry no refs: they are about the service rooms even
    where the outline itself is not counted.
    """
    for room in rooms:
        if room.role not in ("room", "frame") or room.basis == "tag":
            continue
        for parts in _names(room.space):
            ours = [part for part in parts if part[2].strength == "strong"]
            others = [part for part in parts if _is_anothers(part[2])]
            centre = [part for part in ours if part[2].use == "party_centre"]
            facilities = [part for part in ours if part[2].use in _OWN_FACILITIES]
            if ours and others:
                yield _note("room-shared", room, ours[0], others[0], _AREAS)
                break
            if centre and facilities:
                yield _note("centre-shared", room, centre[0], facilities[0], _CENTRE)
                break


def _names(space: Space) -> Iterator[list[_Part]]:
    """The names that stand side by side: all texts of an outline, and each long name by itself."""
    written = [label for label in space.labels if label.kind == "name"]
    yield list(chain.from_iterable(map(_parts, (*written, *space.also_named))))
    for label in space.labels:
        if label.kind == "long-name":
            yield list(_parts(label))


def _parts(label: Label) -> Iterator[_Part]:
    for words in _BETWEEN.split(label.text):
        meaning = meaning_of(words)
        if meaning is not None:
            yield label, words.strip(), meaning


def _is_anothers(meaning: Meaning) -> bool:
    """Whether the words name somebody else's room; stores and toilets may belong to anyone."""
    return meaning.strength in ("never", "dwelling") or (
        meaning.strength == "plain" and meaning.use in ("residential", "commercial")
    )


def _note(code: str, room: IdentifiedRoom, one: _Part, other: _Part, blocks: tuple[str, ...]) -> Note:
    where = room.space.storey_id or ""
    places = list(dict.fromkeys((one[0].where, other[0].where)))
    zh, en = "、".join([where, *places] if where else places), ", ".join([where, *places] if where else places)
    text = Text(
        f"“{one[1]}”和“{other[1]}”写在同一个封闭区域内（{zh}），各占多少面积无法分清：请补画分隔墙或分别画出面积线，"
        f"或在任务书 [tags] 中按编号 {room.space.id} 指明其归属",
        f"“{one[1]}” and “{other[1]}” name one enclosed area ({en}); what each has cannot be told: draw the wall or "
        f"area lines between them, or say in the brief, [tags], by its id {room.space.id} whose it is",
    )
    return Note(code, "error", text, blocks=blocks)
