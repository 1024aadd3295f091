"""The outline of the head over a face: where skin or short hair ends and the backdrop begins.

The photo is sampled along rays from the middle between the brows.  At each place of a ray stand a contrast (of the
colours on both sides, 4 mm each) and how much more like the face the inner side is than the outer one (18 mm each).
The outline is the path over all rays that collects most of both, bends little, and stays near an ellipse, which is
fitted to the outline in turn.

Numbers: estimates, chosen on eleven photographs with heads on white, grey, blue, dark and busy backdrops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_filter1d, map_coordinates, uniform_filter1d

from smpsim.arrays import F64, U8, Bool, Int
from smpsim.scalp.dome import Dome
from smpsim.scalp.face import FaceBox
from smpsim.scalp.lab import lab_on_cells

# rays, rad from the right of the head over its top, and places on them, in widths of the face
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
_FIRST, _LATER = (0.22, 0.15), (0.12, 0.45)
_ROUNDS = 3
# where the middle is first looked for, in widths of the face beside its own: a head that is turned lies to one side.
# The cheapest outline is taken; another start must be cheaper by a ray or more
_STARTS, _BESIDE = (0.0, -0.1, 0.1), 10.0
# what no outline of a head costs (of eleven heads the dearest costs 65, one that was missed 122): then the face is
# taken for larger
_LOST, _GROWN = 90.0, 1.2
# without a face: how much larger a head may be than the dome that is seen of it
_LARGER = (1.0, 1.2, 1.4)
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
    tilt_deg : float, deg
        How far the head leans, clockwise as seen in the picture.
    """

    x: float
    y: float
    radius_px: F64
    half_breadth_px: float
    height_px: float
    tilt_deg: float = 0.0

    @property
    def vertex(self) -> tuple[float, float]:
        """Where the ellipse has its vertex (x, y), px."""
        up = np.array([np.pi / 2])
        x, y = _places((self.x, self.y), self.tilt_deg, up, np.array([self.height_px]))[0].tolist()
        return x, y

    def at(self, angles: F64) -> F64:
        """Distance of the outline from the middle, px, in directions (rad, from the right over the top)."""
        return np.asarray(np.interp(angles, _ANGLES, gaussian_filter1d(self.radius_px, _SMOOTH_RAYS)))

    def points(self, angles: F64, share: F64 | float = 1.0) -> F64:
        """Places (n, 2) px in directions (rad), at a share of the way to the outline."""
        reach = self.at(angles) * share
        return _places((self.x, self.y), self.tilt_deg, angles, reach)

    def scaled(self, factor: float) -> Outline:
        """Return the same outline in a photo that is so many times as large."""
        x, y, half_breadth, height = (n * factor for n in (self.x, self.y, self.half_breadth_px, self.height_px))
        return Outline(x, y, self.radius_px * factor, half_breadth, height, self.tilt_deg)

    def border(self) -> F64:
        """Border of what can be treated, (n, 2) px: a little inside the outline, from left to right."""
        return self.points(_ANGLES[np.abs(_ANGLES - np.pi / 2) < _BORDER_REACH][::-_BORDER_STEP], WITHIN)


@dataclass(frozen=True)
class _Guess:
    """Middle (px), half axes (widths of the face) and tilt of the ellipse."""

    x: float
    y: float
    half_breadth: float
    height: float
    tilt_deg: float


def _axes(tilt_deg: float) -> tuple[F64, F64]:
    """Return unit vectors (x, y) across a head that leans, and up."""
    cos, sin = np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))
    return np.array([cos, sin]), np.array([sin, -cos])


def _places(middle: tuple[float, float], tilt_deg: float, angles: F64, reach: F64) -> F64:
    """Places (..., 2) in directions (rad) at distances from a middle."""
    across, up = _axes(tilt_deg)
    aside, above = reach * np.cos(angles), reach * np.sin(angles)
    return np.asarray(np.array(middle) + aside[..., None] * across + above[..., None] * up)


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
    price, outline = min((_from(colour, cell, face, aside) for aside in _STARTS), key=lambda found: found[0])
    if price > _LOST:
        price, outline = min((price, outline), _from(colour, cell, _grown(face), 0.0), key=lambda found: found[0])
    return outline


def _grown(face: FaceBox) -> FaceBox:
    """Return a larger box about the same middle, for a face of which a part was marked."""
    aside = (_GROWN - 1) / 2 * face.width
    return FaceBox(face.x - aside, face.y - aside, face.width * _GROWN, face.tilt_deg)


def trace_dome(pixels: U8, dome: Dome) -> tuple[FaceBox, Outline]:
    """Trace the outline of a head of which no face is seen.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.
    dome : Dome
        Where the top of the head is.

    Returns
    -------
    FaceBox
        Where the face would be, were this the head's front.
    Outline
        The outline of the head, which may be larger than its dome.
    """
    boxes = [_face_under(dome, larger) for larger in _LARGER]
    cell = max(boxes[0].width / _FACE_SAMPLES, 1.0)
    colour = _colours(pixels, cell)
    found = [(*_from(colour, cell, box, 0.0), box) for box in boxes]
    _, outline, box = min(found, key=lambda each: each[0])
    return box, outline


