"""What can go wrong, each with the exit code the command line ends with.

    BimcheckError                2
    ├── UsageError               2   an option or argument does not make sense
    ├── ModelError               2   the model cannot be used
    │   ├── UnreadableModelError 2   damaged, empty, truncated or not what its name says
    │   └── UnsupportedModelError     2   intact, but of a kind that is not read (schema, DWG, ifcXML)
    ├── BriefError               2   the brief has unknown keys or wrong values
    └── RulesetError             2   the ruleset is unknown or does not hold together

Anything else that escapes is a defect of bimcheck itself (exit code 4).
"""

from __future__ import annotations

from typing import ClassVar

from bimcheck.text import Text


class BimcheckError(Exception):
    """The user can do something about it; ``message`` says what, in one line and both languages."""

    exit_code: ClassVar[int] = 2

    def __init__(self, zh: str, en: str) -> None:
        self.message = Text(zh, en)
        super().__init__(en)

    def __reduce__(self) -> tuple[type[BimcheckError], tuple[str, str]]:
        return type(self), (self.message.zh, self.message.en)


class UsageError(BimcheckError):
    """An option or an argument does not make sense."""


class ModelError(BimcheckError):
    """The model cannot be used."""


class UnreadableModelError(ModelError):
    """The file is damaged, empty, truncated or not what its name says."""


class UnsupportedModelError(ModelError):
    """The file is intact but of a kind that is not read."""


class BriefError(BimcheckError):
    """The brief has unknown keys or wrong values; every problem is named at once."""


class RulesetError(BimcheckError):
    """The ruleset is unknown or does not hold together; every problem is named at once."""
