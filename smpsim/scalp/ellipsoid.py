"""The head as an ellipsoid, seen from far away (an orthographic projection).

Its frame is (side, front, up).  The camera stands ``azimuth`` degrees from the front, round the head, and
``elevation`` degrees above the horizon; the picture is then turned by ``roll``.  ``shape = R diag(a^2) R'`` with the
semi-axes ``a`` and the rotation R into the picture's frame (x right, y down, z towards the viewer).  Points of the
ellipsoid are found by their unit normal n::

    P(n) = shape n / sqrt(n' shape n)                tilt = angle of n to the viewer
    n    = (2 p, 2 q, 1 - p^2 - q^2) / (1 + p^2 + q^2)

and normals by their stereographic coordinates (p, q), which run over a square: its sides lie behind the silhouette,
its corners far behind.

Numbers: choices of precision; the formulas are derived.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from smpsim.arrays import F64
from smpsim.scalp.chart import Sheet

# points along each side of the mesh: its cells are about 4 mm wide
_MESH = 51
# stereographic coordinate of its sides: 97 degrees of tilt, so that what is seen lies well inside
_REACH = float(np.tan(np.deg2rad(97 / 2)))


@dataclass(frozen=True)
class Ellipsoid:
    """A head.

    Attributes
    ----------
    breadth_mm, length_mm, height_mm : float, mm
        Its three diameters: from side to side, from front to back, upright.
    x_mm, y_mm : float, mm
        Its middle in the picture.
    azimuth_deg, elevation_deg, roll_deg : float, degrees
        Where the camera stands: 0 in front of the face, 180 behind the head; above the horizon; tilt of the picture.
    """

    breadth_mm: float
    length_mm: float
    height_mm: float
    x_mm: float
    y_mm: float
    azimuth_deg: float
    elevation_deg: float
    roll_deg: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """All numbers, in order."""
        return astuple(self)

    def rotation(self) -> F64:
        """(3, 3): turns the head's frame (side, front, up) to the picture's (right, down, towards the viewer)."""
        a, e, r = np.deg2rad([self.azimuth_deg, self.elevation_deg, self.roll_deg])
        right = np.array([np.cos(a), -np.sin(a), 0.0])
        up = np.array([-np.sin(a) * np.sin(e), -np.cos(a) * np.sin(e), np.cos(e)])
        towards = np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)])
        roll = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
        return np.asarray(roll @ np.stack([right, -up, towards]))

    def shape(self) -> F64:
        """(3, 3), mm2: the matrix of the module; its upper left quarter is that of the silhouette."""
        semi_axes = np.array([self.breadth_mm, self.length_mm, self.height_mm]) / 2
        rotation = self.rotation()
        return np.asarray(rotation @ np.diag(semi_axes**2) @ rotation.T)

    def nearest_mm(self) -> F64:
        """Place of the point nearest to the camera, mm from the middle: x, y, z."""
        shape = self.shape()
        return np.asarray(shape[2] / np.sqrt(shape[2, 2]))

    def sheet(self) -> Sheet:
        """Return all that is seen of it, and a little more."""
        side = np.linspace(-_REACH, _REACH, _MESH)
        p, q = np.meshgrid(side, side)
        squared = p**2 + q**2
        normal = np.stack([2 * p, 2 * q, 1 - squared], -1) / (1 + squared)[..., None]
        support = normal @ self.shape()
        points = support / np.sqrt((normal * support).sum(-1))[..., None] + [self.x_mm, self.y_mm, 0.0]
        # on a sphere the stereographic map is the conformal one
        diameter = (self.breadth_mm * self.length_mm * self.height_mm) ** (1 / 3)
        return Sheet(points, (p + 1j * q) * diameter, (_MESH // 2, _MESH // 2))
