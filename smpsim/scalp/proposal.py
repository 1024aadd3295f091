"""A mask when there is none: the scalp between the outline of the head and a round line, for a first look.

The line stands at a share of the way from the middle between the brows to the outline: 0.61 of it straight up, rising
by 0.22 cos^2 towards the sides, and ends a little below the brows.  That is about the mean of masks drawn by hand on
eight photographs taken from the front (in the middle 0.63, standard deviation 0.07).  Where both sides of the head are
much darker than its bald top, as hair is (a shadow lies on one side only), the mask ends at that hair; its limits are
estimates, looked at on the same photographs.  It is a start to be looked at, not a design:
:class:`smpsim.scalp.hairline.Hairline` fits a line to rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from smpsim.arrays import F32, F64, U8
from smpsim.errors import MaskError
from smpsim.scalp.face import FaceBox, main_face
from smpsim.scalp.outline import WITHIN, Outline, lightness_along, trace_outline
from smpsim.scalp.polygon import coverage_of

_MIDDLE, _SIDES = 0.61, 0.22
_LOWEST_DEG = -5.0
_POINTS = 400
# hair at the sides: places on each ray, the bald top (rad from the vertex; middle and reach in shares), how much
# darker (L*) hair is, on which part of the area it must be so dark, and where it begins
_SHARES = np.linspace(0.5, WITHIN, 49)
_MEDIAN = (7, 5)
_TOP_RAD, _TOP = np.radians(30), (0.735, 0.115)
_HAIR, _MUCH_HAIR, _HAIR_EDGE = -24.0, 0.06, -16.0
_RUN, _SMOOTH_RAYS = 4, 19


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
    coverage = area_over(pixels, face, outline)
    if not coverage.any():
        raise MaskError("no mask is given, and the head above the face is cut off; draw a mask on the photo")
    return Proposal(coverage, face, outline)


def area_over(pixels: U8, face: FaceBox, outline: Outline, *, middle: float = _MIDDLE, sides: float = _SIDES) -> F32:
    """Coverage (H, W), 0 to 1, between the outline and a line at these shares of the way to it."""
    angles = np.radians(np.linspace(_LOWEST_DEG, 180 - _LOWEST_DEG, _POINTS))
    front = middle + sides * np.cos(angles) ** 2
    line = outline.points(angles, front)
    border = outline.points(angles, np.maximum(_bald(pixels, face, outline, angles, front), front))
    height, width = pixels.shape[:2]
    return coverage_of([np.concatenate([line, border[::-1]])], (width, height))


def _bald(pixels: U8, face: FaceBox, outline: Outline, angles: F64, front: F64) -> F64:
    """Find the share of the way to the outline up to which each ray is free of hair."""
    light = median_filter(lightness_along(pixels, face, outline, angles, _SHARES), _MEDIAN)
    above, over = np.abs(angles - np.pi / 2) < _TOP_RAD, np.abs(_SHARES - _TOP[0]) < _TOP[1]
    darker = light - np.median(light[above][:, over])
    darker = np.maximum(darker, darker[::-1])
    reach = np.full(len(angles), WITHIN)
    beyond = front[:, None] < _SHARES
    if (darker < _HAIR)[beyond].mean() < _MUCH_HAIR:
        return reach
    hair = uniform_filter1d((darker < _HAIR_EDGE).astype(np.float64), _RUN, axis=1, origin=-(_RUN // 2)) > 0.99
    found = hair.any(1)
    reach[found] = np.minimum(_SHARES[hair.argmax(1)[found]], WITHIN)
    return np.asarray(median_filter(reach, _SMOOTH_RAYS))
