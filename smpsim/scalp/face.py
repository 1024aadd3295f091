"""Faces in a photo, by scikit-image's cascade of local binary patterns; no other model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32, U8
from smpsim.scalp.grid import average_over_cells

# The detector sees the photo at this size.
_DETECTOR_PX = 400
# boxes that share this much of their union are one face
_SAME = 0.4


@dataclass(frozen=True)
class FaceBox:
    """A square that the detector marks, px of the upright photo.

    Attributes
    ----------
    x, y : float, px
        Its upper left corner.
    width : float, px
        Its side.
    """

    x: float
    y: float
    width: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle (x, y), px."""
        return self.x + self.width / 2, self.y + self.width / 2

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
        Everything that the detector marks, wrong marks among them; the widest first.
    """
    from skimage import data
    from skimage.feature import Cascade

    cell = max(max(pixels.shape[:2]) / _DETECTOR_PX, 1.0)
    h, w = (int(np.ceil(n / cell)) for n in pixels.shape[:2])
    green: F32 = pixels[..., 1].astype(np.float32)
    seen = average_over_cells(green, cell, range(h), range(w)).round().astype(np.uint8)
    smallest = max(min(h, w) // 10, 24)
    cascade_file = str(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
    found = Cascade(cascade_file).detect_multi_scale(
        seen, scale_factor=1.1, step_ratio=1, min_size=(smallest, smallest), max_size=(h, w)
    )
    boxes = [FaceBox(f["c"] * cell, f["r"] * cell, f["width"] * cell) for f in found]
    return sorted(boxes, key=lambda box: -box.width)


def main_face(pixels: U8) -> FaceBox | None:
    """Return the face of the photo: the widest mark, averaged with those that overlap it; None when there is none."""
    boxes = find_faces(pixels)
    if not boxes:
        return None
    same = [box for box in boxes if box.overlap(boxes[0]) > _SAME]
    x, y, width = np.mean([(box.x, box.y, box.width) for box in same], axis=0).tolist()
    return FaceBox(x, y, width)
