"""What each layer of a drawing is for, by the dialects kept as data in ``bimcheck/data/layers.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

from bimcheck.errors import UsageError
from bimcheck.text import Text

Role = Literal[
    "wall", "insulation", "column", "door", "window", "opening", "stair", "lift", "railing",
    "area-frame", "area-deduct", "room", "room-name",
    "axis", "axis-label", "title", "sheet", "level", "north",
    "site-boundary", "street", "street-centre", "road", "internal-road", "fence", "gate",
    "parking", "parking-accessible", "parking-underground", "bicycle", "plaza", "green", "entrance", "main-entrance",
    "own-building", "building", "ignore",
]  # fmt: skip
"""What a layer can hold. ``opening`` is doors and windows together; ``ignore`` is annotation and other disciplines."""

ROLE_TITLES: Mapping[Role, Text] = {
    "wall": Text("墙", "walls"),
    "insulation": Text("保温层", "insulation"),
    "column": Text("柱", "columns"),
    "door": Text("门", "doors"),
    "window": Text("窗", "windows"),
    "opening": Text("门窗", "doors and windows"),
    "stair": Text("楼梯", "stairs"),
    "lift": Text("电梯", "lifts"),
    "railing": Text("扶手、栏杆", "railings"),
    "area-frame": Text("建筑面积框线", "gross-area frames"),
    "area-deduct": Text("扣减面积", "areas to deduct"),
    "room": Text("房间轮廓", "room outlines"),
    "room-name": Text("房间名称", "room names"),
    "axis": Text("轴线", "grid axes"),
    "axis-label": Text("轴号", "axis labels"),
    "title": Text("图名", "plan titles"),
    "sheet": Text("图框", "sheet frames"),
    "level": Text("标高", "levels"),
    "north": Text("指北针", "north arrow"),
    "site-boundary": Text("用地红线", "plot boundary"),
    "street": Text("道路红线、城市道路", "street lines"),
    "street-centre": Text("道路中心线", "street centre lines"),
    "road": Text("道路", "roads"),
    "internal-road": Text("小区道路", "estate roads"),
    "fence": Text("围墙", "fences"),
    "gate": Text("大门", "gates"),
    "parking": Text("停车位", "parking stalls"),
    "parking-accessible": Text("无障碍车位", "accessible stalls"),
    "parking-underground": Text("地下车位", "underground stalls"),
    "bicycle": Text("非机动车", "bicycle parking"),
    "plaza": Text("广场、铺装", "plazas and paving"),
    "green": Text("绿地", "green"),
    "entrance": Text("出入口", "entrances"),
    "main-entrance": Text("小区主出入口", "main entrance"),
    "own-building": Text("本项目建筑轮廓", "outlines of this project's buildings"),
    "building": Text("周边建筑", "other buildings"),
    "ignore": Text("不用于审查", "not used"),
}

PROJECT_MAP = "project map:"
"""How the basis of a layer begins that the project's own map names."""

