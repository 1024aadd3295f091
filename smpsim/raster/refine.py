"""From a level of the pyramid to the next finer one: quadratic B-splines sampled twice as finely.

Pairs of fine samples take ``9, 22, 1`` and ``1, 22, 9`` thirty-seconds of three coarse ones.  As products with a small
matrix, block by block, that takes half as long as by shifted sums of whole arrays.

Numbers: a choice of speed; the weights of the spline are derived.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import as_strided

from smpsim.arrays import F32

#: samples beyond the wanted ones, on each side, that this takes
PAD = 2
# coarse samples of a block: the more, the more weights are 0; the fewer, the more products there are
_BLOCK = 8


def refined(coarse: F32, out: F32 | None = None) -> F32:
    """Sample B-splines twice as finely.

    Parameters
    ----------
    coarse : ndarray (C, h, w) float32
        Coefficients, two more on each side than wanted.
    out : ndarray (C, 2 h - 4, 2 w - 4) float32, optional
        Where the result goes.

    Returns
    -------
    ndarray (C, 2 h - 4, 2 w - 4) float32
        Samples, two more on each side.
    """
    channels, h, w = coarse.shape
    down = np.empty((channels, 2 * (h - PAD), w), np.float32)
    if out is None:
        out = np.empty((channels, 2 * (h - PAD), 2 * (w - PAD)), np.float32)
    _down(coarse, down)
    _across(down, out)
    return out


def _down(coarse: F32, fine: F32) -> None:
    """Refine the rows of (C, n + 2, w) to (C, 2 n, w)."""
    n = coarse.shape[1] - PAD
    whole = n // _BLOCK * _BLOCK
    if whole:
        rough, smooth = _blocks(coarse, 1, _BLOCK, PAD), _blocks(fine, 1, 2 * _BLOCK, 0)
        np.matmul(_weights(_BLOCK), rough, out=smooth)
    if whole < n:
        np.matmul(_weights(n - whole), coarse[:, whole:], out=fine[:, 2 * whole :])


def _across(coarse: F32, fine: F32) -> None:
    """Refine the columns of (C, h, n + 2) to (C, h, 2 n)."""
    n = coarse.shape[2] - PAD
    whole = n // _BLOCK * _BLOCK
    if whole:
        rough, smooth = _blocks(coarse, 2, _BLOCK, PAD), _blocks(fine, 2, 2 * _BLOCK, 0)
        np.matmul(rough, _weights(_BLOCK).T, out=smooth)
    if whole < n:
        np.matmul(coarse[:, :, whole:], _weights(n - whole).T, out=fine[:, :, 2 * whole :])


def _blocks(array: F32, axis: int, step: int, more: int) -> F32:
    """View the blocks along an axis of (C, h, w), each with some more samples, as (C, blocks, h, w)."""
    shape, strides = list(array.shape), list(array.strides)
    number = (shape[axis] - more) // step
    shape[axis] = step + more
    return as_strided(array, (shape[0], number, *shape[1:]), (strides[0], step * strides[axis], *strides[1:]))


@lru_cache
def _weights(n: int) -> F32:
    """Weights (2 n, n + 2) of coarse samples in fine ones."""
    weights = np.zeros((2 * n, n + PAD), np.float32)
    for i in range(n):
        weights[2 * i, i : i + 3] = 9, 22, 1
        weights[2 * i + 1, i : i + 3] = 1, 22, 9
    return weights / np.float32(32)
