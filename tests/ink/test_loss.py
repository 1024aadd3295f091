"""Ink for a share of the visible darkening: against an integral of the light that a dot takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import exp1

from smpsim.ink.loss import Faded, ein, faded, visible
from smpsim.ink.optics import dot_gaussians, seen_width_mm
from smpsim.ink.pigment import PIGMENTS
from smpsim.ink.skin import SkinOptics
from smpsim.ink.years import spread_mm2, visible_left
from smpsim.parameters.course import PACES

LIGHT = SkinOptics.from_name("light")


def darkening(weights: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Light that a dot takes, integrated over the skin, per channel, by quadrature; the far Gaussian is thin."""
    rho = np.concatenate([[0], np.geomspace(1e-4, 12, 4000)])
    x = (weights / (2 * np.pi * variances) * np.exp(-(rho[:, None, None] ** 2) / 2 / variances)).sum(-1)
    return np.asarray(np.trapezoid(2 * np.pi * rho[:, None] * -np.expm1(-x), rho, axis=0))


def fade(share: float, z: float, d: float, mu: float, spread: float = 0.0, skin: SkinOptics = LIGHT) -> Faded:
    return faded(
        np.full((1, 3), share),
        depth_mm=np.array([z]),
        diameter_mm=np.array([d]),
        ink_per_mm=np.full((1, 3), mu),
        spread_mm2=np.array([spread]),
        skin=skin,
    )


def test_visible_is_what_a_dot_takes() -> None:
    for z, d, mu in ((0.25, 0.25, 41.0), (0.2, 0.12, 5.0), (0.5, 0.5, 150.0), (0.2, 0.15, 200.0)):
        weights, sigmas = dot_gaussians(depth_mm=z, diameter_mm=d, ink_per_mm=mu, skin=LIGHT)
        near, far = visible(weights, sigmas**2)
        # the far light counts whole, as in the picture, where the model of one dot has it behind the others
        np.testing.assert_allclose(near + far, darkening(weights, sigmas**2), rtol=0.05)


@pytest.mark.parametrize("which", [0, 1])
def test_a_dark_gaussian_takes_what_is_integrated_over_it(which: int) -> None:
    weight, variance = 0.3, 0.01  # opaque: 4.8 deep in the middle
    weights, variances = np.zeros(3), np.full(3, variance)
    weights[which] = weight
    near, far = visible(weights, variances)
    depth = weight / (2 * np.pi * variance)
    taken, _ = quad(lambda r2: np.pi * -np.expm1(-depth * np.exp(-r2 / (2 * variance))), 0, 1)
    assert near == pytest.approx(taken, rel=1e-6, abs=0)
    assert far == 0


@given(
    share=st.floats(0.02, 1.0),
    z=st.floats(0.05, 2.5),
    d=st.floats(0.05, 1.0),
    mu=st.floats(0.1, 200),
    spread=st.sampled_from([0.0, 0.001, 0.05]),
    tone=st.sampled_from(["light", "medium", "very-dark"]),
)
@settings(max_examples=80)
def test_the_share_is_left_whatever_the_dot(
    share: float, z: float, d: float, mu: float, spread: float, tone: str
) -> None:
    skin = SkinOptics.from_name(tone)
    before, sigmas = dot_gaussians(depth_mm=z, diameter_mm=d, ink_per_mm=mu, skin=skin)
    left = fade(share, z, d, mu, spread, skin)
    after, wider = dot_gaussians(depth_mm=z, diameter_mm=d, ink_per_mm=left.ink_per_mm[0], skin=skin)
    size = left.size[0][:, None]
    wanted = share * sum(visible(before, sigmas**2))
    found = sum(visible(after * size, (wider**2 + spread) * size))
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    assert np.all(left.ink_per_mm <= 2 * mu * (1 + 1e-9))


@given(
    depth=st.floats(0, 1.6),
    d=st.floats(0.08, 0.6),
    mu=st.floats(1, 200),
    pace=st.sampled_from(PACES),
    pigment=st.sampled_from(list(PIGMENTS)),
)
@settings(max_examples=60)
def test_dots_whose_top_is_deep_enough_grow_wider(depth: float, d: float, mu: float, pace: str, pigment: str) -> None:
    z = 0.12 + d / 2 + depth

    def width(years: float) -> float:
        t, where = np.array([years]), np.array([z])
        spread = float(spread_mm2(t, where, pace)[0])
        left = fade(float(visible_left(t, pace, pigment)[0, 1]), z, d, mu, spread)
        ink, size = left.ink_per_mm[0, 1], left.size[0, 1]
        wide = seen_width_mm(depth_mm=z, diameter_mm=d, ink_per_mm=ink, skin=LIGHT, spread_mm2=spread)
        return float(wide * size**0.5)

    widths = [width(years) for years in (0, 0.25, 1, 2, 3, 6)]
    assert np.all(np.diff(widths[1:]) > 0)
    # an opaque dot loses its flat top at first: half of its contrast is then reached a little nearer to the middle
    assert widths[1] > 0.995 * widths[0]


def test_size_is_hardly_needed_where_ink_is_enough() -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    size = faded(
        rng.uniform(0.05, 1, (n, 3)),
        depth_mm=rng.uniform(0.2, 2, n),
        diameter_mm=rng.uniform(0.1, 0.4, n),
        ink_per_mm=np.repeat(10 ** rng.uniform(0, 2.2, (n, 1)), 3, 1),
        spread_mm2=np.zeros(n),
        skin=LIGHT,
    ).size
    assert np.quantile(np.abs(size - 1), 0.99) < 1e-3
    assert np.abs(size - 1).max() < 0.02


def test_a_saturated_dot_loses_half_of_its_ink_before_it_shows() -> None:
    assert fade(0.97, 0.25, 0.25, 100.0).ink_per_mm[0, 1] < 50
    # and a thin one fades with its ink
    assert fade(0.5, 0.25, 0.25, 0.1).ink_per_mm[0, 1] == pytest.approx(0.05, rel=0.01)


def test_no_ink_and_nothing_left() -> None:
    for share, mu in ((0.0, 40.0), (0.5, 0.0)):
        left = fade(share, 0.25, 0.25, mu)
        assert np.all(left.ink_per_mm == 0)
        assert np.all(left.size == 1)


def test_more_than_all_takes_ink_and_then_size() -> None:
    thin, opaque = fade(4 / 3, 0.25, 0.25, 1.0), fade(4 / 3, 0.25, 0.25, 200.0)
    assert 1.3 < thin.ink_per_mm[0, 1] < 1.6
    assert thin.size[0, 1] == pytest.approx(1, rel=0, abs=1e-3)
    assert 1.2 < opaque.size[0, 1] < 1.34


def test_what_is_looked_up_is_the_integral() -> None:
    a = np.concatenate([np.linspace(0.01, 40, 20_001), [1e3]])
    assert np.abs(ein(a) - (np.euler_gamma + np.log(a) + exp1(a))).max() < 1e-9
    small = np.array([0, 1e-6, 1e-3])
    assert np.allclose(ein(small), small - small**2 / 4, rtol=1e-6, atol=0)
