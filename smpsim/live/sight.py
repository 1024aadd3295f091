"""Looking at the photo: as seldom as will do while something moves, anew for exactly the mask at rest.

Numbers: choices between time and accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.arrays import F32
from smpsim.files.photo import Photo
from smpsim.live.question import IDLE, REST, Question
from smpsim.raster.walk import Look, look
from smpsim.scalp.advice import Advice
from smpsim.scalp.mask import Area
from smpsim.scalp.photo_check import check

# A mask may change by this share of it before the photo is looked at again; at rest by this.
_MOVED, _RESTED = 0.3, 0.001
# so many pixels of masks apart are enough to see that
_EVERY = 3


@dataclass(frozen=True, eq=False)
class Sight:
    """What was seen of the photo.

    Attributes
    ----------
    look : Look
        Light, camera and hair.
    advice : tuple of Advice
        What would make a better photo.
    settled : bool
        Whether it was looked at for exactly the present mask.
    """

    look: Look
    advice: tuple[Advice, ...]
    settled: bool


class Eye:
    """Looks at a photo and remembers what it saw last."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo
        self._seen: tuple[object, F32, Look] | None = None
        self._advice: tuple[Advice, ...] | None = None

    def see(self, area: Area, question: Question) -> Sight:
        """Look at an area of the photo, which is given at a smaller size."""
        key = question.scale.px_per_mm, area.surface, question.treatment.hair
        moved = 1.0
        if self._seen is not None and self._seen[0] == key:
            moved = _change(self._seen[1], _sparse(area))
        anew = self._seen is None or moved > (_RESTED if question.quality == REST else _MOVED)
        if self._seen is None or anew:
            self._seen, moved = (key, _sparse(area), self._looked(area, question)), 0.0
            self._advice = None
        seen = self._seen[2]
        # the first picture does not wait for advice
        if self._advice is None and (question.quality == REST or (question.quality == IDLE and not anew)):
            self._advice = check(seen.pixels, seen.space, seen.visible, seen.camera, self._photo.jpeg)
        return Sight(seen, self._advice or (), moved <= _RESTED)

    def _looked(self, area: Area, question: Question) -> Look:
        photo = self._photo
        height, width = photo.pixels.shape[:2]
        protect = None if area.protect is None else _enlarged(area.protect, (height, width))
        large = Area(_enlarged(area.coverage, (height, width)), question.scale.px_per_mm, area.surface, protect)
        return look(
            photo.pixels,
            photo.space,
            large,
            alpha=photo.alpha,
            jpeg=photo.jpeg,
            hair_sensitivity=question.treatment.hair.hair_sensitivity,
        )


def _sparse(area: Area) -> F32:
    """Return some pixels of what is treated."""
    some = slice(None, None, _EVERY)
    return area.treated(some, some)


def _change(one: F32, other: F32) -> float:
    """Share of what is treated that differs."""
    if one.shape != other.shape:
        return 1.0
    return float(np.abs(one - other).sum()) / max(float(np.maximum(one, other).sum()), 1e-9)


def _enlarged(mask: F32, shape: tuple[int, int]) -> F32:
    """Return a mask at the photo's size, every pixel with the value that it lies in."""
    rows, columns = ((np.arange(n) * m) // n for n, m in zip(shape, mask.shape, strict=True))
    large: F32 = mask[rows].take(columns, axis=1)
    return large
