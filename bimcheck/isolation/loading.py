"""What a check needs of the program itself, loaded before any model is opened.

Python keeps compiled modules beside its sources, and the page's compiled template is kept there too; once a check is
confined to its folder neither can be written.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable
from importlib import import_module

_PATIENCE = 100_000
"""Objects between two collections: a check builds one large model and ends, so there is next to no garbage to find."""


def load(modules: Iterable[str]) -> None:
    """Import modules of bimcheck by name; what cannot be imported fails again, and is told, in the check.

    What is loaded stays to the end, so the garbage collector is kept away from it.
    """
    gc.disable()
    for name in ("isolation.perform", "pipeline", *modules):
        with contextlib.suppress(Exception):
            import_module(f"bimcheck.{name}")
    gc.freeze()
    gc.set_threshold(_PATIENCE)
    gc.enable()


def reporter_modules(formats: Iterable[str]) -> list[str]:
    """The modules that write some formats; a format there is not is left to the check to refuse."""
    return [f"reporters.{name}" for name in formats if name.isidentifier()]
