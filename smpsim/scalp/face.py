"""Faces in a photo, by scikit-image's cascade of local binary patterns; no other model.

Numbers: estimates; the size at which the detector sees the photo is a choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from smpsim.arrays import F32, U8
from smpsim.scalp.grid import average_over_cells, cells_over
from smpsim.scalp.symmetry import face_axis

# The detector sees the photo at this size.
_DETECTOR_PX = 400
# boxes that share this much of their union are one face
_SAME = 0.4
# A face has eyes and a mouth: detail between these shares of its width, over the mean inside the box.  Eleven
# faces have 0.10 to 0.33, marks on bald heads seen from above or behind at most 0.04 (an estimate between them).
_FINE, _COARSE, _FEATURES = 0.02, 0.1, 0.06
_ACROSS, _DOWN = (0.15, 0.85), (0.2, 0.85)


@dataclass(frozen=True)
class FaceBox:
    """A square that the detector marks, px of the upright photo.

    Attributes
    ----------
    x, y : float, px
        Its upper left corner.
    width : float, px
        Its side.
    tilt_deg : float, deg
        How far the face in it leans, clockwise as seen in the picture, about the middle of the box.
    """

    x: float
    y: float
    width: float
    tilt_deg: float = 0.0

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle (x, y), px."""
        return self.x + self.width / 2, self.y + self.width / 2

    def at(self, across: float, down: float) -> tuple[float, float]:
        """Place (x, y), px, in the frame of the face: shares of the width from the middle of the box."""
        cos, sin = (f(math.radians(self.tilt_deg)) * self.width for f in (math.cos, math.sin))
        x, y = self.centre
        return x + across * cos - down * sin, y + across * sin + down * cos

    def scaled(self, factor: float) -> FaceBox:
        """Return the same square in a photo that is so many times as large."""
        return FaceBox(self.x * factor, self.y * factor, self.width * factor, self.tilt_deg)

    def overlap(self, other: FaceBox) -> float:
        """Area in common over area of the union, 0 to 1."""
        w, h = (
            max(min(a + self.width, b + other.width) - max(a, b), 0.0)
            for a, b in ((self.x, other.x), (self.y, other.y))
        )
        return w * h / (self.width**2 + other.width**2 - w * h)


def find_faces(pixels: U8) -> list[FaceBox]:
    """Find faces seen from the front.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        The upright photo; the detector sees its green channel, the longer side being 400 px.

    Returns
    -------
    list of FaceBox
        What the detector marks, wrong marks among them, but for marks without features; the widest first.
    """
    from skimage import data
    from skimage.feature import Cascade

    cell = max(max(pixels.shape[:2]) / _DETECTOR_PX, 1.0)
    h, w = (cells_over(n, cell) for n in pixels.shape[:2])
    green: F32 = pixels[..., 1].astype(np.float32)
    seen = average_over_cells(green, cell, range(h), range(w)).round().astype(np.uint8)
    smallest = max(min(h, w) // 10, 24)
    cascade_file = str(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
    found = Cascade(cascade_file).detect_multi_scale(
        seen, scale_factor=1.1, step_ratio=1, min_size=(smallest, smallest), max_size=(h, w)
    )
    marked = (FaceBox(f["c"], f["r"], f["width"]) for f in found)
    boxes = [FaceBox(f.x * cell, f.y * cell, f.width * cell) for f in marked if _has_features(seen, f)]
    return sorted(boxes, key=lambda box: -box.width)


def _has_features(seen: U8, box: FaceBox) -> bool:
    """Whether there is more in a box than smooth skin; the box in the pixels that the detector sees."""
    rows, columns = (
        slice(max(int(start + low * box.width), 0), int(start + high * box.width))
        for start, (low, high) in ((box.y, _DOWN), (box.x, _ACROSS))
    )
    light = seen[rows, columns].astype(np.float64)
    detail = gaussian_filter(light, _FINE * box.width) - gaussian_filter(light, _COARSE * box.width)
    return bool(detail.std() > _FEATURES * max(light.mean(), 1.0))


def main_face(pixels: U8) -> FaceBox | None:
    """Return the face of the photo; None when there is none.

    It is the widest mark, averaged with those that overlap it, moved onto the axis of the face and leaning with it.
    """
    boxes = find_faces(pixels)
    if not boxes:
        return None
    same = [box for box in boxes if box.overlap(boxes[0]) > _SAME]
    x, y, width = np.mean([(box.x, box.y, box.width) for box in same], axis=0).tolist()
    tilt, aside = face_axis(pixels, (x + width / 2, y + width / 2), width)
    return FaceBox(x + aside, y, width, tilt)
