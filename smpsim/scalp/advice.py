"""A piece of advice on a photo, and the samples of skin that it is taken from.

Numbers: choices of how finely skin is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
        self._step = max(int(area.px_per_mm / _SAMPLES_PER_MM), 1)
        some = tuple(slice(side.start, side.stop, self._step) for side in area.box)
        self._treated = area.treated(*some) > 0.5
        if not self._treated.any():
            self._treated[:] = True
        self._first, self._px_per_mm, self.space = (rows.start, columns.start), area.px_per_mm, space
        taken = pixels[some]
        self._bytes = np.stack([taken[..., channel][self._treated] for channel in range(3)])

    @cached_property
    def brightest(self) -> U8:
        """Largest channel of each sample."""
        return np.asarray(self._bytes.max(0))

    @cached_property
    def light(self) -> F32:
        """Linear light of the samples, (3, n)."""
        return np.stack([self.space.decode_channel(plane, channel) for channel, plane in enumerate(self._bytes)])

    @cached_property
    def brightness(self) -> F32:
        """Mean linear light of each sample."""
        return np.asarray(self.light.mean(0))

    @cached_property
    def usual(self) -> Bool:
        """Which samples are neither in the shade nor shining."""
        a = self.brightness
        low, high = np.quantile(a, 0.3, method="lower"), np.quantile(a, 0.8, method="higher")
        return np.asarray((a >= low) & (a <= high))

    def regions(self) -> F32:
        """Mean linear light of regions of 4 mm, (m, 3)."""
        cell = _REGION_MM * self._px_per_mm
        rows, columns = (
            ((places * self._step + first) / cell).astype(np.intp)
            for places, first in zip(np.nonzero(self._treated), self._first, strict=True)
        )
        which = rows * (int(columns.max()) + 1) + columns
        number = np.bincount(which)
        total = np.stack([np.bincount(which, plane) for plane in self.light], -1)[number > 0]
        return np.asarray(total / number[number > 0, None], np.float32)
