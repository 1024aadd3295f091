"""Years: bands that fall and never cross, figures of the sources, spread by depth, hue by pigment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smpsim.ink.pigment import PIGMENTS
from smpsim.ink.years import FADES_RGB, spread_mm2, visible_left
from smpsim.parameters.course import PACES

SETTLED_Y = 28 / 365.25


def left(age_years: float, pace: str, pigment: str = "carbon") -> np.ndarray:
    """Of R, G, B, at an age counted from the last session."""
    return visible_left(np.array([max(age_years - SETTLED_Y, 0)]), pace, pigment)[0]


@pytest.mark.parametrize(
    ("pace", "age_years", "expected"),
    [
        ("slow", 0.5, 0.95),
        ("typical", 0.5, 0.90),
        ("fast", 0.5, 0.80),
        ("slow", 8, 0.6),
        ("typical", 5, 0.6),
        ("fast", 3, 0.6),
    ],
)
def test_figures_of_the_sources(pace: str, age_years: float, expected: float) -> None:
    assert left(age_years, pace)[1] == pytest.approx(expected, rel=0, abs=5e-4)


@pytest.mark.parametrize("pigment", list(PIGMENTS))
def test_every_band_falls_and_no_two_cross(pigment: str) -> None:
    years = np.linspace(0, 15, 6001)
    bands = np.stack([visible_left(years, pace, pigment) for pace in PACES])
    assert np.all(np.diff(bands, axis=1) < 0)
    assert np.all(bands[:, 0] == 1)
    slow, typical, fast = bands[:, 1:]
    assert np.all((slow > typical) & (typical > fast))


@pytest.mark.parametrize(("pace", "floor"), [("slow", 0.3), ("typical", 0.2), ("fast", 0.1)])
def test_it_never_goes_away(pace: str, floor: float) -> None:
    green = float(left(1000, pace)[1])
    assert green == pytest.approx(floor, rel=0, abs=1e-6)


def test_every_pigment_has_its_direction() -> None:
    assert set(FADES_RGB) == set(PIGMENTS)
    now = {pigment: left(5, "typical", pigment) / left(5, "typical", pigment)[1] for pigment in PIGMENTS}
    for pigment in ("carbon", "neutral", "tattoo"):  # what is left takes more red, less blue: bluer
        assert now[pigment][0] > 1 > now[pigment][2]
    assert now["tattoo"][0] > 1.05 * now["carbon"][0]
    for pigment in ("warm", "brown"):  # it takes less red: redder, the more so the more iron oxide there is
        assert now[pigment][0] < now[pigment][2] < 1
    assert now["brown"][0] < now["warm"][0]


@given(
    depth=st.floats(0.05, 3.0),
    deeper=st.floats(0.0, 1.0),
    years=st.floats(0, 15),
    later=st.floats(0, 5),
    pace=st.sampled_from(PACES),
)
@settings(max_examples=60)
def test_dots_spread_with_time_depth_and_pace(
    depth: float, deeper: float, years: float, later: float, pace: str
) -> None:
    def spread(t: float, z: float, fading: str = pace) -> float:
        return float(spread_mm2(np.array([t]), np.array([z]), fading)[0])

    here = spread(years, depth)
    assert here <= spread(years + later, depth)
    assert here <= spread(years, depth + deeper) * (1 + 1e-12)
    assert spread(years, depth, "slow") <= spread(years, depth, "typical") <= spread(years, depth, "fast")
    assert spread(0, depth) == 0


def test_spread_of_the_bands_of_depth() -> None:
    depths = np.array([0.2, 0.25, 0.6, 1.5])
    d = spread_mm2(np.ones(4), depths, "typical") / 2
    np.testing.assert_allclose(d, [0.0003, 0.0003, 0.005, 0.05], rtol=1e-12)
    sigma = 0.15 / 2.3548
    assert ((sigma**2 + 5 * 2 * d[0]) ** 0.5 / sigma - 1) == pytest.approx(0.32, rel=0, abs=0.01)
