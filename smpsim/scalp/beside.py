"""A template over a face that was only detected, beside the proposed line.

The scale of a detected face is off by some 15 %, its place by some mm; a template's middle, so many mm above the
brows, then lies up to 3 cm too high or too low.  The proposed line stands at shares of the head in the photo and needs
neither.  So heights above the brows are stretched until a mature line's middle is that of the proposed one.
The mean overlap of a mature line with masks drawn by hand on eleven photographs is 0.64 so, and 0.38 by the face
alone (``tests/benchmarks/proposed_masks.py``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from smpsim.scalp.first_line import first_line
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.landmarks import Landmarks, Point, as_point
from smpsim.scalp.proposal import Proposal

_NATURAL = "mature"


def fit_beside(
    face: Landmarks,
    proposal: Proposal,
    form: str,
    *,
    mid_mm: float | None = None,
    side: str | None = None,
    temple_peaks: bool = True,
) -> Hairline:
    """Fit a template to a detected face.

    Parameters
    ----------
    face : Landmarks
        The detected face, with the outline's breadth and height.
    proposal : Proposal
        The proposed mask over the same face.
    form, mid_mm, side, temple_peaks
        As for :meth:`smpsim.Hairline.fit`.

    Returns
    -------
    Hairline
        The line, on an axis halfway between that of the face and that of the head's outline.
    """
    outline = proposal.outline
    x, y = face.glabella
    face = replace(face, glabella=((x + outline.x) / 2, y))
    drawn = Hairline.fit(face, form, mid_mm=mid_mm, side=side, temple_peaks=temple_peaks, outline=outline)
    if mid_mm is not None:
        return drawn
    natural = Hairline.fit(face, _NATURAL, outline=outline)
    wanted, found = (_height_mm(face, line.points["mid"]) for line in (first_line(proposal), natural))
    return replace(drawn, points={key: _raised(face, at, wanted / found) for key, at in drawn.points.items()})


def _height_mm(face: Landmarks, place: Point) -> float:
    return float(face.to_mm(np.array(place))[1])


def _raised(face: Landmarks, place: Point, factor: float) -> Point:
    """Return a place so many times as high above the brows; what lies below them stays."""
    across, up = face.to_mm(np.array(place)).tolist()
    return as_point(face.to_px(np.array([across, up * factor if up > 0 else up])))
