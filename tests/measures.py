"""What is measured of previews: dots found again, statistics of the table of dots, and the edge."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import lru_cache

import numpy as np
from detector import BORDER_PX, answers, contrast, dots_of, find_dots, optical_depth
from scenes import Leaves, Scene, rendered
from scipy.ndimage import gaussian_filter, maximum_filter, percentile_filter
from scipy.spatial import cKDTree

import smpsim
from smpsim.dots.density import Density
from smpsim.scalp.mask import Area

# A find and a dot are one when they are this near, mm: half of a seen diameter, and less than half of the smallest
# distance of two dots (0.51 mm), so that nothing stands for two.  By chance a tenth of all finds would be a dot.
NEAR_MM = 0.2
# Dots this many times as dark as the threshold are beyond doubt.
BEYOND_DOUBT = 3
# behind this the density is full: the feather (8 mm), the wandering border (it recedes by at most 2 sigma or so)
FULL_MM = 10.0
# Light that a dot takes is missing this far around it, mm: the far Gaussian of a dot at the default depth of 0.25 mm
# has a standard deviation of 0.5 to 0.6 mm (1.46 z + 0.88 / musp, musp of 3.2 to 5.3 /mm), the others are narrow.
LIGHT_MM = 0.5
# counts are taken in windows of this many dots
_WINDOW_DOTS = 25


@dataclass(frozen=True)
class Again:
    """Dots found again; sums over pictures with +.

    Attributes
    ----------
    dark : int
        Dots of the table whose peak optical depth in the picture is three times the threshold or more.
    found : int
        Those of them that are found.
    faint : int
        Those of them that are not, as the detector's answer is below its threshold.  (The others are taken away by a
        stronger find within its radius.)
    new : int
        Finds in the mask that are not in the untreated photo.
    true : int
        Those of them that are dots of the table.
    """

    dark: int = 0
    found: int = 0
    faint: int = 0
    new: int = 0
    true: int = 0

    def __add__(self, other: Again) -> Again:
        return Again(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def found_again(
    scene: Scene, seed: int, leaves: Leaves = (), *, share: float | None = None, dots: smpsim.Dots | None = None
) -> Again:
    """Look for the dots of a render, in all of it or in one of the scene's windows.

    Parameters
    ----------
    scene, seed, leaves
        What is rendered.
    share : float, 0 to 1, optional
        Which window; the whole picture when not given.
    dots : Dots, optional
        Other dots than those of the render, to see what chance does.
    """
    window = scene.window(share)
    before, after = scene.photo.pixels[window], rendered(scene, seed, leaves).image[window]
    dots = rendered(scene, seed, leaves).dots if dots is None else dots
    places = np.column_stack([dots.y_mm, dots.x_mm]) * scene.px_per_mm - [span.start for span in window]
    pixel = np.floor(places).astype(int)
    places, pixel = (p[_looked_at(pixel, after.shape)] for p in (places - 0.5, pixel))
    depth = depth_over_skin(peak_depth(before, after))
    dark = depth[tuple(pixel.T)] >= BEYOND_DOUBT * scene.threshold
    near_px = NEAR_MM * scene.px_per_mm
    strongest, scale = answers(after)
    finds = dots_of(strongest, scale, scene.threshold).points
    missed = dark & (_gap(places, finds) >= near_px)
    answer = maximum_filter(strongest, 3)[tuple(pixel.T)]
    treated = finds[(scene.mask[window] > 0)[tuple(finds.T)]]
    new = treated[_gap(treated, _finds_before(scene, share)) >= near_px]
    true = _gap(new, places) < near_px
    counts = (dark, dark & ~missed, missed & (answer < scene.threshold), np.ones(len(new)), true)
    return Again(*(int(np.sum(count)) for count in counts))


@lru_cache(maxsize=64)
def _finds_before(scene: Scene, share: float | None) -> np.ndarray:
    """Finds (N, 2) in a window of the untreated photo."""
    return find_dots(scene.photo.pixels[scene.window(share)], scene.threshold).points


def peak_depth(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(H, W): ``-log(after / before)`` of linear light, mean of R, G, B: what pigment takes, not the skin's texture.

    Under a dot it is its peak optical depth in the picture, with the light that its neighbours take there.
    """
    return np.asarray((optical_depth(after) - optical_depth(before)).mean(-1))


def depth_over_skin(depth: np.ndarray) -> np.ndarray:
    """Optical depth over that of the skin around (the lower quartile of 25 x 25 px), as the detector measures it."""
    return np.asarray(depth - percentile_filter(depth, 25, size=25))


def _looked_at(pixel: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.all((pixel >= BORDER_PX) & (pixel < np.array(shape[:2]) - BORDER_PX), axis=1))


