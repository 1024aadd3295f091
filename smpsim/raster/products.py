"""Sums of many Gaussians as products of matrices.

A Gaussian whose axes are those of the picture is a column times a row.  The samples are cut into square blocks; with
the columns of all Gaussians that reach a block beside one another in ``L``, and their rows below one another in ``R``,
all that they add up to there is ``L R``: one product of two small matrices, instead of as many additions to scattered
places as the Gaussians have samples.  That pays where a block has many of them, on coarse levels.

Numbers: choices of speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, F64, Int
from smpsim.raster.desk import Desk

#: samples per side of a block: about the widest of the Gaussians
SIDE = 16
# Larger products may be shared among threads by the library: their last bits could depend on how many there are.
_AT_ONCE = 1000


@dataclass(frozen=True, eq=False)
class Products:
    """Gaussians of one level, in samples of that level, sorted by row: ``peak exp(a dx^2 + c dy^2)``.

    Attributes
    ----------
    level, reach : int
        Level of the pyramid, samples that they reach at most.
    x, y : ndarray (n,)
        Centres.
    a, c : ndarray (S, n) float32
        The S shapes of each.
    peak : ndarray (U, S, n) float32
        Peaks for the U uses of each shape.
    """

    level: int
    reach: int
    x: F64
    y: F64
    a: F32
    c: F32
    peak: F32

    def border(self, n: int) -> int:
        """Return the samples round n wanted ones that make whole blocks of them."""
        return -n % SIDE // 2

    def add(self, which: Int, origin: tuple[int, int], samples: F32, desk: Desk) -> None:
        """Add some Gaussians to samples.

        Parameters
        ----------
        which : ndarray (n,) int
            Those to add, one at least.
        origin : (int, int)
            Row and column of the first sample.
        samples : ndarray (U, S, h, w) float32
            With the border.
        desk : Desk
            Memory.
        """
        x, y = ((v[which] - first).astype(np.float32) for v, first in ((self.x, origin[1]), (self.y, origin[0])))
        n = samples.shape[-1] // SIDE
        listed = _listed(x, y, self.reach, n)
        slots = listed.ravel()
        edge = np.arange(0, n * SIDE, SIDE, dtype=np.float32)[:, None]
        dx = _distances(x.take(listed) - edge, desk.array("dx", (SIDE, listed.size)))
        dy = _distances(y.take(listed) - edge[:, None], desk.array("dy", (SIDE, listed.size)))
        blocks = samples.reshape(*samples.shape[:2], n, SIDE, n, SIDE).swapaxes(3, 4)
        for s in range(samples.shape[1]):
            across = _profile(dx, self.a[s].take(which).take(slots), desk.array("across", dx.shape))
            down = _profile(dy, self.c[s].take(which).take(slots), desk.array("down", dy.shape))
            right = across.reshape(SIDE, *listed.shape).transpose(1, 2, 3, 0)
            for u in range(len(samples)):
                peak = np.append(self.peak[u, s].take(which), np.float32(0)).take(slots)
                weighted = np.multiply(down, peak, out=desk.array("weighted", down.shape))
                left = weighted.reshape(SIDE, *listed.shape).transpose(1, 2, 0, 3)
                _add_products(left, right, blocks[u, s], desk)


def _distances(x: F32, out: F32) -> F32:
    """Distances of the samples of a block, (SIDE, n), from some places in it."""
    np.subtract(np.arange(SIDE, dtype=np.float32)[:, None] + np.float32(0.5), x.ravel(), out=out)
    return out


def _profile(d: F32, a: F32, out: F32) -> F32:
    """``exp(a d^2)``."""
    np.multiply(d, d, out=out)
    out *= a
    np.exp(out, out=out)
    return out


def _add_products(left: F32, right: F32, blocks: F32, desk: Desk) -> None:
    """Add the products of (n, n, SIDE, k) and (n, n, k, SIDE) matrices to (n, n, SIDE, SIDE) blocks."""
    product = desk.array("product", blocks.shape)
    for k in range(0, left.shape[-1], _AT_ONCE):
        part = slice(k, k + _AT_ONCE)
        blocks += np.matmul(left[..., part], right[..., part, :], out=product)


def _listed(x: F32, y: F32, reach: int, n: int) -> Int:
    """List the Gaussians that reach each of n x n blocks, (n, n, k), filled up with -1: behind the last one."""
    (left, right), (top, bottom) = (
        [np.floor((v + side) / SIDE).astype(np.intp).clip(0, n - 1) for side in (-reach, reach)] for v in (x, y)
    )
    most = range(1 - (-2 * reach) // SIDE)
    pairs = []
    for i in most:
        for j in most:
            these = np.flatnonzero((top + i <= bottom) & (left + j <= right))
            pairs.append((these, (top[these] + i) * n + left[these] + j))
    which, block = (np.concatenate(part) for part in zip(*pairs, strict=True))
    order = np.argsort(block.astype(np.int16), kind="stable")  # few bits sort fast
    which, block = which[order], block[order]
    number = np.bincount(block, minlength=n * n)
    listed = np.full((n * n, number.max()), -1)
    listed[block, np.arange(len(block)) - (np.cumsum(number) - number)[block]] = which
    return listed.reshape(n, n, -1)
