"""Which part of a photo a picture for the client shows, and the previews of that part.

``area``
    the treated area with what is around it, reduced to a size for paper and screens;
``line``
    a square of 28 mm (160 px at least) of the photo at its own size, where the area ends downwards: the hairline of a
    head seen from the front;
``middle``
    such a square where the mask is fullest.

Numbers: choices of layout.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.ndimage import correlate1d, uniform_filter, uniform_filter1d

from smpsim.arrays import F32, F64, U8
from smpsim.errors import ParameterError, quoted
from smpsim.files.encode import on_white
from smpsim.preview import Preview
from smpsim.scalp.grid import average_over_cells, bounding_box
from smpsim.sitting import Sitting, Window
from smpsim.treatment import Treatment

VIEWS = ("area", "line", "middle")
#: longer side of a picture on a sheet
PIECE_PX = 800

# side of a square; more mm where that would be fewer pixels
_CLOSE_MM, _CLOSE_PX = 28.0, 160
# of the mask's box, on every side
_AROUND_FRAC = 0.2
# above, beside and below the box of the mask, over its longer side: so that a face is seen below a hairline
_HEAD_FRAC = (0.2, 0.25, 0.8)
# of a square at the line: so much lies in the area, as dots begin thinly
_ABOVE_FRAC = 0.7


class View(NamedTuple):
    """A part of a photo.

    Attributes
    ----------
    window : tuple of int
        x, y, w, h in the photo at full size.
    max_px : int or None
        Longer side of the whole photo at the size that is shown; None for its own.
    """

    window: Window
    max_px: int | None

    def shown(self, sitting: Sitting, treatment: Treatment, seed: int) -> tuple[Preview, U8, U8]:
        """Render a treatment; return the preview, its pixels in this part, and those of the photo without dots."""
        window = self.window if self.max_px is None else None
        preview = sitting.render(treatment=treatment, seed=seed, window=window, max_px=self.max_px)
        after, before = (
            self._cut(on_white(pixels, preview.alpha), preview.photo.size)
            for pixels in (preview.image, preview.before)
        )
        return preview, after, before

    def _cut(self, pixels: U8, size: tuple[int, int]) -> U8:
        """Cut this part out of the reduced photo, which has the given size in full."""
        if self.max_px is None:
            return pixels
        x, y, w, h = self.window
        across, down = pixels.shape[1] / size[0], pixels.shape[0] / size[1]
        left, top = round(x * across), round(y * down)
        right, bottom = max(round((x + w) * across), left + 1), max(round((y + h) * down), top + 1)
        return np.ascontiguousarray(pixels[top:bottom, left:right])


def view_of(name: str, mask: F32, *, px_per_mm: float, piece_px: int = PIECE_PX) -> View:
    """Find the part of a photo that a view shows.

    Parameters
    ----------
    name : {"area", "line", "middle"}
        The view.
    mask : ndarray (H, W) float32
        The mask, 0 to 1; not empty.
    px_per_mm : float
        Scale of the photo.
    piece_px : int
        Longer side of the picture, 100 to 4000 px; pictures are never enlarged.

    Raises
    ------
    ParameterError
        When there is no such view, or the size is out of its range.
    """
    if not 100 <= piece_px <= 4000:
        raise ParameterError(f"piece_px: {piece_px} px is not allowed; choose 100 to 4000 px", name="piece_px")
    if name == "area":
        window = _around(mask)
        longest = max(window[2:])
        if longest <= piece_px:
            return View(window, None)
        return View(window, round(max(mask.shape) * piece_px / longest))
    if name not in VIEWS:
        raise ParameterError(f"view: {quoted(name)} is unknown; choose {', '.join(VIEWS)}", name="view", value=name)
    side = min(max(round(_CLOSE_MM * px_per_mm), _CLOSE_PX), piece_px)
    return View(fullest(mask, side) if name == "middle" else at_the_line(mask, side), None)


def head_view(mask: F32, piece_px: int) -> View:
    """Return the part of a photo that shows the area on its head: the box of the mask with much around it.

    Parameters
    ----------
    mask : ndarray (H, W)
        0 to 1.
    piece_px : int
        Longer side of the picture, px; pictures are never enlarged.
    """
    height, width = mask.shape
    box = bounding_box(mask)
    rows, columns = box or (slice(0, height), slice(0, width))
    longer = max(rows.stop - rows.start, columns.stop - columns.start)
    above, beside, below = (round(share * longer) for share in _HEAD_FRAC)
    left, top = max(columns.start - beside, 0), max(rows.start - above, 0)
    w, h = min(columns.stop + beside, width) - left, min(rows.stop + below, height) - top
    share = min(piece_px / max(w, h), 1.0)
    return View((left, top, w, h), None if share == 1 else round(share * max(mask.shape)))


def _around(mask: F32) -> Window:
    """Return the box of the mask with what is around it."""
    height, width = mask.shape
    spans = []
    for axis, length in ((0, width), (1, height)):
        along = np.asarray(mask.any(axis=axis))
        first, last = int(along.argmax()), length - int(along[::-1].argmax())
        more = round(_AROUND_FRAC * (last - first))
        low, high = max(first - more, 0), min(last + more, length)
        spans.append((low, high - low))
    (x, w), (y, h) = spans
    return x, y, w, h


def fullest(mask: F32, side_px: int) -> Window:
    """Return the square, as it fits into the picture, in which the mask is fullest; the most central of equals."""
    return _best(mask, side_px, lambda cells, rows, columns: uniform_filter(cells, (rows, columns), mode="constant"))


def at_the_line(mask: F32, side_px: int) -> Window:
    """Return the square whose upper part is fullest and whose lower part is emptiest; the most central of equals."""
    return _best(mask, side_px, _ends_downwards)


def _ends_downwards(cells: F64, rows: int, columns: int) -> F64:
    above, below = max(round(_ABOVE_FRAC * rows), 1), max(round((1 - _ABOVE_FRAC) * rows), 1)
    weights = np.repeat([1 / above, -1 / below], (above, below))
    # the border of the picture is no edge
    across = uniform_filter1d(cells, columns, axis=1, mode="nearest")
    return np.asarray(correlate1d(across, weights, axis=0, mode="nearest"))


def _best(mask: F32, side_px: int, score: Callable[[F64, int, int], F64]) -> Window:
    """Return the square with the highest score, which is computed on coarse cells; the most central of equals."""
    height, width = mask.shape
    h, w = min(side_px, height), min(side_px, width)
    cell = max(min(h, w) // 16, 1)
    cells = average_over_cells(mask, cell, range(-(-height // cell)), range(-(-width // cell)))
    found = score(cells, max(h // cell, 1), max(w // cell, 1))
    i, j = np.indices(found.shape)
    rows, columns = np.nonzero(cells)
    away = np.hypot(i - rows.mean(), j - columns.mean()) / max(found.shape)
    row, column = np.unravel_index(int(np.argmax(found - 0.01 * away)), found.shape)
    x, y = int(column) * cell - w // 2, int(row) * cell - h // 2
    return min(max(x, 0), width - w), min(max(y, 0), height - h), w, h
