"""A proposal where the head is, from the mask alone.

A mask tells little: how wide the area is, and where it ends above.  So the sizes are those of the population, or
those given, and what is said of the camera is taken as it is.  Where nothing is said:

* An area wider than two thirds of the head reaches round it.  It is taken to be seen from the front, 20 degrees from
  above, or from the side if it is wider than a head is broad.  The head lies under it so that the area ends a few
  millimetres inside the silhouette, on as much of its upper border as can be.
* A smaller one is a spot on the crown, seen from behind, 45 degrees from above.  Its middle faces the camera.

Numbers: estimates, so that a curved scalp can be tried without measuring a head; look at the result.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F64
from smpsim.errors import MaskError
from smpsim.scalp.ellipsoid import Ellipsoid
from smpsim.scalp.grid import bounding_box, mostly

_FRONT, _SIDE, _CROWN = (0.0, 20.0), (90.0, 15.0), (180.0, 45.0)
# share of the head's breadth from which an area reaches round the head
_ROUND = 0.67
# masks end this far inside the silhouette, mm
_INSIDE_MM = 4.0
# share of the area's outline that may stick out of the silhouette above
_STRAYS = 0.02
# how far the middle of the head may lie beside that of the area, and a gap from which on the area ends on the head, mm
_SHIFT_MM, _FAR_MM = 30, 10.0


def fit_ellipsoid(
    mask: NDArray[np.generic],
    px_per_mm: float,
    head: Ellipsoid,
    *,
    x_mm: float | None = None,
    y_mm: float | None = None,
    azimuth_deg: float | None = None,
    elevation_deg: float | None = None,
) -> Ellipsoid:
    """Propose where the head is.

    Parameters
    ----------
    mask : ndarray (H, W)
        The treated area; what is half covered or more counts.
    px_per_mm : float
        Its scale.
    head : Ellipsoid
        Sizes and roll; its other numbers do not count.
    x_mm, y_mm, azimuth_deg, elevation_deg : float, optional
        What is known.

    Returns
    -------
    Ellipsoid
        The head, its numbers rounded to 0.1.

    Raises
    ------
    MaskError
        When the mask is empty.
    """
    inside = mostly(mask)
    box = bounding_box(inside)
    if box is None:
        raise MaskError("mask: it is empty, so no head can be fitted; draw a mask or give the head's numbers")
    if x_mm is not None and y_mm is not None and azimuth_deg is not None and elevation_deg is not None:
        return replace(head, x_mm=x_mm, y_mm=y_mm, azimuth_deg=azimuth_deg, elevation_deg=elevation_deg)
    width_mm = (box[1].stop - box[1].start) / px_per_mm
    around = width_mm > _ROUND * head.breadth_mm
    guess = _CROWN if not around else _SIDE if width_mm > head.breadth_mm else _FRONT
    azimuth, elevation = (g if k is None else k for g, k in zip(guess, (azimuth_deg, elevation_deg), strict=True))
    posed = replace(head, azimuth_deg=azimuth, elevation_deg=elevation)
    x, y = (_under_the_silhouette if around else _towards_the_camera)(inside, px_per_mm, posed)
    return replace(posed, x_mm=round(x, 1) if x_mm is None else x_mm, y_mm=round(y, 1) if y_mm is None else y_mm)


def _under_the_silhouette(inside: NDArray[np.bool_], px_per_mm: float, head: Ellipsoid) -> tuple[float, float]:
    """Middle of a head whose silhouette runs above the area, as close to its upper border as can be."""
    columns = np.flatnonzero(inside.any(0))
    x, top = (columns + 0.5) / px_per_mm, inside[:, columns].argmax(0) / px_per_mm
    best = (np.inf, 0.0, 0.0)
    for middle in (x[0] + x[-1]) / 2 + np.arange(-_SHIFT_MM, _SHIFT_MM + 1):
        below = top - _upper_rim(x - middle, head)
        height = float(np.quantile(below, _STRAYS))
        gap = float(np.minimum(below - height, _FAR_MM).mean())
        best = min(best, (gap, float(middle), height))
    return best[1:]


def _upper_rim(x: F64, head: Ellipsoid) -> F64:
    """Height (y, mm) of the silhouette over the middle of the head, a little inside."""
    shape = head.shape()
    half_width = np.sqrt(shape[0, 0])
    x = np.clip(x / (half_width - _INSIDE_MM), -1, 1) * half_width
    inner = np.maximum(shape[0, 0] - x**2, 0)
    rim = (shape[0, 1] * x - np.sqrt(np.linalg.det(shape[:2, :2]) * inner)) / shape[0, 0]
    return np.asarray(rim + _INSIDE_MM)


def _towards_the_camera(inside: NDArray[np.bool_], px_per_mm: float, head: Ellipsoid) -> tuple[float, float]:
    """Middle of a head whose nearest point is the middle of the area."""
    rows, columns = np.nonzero(inside)
    x, y, _ = head.nearest_mm()
    return float((columns.mean() + 0.5) / px_per_mm - x), float((rows.mean() + 0.5) / px_per_mm - y)
