"""What people import: render a preview, place dots, propose a mask, check a photo."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32
from smpsim.dots.table import Dots
from smpsim.errors import MaskError, SmpsimWarning
from smpsim.files.mask_file import empty_mask, mask_from_array
from smpsim.files.photo import Photo
from smpsim.files.source import Source
from smpsim.hidden import Line
from smpsim.kinds import check_seed, given, needed
from smpsim.preview import Preview
from smpsim.raster.draw import Progress
from smpsim.raster.options import RenderOptions
from smpsim.raster.place import place
from smpsim.scalp.advice import Advice
from smpsim.scalp.camera import measure_camera
from smpsim.scalp.face import FaceBox
from smpsim.scalp.mask import Area
from smpsim.scalp.opaque import opaque
from smpsim.scalp.photo_check import check
from smpsim.scalp.proposal import propose_mask as proposed_mask
from smpsim.scalp.scale import Scale, known_scale
from smpsim.scalp.shaped import shaped
from smpsim.scalp.surface import Surface
from smpsim.sitting import Sitting, Window, is_empty, opened_mask, opened_photo
from smpsim.treatment import Treatment


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
    hide_line: Line | None = None,
    old_mask: NDArray[Any] | Source | None = None,
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
    max_px : int, >= 1, optional
        Render a smaller picture of the whole, its longer side being this; the dots are the same.
    options : RenderOptions, optional
        Accuracy.
    progress : callable, optional
        Called with the share that is done (0 to 1) and the name of the stage.
    protect : ndarray, path or bytes, optional
        What is kept free of dots (hair, ears, a shaved line), as a mask; dots are cut off at its border, they do not
        thin out.
    hide_line : Hairline, DrawnLine, path, bytes, "found" or "if-found", optional
        A line drawn on the skin or the photo, whose pixels become skin before dots are placed, as by
        :func:`smpsim.hide_line`; "found" looks for it round the mask.
    old_mask : ndarray, path or bytes, optional
        Where the old work is that the treatment speaks of (`old_work`), as a mask; that of the new one when not
        given.

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
    sitting = Sitting(
        photo, mask, scale=scale, surface=surface, protect=protect, hide_line=hide_line, old_mask=old_mask
    )
    return sitting.render(
        treatment=treatment, seed=seed, window=window, max_px=max_px, options=options, progress=progress
    )


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
        The dots, as :func:`render` places them; none for an empty mask, or where `new_layer` is "no".

    Raises
    ------
    MaskError
        When the mask cannot be used.
    ParameterError
        When a value is out of its range.
    """
    check_seed(seed)
    known = known_scale(scale)
    needed(treatment, Treatment, "treatment")
    array = np.asarray(mask)
    if array.ndim != 2:
        raise MaskError(f"the mask has shape {array.shape}; give one value per pixel, (H, W)")
    coverage = mask_from_array(array, (array.shape[1], array.shape[0]))
    kept = None if protect is None else mask_from_array(protect, (array.shape[1], array.shape[0]))
    if is_empty(coverage, kept) or treatment.repair.new_layer == "no":
        return Dots.empty()
    surface, treatment, _ = shaped(given(surface, Surface, "surface"), treatment, coverage, known)
    area = Area(coverage, known.px_per_mm, surface, kept)
    return place(area, treatment=treatment, seed=seed)[0]


def propose_mask(photo: Photo | Source | NDArray[Any]) -> F32:
    """Propose where to treat, when nobody has drawn it: a start, to be looked at and corrected.

    Parameters
    ----------
    photo : Photo, path, bytes or ndarray
        The client's scalp; an array as for :func:`render`, (H, W, 3).

    Returns
    -------
    ndarray (H, W) float32
        The scalp between the outline of the head and a round line over the face, 0 to 1 (``smpsim.scalp.proposal``;
        the shares of that line are estimates); read-only.

    Raises
    ------
    PhotoError
        When the photo cannot be used.
    MaskError
        When neither a face nor a bald head is found, or nothing of the head above the face is in the picture.

    Warns
    -----
    SmpsimWarning
        When no face is found: the mask is then the upper part of the dome of the head, which is rough.
    """
    proposal = proposed_mask(opened_photo(photo)[0].pixels)
    if not isinstance(proposal.subject, FaceBox):
        warnings.warn(f"the mask was proposed {proposal.origin}: correct it", SmpsimWarning, stacklevel=2)
    proposal.coverage.flags.writeable = False
    return proposal.coverage


def check_photo(
    photo: Photo | Source | NDArray[Any],
    mask: NDArray[Any] | Source | None = None,
    *,
    scale: Scale | float | None = None,
) -> tuple[Advice, ...]:
    """Find what would make a better photo: blur, exposure, coloured light, hair that is too long and the like.

    Parameters
    ----------
    photo, mask
        As for :func:`render`; without a mask one is proposed from the face or the dome of the head.
    scale : Scale or float, optional
        Pixels per mm; estimated when not given.

    Returns
    -------
    tuple of Advice
        The most important first; none for a good photo.  Limits are estimates, and nothing is refused for them.

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used, the mask is empty, or none can be proposed.
    ParameterError
        When the scale is out of its range.
    """
    opened, _ = opened_photo(photo)
    coverage = proposed_mask(opened.pixels).coverage if mask is None else opened_mask(mask, opened)[0]
    if is_empty(coverage, None):
        raise empty_mask()
    known = Scale.estimate(opened, coverage) if scale is None else known_scale(scale)
    pixels, area = opaque(opened.pixels, opened.alpha, Area(coverage, known.px_per_mm))
    camera = measure_camera(pixels, area, opened.jpeg)
    return check(pixels, opened.space, area, camera, opened.jpeg)
