"""Pictures that a render is not to be taken for, and the statistics that tell them apart, from the picture alone.

Three nulls: the untreated photo, texture with the amplitude spectrum of what the render changes, and a jittered grid
of equal discs.  The answer of a LoG filter (:mod:`detector`) of a fixed scale is what all statistics start from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from detector import find_dots, optical_depth
from scenes import Scene, rendered
from scipy.ndimage import gaussian_filter, gaussian_laplace, maximum_filter
from scipy.stats import skew

from smpsim.colour import SRGB

# Limits: the geometric mean of the weakest render and the strongest null of seeds 101 to 110 on all scenes
# (tests/benchmarks/believable.py calibrate); the tests use other seeds.
EXCESS, SKEWNESS, SPREAD = 0.0079, 0.158, 0.147
# standard deviations of the filter, mm: near to the seen radius of a dot
_EXCESS_MM, _SKEWNESS_MM = 0.16, 0.2
# half the dots of the default treatment, per cm2
_PER_CM2 = 40
# what is below this is not looked at when the strongest are sought
_FAINTEST = 0.02
_BORDER_PX = 8

# pitch of the grid, diameter of its discs and the lens's blur where they are soft (twice that of the example), mm
PITCH_MM, DISC_MM, SOFT_MM = 0.8**-0.5, 0.3, 0.12
# a disc is drawn this much finer than the picture, per axis, and averaged
_FINER = 8


def dark_excess(picture: np.ndarray, px_per_mm: float) -> float:
    """By how much the 40th strongest dark spot per cm2 is stronger than the 40th strongest bright spot.

    It tells a render (above EXCESS) from its untreated photo: skin and noise have as many bright spots as dark ones.
    """
    answer = _answer(picture, _EXCESS_MM * px_per_mm)
    rank = round(_PER_CM2 * answer.size / px_per_mm**2 / 100)
    dark, bright = (np.sort(a[a == maximum_filter(a, 3)])[::-1] for a in (answer, -answer))
    return float(dark[rank] - bright[rank])


def skewness(picture: np.ndarray, px_per_mm: float) -> float:
    """Skewness of the filter's answer over all pixels.

    It tells a render (above SKEWNESS) from texture of equal spectrum: random phases make it symmetric.
    """
    return float(skew(_answer(picture, _SKEWNESS_MM * px_per_mm).ravel()))


def spread(picture: np.ndarray, px_per_mm: float) -> float:
    """Standard deviation over mean of the strength of the 40 strongest finds per cm2.

    It tells a render (above SPREAD), whose dots differ, from equal discs.
    """
    strongest = np.sort(find_dots(picture, _FAINTEST).strength)[::-1]
    strongest = strongest[: round(_PER_CM2 * picture.shape[0] * picture.shape[1] / px_per_mm**2 / 100)]
    return float(strongest.std() / strongest.mean())


def _answer(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    answer = -(sigma_px**2) * gaussian_laplace(optical_depth(picture).mean(-1), sigma_px)
    return np.asarray(answer[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX])


@dataclass(frozen=True)
class Told:
    """The statistics of a render and of its nulls, in one window of it."""

    excess: dict[str, float]
    skewness: dict[str, float]
    spread: dict[str, float]


def tell(scene: Scene, seed: int, share: float) -> Told:
    """Make the nulls of a window of a render, and measure them and it."""
    window, scale = scene.window(share), scene.px_per_mm
    before, after = scene.photo.pixels[window], rendered(scene, seed).image[window]
    depth = optical_depth(after) - optical_depth(before)
    rng = np.random.default_rng(seed)
    texture = changed(before, phase_randomised(depth, rng))
    discs = {
        name: changed(before, jittered_grid(depth, rng, px_per_mm=scale, blur_mm=blur_mm))
        for name, blur_mm in (("crisp discs", 0.0), ("soft discs", SOFT_MM))
    }
    return Told(
        {name: dark_excess(p, scale) for name, p in {"render": after, "photo": before}.items()},
        {name: skewness(p, scale) for name, p in {"render": after, "texture": texture}.items()},
        {name: spread(p, scale) for name, p in ({"render": after} | discs).items()},
    )


def changed(picture: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Picture (H, W, 3) uint8 after optical depth (H, W, 3) is laid over it, rounded to bytes again."""
    light = SRGB.decode(np.ascontiguousarray(picture)) * np.exp(-depth)
    return SRGB.encode(np.clip(light, 0, 1).astype(np.float32))


def phase_randomised(depth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Texture (H, W, 3) with the amplitude spectrum of each channel of `depth`, its mean, and random phases.

    The phases are those of white noise, the same in all channels, so that colour stays with lightness.
    """
    noise = np.fft.rfft2(rng.normal(size=depth.shape[:2]))
    phase = noise / np.abs(noise)
    phase[0, 0] = 1
    spectrum = np.abs(np.fft.rfft2(depth, axes=(0, 1))) * phase[..., None]
    spectrum[0, 0] = np.fft.rfft2(depth, axes=(0, 1))[0, 0]
    return np.asarray(np.fft.irfft2(spectrum, s=depth.shape[:2], axes=(0, 1)))


def jittered_grid(depth: np.ndarray, rng: np.random.Generator, *, px_per_mm: float, blur_mm: float) -> np.ndarray:
    """Equal discs on a square grid, each moved by up to 0.3 of the pitch along either axis.

    Density (80 per cm2), diameter (0.3 mm, as a dot is seen) and the mean of `depth` are those of a render; the grid
    begins anywhere, and a lens may have blurred it.
    """
    pitch_px, diameter_px, blur_px = PITCH_MM * px_per_mm, DISC_MM * px_per_mm, blur_mm * px_per_mm
    height, width = depth.shape[:2]
    cells = [np.arange(-1, n / pitch_px + 2) for n in (height, width)]
    grid = np.stack(np.meshgrid(*cells, indexing="ij"), -1).reshape(-1, 2)
    points = (grid + rng.uniform(size=2) - 1 + rng.uniform(-0.3, 0.3, grid.shape)) * pitch_px
    cover = gaussian_filter(_discs(points, diameter_px, (height, width)), blur_px)
    return cover[..., None] * depth.mean((0, 1)) / cover.mean()


def _discs(points: np.ndarray, diameter_px: float, shape: tuple[int, int]) -> np.ndarray:
    """Share of each pixel that discs cover, by counting points of a finer lattice."""
    reach = int(np.ceil(diameter_px / 2)) + 1
    offsets = np.arange(-reach * _FINER, reach * _FINER + 1) + 0.5
    stamp = np.argwhere(np.hypot(*np.meshgrid(offsets, offsets)) < diameter_px / 2 * _FINER) - reach * _FINER
    fine = np.floor(points * _FINER).astype(int)[:, None] + stamp
    pixels = fine.reshape(-1, 2) // _FINER
    inside = np.all((pixels >= 0) & (pixels < shape), axis=1)
    count = np.bincount(np.ravel_multi_index(tuple(pixels[inside].T), shape), minlength=shape[0] * shape[1])
    return np.minimum(count.reshape(shape) / _FINER**2, 1)
