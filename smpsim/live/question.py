"""What is asked of a photo that is looked at, and what is answered."""

from __future__ import annotations

import time
from dataclasses import dataclass

from smpsim.arrays import U8
from smpsim.live.ground import Box
from smpsim.project import View
from smpsim.raster.draw import Progress
from smpsim.scalp.scale import Scale
from smpsim.stats import PreviewStats
from smpsim.treatment import Treatment

DRAG, LAYER, IDLE, REST = QUALITIES = ("drag", "layer", "idle", "rest")


@dataclass(frozen=True, eq=False)
class Question:
    """A question for a picture.

    Attributes
    ----------
    view : View
        What is drawn on the photo.
    scale : Scale
        Of the photo.
    treatment : Treatment
        All parameters; no old work.
    seed : int
        Seed of everything random.
    box : (x, y, w, h), px of the photo, or None
        What is to be seen; None for all of it.
    max_px : int
        Longer side of the picture.
    quality : {"drag", "layer", "idle", "rest"}
        How much is worked out anew: at rest the light of exactly this area; at rest and when idle all numbers.
    """

    view: View
    scale: Scale
    treatment: Treatment
    seed: int
    box: Box | None
    max_px: int
    quality: str


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture for the screen.

    Attributes
    ----------
    image : ndarray (h, w, 3) uint8
        The preview.
    alpha : ndarray (h, w) uint8 or None
        Opacity.
    region : (x, y, w, h), px of the photo
        What it shows.
    stats : PreviewStats
        Its numbers; those that take long are of the last picture that was not dragged.
    treatment : Treatment
        What is shown, with the numbers of the head.
    settled : bool
        Whether the photo was looked at for exactly this mask.
    """

    image: U8
    alpha: U8 | None
    region: tuple[float, float, float, float]
    stats: PreviewStats
    treatment: Treatment
    settled: bool


class Clock:
    """Times steps, and asks after each whether to go on."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str) -> None:
        """End a step."""
        now = time.perf_counter()
        self.seconds[step] = now - self._last
        self._last = now
        if self._progress:
            self._progress(0.0, step)
