"""Gaussians added sample by sample, each where it lies: those that are narrower than a pixel, and the slanted ones.

A pixel's loss by one that is narrower, ``c = mean(1 - exp(-X))``, is integrated by Gauss-Legendre quadrature over the
pixel, and ``-log(1 - c)`` is added.

Numbers: choices of speed and precision; the formulas are derived.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from smpsim.arrays import F32, F64, Int
from smpsim.raster.desk import Desk

# transmittance that stands for none: its logarithm is finite
_OPAQUE = 1e-12
# samples drawn at a time: they stay in the cache
_CHUNK = 100_000


@dataclass(frozen=True, eq=False)
class Stamps:
    """Gaussians of one level, reach and kind, in samples of that level, sorted by row.

    ``X = peak exp(a dx^2 + b dx dy + c dy^2)``.  Shapes may be used for several channels.

    Attributes
    ----------
    level, reach, nodes : int
        Level of the pyramid, samples that they reach, nodes along each axis of a pixel (0: no quadrature).
    upright : bool
        Whether b is as good as 0.
    x, y : ndarray (n,)
        Centres.
    a, b, c : ndarray (S, n) float32
        The S shapes of each.
    peak : ndarray (U, S, n) float32
        Peaks for the U uses of each shape.
    """

    level: int
    reach: int
    nodes: int
    upright: bool
    x: F64
    y: F64
    a: F32
    b: F32
    c: F32
    peak: F32

    def border(self, n: int) -> int:
        """Return the samples round n wanted ones that are drawn as well: nothing sticks out of them."""
        return 2 * self.reach

    def add(self, which: Int, origin: tuple[int, int], samples: F32, desk: Desk) -> None:
        """Add some Gaussians to samples.

        Parameters
        ----------
        which : ndarray (n,) int
            Those to add.
        origin : (int, int)
            Row and column of the first sample.
        samples : ndarray (U, S, h, w) float32
            With the border.
        desk : Desk
            Memory.
        """
        side = (2 * self.reach + 1) * max(self.nodes, 1)
        chunk = max(_CHUNK // side**2, 1)
        for start in range(0, len(which), chunk):
            self._some(which[start : start + chunk], origin, samples)

    def _some(self, which: Int, origin: tuple[int, int], samples: F32) -> None:
        """Add a few; the last axis of all arrays runs over them: it is long, and so the loops inside numpy are."""
        x, y = self.x[which] - origin[1], self.y[which] - origin[0]
        column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
        k = np.arange(-self.reach, self.reach + 1)
        nodes, weights = _nodes(self.nodes)
        at = (k[:, None] + 0.5 + nodes).reshape(-1, 1).astype(np.float32)
        dx, dy = at + (column - x).astype(np.float32), at + (row - y).astype(np.float32)
        width = samples.shape[-1]
        index = ((k[:, None] * width + k)[:, :, None] + (row * width + column)).ravel()
        uses = samples.reshape(*samples.shape[:2], -1)
        for s in range(samples.shape[1]):
            a, b, c = (v[s].take(which) for v in (self.a, self.b, self.c))
            along_x, along_y = a * dx * dx, (c * dy * dy)[:, None, :]
            if self.upright:
                np.exp(along_x, out=along_x)
                np.exp(along_y, out=along_y)
            else:
                value = dy[:, None, :] * (b * dx)
                value += along_x
                value += along_y
                np.exp(value, out=value)
            for u in range(len(samples)):
                peak = self.peak[u, s].take(which)
                loss = (along_y * peak) * along_x if self.upright else value * peak
                if self.nodes:
                    loss = _pixel_loss(loss, weights)
                np.add.at(uses[u, s], index, loss.ravel())


@lru_cache
def _nodes(number: int) -> tuple[F64, F32]:
    """Gauss-Legendre nodes and weights on a pixel, -1/2 to 1/2; none stands for its centre."""
    nodes, weights = np.polynomial.legendre.leggauss(max(number, 1))
    return nodes / 2, (weights / 2).astype(np.float32)


def _pixel_loss(x: F32, weights: F32) -> F32:
    """-log(1 - c) of each pixel, c being the mean of 1 - exp(-X) over its nodes; x is (h nodes, w nodes, n)."""
    nodes = len(weights)
    np.negative(x, out=x)
    np.exp(x, out=x)
    blocks = x.reshape(x.shape[0] // nodes, nodes, x.shape[1] // nodes, nodes, -1)
    rows = sum((blocks[:, i] * weights[i] for i in range(1, nodes)), blocks[:, 0] * weights[0])
    mean = sum((rows[:, :, i] * weights[i] for i in range(1, nodes)), rows[:, :, 0] * weights[0])
    kept: F32 = np.log(np.clip(mean, _OPAQUE, 1))  # the weights' sum is 1 but for the last digit
    return -kept
