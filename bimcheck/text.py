"""Bilingual text: every sentence a user may read exists in Chinese and in English, made at the same place."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in Chinese and in English; they say the same thing.

    Text taken from a model (a room's name, a street) is put in unchanged and unescaped: escaping is the
    reporter's work, because only the reporter knows what it writes.
    """

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The sentence in the language asked for."""
        return self.zh if language == "zh" else self.en
