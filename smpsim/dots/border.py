"""How the border of the treated area wanders about the drawn line, and what stands ahead of it.

::

    wander = edge_roughness_mm * small + edge_macro_mm * large + edge_jags_mm * teeth      mm, inwards above 0
           + 7 mm where broken

``small`` (3 and 9 mm) and ``large`` (18 and 45 mm) are smooth random fields of standard deviation 1, cut at -0.6, so
that bays are deep and capes are flat.  ``teeth`` is the distance to the nearest of random points, one in each 5 mm:
straight flanks that meet at an angle, 0 at the points, so that teeth only cut inwards.  The border is ``broken`` where
a field of 4 and 11 mm exceeds the quantile of ``edge_gaps_frac``.  In an area narrow beside them all are less.

Numbers: estimates by eye.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter, uniform_filter
from scipy.spatial import cKDTree
from scipy.special import ndtri

from smpsim.arrays import F64
from smpsim.dots.hashing import combine, stream, uniform
from smpsim.dots.noise import random_field
from smpsim.parameters import Edge
from smpsim.scalp.grid import Grid

# The border wanders on these wavelengths (mm), the share of variance being equal: estimates by eye.
_SMALL_MM, _LARGE_MM, _GAPS_MM = (3.0, 9.0), (18.0, 45.0), (4.0, 11.0)
# The border comes at most this many standard deviations ahead of the line.
_AHEAD = 0.6
_TOOTH_MM, _GAP_MM = 5.0, 7.0
#: with sentinels the border stands so far behind the drawn line
BEHIND_MM = 3.0
# a gap opens over this many standard deviations of its field
_GAP_SLOPE = 0.25
# share of the half-width of a narrow area that its feather takes, and of its feather that the roughness may be
NARROW, ROUGHEST = 0.75, 0.25


def reach_mm(edge: Edge) -> float:
    """How far from the line the border's doings can be felt, mm: so wide must an area be to show them in full."""
    gaps, sentinels = _GAP_MM * (edge.edge_gaps_frac > 0), BEHIND_MM * (edge.sentinels_per_cm > 0)
    depths = edge.edge_roughness_mm, edge.edge_macro_mm, edge.edge_jags_mm, gaps, sentinels
    feathers = edge.feather_mm, edge.shade_feather_mm or 0.0, edge.size_feather_mm or 0.0
    return max(*feathers, *(depth / ROUGHEST for depth in depths))


def wander_mm(cells: Grid, half_width: F64, edge: Edge, seed: int) -> F64:
    """How far the border lies behind the drawn line near each cell, mm; below 0 ahead of it.

    Parameters
    ----------
    cells : Grid
        The cells of the area.
    half_width : ndarray of the grid's shape, mm
        Half the width of the area round each of them.
    edge : Edge
        What is asked for.
    seed : int
        Another seed, another border.
    """
    rough = np.minimum(edge.edge_roughness_mm, ROUGHEST * half_width)
    wander = rough * random_field(cells, seed, _SMALL_MM, "edge", cut=_AHEAD)
    if edge.edge_macro_mm > 0:
        large = np.minimum(edge.edge_macro_mm, ROUGHEST * half_width)
        wander += large * random_field(cells, seed, _LARGE_MM, "macro", cut=_AHEAD)
    if edge.edge_jags_mm > 0:
        wander += np.minimum(edge.edge_jags_mm, ROUGHEST * half_width) * _teeth(cells, seed)
    if edge.edge_gaps_frac > 0:
        over = random_field(cells, seed, _GAPS_MM, "gaps") - ndtri(1 - edge.edge_gaps_frac)
        wander += np.minimum(_GAP_MM, ROUGHEST * half_width) * np.clip(over / _GAP_SLOPE + 0.5, 0, 1)
    return np.asarray(wander)


def half_width_mm(distance: Grid, reach_mm: float) -> F64:
    """Half the width of the area round each cell, mm: the largest edge distance near by, smoothed.

    At most as much as matters; a cell at the edge of a wide area must find that much.
    """
    widest = reach_mm / NARROW
    smooth = int(np.ceil(reach_mm / distance.step_mm)) + 1 | 1  # an even window would lie half a cell aside
    search = int(np.ceil(widest / distance.step_mm)) + smooth // 2
    nearby = maximum_filter(np.maximum(distance.values, 0), 2 * search + 1)
    return np.asarray(uniform_filter(np.minimum(nearby, widest), smooth))


def _teeth(cells: Grid, seed: int) -> F64:
    """Distance of each cell to the nearest of random points, one in each square of 5 mm, in squares; at most 1."""
    y, x = (
        (first + 0.5 + np.arange(n)) * cells.step_mm / _TOOTH_MM
        for first, n in zip((cells.row, cells.column), cells.values.shape, strict=True)
    )
    rows, columns = (np.arange(int(np.floor(a[0])) - 2, int(np.floor(a[-1])) + 3) for a in (y, x))
    key = combine(seed, round(1000 * _TOOTH_MM), rows[:, None], columns[None, :])
    down, across = (uniform(stream(key, f"teeth {axis}")) for axis in "yx")
    points = np.stack([(rows[:, None] + down).ravel(), (columns[None, :] + across).ravel()], -1)
    places = np.stack(np.broadcast_arrays(y[:, None], x[None, :]), -1)
    away = cKDTree(points).query(places.reshape(-1, 2))[0].reshape(cells.values.shape)
    return np.asarray(np.minimum(away, 1))
