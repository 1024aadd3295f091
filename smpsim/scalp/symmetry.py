"""How a face leans and where its middle is: the axis over which it is most like its mirror image.

Detail of the face (between 2 and 10 % of its width, its contrast evened out) is compared with itself mirrored over
axes that lean by up to 25 degrees and lie up to a quarter of its width beside the middle of the detector's box.  On
eleven photographs of known pupils the best axis leans as the pupils do to within 3 degrees wherever the likeness is
above a half.  Below that (a face that is turned, a shadow on one side), and where it leans by less than 4 degrees, the
face is left as the detector marks it.

Numbers: estimates.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from smpsim.arrays import F32, F64, U8
from smpsim.scalp.grid import average_over_cells, cells_over

_FACE_SAMPLES = 60
_TILTS_DEG, _ASIDE = np.arange(-25, 26, 2.5), np.arange(-0.24, 0.241, 0.03)
# the half of the face that is compared with the other, in widths: from the middle, down and sideways
_DOWN, _SIDEWAYS = np.mgrid[-0.35:0.45:40j, 0.02:0.42:24j]
_FINE, _COARSE, _EVEN, _FLAT = 0.02, 0.1, 0.2, 2.0
_ALIKE, _LEAST_DEG = 0.5, 4.0


def face_axis(pixels: U8, middle: tuple[float, float], width: float) -> tuple[float, float]:
    """Find the axis of a face.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.
    middle : (float, float), px
        About the middle of the face.
    width : float, px
        About its width.

    Returns
    -------
    (float, float), deg and px
        How far it leans, clockwise as seen in the picture, and how far the axis passes beside the middle, to the
        right; (0, 0) when the face does not lean, or no axis is good enough.
    """
    cell = max(width / _FACE_SAMPLES, 1.0)
    detail = _detail(pixels, cell, width / cell)
    x, y, w = middle[0] / cell, middle[1] / cell, width / cell
    best = max((_likeness(detail, x + aside * w, y, w, tilt), tilt, aside) for tilt in _TILTS_DEG for aside in _ASIDE)
    leans = best[0] > _ALIKE and abs(best[1]) >= _LEAST_DEG
    return (float(best[1]), float(best[2]) * width) if leans else (0.0, 0.0)


def _detail(pixels: U8, cell: float, width: float) -> F64:
    """Return the detail of the green channel on cells, evened out."""
    rows, columns = (range(cells_over(n, cell)) for n in pixels.shape[:2])
    green: F32 = pixels[..., 1].astype(np.float32)
    light = average_over_cells(green, cell, rows, columns)
    detail = gaussian_filter(light, _FINE * width) - gaussian_filter(light, _COARSE * width)
    return np.asarray(detail / (np.sqrt(gaussian_filter(detail**2, _EVEN * width)) + _FLAT))


def _likeness(detail: F64, x: float, y: float, width: float, tilt_deg: float) -> float:
    """Correlate the two halves of a face, -1 to 1."""
    cos, sin = np.cos(np.radians(tilt_deg)) * width, np.sin(np.radians(tilt_deg)) * width
    halves = [
        map_coordinates(
            detail,
            [y + side * _SIDEWAYS * sin + _DOWN * cos - 0.5, x + side * _SIDEWAYS * cos - _DOWN * sin - 0.5],
            order=1,
            mode="nearest",
        )
        for side in (1, -1)
    ]
    norm = float(np.sqrt((halves[0] ** 2).sum() * (halves[1] ** 2).sum()))
    return float((halves[0] * halves[1]).sum()) / norm if norm > 0 else 0.0
