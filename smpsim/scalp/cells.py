"""Means of the photo's light over cells of about 2 mm: what the colours of light are fitted to.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from smpsim.arrays import F64, Bool
from smpsim.scalp.dichromatic import chroma, step

# logarithms of brightness, relative to lit skin, where shade begins and is full
_SHADE = (-0.3, -1.0)
_LIT_QUANTILE = 0.6
_BORDER_MM, _BORDER = (2.0, 10.0), 0.05

_Float = TypeVar("_Float", bound=np.floating)


@dataclass(frozen=True, eq=False)
class Cells:
    """Mean light of cells.

    Attributes
    ----------
    light : ndarray (h, w, 3), linear, above 0
        Mean light.
    weight : ndarray (h, w), 0..1
        How much of a cell is skin to be measured.
    step_mm : float
        Side of a cell.
    """

    light: F64
    weight: F64
    step_mm: float

    @cached_property
    def good(self) -> Bool:
        """Cells that hold enough skin: most of them or, in tiny areas, any."""
        most = self.weight > 0.6
        return most if most.sum() >= 12 else self.weight > 0.01

    def inner(self) -> F64:
        """Weight of each cell for its distance from the border, 0.05..1."""
        distance = distance_transform_edt(np.pad(self.weight > 0.5, 1))[1:-1, 1:-1] * self.step_mm
        return _BORDER + (1 - _BORDER) * step(distance, *_BORDER_MM)

    @cached_property
    def brightness(self) -> F64:
        """Mean of the channels."""
        return np.asarray((self.light[..., 0] + self.light[..., 1] + self.light[..., 2]) / 3)

    @cached_property
    def chroma(self) -> F64:
        """Chroma (h, w, 2)."""
        return chroma(self.light)

    @cached_property
    def lit(self) -> float:
        """Brightness of the lit skin."""
        return float(np.quantile(self.brightness[self.good], _LIT_QUANTILE))

    @cached_property
    def dark(self) -> F64:
        """How far each cell is in the shade, 0..1."""
        return shade(self.brightness, self.lit)


def shade(brightness: NDArray[_Float], lit: float) -> NDArray[_Float]:
    """How far light is that of the shade, 0..1."""
    return step(np.log(np.maximum(brightness, 1e-6) / max(lit, 1e-6)), *_SHADE)
