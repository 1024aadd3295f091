"""Density of dots: full in the middle, zero at the border, never outside of the mask."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smpsim
from smpsim.dots.density import Density
from smpsim.parameters import Edge
from smpsim.scalp.mask import Area
from smpsim.treatment import Treatment


def density_of(mask: np.ndarray, px_per_mm: float = 2.0, seed: int = 0, **edge: float) -> Density:
    return Density(Area(mask.astype(np.float32), px_per_mm), 80.0, Edge(**edge), seed)


def half_plane(height_mm: int = 60, width_mm: int = 80, px_per_mm: float = 2.0) -> np.ndarray:
    """Treated right of x = 20 mm."""
    mask = np.zeros((int(height_mm * px_per_mm), int(width_mm * px_per_mm)), np.float32)
    mask[:, int(20 * px_per_mm) :] = 1
    return mask


def along_x(density: Density, y_mm: float = 30.0, stop: float = 80.0) -> tuple[np.ndarray, np.ndarray]:
    x = np.arange(0.05, stop, 0.1)
    return x, density.at(x, np.full(x.shape, y_mm))


def test_a_smooth_feather_rises_from_zero_at_the_line_to_full_behind_it() -> None:
    x, density = along_x(density_of(half_plane(), feather_mm=8, edge_roughness_mm=0))
    assert not density[x < 20].any()
    assert np.all(density[x > 28.6] == 80)
    rising = density[(x > 20) & (x < 28)]
    assert rising[0] < 5  # half a cell of 0.5 mm round the line is interpolated
    assert np.all(np.diff(rising) > 0)
    # s (2 - s) with s = (x - 20) / 8; within 5 % of the full density, as the local half-width has its say even here
    s = (x[(x > 20.5) & (x < 27.5)] - 20) / 8
    np.testing.assert_allclose(density[(x > 20.5) & (x < 27.5)], 80 * s * (2 - s), rtol=0, atol=4)


def test_without_feather_density_is_full_in_all_of_the_mask() -> None:
    x, density = along_x(density_of(half_plane(), feather_mm=0, edge_roughness_mm=0))
    np.testing.assert_array_equal(density, np.where(x > 20, 80.0, 0.0))


@pytest.mark.parametrize("feather_mm", [0, 2, 8, 20])
def test_a_full_mask_has_no_edge(feather_mm: float) -> None:
    # the skin goes on behind the border of the picture, and up to its outermost half cell
    full = np.ones((21, 33), np.float32)
    density = density_of(full, feather_mm=feather_mm, edge_roughness_mm=0.8)
    x, y = np.meshgrid(np.linspace(1e-6, 16.5 - 1e-6, 67), np.linspace(1e-6, 10.5 - 1e-6, 43))
    assert np.all(density.at(x, y) == 80)
    assert density.mean_per_cm2 == pytest.approx(80, rel=0, abs=1e-9)


def test_the_border_of_the_picture_is_no_edge() -> None:
    density = density_of(half_plane(), feather_mm=8, edge_roughness_mm=0)
    for x, y in ((79.99, 30.0), (60.0, 0.01), (60.0, 59.99)):
        assert density.at(np.array([x]), np.array([y]))[0] == 80


def test_coverage_multiplies_density() -> None:
    mask = half_plane()
    grey = density_of(mask * np.float32(0.25), feather_mm=8, edge_roughness_mm=0)
    full = density_of(mask, feather_mm=8, edge_roughness_mm=0)
    np.testing.assert_allclose(along_x(grey)[1], 0.25 * along_x(full)[1], rtol=0, atol=1e-9)


def test_the_border_wanders_by_its_roughness_and_comes_a_little_ahead_of_the_line() -> None:
    density = density_of(half_plane(height_mm=400), feather_mm=8, edge_roughness_mm=0.8, seed=1)
    x = np.arange(17, 40, 0.05)
    y = np.arange(2, 398, 0.5)
    field = density.at(*np.meshgrid(x, y))
    # at most 0.6 standard deviations ahead (and half a cell, as cells are half a millimetre wide)
    assert not field[:, x < 20 - 0.6 * 0.8 - 0.3].any()
    assert field[:, x < 20].any()
    border = x[np.argmax(field > 0, axis=1)]
    assert border.mean() == pytest.approx(20.1, rel=0, abs=0.3)
    assert border.std() == pytest.approx(0.6, rel=0, abs=0.15)
    assert border.std() >= 0.5
    # on wavelengths of 3 to 9 mm: alike after half a millimetre, unlike after 10
    steps = border - border.mean()
    correlation = [np.mean(steps[lag:] * steps[:-lag]) / steps.var() for lag in (1, 20)]
    assert correlation[0] > 0.85
    assert abs(correlation[1]) < 0.25


def test_the_wandering_depends_on_the_seed_and_not_on_the_mask() -> None:
    whole, other = (density_of(half_plane(), edge_roughness_mm=1.5, seed=s) for s in (1, 2))
    cropped = half_plane()
    cropped[80:] = 0  # the same edge, but for the part far below
    part = density_of(cropped, edge_roughness_mm=1.5, seed=1)
    y = np.arange(3.0, 25.0, 0.5)
    x = np.full(y.shape, 23.0)
    np.testing.assert_allclose(whole.feather_at(x, y), part.feather_at(x, y), rtol=0, atol=1e-9)
    assert np.abs(whole.feather_at(x, y) - other.feather_at(x, y)).max() > 0.05


def test_density_is_the_same_at_every_resolution() -> None:
    coarse = half_plane(px_per_mm=2.0)
    _, reference = along_x(density_of(coarse, 2.0, feather_mm=5, edge_roughness_mm=1))
    for k in (2, 4):
        fine = np.repeat(np.repeat(coarse, k, 0), k, 1)
        np.testing.assert_allclose(
            along_x(density_of(fine, 2.0 * k, feather_mm=5, edge_roughness_mm=1))[1], reference, rtol=0, atol=1e-4
        )


@pytest.mark.parametrize("width_mm", [3, 6, 10, 16])
def test_a_narrow_strip_is_full_in_its_middle(width_mm: int) -> None:
    mask = np.zeros((200, 80), np.float32)
    mask[:, 30 : 30 + 2 * width_mm] = 1
    density = density_of(mask, feather_mm=20, edge_roughness_mm=0)
    middle = density.at(np.array([15 + width_mm / 2]), np.array([50.0]))[0]
    assert middle == pytest.approx(80, rel=0, abs=8)
    at_border = density.at(np.array([15.1, 15 + width_mm - 0.1]), np.array([50.0, 50.0]))
    assert np.all(at_border < 30)


def test_the_mean_is_that_of_the_field() -> None:
    rows, columns = np.mgrid[:160, :200]
    mask = (((columns - 90) / 80) ** 2 + ((rows - 80) / 60) ** 2 < 1).astype(np.float32)
    density = density_of(mask, feather_mm=6, edge_roughness_mm=0.8)
    x, y = np.meshgrid(np.arange(0.05, 100, 0.1), np.arange(0.05, 80, 0.1))
    mean = density.at(x, y).sum() * 0.01 / mask.sum() * 4
    assert density.mean_per_cm2 == pytest.approx(mean, rel=0.01, abs=0)
    # and it is what is placed: 5 standard deviations of a process of dispersion 0.35
    treatment = Treatment().replace(feather_mm=6)
    dots = smpsim.place_dots(mask, scale=2.0, treatment=treatment, seed=0)
    expected = float(density.mean_per_cm2 * mask.sum() / 400)
    assert len(dots) == pytest.approx(expected, rel=0, abs=5 * (0.35 * expected) ** 0.5)


@given(
    mask=st.integers(1, 18).flatmap(
        lambda w: st.lists(st.lists(st.sampled_from([0, 0, 1, 0.4]), min_size=w, max_size=w), min_size=1, max_size=18)
    ),
    px_per_mm=st.sampled_from([0.1, 0.7, 2.0, 3.3, 50.0]),
    feather_mm=st.sampled_from([0, 1, 8, 20]),
    edge_roughness_mm=st.sampled_from([0, 0.8, 3]),
)
@settings(max_examples=60)
def test_placement_is_asked_for_enough_and_never_far_from_the_mask(
    mask: list[list[float]], px_per_mm: float, feather_mm: float, edge_roughness_mm: float
) -> None:
    coverage = np.array(mask, np.float32)
    if not coverage.any():
        coverage[0, 0] = 1
    density = density_of(coverage, px_per_mm, feather_mm=feather_mm, edge_roughness_mm=edge_roughness_mm)
    height, width = (n / px_per_mm for n in coverage.shape)
    random = np.random.default_rng(0)
    x, y = random.uniform(-1, width + 1, 3000), random.uniform(-1, height + 1, 3000)
    asked = density.at(x, y)
    assert np.all((asked >= 0) & (asked <= 80))
    outside = (x < 0) | (y < 0) | (x >= width) | (y >= height)
    # never beyond the picture, and ahead of the line only by the roughness (cells and the border are half a mm vague)
    i, j = ((p * px_per_mm).astype(int).clip(0, n - 1) for p, n in zip((y, x), coverage.shape, strict=True))
    if edge_roughness_mm == 0:
        outside |= coverage[i, j] == 0
    else:
        treated = np.argwhere(coverage > 0) / px_per_mm
        gap = np.maximum(np.maximum(treated - np.stack([y, x], -1)[:, None], 0), 0)
        gap = np.maximum(gap, np.stack([y, x], -1)[:, None] - treated - 1 / px_per_mm)
        outside |= np.hypot(gap[..., 0], gap[..., 1]).min(1) > edge_roughness_mm + 1
    assert not asked[outside].any()
    # what is asked of placement is an upper bound in every cell: a cell that is too low would lose dots
    demand = density.demand()
    rows, columns = (
        np.floor(p / demand.cell_mm).astype(int) - first for p, first in ((y, demand.row), (x, demand.column))
    )
    h, w = demand.per_mm2.shape
    inside = (rows >= 0) & (rows < h) & (columns >= 0) & (columns < w)
    bound = np.where(inside, demand.per_mm2[rows.clip(0, h - 1), columns.clip(0, w - 1)], 0)
    assert np.all(asked / 100 <= bound + 1e-12)
    assert demand.per_mm2.max() <= 0.8 + 1e-12
