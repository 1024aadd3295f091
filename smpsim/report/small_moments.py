"""The head at other moments of the same treatment, in small.

Numbers: a choice of layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from smpsim.arrays import U8
from smpsim.report.moments import other_moments
from smpsim.report.views import head_view
from smpsim.sitting import Sitting
from smpsim.treatment import Treatment

# longer side, px: 300 dpi where five stand side by side on paper
_SMALL_PX = 420


@dataclass(frozen=True, eq=False)
class Moment:
    """The head at another moment of the same treatment.

    Attributes
    ----------
    treatment : Treatment
        With that moment.
    after : ndarray (h, w, 3) uint8
        The head, small, in the photo's own encoding, on white.
    label : dict
        Marks the picture as a simulation.
    """

    treatment: Treatment
    after: U8
    label: dict[str, Any]


def small_moments(sitting: Sitting, treatment: Treatment, seed: int) -> tuple[Moment, ...]:
    """Render the sessions, the healed work and that of a year, but for what the treatment shows itself.

    Parameters
    ----------
    sitting : Sitting
        The photo with its area.
    treatment : Treatment
        The treatment; its moment is not shown again.
    seed : int
        Seed of everything random.
    """
    head = head_view(sitting.coverage, _SMALL_PX)
    shown = [(state, *head.shown(sitting, state, seed)) for state in other_moments(treatment)]
    return tuple(Moment(state, after, preview.label) for state, preview, after, _ in shown)
