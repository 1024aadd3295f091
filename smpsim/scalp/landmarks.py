"""Where the face is: what a hairline is fitted to.

A few clicked points, or the face that the detector marks.  Everything is in a frame of the face: (across, up) in mm
from the glabella, the axis being the perpendicular to the line of the pupils.

The glabella lies 22 mm above the line of the pupils (an estimate).  In the box that the detector marks (153 mm wide)
the pupils lie 0.38 of its side below its top, in its middle: means over eight photographs of known pupils, on which
the glabella so found is off by 4 mm up and down and 5 mm sideways (standard deviations); on a ninth the box was wrong
by a fifth of its side.

Numbers: estimates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from smpsim.arrays import F64, U8
from smpsim.errors import ParameterError, PhotoError, quoted
from smpsim.kinds import check_photo_read, listed
from smpsim.scalp.face import FaceBox, main_face
from smpsim.scalp.outline import Outline
from smpsim.scalp.scale import FACE_BOX_MM, FACE_UNCERTAINTY, Scale, check_place, known_scale
from smpsim.scalp.tape import AVERAGE_HEAD, Head

Point = tuple[float, float]

GLABELLA_ABOVE_PUPILS_MM = 22.0
_PUPILS_BELOW_TOP = 0.38
# standard uncertainty of the place of a glabella that was clicked, taken from the pupils, or from the detected face
_CLICKED_MM, _FROM_PUPILS_MM, _DETECTED_MM = 2.0, 4.0, 6.0
# half breadths and vertices that heads have, as the camera sees them: estimates
_BREADTHS_MM, _VERTICES_MM = (65.0, 90.0), (68.0, 120.0)
# the steepest tilt at which a face still counts as seen from the front, upright
_MOST_TILT_DEG = 60.0


class _Pixels(Protocol):
    @property
    def pixels(self) -> U8: ...


@dataclass(frozen=True)
class Landmarks:
    """The frame of a face in a photo.

    Attributes
    ----------
    glabella : (float, float), px
        Middle between the brows, x, y in the upright photo.
    tilt_deg : float, deg
        How far the head leans, clockwise as seen in the picture, -60 to 60.
    scale : Scale
        Scale of the photo, with its uncertainty.
    face_mm : float or None
        Height of the face from chin to glabella, mm in the picture; None when no chin was given.
    crease_mm : float or None
        Height of the highest wrinkle of the raised brows above the glabella, mm in the picture.
    uncertainty_mm : float
        Standard uncertainty of the place of the glabella, mm; 2 is an estimate for one that was clicked.
    source : str
        "clicked" or "face".
    head : Head
        The shape of the head: average, or of the outline in the photo (:meth:`with_outline`).

    Raises
    ------
    ParameterError
        When a value is out of its range.
    """

    glabella: Point
    tilt_deg: float
    scale: Scale
    face_mm: float | None = None
    crease_mm: float | None = None
    uncertainty_mm: float = _CLICKED_MM
    source: str = "clicked"
    head: Head = AVERAGE_HEAD

    def __post_init__(self) -> None:
        check_place("glabella", self.glabella)
        if not abs(self.tilt_deg) <= _MOST_TILT_DEG:
            raise ParameterError(
                f"tilt_deg: {self.tilt_deg:g} deg is not allowed; give -60 to 60 deg, or turn the photo upright",
                name="tilt_deg",
                value=self.tilt_deg,
            )

    @classmethod
    def from_points(
        cls,
        *,
        pupils: tuple[Point, Point],
        scale: Scale | float | None = None,
        glabella: Point | None = None,
        chin: Point | None = None,
        crease: Point | None = None,
    ) -> Self:
        """Make the frame of clicked points.

        Parameters
        ----------
        pupils : two (float, float), px
            Centres of the pupils, in either order.
        scale : Scale or float, px/mm, optional
            Scale of the photo; from the pupils when not given.
        glabella, chin, crease : (float, float), px, optional
            Middle between the brows; lowest point of the chin; highest wrinkle of the raised brows.

        Raises
        ------
        ParameterError
            When points coincide, or the head leans by more than 60 deg.
        """
        if len(listed(pupils, "pupils")) != 2:
            raise ParameterError(f"pupils: {quoted(pupils)}: give both, each as x, y in px", name="pupils")
        clicked = {"glabella": glabella, "chin": chin, "crease": crease}
        for name, place in (*(("pupils", pupil) for pupil in pupils), *clicked.items()):
            if place is not None:
                check_place(name, place)
        left, right = sorted((x, y) for x, y in pupils)
        scale = Scale.from_pupils(left, right) if scale is None else known_scale(scale)
        tilt = math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
        middle = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
        eyes = cls(middle, tilt, scale)
        x, y = eyes.to_px(np.array([0.0, GLABELLA_ABOVE_PUPILS_MM])).tolist()
        about = _FROM_PUPILS_MM if glabella is None else _CLICKED_MM
        frame = cls(glabella or (x, y), tilt, scale, uncertainty_mm=about)
        face, fold = (None if point is None else frame.to_mm(np.array(point))[1] for point in (chin, crease))
        return cls(
            frame.glabella,
            tilt,
            scale,
            face_mm=_above_zero("chin", None if face is None else -float(face), "below"),
            crease_mm=_above_zero("crease", None if fold is None else float(fold), "above"),
            uncertainty_mm=about,
        )

    @classmethod
    def detect(cls, photo: _Pixels, *, scale: Scale | None = None) -> Self:
        """Find the face of a photo.

        Parameters
        ----------
        photo : Photo
            The upright photo, taken from the front.
        scale : Scale, optional
            Scale of the photo; from the width of the face when not given.

        Raises
        ------
        PhotoError
            When no face is found.
        """
        check_photo_read(photo)
        face = main_face(photo.pixels)
        if face is None:
            raise PhotoError("no face is found in the photo; say where the pupils are (--pupils X1,Y1,X2,Y2)")
        return cls.of_box(face, scale=scale)

    @classmethod
    def of_box(cls, face: FaceBox, *, scale: Scale | None = None) -> Self:
        """Make the frame of a detected face.

        Parameters
        ----------
        face : FaceBox
            The box of a detector, px.
        scale : Scale, optional
            Scale of the photo; from the breadth of the box when not given.
        """
        scale = scale or Scale(face.width / FACE_BOX_MM, "face", FACE_UNCERTAINTY)
        glabella = face.at(0.0, _PUPILS_BELOW_TOP - 0.5 - GLABELLA_ABOVE_PUPILS_MM / FACE_BOX_MM)
        return cls(glabella, face.tilt_deg, scale, uncertainty_mm=_DETECTED_MM, source="face")

    def with_outline(self, outline: Outline) -> Self:
        """Take the breadth and the height of the head from its outline in the photo, as far as they can be true.

        Parameters
        ----------
        outline : Outline
            As it was traced over this face.
        """
        height = float(self.to_mm(np.array(outline.vertex))[1])
        half_breadth = min(max(outline.half_breadth_px / self.scale.px_per_mm, _BREADTHS_MM[0]), _BREADTHS_MM[1])
        head = Head(half_breadth, min(max(height, _VERTICES_MM[0]), _VERTICES_MM[1]))
        return replace(self, head=head)

    @property
    def face(self) -> FaceBox:
        """The box in which a detector would see this face."""
        down = (0.5 - _PUPILS_BELOW_TOP) * FACE_BOX_MM + GLABELLA_ABOVE_PUPILS_MM
        x, y = self.to_px(np.array([0.0, -down])).tolist()
        width = FACE_BOX_MM * self.scale.px_per_mm
        return FaceBox(x - width / 2, y - width / 2, width, self.tilt_deg)

    @property
    def _axes(self) -> F64:
        """Rows: unit vectors across and up, in the picture."""
        tilt = math.radians(self.tilt_deg)
        return np.array([[math.cos(tilt), math.sin(tilt)], [math.sin(tilt), -math.cos(tilt)]])

    def to_px(self, places: F64) -> F64:
        """Turn places over the face into pixels.

        Parameters
        ----------
        places : ndarray (..., 2), mm
            Across and up from the glabella, in the picture plane.

        Returns
        -------
        ndarray (..., 2), px
            x and y in the upright photo.
        """
        return np.asarray(np.array(self.glabella) + self.scale.px_per_mm * np.asarray(places) @ self._axes)

    def to_mm(self, points: F64) -> F64:
        """Turn pixels into places over the face.

        Parameters
        ----------
        points : ndarray (..., 2), px
            x and y in the upright photo.

        Returns
        -------
        ndarray (..., 2), mm
            Across and up from the glabella, in the picture plane.
        """
        return np.asarray((np.asarray(points) - np.array(self.glabella)) @ self._axes.T / self.scale.px_per_mm)


def _above_zero(name: str, height: float | None, side: str) -> float | None:
    if height is not None and not height > 0:
        raise ParameterError(f"{name}: it must lie {side} the glabella; click it again", name=name)
    return height


def as_point(place: F64) -> Point:
    """Return a place, (2,), as a point."""
    return float(place[0]), float(place[1])
