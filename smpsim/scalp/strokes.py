"""What a brush paints on a mask: strokes that add, erase and protect, one after another.

A stroke is a line of round brush prints, a capsule for each of its pieces, filled exactly
(:mod:`smpsim.scalp.polygon`); so a mask painted on a small screen is as fine as the photo.  An outline that is drawn
round an area is filled as it is.

Numbers: choices: bounds, and how finely brushes are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, F64
from smpsim.errors import ParameterError, quoted
from smpsim.kinds import are_places
from smpsim.scalp.grid import STEP_IN_SIGMAS, Grid
from smpsim.scalp.polygon import Rule, part_of

Mode = Literal["add", "erase", "protect", "unprotect"]

MAX_POINTS = 20_000
_CAP_CORNERS = 24
_FARTHEST_PX = 1e6
# an edge is drawn on cells when its standard deviation is at least twice this, which is what it then is in cells
_FINE_ENOUGH = 16


@dataclass(frozen=True)
class Stroke:
    """One stroke of a brush.

    Attributes
    ----------
    mode : {"add", "erase", "protect", "unprotect"}
        Whether it treats, or leaves out; or keeps free of dots whatever is treated there, or no longer does.
    points : tuple of (float, float), px
        Where the brush went, in the upright photo; a single point is a dab.
    width_px : float
        Width of the brush, above 0.
    edge_px : float
        Over how many pixels its edge goes from 5 to 95 %, >= 0.
    filled : bool
        The points are the outline of an area, which is closed and filled where it winds anticlockwise as seen, like
        that of a hairline; the width has no meaning.

    Raises
    ------
    ParameterError
        For another mode, no or more than 20,000 points, or a number out of its range.
    """

    mode: Mode
    points: tuple[tuple[float, float], ...]
    width_px: float
    edge_px: float = 0.0
    filled: bool = False

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise ParameterError(f"stroke: {quoted(self.mode)} is no mode; use one of {', '.join(get_args(Mode))}")
        if not 1 <= len(self.points) <= MAX_POINTS:
            raise ParameterError(f"stroke: {len(self.points)} points are not allowed; give 1 to {MAX_POINTS}")
        if not are_places(self.points, _FARTHEST_PX):
            raise ParameterError("stroke: a point is no place; give px, at most a million")
        if not (0 < self.width_px <= _FARTHEST_PX and 0 <= self.edge_px <= _FARTHEST_PX):
            raise ParameterError(
                f"stroke: a width of {self.width_px:g} px and an edge of {self.edge_px:g} px are not allowed; "
                "give a width above 0 and an edge of 0 or more"
            )


Print = tuple[tuple[slice, slice], F32]


def paint(
    coverage: F32, strokes: Sequence[Stroke], prints: Callable[[Stroke, tuple[int, ...]], Print] | None = None
) -> tuple[F32, F32]:
    """Paint on a mask.

    Parameters
    ----------
    coverage : ndarray (H, W) float32
        The mask before, 0 to 1; it is not changed.
    strokes : sequence of Stroke
        In the order in which they were made.
    prints : callable, optional
        What to ask for prints in the place of :func:`print_of`; something that remembers them.

    Returns
    -------
    coverage, protect : ndarray (H, W) float32
        Where to treat, and what is kept free of dots, 0 to 1.
    """
    layers = {"add": coverage.copy(), "protect": np.zeros_like(coverage)}
    for stroke in strokes:
        layer = layers["add" if stroke.mode in ("add", "erase") else "protect"]
        where, print_ = (prints or print_of)(stroke, coverage.shape)
        part = layer[where]
        if stroke.mode in ("add", "protect"):
            np.maximum(part, print_, out=part)
        else:
            np.minimum(part, 1 - print_, out=part)
    return layers["add"], layers["protect"]


def print_of(stroke: Stroke, shape: tuple[int, ...]) -> Print:
    """Return what a stroke covers of a mask: rows and columns, and the coverage there."""
    sigma = stroke.edge_px / STEP_IN_SIGMAS
    if sigma >= 2 * _FINE_ENOUGH:
        return _from_cells(stroke, shape, int(sigma / _FINE_ENOUGH))
    margin = math.ceil(3 * sigma)
    points = np.array(stroke.points, np.float64)
    size = shape[1], shape[0]
    # the edge is softened beyond the picture's border, too, as if there were more of it
    wide = size[0] + 2 * margin, size[1] + 2 * margin
    loops, rule = _loops(points + margin, stroke)
    (rows, columns), covered = part_of(loops, wide, rule)
    if not margin:
        return (rows, columns), covered.astype(np.float32)
    spread = gaussian_filter(np.pad(covered, margin), sigma)
    down, across = (
        slice(max(span.start - 2 * margin, 0), max(min(span.stop, n), 0))
        for span, n in zip((rows, columns), shape, strict=True)
    )
    top, left = (
        mine.start - (span.start - 2 * margin) for mine, span in zip((down, across), (rows, columns), strict=True)
    )
    part = spread[top : top + max(down.stop - down.start, 0), left : left + max(across.stop - across.start, 0)]
    return (down, across), part.astype(np.float32)


def _from_cells(stroke: Stroke, shape: tuple[int, ...], n: int) -> Print:
    """Find what a very soft stroke covers on cells of n x n pixels, and interpolate: no dearer than the photo."""
    # cells have a variance of (n^2 - 1) / 12 beyond that of pixels, and interpolation adds n^2 / 6 on average
    sigma = math.sqrt((stroke.edge_px / STEP_IN_SIGMAS) ** 2 - (3 * n * n - 1) / 12)
    # one cell more on every side, to interpolate up to the border
    points = tuple((x / n + 1, y / n + 1) for x, y in stroke.points)
    smaller = replace(stroke, points=points, width_px=stroke.width_px / n, edge_px=sigma / n * STEP_IN_SIGMAS)
    where, values = print_of(smaller, tuple(-(-side // n) + 2 for side in shape))
    first = [span.start - 1 for span in where]
    rows, columns = (
        slice(max(start, 0) * n, max(min((span.stop - 1) * n, side), max(start, 0) * n))
        for start, span, side in zip(first, where, shape, strict=True)
    )
    size = rows.stop - rows.start, columns.stop - columns.start
    if not all(size):
        return (rows, columns), np.zeros(size, np.float32)
    pixels = Grid(n, first[0], first[1], values.astype(np.float64)).on_pixels(rows, columns, 1.0)
    return (rows, columns), np.broadcast_to(pixels, size)


def _loops(points: F64, stroke: Stroke) -> tuple[list[F64], Rule]:
    """Return the polygons that a stroke fills, and what of them is inside."""
    return ([points], "positive") if stroke.filled else (_capsules(points, stroke.width_px / 2), "nonzero")


def _capsules(points: F64, radius: float) -> list[F64]:
    """Outline every piece of a line, all in the same direction of turning."""
    if len(points) == 1:
        points = np.concatenate([points, points])
    turn = np.linspace(-math.pi / 2, math.pi / 2, _CAP_CORNERS)
    outlines = []
    for start, end in pairwise(points):
        along = math.atan2(*(end - start)[::-1])
        cap = radius * np.stack([np.cos(along + turn), np.sin(along + turn)], -1)
        outlines.append(np.concatenate([end + cap, start - cap]))
    return outlines
