"""Darts that are placed once for several treatments of one photo.

What a demand holds is, to the last digit, part of what any higher demand in the same cells holds (that is what
:mod:`smpsim.dots.ranked` is for).  So a sheet of options whose densest one comes first places its darts once.
"""

from __future__ import annotations

import numpy as np

from smpsim.dots.ranked import Darts, Demand, place_ranked


class Placed:
    """The darts of the highest demand so far."""

    def __init__(self) -> None:
        self._last: tuple[Demand, float, int, Darts] | None = None

    def place(self, demand: Demand, *, c: float, seed: int, is_bound: bool) -> Darts:
        """Return what :func:`smpsim.dots.ranked.place_ranked` does, or more that was not asked for.

        Parameters
        ----------
        demand, c, seed
            As for that function.
        is_bound : bool
            Whether nothing beyond the demand can be chosen; else the darts of an equal demand alone are given again.
        """
        last = self._last
        if last is None or last[1:3] != (c, seed) or not _holds(last[0], demand, is_bound):
            self._last = last = demand, c, seed, place_ranked(demand, c=c, seed=seed)
        return last[3]


def _holds(one: Demand, other: Demand, is_bound: bool) -> bool:
    """Whether one demand asks for all that the other asks for; for the same when that is `is_bound`."""
    frame, wanted = ((d.cell_mm, d.row, d.column, d.per_mm2.shape) for d in (one, other))
    compare = np.greater_equal if is_bound else np.equal
    return frame == wanted and bool(compare(one.per_mm2, other.per_mm2).all())
