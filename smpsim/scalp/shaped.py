"""Which surface a treatment is for: the given one, that of its numbers, or one fitted to the mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smpsim.scalp.mask import Area
from smpsim.scalp.scale import Scale
from smpsim.scalp.surface import HEAD_LEAVES, Surface
from smpsim.treatment import Treatment


def shaped(
    surface: Surface | None, treatment: Treatment, mask: NDArray[np.generic], scale: Scale
) -> tuple[Surface, Treatment, tuple[str, ...]]:
    """Settle the shape of the scalp.

    Parameters
    ----------
    surface : Surface or None
        The shape; None for that of the treatment.
    treatment : Treatment
        All parameters.
    mask : ndarray (H, W)
        The treated area, not empty, for numbers of the head that nobody said.
    scale : Scale
        Of the mask.

    Returns
    -------
    Surface
        The shape.
    Treatment
        With all numbers of the shape, so that the picture can be made again.
    tuple of str
        What the user should know.

    Raises
    ------
    ParameterError
        When the scale makes the area far larger than a head, or a number of the head is out of its range.
    """
    notices: tuple[str, ...] = ()
    if surface is None and treatment.head.surface == "ellipsoid":
        numbers = {name: getattr(treatment.head, name) for name in HEAD_LEAVES}
        # a wrong scale is told as such, not by the head that it leads to
        Area(np.asarray(mask, np.float32), scale.px_per_mm)
        surface = Surface.fit(mask, scale, **numbers)
        guessed = [name for name, number in numbers.items() if number is None]
        if guessed:
            said = ", ".join(f"{name} {surface.leaves()[name]:g}" for name in guessed)
            notices = (f"the head was fitted to the mask, a first guess: {said}; keep or mend it in the treatment",)
    surface = surface or Surface.plane()
    leaves = surface.leaves()
    if any(getattr(treatment.head, name) != leaf for name, leaf in leaves.items()):
        treatment = treatment.replace(**leaves)
    return surface, treatment, notices
