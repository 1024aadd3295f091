"""Whom a photo shows: a face from the front, else the dome of a bald head."""

from __future__ import annotations

import math

from smpsim.arrays import U8
from smpsim.scalp.dome import Dome, find_dome
from smpsim.scalp.face import FaceBox, main_face
from smpsim.scalp.lab import smaller

# the photo is looked at this small.  A face narrower than this share of its shorter side may be that of somebody in
# the background, or none: a head elsewhere is taken whose half breadth is at least so much of the face's width, as it
# is on the face's own head: estimates
_SEEN_PX, _SMALL_FACE, _AS_LARGE = 1200, 0.25, 0.5


def find_subject(pixels: U8) -> FaceBox | Dome | None:
    """Find the head that a photo is about.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo.

    Returns
    -------
    FaceBox, Dome or None
        Its face; where none is found, or a head without a face is nearer to the camera, the dome of that head; None
        when there is neither.
    """
    seen, cell = smaller(pixels, _SEEN_PX)
    face = main_face(seen)
    if face is not None and face.width >= _SMALL_FACE * min(seen.shape[:2]):
        return face.scaled(cell)
    dome = find_dome(seen)
    if dome is not None and (face is None or _is_another(dome, face)):
        return dome.scaled(cell)
    return None if face is None else face.scaled(cell)


def _is_another(dome: Dome, face: FaceBox) -> bool:
    """Whether a dome is that of another head, as near to the camera as the face or nearer."""
    aside, above = dome.x - face.centre[0], dome.y - face.centre[1]
    return math.hypot(aside, above) > face.width and dome.half_breadth_px >= _AS_LARGE * face.width
