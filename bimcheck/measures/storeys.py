"""Which storeys of the file are real levels, how high they are, and which one is the ground storey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bimcheck.model import Note
from bimcheck.review import Level


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The levels of all buildings, lowest first, and the level each space stands on (by geometry, not containment)."""

    levels: tuple[Level, ...]
    level_of: Mapping[str, str | None]
    notes: tuple[Note, ...] = ()

    def level(self, level_id: str | None) -> Level | None:
        """The level with this id, if any."""
        return next((level for level in self.levels if level.id == level_id), None)
