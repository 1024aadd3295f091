"""A piece of advice on a photo, and the samples of skin that it is taken from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, U8, Bool
from smpsim.colour import ColourSpace
from smpsim.scalp.mask import Area

_SAMPLES_PER_MM, _REGION_MM = 2.5, 4.0


@dataclass(frozen=True)
class Advice:
    """One thing that would make a better photo.

    Attributes
    ----------
    code : str
        "px-per-mm", "blur", "dark", "bright", "clipped", "hair", "coloured-light", "shine", "compression" or
        "cut-off".
    words : str
        What is seen, with what was measured.
    value, limit : float
        What was measured, and the estimated limit that it is beyond.
    unit : str
        Unit of both.
    do : str
        What to do about it.
    """

    code: str
    words: str
    value: float
    limit: float
    unit: str
    do: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.words}: {self.do}"


class Skin:
    """Samples of the treated area."""

    def __init__(self, pixels: U8, space: ColourSpace, area: Area) -> None:
        assert area.box is not None
        rows, columns = area.box
        step = max(int(area.px_per_mm / _SAMPLES_PER_MM), 1)
        treated = area.coverage[rows, columns][::step, ::step] > 0.5
        if not treated.any():
            treated[:] = True
        i, j = np.nonzero(treated)
        self.px_per_mm, self.space = area.px_per_mm, space
        self.row, self.column = i * step + rows.start, j * step + columns.start
        self.bytes = pixels[self.row, self.column]

    @property
    def brightest(self) -> U8:
        """Largest channel of each sample."""
        return np.asarray(self.bytes.max(1))

    def linear(self) -> F32:
        """Linear light of the samples, (n, 3)."""
        channels = (self.space.decode_channel(np.ascontiguousarray(self.bytes[:, c]), c) for c in range(3))
        return np.stack(list(channels), -1)

    def regions(self) -> F32:
        """Mean linear light of regions of 4 mm, (m, 3)."""
        cell = _REGION_MM * self.px_per_mm
        rows, columns = (self.row / cell).astype(np.intp), (self.column / cell).astype(np.intp)
        which = np.unique(rows * (int(columns.max()) + 1) + columns, return_inverse=True)[1]
        light = self.linear()
        total = np.stack([np.bincount(which, light[:, c]) for c in range(3)], -1)
        return np.asarray(total / np.bincount(which)[:, None], np.float32)


def usual(brightness: F32) -> Bool:
    """Find samples that are neither in the shade nor shining."""
    low, high = np.quantile(brightness, 0.3, method="lower"), np.quantile(brightness, 0.8, method="higher")
    return np.asarray((brightness >= low) & (brightness <= high))
