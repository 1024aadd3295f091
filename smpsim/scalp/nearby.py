"""Distances that matter only near by: several times as fast as those without a bound.

Numbers: derived: what 16 bits hold.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64, Bool

#: squares of two distances fit into the integers used
FARTHEST = 120


def cells_to(others: Bool, reach: int) -> F64:
    """Distance of each cell from the nearest of some others, between middles; beyond a reach the reach.

    Parameters
    ----------
    others : ndarray (h, w) of bool
        The others, at least one of them.
    reach : int
        Cells, 1 to 120.

    Returns
    -------
    ndarray (h, w)
        Cells; up to the reach the same to the bit as that of :func:`scipy.ndimage.distance_transform_edt`.
    """
    row = np.arange(len(others), dtype=np.int32)[:, None]
    before = np.maximum.accumulate(np.where(others, row, -reach), axis=0)
    after = np.minimum.accumulate(np.where(others, row, len(others) + reach)[::-1], axis=0)[::-1]
    down = np.minimum(np.minimum(row - before, after - row), reach).astype(np.int16) ** 2
    nearest, aside = down.copy(), np.empty_like(down)
    for step in range(1, reach + 1):
        np.add(down, np.int16(step**2), out=aside)
        np.minimum(nearest[:, step:], aside[:, :-step], out=nearest[:, step:])
        np.minimum(nearest[:, :-step], aside[:, step:], out=nearest[:, :-step])
    return np.minimum(np.sqrt(nearest.astype(np.float64)), reach)
