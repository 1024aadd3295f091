"""What the needle leaves: means, spreads and limits of the draws.

Means of n draws of a spread cv are uncertain by cv / sqrt(n), spreads by about cv / sqrt(2 n); with 200,000 draws the
tolerances below (1 % of the mean, 3 % of the spread) are many times that.  The cut at 2.5 standard deviations of the
logarithm takes up to a few per cent off the spread, which the expected values take into account by quadrature.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from smpsim.dots.hashing import combine, stream, uniform
from smpsim.ink.needle import pigment_depth_mm
from smpsim.ink.optics import dot_contrast
from smpsim.ink.pigment import PIGMENTS, Deposits, deposits, mean_ink_per_mm, relative_absorption
from smpsim.ink.skin import SkinOptics
from smpsim.parameters import PARAMETERS
from smpsim.treatment import Treatment

N = 200_000
# every dot is hit once, and takes its ink
SINGLE = Treatment().replace(doubled_frac=0, missed_frac=0)


def draw(treatment: Treatment, n: int = N) -> Deposits:
    key = combine(11, np.arange(n))
    return deposits(treatment, lambda name: uniform(stream(key, name)))


def cut_log_normal(mean: float, cv: float, limit: float = 2.5) -> tuple[float, float]:
    """Mean and spread of a log-normal variable cut at `limit` sigmas, by quadrature."""
    sigma = np.sqrt(np.log1p(cv**2))
    z = np.linspace(-limit, limit, 20_001)
    value, weight = mean * np.exp(sigma * z - sigma**2 / 2), norm.pdf(z)
    first, second = (np.average(value**k, weights=weight) for k in (1, 2))
    return float(first), float(np.sqrt(second / first**2 - 1))


@pytest.mark.parametrize("cv", [0.1, 0.2, 0.5])
def test_sizes_and_inks_have_the_mean_and_spread_asked_for(cv: float) -> None:
    left = draw(SINGLE.replace(diameter_cv=cv, ink_cv=cv, ink_per_mm=40))
    for values, mean in ((left.diameter_mm, 0.25), (left.ink_per_mm, 40.0)):
        expected, spread = cut_log_normal(mean, cv)
        assert values.mean() == pytest.approx(expected, rel=0.01, abs=0)
        assert values.std() / values.mean() == pytest.approx(spread, rel=0.03, abs=0)
        # the cut costs little of what was asked for
        assert values.mean() == pytest.approx(mean, rel=0.03, abs=0)
        assert values.std() / values.mean() == pytest.approx(cv, rel=0.12, abs=0)


def test_depths_far_below_the_skin_have_the_mean_and_spread_asked_for() -> None:
    left = draw(Treatment().replace(depth_mm=1.0, depth_cv=0.2))
    expected, spread = cut_log_normal(1.0, 0.2, 5.0)
    assert left.depth_mm.mean() == pytest.approx(expected, rel=0.01, abs=0)
    assert left.depth_mm.std() / left.depth_mm.mean() == pytest.approx(spread, rel=0.03, abs=0)


def test_tops_stay_below_the_epidermis_at_the_default() -> None:
    left = draw(Treatment())
    top = left.depth_mm - left.diameter_mm / 2
    assert top.min() >= 0.12 - 1e-9
    # and no heap of them just there: the draws are cut, not clipped
    assert (top < 0.1205).mean() < 0.04
    # the mean deposit fills all the room below 0.12 mm: no draw can be above it
    assert left.depth_mm.mean() == pytest.approx(0.261, rel=0, abs=0.003)


@pytest.mark.parametrize("depth_mm", [0.3, 0.35, 0.5, 1.0])
def test_the_mean_depth_is_that_asked_for(depth_mm: float) -> None:
    assert draw(SINGLE.replace(depth_mm=depth_mm)).depth_mm.mean() == pytest.approx(depth_mm, rel=0.01, abs=0)


@pytest.mark.parametrize("cv", [0.15, 0.3, 0.6])
@pytest.mark.parametrize("depth_mm", [0.3, 0.35, 0.5])
def test_the_mean_depth_of_dots_of_one_size_is_exact(depth_mm: float, cv: float) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    treatment = SINGLE.replace(depth_mm=depth_mm, depth_cv=cv, diameter_cv=0)
    left = deposits(treatment, lambda name: u if name == "depth" else np.full_like(u, 0.5))
    assert left.depth_mm.mean() == pytest.approx(depth_mm, rel=1e-4, abs=0)


@given(
    depth=st.floats(0.05, 3),
    diameter=st.floats(0.05, 1),
    depth_cv=st.floats(0, 1),
    diameter_cv=st.floats(0, 1),
    ink_cv=st.floats(0, 1),
)
def test_any_treatment_leaves_possible_deposits(
    depth: float, diameter: float, depth_cv: float, diameter_cv: float, ink_cv: float
) -> None:
    leaves = {"depth_mm": depth, "diameter_mm": diameter, "depth_cv": depth_cv, "diameter_cv": diameter_cv}
    left = draw(Treatment().replace(**leaves, ink_cv=ink_cv), 500)
    for values in left:
        assert np.all(np.isfinite(values))
    assert np.all(left.diameter_mm > 0)
    assert np.all(left.depth_mm > 0)
    assert np.all(left.ink_per_mm > 0)
    top = left.depth_mm - left.diameter_mm / 2
    assert top.min() >= min(depth - diameter / 2, 0.12) - 1e-9


@pytest.mark.parametrize("depth_cv", [0, 1e-300, 1e-12, 1e-4, 0.02, 0.2])
def test_deposits_that_only_the_bound_keeps_down_lie_just_on_it(depth_cv: float) -> None:
    # a deposit so large that the top of no depth in the cut range stays below the epidermis
    left = draw(Treatment().replace(depth_cv=depth_cv, diameter_cv=1.0), 5000)
    large = left.diameter_mm > 0.25 * 2 + 2 * 2.5 * 0.25 * depth_cv
    assert large.sum() > 100
    np.testing.assert_allclose((left.depth_mm - left.diameter_mm / 2)[large], 0.12, rtol=0, atol=1e-12)


def test_no_spread_no_differences() -> None:
    left = draw(SINGLE.replace(diameter_cv=0, depth_cv=0, ink_cv=0, ink_per_mm=30, aspect_max=1), 50)
    for values, mean in ((left.diameter_mm, 0.25), (left.depth_mm, 0.25), (left.ink_per_mm, 30), (left.aspect, 1)):
        np.testing.assert_allclose(values, mean, rtol=1e-12, atol=0)
    assert not draw(Treatment().replace(ink_per_mm=0), 50).ink_per_mm.any()


def test_shapes_are_between_round_and_the_longest_and_point_everywhere() -> None:
    left = draw(SINGLE.replace(aspect_max=2.0))
    assert left.aspect.min() >= 1
    assert left.aspect.max() <= 2
    # the logarithm is uniform
    assert np.log2(left.aspect).mean() == pytest.approx(0.5, rel=0, abs=0.005)
    assert np.log2(left.aspect).std() == pytest.approx(12**-0.5, rel=0, abs=0.005)
    counts = np.histogram(left.angle_rad, bins=12, range=(0, np.pi))[0]
    np.testing.assert_allclose(counts / N, 1 / 12, rtol=0, atol=0.003)


def test_properties_are_independent_but_for_depth_and_size() -> None:
    left = draw(SINGLE)
    correlation = np.corrcoef(np.stack(left))
    size, depth = 0, 1
    assert correlation[size, depth] > 0.2  # large dots lie deeper
    correlation[size, depth] = correlation[depth, size] = 0
    assert np.abs(correlation - np.eye(5)).max() < 0.012  # 5 / sqrt(N)


# -- the maps that technicians turn ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("needle", "rests"), [(0.5, 0.18), (0.8, 0.25), (1.5, 0.45), (2.0, 0.8), (2.5, 1.5)])
def test_documented_depths(needle: float, rests: float) -> None:
    assert pigment_depth_mm(Treatment().replace(needle_depth_mm=needle)) == pytest.approx(rests, rel=0, abs=1e-9)


def test_a_deeper_needle_leaves_deeper_pigment() -> None:
    needles = np.linspace(0.3, 3.0, 271)
    rests = np.array([pigment_depth_mm(Treatment().replace(needle_depth_mm=n)) for n in needles])
    assert np.all(np.diff(rests) > 0)
    assert np.all(rests < needles)
    assert np.diff(rests).max() < 0.03  # no jumps


def test_a_depth_that_is_given_wins_over_the_needle() -> None:
    assert pigment_depth_mm(Treatment().replace(depth_mm=0.33, needle_depth_mm=2.5)) == 0.33


def test_more_water_less_ink() -> None:
    shades = [f"carbon-1:{n}" for n in (0, 3, 5, 10, 15, 20, 30)]
    inks = [mean_ink_per_mm(Treatment().replace(shade=shade)) for shade in shades]
    assert np.all(np.diff(inks) < 0)
    assert inks[0] <= 200
    # dilution is arithmetic: 1:10 is eleven parts, 1:20 twenty-one
    assert inks[3] / inks[5] == pytest.approx(21 / 11, rel=0, abs=1e-12)
    assert mean_ink_per_mm(Treatment().replace(ink_per_mm=12.5, shade="carbon-1:0")) == 12.5


def test_every_shade_has_a_pigment_and_every_pigment_a_shade() -> None:
    shades = PARAMETERS["shade"].words
    assert {shade.rpartition("-1:")[0] for shade in shades} == set(PIGMENTS)
    for shade in shades:
        absorption = relative_absorption(Treatment().replace(shade=shade))
        assert absorption.shape == (3,)
        assert absorption[1] == 1
        assert 0 < mean_ink_per_mm(Treatment().replace(shade=shade)) <= 200


def test_pigments_have_the_hue_that_they_are_named_for() -> None:
    skin = SkinOptics.from_name("light")

    def loss(pigment: str) -> np.ndarray:
        return dot_contrast(0.0, depth_mm=0.25, diameter_mm=0.25, ink_per_mm=4 * PIGMENTS[pigment], skin=skin)

    blue_over_red = {name: loss(name)[2] / loss(name)[0] for name in PIGMENTS}
    order = ["tattoo", "neutral", "carbon", "warm", "brown"]  # from green-blue to warm
    assert sorted(blue_over_red, key=lambda name: blue_over_red[name]) == order
    assert blue_over_red["brown"] > 1.2
    assert blue_over_red["tattoo"] < 0.5


def test_carbon_absorbs_blue_more_than_red() -> None:
    assert np.all(np.diff(PIGMENTS["carbon"]) > 0)
    assert PIGMENTS["carbon"][1] == 1


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5])
def test_that_share_of_dots_is_doubled(share: float) -> None:
    single, left = draw(SINGLE), draw(SINGLE.replace(doubled_frac=share))
    doubled = left.diameter_mm != single.diameter_mm
    # a binomial share: four standard deviations
    assert doubled.mean() == pytest.approx(share, rel=0, abs=4 * (0.25 / N) ** 0.5 * (share > 0))
    # as wide as a single dot and as much longer as its aspect says
    width = (left.diameter_mm / left.aspect**0.5)[doubled]
    np.testing.assert_allclose(width, single.diameter_mm[doubled], rtol=1e-12, atol=0)
    assert np.all((left.aspect[doubled] >= 1.4) & (left.aspect[doubled] <= 2.0))
    np.testing.assert_array_equal(left.aspect[~doubled], single.aspect[~doubled])
    assert (left.depth_mm - left.diameter_mm / 2).min() >= 0.12 - 1e-9
    np.testing.assert_array_equal(left.ink_per_mm, single.ink_per_mm)


@pytest.mark.parametrize("share", [0.0, 0.04, 0.5])
def test_that_share_of_dots_is_missed(share: float) -> None:
    single, left = draw(SINGLE), draw(SINGLE.replace(missed_frac=share))
    missed = left.ink_per_mm != single.ink_per_mm
    assert missed.mean() == pytest.approx(share, rel=0, abs=4 * (0.25 / N) ** 0.5 * (share > 0))
    np.testing.assert_allclose(left.ink_per_mm[missed], single.ink_per_mm[missed] / 10, rtol=1e-12, atol=0)
    np.testing.assert_array_equal(left.diameter_mm, single.diameter_mm)
