"""Arms of the treated area (temples, sideburns): dots thin out towards their ends.

What is wider than 24 mm, or in a narrow area than 0.8 of its widest place, is its body; what hangs on it is an arm.
An arm's cell has a distance ``t`` from the body, along the arm; the arm is ``L = max t`` long.  Dots thin out over the
last ``blend = min(side_blend_mm, L - 8 mm)`` before the end, as ``s^2 (3 - 2 s)`` with ``s = (L - t) / blend``.  The
corner of a broad area is no arm, and an even strip (a scar) has none; an arm that leaves the picture has no end.

Numbers: estimates by eye; the rows are a choice.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse.csgraph import dijkstra

from smpsim.arrays import F64, Bool, Int
from smpsim.scalp.grid import Grid

_STEP_MM = 2.0
# rows of cells that are looked up at a time: what that takes is given back
_ROWS = 64
#: half the width from which an area is no arm, in mm and over that of its widest place, and the shortest arm
BODY_MM, BODY, _SHORTEST_MM = 12.0, 0.8, 8.0
# neighbours of a cell: one of each pair, as the graph is undirected
_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


def ends_of_arms(distance: Grid, blend_mm: float) -> F64:
    """Share of the density that is left towards the ends of arms.

    Parameters
    ----------
    distance : Grid
        Distance from the edge of the area, mm: negative outside, infinite where there is no edge.
    blend_mm : float
        Length over which dots thin out, mm.

    Returns
    -------
    ndarray of the grid's shape
        0 to 1, and 1 all over where there are no arms.
    """
    coarse, (y, x) = _coarse(distance)
    inside = coarse.values > 0
    body = _body(coarse.values)
    arms = inside & ~body
    if blend_mm <= 0 or not body.any() or not arms.any():
        return np.ones(distance.values.shape)
    left = _left(arms, _along(arms, body), blend_mm)
    # cells outside take what the nearest cell of the area has
    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    shares = Grid(_STEP_MM, coarse.row, coarse.column, left[tuple(nearest)])
    result = np.empty(distance.values.shape)
    for start in range(0, len(y), _ROWS):
        part = slice(start, start + _ROWS)
        result[part] = shares.at(*np.broadcast_arrays(x, y[part, None]))
    return result


def _coarse(distance: Grid) -> tuple[Grid, tuple[F64, F64]]:
    """Return the same distances on cells of 2 mm, and y, x of the fine cells, mm."""
    step, (h, w) = distance.step_mm, distance.values.shape
    y, x = (np.asarray((first + 0.5 + np.arange(n)) * step) for first, n in ((distance.row, h), (distance.column, w)))
    rows, columns = (np.arange(int(a[0] // _STEP_MM), int(a[-1] // _STEP_MM) + 1) for a in (y, x))
    i, j = (
        np.clip(np.searchsorted(a, (cells + 0.5) * _STEP_MM), 0, len(a) - 1) for a, cells in ((y, rows), (x, columns))
    )
    return Grid(_STEP_MM, int(rows[0]), int(columns[0]), distance.values[np.ix_(i, j)]), (y, x)


def _body(distance: F64) -> Bool:
    """Cells that a disc of the body's half-width covers without leaving the area."""
    half_width = min(BODY_MM, BODY * float(distance.max(initial=0)))
    within = distance >= half_width
    if half_width <= 0 or not within.any():
        return np.zeros(distance.shape, np.bool_)
    return np.asarray((distance > 0) & (ndimage.distance_transform_edt(~within) * _STEP_MM < half_width))


def _along(arms: Bool, body: Bool) -> F64:
    """Distance of every cell from the body, along the arms, mm; infinite where nothing leads there."""
    number = np.arange(arms.size).reshape(arms.shape)
    inside, arm = (arms | body).ravel(), arms.ravel()
    pairs, lengths = [], []
    for down, across in _NEIGHBOURS:
        here, there = _shifted(number, down, across)
        # every cell of the body is a start: no steps are needed there
        joined = inside[here] & inside[there] & (arm[here] | arm[there])
        pairs.append(np.stack([here[joined], there[joined]]))
        lengths.append(np.full(pairs[-1].shape[1], _STEP_MM * np.hypot(down, across)))
    i, j = np.concatenate(pairs, axis=1)
    graph = sparse.csr_array((np.concatenate(lengths), (i, j)), shape=(arms.size, arms.size))
    return np.asarray(dijkstra(graph, directed=False, indices=np.flatnonzero(body), min_only=True)).reshape(arms.shape)


def _shifted(number: Int, down: int, across: int) -> tuple[Int, Int]:
    """Numbers of cells and of their neighbours."""
    h, w = number.shape
    left, right = max(-across, 0), w - max(across, 0)
    here, there = number[: h - down, left:right], number[down:, left + across : right + across]
    return here.ravel(), there.ravel()


def _left(arms: Bool, along: F64, blend_mm: float) -> F64:
    """Share that is left in every cell."""
    labels, count = ndimage.label(arms, structure=np.ones((3, 3)))
    reached = arms & np.isfinite(along)
    index = np.arange(1, count + 1)
    length = np.append(0.0, ndimage.maximum(np.where(reached, along, 0), labels, index))
    at_border = np.ones(arms.shape, np.bool_)
    at_border[1:-1, 1:-1] = False
    length[np.unique(labels[at_border & arms])] = 0
    blend = np.clip(length - _SHORTEST_MM, 0, blend_mm)[labels]
    s = np.ones(arms.shape)
    fading = reached & (blend > 0)
    s[fading] = np.clip((length[labels] + _STEP_MM / 2 - along)[fading] / blend[fading], 0, 1)
    return s * s * (3 - 2 * s)
