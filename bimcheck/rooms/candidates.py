"""What each space says of itself, before it is seen beside the others: its labels read in order of their strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bimcheck.brief import Tags
from bimcheck.model import Label, LabelKind, Space
from bimcheck.rooms.vocabulary import Meaning, Strength, meaning_of, says
from bimcheck.terms import Use
from bimcheck.text import Text

KINDS: tuple[LabelKind, ...] = (
    "tag", "zone", "classification", "property", "space-type", "long-name", "name", "layer",
)  # fmt: skip
"""Kinds of evidence, strongest first."""

Standing = Strength | Literal["unknown"]
Role = Literal["room", "frame", "void", "outdoor", "duplicate"]

_NAMES: frozenset[LabelKind] = frozenset({"long-name", "name", "layer", "space-type"})
_OWN_NAMES: frozenset[LabelKind] = frozenset({"long-name", "name"})
_OUTDOOR_TYPES = frozenset({"EXTERNAL", "PARKING"})


@dataclass(slots=True)
class Candidate:
    """A space on the way to being identified; what lies over and under it may still change what it is.

    ``standing`` is what its words are worth (``bimcheck.rooms.vocabulary``); ``community`` says that something about it
    speaks of the community, so that a reader might expect it to count. ``settled`` marks what the brief decided.
    ``counted_with`` is the counted space whose area holds this one's.
    """

    space: Space
    use: Use
    standing: Standing
    basis: str
    evidence: Text
    function: Use | None = None
    community: bool = False
    role: Role = "room"
    counted: bool = False
    near_miss: bool = False
    settled: bool = False
    why_not: Text | None = None
    counted_with: str | None = None

    @property
    def is_service(self) -> bool:
        """Whether its own words make it a community service room."""
        return self.standing == "strong"

    @property
    def is_excluded(self) -> bool:
        """Whether no zone or boundary around it can make it a community service room."""
        return self.standing in ("never", "dwelling")

    @property
    def marked_gross(self) -> bool:
        """Whether the file itself says that the outline is a gross-area boundary."""
        return self.space.drawn == "gross" or self.space.predefined_type == "GFA" or self.space.shape == "area-frame"

    def leave_out(self, zh: str, en: str, *, near_miss: bool = True) -> None:
        """Do not count it, and say why."""
        self.counted, self.near_miss, self.why_not = False, near_miss, Text(zh, en)


def read_candidate(space: Space, tags: Tags) -> Candidate:
    """Read one space's labels; the brief's tags are heard first."""
    labels = sorted(_labels(space), key=lambda label: KINDS.index(label.kind))
    heard = [(label, meaning) for label in labels if (meaning := meaning_of(label.text)) is not None]
    candidate = _by_labels(space, heard)
    _apply_tags(candidate, labels, tags)
    if not candidate.settled:
        _stand(candidate)
    return candidate


def _labels(space: Space) -> tuple[Label, ...]:
    return space.labels or ((Label("name", space.name, "Name"),) if space.name else ())


def _by_labels(space: Space, heard: list[tuple[Label, Meaning]]) -> Candidate:
    community = any(meaning.community or meaning.strength == "strong" for _, meaning in heard)

    def candidate(found: list[tuple[Label, Meaning]], role: Role = "room") -> Candidate:
        label, meaning = found[0]
        return Candidate(
            space,
            meaning.use,
            meaning.strength,
            label.kind,
            _evidence([each for each, _ in found]),
            meaning.function,
            community,
            role,
        )

    def of(*strengths: Strength, within: frozenset[LabelKind] | None = None) -> list[tuple[Label, Meaning]]:
        return [(b, m) for b, m in heard if m.strength in strengths and (within is None or b.kind in within)]

    # A drawing layer holds many things: its word excludes only where nothing else speaks.
    spoken = [(label, meaning) for label, meaning in heard if label.kind != "layer"]
    strong = of("strong")
    if never := [(label, meaning) for label, meaning in spoken if meaning.strength == "never"]:
        return candidate(never[:1], "outdoor" if space.predefined_type in _OUTDOOR_TYPES else "room")
    # A zone or property cannot make a flat a service room; the room's own name can (住宅楼社区用房).
    if (homes := of("dwelling", within=_OWN_NAMES)) and not of("strong", within=_OWN_NAMES):
        return candidate(homes[:1])
    if void := of("void", within=_NAMES):
        return candidate(void[:1], "void")
    if space.predefined_type in _OUTDOOR_TYPES:
        kind = space.predefined_type
        evidence = Text(f"空间类型 {kind}", f"space type {kind}")
        return Candidate(space, "other", "outdoor", "space-type", evidence, None, community, "outdoor")
    if outdoor := of("outdoor", within=_NAMES):
        return candidate(outdoor[:1], "outdoor")
    if entrance := of("entrance", within=_NAMES):
        return candidate(entrance[:1])
    if strong:
        return _service_candidate(candidate(strong[:1]), strong, of("strong", "context"))
    if others := of("never", "context", "ancillary", "dwelling", "plain"):
        return candidate(others[:1])
    name = space.name or space.id
    nothing = Text(
        f"“{name}”的名称、分区、分类中没有可识别的用途", f"nothing in the name, zone or class of “{name}” tells its use"
    )
    return Candidate(space, "other", "unknown", "none", nothing)


def _service_candidate(
    found: Candidate, strong: list[tuple[Label, Meaning]], service: list[tuple[Label, Meaning]]
) -> Candidate:
    """The narrowest use that any label names; a party centre stays one whatever goes on inside it."""
    decided = [strong[0][0]]
    centre = next(((b, m) for b, m in strong if m.use == "party_centre"), None)
    narrow = next(((b, m) for b, m in service if m.use not in ("service", "party_centre")), None)
    if centre is not None:
        found.use = "party_centre"
        found.function = next((m.function for _, m in strong if m.function), None) or (
            narrow[1].use if narrow else None
        )
        decided.append(centre[0])
    elif narrow is not None:
        found.use = narrow[1].use
    if narrow is not None:
        decided.append(narrow[0])
    found.evidence = _evidence(decided)
    return found


def _evidence(labels: list[Label]) -> Text:
    """Where each deciding word stands, and the text as the file has it."""
    said = list(dict.fromkeys(f"{label.where} “{label.text}”" for label in labels))
    return Text("；".join(said), "; ".join(said))


def is_tagged(space: Space, word: str) -> bool:
    """Whether a word of the brief's tags means this space: its exact id, or a word of what it says of itself."""
    return word in (space.id, space.tag) or any(says(label.text, word) for label in _labels(space) if label.text)


