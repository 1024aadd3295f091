"""The line drawn on a photo, hidden before dots are placed; the photo itself is never changed.

Numbers: estimates.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
from scipy.ndimage import maximum_filter1d

from smpsim.arrays import F32, F64, Bool
from smpsim.errors import ParameterError, PhotoError
from smpsim.files.hairline_file import read_hairline
from smpsim.files.mask_file import mask_from_array
from smpsim.files.photo import Photo
from smpsim.files.source import Source
from smpsim.scalp.face import main_face
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.landmarks import Landmarks
from smpsim.scalp.outline import trace_outline
from smpsim.scalp.pencil import DrawnLine, find_line
from smpsim.scalp.scale import Scale, known_scale
from smpsim.scalp.through import forehead
from smpsim.scalp.unmark import unmark

#: instead of a line: find it, and fail when there is none; the same, but go on without
FOUND, IF_FOUND = "found", "if-found"
# it is looked for this far round the mask (an estimate: clients and technicians do not always agree)
_ROUND_MASK_MM = 25.0
# share of a mask that lies on the head over a face, from which the face is that of the mask
_ITS_FACE = 0.5
Line = Hairline | DrawnLine | Source


def hide_line(photo: Photo, line: Line, *, scale: Scale | float, mask: F32 | None = None) -> tuple[Photo, float]:
    """Paint the pixels of a drawn line as the skin beside it.

    Parameters
    ----------
    photo : Photo
        The photo; it is not changed.
    line : Hairline, DrawnLine, path, bytes, "found" or "if-found"
        Where the line is, to about 1.5 mm: a hairline as ``smpsim hairline`` writes it (.json), "found" to look for
        it, or "if-found" to go on, with a notice, when there is none.
    scale : Scale or float, px/mm
        Scale of the photo.
    mask : ndarray (H, W), optional
        What is to be treated: a line is looked for within 25 mm of it, and where a face is found under it, on the
        forehead.

    Returns
    -------
    photo : Photo
        The photo without the line; only pixels of the line's band differ.
    hidden_mm : float, mm
        Length that was hidden, without gaps.

    Raises
    ------
    PhotoError
        When no line is found, or none is seen where it should be.
    MaskError
        When the mask or the file of the line cannot be used.
    ParameterError
        When the line is of another kind.
    """
    if isinstance(line, str) and line == IF_FOUND:
        try:
            return hide_line(photo, FOUND, scale=scale, mask=mask)
        except PhotoError as none:
            return replace(photo, notices=(*photo.notices, f"{none}: none is hidden")), 0.0
    mask = None if mask is None else mask_from_array(mask, photo.size)
    px_per_mm = known_scale(scale).px_per_mm
    points = _points(photo, line, px_per_mm, mask)
    without = unmark(photo.pixels, photo.space, points, px_per_mm)
    without.pixels.flags.writeable = False
    notice = (
        f"the line drawn on the photo is hidden, over {without.length_mm:.0f} mm; the file of the photo is unchanged"
    )
    return replace(photo, pixels=without.pixels, notices=(*photo.notices, notice)), without.length_mm


def _points(photo: Photo, line: Line, px_per_mm: float, mask: F32 | None) -> F64:
    if isinstance(line, str) and line == FOUND:
        region, face = (None, None) if mask is None else where(photo, mask, px_per_mm)
        line = find_line(photo, scale=px_per_mm, region=region, face=face)
    if isinstance(line, DrawnLine):
        return line.points
    if isinstance(line, Hairline):
        return line.line
    if isinstance(line, str | bytes | os.PathLike) or hasattr(line, "read"):
        return read_hairline(line).line
    raise ParameterError(
        f"hide_line: a Hairline, a file or {FOUND!r} is needed, not {type(line).__name__}",
        name="hide_line",
        value=line,
    )


def where(photo: Photo, mask: F32, px_per_mm: float) -> tuple[Bool, Landmarks | None]:
    """Where a line is looked for (H, W): round the mask, and where there is a face under it, on its forehead."""
    near = _round(mask, px_per_mm)
    box = main_face(photo.pixels)
    if box is not None:
        face = Landmarks.of_box(box, scale=Scale(px_per_mm))
        region = forehead(face, trace_outline(photo.pixels, box), photo.size)
        if mask[region].sum() > _ITS_FACE * mask.sum():
            return near & region, face
    return near, None


def _round(mask: F32, px_per_mm: float) -> Bool:
    """Return what lies within a square round the mask."""
    wide = 2 * round(_ROUND_MASK_MM * px_per_mm) + 1
    near = (mask > 0).astype(np.uint8)
    for axis in (0, 1):
        near = maximum_filter1d(near, wide, axis=axis)
    return near > 0
