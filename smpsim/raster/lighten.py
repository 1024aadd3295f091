"""Old work in a photo made lighter, as a laser would leave it.

The light that each dot takes is given back by the share that is gone, and so is the light that dots take from the
skin round them.  That is not seen as dots, but known from the model (:mod:`smpsim.ink.optics`): of every dot the far
Gaussian takes a multiple of what its core and middle take, which hardly depends on its depth and width and is that of
the usual dot here.

    I' = (I + S sum of (1 - left_i) a_i G_i)  T_far(what is left) / T_far(all)

The grain of the photo stays as it is.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.colour import ColourSpace, individual_typology_angle, lab
from smpsim.errors import PhotoError
from smpsim.ink.field import far_light, light_from_below
from smpsim.ink.loss import visible
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import SkinOptics
from smpsim.scalp.grid import Grid, average_over_cells
from smpsim.scalp.marks import LIGHTNESS, Marks, find_marks
from smpsim.scalp.mask import Area
from smpsim.scalp.scale import RESOLVED_PX_PER_MM

# dots are looked for at no more than this; what they take from the light reaches this far (mm), smoothly over this
_FINEST_PX_PER_MM, _MARGIN_MM, _FAR_MM = 10.0, 4.0, 1.5
# the usual dot: depth and diameter, mm, and absorption of carbon 1:10 for R, G, B, /mm
_USUAL = {"depth_mm": 0.25, "diameter_mm": 0.25, "ink_per_mm": 41 * np.array([0.90, 1.00, 1.22])}
# share of what is found as dots that their core and middle take; the rest is already the far Gaussian's, or grain.
# Measured on samples: 0.5 of small dots, 0.7 of large ones.
_OWN = 0.63
# difference of light (logarithm) from which what lies round the area is in part, and not at all, its skin
_UNLIKE = (0.2, 0.4)
# a mask that is drawn to the silhouette has backdrop in it, so far (mm): so dark or bright (logarithm, of the area's)
_RIM_MM, _BACKDROP = 1.0, (-1.2, 0.4)
# changes that are none
_STILL = 1e-6


@dataclass(frozen=True, eq=False)
class OldDots:
    """Dots that were found in a photo.

    Attributes
    ----------
    x_mm, y_mm : ndarray (N,), mm
        Where they are.
    """

    x_mm: F64
    y_mm: F64
    _marks: Marks
    _cell_px: float
    _near_px: float
    _row: int
    _column: int
    _far: F64
    _below: F64
    _skin: F32

    def __len__(self) -> int:
        return len(self.x_mm)

    def lightened(self, pixels: U8, space: ColourSpace, left: F64) -> U8:
        """Return the photo with a share (N,) of each dot's visible darkening left."""
        where = self._skin[..., None]
        back = self._marks.missing(1 - left) * self._marks.skin * where
        light = 1 + where * (self._left(left) / np.maximum(self._left(np.ones(len(self))), _STILL) - 1)
        h, w = back.shape[:2]
        rows = slice(*(min(round(k * self._cell_px), pixels.shape[0]) for k in (self._row, self._row + h)))
        columns = slice(*(min(round(k * self._cell_px), pixels.shape[1]) for k in (self._column, self._column + w)))
        linear = space.decode(np.ascontiguousarray(pixels[rows, columns]))
        more, factor = (self._on_pixels(values, rows, columns) for values in (back, light))
        changed = (np.maximum(more, np.abs(factor - 1)) > _STILL).any(axis=2, keepdims=True)
        lighter = space.encode(np.minimum((linear + more) * factor, 1).astype(np.float32))
        result = pixels.copy()
        result[rows, columns] = np.where(changed, lighter, pixels[rows, columns])
        result.flags.writeable = False
        return result

    def _left(self, share: F64) -> F64:
        """Light that the far Gaussians leave when a share (N,) of each dot is there, (h, w, 3)."""
        h, w = self._marks.skin.shape[:2]
        taken = (self._marks.taken_px2 * share)[:, None] * self._far
        at = np.floor(self._marks.y_px).astype(np.intp), np.floor(self._marks.x_px).astype(np.intp)
        depth = np.zeros((h, w, 3))
        for c in range(3):
            np.add.at(depth[..., c], at, taken[:, c])
            depth[..., c] = gaussian_filter(depth[..., c], self._near_px)
        return far_light(depth, depth * self._below)

    def _on_pixels(self, values: F64 | F32, rows: slice, columns: slice) -> F32:
        """Interpolate between cells, at the middles of the photo's pixels."""
        grids = (Grid(self._cell_px, self._row, self._column, values[..., c].astype(np.float64)) for c in range(3))
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        return np.stack([np.broadcast_to(grid.on_pixels(rows, columns, 1.0), shape) for grid in grids], -1)


