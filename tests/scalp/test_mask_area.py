"""The treated area in millimetres: the same at every resolution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim.errors import ParameterError
from smpsim.scalp.mask import STEP_MM, Area


def disc(px_per_mm: float, size_mm: tuple[int, int] = (40, 50), radius_mm: float = 14.0) -> np.ndarray:
    """A disc about (25, 20) mm, its border pixels covered in part."""
    rows, columns = np.mgrid[: round(size_mm[0] * px_per_mm), : round(size_mm[1] * px_per_mm)]
    distance = np.hypot((columns + 0.5) / px_per_mm - 25, (rows + 0.5) / px_per_mm - 20)
    return np.clip((radius_mm - distance) * px_per_mm + 0.5, 0, 1).astype(np.float32)


@pytest.mark.parametrize("px_per_mm", [2, 5, 8.5])
def test_the_area_is_that_of_the_disc(px_per_mm: float) -> None:
    area = Area(disc(px_per_mm), px_per_mm)
    assert area.area_cm2 == pytest.approx(np.pi * 1.4**2, rel=0.002, abs=0)


def test_partly_covered_pixels_count_in_part() -> None:
    coverage = np.array([[1, 0.5], [0.25, 0]], np.float32)
    assert Area(coverage, 2.0).area_cm2 == pytest.approx(1.75 / 4 / 100, rel=0, abs=1e-12)


def test_an_empty_area_has_nothing() -> None:
    area = Area(np.zeros((4, 5), np.float32), 2.0)
    assert area.box is None
    assert area.area_cm2 == 0
    with pytest.raises(ValueError, match="empty"):
        area.cells  # noqa: B018


def test_coverage_is_that_of_the_pixel_under_a_place_and_no_number_outside() -> None:
    coverage = np.random.default_rng(0).random((6, 8)).astype(np.float32)
    area = Area(coverage, 2.0)
    i, j = np.mgrid[:6, :8]
    for fx, fy in ((0.01, 0.01), (0.99, 0.5)):
        np.testing.assert_array_equal(area.at((j + fx) / 2, (i + fy) / 2), coverage)
    outside = area.at(np.array([-0.01, 4.01, 1, 1]), np.array([1, 1, -0.01, 3.01]))
    assert np.isnan(outside).all()


@pytest.mark.parametrize("px_per_mm", [4, 8, 16])
def test_cells_and_distances_are_the_same_at_every_resolution(px_per_mm: int) -> None:
    coarse = disc(2)
    fine = np.repeat(np.repeat(coarse, px_per_mm // 2, 0), px_per_mm // 2, 1)
    for name in ("cells", "edge_distance"):
        expected, got = (getattr(Area(c, s), name) for c, s in ((coarse, 2.0), (fine, float(px_per_mm))))
        assert (got.row, got.column, got.step_mm) == (expected.row, expected.column, STEP_MM)
        np.testing.assert_allclose(got.values, expected.values, rtol=0, atol=1e-6)


def test_distances_are_in_millimetres_from_the_edge() -> None:
    distance = Area(disc(8.0), 8.0).edge_distance
    h, w = distance.values.shape
    y, x = np.mgrid[:h, :w]
    x_mm, y_mm = (x + 0.5 + distance.column) * STEP_MM, (y + 0.5 + distance.row) * STEP_MM
    expected = 14 - np.hypot(x_mm - 25, y_mm - 20)
    # cells are half a millimetre wide: their edge is a staircase
    np.testing.assert_allclose(distance.values, expected, rtol=0, atol=STEP_MM)
    assert distance.values.max() == pytest.approx(14, rel=0, abs=STEP_MM)


def test_the_border_of_the_picture_is_no_edge() -> None:
    half = np.zeros((40, 60), np.float32)
    half[:, 20:] = 1
    distance = Area(half, 1.0).edge_distance
    np.testing.assert_allclose(distance.at(np.array([59.75]), np.array([0.25])), 39.75, rtol=0, atol=0.3)
    assert np.all(np.isinf(Area(np.ones((4, 4), np.float32), 1.0).edge_distance.values))


@given(
    h=st.integers(1, 12),
    w=st.integers(1, 12),
    px_per_mm=st.sampled_from([0.1, 0.9, 2.0, 3.7, 50.0]),
    seed=st.integers(0, 99),
)
def test_cells_hold_all_of_the_area(h: int, w: int, px_per_mm: float, seed: int) -> None:
    coverage = (np.random.default_rng(seed).random((h, w)) < 0.3).astype(np.float32)
    coverage[seed % h, seed % w] = 1
    cells = Area(coverage, px_per_mm).cells
    assert np.all((cells.values >= 0) & (cells.values <= 1 + 1e-6))
    # every treated place lies in a cell
    i, j = np.nonzero(coverage)
    for dy in (0.01, 0.99):
        for dx in (0.01, 0.99):
            row = np.floor((i + dy) / px_per_mm / STEP_MM) - cells.row
            column = np.floor((j + dx) / px_per_mm / STEP_MM) - cells.column
            assert np.all((row >= 0) & (row < cells.values.shape[0]))
            assert np.all((column >= 0) & (column < cells.values.shape[1]))
            assert np.all(cells.values[row.astype(int), column.astype(int)] > 0)


@pytest.mark.parametrize(
    ("corner_px", "too_few", "enough"), [(91, 0.064, 0.065), (2, 0.64, 0.65)], ids=["large", "far apart"]
)
def test_a_scale_that_makes_the_area_larger_than_any_head_is_refused_before_anything_is_made(
    corner_px: int, too_few: float, enough: float
) -> None:
    mask = np.zeros((91, 91) if corner_px == 91 else (910, 910), np.float32)
    mask[:corner_px, :corner_px] = mask[-corner_px:, -corner_px:] = 1
    with pytest.raises(ParameterError, match="check the scale and its unit") as refused:
        Area(mask, too_few)
    assert refused.value.name == "px_per_mm"
    assert Area(mask, enough).box is not None
