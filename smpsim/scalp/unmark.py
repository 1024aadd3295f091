"""A drawn line hidden: its pixels become skin again, in the light of the photo.

Every pixel near the line has a place along it, ``s``, and across it, ``u``.  The line's own colour is what stands in
its middle beyond the skin on both sides; pixels that have it are found, and the band from edge to edge of them, a
little wider, is painted anew::

    log light = smooth(skin outside of the band) + spots(mirrored at the nearer edge) + grain(moved from beside)

where spots are what skin differs from its smooth self when it is averaged over 0.5 mm, and grain is the rest (moved
by whole pixels, so that noise stays what it is).  So light and tone go on from both sides, nothing jumps at the edge,
and no other pixel changes.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, gaussian_filter1d, maximum_filter1d
from scipy.spatial import cKDTree

from smpsim.arrays import F32, F64, U8, Bool, Int
from smpsim.colour import ColourSpace
from smpsim.errors import PhotoError
from smpsim.scalp.tracing import normals, resampled

_DARK = 0.004
# pixels looked at (mm from the line), those that can be the line's, and those that are skin beside it
_REACH_MM, _LINE_MM, _BESIDE_MM = 7.0, 3.0, (3.5, 6.0)
# so far beyond its ends it is looked for, as they are faint (mm), straight on from so many points
_BEYOND_MM, _END_POINTS = 5.0, 8
# steps along the line, and what the skin beside it and its edges are averaged over, mm
_STEP_MM, _SKIN_MM, _EDGE_MM = 0.5, 4.0, 1.5
# a pixel is the line's from this share of the line's colour, and when it stands out so many deviations of the skin
_LEAST_SHARE, _DEVIATIONS = 0.12, 3.5
# a line stands out so many deviations of the skin at its strongest, else there is none
_CLEAR = 5.0
# pixels are averaged over this before; the band is wider than them by so much, mm and px (colour is coarser in a JPEG)
_AVERAGE_MM, _WIDER_MM, _WIDER_PX = 0.15, 0.4, 2.0
# the smooth skin: standard deviation over the band's half width; spots are smooth over this; both sides' spots are
# mixed over this share of the band; grain is moved by pieces of so many steps
_SMOOTH, _SPOTS_MM, _MIXED, _PIECE = 1.2, 0.5, 0.12, 8
# pieces of line shorter than this, in steps, are none
_LEAST_STEPS = 6
# fewer pixels than this tell nothing of skin or line
_LEAST_PIXELS = 30


@dataclass(frozen=True, eq=False)
class Unmarked:
    """A picture without its line.

    Attributes
    ----------
    pixels : ndarray (H, W, 3) uint8
        The picture.
    changed : ndarray (H, W) bool
        Pixels that were painted anew.
    length_mm : float, mm
        Length of the line that was hidden.
    """

    pixels: U8
    changed: Bool
    length_mm: float


@dataclass(frozen=True, eq=False)
class _Strip:
    """The pixels near a line: row and column, the nearest point of the line, signed distance from it (mm)."""

    row: Int
    column: Int
    point: Int
    across_mm: F64
    n_points: int


def unmark(pixels: U8, space: ColourSpace, line: F64, px_per_mm: float) -> Unmarked:
    """Hide a drawn line.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    space : ColourSpace
        What its bytes mean.
    line : ndarray (n, 2), px
        The middle of the line, to about 1.5 mm.
    px_per_mm : float
        Scale.

    Raises
    ------
    PhotoError
        When no line is seen there.
    """
    box, line = _box(line, px_per_mm, pixels.shape)
    light = np.log(space.decode(np.ascontiguousarray(pixels[box])) + np.float32(_DARK))
    line = resampled(_longer(line, _BEYOND_MM * px_per_mm), _STEP_MM * px_per_mm)
    strip = _strip(line, light.shape, px_per_mm)
    low, high = _edges(light, strip, px_per_mm)
    there = high > low
    if there.sum() < _LEAST_STEPS:
        raise PhotoError("no drawn line is seen where one is to be hidden")
    inside = there[strip.point] & (strip.across_mm > low[strip.point]) & (strip.across_mm < high[strip.point])
    band = _Strip(strip.row[inside], strip.column[inside], strip.point[inside], strip.across_mm[inside], len(line))
    painted = _painted(light, band, low, high, normals(line) * px_per_mm)
    result, changed = pixels.copy(), np.zeros(pixels.shape[:2], np.bool_)
    rows, columns = band.row + box[0].start, band.column + box[1].start
    result[rows, columns] = space.encode(np.exp(painted) - np.float32(_DARK))
    changed[rows, columns] = True
    return Unmarked(result, changed, float(there.sum() * _STEP_MM))


def _box(line: F64, px_per_mm: float, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], F64]:
    """Rows and columns round a line, and the line in them."""
    margin = 2 * _REACH_MM * px_per_mm
    low, high = np.floor(line.min(0) - margin), np.ceil(line.max(0) + margin)
    (left, top), (right, bottom) = (end.clip(0, [shape[1], shape[0]]).astype(int).tolist() for end in (low, high))
    return (slice(top, bottom), slice(left, right)), line - [left, top]


def _longer(line: F64, more: float) -> F64:
    """Return a line that goes straight on at both ends."""
    inner = min(_END_POINTS, len(line) - 1)
    outwards = np.stack([line[0] - line[inner], line[-1] - line[-1 - inner]])
    outwards *= more / np.maximum(np.hypot(*outwards.T), 1e-9)[:, None]
    return np.concatenate([line[:1] + outwards[:1], line, line[-1:] + outwards[1:]])


def _strip(line: F64, shape: tuple[int, ...], px_per_mm: float) -> _Strip:
    on = np.ones(shape[:2], np.bool_)
    column, row = np.floor(line).astype(np.intp).T
    within = (row >= 0) & (column >= 0) & (row < shape[0]) & (column < shape[1])
    if not within.any():
        raise PhotoError("the line that is to be hidden does not lie in the photo")
    on[row[within], column[within]] = False
    rows, columns = np.nonzero(distance_transform_edt(on) < _REACH_MM * px_per_mm)
    places = np.stack([columns + 0.5, rows + 0.5], -1)
    point = cKDTree(line).query(places)[1]
    across = ((places - line[point]) * normals(line)[point]).sum(1) / px_per_mm
    # beyond the ends of the line there is none
    beyond = np.hypot(*(places - line[point]).T) / px_per_mm - np.abs(across) > _STEP_MM
    kept = ~beyond
    return _Strip(rows[kept], columns[kept], point[kept], across[kept], len(line))


def _edges(light: F32, strip: _Strip, px_per_mm: float) -> tuple[F64, F64]:
    """Find the edges of the band (mm across) at each point of the line; equal where there is no line."""
    near = np.stack([gaussian_filter(plane, _AVERAGE_MM * px_per_mm) for plane in np.moveaxis(light, -1, 0)], -1)
    colour = near[strip.row, strip.column].astype(np.float64)
    excess = colour - _beside(colour, strip)
    distance = np.abs(strip.across_mm)
    skin = excess[(distance > _BESIDE_MM[0]) & (distance < _BESIDE_MM[1])]
    if len(skin) < _LEAST_PIXELS or (distance < _LINE_MM / 2).sum() < _LEAST_PIXELS:
        raise PhotoError("the line that is to be hidden is too small in the photo; check the scale")
    covariance = np.cov(skin.T) + np.eye(3) * 1e-5
    mark = _mark(excess, strip, covariance)
    weights = np.linalg.solve(covariance, mark)
    if mark @ weights < _CLEAR**2:
        raise PhotoError("no drawn line is seen where one is to be hidden")
    share = excess @ weights / (mark @ weights)
    noise = 1.48 * float(np.median(np.abs(skin @ weights / (mark @ weights))))
    marked = (share > max(_LEAST_SHARE, _DEVIATIONS * noise)) & (distance < _LINE_MM)
    low, high = (np.full(strip.n_points, -np.inf) for _ in range(2))
    np.maximum.at(low, strip.point[marked], -strip.across_mm[marked])
    np.maximum.at(high, strip.point[marked], strip.across_mm[marked])
    wider, reach = _WIDER_MM + _WIDER_PX / px_per_mm, round(_EDGE_MM / _STEP_MM)
    low, high = (maximum_filter1d(edge, 2 * reach + 1, mode="nearest") for edge in (low, high))
    there = np.isfinite(low) & np.isfinite(high)
    low, high = (np.where(there, edge + wider, 0.0) for edge in (low, high))
    smooth = gaussian_filter1d(there.astype(float), reach, mode="nearest") + 1e-9
    low, high = (np.maximum(edge, gaussian_filter1d(edge, reach, mode="nearest") / smooth) for edge in (low, high))
    return np.where(there, -low, 0.0), np.where(there, high, 0.0)


def _beside(colour: F64, strip: _Strip) -> F64:
    """Colour of the skin at pixels (n, 3), from that on both sides of the line, which changes evenly between them."""
    low, high = _BESIDE_MM
    means, at, seen = [], [], []
    for sign in (-1, 1):
        side = (sign * strip.across_mm > low) & (sign * strip.across_mm < high)
        columns = [np.ones(side.sum()), strip.across_mm[side], *colour[side].T]
        sums = [np.bincount(strip.point[side], column, strip.n_points) for column in columns]
        n, across, *light = (gaussian_filter1d(total, _SKIN_MM / _STEP_MM, mode="nearest") for total in sums)
        means.append(np.stack(light, -1) / np.maximum(n, 1e-9)[:, None])
        at.append(across / np.maximum(n, 1e-9))
        seen.append((n > 1e-6)[strip.point])
    share = ((strip.across_mm - at[0][strip.point]) / (at[1] - at[0] + 1e-9)[strip.point]).clip(0, 1)
    # at the border of the picture one side may lie outside, or both: then nothing stands out
    share = np.where(seen[0] & seen[1], share, seen[1])[:, None]
    skin = means[0][strip.point] * (1 - share) + means[1][strip.point] * share
    return np.where((seen[0] | seen[1])[:, None], skin, colour)


def _mark(excess: F64, strip: _Strip, covariance: F64) -> F64:
    """Find the colour of the line (3,) beyond the skin: the mean of the pixels that are least like skin."""
    middle = excess[np.abs(strip.across_mm) < _LINE_MM / 2]
    away = (middle @ np.linalg.inv(covariance) * middle).sum(1)
    return np.asarray(middle[away >= np.quantile(away, 0.8)].mean(0))


def _painted(light: F32, band: _Strip, low: F64, high: F64, normal: F64) -> F32:
    """Logarithm of the light (n, 3) of the pixels of the band; normals in px per mm."""
    px_per_mm = float(np.hypot(*normal[0]))
    outside = np.ones(light.shape[:2], np.float32)
    outside[band.row, band.column] = 0
    half = 0.5 * float(np.median((high - low)[high > low]))
    skin, spots = (_smooth(light, outside, deviation * px_per_mm) for deviation in (_SMOOTH * half, _SPOTS_MM))
    low, high = low[band.point], high[band.point]
    place = (band.across_mm - low) / (high - low)
    mix = np.clip((place - 0.5) / _MIXED + 0.5, 0, 1)[:, None] * (np.pi / 2)
    result = skin[band.row, band.column].astype(np.float64)
    grain = band.point - band.point % _PIECE
    for edge, share, here in ((low, np.cos(mix), place < 0.5), (high, np.sin(mix), place >= 0.5)):
        at = _at(band, 2 * (edge - band.across_mm)[:, None] * normal[band.point], outside.shape)
        result += share * outside[at][:, None] * (spots - skin)[at]
        away = np.where(edge[:, None] > 0, 1, -1) * 2 * (half + _SPOTS_MM) * normal[grain]
        at = _at(band, away, outside.shape)
        result += (here * outside[at])[:, None] * (light - spots)[at]
    return np.asarray(result, np.float32)


def _smooth(light: F32, outside: F32, deviation: float) -> F32:
    """Average the light outside of the band."""
    weight = gaussian_filter(outside, deviation) + np.float32(1e-6)
    planes = (gaussian_filter(plane * outside, deviation) / weight for plane in np.moveaxis(light, -1, 0))
    return np.stack(list(planes), -1)


def _at(band: _Strip, away: F64, shape: tuple[int, ...]) -> tuple[Int, Int]:
    """Rows and columns of the pixels that lie so far (px) from those of the band."""
    column, row = np.rint(away).astype(np.intp).T
    return (band.row + row).clip(0, shape[0] - 1), (band.column + column).clip(0, shape[1] - 1)