SITE_ROLES: frozenset[Role] = frozenset(
    {
        "site-boundary", "street", "street-centre", "road", "internal-road", "fence", "gate", "parking",
        "parking-accessible", "parking-underground", "bicycle", "plaza", "green", "entrance", "main-entrance",
        "own-building", "building",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LayerUse:
    """How one layer was understood: its role, what says so, and what stands on it.

    ``role`` is ``None`` where the layer was not understood. ``counts`` are entities by kind, copies in blocks
    counted each.
    """

    name: str
    role: Role | None
    basis: str
    hidden: bool
    counts: tuple[tuple[str, int], ...]

    @property
    def title(self) -> Text:
        """The role in words."""
        return Text("未识别", "not understood") if self.role is None else ROLE_TITLES[self.role]

    @property
    def total(self) -> int:
        """All entities on the layer."""
        return sum(number for _, number in self.counts)


@dataclass(frozen=True, slots=True)
class _Rule:
    role: Role
    basis: str
    pattern: re.Pattern[str]


class LayerMap:
    """Roles of layers for one project.

    ``project`` maps layer names (``*`` for anything) to roles and wins over everything.

    Raises:
        UsageError: the project map names a role that does not exist; all such are listed.
    """

    def __init__(self, project: Mapping[str, str] | None = None) -> None:
        wrong = sorted(f"{name} = {role}" for name, role in (project or {}).items() if role not in get_args(Role))
        if wrong:
            roles = ", ".join(get_args(Role))
            raise UsageError(
                f"图层对照表中没有这样的用途：{'；'.join(wrong)}（可用：{roles}）",
                f"the layer map names unknown roles: {'; '.join(wrong)} (known: {roles})",
            )
        self._project = [
            _Rule(role, f"{PROJECT_MAP} {name}", _whole_name(name))  # type: ignore[arg-type]  # checked just above
            for name, role in (project or {}).items()
        ]
        self._known: dict[str, tuple[Role | None, str, bool]] = {}

    def role(self, layer: str) -> Role | None:
        """The role of a layer, ``None`` where its name says nothing."""
        return self._judge(layer)[0]

    def is_unused(self, layer: str) -> bool:
        """Whether what is drawn on a layer is of no use for a review."""
        return self.role(layer) == "ignore"

    def basis(self, layer: str) -> str:
        """The name or word that decided, with the dialect it belongs to."""
        return self._judge(layer)[1]

    def is_mapped(self, layer: str) -> bool:
        """Whether the project's own map names the layer."""
        return self._judge(layer)[2]

    def _judge(self, layer: str) -> tuple[Role | None, str, bool]:
        if layer not in self._known:
            self._known[layer] = self._find(normalised(layer), normalised(layer, keep_prefix=True))
        return self._known[layer]

    def _find(self, name: str, with_prefix: str) -> tuple[Role | None, str, bool]:
        for rule in self._project:
            if rule.pattern.fullmatch(name) or rule.pattern.fullmatch(with_prefix):
                return rule.role, rule.basis, True
        for rule in _rules():
            if rule.pattern.search(name):
                return rule.role, rule.basis, False
        return None, "", False

    def describe(
        self, counts: Counter[tuple[str, str]], hidden: Iterable[str], declared: Iterable[str] = ()
    ) -> tuple[LayerUse, ...]:
        """How every layer was understood, those with most on them first."""
        names = {layer for layer, _ in counts} | set(declared)
        concealed = {name.casefold() for name in hidden}
        uses = [
            LayerUse(
                name,
                self.role(name),
                self.basis(name),
                name.casefold() in concealed,
                tuple(sorted((kind, number) for (layer, kind), number in counts.items() if layer == name)),
            )
            for name in names
        ]
        return tuple(sorted(uses, key=lambda use: (-use.total, use.name)))


def normalised(layer: str, *, keep_prefix: bool = False) -> str:
    """A layer's name without reference prefix, in upper case, with ``-`` for every separator."""
    name = unicodedata.normalize("NFKC", layer).strip()
    if not keep_prefix:
        name = re.sub(r"^.*(?:\$\d+\$|\|)(?=.)", "", name)
    return re.sub(r"[-_.\s$|]+", "-", name.upper())


@cache
def _rules() -> tuple[_Rule, ...]:
    data = tomllib.loads(resources.files("bimcheck").joinpath("data/layers.toml").read_text("utf-8"))
    rules = [
        _Rule(role, f"{dialect['name']}: {name}", _whole_name(name))
        for dialect in data["dialect"]
        for role, names in dialect["layers"].items()
        for name in names
    ]
    rules += [_Rule(entry["role"], word, _word(word)) for entry in data["word"] for word in entry["words"]]
    return tuple(rules)


def _wild(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\#", "#").replace("#", r"\d")


def _whole_name(name: str) -> re.Pattern[str]:
    return re.compile("^" + _wild(normalised(name.replace("*", "\x01"), keep_prefix=True).replace("\x01", "*")) + "$")


def _word(word: str) -> re.Pattern[str]:
    body = _wild(normalised(word.replace("*", "\x01")).replace("\x01", "*"))
    if word.isascii():  # a whole part of the name; a number may follow it (WALL2)
        return re.compile(rf"(?:^|[^A-Z0-9]){body}\d*(?:$|[^A-Z0-9])")
    return re.compile(body)
