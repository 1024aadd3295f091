"""The head of the sample: an ellipsoid with gentle bumps, where the camera sees it, and where its hairline runs.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.interpolate import PchipInterpolator

from smpsim.arrays import F32, F64, U64
from smpsim.scalp.surface import Surface
from smpsim.synthetic.noise import Cells, Spline, octaves

#: half the breadth, the length and the height of the head, mm (an average adult)
SEMI_AXES_MM = (77.5, 95.0, 110.0)
# Bumps scale the ellipsoid; this radius turns millimetres into that scale.
_MEAN_RADIUS_MM = 95.0
_COARSE_MM, _FINE_MM = 1.0, 0.5
# Height of the hairline (share of the head's half height) by degrees from the front: forehead, temple, sideburn.
_HAIRLINE = (
    (0.0, 12.0, 24.0, 36.0, 45.0, 51.0, 55.0, 59.0, 64.0, 74.0, 180.0),
    (0.702, 0.696, 0.678, 0.638, 0.582, 0.500, 0.390, 0.250, 0.110, 0.045, 0.045),
)
# The same seen from the side: down the sideburn, over the ear, down to the nape.
_HAIRLINE_AROUND = (
    (0.0, 12.0, 24.0, 36.0, 45.0, 51.0, 55.0, 59.0, 64.0, 72.0, 80.0, 90.0, 104.0, 116.0, 130.0, 180.0),
    (0.702, 0.696, 0.678, 0.638, 0.582, 0.500, 0.390, 0.250, 0.130, 0.080, 0.110, 0.190, 0.200, 0.05, -0.30, -0.50),
)
_MASK_TO_SILHOUETTE_MM = 4.0
# Where the hair of the crown turns: so far back, so far up (in semi-axes).
_WHORL = (0.46, 0.89)


@dataclass(frozen=True)
class View:
    """Where the camera stands (degrees from the front, above the horizon, tilt) and what it frames (mm)."""

    size_mm: tuple[float, float]
    centre_mm: tuple[float, float]
    azimuth_deg: float
    elevation_deg: float
    roll_deg: float
    #: middle of the forehead on the chart, mm, where lines run across it; None where it is not seen
    forehead_mm: tuple[float, float] | None = None

    @property
    def ears(self) -> bool:
        """Whether ears stand out on both sides."""
        return min(self.azimuth_deg, 180 - self.azimuth_deg) < 10

    @property
    def from_behind(self) -> bool:
        """Whether the camera looks at the back of the head."""
        return self.azimuth_deg > 135

    def rotation(self) -> F64:
        """(3, 3): turns the head's frame (its side, front, up) to the picture's (right, down, to the viewer)."""
        a, e, r = np.deg2rad([self.azimuth_deg, self.elevation_deg, self.roll_deg])
        right = np.array([np.cos(a), -np.sin(a), 0.0])
        up = np.array([-np.sin(a) * np.sin(e), -np.cos(a) * np.sin(e), np.cos(e)])
        towards = np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)])
        level = np.stack([right, -up, towards])
        roll = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
        return np.asarray(roll @ level)


VIEWS = {
    "front": View((190.0, 130.0), (96.0, 116.0), 5.0, 20.0, -1.5, (0.0, -12.0)),
    "crown": View((190.0, 150.0), (94.0, 112.0), 174.0, 46.0, 1.0),
    "profile": View((220.0, 130.0), (112.0, 124.0), 84.0, 12.0, 2.0),
    "three-quarter": View((195.0, 134.0), (96.0, 119.0), 42.0, 18.0, -1.0, (-52.0, -4.0)),
}


@dataclass(frozen=True, eq=False)
class Seen:
    """The head at some places of the picture, each array broadcast from (h, 1) and (1, w).

    Attributes
    ----------
    height_mm : ndarray (h, w), mm
        Towards the viewer, from the middle of the head; on the silhouette's plane outside.
    normal : tuple of 3 ndarrays (h, w)
        Unit normal: right, down, to the viewer.
    chart_mm : tuple of 2 ndarrays (h, w), mm
        Place on the skin.
    inside_mm : ndarray (h, w), mm
        Distance to the silhouette, negative outside (exact near it).
    place_mm : tuple of 3 ndarrays (h, w), mm
        Place in the picture's frame from the middle of the head: right, down, to the viewer.
    on_head : tuple of 3 ndarrays (h, w)
        Place in the head's frame over its semi-axes: side, front, up; a unit vector.
    """

    height_mm: F32
    normal: tuple[F32, F32, F32]
    chart_mm: tuple[F32, F32]
    inside_mm: F32
    place_mm: tuple[F32, F32, F32]
    on_head: tuple[F32, F32, F32]


class Head:
    """One view of one head.

    Parameters
    ----------
    view : View
        The camera.
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    """

    def __init__(self, view: View, key: U64) -> None:
        self.view = view
        self.rotation = view.rotation()
        self.quadric = self.rotation @ np.diag(1 / np.square(SEMI_AXES_MM)) @ self.rotation.T
        width, height = view.size_mm
        self.down = Cells.cover(0.0, height, _COARSE_MM)
        self.across = Cells.cover(0.0, width, _COARSE_MM)
        knots = self.down.knots(2.0), self.across.knots(2.0)
        self.bumps = Spline(np.zeros((knots[0].n, knots[1].n), np.float32), *knots)
        random = octaves(key, "bumps", [(30.0, 30.0, 1.1), (13.0, 13.0, 0.30), (6.0, 6.0, 0.07)], *knots)
        place = self.seen(*knots).on_head
        bones = _anatomy(*place) + (_from_the_side(*place) if 30 < view.azimuth_deg < 150 else 0)
        anatomy = ndimage.gaussian_filter(bones, 2.0, mode="nearest")
        self.bumps = Spline(random.over(*knots) + anatomy, *knots)

    def seen(self, down: Cells, across: Cells) -> Seen:
        """Geometry at the middles of cells (rows down, columns across)."""
        bumps = self.bumps.over(down, across)
        shrink = 1 - bumps / np.float32(_MEAN_RADIUS_MM)
        x = (across.centres_mm - self.view.centre_mm[0]).astype(np.float32) * shrink
        y = (down.centres_mm - self.view.centre_mm[1]).astype(np.float32)[:, None] * shrink
        m = self.quadric.astype(np.float32)
        flat = m[:2, :2] - np.outer(m[:2, 2], m[:2, 2]) / m[2, 2]
        gx, gy = flat[0, 0] * x + flat[0, 1] * y, flat[0, 1] * x + flat[1, 1] * y
        r = np.sqrt(x * gx + y * gy) + np.float32(1e-6)
        inside = (1 - r) * r / (np.hypot(gx, gy) + np.float32(1e-9))
        outside = np.maximum(r, np.float32(1))
        x, y, r = x / outside, y / outside, np.minimum(r, np.float32(1))
        z = (np.sqrt(m[2, 2] * (1 - r * r)) - m[0, 2] * x - m[1, 2] * y) / m[2, 2]
        stretch = np.arcsin(r) / r
        on_head = self.rotation.T.astype(np.float32) / np.array(SEMI_AXES_MM, np.float32)[:, None]
        return Seen(
            height_mm=z / shrink,
            normal=unit(*(m[i, 0] * x + m[i, 1] * y + m[i, 2] * z for i in range(3))),
            chart_mm=(x * stretch, y * stretch),
            inside_mm=inside,
            place_mm=(x / shrink, y / shrink, z / shrink),
            on_head=(
                on_head[0, 0] * x + on_head[0, 1] * y + on_head[0, 2] * z,
                on_head[1, 0] * x + on_head[1, 1] * y + on_head[1, 2] * z,
                on_head[2, 0] * x + on_head[2, 1] * y + on_head[2, 2] * z,
            ),
        )

    def surface(self) -> Surface:
        """Return the ellipsoid without its bumps."""
        breadth, length, height = (2 * semi_axis for semi_axis in SEMI_AXES_MM)
        return Surface.ellipsoid(
            centre_mm=self.view.centre_mm,
            breadth_mm=breadth,
            length_mm=length,
            height_mm=height,
            azimuth_deg=self.view.azimuth_deg,
            elevation_deg=self.view.elevation_deg,
            roll_deg=self.view.roll_deg,
        )

    def mask(self, down: Cells, across: Cells) -> F32:
        """Coverage (h, w), 0..1, of the area to treat: behind the hairline, or the bald crown."""
        fine = self._fine()
        seen = self.seen(*fine)
        distance = np.clip(self._to_hairline(seen), -8, 8)
        border = np.clip(seen.inside_mm - _MASK_TO_SILHOUETTE_MM, -8, 8)
        both = _soft_minimum(distance, border, 3.0)
        spline = Spline(both, *fine).over(down, across)
        return coverage(spline, across.step_mm)

    def hairline(self) -> tuple[F32, F32, tuple[Cells, Cells]]:
        """Find how far places lie behind the hairline.

        Returns
        -------
        behind_mm : ndarray (h, w), mm
            About, and negative in front of it.
        turn_deg : ndarray (h, w), deg
            From the middle of the front to either side, 0 round the crown; 180 outside of the head.
        cells : tuple of 2 Cells
            Where: of 0.5 mm, down and across.
        """
        fine = self._fine()
        seen = self.seen(*fine)
        side, front, _ = seen.on_head
        turn = np.zeros_like(side) if self.view.from_behind else np.degrees(np.arctan2(np.abs(side), front))
        turn = np.where(seen.inside_mm > 0, turn, 180)
        return self._to_hairline(seen), np.asarray(turn, np.float32), fine

    def _fine(self) -> tuple[Cells, Cells]:
        """Cells a little beyond the picture."""
        width, height = self.view.size_mm
        return Cells.cover(-2.0, height + 2, _FINE_MM), Cells.cover(-2.0, width + 2, _FINE_MM)

    def _to_hairline(self, seen: Seen) -> F32:
        """Distance behind the hairline, or into the bald crown, mm."""
        side, front, up = seen.on_head
        if self.view.from_behind:
            level = _bald_spot(side, front, up)
        else:
            line = _HAIRLINE if self.view.azimuth_deg < 30 else _HAIRLINE_AROUND
            turn = np.degrees(np.arctan2(np.abs(side), front))
            level = up - np.asarray(PchipInterpolator(*line)(turn), np.float32)
        slope = np.hypot(*np.gradient(level, _FINE_MM)) + np.float32(1e-4)
        return np.asarray(level / slope, np.float32)


def coverage(distance_mm: F32, step_mm: float) -> F32:
    """Share (0..1) of a cell that lies inside a border this far away (negative outside)."""
    return np.asarray(np.clip(distance_mm / np.float32(step_mm) + np.float32(0.5), 0, 1), np.float32)


def unit(x: F32, y: F32, z: F32) -> tuple[F32, F32, F32]:
    """Scale vectors to length 1."""
    length = 1 / np.sqrt(x * x + y * y + z * z)
    return x * length, y * length, z * length


def _bald_spot(side: F32, front: F32, up: F32) -> F32:
    """Positive inside an egg-shaped spot around the whorl: behind the vertex and a little to one side."""
    back, crown = np.array(_WHORL) / np.hypot(*_WHORL)
    across = side - np.float32(0.05)
    along = front * np.float32(crown) + up * np.float32(back)
    facing = up * np.float32(crown) - front * np.float32(back)
    radius = np.hypot(across / (np.float32(0.47) - np.float32(0.07) * along), along / np.float32(0.48))
    return np.asarray(np.where(facing > 0, 1 - radius, np.float32(-1)), np.float32)


def _soft_minimum(a: F32, b: F32, rounding: float) -> F32:
    """Take the smaller of two distances, with a rounded corner."""
    overlap = np.maximum(rounding - np.abs(a - b), 0) / rounding
    return np.asarray(np.minimum(a, b) - overlap * overlap * (rounding / 4), np.float32)


def _anatomy(side: F32, front: F32, up: F32) -> F32:
    """Bumps that every head has, mm: brow, temples, the ridges above them, a hint of a crest, parietal corners."""
    turn = np.degrees(np.arctan2(np.abs(side), front))
    brow = 3.5 * np.exp(-(((up + 0.02) / 0.10) ** 2)) * np.exp(-(((turn - 22) / 20) ** 2))
    temple = -3.6 * np.exp(-(((turn - 66) / 13) ** 2)) * np.exp(-(((up - 0.12) / 0.26) ** 2))
    ridge = 1.8 * np.exp(-(((turn - 47) / 8) ** 2)) * np.exp(-(((up - 0.42) / 0.22) ** 2))
    crest = 0.8 * np.exp(-((side / 0.22) ** 2)) * np.exp(-(((up - 1.0) / 0.25) ** 2))
    corner = 3.0 * np.exp(-(((np.abs(side) - 0.66) / 0.28) ** 2)) * np.exp(-(((up - 0.72) / 0.28) ** 2))
    return np.asarray(brow + temple + ridge + crest + corner, np.float32)


def _from_the_side(side: F32, front: F32, up: F32) -> F32:
    """Bumps that show from the side, mm: a steep forehead, a flat top, the back of the head."""
    turn = np.degrees(np.arctan2(np.abs(side), front))
    forehead = 3.2 * np.exp(-(((up - 0.66) / 0.20) ** 2)) * np.exp(-((turn / 42) ** 2))
    back = np.exp(-(((turn - 180) / 55) ** 2))
    occiput = 2.6 * np.exp(-(((up - 0.08) / 0.26) ** 2)) * back
    behind = 2.6 * np.exp(-(((up - 0.66) / 0.22) ** 2)) * back
    vertex = -1.8 * np.exp(-(((up - 1.0) / 0.10) ** 2))
    return np.asarray(forehead + occiput + behind + vertex, np.float32)