def _gap(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(N,) distance of each point to the nearest of the others; infinite when there are none."""
    if not len(others):
        return np.full(len(points), np.inf)
    return np.asarray(cKDTree(others.astype(float)).query(points.astype(float))[0])


@dataclass(frozen=True)
class Spacing:
    """Statistics of the dots of a table where the density is full.

    Attributes
    ----------
    clark_evans : float
        Mean distance of nearest neighbours over that of chance, ``2 mean sqrt(density)``.
    neighbour_cv : float
        Standard deviation over mean of these distances.
    dispersion : float
        Variance over mean of the counts in windows of 25 dots.
    """

    clark_evans: float
    neighbour_cv: float
    dispersion: float


def spacing(scene: Scene, dots: smpsim.Dots) -> Spacing:
    """Measure the spacing of dots where the density is full; a nearest neighbour may lie outside: there is no edge."""
    zone = scene.behind_edge_mm > FULL_MM
    counted = zone[tuple(scene.pixel(dots).T)]
    nearest = cKDTree(np.column_stack([dots.x_mm, dots.y_mm])).query(np.column_stack([dots.x_mm, dots.y_mm]), 2)[0]
    nearest = nearest[counted, 1]
    per_mm2 = counted.sum() / zone.sum() * scene.px_per_mm**2
    counts = _window_counts(zone, scene.pixel(dots)[counted], round((_WINDOW_DOTS / per_mm2) ** 0.5 * scene.px_per_mm))
    return Spacing(
        float(2 * nearest.mean() * per_mm2**0.5),
        float(nearest.std() / nearest.mean()),
        float(counts.var(ddof=1) / counts.mean()),
    )


def _window_counts(zone: np.ndarray, pixel: np.ndarray, side: int) -> np.ndarray:
    """Dots in each of the squares of a grid that lie in the zone as a whole."""
    h, w = (n // side for n in zone.shape)
    whole = zone[: h * side, : w * side].reshape(h, side, w, side).all((1, 3))
    edges = [np.arange(n + 1) * side for n in (h, w)]
    return np.asarray(np.histogram2d(*pixel.T, bins=edges)[0][whole])


@dataclass(frozen=True)
class Look:
    """How the found dots of a picture look where the density is full.

    Attributes
    ----------
    depth : tuple of 3 floats
        Median optical depth over the skin around, for R, G, B.
    depth_cv : float
        Standard deviation over mean of it in green.
    red_green, blue_green : float
        Ratio of the mean depth in red or blue to that in green.
    diameter_spacing : float
        Median diameter over the mean spacing of the dots found.
    """

    depth: tuple[float, float, float]
    depth_cv: float
    red_green: float
    blue_green: float
    diameter_spacing: float


def look(scene: Scene, seed: int) -> Look:
    """Measure the dots found in the middle window of a render and not in the untreated photo."""
    window = scene.window(0.5)
    zone = (scene.behind_edge_mm > FULL_MM)[window]
    image = rendered(scene, seed).image[window]
    found = find_dots(image, scene.threshold)
    kept = zone[tuple(found.points.T)] & (_gap(found.points, _finds_before(scene, 0.5)) >= NEAR_MM * scene.px_per_mm)
    depth = contrast(image, found.points[kept])
    red, green, blue = depth.mean(0)
    per_px = kept.sum() / zone.sum()
    return Look(
        depth=tuple(np.median(depth, axis=0).tolist()),
        depth_cv=float(depth[:, 1].std() / green),
        red_green=float(red / green),
        blue_green=float(blue / green),
        diameter_spacing=float(2 * np.median(found.radius_px[kept]) * per_px**0.5),
    )


@dataclass(frozen=True)
class Bands:
    """Bands of 1 mm along the edge of the mask, summed over seeds.

    Attributes
    ----------
    front_mm : ndarray (K,)
        How far behind the edge each band begins, mm; negative in front of it.
    area_cm2 : ndarray (K,)
        Skin in it.
    dots : ndarray (K,)
        Dots that lie in it.
    local : ndarray (K,)
        Integral over it of the local density: each dot is spread over 0.5 mm, as its light is.
    tone : ndarray (K,), cm2
        Integral of ``-log(preview / photo)``, mean of R, G, B.
    """

    front_mm: np.ndarray
    area_cm2: np.ndarray
    dots: np.ndarray
    local: np.ndarray
    tone: np.ndarray

    def tone_per_dot(self, dots: np.ndarray) -> np.ndarray:
        """(K,) tone over `dots` (counted or local) relative to that of all bands together; NaN without dots."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(dots > 0, self.tone / dots, np.nan) * dots.sum() / self.tone.sum())


def bands(scene: Scene, seeds: range, first_mm: int = -3, last_mm: int = 16) -> Bands:
    """Measure tone and dots along the edge.

    Where the mask ends in front of what is behind the head there is no skin to darken: such places are left out.
    """
    edges = np.arange(first_mm, last_mm + 1)
    skin = scene.behind_skin & (scene.behind_edge_mm >= first_mm) & (scene.behind_edge_mm < last_mm)
    place = scene.behind_edge_mm[skin]
    dots, local, tone = np.zeros((3, len(edges) - 1))
    for seed in seeds:
        done = rendered(scene, seed)
        count = np.zeros(scene.mask.shape, np.float32)
        np.add.at(count, tuple(scene.pixel(done.dots).T), 1)
        maps = count, gaussian_filter(count, LIGHT_MM * scene.px_per_mm), peak_depth(scene.photo.pixels, done.image)
        for total, values in zip((dots, local, tone), maps, strict=True):
            total += np.histogram(place, edges, weights=values[skin])[0]
    per_cm2 = 100 * scene.px_per_mm**2
    area = np.histogram(place, edges)[0] * len(seeds)
    return Bands(edges[:-1], area / per_cm2, dots, local, tone / per_cm2)


def border_mm(scene: Scene, seed: int) -> np.ndarray:
    """(N,) mm: how far behind the drawn hairline density begins, column by column in the middle of the picture."""
    height, width = scene.mask.shape
    columns = np.arange(int(0.3 * width), int(0.7 * width), 2)
    rows = np.arange(0, height, 0.5)
    density = Density(Area(scene.mask, scene.px_per_mm), 80.0, smpsim.Treatment().edge, seed)
    x, y = np.meshgrid((columns + 0.5) / scene.px_per_mm, rows / scene.px_per_mm)
    lowest = rows[len(rows) - 1 - np.argmax((density.at(x, y) > 0)[::-1], axis=0)].astype(int)
    return np.asarray(scene.behind_edge_mm[lowest, columns])
