"""Accuracy of a render, apart from physics.

Numbers: choices between time and accuracy (docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smpsim.cores import cores
from smpsim.errors import ParameterError
from smpsim.kinds import is_whole

# more than this hardly gain (measured, docs/performance.md), and more than that must be a mistake
_USUAL_THREADS, _MOST_THREADS = 2, 64


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """How finely a preview is computed; the defaults are good to about 0.5 % of the mean darkening.

    Attributes
    ----------
    nodes_per_sigma : float
        Samples per standard deviation of dots that are narrower than a pixel, 0.5 to 4.
    reach_sigmas : float
        Standard deviations at which Gaussians end, 2.5 to 6; 3 is a choice.
    threads : int or None
        Threads that draw, 1 to 64; as many as this process has cores, but at most 2, when not given.  With more than
        1, dots are placed while the photo is looked at, and it is checked while they are drawn.  The picture is the
        same, byte for byte.

    Raises
    ------
    ParameterError
        When a value is out of its range.
    """

    nodes_per_sigma: float = 1.0
    reach_sigmas: float = 3.0
    threads: int | None = None

    def __post_init__(self) -> None:
        for name, low, high in (("nodes_per_sigma", 0.5, 4), ("reach_sigmas", 2.5, 6)):
            value = getattr(self, name)
            if not isinstance(value, int | float | np.number) or not low <= value <= high:
                raise ParameterError(f"{name}: {value!r} is not allowed; give {low} to {high}", name=name, value=value)
        n = self.threads
        if n is not None and not (is_whole(n) and 1 <= n <= _MOST_THREADS):
            raise ParameterError(
                f"threads: {n!r} is not allowed; give a whole number, 1 to {_MOST_THREADS}", name="threads", value=n
            )

    @property
    def n_threads(self) -> int:
        """Threads that draw."""
        return min(cores(), _USUAL_THREADS) if self.threads is None else self.threads
