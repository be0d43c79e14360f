"""Pictures of drawings: the right size, in our own font, with the evidence in red."""

from __future__ import annotations

import struct
import zlib

import pytest
import review_factory

from bimcheck.drawing.plan import draw_levels
from bimcheck.drawing.png import png
from bimcheck.drawing.shapes import SHEET, Drawing, Ref
from bimcheck.drawing.typeface import MISSING, lacking, printable

RED = (208, 2, 27)
TINT = (243, 201, 183)
"""The marks' red, and the tint of a party centre."""


def ground() -> Drawing:
    return draw_levels(review_factory.review())[0]


def pixels(picture: bytes) -> tuple[int, int, dict[tuple[int, int, int], int]]:
    """Width, height and how many pixels have each colour, read by hand: 8-bit RGBA, any row filter."""
    width, height, depth, kind = struct.unpack(">IIBB", picture[16:26])
    assert (depth, kind) == (8, 6)
    packed, place = b"", 8
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        if picture[place + 4 : place + 8] == b"IDAT":
            packed += picture[place + 8 : place + 8 + length]
        place += 12 + length
    raw, before, colours = zlib.decompress(packed), bytearray(4 * width), dict[tuple[int, int, int], int]()
    for row in range(height):
        start = row * (4 * width + 1)
        method, line = raw[start], bytearray(raw[start + 1 : start + 1 + 4 * width])
        for i in range(4 * width):
            left, up, corner = (line[i - 4] if i > 3 else 0), before[i], (before[i - 4] if i > 3 else 0)
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda value, guess=guess: abs(guess - value))  # type: ignore[misc]
            line[i] = (line[i] + (0, left, up, (left + up) // 2, paeth)[method]) & 255
        for i in range(0, 4 * width, 4):
            colour = (line[i], line[i + 1], line[i + 2])
            colours[colour] = colours.get(colour, 0) + 1
        before = line
    return width, height, colours


def test_a_picture_is_a_sheet_wide_and_shows_rooms_in_their_tints() -> None:
    """The centre takes 288 of the level's 864 m², so its tint takes a good part of the sheet."""
    width, height, colours = pixels(png(ground()))
    assert width == pytest.approx(SHEET[0], abs=1)
    assert colours[TINT] > 0.15 * width * height
    assert RED not in colours


def test_what_a_picture_is_about_is_outlined_in_red_and_still_seen() -> None:
    plain = pixels(png(ground()))[2]
    marked = pixels(png(ground(), "zh", [Ref("room", "1pC$Entre_01")]))[2]
    assert marked[RED] > 1000
    assert marked[TINT] > 0.9 * plain[TINT]


def test_lettering_is_drawn_though_the_machine_has_no_chinese_font() -> None:
    """The Chinese and the English picture differ only in lettering."""
    assert png(ground(), "zh") != png(ground(), "en")


def test_a_picture_is_the_same_every_time() -> None:
    assert png(ground()) == png(ground())


@pytest.mark.parametrize(
    "text", ["海宁市硖石街道社区服务用房审查意见表", "㎡ m² ≥ ≤ ± ✓ ✗ ☐ ①", "垚堃喆 GB/T 50353-2013"]
)
def test_the_font_has_what_building_documents_use(text: str) -> None:
    assert lacking(text) == ""
    assert printable(text) == text


def test_a_character_the_font_lacks_is_shown_as_lacking() -> None:
    assert printable("甲\U00020000乙\U0001f600") == f"甲{MISSING}乙{MISSING}"
    assert lacking("\U00020000甲\U00020000") == "\U00020000"
