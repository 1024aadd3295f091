"""A mask when there is none: the scalp between the outline of the head and a round line, for a first look.

Over a face the line stands at a share of the way from the middle between the brows to the outline: 0.61 of it
straight up, rising by 0.22 cos^2 towards the sides, and ends a little below the brows.  That is about the mean of
masks drawn by hand on eight photographs taken from the front (in the middle 0.63, standard deviation 0.07).  Where
both sides of the head are much darker than its bald top, as hair is (a shadow lies on one side only), the mask ends at
that hair; its limits are estimates, looked at on the same photographs.  It is a start to be looked at, not a design:
:class:`smpsim.scalp.hairline.Hairline` fits a line to rules.

Without a face nobody knows which side of the head is seen.  Then the mask is the upper part of its dome, by a line
that is a little lower and ends above the ears: rough, and said to be.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter, uniform_filter1d

from smpsim.arrays import F32, F64, U8
from smpsim.errors import MaskError
from smpsim.scalp.dome import Dome
from smpsim.scalp.face import FaceBox
from smpsim.scalp.lab import smaller
from smpsim.scalp.outline import WITHIN, Outline, lightness_along, trace_dome, trace_outline
from smpsim.scalp.polygon import coverage_of
from smpsim.scalp.subject import find_subject


@dataclass(frozen=True)
class Line:
    """A round line.

    Attributes
    ----------
    middle : float
        Its share of the way to the outline, straight up.
    sides : float
        How much it rises towards the sides.
    lowest_deg : float, deg
        Where it ends, above the middle between the brows.
    """

    middle: float = 0.61
    sides: float = 0.22
    lowest_deg: float = -5.0


# over a face; without one, chosen on synthetic heads and on seven of fourteen photographs
ON_FACE, ON_DOME = Line(), Line(0.55, 0.22, 10.0)
_POINTS = 400
# the photo is looked at this small
_SEEN_PX = 1200
# hair at the sides: places on each ray, the bald top (rad from the vertex; middle and reach in shares), how much
# darker (L*) hair is, on which part of the area it must be so dark, and where it begins
_SHARES = np.linspace(0.5, WITHIN, 49)
_MEDIAN = (7, 5)
_TOP_RAD, _TOP = np.radians(30), (0.735, 0.115)
_HAIR, _MUCH_HAIR, _HAIR_EDGE = -24.0, 0.06, -16.0
_RUN, _SMOOTH_RAYS, _SOFT_RAYS = 4, 19, 8.0


@dataclass(frozen=True, eq=False)
class Proposal:
    """A proposed mask.

    Attributes
    ----------
    coverage : ndarray (H, W) float32
        0 to 1.
    front, rear : ndarray (n, 2), px
        Its borders: the round line, and the border a little inside the outline, from the left of the picture to its
        right.
    subject : FaceBox or Dome
        The head that it was found by.
    outline : Outline
        The outline of the head.
    """

    coverage: F32
    front: F64
    rear: F64
    subject: FaceBox | Dome
    outline: Outline

    @property
    def origin(self) -> str:
        """What it was proposed from, in words; "roughly" where nobody knows which side of the head is seen."""
        return "from the face" if isinstance(self.subject, FaceBox) else "roughly, as no face is found, from the head"


def propose_mask(pixels: U8, subject: FaceBox | Dome | None = None) -> Proposal:
    """Propose where to treat: by the face, else by the dome of a bald head.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.
    subject : FaceBox or Dome, optional
        The head, as :func:`smpsim.scalp.subject.find_subject` finds it when it is not given.

    Returns
    -------
    Proposal
        The mask, and what it was made of.

    Raises
    ------
    MaskError
        When neither a face nor a bald head is found, or nothing of the head above the face is in the picture.
    """
    subject = subject or find_subject(pixels)
    if subject is None:
        raise MaskError(
            "no mask is given, and no face is found to propose one from, nor a bald head; draw a mask on the photo"
        )
    seen, cell = smaller(pixels, _SEEN_PX)
    head = subject.scaled(1 / cell)
    if isinstance(head, FaceBox):
        box, outline, line = head, trace_outline(seen, head), ON_FACE
    else:
        box, outline, line = *trace_dome(seen, head), ON_DOME
    front, rear = (border * cell for border in _borders(seen, box, outline, line))
    coverage = _between(front, rear, pixels)
    if not coverage.any():
        raise MaskError("no mask is given, and the head above the face is cut off; draw a mask on the photo")
    return Proposal(coverage, front, rear, subject, outline.scaled(cell))


def area_over(pixels: U8, face: FaceBox, outline: Outline, *, line: Line = ON_FACE) -> F32:
    """Coverage (H, W), 0 to 1, between the outline and a line."""
    return _between(*_borders(pixels, face, outline, line), pixels)


def _between(front: F64, rear: F64, pixels: U8) -> F32:
    return coverage_of([np.concatenate([front, rear[::-1]])], (pixels.shape[1], pixels.shape[0]))


def _borders(pixels: U8, face: FaceBox, outline: Outline, line: Line) -> tuple[F64, F64]:
    """Front and rear border of the area between a line and the outline, (n, 2) px, from left to right."""
    angles = np.radians(np.linspace(180 - line.lowest_deg, line.lowest_deg, _POINTS))
    front = line.middle + line.sides * np.cos(angles) ** 2
    rear = np.maximum(_bald(pixels, face, outline, angles, front), front)
    return outline.points(angles, front), outline.points(angles, rear)


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
    return np.asarray(gaussian_filter1d(median_filter(reach, _SMOOTH_RAYS), _SOFT_RAYS))
