"""The outline of the head over a face: where skin or short hair ends and the backdrop begins.

The photo is sampled along rays from the middle between the brows.  At each place of a ray stand a contrast (of the
colours on both sides, 4 mm each) and how much more like the face the inner side is than the outer one (18 mm each).
The outline is the path over all rays that collects most of both, bends little, and stays near an ellipse, which is
fitted to the outline in turn.

Weights are estimates, chosen on eleven photographs with heads on white, grey, blue, dark and busy backdrops.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter1d, map_coordinates, uniform_filter1d
from skimage.color import rgb2lab

from smpsim.arrays import F32, F64, U8, Bool, Int
from smpsim.scalp.face import FaceBox
from smpsim.scalp.grid import average_over_cells

# rays, rad from the right of the picture over its top, and places on them, in widths of the face
_ANGLES = np.radians(np.arange(-12.0, 193.0))
_RADII = np.arange(0.25, 1.15, 0.006)
_NEAR, _WIDE = 5, 20
# width of the face in samples of the photo
_FACE_SAMPLES = 150
# shade changes more over a head than colour does
_LAB_WEIGHTS = np.array([0.6, 1.3, 1.3])
_STRONG_CONTRAST, _LIKENESS = 25.0, 0.35
# what a departure from the ellipse by the given share of the face's width costs, and a step along the rays
_DEPARTURE, _MOST_STEP = 0.25, 3
_FIRST, _LATER = (0.22, 0.15), (0.12, 0.35)
_ROUNDS = 3
# first ellipse, half axes in widths of the face; allowed ones; the most height over breadth
_ELLIPSE, _SMALLEST, _LARGEST, _TALLEST = (0.52, 0.60), (0.4, 0.4), (0.8, 1.0), 1.2
_GLABELLA_BELOW_TOP = 0.236
_SMOOTH_RAYS = 3.0
#: a mask ends a little inside the outline, so that no dot stands on the backdrop
WITHIN = 0.985
# the border goes a little below the brows (rad from the vertex), a point on every third ray
_BORDER_REACH, _BORDER_STEP = 1.66, 3


@dataclass(frozen=True, eq=False)
class Outline:
    """Outline of a head, as distances from its middle.

    Attributes
    ----------
    x, y : float, px
        The middle, about between the brows.
    radius_px : ndarray (n,), px
        Distance of the outline on each of the rays.
    half_breadth_px, height_px : float, px
        Half axes of the ellipse fitted to it: sideways, and up to the vertex.
    """

    x: float
    y: float
    radius_px: F64
    half_breadth_px: float
    height_px: float

    def at(self, angles: F64) -> F64:
        """Distance of the outline from the middle, px, in directions (rad, from the right over the top)."""
        return np.asarray(np.interp(angles, _ANGLES, gaussian_filter1d(self.radius_px, _SMOOTH_RAYS)))

    def points(self, angles: F64, share: F64 | float = 1.0) -> F64:
        """Places (n, 2) px in directions (rad), at a share of the way to the outline."""
        reach = self.at(angles) * share
        return np.stack([self.x + reach * np.cos(angles), self.y - reach * np.sin(angles)], -1)

    def border(self) -> F64:
        """Border of what can be treated, (n, 2) px: a little inside the outline, from left to right."""
        return self.points(_ANGLES[np.abs(_ANGLES - np.pi / 2) < _BORDER_REACH][::-_BORDER_STEP], WITHIN)


@dataclass(frozen=True)
class _Guess:
    """Middle (px) and half axes (widths of the face) of the ellipse."""

    x: float
    y: float
    half_breadth: float
    height: float


def trace_outline(pixels: U8, face: FaceBox) -> Outline:
    """Trace the outline of the head over a face.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.
    face : FaceBox
        The face, from the front.

    Returns
    -------
    Outline
        The outline; wherever nothing is seen of it, an ellipse.
    """
    cell = max(face.width / _FACE_SAMPLES, 1.0)
    colour = _colours(pixels, cell)
    guess = _Guess(face.centre[0], face.y + _GLABELLA_BELOW_TOP * face.width, *_ELLIPSE)
    radius = _traced(colour, cell, face.width, guess, *_FIRST)
    for _ in range(_ROUNDS):
        guess = _fitted(radius, guess, face.width)
        radius = _traced(colour, cell, face.width, guess, *_LATER)
    scale = face.width
    return Outline(guess.x, guess.y, radius * scale, guess.half_breadth * scale, guess.height * scale)


def _colours(pixels: U8, cell: float) -> F64:
    """Colours of the photo on cells, (3, h, w) in weighted Lab."""
    rows, columns = (range(int(np.ceil(n / cell))) for n in pixels.shape[:2])
    channels = [average_over_cells(_plane(pixels, k), cell, rows, columns) for k in range(3)]
    lab = rgb2lab(np.stack(channels, -1) / 255) * _LAB_WEIGHTS
    return np.moveaxis(np.asarray(lab, np.float64), -1, 0)


def _plane(pixels: U8, channel: int) -> F32:
    return pixels[..., channel].astype(np.float32)


def _seen(colour: F64, x: F64, y: F64) -> F64:
    """Colours at places in cells, (..., 3)."""
    return np.stack([map_coordinates(plane, [y - 0.5, x - 0.5], order=1, mode="nearest") for plane in colour], -1)


def _traced(colour: F64, cell: float, width: float, guess: _Guess, spread: float, stiffness: float) -> F64:
    """Outline on the rays round a guess, in widths of the face."""
    x = (guess.x + np.cos(_ANGLES)[:, None] * _RADII * width) / cell
    y = (guess.y - np.sin(_ANGLES)[:, None] * _RADII * width) / cell
    outside = (x < 0) | (y < 0) | (x > colour.shape[2]) | (y > colour.shape[1])
    rays = _seen(colour, x, y)
    gain = _contrast(rays, outside) + _LIKENESS * _likeness(rays, outside, _face(colour, cell, width, guess))
    departure = (_RADII - _ellipse(guess)[:, None]) / spread
    return np.asarray(_RADII[cheapest_path(1 - gain + _DEPARTURE * departure**2, stiffness)])


def _ellipse(guess: _Guess) -> F64:
    return np.asarray(1 / np.hypot(np.cos(_ANGLES) / guess.half_breadth, np.sin(_ANGLES) / guess.height))


def _face(colour: F64, cell: float, width: float, guess: _Guess) -> tuple[F64, F64]:
    """Median and spread of the colours between forehead and cheeks."""
    down, across = np.mgrid[-0.12:0.32:24j, -0.28:0.28:30j]
    seen = _seen(colour, (guess.x + across * width) / cell, (guess.y + down * width) / cell).reshape(-1, 3)
    middle = np.median(seen, axis=0)
    return middle, 1.48 * np.median(np.abs(seen - middle), axis=0) + np.array([6.0, 3.0, 3.0])


def _contrast(rays: F64, outside: Bool) -> F64:
    """Difference of the colours just inside and just outside of each place, 0 to 1; 0 out of the picture."""
    inner, outer = _both_sides(rays, _NEAR)
    difference = np.sqrt(((inner - outer) ** 2).sum(-1))
    difference[:, :2] = difference[:, -2:] = 0
    difference[outside] = 0
    return np.asarray(np.minimum(uniform_filter1d(difference, 3, axis=0) / _STRONG_CONTRAST, 1))


def _likeness(rays: F64, outside: Bool, face: tuple[F64, F64]) -> F64:
    """How much more the inner side looks like the face than the outer one, -1 to 1."""
    middle, spread = face
    shade, *chroma = np.moveaxis((rays - middle) / spread, -1, 0)
    away = 0.5 * np.minimum(np.abs(shade), 3) ** 2 + chroma[0] ** 2 + chroma[1] ** 2
    alike = np.exp(-away / 8)
    alike[outside] = 0
    inner, outer = _both_sides(alike[..., None], _WIDE)
    return np.asarray((inner - outer)[..., 0])


def _both_sides(values: F64, reach: int) -> tuple[F64, F64]:
    """Means of the values before and from each place on, along the rays."""
    n = values.shape[1]
    sums = np.concatenate([np.zeros_like(values[:, :1]), np.cumsum(values, axis=1)], axis=1)
    here = np.arange(n)
    low, high = np.maximum(here - reach, 0), np.minimum(here + reach, n)
    inner = (sums[:, here] - sums[:, low]) / np.maximum(here - low, 1)[:, None]
    return inner, (sums[:, high] - sums[:, here]) / (high - here)[:, None]


def cheapest_path(cost: F64, stiffness: float) -> Int:
    """Column of the cheapest path through all rows; a step to the side costs its length times the stiffness."""
    steps = np.arange(-_MOST_STEP, _MOST_STEP + 1)
    total, back = cost[0], []
    for row in cost[1:]:
        padded = np.pad(total, _MOST_STEP, constant_values=np.inf)
        reached = np.stack([padded[_MOST_STEP + s : _MOST_STEP + s + len(total)] + stiffness * abs(s) for s in steps])
        back.append(steps[reached.argmin(0)])
        total = reached.min(0) + row
    path = [int(total.argmin())]
    for step in reversed(back):
        path.append(path[-1] + int(step[path[-1]]))
    return np.array(path[::-1])


def _fitted(radius: F64, guess: _Guess, width: float) -> _Guess:
    """Fit an upright ellipse about a point at the same height: robust, by weighted least squares."""
    x, y = radius * np.cos(_ANGLES), radius * np.sin(_ANGLES)
    terms = np.stack([x**2, x, y**2], -1)[y > 0]
    weight = np.ones(len(terms))
    for _ in range(8):
        a, b, c = np.linalg.lstsq(terms * weight[:, None], weight, rcond=None)[0]
        weight = np.maximum(np.abs(terms @ [a, b, c] - 1), 0.03) ** -0.5
    if a <= 0 or c <= 0:
        return guess
    aside, size = -b / (2 * a), 1 + b * b / (4 * a)
    axes = np.sqrt([size / a, size / c]).clip(_SMALLEST, _LARGEST)
    half_breadth, height = axes.tolist()
    moved = replace(guess, x=guess.x + float(np.clip(aside, -0.15, 0.15)) * width, half_breadth=half_breadth)
    # a head so tall means that the middle was set too low
    low = max(height - _TALLEST * half_breadth, 0.0)
    return replace(moved, y=guess.y - low * width, height=height - low)
