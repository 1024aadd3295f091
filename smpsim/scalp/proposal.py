"""A mask when there is none: the scalp between the outline of the head and a round line, for a first look.

The line stands at a share of the way from the middle between the brows to the outline: 0.61 of it straight up, rising
by 0.22 cos^2 towards the sides, and ends a little below the brows.  That is about the mean of masks drawn by hand on
eight photographs taken from the front (in the middle 0.63, standard deviation 0.07).  It is a start to be looked at,
not a design: :class:`smpsim.scalp.hairline.Hairline` fits a line to rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.errors import MaskError
from smpsim.scalp.face import FaceBox, main_face
from smpsim.scalp.outline import WITHIN, Outline, trace_outline
from smpsim.scalp.polygon import coverage_of

_MIDDLE, _SIDES = 0.61, 0.22
_LOWEST_DEG = -5.0
_POINTS = 400


@dataclass(frozen=True, eq=False)
class Proposal:
    """A proposed mask.

    Attributes
    ----------
    coverage : ndarray (H, W) float32
        0 to 1.
    face : FaceBox
        The face that it was found by.
    outline : Outline
        The outline of the head.
    """

    coverage: F32
    face: FaceBox
    outline: Outline


def propose_mask(pixels: U8) -> Proposal:
    """Propose where to treat on a photo taken from the front.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.

    Returns
    -------
    Proposal
        The mask, and what it was made of.

    Raises
    ------
    MaskError
        When no face is found, or nothing of the head above it is in the picture.
    """
    face = main_face(pixels)
    if face is None:
        raise MaskError("no mask is given, and no face is found to propose one from; draw a mask on the photo")
    outline = trace_outline(pixels, face)
    angles = np.radians(np.linspace(_LOWEST_DEG, 180 - _LOWEST_DEG, _POINTS))
    line = outline.points(angles, _MIDDLE + _SIDES * np.cos(angles) ** 2)
    border = outline.points(angles, WITHIN)
    height, width = pixels.shape[:2]
    coverage = coverage_of([np.concatenate([line, border[::-1]])], (width, height))
    if not coverage.any():
        raise MaskError("no mask is given, and the head above the face is cut off; draw a mask on the photo")
    return Proposal(coverage, face, outline)
