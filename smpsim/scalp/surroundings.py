"""What lies round the treated area: how far from its edge on the skin, and whether it is skin at all.

:attr:`smpsim.scalp.mask.Area.edge_distance` is measured in the chart and ends 2 mm outside; what shows in the picture
farther round the area is asked for here.  Over the 10 mm that matter the way along the skin is nearly straight, so on
a curved surface it is taken in space (0.2 % too short on a head).

Numbers: estimates, and choices of how finely is looked.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt, maximum_filter
from scipy.spatial import cKDTree

from smpsim.arrays import F64, U8, Bool, Int
from smpsim.colour import ColourSpace
from smpsim.scalp.chart import Chart
from smpsim.scalp.dichromatic import chroma, smooth, step
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import INSIDE, STEP_MM, Area

# A curved surface is looked at in steps of this; what is farther from it in the picture lies beside the head.
_SAMPLE_MM, _BESIDE_MM = 1.0, 1.5
_PROTECTED = 0.5
# Pixels that are looked at in each cell, per axis; the skin near by is the mean over this.
_PER_CELL, _NEAR_MM = 3, 6.0
# Loss of chroma from which a cell may be something else than skin, and from which it is; skin with less chroma (sum of
# the squared logarithms of R/G and G/B) cannot be told by it.  Estimates, as in :mod:`smpsim.scalp.backdrop`.
_COLOURLESS, _GREY = (0.45, 0.7), 0.02


def distance_in_picture(area: Area, reach_mm: float) -> Grid:
    """Distance from the edge of the area, by cells of the picture.

    Parameters
    ----------
    area : Area
        The treated area; not empty.
    reach_mm : float, mm
        How far outside it matters.

    Returns
    -------
    Grid
        Distance on the skin, mm: negative outside, and infinitely so where there is no skin or where it is protected;
        infinite where there is no edge.  The outermost cells lie farther outside than `reach_mm`, or at the border of
        the picture.
    """
    ring = int(np.ceil(reach_mm / STEP_MM)) + 2
    cells = area.averaged(area.coverage, ring)
    inside = cells.values > INSIDE
    chart = area.surface.chart
    if not inside.any():
        distance = np.full(inside.shape, -np.inf)
    elif chart is not None:
        distance = _in_space(chart, cells, inside)
    elif inside.all():
        distance = np.full(inside.shape, np.inf)
    else:
        within, without = distance_transform_edt(inside), distance_transform_edt(~inside)
        distance = np.where(inside, within - 0.5, 0.5 - without) * STEP_MM
    if area.protect is not None:
        distance[area.averaged(area.protect, ring).values > _PROTECTED] = -np.inf
    return Grid(STEP_MM, cells.row, cells.column, distance)


def _in_space(chart: Chart, cells: Grid, inside: Bool) -> F64:
    """Signed distances of cells from the edge in space, mm."""
    (x, y), z = _seen_side(chart)
    h, w = inside.shape
    rows, columns = np.indices((h, w))
    places = np.stack([columns + cells.column + 0.5, rows + cells.row + 0.5], -1).reshape(-1, 2) * STEP_MM
    beside, nearest = cKDTree(np.stack([x, y], -1)).query(places, distance_upper_bound=_BESIDE_MM)
    on_skin = np.isfinite(beside)
    space = np.column_stack([places[on_skin], z[nearest[on_skin]]])
    treated = inside.ravel()[on_skin]
    distance = np.full(h * w, -np.inf)
    distance[on_skin] = _signed(space, treated)
    return distance.reshape(h, w)


def _signed(space: F64, treated: Bool) -> F64:
    """Distance of points (N, 3) from the others, mm: positive for treated ones, negative for the rest."""
    signed = np.where(treated, np.inf, -np.inf)
    if treated.any() and not treated.all():
        for side, sign in ((treated, 1), (~treated, -1)):
            signed[side] = sign * (cKDTree(space[~side]).query(space[side])[0] - STEP_MM / 2)
    return signed


def _seen_side(chart: Chart) -> tuple[F64, F64]:
    """Places in the picture (2, N) and heights (N,), mm, of the side of a surface that faces the camera."""
    u, v = (np.arange(low, high, _SAMPLE_MM) for low, high in chart.box_mm)
    spots = chart.spots(*(p.ravel() for p in np.meshgrid(u, v)))
    seen = spots.facing > 0
    return spots.space_mm[:2, seen], spots.space_mm[2, seen]


def skin_in_picture(pixels: U8, space: ColourSpace, area: Area, distance: Grid) -> F64:
    """Tell skin round the area from what has lost its colour: a backdrop, dark hair.

    Shine has lost it, too: what is drawn on the skin below would hardly show there.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    space : ColourSpace
        What its bytes mean.
    area : Area
        The treated area; not empty.
    distance : Grid
        Of :func:`distance_in_picture`.

    Returns
    -------
    ndarray (h, w)
        Share of each of these cells that may be skin, 0 to 1.
    """
    rows, columns = (
        _samples(first, n, size, area.px_per_mm)
        for first, n, size in zip((distance.row, distance.column), distance.values.shape, pixels.shape, strict=False)
    )
    light = space.decode(np.ascontiguousarray(pixels[rows[:, None], columns])).astype(np.float64)
    h, w = distance.values.shape
    cells = light.reshape(h, _PER_CELL, w, _PER_CELL, 3).mean((1, 3))
    treated = distance.values > 0
    own = smooth(chroma(cells), treated.astype(np.float64), _NEAR_MM / STEP_MM)
    strength = (own**2).sum(-1)
    lost = 1 - (chroma(cells) * own).sum(-1) / np.maximum(strength, _GREY)
    other = np.where(treated | (strength < _GREY), 0.0, step(lost, *_COLOURLESS))
    # a cell that is skin in part lends it to none of its pixels
    return np.asarray(1 - maximum_filter(other, 3), np.float64)


def _samples(first: float, n: int, size: int, px_per_mm: float) -> Int:
    """Pixels that stand for `n` cells along an axis, some for each."""
    places = (first + (np.arange(_PER_CELL * n) + 0.5) / _PER_CELL) * STEP_MM * px_per_mm
    return np.minimum(places.astype(np.intp), size - 1)
