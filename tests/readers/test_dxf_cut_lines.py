"""The lines of a drawing as tags: every pair of lines is one tag, however it is spaced and wherever a piece ends."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bimcheck.readers.dxf.tags.entities import entities_of
from bimcheck.readers.dxf.tags.lines import PARTS, Tags, UnusualLayoutError, read_tags, tags_of
from bimcheck.readers.dxf.tags.values import floats, require_numbers

_CODES = st.sampled_from([0, 0, 0, 1, 2, 5, 8, 10, 62, 100, 330, 999, 1000, 1071])
_WORDS = st.sampled_from(
    [
        "",
        " ",
        "0",
        "  0",
        "  8",
        "LINE",
        "SECTION",
        "EOF",
        "VERTEX",
        "ATTRIB",
        "SEQEND",
        "INSERT",
        "A-WALL",
        "10",
        "-1.5",
    ]
)
_VALUES = _WORDS | st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
_TAGS = st.lists(st.tuples(_CODES, _VALUES, st.integers(0, 6)), min_size=1, max_size=40)


def _written(tags: list[tuple[int, str, int]], end: str) -> bytes:
    return "".join(f"{code:{width}d}{end}{value}{end}" for code, value, width in tags).encode()


def _pairs(runs: list[Tags]) -> list[tuple[int, str]]:
    return [
        (code, value.decode())
        for run in runs
        for code, value in zip(run.codes.tolist(), run.values(np.arange(len(run.codes))), strict=True)
    ]


@given(_TAGS, st.sampled_from(["\n", "\r\n"]), st.integers(1, 200))
@example([(0, "TEXT", 3), (1, "  0", 3), (1, "LINE", 3), (0, "EOF", 3)], "\r\n", 7)
def test_every_pair_of_lines_is_a_tag(tags: list[tuple[int, str, int]], end: str, piece: int) -> None:
    """Texts that look like group codes or types of entities stay texts, in pieces of any size."""
    data = _written(tags, end)
    runs = list(read_tags(io.BytesIO(data), 0, len(data), piece))
    assert _pairs(runs) == [(code, value) for code, value, _ in tags]
    assert b"".join(run.data[: int(run.begins[-1])] for run in runs) == data
    for run in runs[1:]:
        assert run.codes[0] == 0
        assert run.value(0).strip() not in PARTS
        assert data[run.offset :].startswith(run.data[: int(run.begins[-1])])


@given(st.text(st.sampled_from("0123456789 -+.x\t_\xa0"), max_size=7), st.booleans())
def test_a_group_code_is_a_plain_number_or_the_file_is_unusual(line: str, first: bool) -> None:  # noqa: FBT001  # hypothesis fills it
    data = (line if first else f"0\nLINE\n{line}").encode() + b"\nvalue\n"
    try:
        codes = tags_of(data).codes.tolist()
    except UnusualLayoutError:
        assert not line.lstrip(" ").isdecimal() or len(line.strip()) > 4
        return
    assert codes[-1] == int(line)


def test_lines_that_end_in_several_ways_are_unusual() -> None:
    with pytest.raises(UnusualLayoutError):
        tags_of(b"0\nLI\rNE\n")
    with pytest.raises(UnusualLayoutError):
        list(read_tags(io.BytesIO(b"0\nLINE\n8\nA\0\n"), 0, 12))
    with pytest.raises(UnusualLayoutError):
        list(read_tags(io.BytesIO(b"0\nLINE\n8\n"), 0, 9))


def test_parts_belong_to_the_entity_before_them() -> None:
    data = _written(
        [(999, "by hand", 3), *((0, kind, 3) for kind in ("LINE", "INSERT", "ATTRIB", "SEQEND", "LINE"))], "\n"
    )
    entities = entities_of(tags_of(data))
    assert entities.head.tolist() == [0, 1, 1, 1, 4]
    assert entities.owner.tolist() == [0, 0, 1, 2, 3, 4]
    assert entities.raw(1, 4) == _written([(0, kind, 3) for kind in ("INSERT", "ATTRIB", "SEQEND")], "\n")
    with pytest.raises(UnusualLayoutError):
        entities_of(tags_of(b"8\nWALL\n0\nLINE\n"))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20), st.booleans())
def test_numbers_are_read_to_the_last_bit(numbers: list[float], exponents: bool) -> None:  # noqa: FBT001  # hypothesis fills it
    words = [f"{number:.17e}" if exponents else repr(number) for number in numbers]
    tags = tags_of(_written([(40, word, 3) for word in words], "\r\n"))
    require_numbers(tags)
    assert floats(tags, np.arange(len(words))).tolist() == numbers


@pytest.mark.parametrize(
    "tags",
    [
        [(40, "1o", 3)],
        [(40, "", 3)],
        [(8, "x", 3), (62, "red", 3)],
        [(10, "1", 3), (30, "2", 3)],
        [(10, "1", 3)],
        [(40, "1", 3), (40, "nan", 3), (8, "x", 3)],
    ],
)
def test_numbers_that_are_none_make_a_file_unusual(tags: list[tuple[int, str, int]]) -> None:
    found = tags_of(_written(tags, "\n"))
    with pytest.raises(UnusualLayoutError):
        require_numbers(found)


@pytest.mark.parametrize("word", ["1.2.3", "1 2", "--1", "1e"])
def test_numbers_are_read_whole_or_not_at_all(word: str) -> None:
    tags = tags_of(_written([(40, word, 3)], "\n"))
    with pytest.raises(UnusualLayoutError):
        floats(tags, np.array([0]))
