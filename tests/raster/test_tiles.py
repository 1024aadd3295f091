"""How tiles are computed must not show: threads, products of matrices, fields on a coarser lattice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest

import smpsim
from smpsim.colour import SRGB
from smpsim.errors import ParameterError
from smpsim.raster.camera import LEAST_LEFT, MOST_LEFT, Left, Seen
from smpsim.raster.composite import darken, factors
from smpsim.raster.desk import Desk
from smpsim.raster.options import RenderOptions
from smpsim.raster.products import SIDE, Products
from smpsim.raster.refine import PAD, refined
from smpsim.raster.splat import TILE_PX, Tile
from smpsim.scalp.grid import Grid
from smpsim.threads import beside, in_order

SAMPLE = smpsim.sample(px_per_mm=4)


def rendered(threads: int | None = None, **more: object) -> smpsim.Preview:
    options = RenderOptions(threads=threads)
    return smpsim.render(SAMPLE.photo, SAMPLE.mask, scale=SAMPLE.scale, seed=1, options=options, **more)  # type: ignore[arg-type]


# -- threads ----------------------------------------------------------------------------------------------------------


def test_the_same_bytes_whatever_the_number_of_threads() -> None:
    told: list[float] = []
    one = rendered(1)
    for threads in (2, 5, None):
        other = rendered(threads, progress=lambda share, _: told.append(share))
        assert other.image.tobytes() == one.image.tobytes()
        assert other.linear.tobytes() == one.linear.tobytes()
        assert other.transmittance.tobytes() == one.transmittance.tobytes()
        assert {**other.stats.as_dict(), "seconds": 0} == {**one.stats.as_dict(), "seconds": 0}
        assert told == sorted(told)
        assert told[-1] == 1
        told.clear()


@pytest.mark.parametrize("threads", [1, 3])
def test_a_tile_that_fails_ends_the_drawing_with_its_error(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Tile] = []
    good = Seen.left

    def left(self: Seen, tile: Tile, *, always: bool = False) -> Left | None:
        drawn.append(tile)
        if len(drawn) == 2:
            raise MemoryError("a tile")
        return good(self, tile, always=always)

    monkeypatch.setattr(Seen, "left", left)
    with pytest.raises(MemoryError, match="a tile"):
        rendered(threads)


def test_what_is_not_begun_is_left_when_one_fails() -> None:
    done: list[int] = []

    def work(item: int) -> int:
        if item == 3:
            raise ValueError(item)
        done.append(item)
        return item

    def collect(results: Iterator[int]) -> list[int]:
        return list(results)

    with pytest.raises(ValueError, match="3"):
        collect(in_order(work, range(20_000), 2))
    assert len(done) < 20_000
    assert collect(in_order(work, [7, 5, 9], 2)) == [7, 5, 9]
    assert collect(in_order(work, [], 2)) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_work_beside_other_work(threads: int) -> None:
    done = []
    with beside(lambda: done.append(1) or 7, threads) as result:  # type: ignore[func-returns-value]
        assert result() == 7
    with pytest.raises(ZeroDivisionError), beside(lambda: 1 // 0, threads) as result:
        result()
    with pytest.raises(ValueError, match="meanwhile"), beside(lambda: time.sleep(0.05) or done.append(2), threads):  # type: ignore[func-returns-value]
        raise ValueError("meanwhile")
    assert done == ([1] if threads == 1 else [1, 2])  # what was begun has ended


@pytest.mark.parametrize("bad", [0, 65, 1.5, "2", True])
def test_threads_out_of_range_are_refused(bad: object) -> None:
    with pytest.raises(ParameterError) as caught:
        RenderOptions(threads=bad)  # type: ignore[arg-type]
    assert caught.value.name == "threads"


def test_the_usual_number_of_threads_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, threads in ((1, 1), (2, 2), (96, 2)):
        monkeypatch.setattr("smpsim.raster.options.cores", lambda cores=cores: cores)
        assert RenderOptions().n_threads == threads
    assert RenderOptions(threads=7).n_threads == 7


# -- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1])
def test_what_is_left_beside_far_light_is_held_within_limits(level: int) -> None:
    side = (TILE_PX >> level) + 2 * PAD
    tile = Tile(slice(0, TILE_PX), slice(0, TILE_PX), 0, 0)
    far, smooth = (np.full((3, side, side), value, np.float32) for value in (0.5, 0.9))
    near = np.zeros((1, TILE_PX, TILE_PX), np.float32)
    near[0, :100], near[0, 200:] = 5, -5
    left = Left(tile, level, far, smooth, near, np.array([1, 1.5, 2], np.float32), Desk()).held()
    t = left.transmittance()
    for rows, beside_far in ((slice(0, 100), LEAST_LEFT), (slice(100, 200), 0.9), (slice(200, None), MOST_LEFT)):
        assert np.allclose(t[:, rows], 0.5 * beside_far, atol=1e-6)
    assert np.allclose(left.lost(np.ones(t.shape[1:], np.float32)), (1 - t).sum((1, 2)), rtol=1e-5)


def test_nothing_is_darker_than_black() -> None:
    """A product of maps that are interpolated is not the product, interpolated: black dots must not turn white."""
    side = TILE_PX // 2 + 2 * PAD
    tile = Tile(slice(0, TILE_PX), slice(0, TILE_PX), 0, 0)
    far = np.random.default_rng(0).uniform(0.1, 1, (3, side, side)).astype(np.float32)
    slope = np.ones(3, np.float32)
    smooth = 1.1 - far
    near = Left(tile, 1, far, smooth, None, slope, Desk()).on_pixels(smooth[0], "near")[None] - LEAST_LEFT
    left = Left(tile, 1, far, smooth, near, slope, Desk())
    factor = factors(left, 0, Grid(100.0, 0, 0, np.ones((1, 1))), None, 8.0)
    assert factor.min() == 0
    before, after = (np.full((TILE_PX, TILE_PX), 140, np.uint8) for _ in range(2))
    darken(before, factor, SRGB, 0, after)
    assert after.max() < 140


# -- products of matrices ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 40, 3000])
def test_products_are_the_sum_of_gaussians(n: int) -> None:
    rng = np.random.default_rng(n)
    size, origin = 3 * SIDE, (100, -20)
    x, y = rng.uniform(-20, -20 + size, n), np.sort(rng.uniform(100, 100 + size, n))
    variance, peak = rng.uniform(1, 4, (2, 2, n)), rng.uniform(-1, 1, (2, 2, n))
    floats = (v.astype(np.float32) for v in (-0.5 / variance[0], -0.5 / variance[1], peak))
    group = Products(2, 6, x, y, *floats)
    samples = np.ones((2, 2, size, size), np.float32)
    group.add(np.arange(n), origin, samples, Desk())
    at = np.arange(size) + 0.5
    across, down = ((at[:, None] + first - v) ** 2 / 2 for first, v in ((origin[1], x), (origin[0], y)))
    for u, s in np.ndindex(2, 2):
        exact = 1 + (np.exp(-down / variance[1, s]) * peak[u, s]) @ np.exp(-across / variance[0, s]).T
        # what is cut off: tails beyond three standard deviations
        assert np.abs(samples[u, s] - exact).max() < 0.012 * max(1, n / 100) ** 0.5


# -- coarser lattices -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [10, 16, 28, 52, 100])
def test_a_spline_sampled_twice_as_finely_is_the_same_spline(side: int) -> None:
    rng = np.random.default_rng(side)
    coarse = rng.normal(size=(2, side, side)).astype(np.float32)
    fine = refined(coarse)
    assert fine.shape == (2, 2 * side - 2 * PAD, 2 * side - 2 * PAD)
    weights = np.array([[9, 22, 1], [1, 22, 9]]) / 32
    for axis in (1, 2):
        coarse = np.moveaxis(np.stack([np.moveaxis(coarse, axis, 0)[i : side - 2 + i] for i in range(3)]), 1, -1)
        parts = np.tensordot(weights, coarse, 1)  # (2, ..., n)
        merged = np.moveaxis(parts, 0, -1).reshape(*parts.shape[1:-1], -1)
        coarse = np.moveaxis(merged, -1, axis)
    np.testing.assert_allclose(fine, coarse, rtol=0, atol=2e-6)
    assert np.all(refined(np.ones((1, side, side), np.float32)) == 1)


def test_smooth_fields_on_a_lattice_of_two_pixels_change_no_byte_by_more_than_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = smpsim.sample(px_per_mm=10)
    args = {"scale": sample.scale, "seed": 1, "window": (300, 300, 500, 500)}
    coarse = smpsim.render(sample.photo, sample.mask, **args)
    levels: list[int] = []
    prepare = Seen.__init__

    def full(self: Seen, *given: object) -> None:
        prepare(self, *given)  # type: ignore[arg-type]
        levels.append(self._level)
        self._level = 0

    monkeypatch.setattr(Seen, "__init__", full)
    fine = smpsim.render(sample.photo, sample.mask, **args)
    assert levels == [1]
    difference = np.abs(coarse.image.astype(int) - fine.image)
    assert difference.max() <= 1
    assert (difference > 0).mean() < 0.02
    np.testing.assert_allclose(coarse.stats.mean_darkening, fine.stats.mean_darkening, rtol=2e-3, atol=0)
