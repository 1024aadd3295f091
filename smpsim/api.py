"""What people import: render a preview, place dots."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32
from smpsim.dots.table import Dots
from smpsim.errors import MaskError, ParameterError, SmpsimWarning
from smpsim.files.mask_file import mask_from_array, read_mask_with_notices
from smpsim.files.photo import Photo, read_photo
from smpsim.files.source import Source
from smpsim.preview import Preview
from smpsim.raster.draw import Canvas, Progress, draw, reduced
from smpsim.raster.options import RenderOptions
from smpsim.raster.place import place
from smpsim.raster.walk import compose
from smpsim.scalp.mask import Area
from smpsim.scalp.scale import Scale
from smpsim.scalp.shaped import shaped
from smpsim.scalp.surface import Surface
from smpsim.stats import measure, measure_nothing
from smpsim.treatment import Treatment

Window = tuple[int, int, int, int]
Kind = TypeVar("Kind")


def render(
    photo: Photo | Source | NDArray[Any],
    mask: NDArray[Any] | Source,
    *,
    scale: Scale | float | None = None,
    treatment: Treatment | None = None,
    surface: Surface | None = None,
    seed: int = 0,
    window: Window | None = None,
    max_px: int | None = None,
    options: RenderOptions | None = None,
    progress: Progress | None = None,
    protect: NDArray[Any] | Source | None = None,
) -> Preview:
    """Render a preview of scalp micropigmentation.

    Parameters
    ----------
    photo : Photo, path, bytes or ndarray
        The client's scalp; an array is (H, W, 3), (H, W, 4) or (H, W), uint8 or uint16, sRGB.
    mask : ndarray, path or bytes
        Where dots go: (H, W) of the upright photo, 0 to 1 (or bool, uint8, uint16); it multiplies the density.
    scale : Scale or float, optional
        Pixels per mm; estimated when not given, with a note in the stats.
    treatment : Treatment, optional
        All parameters.
    surface : Surface, optional
        Shape of the scalp; that of the treatment when not given.
    seed : int
        Another seed, other dots.
    window : (x, y, w, h), px, optional
        Render these pixels of the photo alone; they equal those of the whole, byte for byte.
    max_px : int, optional
        Render a smaller picture of the whole, its longer side being this; the dots are the same.
    options : RenderOptions, optional
        Accuracy.
    progress : callable, optional
        Called with the share that is done (0 to 1) and the name of the stage.
    protect : ndarray, path or bytes, optional
        What is kept free of dots (hair, ears, a shaved line), as a mask; dots are cut off at its border, they do not
        thin out.

    Returns
    -------
    Preview
        Image, dots and stats.

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used.
    ParameterError
        When a value is out of its range.

    Warns
    -----
    SmpsimWarning
        When the mask is empty: the photo comes back as it is.
    """
    begun = time.perf_counter()
    photo, notices = _photo(photo)
    coverage, more = _coverage(mask, photo)
    kept, others = (None, ()) if protect is None else _coverage(protect, photo)
    more = (*more, *others)
    seconds = {"read": time.perf_counter() - begun}
    treatment = _given(treatment, Treatment, "treatment") or Treatment()
    surface = _given(surface, Surface, "surface")
    options = _given(options, RenderOptions, "options") or RenderOptions()
    _check_seed(seed)
    canvas = _canvas(photo, coverage, max_px)
    where = _window(window, max_px, canvas)
    notices = (*notices, *more)
    if _is_empty(coverage, kept):
        notices = (*notices, "the mask is empty: the photo is returned unchanged")
        warnings.warn(notices[-1], SmpsimWarning, stacklevel=2)
        known = Scale(1.0, "none") if scale is None else _known(scale)
        shape = surface.kind if surface else treatment.head.surface
        stats = measure_nothing(scale=known, surface=shape, seed=seed, warnings=notices)
        untouched = canvas.pixels[where].copy()
        return Preview(untouched, Dots.empty(), stats, photo, treatment, None, canvas, where, options)
    known = Scale.estimate(photo, coverage) if scale is None else _known(scale)
    if progress:
        progress(0.0, "dots")
    surface, treatment, more = shaped(surface, treatment, coverage, known)
    area = Area(coverage, known.px_per_mm, surface, kept)
    scene = compose(
        photo.pixels, photo.space, area, treatment=treatment, seed=seed, alpha=photo.alpha, jpeg=photo.jpeg
    )
    canvas = replace(canvas, px_per_mm=canvas.px_per_mm * known.px_per_mm)
    begun = time.perf_counter()
    drawn = draw(scene, canvas, where, options, progress)
    seconds |= {**scene.seconds, "picture": time.perf_counter() - begun}
    stats = measure(
        scene,
        drawn,
        scale=known,
        treatment=treatment,
        seed=seed,
        seconds=seconds,
        notices=(*notices, *more),
    )
    return Preview(drawn.image, scene.dots, stats, photo, treatment, scene, canvas, where, options)


def place_dots(
    mask: NDArray[Any],
    *,
    scale: Scale | float,
    treatment: Treatment,
    surface: Surface | None = None,
    seed: int = 0,
    protect: NDArray[Any] | None = None,
) -> Dots:
    """Place the dots of a treatment, without a photo.

    Parameters
    ----------
    mask : ndarray (H, W)
        Coverage, 0 to 1 (or bool, uint8, uint16).
    scale : Scale or float
        Pixels per mm of the mask.
    treatment : Treatment
        All parameters.
    surface : Surface, optional
        Shape of the scalp; that of the treatment when not given.
    seed : int
        Another seed, other dots.
    protect : ndarray (H, W), optional
        What is kept free of dots, as for :func:`render`.

    Returns
    -------
    Dots
        The dots; none for an empty mask.

    Raises
    ------
    MaskError
        When the mask cannot be used.
    ParameterError
        When a value is out of its range.
    """
    _check_seed(seed)
    known = _known(scale)
    if _given(treatment, Treatment, "treatment") is None:
        raise ParameterError("treatment: a Treatment is needed, not None", name="treatment")
    array = np.asarray(mask)
    if array.ndim != 2:
        raise MaskError(f"the mask has shape {array.shape}; give one value per pixel, (H, W)")
    coverage = mask_from_array(array, (array.shape[1], array.shape[0]))
    kept = None if protect is None else mask_from_array(protect, (array.shape[1], array.shape[0]))
    if _is_empty(coverage, kept):
        return Dots.empty()
    surface, treatment, _ = shaped(_given(surface, Surface, "surface"), treatment, coverage, known)
    return place(Area(coverage, known.px_per_mm, surface, kept), treatment=treatment, seed=seed)[0]


def _photo(photo: Photo | Source | NDArray[Any]) -> tuple[Photo, tuple[str, ...]]:
    if isinstance(photo, np.ndarray):
        photo = Photo.from_array(photo)
    elif not isinstance(photo, Photo):
        photo = read_photo(photo)
    return photo, photo.notices


def _coverage(mask: NDArray[Any] | Source, photo: Photo) -> tuple[F32, tuple[str, ...]]:
    if isinstance(mask, np.ndarray):
        return mask_from_array(mask, photo.size), ()
    return read_mask_with_notices(mask, like=photo)


def _is_empty(coverage: F32, protect: F32 | None) -> bool:
    return not (coverage.any() if protect is None else (coverage * (1 - protect)).any())


def _known(scale: Scale | float) -> Scale:
    return scale if isinstance(scale, Scale) else Scale(scale)


def _given(value: Kind | None, kind: type[Kind], name: str) -> Kind | None:
    """Return the value; refuse one of another kind, such as the path of a treatment file."""
    if value is not None and not isinstance(value, kind):
        wanted = f"a {kind.__name__} is needed, not {type(value).__name__}"
        raise ParameterError(f"{name}: {wanted}; make one with smpsim.{kind.__name__}", name=name, value=value)
    return value


def _is_whole(*values: object) -> bool:
    return all(isinstance(value, int | np.integer) and not isinstance(value, bool) for value in values)


def _check_seed(seed: int) -> None:
    if not _is_whole(seed) or not 0 <= seed < 2**63:
        raise ParameterError(
            f"seed: {seed!r} is not allowed; give a whole number from 0 to 2^63 - 1", name="seed", value=seed
        )


def _canvas(photo: Photo, coverage: F32, max_px: int | None) -> Canvas:
    """Make the picture to draw on, its scale being relative to the photo's."""
    canvas = Canvas(photo.pixels, coverage, photo.alpha, photo.space, 1.0, photo.is_grey)
    if max_px is None:
        return canvas
    if not _is_whole(max_px) or max_px < 1:
        raise ParameterError(
            f"max_px: {max_px!r} px is not allowed; give a whole number, 1 or more", name="max_px", value=max_px
        )
    return reduced(canvas, max_px)


def _window(window: Window | None, max_px: int | None, canvas: Canvas) -> tuple[slice, slice]:
    height, width = canvas.pixels.shape[:2]
    if window is None:
        return slice(0, height), slice(0, width)
    if max_px is not None:
        raise ParameterError("window and max_px exclude each other; give one of them", name="window", value=window)
    if len(window) == 4 and _is_whole(*window):
        x, y, w, h = (int(number) for number in window)
        if 0 <= x < x + w <= width and 0 <= y < y + h <= height:
            return slice(y, y + h), slice(x, x + w)
    raise ParameterError(
        f"window: {window} does not lie in the picture of {width} x {height} px; give x, y, w, h in whole px",
        name="window",
        value=window,
    )
