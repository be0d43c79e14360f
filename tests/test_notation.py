"""Numbers and names as reports write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.notation import amount, clean, decimal, difference, measured, requirement, signed
from bimcheck.review import Comparison, Quantity
from bimcheck.rules.comparison import rounded
from bimcheck.text import Text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (299.995, "300.00"),
        (299.994999, "299.99"),
        (2.675, "2.68"),
        (-0.001, "0.00"),
        (1.005, "1.01"),
        (0.1 + 0.2, "0.30"),
    ],
)
def test_areas_are_rounded_half_up_as_they_are_written(value: float, written: str) -> None:
    assert decimal(value) == written


def test_noise_of_binary_numbers_does_not_move_a_half() -> None:
    """299.995 reached by adding and subtracting survey coordinates is still 299.995."""
    assert decimal(3_370_299.995 - 3_370_000) == "300.00"


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_is_unknown_is_a_dash_and_never_zero(value: float | None) -> None:
    assert amount(value, "m2") == Text("—", "—")
    assert difference(value, "m2") == Text("—", "—")


def test_units_stand_behind_their_figures() -> None:
    assert amount(4 / 9, "1").zh == "44.44%"
    assert amount(12.0, "piece").zh == "12"
    assert amount(30, "day") == Text("30 天", "30 days")
    assert amount(421.0, "m2") == Text("421.00 ㎡", "421.00 m²")


def test_an_interval_is_shown_where_the_readings_differ() -> None:
    assert measured(Quantity(864.0, "m2", 432.0, 864.0)).en == "864.00 m² (432.00–864.00 m²)"
    assert measured(Quantity(864.0, "m2", 864.0, 864.0)).en == "864.00 m²"


def test_a_lower_bound_of_an_unknown_is_still_told() -> None:
    assert measured(Quantity(None, "m2", 300.0)).en == "at least 300.00 m²"
    assert measured(Quantity(None, "m2")).en == "—"


def test_a_share_just_below_one_half_does_not_look_like_one_half() -> None:
    """49.9999 % fails; written as 50.00 % beside “≥ 50.00%” it would look like a mistake of the tool."""
    share = Quantity(0.499999, "1", 0.499999, 0.499999)
    assert measured(share, Comparison(">=", 0.5, "1")).zh == "49.99990%"
    assert difference(-0.000001, "1").en == "−0.00010 pp"


def test_requirements_and_presence() -> None:
    assert requirement(Comparison(">=", 0.5, "1")).zh == "≥ 50.00%"
    assert requirement(Comparison(">", 0.0, "m2")) == Text("有", "present")
    assert requirement(None).zh == "—"


def test_differences_carry_their_sign() -> None:
    assert signed(-10.0) == "−10.00"
    assert signed(0.004) == "±0.00"
    assert difference(11.0, "piece").zh == "+11"


@given(st.text(alphabet=st.characters()))
def test_clean_text_is_utf_8_without_control_characters(text: str) -> None:
    shown = clean(text)
    shown.encode("utf-8")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    assert len(shown) == len(text)


@given(st.text(alphabet="社区服务用房ABC 123㎡·（）“”é"))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("value", [1e22, -1e40, 1.7976931348623157e308])
def test_a_number_of_any_size_can_be_written_and_compared(value: float) -> None:
    """A file may say anything; that alone is no defect of ours."""
    assert float(decimal(value)) == value
    assert float(rounded(value, "m2")) == value
