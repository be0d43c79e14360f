"""Names spread over a plan character by character, as exploded texts are, put together again."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bimcheck.readers.dxf.content import Caption

_LETTER = re.compile(r"[\u3400-\u9fff]")
_LEAST = 3
_APART, _ASIDE = 3.0, 0.2
"""How far the next character may stand along the line, and off it, in text heights."""


def with_letters_joined(captions: Sequence[Caption]) -> list[Caption]:
    """The captions, with rows of at least three single Chinese characters in one hand joined into one each."""
    hands: dict[tuple[str, float, float], list[Caption]] = defaultdict(list)
    found: list[Caption] = []
    for caption in captions:
        if _LETTER.fullmatch(caption.text.strip()) and not caption.tips and not caption.tag and caption.height > 0:
            hands[caption.layer, round(caption.height, 3), round(caption.rotation, 1)].append(caption)
        else:
            found.append(caption)
    for (_, height, rotation), letters in hands.items():
        for row in _rows(letters, height, math.radians(rotation)):
            found += [_joined(row)] if len(row) >= _LEAST else row
    return found


def _rows(letters: Sequence[Caption], height: float, turn: float) -> list[list[Caption]]:
    """Letters one after the other along lines of reading."""

    def along(letter: Caption) -> float:
        return letter.middle[0] * math.cos(turn) + letter.middle[1] * math.sin(turn)

    def across(letter: Caption) -> float:
        return letter.middle[1] * math.cos(turn) - letter.middle[0] * math.sin(turn)

    rows: list[list[Caption]] = []
    for letter in sorted(letters, key=along):
        for row in rows:
            step = along(letter) - along(row[-1])
            if 0.5 * height < step <= _APART * height and abs(across(letter) - across(row[-1])) <= _ASIDE * height:
                row.append(letter)
                break
        else:
            rows.append([letter])
    return rows


def _joined(row: Sequence[Caption]) -> Caption:
    first, last = row[0], row[-1]
    middle = ((first.middle[0] + last.middle[0]) / 2, (first.middle[1] + last.middle[1]) / 2)
    return replace(first, text="".join(letter.text.strip() for letter in row), middle=middle)
