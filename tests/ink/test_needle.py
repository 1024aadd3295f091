"""Needle and hand: monotone curves, bands, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim.ink.needle import deposit_diameter_mm, depth_band, in_words, pigment_depth_mm
from smpsim.treatment import Treatment


def test_the_default_needle_leaves_a_quarter_of_a_millimetre_at_a_quarter_of_a_millimetre() -> None:
    assert pigment_depth_mm(Treatment()) == pytest.approx(0.25, rel=0, abs=1e-12)
    for treatment in (Treatment(), Treatment().replace(needle_mm=0.25)):
        assert deposit_diameter_mm(treatment) == pytest.approx(0.25, rel=0, abs=1e-12)


@given(needle=st.floats(0.18, 0.35), depth=st.floats(0.3, 2.95))
def test_harder_deeper_and_thicker_is_bigger(needle: float, depth: float) -> None:
    one = Treatment().replace(needle_mm=needle, needle_depth_mm=depth)
    deeper = one.replace(needle_depth_mm=depth + 0.05)
    assert deposit_diameter_mm(deeper) > deposit_diameter_mm(one) >= 0.05
    assert pigment_depth_mm(deeper) > pigment_depth_mm(one)
    if needle < 0.34:
        assert deposit_diameter_mm(one.replace(needle_mm=needle + 0.01)) > deposit_diameter_mm(one)


def test_what_is_given_counts() -> None:
    given_size = Treatment().replace(diameter_mm=0.4, depth_mm=0.6, needle_depth_mm=2.0)
    assert (deposit_diameter_mm(given_size), pigment_depth_mm(given_size)) == (0.4, 0.6)


def test_bands() -> None:
    depths = (0.05, 0.119, 0.12, 0.399, 0.4, 0.799, 0.8, 3.0)
    names = [depth_band(depth) for depth in depths]
    assert names == ["too shallow"] * 2 + ["right"] * 2 + ["too deep"] * 2 + ["blow-out"] * 2


def test_it_is_said_in_the_technicians_words() -> None:
    assert in_words(Treatment()).startswith(
        "needle 0.8 mm: pigment rests about 0.25 mm below the surface (estimate): right"
    )
    deep = in_words(Treatment().replace(needle_depth_mm=2.5))
    assert deep.startswith("needle 2.5 mm: pigment rests about 1.5 mm below the surface (estimate): blow-out")
    told = in_words(Treatment().replace(depth_mm=0.6))
    assert told.startswith("pigment rests about 0.6 mm below the surface: too deep")
    assert np.char.count(told, "estimate") == 0


def test_it_is_said_where_the_tone_of_the_skin_comes_from() -> None:
    assert in_words(Treatment()).endswith("; skin tone measured from this photo")
    assert in_words(Treatment(), tone_told=False).endswith("; skin tone assumed to be medium: no colour tells it")
    assert in_words(Treatment().replace(skin_tone="dark")).endswith("; skin tone dark, as given")
    assert in_words(Treatment().replace(skin_tone=30.0)).endswith("; skin tone as given by its angle")
