"""Quantities with units: what is read, what is refused, and that the message says what would be read."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim.errors import ParameterError
from smpsim.units import parse, show


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("0.2 mm", "mm", 0.2),
        ("0.2mm", "mm", 0.2),
        ("  200 um ", "mm", 0.2),
        ("200 µm", "mm", 0.2),
        ("6.3 cm", "mm", 63),
        ("6.3 CM", "mm", 63),
        ("1in", "mm", 25.4),
        (".5 mm", "mm", 0.5),
        ("2. mm", "mm", 2),
        ("2e-1 mm", "mm", 0.2),
        ("-3 deg", "deg", -3),
        ("+3", "deg", 3),
        ("110 /cm2", "/cm2", 110),
        ("1.1 /mm2", "/cm2", 110),
        ("100 /cm", "/mm", 10),
        ("103 px/cm", "px/mm", 10.3),
        ("4wk", "d", 28),
        ("2 weeks", "d", 14),
        ("1 day", "d", 1),
        ("12 mo", "d", 365.25),
        ("3y", "d", 3 * 365.25),
        ("50 %", "", 0.5),
        ("0.5", "", 0.5),
        (63, "mm", 63),
        (63.5, "mm", 63.5),
        ("63", "mm", 63),
    ],
)
def test_quantities_as_people_write_them(text: str | float, unit: str, value: float) -> None:
    assert parse(text, unit) == pytest.approx(value, rel=0, abs=1e-12 * max(abs(value), 1))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "mm"),
        ("mm", "mm"),
        ("wide", "mm"),
        ("3 furlongs", "mm"),
        ("3 d", "mm"),
        ("3 mm", "d"),
        ("3 /cm2", "mm"),
        ("3 %", "mm"),
        ("3 mm", ""),
        ("3 4 mm", "mm"),
        ("1,5 mm", "mm"),
        ("nan", "mm"),
        ("inf mm", "mm"),
        ("1e999 mm", "mm"),
        (math.nan, "mm"),
        (-math.inf, "mm"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name_and_value(text: str | float, unit: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse(text, unit, name="width")
    assert caught.value.name == "width"
    assert caught.value.value is text
    assert repr(text) in str(caught.value)


def test_the_refusal_names_the_units_of_the_dimension_and_no_others() -> None:
    with pytest.raises(ParameterError, match=r"um, µm, mm, cm, in$"):
        parse("3 wk", "mm")
    with pytest.raises(ParameterError, match=r"write a number with one of the units %$"):
        parse("x", "")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.25, "mm", "0.25 mm"), (110.0, "/cm2", "110 /cm2"), (0.5, "", "0.5"), (1 / 3, "mm", "0.333333 mm")],
)
def test_quantities_are_written_short(value: float, unit: str, text: str) -> None:
    assert show(value, unit) == text


@given(
    value=st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-12),
    unit=st.sampled_from(["mm", "/cm2", "/mm", "px/mm", "deg", "d", ""]),
)
def test_what_is_written_is_read_again(value: float, unit: str) -> None:
    assert parse(show(value, unit), unit) == pytest.approx(value, rel=1e-5, abs=0)


@pytest.mark.parametrize("number", [10**400, -(10**400), math.nan, math.inf])
def test_numbers_beyond_all_bounds_are_refused(number: float) -> None:
    with pytest.raises(ParameterError, match=r"width: .* cannot be read") as error:
        parse(number, "mm", name="width")
    assert len(str(error.value)) < 250


@pytest.mark.parametrize("text", ["1" * 100_000 + " a b", "1" + " " * 100_000 + "a b", "1." + "1" * 100_000 + "e"])
def test_long_texts_are_walked_through_once(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(ParameterError):
        parse(text, "mm")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("beyond", ["1e308 cm", None, [1]])
def test_what_is_no_number_or_none_in_its_unit_is_refused(beyond: Any) -> None:
    with pytest.raises(ParameterError, match="cannot be read"):
        parse(beyond, "mm")
