"""The rigs and the camera of the synthetic scalp: what is known of light, blur, noise and JPEG holds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from smpsim.errors import ParameterError
from smpsim.synthetic import Sample, sample
from smpsim.synthetic.lamps import LIGHTS

RIGS = sorted(LIGHTS)


@cache
def made(**options: Any) -> Sample:
    return sample(**{"px_per_mm": 3, **options})


def scene(of: Sample) -> np.ndarray:
    return of.truth.diffuse + of.truth.surface_light


def skin(of: Sample, margin_mm: float = 3.0) -> np.ndarray:
    return ndimage.binary_erosion(of.truth.coverage > 0.999, iterations=round(margin_mm * of.scale.px_per_mm))


@pytest.mark.parametrize("light", RIGS)
def test_the_truth_adds_up_under_every_rig(light: str) -> None:
    s = made(light=light, noise=0)
    inside = skin(s) & (scene(s).max(-1) < 0.9)
    error = (s.photo.linear - scene(s))[inside]
    assert np.abs(error.mean(0)).max() < 1e-3
    assert scene(s).min() > 0


@pytest.mark.parametrize("light", RIGS)
def test_albedo_does_not_depend_on_the_light(light: str) -> None:
    inside = skin(made())
    albedo = [s.truth.diffuse[inside] / s.truth.irradiance[inside] for s in (made(), made(light=light))]
    np.testing.assert_allclose(albedo[0], albedo[1], rtol=1e-4)
    assert 0 < albedo[0].min() < albedo[0].max() < 0.8


def test_the_rim_light_is_coloured_and_comes_from_behind_one_side() -> None:
    s = made(light="rim")
    inside = skin(s)
    columns = np.nonzero(inside.any(0))[0]
    far, near = columns[-20:-5], columns[5:20]
    blue = [np.median(s.truth.irradiance[:, part][inside[:, part]], 0) for part in (far, near)]
    assert blue[0][2] > 1.5 * blue[0][1]  # violet
    assert blue[1][2] < blue[1][1] < blue[1][0]  # warm
    shine = s.truth.surface_light[:, far][inside[:, far]].mean(0)
    assert shine[2] > 1.5 * shine[1]  # shine has the lamp's colour


def test_hard_light_has_an_edge_inside_the_mask_and_overcast_none() -> None:
    contrast = {}
    for light in ("hard", "overcast"):
        s = made(light=light)
        level = ndimage.gaussian_filter(np.log(s.truth.irradiance[..., 1]), 1)
        slope = np.hypot(*np.gradient(level, 1 / 3))
        contrast[light] = slope[(s.mask > 0.5) & skin(s)].max()
    assert contrast["hard"] > 0.25  # nepers per mm
    assert contrast["overcast"] < 0.1


def test_the_window_nearly_clips_and_the_studio_does_not() -> None:
    clipped = {light: (made(light=light).photo.pixels == 255).any(-1)[skin(made())].mean() for light in RIGS}
    assert 0.002 < clipped["window"] < 0.15
    assert max(share for light, share in clipped.items() if light != "window") < 1e-3
    assert scene(made(light="window")).max() > 1


def blur_of(s: Sample, sharp: Sample) -> float:
    """Standard deviation of the blur, px, from the loss of contrast by frequency, G, in the middle of the head."""
    h, w = s.mask.shape
    box = np.s_[h // 2 - 64 : h // 2 + 64, w // 2 - 64 : w // 2 + 64]
    window = np.outer(np.hanning(128), np.hanning(128))
    powers = [
        np.abs(np.fft.rfft2((a - a.mean()) * window)) for a in (s.photo.linear[box][..., 1], scene(sharp)[box][..., 1])
    ]
    f2 = np.fft.fftfreq(128)[:, None] ** 2 + np.fft.rfftfreq(128)[None] ** 2
    low, high = ((f2 > a) & (f2 <= b) for a, b in ((0.004**2, 0.03**2), (0.05**2, 0.08**2)))
    fall = [np.log(powers[1][band].sum() / powers[0][band].sum()) for band in (low, high)]
    middle = [(f2[band] * powers[1][band]).sum() / powers[1][band].sum() for band in (low, high)]
    return float(np.sqrt((fall[1] - fall[0]) / (middle[1] - middle[0]) / (2 * np.pi**2)))


@pytest.mark.parametrize("blur_px", [1.0, 2.0])
def test_the_blur_is_what_the_truth_says(blur_px: float) -> None:
    s = made(px_per_mm=6, blur_px=blur_px, noise=0, chroma_blur_px=0)
    h, w = s.mask.shape
    known = s.truth.lens_blur_px[h // 2 - 64 : h // 2 + 64, w // 2 - 64 : w // 2 + 64].mean()
    assert known > blur_px
    assert blur_of(s, s) == pytest.approx(known, rel=0.08)


def test_blur_grows_with_depth_and_is_smallest_in_focus() -> None:
    s = made()
    blur = s.truth.lens_blur_px
    assert blur.shape == s.mask.shape
    assert blur.min() == pytest.approx(np.hypot(0.035 * 3, 0.45), rel=1e-3)
    assert blur[s.truth.coverage < 0.1].min() > blur[skin(s)].mean()
    more = made(blur_px=3.0).truth.lens_blur_px
    np.testing.assert_allclose(more**2, blur**2 + 9, rtol=1e-4)


def test_noise_is_a_factor_and_none_is_none() -> None:
    clean, usual, strong = (made(noise=n, chroma_blur_px=0).photo.pixels.astype(float) for n in (0, 1, 4))
    inside = skin(made())
    ratio = (strong - clean)[inside].std() / (usual - clean)[inside].std()
    assert 3.3 < ratio < 4.2  # rounding adds to the smaller
    assert (usual - clean)[inside].std() > 0.5


def test_chroma_is_smoothed_or_not() -> None:
    def detail(chroma_blur_px: float) -> float:
        pixels = made(chroma_blur_px=chroma_blur_px).photo.pixels.astype(float)
        chroma = pixels[..., 2] - pixels @ [0.299, 0.587, 0.114]
        return float((chroma - ndimage.gaussian_filter(chroma, 1.5))[skin(made())].std())

    none, usual, strong = detail(0), detail(1.3), detail(4)
    assert none > 1.8 * usual > 1.8 * strong


def test_jpeg_is_a_real_one() -> None:
    plain, coded = made(), made(jpeg_quality=70)
    assert plain.photo.jpeg is None
    assert coded.photo.jpeg is not None
    assert coded.photo.jpeg.subsampling == 2
    assert coded.photo.jpeg.luma[0] == 10  # of 16 at quality 50
    assert coded.photo.format == "JPEG"
    assert not coded.photo.notices
    difference = coded.photo.pixels.astype(int) - plain.photo.pixels
    assert 0.3 < difference.std() < 4
    np.testing.assert_array_equal(coded.truth.diffuse, plain.truth.diffuse)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"light": "candle"}, r"light: 'candle' .*studio, .*window"),
        ({"blur_px": -1}, "blur_px: -1 .*0 to 50"),
        ({"chroma_blur_px": float("nan")}, "chroma_blur_px: nan"),
        ({"noise": "much"}, "noise: 'much'"),
        ({"jpeg_quality": 0}, "jpeg_quality: 0 .*1 to 100"),
        ({"jpeg_quality": 80.5}, "jpeg_quality: 80.5"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        sample(**options)