def find_old_dots(pixels: U8, space: ColourSpace, area: Area) -> OldDots:
    """Find the dots of old work.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The photo.
    space : ColourSpace
        What its bytes mean.
    area : Area
        Where the old work is.

    Raises
    ------
    PhotoError
        When single dots are not resolved, or none is found.
    """
    if area.px_per_mm < RESOLVED_PX_PER_MM:
        raise PhotoError(
            f"old_work: single dots are not resolvable at {area.px_per_mm:.2f} px/mm (that takes "
            f"{RESOLVED_PX_PER_MM:g} px/mm): take the photo from closer by, or render the old work by its name"
        )
    cell = max(area.px_per_mm / _FINEST_PX_PER_MM, 1.0)
    rows, columns = _cells(area, cell)
    light = (space.decode_channel(pixels[..., c], c) for c in range(3))
    linear = np.stack([average_over_cells(plane, cell, rows, columns) for plane in light], -1).astype(np.float32)
    inside = average_over_cells(area.coverage, cell, rows, columns) > 0
    inside &= ~_rim(linear, inside, area.px_per_mm / cell)
    marks = find_marks(linear, inside, area.px_per_mm / cell)
    if not len(marks):
        raise PhotoError("old_work: no dots are found in the photo where old work is to be; check its mask")
    colour = lab(np.median(marks.skin[inside], axis=0)[None, None].astype(np.float32), space)
    far, below = _far(marks, SkinOptics.from_ita(float(individual_typology_angle(colour)[0, 0])))
    x, y = ((at + first) * cell / area.px_per_mm for at, first in ((marks.x_px, columns[0]), (marks.y_px, rows[0])))
    return OldDots(
        x,
        y,
        marks,
        cell,
        _FAR_MM * area.px_per_mm / cell,
        rows[0],
        columns[0],
        far,
        below,
        _like_skin(linear, marks.skin, inside),
    )


def _cells(area: Area, cell_px: float) -> tuple[range, range]:
    """Rows and columns of cells that hold the area and what lies round it."""
    if area.box is None:
        raise PhotoError("old_work: its mask is empty")
    margin = _MARGIN_MM * area.px_per_mm
    spans = []
    for side, n_px in zip(area.box, area.coverage.shape, strict=True):
        first, last = max(side.start - margin, 0), min(side.stop + margin, n_px)
        spans.append(range(int(first / cell_px), int(last / cell_px)))
    return spans[0], spans[1]


def _rim(linear: F32, inside: Bool, px_per_mm: float) -> Bool:
    """Find what is backdrop along the edge of the area (h, w): much brighter or darker than the area."""
    light = linear @ LIGHTNESS
    off = np.log((light + _STILL) / (float(np.median(light[inside])) + _STILL))
    backdrop = (off > _BACKDROP[1]) | (off < _BACKDROP[0])
    return np.asarray((distance_transform_edt(inside) < _RIM_MM * px_per_mm) & backdrop)


def _like_skin(linear: F32, skin: F32, inside: Bool) -> F32:
    """Tell what may be lightened (h, w), 0 to 1: the area, and round it what is as bright as it."""
    off = np.abs(np.log((linear @ LIGHTNESS + _STILL) / (skin @ LIGHTNESS + _STILL)))
    like = ((_UNLIKE[1] - off) / (_UNLIKE[1] - _UNLIKE[0])).clip(0, 1)
    return np.where(inside, 1, like).astype(np.float32)


def _far(marks: Marks, skin: SkinOptics) -> tuple[F64, F64]:
    """Return what is still to be given back over what the dots take (3,), and its share from below the dots."""
    usual = {name: np.asarray(value)[None] for name, value in _USUAL.items()}
    weights, sigmas = dot_gaussians(**usual, skin=skin)
    near, far = (part[0] for part in visible(weights, sigmas**2))
    total = float(marks.taken_px2.sum())
    found = marks.missing(np.ones(len(marks))).sum((0, 1), dtype=np.float64) / total
    own = _OWN * near / (near @ LIGHTNESS)
    return np.maximum(own * far / near - (found - own), 0), light_from_below(usual["depth_mm"], skin)[0]
