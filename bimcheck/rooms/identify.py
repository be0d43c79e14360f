"""Which spaces are community service rooms, what each is for, and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bimcheck.brief import Brief
from bimcheck.model import BuildingModel, Note, Space
from bimcheck.rooms.candidates import is_tagged, read_candidate
from bimcheck.rooms.frames import settle_overlaps
from bimcheck.rooms.vocabulary import is_exhibition
from bimcheck.terms import Use
from bimcheck.text import Text


@dataclass(frozen=True, slots=True)
class IdentifiedRoom:
    """One space of the model with what it is taken for. Every space of the model has one.

    ``counted`` rooms are community service rooms. ``near_miss`` marks a space that is not counted but that a reader
    might expect to be (property office, exhibition hall, a zone that lies over rooms): the report lists it with
    ``why_not``. ``basis`` is the kind of evidence that decided (``tag``, ``zone``, ``classification``, ``property``,
    ``space-type``, ``long-name``, ``name``, ``layer``, or ``none``). ``role`` says what the shape is to the measuring:
    an enclosed ``room``; a ``frame`` drawn over rooms; a ``void`` over a lower hall; an ``outdoor`` area; a
    ``duplicate`` of another space. ``function`` is the narrower use of a room inside a party centre (its office, say),
    where the name tells. ``counted_with`` is the id of the counted space whose area holds this one's: such a room is
    the community's although it is not counted again.
    """

    space: Space
    use: Use
    counted: bool
    near_miss: bool
    basis: str
    evidence: Text
    why_not: Text | None = None
    role: Literal["room", "frame", "void", "outdoor", "duplicate"] = "room"
    function: Use | None = None
    counted_with: str | None = None

    @property
    def exhibition(self) -> bool:
        """Whether its name speaks of exhibiting (展陈), which clause 三(三) asks to avoid."""
        return any(is_exhibition(label.text) for label in self.space.labels) or is_exhibition(self.space.name)


def identify(model: BuildingModel, brief: Brief) -> tuple[IdentifiedRoom, ...]:
    """Say of every space, in the model's order, what it is and whether it is a community service room.

    Labels are heard in the order tag > zone or group > classification > property > space type > long name > name >
    layer; exclusions come before inclusions; the brief's tags override both. Offices, corridors and other rooms that
    anyone may have count only where their zone, the boundary around them or their own name says that they are the
    community's. The space of a boundary that is counted may have rooms cut out of its footprint.
    """
    candidates = [read_candidate(space, brief.tags) for space in model.spaces]
    settle_overlaps(candidates, model)
    return tuple(
        IdentifiedRoom(
            space=each.space,
            use=each.use,
            counted=each.counted,
            near_miss=each.near_miss and not each.counted,
            basis=each.basis,
            evidence=each.evidence,
            why_not=None if each.counted else each.why_not,
            role=each.role,
            function=each.function,
            counted_with=None if each.counted else each.counted_with,
        )
        for each in candidates
    )


def unheard_tags(model: BuildingModel, brief: Brief) -> tuple[Note, ...]:
    """A note on every word of the brief's tags that means no space of the model: most likely it is misspelt."""
    tags = (("service", brief.tags.service), ("party_centre", brief.tags.party_centre), ("exclude", brief.tags.exclude))
    return tuple(
        Note(
            "tag-means-nothing",
            "warning",
            Text(
                f"任务书 tags.{key} 的“{word}”与模型中任何房间都不符，请核对写法",
                f"brief, tags.{key}: no room of the model is meant by “{word}”; check how it is written",
            ),
        )
        for key, words in tags
        for word in words
        if not any(is_tagged(space, word) for space in model.spaces)
    )
