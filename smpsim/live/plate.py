"""Dots on a sheet: where each leaves what, kept for as long as sheet and treatment stay.

What dots take adds up, so a picture is a product: a matrix of what every dot leaves in every pixel, times which of
them stand.  Small Gaussians (the lightness of a dot's core and middle) are written out pixel by pixel.  Wide ones are
parted among the four nearest samples of a coarser lattice, and the sum is blurred there, all by the mean variance.

Numbers: choices between time and accuracy; variances of interpolation are derived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.sparse import csc_array

from smpsim.arrays import F32, F64, Bool, Int
from smpsim.live.marks import Marks
from smpsim.scalp.camera import Camera

# Gaussians end here, standard deviations
_REACH, _FARTHEST = 2.6, 24
# standard deviation of the narrowest Gaussian, and of a wide one, in samples of its lattice, at least
_FINE, _SMOOTH = 1.6, 0.75
# ... when it may be coarse: then parting and reading are all the blur there is
_TOLD = 0.577
# colour that is smoothed by less than this, px2, is as good as not
_UNSMOOTHED = 0.5
# less than this, samples, is no blur
_NO_BLUR = 0.35
# what parting among samples adds to the variance, samples squared, and so does reading between them
_TENT = 1 / 6


@dataclass(frozen=True)
class Lattice:
    """Samples on a sheet, with a border.

    Attributes
    ----------
    step : int
        Their distance, px.
    border : int
        How many lie beyond the sheet on each side.
    shape : (int, int)
        Rows and columns, with the border.
    sigma : float
        What is still to be blurred, samples.
    """

    step: int
    border: int
    shape: tuple[int, int]
    sigma: float

    @classmethod
    def over(cls, sheet: tuple[int, int], step: int, border: int, sigma: float = 0.0) -> Lattice:
        """Cover a sheet of some height and width."""
        h, w = (-(-n // step) + 2 * border for n in sheet)
        return cls(step, border, (h, w), sigma)

    @classmethod
    def wide(cls, sheet: tuple[int, int], variance_px: float, coarse: bool) -> Lattice:
        """Cover a sheet for Gaussians of some variance, px2; coarsely: as few samples as will do."""
        step = max(round(variance_px**0.5 / _TOLD) if coarse else int(variance_px**0.5 / _SMOOTH), 1)
        tents = _TENT if step == 1 else 2 * _TENT
        sigma = max(variance_px / step**2 - tents, 0.0) ** 0.5
        return cls.over(sheet, step, int(np.ceil(3 * sigma)) + 2, sigma)

    @property
    def size(self) -> int:
        """Number of samples."""
        return self.shape[0] * self.shape[1]

    def places(self, x_px: F64, y_px: F64) -> tuple[F64, F64]:
        """Column and row of places on the sheet, between samples."""
        return x_px / self.step - 0.5 + self.border, y_px / self.step - 0.5 + self.border


@dataclass(frozen=True, eq=False)
class Pressed:
    """What the dots of a chunk leave on a sheet.

    Attributes
    ----------
    owner : ndarray (n,) int
        Row in the chunk of the dot that each mark belongs to.
    near : csc_array (samples, n)
        Loss of lightness.
    colour, far : (csc_array (samples, n), ndarray (n, k))
        How marks are parted among samples, and how much of them there is.
    """

    owner: Int
    near: csc_array
    colour: tuple[csc_array, F32]
    far: tuple[csc_array, F32]


class Plate:
    """A sheet that dots are pressed on.

    Parameters
    ----------
    shape : (int, int)
        Its height and width, px.
    origin : (int, int)
        Row and column of its first pixel in the whole picture.
    px_per_mm : float
        Its scale.
    camera : Camera
        The camera.
    like : Marks
        Some marks, for the sizes of all.
    coarse : bool
        Whether what is wide may be drawn roughly.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        origin: tuple[int, int],
        px_per_mm: float,
        camera: Camera,
        like: Marks,
        *,
        coarse: bool = False,
    ) -> None:
        self._origin, self._px_per_mm, self._camera = origin, px_per_mm, camera
        self._kept: dict[int, tuple[Marks, Pressed]] = {}
        lens = self._lens(like)
        near = like.near_mm2 + lens[:, None, None]
        narrow, wide = (float(np.percentile(near[:, k], q)) ** 0.5 * px_per_mm for k, q in ((0, 5), (2, 98)))
        step = max(int(narrow / _FINE), 1)
        self.reach = min(max(round(_REACH * wide / step), 1), _FARTHEST)
        self.near = Lattice.over(shape, step, 2 * self.reach)
        spread = float(lens.mean()) * px_per_mm**2
        chroma = (camera.chroma_mm * px_per_mm) ** 2
        # colour that is hardly smoothed at this size is as sharp as lightness, and goes with it on average
        self.tint: F32 = like.colour.sum(0) / max(float(like.near.sum()), 1e-9) * np.float32(chroma < _UNSMOOTHED)
        self.colour = Lattice.wide(shape, like.colour_mm2 * px_per_mm**2 + spread + chroma, coarse)
        self.far = Lattice.wide(shape, like.far_mm2 * px_per_mm**2 + spread, coarse)
        self.below = like.below

    def keep(self, marks: Marks) -> Pressed:
        """Press marks that will come again, once."""
        if id(marks) not in self._kept:
            self._kept[id(marks)] = marks, self.pressed(marks)
        return self._kept[id(marks)][1]

    def forget_but(self, every: Iterable[Marks]) -> None:
        """Let go of all kept marks but some."""
        wanted = {id(marks) for marks in every}
        self._kept = {key: value for key, value in self._kept.items() if key in wanted}

    def pressed(self, marks: Marks) -> Pressed:
        """Press marks."""
        x = marks.x_mm * self._px_per_mm - self._origin[1]
        y = marks.y_mm * self._px_per_mm - self._origin[0]
        scale = np.float32(self._px_per_mm**2)
        colour = marks.colour - marks.near.sum(1, keepdims=True) * self.tint
        return Pressed(
            marks.owner,
            self._stamped(marks, x, y),
            (_parted(self.colour, x, y), colour * (scale / self.colour.step**2)),
            (_parted(self.far, x, y), marks.far * (scale / self.far.step**2)),
        )

    def _lens(self, marks: Marks) -> F64:
        return self._camera.variance_mm2(marks.x_mm, marks.y_mm, self._px_per_mm)

    def _stamped(self, marks: Marks, x_px: F64, y_px: F64) -> csc_array:
        """Write Gaussians out around their centres; what lies beyond the lattice is nothing."""
        lattice, r, per_mm = self.near, self.reach, np.float32(self._px_per_mm / self.near.step)
        x, y = lattice.places(x_px, y_px)
        column, row = (np.floor(p + 0.5).astype(np.int32) for p in (x, y))
        h, w = lattice.shape
        here = np.flatnonzero((column >= r) & (column < w - r) & (row >= r) & (row < h - r))
        column, row, x, y = column[here], row[here], x[here], y[here]
        variance = (marks.near_mm2[here] + self._lens(marks)[here, None, None].astype(np.float32)) * per_mm**2
        peak = marks.near[here] * per_mm**2 / (2 * np.pi * np.sqrt(variance[..., 0] * variance[..., 1]))
        k = np.arange(-r, r + 1, dtype=np.float32)
        dx, dy = ((centre - at).astype(np.float32)[:, None] + k for centre, at in ((column, x), (row, y)))
        value = np.zeros((len(here), len(k), len(k)), np.float32)
        for g in range(3):
            along = np.exp(-(dx**2) / (2 * variance[:, g, 0, None]))
            down = np.exp(-(dy**2) / (2 * variance[:, g, 1, None])) * peak[:, g, None]
            value += down[:, :, None] * along[:, None, :]
        offset = (np.arange(-r, r + 1)[:, None] * w + np.arange(-r, r + 1)).ravel().astype(np.int32)
        index = (row * w + column)[:, None] + offset
        return _columns(value, index, here, lattice.size, len(marks.x_mm))