def _apply_tags(candidate: Candidate, labels: list[Label], tags: Tags) -> None:
    """What the brief says of this space, by its id or by a word of its labels, overrides everything else."""
    for key, words in (("exclude", tags.exclude), ("party_centre", tags.party_centre), ("service", tags.service)):
        for word in words:
            exactly = word in (candidate.space.id, candidate.space.tag)
            # A void or a garden is no room, whatever its name; only an exact id can make it one.
            if not exactly and (
                candidate.role != "room" or not any(says(label.text, word) for label in labels if label.text)
            ):
                continue
            _settle(candidate, key, word)
            return


def _settle(candidate: Candidate, key: str, word: str) -> None:
    candidate.settled, candidate.basis, candidate.role = True, "tag", "room"
    candidate.evidence = Text(f"任务书 tags.{key} “{word}”", f"brief tags.{key} “{word}”")
    if key == "exclude":
        candidate.standing = "never"
        if candidate.use in ("party_centre", "service", "office", "hall", "elderly", "child", "health", "culture"):
            candidate.use = "other"
        candidate.leave_out(f"任务书 tags.exclude 已排除“{word}”", f"the brief excludes “{word}” (tags.exclude)")
        return
    candidate.standing, candidate.counted = "strong", True
    narrow = candidate.function or candidate.use
    if narrow in ("property_management", "commercial", "residential", "circulation", "other", "party_centre"):
        narrow = "service"
    if key == "party_centre":
        candidate.use, candidate.function = "party_centre", None if narrow == "service" else narrow
    elif candidate.use != "party_centre":
        candidate.use = narrow


def _stand(candidate: Candidate) -> None:
    """Count it or not by its own words, and say why not."""
    said = candidate.evidence
    match candidate.standing:
        case "strong":
            candidate.counted = True
        case "never" if candidate.use == "property_management":
            candidate.leave_out(
                f"物业管理用房（{said.zh}）不属于社区服务用房",
                f"property management ({said.en}) is never a community service room",
            )
        case "never":
            candidate.leave_out(
                f"{said.zh} 所示用途不属于社区服务用房",
                f"the use in {said.en} is none of a community service room",
                near_miss=candidate.community,
            )
        case "dwelling":
            candidate.leave_out(
                f"{said.zh} 表明属于住宅，不是社区服务用房；如属社区，请改名或在任务书 tags.service 中指明",
                f"{said.en} says that it belongs to housing, so it is no community service room; if it is, rename it or"
                " name it in the brief, tags.service",
                near_miss=candidate.community,
            )
        case "void":
            candidate.leave_out(
                f"上空（{said.zh}）不计面积，面积在下层计",
                f"a void ({said.en}): it has no floor here and is measured below",
                near_miss=candidate.community,
            )
        case "outdoor":
            candidate.leave_out(
                f"室外场地（{said.zh}）不是房间", f"an outdoor area ({said.en}), no room", near_miss=candidate.community
            )
        case "entrance":
            candidate.leave_out(
                f"{said.zh} 是出入口标注，不是房间",
                f"{said.en} labels an entrance, no room",
                near_miss=candidate.community,
            )
        case "context":
            candidate.leave_out(
                f"{said.zh} 未标明属于社区：不在社区服务用房分区或面积框线内；如属社区，请在任务书 tags.service 中指明",
                f"{said.en} does not say that it is the community's, and no service zone or area frame holds it;"
                " if it is, name it in the brief, tags.service",
            )
        case _:
            candidate.leave_out(
                f"{said.zh} 不属于社区服务用房" if candidate.standing != "unknown" else said.zh,
                f"{said.en}: no community service room" if candidate.standing != "unknown" else said.en,
                near_miss=candidate.community,
            )
