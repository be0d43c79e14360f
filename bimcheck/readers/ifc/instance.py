"""IFC instances as the parser hands them out, and safe access to their attributes.

``Instance`` stands for an instance or a whole parsed file: the library carries no types. Attributes differ between
schemas and are not checked by the parser, so anything may be missing or of the wrong type.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

Instance = Any

UNUSABLE = 1e300
"""Stands for a number that the file does not say; far beyond any building."""
_SHORT = 64
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def attribute(instance: Instance, name: str) -> Instance:
    """An attribute, ``None`` where the schema does not have it."""
    return getattr(instance, name, None) if instance is not None else None


def text_of(value: object) -> str:
    """A text fit for a report: control characters and direction marks are blanks, broken surrogates are marked."""
    if not isinstance(value, str):
        return ""
    return _cleaned(value) if len(value) > _SHORT else _cleaned_once(value)


def _cleaned(value: str) -> str:
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(_CONTROL.sub(" ", value).split())


_cleaned_once = lru_cache(maxsize=1 << 14)(_cleaned)  # names of properties, types and levels come again and again


def text(instance: Instance, name: str) -> str:
    """A text attribute, cleaned; empty where missing."""
    return text_of(attribute(instance, name))


def number_of(value: object) -> float | None:
    """A number that can measure something, else ``None``: not infinite, and not what stands for what cannot be read."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < UNUSABLE:
        return None
    return float(value)


def reference(instance: Instance, name: str) -> Instance:
    """An attribute that is another instance (or a typed value); ``None`` where it is missing or anything else."""
    value = attribute(instance, name)
    return value if hasattr(value, "is_a") else None


def references(instance: Instance, name: str) -> tuple[Instance, ...]:
    """A list attribute of instances (or typed values); whatever else the file put there is left out."""
    return tuple([item for item in listed(instance, name) if hasattr(item, "is_a")])


def listed(instance: Instance, name: str) -> tuple[Instance, ...]:
    """A list attribute; a single value becomes a list of one, anything missing an empty one."""
    value = attribute(instance, name)
    if value is None:
        return ()
    return tuple([item for item in value if item is not None]) if isinstance(value, tuple | list) else (value,)


def tag_of(instance: Instance) -> str:
    """How a person finds the instance in the file: ``#123``."""
    return f"#{instance.id()}"
