"""Splatting against a brute-force reference, and what must not matter: order, tiles, place, resolution.

The reference sums X in float64 on a lattice of 40 or more samples per mm, takes the exponential and averages over
each pixel.  Tolerances: the mean of 1 - T within 1 % from 3 px/mm (2 % below, where dots share pixels that they do not
overlap in), single pixels within 0.025 (a tenth of the peak of one dot), rms 0.004.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smpsim
from smpsim.errors import ParameterError
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import SkinOptics
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import TILE_PX, Blobs, Splatter, tiles
from smpsim.treatment import Treatment

GREY = SkinOptics(mua_epidermis_per_mm=0.7, epidermis_mm=0.06, mua_dermis_per_mm=0.12, musp_per_mm=4.0)
WIDTH_MM, HEIGHT_MM = 12, 10


def blobs_of(dots: smpsim.Dots, skin: SkinOptics = GREY, aspect: float | None = None) -> Blobs:
    """Gaussians of dots; the core is stretched by its aspect along its angle, at equal area."""
    weights, sigmas = dot_gaussians(
        depth_mm=dots.depth_mm, diameter_mm=dots.diameter_mm, ink_per_mm=dots.ink_per_mm, skin=skin
    )
    covariances = sigmas[..., None, None] ** 2 * np.eye(2)
    ratio = dots.aspect if aspect is None else np.full(len(dots), aspect)
    along = np.stack([np.cos(dots.angle_rad), np.sin(dots.angle_rad)], -1)
    across = np.stack([-np.sin(dots.angle_rad), np.cos(dots.angle_rad)], -1)
    core = (
        ratio[:, None, None] * along[:, :, None] * along[:, None]
        + across[:, :, None] * across[:, None] / (ratio[:, None, None])
    )
    covariances[:, :, 0] = sigmas[:, :, 0, None, None] ** 2 * core[:, None]
    return Blobs(dots.x_mm, dots.y_mm, weights, covariances)


def placed(depth_mm: float = 0.25, density: float = 80, seed: int = 0, **leaves: object) -> smpsim.Dots:
    treatment = Treatment().replace(
        feather_mm=0, edge_roughness_mm=0, density_per_cm2=density, depth_mm=depth_mm, **leaves
    )
    full = np.ones((HEIGHT_MM, WIDTH_MM), np.float32)
    return smpsim.place_dots(full, scale=1.0, treatment=treatment, seed=seed)


def splat(
    blobs: Blobs, px_per_mm: float, shape: tuple[int, int] | None = None, options: RenderOptions | None = None
) -> np.ndarray:
    """Transmittance of a whole picture, (C, H, W) float64, all tiles put together."""
    shape = shape or (round(HEIGHT_MM * px_per_mm), round(WIDTH_MM * px_per_mm))
    splatter = Splatter(blobs, px_per_mm, options or RenderOptions())
    whole = np.ones((blobs.weights_mm2.shape[1], *shape))
    for tile in tiles(shape, slice(0, shape[0]), slice(0, shape[1])):
        t = splatter.transmittance(tile)
        if t is not None:
            assert t.dtype == np.float32
            whole[:, tile.rows, tile.columns] = t
    return whole


def reference(blobs: Blobs, px_per_mm: float, shape: tuple[int, int]) -> np.ndarray:
    """The first channel by brute force, (H, W)."""
    per_px = max(-(-40 // int(px_per_mm)) if px_per_mm >= 1 else round(40 / px_per_mm), 1)
    per_mm = per_px * px_per_mm
    depth = np.zeros((shape[0] * per_px, shape[1] * per_px))
    for x, y, weights, covariances in zip(
        blobs.x_mm, blobs.y_mm, blobs.weights_mm2[:, 0], blobs.covariances_mm2[:, 0], strict=True
    ):
        for weight, covariance in zip(weights, covariances, strict=True):
            reach = 6 * np.linalg.eigvalsh(covariance)[1] ** 0.5
            rows, columns = (
                slice(max(int((p - reach) * per_mm), 0), max(min(int((p + reach) * per_mm) + 1, n), 0))
                for p, n in zip((y, x), depth.shape, strict=True)
            )
            dx = (np.arange(columns.start, columns.stop) + 0.5) / per_mm - x
            dy = (np.arange(rows.start, rows.stop)[:, None] + 0.5) / per_mm - y
            (a, b), (_, c) = np.linalg.inv(covariance)
            peak = weight / (2 * np.pi * np.linalg.det(covariance) ** 0.5)
            depth[rows, columns] += peak * np.exp(-0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy))
    blocks = np.exp(-depth).reshape(shape[0], per_px, shape[1], per_px)
    return np.asarray(blocks.mean((1, 3)))


# -- the reference ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("px_per_mm", [0.5, 1, 2, 3, 4, 8, 11, 16, 40])
@pytest.mark.parametrize(
    ("depth_mm", "density", "aspect"), [(0.2, 80, 1.0), (0.25, 200, None), (0.3, 110, 2.5), (0.5, 110, None)]
)
def test_against_brute_force(px_per_mm: float, depth_mm: float, density: float, aspect: float | None) -> None:
    blobs = blobs_of(placed(depth_mm, density), aspect=aspect)
    t = splat(blobs, px_per_mm)[0]
    exact = reference(blobs, px_per_mm, t.shape)
    assert np.abs(t - exact).max() < 0.025
    assert ((t - exact) ** 2).mean() ** 0.5 < 0.005
    # in coarse pixels losses multiply: sharp shallow dots come out a little too dark
    tolerance = 0.01 if px_per_mm >= 4 else 0.025
    assert (1 - t).mean() == pytest.approx((1 - exact).mean(), rel=tolerance, abs=0)


@pytest.mark.parametrize("depth_mm", [0.8, 1.5, 2.5])
def test_deep_dots_are_smooth_to_the_last_bit_but_three(depth_mm: float) -> None:
    # only wide Gaussians: nothing but the cut of their tails is left as an error
    blobs = blobs_of(placed(depth_mm, 40, depth_cv=0, diameter_cv=0))
    for px_per_mm in (1, 4, 16):
        t = splat(blobs, px_per_mm)[0]
        exact = reference(blobs, px_per_mm, t.shape)
        assert np.abs(t - exact).max() < 0.002


@pytest.mark.parametrize("px_per_mm", [6, 16])
def test_a_single_dot_has_its_width_place_and_darkness(px_per_mm: int) -> None:
    dots = placed()[:1]
    blobs = blobs_of(dots, aspect=2.0)
    x, y, angle = 6.013, 4.987, 0.6
    covariances = blobs.covariances_mm2.copy()
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    covariances[0, 0, 0] = 0.07**2 * turn @ np.diag([2, 0.5]) @ turn.T
    blobs = Blobs(np.array([x]), np.array([y]), blobs.weights_mm2 * [1, 0, 0], covariances)
    t = splat(blobs, px_per_mm)[0]
    lost = (1 - t) / (1 - t).sum()
    centre = (np.arange(n) + 0.5 for n in t.shape)
    rows, columns = (c / px_per_mm for c in centre)
    mean_y, mean_x = (lost.sum(1) * rows).sum(), (lost.sum(0) * columns).sum()
    assert (mean_x, mean_y) == (pytest.approx(x, rel=0, abs=0.01), pytest.approx(y, rel=0, abs=0.01))
    # second moments, less those of the pixel: wider along the angle than across it
    dx, dy = columns - mean_x, rows[:, None] - mean_y
    xx, xy, yy = ((lost * p).sum() for p in (dx * dx, dx * dy, dy * dy))
    pixel = 1 / 12 / px_per_mm**2
    seen_angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    assert seen_angle == pytest.approx(angle, rel=0, abs=0.05)
    expected = covariances[0, 0, 0]
    # a dot that is not faint looks wider than its Gaussian, the same in all directions
    assert xy / expected[0, 1] == pytest.approx((xx - pixel) / expected[0, 0], rel=0.1, abs=0)
    assert 0.85 < (xx - pixel) / expected[0, 0] < 1.3


def test_finer_options_are_nearer_to_the_reference() -> None:
    blobs = blobs_of(placed(0.22, 80))
    exact = reference(blobs, 6, (60, 72))
    errors = [
        ((splat(blobs, 6, options=RenderOptions(nodes_per_sigma=n, reach_sigmas=r))[0] - exact) ** 2).mean() ** 0.5
        for n, r in ((0.5, 2.5), (1, 3), (3, 5))
    ]
    assert errors[2] < errors[0]
    assert errors[2] < 0.002


@pytest.mark.parametrize(
    ("name", "bad"), [("nodes_per_sigma", 0.4), ("reach_sigmas", 7), ("reach_sigmas", float("nan"))]
)
def test_options_out_of_range_are_refused(name: str, bad: float) -> None:
    with pytest.raises(ParameterError) as caught:
        RenderOptions(**{name: bad})
    assert caught.value.name == name


# -- what must not matter ---------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 2**32 - 1), px_per_mm=st.sampled_from([1.0, 3.0, 8.0]))
@settings(max_examples=20)
def test_order_does_not_matter(seed: int, px_per_mm: float) -> None:
    dots = placed(0.25, 200)
    shuffled = dots[np.random.default_rng(seed).permutation(len(dots))]
    whole, other = splat(blobs_of(dots), px_per_mm), splat(blobs_of(shuffled), px_per_mm)
    assert np.abs(whole - other).max() <= 1e-5


@given(
    chosen=st.lists(st.booleans(), min_size=96, max_size=96),
    px_per_mm=st.sampled_from([1.0, 3.0, 8.0, 16.0]),
    depth_mm=st.sampled_from([0.2, 0.3, 0.8]),
)
@settings(max_examples=30)
def test_optical_depths_add(chosen: list[bool], px_per_mm: float, depth_mm: float) -> None:
    dots = placed(depth_mm, 80)
    mine = np.resize(np.array(chosen), len(dots))
    together, some, others = (splat(blobs_of(part), px_per_mm) for part in (dots, dots[mine], dots[~mine]))
    assert np.abs(together - some * others).max() <= 1e-4


@given(px_per_mm=st.sampled_from([2.0, 8.0, 11.0]), tile=st.integers(1, 3), y=st.sampled_from([-40, -1, 0, 1, 33]))
@settings(max_examples=20)
def test_tiles_have_no_seams(px_per_mm: float, tile: int, y: int) -> None:
    # The same dots round a corner of tiles and in the middle of one; 64 px keep the phase of the coarsest lattice.
    dots = placed(0.3, 80)
    blobs = blobs_of(dots)
    half_x, half_y = round(WIDTH_MM * px_per_mm / 2), round(HEIGHT_MM * px_per_mm / 2)
    pictures = []
    assert TILE_PX % 64 == 0
    for corner in ((TILE_PX * tile, TILE_PX), (TILE_PX // 128 * 64, TILE_PX // 128 * 64)):
        column, row = corner[0], corner[1] + y
        moved = Blobs(
            blobs.x_mm - WIDTH_MM / 2 + column / px_per_mm,
            blobs.y_mm - HEIGHT_MM / 2 + row / px_per_mm,
            blobs.weights_mm2,
            blobs.covariances_mm2,
        )
        whole = splat(moved, px_per_mm, (row + 2 * half_y, column + 2 * half_x))
        pictures.append(whole[:, max(row - half_y, 0) : row + half_y, column - half_x : column + half_x])
    assert pictures[0].shape == pictures[1].shape
    assert (1 - pictures[0]).max() > 0.1
    # float32 positions in tiles: single samples may differ in the last digits
    assert np.abs(pictures[0] - pictures[1]).max() <= 1e-4


def test_a_part_of_a_pixel_is_a_part_of_a_pixel() -> None:
    # shifting all dots by a third of a pixel moves light between pixels and loses none
    dots = placed(0.22, 40)
    blobs = blobs_of(dots)
    for px_per_mm in (2.0, 5.0):
        lost = []
        for shift in (0, 1 / 3, 2 / 3):
            moved = Blobs(
                blobs.x_mm + (5 + shift) / px_per_mm,
                blobs.y_mm + 5 / px_per_mm,
                blobs.weights_mm2,
                blobs.covariances_mm2,
            )
            lost.append((1 - splat(moved, px_per_mm, (int(25 * px_per_mm), int(27 * px_per_mm)))).sum())
        np.testing.assert_allclose(lost, lost[0], rtol=0.012, atol=0)


def test_where_no_dot_reaches_nothing_is_computed() -> None:
    blobs = blobs_of(placed())
    splatter = Splatter(blobs, 4.0, RenderOptions())
    every = list(tiles((2000, 2000), slice(0, 2000), slice(0, 2000)))
    reached = [tile for tile in every if splatter.transmittance(tile) is not None]
    assert len(every) == (-(-2000 // TILE_PX)) ** 2
    assert [(tile.row, tile.column) for tile in reached] == [(0, 0)]
    nothing = blobs_of(placed()[:0])
    assert Splatter(nothing, 4.0, RenderOptions()).transmittance(every[0]) is None


@given(
    rows=st.tuples(st.integers(0, 1299), st.integers(1, 1300)).filter(lambda r: r[0] < r[1]),
    columns=st.tuples(st.integers(0, 899), st.integers(1, 900)).filter(lambda r: r[0] < r[1]),
)
def test_tiles_cover_what_is_asked_for_once_and_lie_on_one_lattice(
    rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    covered = np.zeros((1300, 900), int)
    every = {(t.row, t.column): t for t in tiles((1300, 900), slice(0, 1300), slice(0, 900))}
    for tile in tiles((1300, 900), slice(*rows), slice(*columns)):
        assert every[tile.row, tile.column] == tile
        covered[tile.rows, tile.columns] += 1
    assert np.all(covered[slice(*rows), slice(*columns)] == 1)
    assert covered.max() == 1


def test_no_ink_no_loss() -> None:
    dots = placed(ink_per_mm=0)
    assert np.all(splat(blobs_of(dots), 8.0) == 1)
