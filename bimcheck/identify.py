"""Which spaces are community service rooms, what each is for, and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bimcheck.model import Space
from bimcheck.review import Use
from bimcheck.text import Text


@dataclass(frozen=True, slots=True)
class IdentifiedRoom:
    """One space of the model with what it is taken for. Every space of the model has one.

    ``counted`` rooms are community service rooms. ``near_miss`` marks a space that is not counted but that a reader
    might expect to be (property office, exhibition hall, a zone that lies over rooms): the report lists it with
    ``why_not``. ``basis`` is the kind of evidence that decided (``tag``, ``zone``, ``classification``, ``property``,
    ``space-type``, ``long-name``, ``name``, ``layer``, or ``none``). ``role`` says what the shape is to the measuring:
    an enclosed ``room``; a ``frame`` drawn over rooms; a ``void`` over a lower hall; an ``outdoor`` area; a
    ``duplicate`` of another space.
    """

    space: Space
    use: Use
    counted: bool
    near_miss: bool
    basis: str
    evidence: Text
    why_not: Text | None = None
    role: Literal["room", "frame", "void", "outdoor", "duplicate"] = "room"