def _parted(lattice: Lattice, x_px: F64, y_px: F64) -> csc_array:
    """Part marks among the four nearest samples."""
    x, y = lattice.places(x_px, y_px)
    column, row = (np.floor(p).astype(np.int32) for p in (x, y))
    h, w = lattice.shape
    here = np.flatnonzero((column >= 0) & (column < w - 1) & (row >= 0) & (row < h - 1))
    column, row = column[here], row[here]
    right, below = ((p[here] - first).astype(np.float32) for p, first in ((x, column), (y, row)))
    value = np.stack([(1 - below) * (1 - right), (1 - below) * right, below * (1 - right), below * right], 1)
    index = (row * w + column)[:, None] + np.array([0, 1, w, w + 1], np.int32)
    return _columns(value, index, here, lattice.size, len(x_px))


def _columns(value: F32, index: Int, here: Int, samples: int, n: int) -> csc_array:
    """Make a matrix whose columns `here` hold some values each, the others none."""
    filled = np.zeros(n + 1, np.int32)
    filled[here + 1] = index.shape[1]
    return csc_array((value.ravel(), index.ravel(), np.cumsum(filled, dtype=np.int32)), shape=(samples, n))


@dataclass(frozen=True, eq=False)
class Sums:
    """What the standing dots take in all, on the lattices of a plate.

    Attributes
    ----------
    near : ndarray (h, w) float32
        Loss of lightness.
    colour : ndarray (2, h, w) float32
        What red and blue lose beyond it.
    far : ndarray (3, h, w) float32
        Far optical depth.
    """

    near: F32
    colour: F32
    far: F32


def sums(plate: Plate, parts: list[tuple[Pressed, Bool]]) -> Sums:
    """Add up what dots leave, of each chunk those that stand."""
    near = np.zeros(plate.near.size, np.float32)
    colour, far = (np.zeros((lattice.size, k), np.float32) for lattice, k in ((plate.colour, 2), (plate.far, 3)))
    for pressed, standing in parts:
        there = standing[pressed.owner].astype(np.float32)
        near += pressed.near @ there
        for total, (places, amounts) in ((colour, pressed.colour), (far, pressed.far)):
            total += places @ (amounts * there[:, None])
    return Sums(near.reshape(plate.near.shape), _blurred(colour, plate.colour), _blurred(far, plate.far))


def _blurred(total: F32, lattice: Lattice) -> F32:
    maps = np.moveaxis(total.reshape(*lattice.shape, -1), -1, 0)
    if lattice.sigma < _NO_BLUR:
        return np.ascontiguousarray(maps)
    return np.stack([gaussian_filter(a, lattice.sigma, truncate=2.5, mode="constant") for a in maps])
