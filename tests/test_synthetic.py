"""The synthetic scalp: the same scene at every scale, and a truth that adds up."""

from __future__ import annotations

import inspect
from functools import cache

import numpy as np
import pytest
from scipy import ndimage

from smpsim.dots.hashing import combine
from smpsim.errors import ParameterError
from smpsim.ink.skin import TONES
from smpsim.scalp.ellipsoid import Ellipsoid
from smpsim.synthetic import Sample, sample
from smpsim.synthetic.noise import Cells, Spline, Spots, octaves

KEY = combine(1)


@cache
def made(px_per_mm: float = 4, tone: str = "light", view: str = "front", seed: int = 0) -> Sample:
    return sample(px_per_mm=px_per_mm, tone=tone, view=view, seed=seed)


def blocks(array: np.ndarray, n: int) -> np.ndarray:
    h, w = array.shape[:2]
    return array.reshape(h // n, n, w // n, n, *array.shape[2:]).mean((1, 3))


def scene(of: Sample) -> np.ndarray:
    return of.truth.diffuse + of.truth.surface_light


def skin(of: Sample, margin_mm: float = 3.0) -> np.ndarray:
    head = of.truth.coverage > 0.999
    return ndimage.binary_erosion(head, iterations=round(margin_mm * of.scale.px_per_mm))


@pytest.mark.parametrize(
    ("view", "px_per_mm", "size"),
    [("front", 4, (760, 520)), ("crown", 4, (760, 600)), ("front", 1, (190, 130)), ("front", 2.3, (437, 299))],
)
def test_shapes(view: str, px_per_mm: float, size: tuple[int, int]) -> None:
    s = made(px_per_mm, view=view)
    assert s.photo.size == size
    shape = size[::-1]
    for array in (s.mask, s.truth.coverage, s.truth.height_mm):
        assert (array.shape, array.dtype) == (shape, np.float32)
    for array in (s.truth.diffuse, s.truth.surface_light):
        assert (array.shape, array.dtype) == ((*shape, 3), np.float32)
        assert np.isfinite(array).all()
        assert array.min() >= 0
    assert (s.scale.px_per_mm, s.scale.source) == (px_per_mm, "sample")
    assert s.surface.leaves()["head_x_mm"] == s.truth.centre_mm[0]
    assert isinstance(s.surface.shape, Ellipsoid)
    np.testing.assert_allclose(s.surface.shape.rotation(), s.truth.rotation, rtol=0, atol=1e-12)
    assert not s.photo.notices


def test_the_default_is_eight_pixels_per_millimetre() -> None:
    defaults = {name: p.default for name, p in inspect.signature(sample).parameters.items()}
    contract = {"px_per_mm": 8, "tone": "light", "view": "front", "seed": 0}
    assert contract.items() <= defaults.items()
    s = made(8)
    assert s.photo.size == (1520, 1040)
    assert (s.truth.tone, s.truth.skin.n_channels) == ("light", 3)


def test_the_same_call_gives_the_same_bytes_and_arrays_are_read_only() -> None:
    again = sample(px_per_mm=4)
    np.testing.assert_array_equal(again.photo.pixels, made().photo.pixels)
    np.testing.assert_array_equal(again.mask, made().mask)
    for array in (again.mask, again.truth.diffuse, again.truth.rotation, again.photo.pixels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("seed", [1, -1, 2**63 + 1])
def test_another_seed_is_another_head(seed: int) -> None:
    one, two = made(), made(seed=seed)
    inside = skin(one) & skin(two)
    detail = [s.photo.linear[..., 1] - ndimage.gaussian_filter(s.photo.linear[..., 1], 8) for s in (one, two)]
    assert abs(np.corrcoef(detail[0][inside], detail[1][inside])[0, 1]) < 0.2
    assert np.abs(one.truth.height_mm - two.truth.height_mm)[inside].max() > 0.3


def test_the_tone_changes_neither_geometry_nor_mask() -> None:
    np.testing.assert_array_equal(made().mask, made(tone="dark").mask)
    np.testing.assert_array_equal(made().truth.height_mm, made(tone="dark").truth.height_mm)


@pytest.mark.parametrize(
    ("view", "coarse", "fine"), [("front", 4, 8), ("front", 2, 4), ("front", 1, 4), ("crown", 2, 4), ("crown", 1, 4)]
)
def test_the_same_scene_at_every_scale(view: str, coarse: int, fine: int) -> None:
    low, high = made(coarse, view=view), made(fine, view=view)
    expected = blocks(scene(high), fine // coarse)
    inside = skin(low)
    difference = (scene(low) - expected)[inside]
    assert abs(difference.mean()) < 5e-4
    assert difference.std() < 0.007
    detail = [a[..., 1] - ndimage.gaussian_filter(a[..., 1], 6) for a in (scene(low), expected)]
    assert np.corrcoef(detail[0][inside], detail[1][inside])[0, 1] > 0.9


def test_ten_pixels_per_millimetre_average_to_five() -> None:
    low, high = made(5), made(10)
    difference = (scene(low) - blocks(scene(high), 2))[skin(low)]
    assert difference.std() < 0.006  # a grain that 5 px/mm leaves out
    assert np.abs(difference.mean(0)).max() < 2e-4


@pytest.mark.parametrize("view", ["front", "crown"])
def test_the_mask_is_the_same_region_at_every_scale(view: str) -> None:
    low, high = made(1, view=view), made(4, view=view)
    difference = low.mask - blocks(high.mask, 4)
    assert np.abs(difference).max() < 0.35
    assert np.abs(difference).mean() < 1e-3
    assert low.mask.mean() == pytest.approx(high.mask.mean(), rel=1e-3)


def test_the_hairline_leaves_the_forehead_free_and_the_silhouette_too() -> None:
    s = made()
    assert ((s.mask >= 0) & (s.mask <= 1)).all()
    assert s.mask[s.truth.coverage < 1].max() == 0
    middle = round(s.truth.centre_mm[0] * 4)
    column = s.mask[:, middle] > 0.5
    assert column[4 * 40]
    assert not column[4 * 80 :].any()
    assert (s.mask[4 * 90] > 0.5).any()  # the temples reach farther down than the middle
    area_cm2 = s.mask.sum() / 16 / 100
    assert 50 < area_cm2 < 90
    assert ndimage.label(s.mask > 0.5)[1] == 1


def test_the_crown_is_one_spot_within_the_picture() -> None:
    mask = made(view="crown").mask
    assert ndimage.label(mask > 0.5)[1] == 1
    assert max(mask[0].max(), mask[-1].max(), mask[:, 0].max(), mask[:, -1].max()) == 0
    assert 35 < mask.sum() / 16 / 100 < 80


@pytest.mark.parametrize(("tone", "px_per_mm"), [("light", 4), ("dark", 4), ("light", 8)])
def test_the_truth_adds_up_to_the_photo(tone: str, px_per_mm: float) -> None:
    s = made(px_per_mm, tone=tone)
    error = s.photo.linear - scene(s)
    inside = skin(s)
    assert np.abs(error[inside].mean(0)).max() < 5e-4
    assert error[inside].std(0).max() < 0.012  # noise, and what the lens blurs
    assert ndimage.uniform_filter(error, (8, 8, 0))[inside].std(0).max() < 0.003
    background = ~ndimage.binary_dilation(s.truth.coverage > 0, iterations=round(3 * px_per_mm))
    assert np.abs(error[background].mean(0)).max() < 5e-4
    assert s.truth.diffuse[background].max() == 0


def test_noise_is_that_of_a_good_camera() -> None:
    s = made(8)
    background = ~ndimage.binary_dilation(s.truth.coverage > 0, iterations=24)
    encoded = s.photo.pixels[..., 1].astype(float)
    deviation = (encoded - ndimage.gaussian_filter(encoded, 4))[background].std()
    assert 0.5 < deviation < 2


def test_nothing_is_clipped() -> None:
    for tone in ("light", "very-dark"):
        pixels = made(tone=tone).photo.pixels
        assert (pixels == 255).mean() < 1e-4
        assert (pixels == 0).mean() < 1e-4


def test_tones_are_ordered_by_lightness() -> None:
    tones = ["light", "fair", "medium", "tan", "olive", "dark", "deep", "very-dark"]
    assert sorted(tones) == sorted(TONES)
    inside = skin(made(2))
    green = [made(2, tone=tone).photo.linear[..., 1][inside].mean() for tone in tones]
    assert (np.diff(green) < 0).all()
    for tone in tones:
        red, green_, blue = np.median(made(2, tone=tone).photo.linear[inside], 0)
        assert red > green_ > blue


def test_the_head_is_the_ellipsoid_within_its_bumps() -> None:
    s = made(2)
    axes, rotation, step = s.truth.semi_axes_mm, s.truth.rotation, 1 / s.scale.px_per_mm
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    i, j = np.nonzero(skin(s, 6))
    x, y = (j + 0.5) * step - s.truth.centre_mm[0], (i + 0.5) * step - s.truth.centre_mm[1]
    place = np.stack([x, y, s.truth.height_mm[i, j]])
    radius = np.linalg.norm((rotation.T @ place) / np.array(axes)[:, None], axis=0)
    assert np.abs(radius - 1).max() * 95 < 5
    assert np.abs(radius - 1).mean() * 95 < 2.5


@pytest.mark.parametrize("value", [0.99, 20.1, 0, -8, float("nan"), float("inf"), "8"])
def test_a_scale_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ParameterError, match="give 1 to 20 px/mm") as caught:
        sample(px_per_mm=value)
    assert caught.value.name == "px_per_mm"


def test_unknown_names_are_refused_with_what_is_known() -> None:
    with pytest.raises(ParameterError, match=r"tone: 'pale' .*light, .*very-dark"):
        sample(tone="pale")
    with pytest.raises(ParameterError, match=r"view: 'left' .*front, crown"):
        sample(view="left")
    with pytest.raises(ParameterError, match="whole number"):
        sample(seed=1.5)  # type: ignore[arg-type]


def test_octaves_have_the_variance_that_was_asked_for() -> None:
    cells = Cells(0.0, 0.25, 1600)
    values = octaves(KEY, "x", [(2.0, 2.0, 0.3), (0.7, 0.7, 0.4)], cells, cells).over(cells, cells)
    assert values.std() == pytest.approx(0.5, rel=0.06)
    assert abs(values.mean()) < 0.02
    # neither the lattice nor its axes show: variance is alike on and between the nodes of the coarse lattice
    phases = values.reshape(200, 8, 200, 8).std((0, 2))
    assert phases.std() / phases.mean() < 0.03


def test_octaves_belong_to_their_place() -> None:
    whole, part = Cells(-3.0, 0.5, 60), Cells(2.0, 0.5, 20)
    layers = [(2.0, 3.0, 1.0), (0.5, 0.8, 0.2)]
    expected = octaves(KEY, "x", layers, whole, whole).over(whole, whole)[10:30, 10:30]
    np.testing.assert_allclose(octaves(KEY, "x", layers, part, part).over(part, part), expected, atol=1e-5)


def test_the_slope_of_a_spline_is_its_derivative() -> None:
    cells = Cells(0.0, 0.05, 400)
    knots = cells.knots(2.0)
    spline = Spline(np.random.default_rng(0).normal(size=(knots.n, knots.n)).astype(np.float32), knots, knots)
    values = spline.over(cells, cells)
    down, across = np.gradient(values, 0.05)
    inner = slice(1, -1), slice(1, -1)
    np.testing.assert_allclose(spline.over(cells, cells, slope="down")[inner], down[inner], atol=2e-3)
    np.testing.assert_allclose(spline.over(cells, cells, slope="across")[inner], across[inner], atol=2e-3)


def test_spots_are_the_same_at_every_scale_and_on_no_grid() -> None:
    spots = Spots(spacing_mm=1.0, share=0.5, sigma_mm=(0.15, 0.3))
    coarse, fine = Cells(0.0, 0.25, 240), Cells(0.0, 0.125, 480)
    low, high = (spots.over(KEY, "x", c, c) for c in (coarse, fine))
    assert low.mean() == pytest.approx(high.mean(), rel=0.01)
    assert np.abs(low - blocks(high, 2)).std() < 0.02 * low.std() + 0.01
    by_phase = low.reshape(60, 4, 60, 4).mean((0, 2))
    assert by_phase.std() / by_phase.mean() < 0.08
