"""A project: all that a preview is made of except the photos' pixels, so that it can be opened again.

One client, one or more views (photos), one treatment.  What is treated in a view is drawn: a hairline, a mask that was
brought along, and brush strokes on top.

Numbers: a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from smpsim.arrays import F32
from smpsim.errors import ParameterError
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.scale import Scale
from smpsim.scalp.strokes import Stroke, paint
from smpsim.treatment import Treatment

MAX_VIEWS = 20


@dataclass(frozen=True)
class PhotoFile:
    """Which photo a view is of.

    Attributes
    ----------
    name : str
        File name, without a folder.
    sha256 : str
        Of the file's bytes, 64 hexadecimal digits: another photo of that name is not taken for it.
    size : (int, int), px
        Width and height, upright.
    """

    name: str
    sha256: str
    size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class View:
    """One photo, and what is drawn on it.

    Attributes
    ----------
    photo : PhotoFile
        Which photo.
    scale : Scale or None
        Pixels per mm; None when it is to be found.
    hairline : Hairline or None
        The line, with the rear border.
    mask : ndarray (H, W) float32 or None
        A mask that was brought along, 0 to 1; the hairline's area is added to it.
    strokes : tuple of Stroke
        Brush strokes on top, in their order.
    name : str
        "front", "crown" or whatever the view is called; may be empty.

    Raises
    ------
    ParameterError
        When the mask has another size than the photo.
    """

    photo: PhotoFile
    scale: Scale | None = None
    hairline: Hairline | None = None
    mask: F32 | None = None
    strokes: tuple[Stroke, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        width, height = self.photo.size
        if self.mask is not None and self.mask.shape != (height, width):
            raise ParameterError(
                f"mask: {self.mask.shape[1]} x {self.mask.shape[0]} px does not fit the photo of {width} x {height} px"
            )

    def area(self) -> tuple[F32, F32]:
        """Return where to treat, and what is kept free of dots: (H, W) float32 each, 0 to 1."""
        width, height = self.photo.size
        coverage = np.zeros((height, width), np.float32) if self.mask is None else self.mask
        if self.hairline is not None:
            coverage = np.maximum(coverage, self.hairline.mask(self.photo.size))
        return paint(coverage, self.strokes)


@dataclass(frozen=True)
class Project:
    """A client's photos and one treatment.

    Attributes
    ----------
    views : tuple of View
        1 to 20.
    treatment : Treatment
        For all of them.
    seed : int
        Seed of everything random.
    client : str
        What the client is called on pages; may be empty.

    Raises
    ------
    ParameterError
        With no view, or more than 20.
    """

    views: Sequence[View]
    treatment: Treatment = field(default_factory=Treatment)
    seed: int = 0
    client: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.views) <= MAX_VIEWS:
            raise ParameterError(f"project: {len(self.views)} views are not allowed; give 1 to {MAX_VIEWS}")
        object.__setattr__(self, "views", tuple(self.views))
