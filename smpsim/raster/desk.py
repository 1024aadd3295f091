"""Memory that is used again: fresh memory is slow."""

from __future__ import annotations

from math import prod
from threading import local

import numpy as np

from smpsim.arrays import F32


class Desk:
    """Arrays by name, those of each thread apart; an array holds until it is asked for again."""

    def __init__(self) -> None:
        self._mine = local()

    def array(self, name: str, shape: tuple[int, ...]) -> F32:
        """Return an array of a shape, with whatever is in it."""
        mine: dict[str, F32] = self._mine.__dict__
        if name not in mine or mine[name].size < prod(shape):
            mine[name] = np.empty(prod(shape) * 5 // 4, np.float32)  # tiles differ by a little
        return mine[name][: prod(shape)].reshape(shape)
