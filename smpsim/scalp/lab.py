"""The colours of a photo, coarsely."""

from __future__ import annotations

import numpy as np
from skimage.color import rgb2lab

from smpsim.arrays import F64, U8
from smpsim.scalp.grid import average_over_cells, cells_over


def smaller(pixels: U8, longest_px: int) -> tuple[U8, float]:
    """Average a photo over cells so that its longer side has at most so many px.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    longest_px : int
        The most that is wanted.

    Returns
    -------
    ndarray (h, w, 3) uint8
        The smaller photo, or the same.
    float, px
        Side of a cell in px of the photo, 1 or more.
    """
    cell = max(max(pixels.shape[:2]) / longest_px, 1.0)
    return (pixels if cell == 1 else _on_cells(pixels, cell).round().astype(np.uint8)), cell


def lab_on_cells(pixels: U8, cell: float) -> F64:
    """Return the colours of a photo averaged over cells of so many px, CIELAB (h, w, 3)."""
    return np.asarray(rgb2lab(_on_cells(pixels, cell) / 255), np.float64)


def _on_cells(pixels: U8, cell: float) -> F64:
    rows, columns = (range(cells_over(n, cell)) for n in pixels.shape[:2])
    channels = [average_over_cells(pixels[..., k].astype(np.float32), cell, rows, columns) for k in range(3)]
    return np.stack(channels, -1)
