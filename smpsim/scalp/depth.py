"""A measured surface: depth behind every pixel, as a camera with a depth sensor gives it.

Numbers: choices of precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F64
from smpsim.errors import ParameterError
from smpsim.scalp.chart import Sheet
from smpsim.scalp.grid import average_over_cells

# cells along the longer side: about 4 mm on a head, so that the noise of a sensor is averaged out
_CELLS = 48
# The sheet goes on beyond the picture by this many cells, so that dots at its border have neighbours on all sides.
_BEYOND = 2
_FEWEST = 5


@dataclass(frozen=True, eq=False)
class Depth:
    """A surface in front of every pixel.

    Attributes
    ----------
    map_mm : ndarray (H, W), mm
        Distance behind a plane that faces the camera; all finite.
    px_per_mm : float
        Scale of the map.
    """

    map_mm: F64
    px_per_mm: float

    def __post_init__(self) -> None:
        depth = np.asarray(self.map_mm, np.float64)
        if depth.ndim != 2 or min(depth.shape) < _FEWEST:
            raise ParameterError(f"map_mm: shape {depth.shape} is not allowed; give (H, W), 5 x 5 or more")
        if not np.isfinite(depth).all():
            missing = (~np.isfinite(depth)).sum()
            raise ParameterError(f"map_mm: {missing} values are not finite; fill holes and the background first")
        object.__setattr__(self, "map_mm", depth)

    def sheet(self) -> Sheet:
        """Return the surface, averaged over cells, and a little more on all sides."""
        longest, shortest = max(self.map_mm.shape), min(self.map_mm.shape)
        cell_px = max(min(longest / _CELLS, shortest / _FEWEST), 1.0)
        rows, columns = (range(int(n / cell_px + 1e-9)) for n in self.map_mm.shape)
        depth = average_over_cells(self.map_mm, cell_px, rows, columns)  # type: ignore[arg-type]
        depth = np.pad(depth, _BEYOND, mode="reflect", reflect_type="odd")
        y, x = ((np.arange(n) - _BEYOND + 0.5) * cell_px / self.px_per_mm for n in depth.shape)
        x, y = np.meshgrid(x, y)
        steepness = np.hypot(*np.gradient(depth))
        i, j = np.unravel_index(np.argmin(steepness), depth.shape)
        return Sheet(np.stack([x, y, -depth], -1), x + 1j * y, (int(i), int(j)))
