"""Accuracy of a render, apart from physics."""

from __future__ import annotations

from dataclasses import dataclass

from smpsim.errors import ParameterError


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """How finely a preview is computed; the defaults are good to about 0.5 % of the mean darkening.

    Attributes
    ----------
    nodes_per_sigma : float
        Samples per standard deviation of dots that are narrower than a pixel, 0.5 to 4.
    reach_sigmas : float
        Standard deviations at which Gaussians end, 2.5 to 6.

    Raises
    ------
    ParameterError
        When a value is out of its range.
    """

    nodes_per_sigma: float = 1.0
    reach_sigmas: float = 3.0

    def __post_init__(self) -> None:
        for name, low, high in (("nodes_per_sigma", 0.5, 4), ("reach_sigmas", 2.5, 6)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ParameterError(f"{name}: {value!r} is not allowed; give {low} to {high}", name=name, value=value)
