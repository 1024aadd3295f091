"""The line of a proposed mask as a hairline, to be edited.

Numbers: a choice.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64
from smpsim.scalp.face import FaceBox
from smpsim.scalp.hairline import Axis, Hairline
from smpsim.scalp.landmarks import Point, as_point
from smpsim.scalp.mirror import mean_half
from smpsim.scalp.proposal import Proposal

_HALF = ("mid", "point 2", "point 3", "point 4", "end")
_WHOLE = (*(f"left {name}" for name in _HALF[:0:-1]), "mid", *(f"right {name}" for name in _HALF[1:]))
_REAR_POINTS = 41


def first_line(proposal: Proposal) -> Hairline:
    """Lay a hairline through the borders of a proposed mask.

    Parameters
    ----------
    proposal : Proposal
        The mask.

    Returns
    -------
    Hairline
        Over a face mirrored over the axis of the head's outline; without a face free, as the head may be seen from any
        side.
    """
    rear = tuple(_along(proposal.rear, _REAR_POINTS))
    if not isinstance(proposal.subject, FaceBox):
        return Hairline(dict(zip(_WHOLE, _along(proposal.front, len(_WHOLE)), strict=True)), rear)
    outline = proposal.outline
    axis = Axis(outline.x, outline.y, outline.tilt_deg)
    half = _along(mean_half(proposal.front, axis), len(_HALF))
    return Hairline(dict(zip(_HALF, half, strict=True)), rear, axis)


def _along(border: F64, n: int) -> list[Point]:
    """Return points of a border (m, 2) px, from its first to its last."""
    return [as_point(border[k]) for k in np.linspace(0, len(border) - 1, n).round().astype(np.intp)]