def _face_under(dome: Dome, larger: float) -> FaceBox:
    """Where the face is on a head with the dome's vertex, so much larger."""
    half_breadth, height = _ELLIPSE
    width = dome.half_breadth_px * larger / half_breadth
    top = dome.y - dome.height_px + (height - _GLABELLA_BELOW_TOP) * width
    return FaceBox(dome.x - width / 2, top, width)


def _from(colour: F64, cell: float, face: FaceBox, aside: float) -> tuple[float, Outline]:
    """Trace the outline from a first middle beside that of the face, and tell its price."""
    guess = _Guess(*face.at(aside, _GLABELLA_BELOW_TOP - 0.5), *_ELLIPSE, face.tilt_deg)
    radius, price = _traced(colour, cell, face.width, guess, *_FIRST)
    for _ in range(_ROUNDS):
        guess = _fitted(radius, guess, face.width)
        radius, price = _traced(colour, cell, face.width, guess, *_LATER)
    scale = face.width
    breadth, height = guess.half_breadth * scale, guess.height * scale
    outline = Outline(guess.x, guess.y, radius * scale, breadth, height, guess.tilt_deg)
    return price + _BESIDE * abs(aside), outline


def lightness_along(pixels: U8, face: FaceBox, outline: Outline, angles: F64, shares: F64) -> F64:
    """Return the lightness (L* of CIELAB) on rays at shares of the way to the outline, (rays, shares)."""
    cell = max(face.width / _FACE_SAMPLES, 1.0)
    x, y = np.moveaxis(np.stack([outline.points(angles, share) for share in shares], 1), -1, 0) / cell
    return np.asarray(_seen(_colours(pixels, cell)[:1], x, y)[..., 0] / _LAB_WEIGHTS[0])


def _colours(pixels: U8, cell: float) -> F64:
    """Return the colours of the photo on cells, (3, h, w) in weighted Lab."""
    return np.moveaxis(lab_on_cells(pixels, cell) * _LAB_WEIGHTS, -1, 0)


def _seen(colour: F64, x: F64, y: F64) -> F64:
    """Colours at places in cells, (..., 3)."""
    return np.stack([map_coordinates(plane, [y - 0.5, x - 0.5], order=1, mode="nearest") for plane in colour], -1)


def _traced(
    colour: F64, cell: float, width: float, guess: _Guess, spread: float, stiffness: float
) -> tuple[F64, float]:
    """Find the outline on the rays round a guess, in widths of the face, and its price."""
    reach = np.broadcast_to(_RADII * width, (len(_ANGLES), len(_RADII)))
    places = _places((guess.x, guess.y), guess.tilt_deg, _ANGLES[:, None], reach) / cell
    x, y = places[..., 0], places[..., 1]
    outside = (x < 0) | (y < 0) | (x > colour.shape[2]) | (y > colour.shape[1])
    rays = _seen(colour, x, y)
    gain = _contrast(rays, outside) + _LIKENESS * _likeness(rays, outside, _face(colour, cell, width, guess))
    departure = (_RADII - _ellipse(guess)[:, None]) / spread
    cost = 1 - gain + _DEPARTURE * departure**2
    path = cheapest_path(cost, stiffness)
    price = cost[np.arange(len(path)), path].sum() + stiffness * np.abs(np.diff(path)).sum()
    return np.asarray(_RADII[path]), float(price)


def _ellipse(guess: _Guess) -> F64:
    return np.asarray(1 / np.hypot(np.cos(_ANGLES) / guess.half_breadth, np.sin(_ANGLES) / guess.height))


def _face(colour: F64, cell: float, width: float, guess: _Guess) -> tuple[F64, F64]:
    """Median and spread of the colours between forehead and cheeks."""
    down, across = np.mgrid[-0.12:0.32:24j, -0.28:0.28:30j]
    sideways, up = _axes(guess.tilt_deg)
    x, y = (
        np.array([guess.x, guess.y])[:, None, None]
        + width * (sideways[:, None, None] * across - up[:, None, None] * down)
    ) / cell
    seen = _seen(colour, x, y).reshape(-1, 3)
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
    padded = np.full(cost.shape[1] + 2 * _MOST_STEP, np.inf)
    total, around = padded[_MOST_STEP:-_MOST_STEP], sliding_window_view(padded, len(steps))
    total[:] = cost[0]
    back = []
    for row in cost[1:]:
        reached = around + stiffness * np.abs(steps)
        back.append(steps[reached.argmin(1)])
        total[:] = reached.min(1) + row
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
    # a head so tall means that the middle was set too low
    low = max(height - _TALLEST * half_breadth, 0.0)
    across, up = _axes(guess.tilt_deg)
    x, y = (width * (float(np.clip(aside, -0.15, 0.15)) * across + low * up)).tolist()
    return _Guess(guess.x + x, guess.y + y, half_breadth, height - low, guess.tilt_deg)
