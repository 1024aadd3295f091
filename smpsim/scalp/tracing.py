"""From ridges to a line: single places on a ridge, and the middle of the line along a chain of places.

Numbers: estimates, as in :mod:`smpsim.scalp.pencil`.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, map_coordinates, maximum_filter1d

from smpsim.arrays import F32, F64
from smpsim.scalp.outline import cheapest_path

#: a ridge that stands out less is none
LEAST_SCORE = 3.0
#: distance of the points of a traced line, mm
STEP_MM = 0.5
# places are so far apart, and at most so many
_APART_MM, _MOST_PLACES = 1.6, 2500
# half width of the strip along a chain, distance of its samples, and how stiff the line is in it
_STRIP_MM, _ASIDE_MM, _STIFFNESS = 2.4, 0.2, 0.12
# a line that stands out so much is followed in full; what being aside of the chain costs, per mm
_SURE, _ASIDE_COST = 8.0, 0.02
# share of what a line's end stands out of what the line does so far from it
_AT_END, _INNER_MM = 0.4, 6.0
_CHAIN_SMOOTH_MM, _LINE_SMOOTH_MM = 3.0, 1.0


def places_on(score: F32, direction: F32, step_mm: float) -> tuple[F64, F64, F64]:
    """Thin a ridge to places: maxima across it, the strongest of every square of 1.6 mm.

    Parameters
    ----------
    score, direction : ndarray (h, w)
        As in :class:`smpsim.scalp.ridges.Ridges`.
    step_mm : float, mm
        Distance of the samples.

    Returns
    -------
    places : ndarray (n, 2), samples
        x, y.
    direction : ndarray (n,), rad
        Which way the ridge runs.
    score : ndarray (n,)
        How far it stands out.
    """
    y, x = np.nonzero(score >= LEAST_SCORE)
    here, angle = score[y, x].astype(np.float64), direction[y, x].astype(np.float64)
    right, down = -np.sin(angle), np.cos(angle)
    before, after = (
        map_coordinates(score, [y + sign * down, x + sign * right], order=1, mode="nearest") for sign in (-1, 1)
    )
    # the top of the parabola through the three
    bend = before + after - 2 * here
    shift = (0.5 * (before - after) / np.where(bend < 0, bend, -np.inf)).clip(-0.5, 0.5)
    top = np.flatnonzero((here >= before) & (here >= after))
    top = top[np.argsort(-here[top], kind="stable")]
    places = np.stack([x + 0.5 + shift * right, y + 0.5 + shift * down], -1)[top]
    squares = np.floor(places * (step_mm / _APART_MM)).astype(np.int64)
    first = np.sort(np.unique(squares, axis=0, return_index=True)[1])[:_MOST_PLACES]
    return places[first], angle[top[first]], here[top[first]]


def trace(chain: F64, score: F32, step_mm: float) -> tuple[F64, F64]:
    """Find the middle of a line along a chain of places.

    Parameters
    ----------
    chain : ndarray (n, 2), samples
        The places, in order.
    score : ndarray (h, w)
        The ridge.
    step_mm : float, mm
        Distance of the samples.

    Returns
    -------
    line : ndarray (m, 2), samples
        The middle, a point about every half mm.
    score : ndarray (m,)
        How far the line stands out there.
    """
    rough = smoothed(resampled(chain, STEP_MM / step_mm), _CHAIN_SMOOTH_MM / STEP_MM)
    normal = normals(rough)
    aside = np.arange(-_STRIP_MM, _STRIP_MM + 1e-9, _ASIDE_MM)
    x, y = np.moveaxis(rough[:, None] + normal[:, None] * (aside / step_mm)[:, None], -1, 0)
    strip = map_coordinates(score, [y - 0.5, x - 0.5], order=1, mode="nearest")
    path = cheapest_path(1 - np.minimum(strip / _SURE, 1) + _ASIDE_COST * np.abs(aside), _STIFFNESS)
    middle = smoothed(rough + normal * (aside[path] / step_mm)[:, None], _LINE_SMOOTH_MM / STEP_MM)
    found = strip[np.arange(len(path)), path]
    kept = _between_ends(found)
    return middle[kept], found[kept]


def _between_ends(score: F64) -> slice:
    """Find what lies between the ends: at an end the average along the line falls to half of its height."""
    reach = round(_INNER_MM / STEP_MM)
    inner = maximum_filter1d(score, 2 * reach + 1)
    on = np.flatnonzero(score >= np.maximum(_AT_END * inner, LEAST_SCORE))
    return slice(int(on[0]), int(on[-1]) + 1) if len(on) else slice(0, 0)


def normals(line: F64) -> F64:
    """Return the unit normals (n, 2) of a line, to the right of its direction as seen."""
    slope = np.gradient(line, axis=0)
    return np.asarray(np.stack([-slope[:, 1], slope[:, 0]], -1) / np.maximum(np.hypot(*slope.T), 1e-9)[:, None])


def lengths(line: F64) -> F64:
    """Length (n,) from the start of a line to each of its points."""
    return np.append(0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T)))


def resampled(line: F64, step: float) -> F64:
    """Points of a line at equal distances of at most a step."""
    length = lengths(line)
    at = np.linspace(0, length[-1], max(int(np.ceil(length[-1] / step)), 1) + 1)
    return np.stack([np.interp(at, length, line[:, axis]) for axis in range(2)], -1)


def smoothed(line: F64, deviation: float) -> F64:
    """Smooth a line along itself, by a Gaussian of so many points; its ends stay."""
    reach = min(int(4 * deviation) + 1, len(line) - 1)
    before, after = 2 * line[0] - line[reach:0:-1], 2 * line[-1] - line[-2 : -reach - 2 : -1]
    longer = np.concatenate([before, line, after])
    return np.asarray(gaussian_filter1d(longer, deviation, axis=0)[reach : reach + len(line)])
