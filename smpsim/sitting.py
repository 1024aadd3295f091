"""A sitting: one photo of a client with its mask and scale, looked at once and rendered as often as wanted.

What a photo shows (its light, its sharpness, the lie of the area) does not depend on the treatment.  So a sheet of
options, a course of time and the studio measure it once; every preview has the bytes that :func:`smpsim.render` gives.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32
from smpsim.dots.placed import Placed
from smpsim.dots.table import Dots
from smpsim.errors import MaskError, ParameterError, PhotoError, SmpsimWarning, quoted
from smpsim.files.mask_file import mask_from_array, read_mask_with_notices
from smpsim.files.photo import Photo, read_photo
from smpsim.files.source import Source, check_source, full_path
from smpsim.hidden import Line
from smpsim.hidden import hide_line as without_line
from smpsim.kinds import check_seed, given, is_whole, whole_numbers
from smpsim.parameters import Repair
from smpsim.parameters.repair import IN_PHOTO
from smpsim.preview import Preview
from smpsim.raster.draw import Canvas, Progress, draw, reduced
from smpsim.raster.lighten import OldDots, find_old_dots
from smpsim.raster.old import residues
from smpsim.raster.options import RenderOptions
from smpsim.raster.place import place
from smpsim.raster.walk import Look, compose, look
from smpsim.scalp.advice import Advice
from smpsim.scalp.mask import Area, unprotected
from smpsim.scalp.photo_check import check
from smpsim.scalp.scale import Scale, known_scale
from smpsim.scalp.shaped import shaped
from smpsim.scalp.surface import Surface
from smpsim.stats import measure, measure_nothing
from smpsim.threads import beside
from smpsim.treatment import Treatment

Window = tuple[int, int, int, int]
_ALL_GONE = Repair(faded_frac=1.0)


class Sitting:
    """One photo of a client with its mask and scale.

    Parameters
    ----------
    photo, mask, scale, surface, protect, hide_line, old_mask
        As for :func:`smpsim.render`.

    Attributes
    ----------
    photo : Photo
        The photo, without its line when that is hidden.
    coverage : ndarray (H, W) float32
        The mask, 0 to 1.
    protect : ndarray (H, W) float32 or None
        What is kept free of dots, 0 to 1.
    scale : Scale
        As given, else estimated; 1 px/mm ("none") when the mask is empty and no scale was given.
    is_empty : bool
        Whether there is nothing to treat.
    inputs : tuple of str
        Files that it was read from, which no result replaces.

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used.
    ParameterError
        When the scale is out of its range.
    """

    def __init__(
        self,
        photo: Photo | Source | NDArray[Any],
        mask: NDArray[Any] | Source,
        *,
        scale: Scale | float | None = None,
        surface: Surface | None = None,
        protect: NDArray[Any] | Source | None = None,
        hide_line: Line | None = None,
        old_mask: NDArray[Any] | Source | None = None,
    ) -> None:
        begun = time.perf_counter()
        self.photo, self.coverage, notices = _opened(photo, mask)
        files = (self.photo.path, *map(full_path, (mask, protect, hide_line, old_mask)))
        self.inputs = tuple(path for path in files if path)
        self.protect: F32 | None = None
        others: tuple[str, ...] = ()
        if protect is not None:
            self.protect, others = opened_mask(protect, self.photo, "protect")
        self._old_coverage: F32 | None = None
        if old_mask is not None:
            self._old_coverage, few = opened_mask(old_mask, self.photo, "old_mask")
            others = (*others, *few)
            if not self._old_coverage.any():
                raise MaskError("the mask of the old work is empty: paint where it is white on black")
        self._read_seconds = time.perf_counter() - begun
        self._notices = (*notices, *others)
        self._surface = given(surface, Surface, "surface")
        self.is_empty = is_empty(self.coverage, self.protect)
        if scale is not None:
            self.scale = known_scale(scale)
        else:
            self.scale = Scale(1.0, "none") if self.is_empty else Scale.estimate(self.photo, self.coverage)
        self._hidden_mm = 0.0
        if hide_line is not None and not self.is_empty:
            self.photo, self._hidden_mm = without_line(self.photo, hide_line, scale=self.scale, mask=self.coverage)
            self._notices = (*self._notices, self.photo.notices[-1])
        self._found: OldDots | None = None
        self._shaped: tuple[object, Area] | None = None
        self._seen: tuple[object, Look] | None = None
        self._advice: tuple[Look, tuple[Advice, ...]] | None = None
        self._placed = Placed()
        self._reduced: tuple[int | None, Canvas] | None = None

    def render(
        self,
        *,
        treatment: Treatment | None = None,
        seed: int = 0,
        window: Window | None = None,
        max_px: int | None = None,
        options: RenderOptions | None = None,
        progress: Progress | None = None,
    ) -> Preview:
        """Render a preview.

        Parameters
        ----------
        treatment, seed, window, max_px, options, progress
            As for :func:`smpsim.render`.

        Returns
        -------
        Preview
            Image, dots and stats; `seconds` are those of this preview, so "light" is almost nothing from the second
            one on.

        Raises
        ------
        ParameterError
            When a value is out of its range.

        Warns
        -----
        SmpsimWarning
            When the mask is empty: the photo comes back as it is.
        """
        treatment = given(treatment, Treatment, "treatment") or Treatment()
        options = given(options, RenderOptions, "options") or RenderOptions()
        check_seed(seed)
        canvas = before = self._canvas(max_px)
        where = _window(window, max_px, canvas)
        if self.is_empty:
            return self._untouched(canvas, where, treatment, seed, options)
        if progress:
            progress(0.0, "dots")
        surface, treatment, more = shaped(self._surface, treatment, self.coverage, self.scale)
        area, threads = self._area(surface, treatment), options.n_threads
        begun = time.perf_counter()
        dots = partial(place, area, treatment=treatment, seed=seed, placed=self._placed)
        with beside(dots, threads) as placing:
            seen = self._look(area, treatment, threads)
            if treatment.old.old_work == IN_PHOTO:
                canvas = _canvas(self._lightened(treatment.repair, seed), self.coverage, max_px)
            light_seconds = time.perf_counter() - begun
            scene = compose(seen, treatment=treatment, seed=seed, placing=placing)
        canvas = replace(canvas, px_per_mm=canvas.px_per_mm * self.scale.px_per_mm)
        begun = time.perf_counter()
        numbers = partial(
            measure,
            scene,
            scale=self.scale,
            treatment=treatment,
            seed=seed,
            notices=(*self._notices, *more),
            advice=partial(self._check, seen),
        )
        with beside(numbers, threads) as measuring:
            drawn = draw(scene, canvas, where, options, progress)
            drawing = time.perf_counter() - begun
            stats = measuring()
        stats = replace(
            stats,
            mean_darkening=drawn.mean_darkening,
            seconds={"read": self._read_seconds, "light": light_seconds, **scene.seconds, "picture": drawing},
            hidden_line_mm=self._hidden_mm,
        )
        if treatment.old.old_work == IN_PHOTO:
            stats = replace(stats, n_old_dots=len(self._old_dots()))
        return Preview(
            drawn.image,
            scene.dots,
            stats,
            self.photo,
            treatment,
            scene,
            canvas,
            where,
            options,
            before.pixels,
            self.inputs,
        )

    def _old_dots(self) -> OldDots:
        """Find the dots of old work in the photo, once."""
        found = self._found
        if found is None:
            area = Area(self._old_area(), self.scale.px_per_mm, protect=self.protect)
            self._found = found = find_old_dots(self.photo.pixels, self.photo.space, area)
        return found

    def _old_area(self) -> F32:
        return self.coverage if self._old_coverage is None else self._old_coverage

    def _lightened(self, repair: Repair, seed: int) -> Photo:
        """Return the photo with its old work as far faded as asked for."""
        dots = self._old_dots()
        left = residues(repair, dots.x_mm, dots.y_mm, seed)
        return replace(self.photo, pixels=dots.lightened(self.photo.pixels, self.photo.space, left))

    def _canvas(self, max_px: int | None) -> Canvas:
        """Make the picture to draw on, or remember it when it has the size of the last one."""
        last = self._reduced
        if last is None or last[0] != max_px:
            self._reduced = last = max_px, _canvas(self.photo, self.coverage, max_px)
        return last[1]

    def _area(self, surface: Surface, treatment: Treatment) -> Area:
        """Return the treated area, the same as long as the head has the same shape."""
        wanted = surface if self._surface is not None else treatment.head
        last = self._shaped
        if last is None or last[0] != wanted:
            self._shaped = last = wanted, Area(self.coverage, self.scale.px_per_mm, surface, self.protect)
        return last[1]

    def _look(self, area: Area, treatment: Treatment, threads: int) -> Look:
        """Look at the photo, or remember what was seen."""
        found = treatment.old.old_work == IN_PHOTO
        wanted = area, treatment.hair, found
        last = self._seen
        if last is None or last[0] != wanted:
            old = None if self._old_coverage is None else replace(area, coverage=self._old_coverage)
            # light and sharpness are those of the skin without its old dots
            photo = self._lightened(_ALL_GONE, 0) if found else self.photo
            seen = look(
                photo.pixels,
                photo.space,
                area,
                alpha=photo.alpha,
                jpeg=photo.jpeg,
                hair_sensitivity=treatment.hair.hair_sensitivity,
                old_area=old,
                threads=threads,
            )
            self._seen = last = wanted, seen
        return last[1]

    def _check(self, seen: Look) -> tuple[Advice, ...]:
        """Find what would make a better photo, or remember it."""
        last = self._advice
        if last is None or last[0] is not seen:
            self._advice = last = seen, check(seen.pixels, seen.space, seen.visible, seen.camera, self.photo.jpeg)
        return last[1]

    def _untouched(
        self, canvas: Canvas, where: tuple[slice, slice], treatment: Treatment, seed: int, options: RenderOptions
    ) -> Preview:
        why = "all of the mask is protected" if self.coverage.any() else "the mask is empty"
        if self._old_coverage is not None and treatment.old.old_work != "none":
            why += ", so the old work is not shown either (give its mask as the mask, and new_layer no)"
        notices = (*self._notices, f"{why}: the photo is returned unchanged")
        warnings.warn(notices[-1], SmpsimWarning, stacklevel=4)
        shape = self._surface.kind if self._surface else treatment.head.surface
        stats = measure_nothing(scale=self.scale, treatment=treatment, surface=shape, seed=seed, warnings=notices)
        pixels = canvas.pixels[where].copy()
        nothing, before = Dots.empty(), canvas.pixels
        return Preview(
            pixels, nothing, stats, self.photo, treatment, None, canvas, where, options, before, self.inputs
        )


def _opened(photo: Photo | Source | NDArray[Any], mask: NDArray[Any] | Source) -> tuple[Photo, F32, tuple[str, ...]]:
    """Return the photo, its mask, and what reading them had to say."""
    check_picture(photo)
    check_mask(mask, "mask")
    opened, notices = opened_photo(photo)
    coverage, more = opened_mask(mask, opened)
    return opened, coverage, (*notices, *more)


def opened_photo(photo: Photo | Source | NDArray[Any]) -> tuple[Photo, tuple[str, ...]]:
    """Return the photo, read or made of an array, and what reading it had to say."""
    check_picture(photo)
    if isinstance(photo, np.ndarray):
        photo = Photo.from_array(photo)
    elif not isinstance(photo, Photo):
        photo = read_photo(photo)
    return photo, photo.notices


def check_picture(photo: object) -> None:
    """Refuse what is no photo of any kind."""
    if not isinstance(photo, Photo | np.ndarray):
        check_source(photo, "photo", PhotoError, or_else="a Photo, an array (H, W, 3), ")


def check_mask(mask: object, name: str) -> None:
    """Refuse what is no mask of any kind."""
    if not isinstance(mask, np.ndarray):
        check_source(mask, name, MaskError, or_else="an array (H, W), ")


def opened_mask(mask: NDArray[Any] | Source, photo: Photo, name: str = "mask") -> tuple[F32, tuple[str, ...]]:
    """Return the mask of a photo, called `name`, and what reading it had to say."""
    check_mask(mask, name)
    if isinstance(mask, np.ndarray):
        return mask_from_array(mask, photo.size), ()
    return read_mask_with_notices(mask, like=photo)


def is_empty(coverage: F32, protect: F32 | None) -> bool:
    """Whether nothing is left to treat."""
    return not unprotected(coverage, protect).any()


def _canvas(photo: Photo, coverage: F32, max_px: int | None) -> Canvas:
    """Make the picture to draw on, its scale being relative to the photo's."""
    canvas = Canvas(photo.pixels, coverage, photo.alpha, photo.space, 1.0, photo.is_grey)
    if max_px is None:
        return canvas
    if not is_whole(max_px) or max_px < 1:
        raise ParameterError(
            f"max_px: {quoted(max_px)} px is not allowed; give a whole number, 1 or more", name="max_px", value=max_px
        )
    return reduced(canvas, max_px)


def _window(window: Window | None, max_px: int | None, canvas: Canvas) -> tuple[slice, slice]:
    height, width = canvas.pixels.shape[:2]
    if window is None:
        return slice(0, height), slice(0, width)
    if max_px is not None:
        raise ParameterError("window and max_px exclude each other; give one of them", name="window", value=window)
    if numbers := whole_numbers(window, 4):
        x, y, w, h = numbers
        if 0 <= x < x + w <= width and 0 <= y < y + h <= height:
            return slice(y, y + h), slice(x, x + w)
    raise ParameterError(
        f"window: {window} does not lie in the picture of {width} x {height} px; give x, y, w, h in whole px",
        name="window",
        value=window,
    )
