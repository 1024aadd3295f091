"""The colour of the light in the shade, for each step of brightness smooth over the photo.

Cells much darker than the lit skin are in the shade (or are hair).  What lights them has another colour, which goes
with their brightness: light that has scattered in the skin reaches farthest beyond the terminator, and is red; what is
darker still has the light of the room.  So every brightness has its own, smooth, chroma.  At a silhouette skin mirrors
the room, and the less light falls on it the more of its light that is: cells near the border of the area count little.
What a surface throws back does not depend on the skin: in dark skin it is much of the blue everywhere, and the chroma
of its shade is that of the most colourful cells.

Numbers: estimates.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64
from smpsim.scalp.cells import Cells
from smpsim.scalp.dichromatic import Split, green_albedo, one_sided, smooth, step, tint
from smpsim.scalp.lattice import Lattice

# steps of the shade: logarithms of brightness, relative to lit skin
_LEVELS = np.array([-0.65, -1.0, -1.5, -2.0, -2.75])
# cells over which brightness is smoothed: enough to reach over the border of the area
_LEVEL_CELLS = 0.6
_PALE = (0.2, 0.06)
_ROUNDS, _SHINE, _TAIL = 4, 0.05, 0.98
_SHADE_MM, _SMALL_SHADE_MM = 30.0, 10.0
#: area below which there is too little of something to tell its colour
SMALLEST_MM2 = 30.0
# weight of every cell where there is no shade near
_FAINT = 1e-7


def in_shade(cells: Cells, base: F64, weight: F64, lamp: F64) -> F64:
    """Find the shift of chroma in the shade.

    Parameters
    ----------
    cells : Cells
        The photo.
    base : ndarray (h, w, 2)
        Chroma of skin under the main lamp.
    weight : ndarray (h, w)
        How much each cell is in the shade, and skin.
    lamp : ndarray (3,)
        Colour of the main lamp.

    Returns
    -------
    ndarray (h, w, 2)
        What is added to the chroma.
    """
    rest = cells.chroma - base
    if weight.sum() * cells.step_mm**2 < SMALLEST_MM2:
        return smooth(rest, weight + 1e-4 * cells.weight, _SMALL_SHADE_MM / cells.step_mm)
    brightness = smooth(np.log(cells.brightness / cells.lit), cells.weight, _LEVEL_CELLS)
    level = np.interp(-brightness, -_LEVELS, np.arange(len(_LEVELS)))
    weight, shift, known = weight * cells.inner(), np.zeros((2, *level.shape)), np.full(level.shape, 1e-9)
    matte = _Matte(cells, base, rest, lamp)
    for k in range(len(_LEVELS)):
        near = np.maximum(1 - np.abs(level - k), 0)
        if (weight * near).any():
            shift += near * matte.shift(weight * near)
            known += near
    return np.moveaxis(shift / known, 0, -1)


class _Matte:
    """Shift of chroma of cells in the shade, smooth; in dark skin that of the most colourful."""

    def __init__(self, cells: Cells, base: F64, rest: F64, lamp: F64) -> None:
        light = np.moveaxis(cells.light, -1, 0).reshape(3, -1)
        skin = tint(*np.moveaxis(base, -1, 0).reshape(2, -1))
        self._skin, self._lamp = skin / light, lamp[:, None] / light
        self._belief = step(green_albedo(skin.T / lamp), *_PALE)
        self._rest = np.moveaxis(rest, -1, 0).reshape(2, -1)
        self._shape = cells.weight.shape
        self._lattice = Lattice(self._shape, _SHADE_MM / cells.step_mm)
        self._faint = _FAINT * self._lattice.sums(np.stack([np.ones(self._shape), *np.moveaxis(rest, -1, 0)]))

    def shift(self, weight: F64) -> F64:
        """Shift (2, h, w) of the cells that have some weight."""
        some = np.flatnonzero(weight)
        w, rest, belief = weight.ravel()[some], self._rest[:, some], self._belief[some]
        skin, lamp = self._skin[:, some], self._lamp[:, some]
        there, fields = (rest * w).sum(1, keepdims=True) / w.sum(), np.zeros((3, weight.size))
        for _ in range(_ROUNDS if belief.any() else 1):
            shifted = tint(*there)
            shine = Split(lamp * shifted).shine(skin * shifted)
            matte = w * (1 - belief + belief * one_sided(shine, _SHINE, _TAIL))
            fields[0, some], fields[1:, some] = matte, matte * rest
            below, *above = self._lattice.at(self._lattice.sums(fields.reshape(3, *self._shape)) + self._faint)
            shift: F64 = np.stack(above) / below
            there = shift.reshape(2, -1)[:, some]
        return shift
