"""A tape laid over the forehead: lengths along the skin from places in a picture taken from the front.

Rules for hairlines are taken with a tape on the skin, a photo shows the skin foreshortened.  Between the two stands an
ellipsoid seen from far away::

    (x / B)^2 + (y / H)^2 + (z / D)^2 = 1

with x across, y up and z towards the camera, mm, from the glabella (between the brows).  The length of a head is
measured from the glabella, so the equator passes through it.  A straight line in the picture, lifted onto the
ellipsoid, is the tape.

An average head is as broad and long as that of the parameters (:mod:`smpsim.parameters.client`), its vertex 92 mm
above the glabella (an estimate for adults).  Where the outline of the head is seen in the photo, breadth and vertex
are those of the outline: a head that leans towards the camera shows more of its top, and its vertex seems lower.

Numbers: estimates for adults; steps and the outline are choices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from smpsim.arrays import F64
from smpsim.parameters.client import HEAD_BREADTH_MM, HEAD_LENGTH_MM

_STEPS = 200
# the ellipsoid has no depth beyond its outline; a tape may touch that, but not lie on it
_OUTLINE = 0.995


@dataclass(frozen=True)
class Head:
    """Half axes of the ellipsoid; where they are not known, those of an average head.

    Attributes
    ----------
    half_breadth_mm, vertex_mm, half_length_mm : float, mm
        Sideways; from the glabella up to the vertex as the camera sees it; towards the camera.
    """

    half_breadth_mm: float = HEAD_BREADTH_MM / 2
    vertex_mm: float = 92.0
    half_length_mm: float = HEAD_LENGTH_MM / 2

    @property
    def _axes(self) -> F64:
        return np.array([self.half_breadth_mm, self.vertex_mm])

    def tape_mm(self, a: F64, b: F64) -> F64:
        """Length of a tape over the skin between two places in a frontal picture.

        Parameters
        ----------
        a, b : ndarray (..., 2), mm
            Places (across, up) from the glabella; what lies outside of the head counts as its outline.

        Returns
        -------
        ndarray (...), mm
            Length along the skin, at least that in the picture.
        """
        share = np.linspace(0, 1, _STEPS + 1)[:, None]
        a, b = np.asarray(a, np.float64)[..., None, :], np.asarray(b, np.float64)[..., None, :]
        flat = a + (b - a) * share
        radius = ((flat / self._axes) ** 2).sum(-1)
        depth = self.half_length_mm * np.sqrt(np.maximum(1 - radius, 0))
        steps = np.diff(np.concatenate([flat, depth[..., None]], -1), axis=-2)
        return np.asarray(np.sqrt((steps**2).sum(-1)).sum(-1))

    def at_tape(self, start: F64, direction_rad: float, length_mm: float) -> F64:
        """Find the place at the end of a tape.

        Parameters
        ----------
        start : ndarray (2,), mm
            Where it begins, within the outline.
        direction_rad : float, rad
            Its direction in the picture, from across towards up.
        length_mm : float, mm
            Its length; it ends at the outline at the latest.

        Returns
        -------
        ndarray (2,), mm
            The end.
        """
        towards = np.array([np.cos(direction_rad), np.sin(direction_rad)])
        step, here = towards / self._axes, np.asarray(start) / self._axes
        a, b, c = step @ step, step @ here, here @ here - _OUTLINE
        root = float(np.sqrt(np.maximum(b * b - a * c, 0)))
        reach = max((root - float(b)) / float(a), 0.0)
        if float(self.tape_mm(start, start + reach * towards)) <= length_mm:
            return np.asarray(start + reach * towards)
        far = float(brentq(lambda r: float(self.tape_mm(start, start + r * towards)) - length_mm, 0.0, reach))
        return np.asarray(start + far * towards)

    def where_tapes_meet(
        self, start: F64, length_mm: float, other: F64, other_length_mm: float, *, between: tuple[float, float]
    ) -> F64:
        """Find the place that lies at given lengths of tape from two places.

        Parameters
        ----------
        start, other : ndarray (2,), mm
            The two places.
        length_mm, other_length_mm : float, mm
            Lengths from either.
        between : (float, float), rad
            Directions from ``start`` between which it lies.

        Raises
        ------
        ValueError
            When the tapes do not meet there.
        """

        def excess(direction: float) -> float:
            return float(self.tape_mm(self.at_tape(start, direction, length_mm), other)) - other_length_mm

        return self.at_tape(start, float(brentq(excess, *between, xtol=1e-5)), length_mm)


#: a head of average size, upright
AVERAGE_HEAD = Head()
