"""Grids in millimetres: interpolation, averages and boxes against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, map_coordinates

from smpsim.scalp.grid import Grid, average_over_cells, averaging_weights, bounding_box, cells_over, wide_means
from smpsim.scalp.mask import Area


def random_grid(h: int, w: int, row: float = 0, column: float = 0, step: float = 0.5) -> Grid:
    return Grid(step, row, column, np.random.default_rng(h * 100 + w).random((h, w)))


@given(h=st.integers(1, 6), w=st.integers(1, 6), row=st.floats(-3, 9), column=st.floats(-3, 9))
def test_values_are_interpolated_between_centres_of_cells(h: int, w: int, row: float, column: float) -> None:
    grid = random_grid(h, w, row, column)
    random = np.random.default_rng(0)
    x, y = random.uniform(-5, 8, 50), random.uniform(-5, 8, 50)
    expected = map_coordinates(
        grid.values, [y / 0.5 - 0.5 - row, x / 0.5 - 0.5 - column], order=1, mode="nearest", prefilter=False
    )
    np.testing.assert_allclose(grid.at(x, y), expected, rtol=0, atol=1e-9)


def test_the_centre_of_a_cell_has_its_value() -> None:
    grid = random_grid(4, 5, row=3, column=-2)
    i, j = np.mgrid[:4, :5]
    np.testing.assert_allclose(grid.at((j - 2 + 0.5) * 0.5, (i + 3 + 0.5) * 0.5), grid.values, rtol=0, atol=1e-12)


@given(
    h=st.integers(1, 5),
    w=st.integers(1, 5),
    px_per_mm=st.floats(0.3, 20),
    top=st.integers(0, 40),
    left=st.integers(0, 40),
)
def test_pixels_get_the_value_at_their_centres(h: int, w: int, px_per_mm: float, top: int, left: int) -> None:
    grid = random_grid(h, w, 1.25, 0.75)
    rows, columns = slice(top, top + 7), slice(left, left + 9)
    x, y = np.meshgrid((np.arange(left, left + 9) + 0.5) / px_per_mm, (np.arange(top, top + 7) + 0.5) / px_per_mm)
    pixels = grid.on_pixels(rows, columns, px_per_mm)
    assert pixels.dtype == np.float32
    # one value stands for all where they are equal
    np.testing.assert_allclose(np.broadcast_to(pixels, x.shape), grid.at(x, y), rtol=0, atol=1e-5)


@given(n_px=st.integers(1, 40), cell_px=st.floats(0.05, 30), data=st.data())
def test_weights_average_pixels_by_overlap(n_px: int, cell_px: float, data: st.DataObject) -> None:
    last = cells_over(n_px, cell_px)
    first = data.draw(st.integers(0, min(last, 60) - 1))
    number = data.draw(st.integers(1, min(last - first, 60)))
    weights = averaging_weights(n_px, cell_px, first, number).toarray()
    cells = np.arange(first, first + number)[:, None] * cell_px
    pixels = np.arange(n_px)
    overlap = np.minimum(cells + cell_px, pixels + 1) - np.maximum(cells, pixels)
    overlap = np.maximum(overlap, 0)
    np.testing.assert_allclose(weights, overlap / overlap.sum(1, keepdims=True), rtol=0, atol=1e-6)


@pytest.mark.parametrize("cell_px", [0.4, 1, 1.7, 4, 50])
def test_averages_keep_the_mean_and_constants(cell_px: float) -> None:
    picture = np.random.default_rng(0).random((37, 23)).astype(np.float32)
    rows, columns = (range(int(np.ceil(n / cell_px))) for n in picture.shape)
    means = average_over_cells(picture, cell_px, rows, columns)
    assert means.shape == (len(rows), len(columns))
    # cells at the far border are cut, and count as much as lies in the picture
    lengths = [np.minimum((np.arange(len(r)) + 1) * cell_px, n) - np.arange(len(r)) * cell_px
               for r, n in zip((rows, columns), picture.shape, strict=True)]  # fmt: skip
    assert np.average(means, weights=np.outer(*lengths)) == pytest.approx(float(picture.mean()), rel=0, abs=1e-6)
    constant = average_over_cells(np.full((37, 23), 0.3, np.float32), cell_px, rows, columns)
    np.testing.assert_allclose(constant, 0.3, rtol=0, atol=1e-6)


def test_some_cells_alone_are_those_of_the_whole() -> None:
    picture = np.random.default_rng(1).random((50, 60)).astype(np.float32)
    whole = average_over_cells(picture, 3.3, range(16), range(19))
    part = average_over_cells(picture, 3.3, range(4, 11), range(7, 19))
    np.testing.assert_allclose(part, whole[4:11, 7:19], rtol=0, atol=1e-6)


@given(st.integers(1, 9).flatmap(lambda w: st.lists(st.lists(st.booleans(), min_size=w, max_size=w), min_size=1)))
def test_boxes_hold_everything_and_no_empty_line(mask: list[list[bool]]) -> None:
    array = np.array(mask, np.float32)
    box = bounding_box(array)
    rows, columns = np.nonzero(array)
    if box is None:
        assert not len(rows)
    else:
        assert box == (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))


@given(n_px=st.integers(1, 9000), tenths=st.integers(1, 400))
@example(n_px=2448, tenths=51)
def test_every_cell_holds_more_than_a_sliver_and_every_pixel_has_its_cell(n_px: int, tenths: int) -> None:
    # cells of k / 10 px: what they hold is told in whole tenths, where nothing is rounded
    whole, rest = divmod(10 * n_px, tenths)
    assert cells_over(n_px, tenths / 10) == max(whole + (rest > 0), 1)


@pytest.mark.parametrize("cells", [400, 1200])
def test_a_long_side_that_is_cut_into_cells_has_so_many(cells: int) -> None:
    assert {cells_over(n_px, n_px / cells) for n_px in range(cells + 1, 9000)} == {cells}


def test_the_border_of_a_picture_is_no_edge_of_the_area() -> None:
    """At 10.2 px/mm the side of 2448 px over 5.1 px is a hair above 480: there is no 481st cell."""
    area = Area(np.ones((2448, 60), np.float32), 10.2)
    assert area.cells.values.shape[0] == 480
    assert area.cells.values.min() == pytest.approx(1)
    assert np.isposinf(area.edge_distance.values).all()


def test_rounding_at_the_end_of_a_long_side_leads_nowhere_outside() -> None:
    """Sizes and cells of the face detector, 400 cells along the side: some end a sliver before the last pixel."""
    for n_px in (*range(500, 600), *range(7000, 7400)):
        cell = n_px / 400
        weights = averaging_weights(n_px, cell, 0, cells_over(n_px, cell))
        assert weights.shape[1] == n_px
        assert np.allclose(weights.sum(1), 1)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("sigma", "most"), [(1.5, 1e-6), (3.5, 0.02), (6.9, 0.02), (20.0, 0.02)])
def test_wide_means_are_those_of_a_gaussian(sigma: float, most: float, mirrored: bool) -> None:
    a = np.random.default_rng(1).random((301, 247)).astype(np.float32)
    exact = gaussian_filter(a, sigma, mode="reflect" if mirrored else "nearest", truncate=4)
    error = wide_means(a, sigma, mirrored=mirrored, truncate=4) - exact
    edge = 0 if mirrored else round(3 * sigma)  # blocks end as the last pixels do, not as their means
    assert np.abs(error[edge : 301 - edge, edge : 247 - edge]).max() < most
    assert abs(error.mean()) < 1e-3
