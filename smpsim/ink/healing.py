"""The first four weeks: redness, scabs that shed dot by dot, and dots that settle.

With ``t`` in days since the session, and the day ``s`` on which the dot sheds its scab::

    visible = 1 + (1 / (1 - first_loss_frac) - 1) left((t - s + 3) / 4.5)         over that of the settled dot
    left(x) = (exp(-x) - exp(-X)) / (1 - exp(-X)),  1 for x < 0, 0 at day 28
    redness = (1 - t / T)^2                                                   until T days, over that of day 0

Dots look darker than in the end for up to a week and fade fast from day 3 to 10, then slowly (hishairclinic.co.uk);
redness lasts 2 to 5 days (hishairclinic.com; 1 to 3 newmansmp.com); scabs form on day 2 to 4, fall from day 5 and are
gone about day 7 (smpofaustin.com, scalpclinic.com); on day 7 the work looks patchy (hairdoctornyc.com).  How dark a
scab is, how much wider than its dot, and the curves between these days are estimates.

Swelling and bleeding are not drawn.

Numbers: from the pages above where they name days; all else is an estimate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from smpsim.arrays import F64
from smpsim.ink.skin import BLOOD_RGB

#: settled, days after the session
HEALED_D = 28.0
# a dot begins to fade so long before its scab falls, days; time constant of that
_BEFORE_D, _FADES_D = 3.0, 4.5
# pace -> days until redness is gone
_RED_D = {"slow": 5.0, "typical": 4.0, "fast": 2.0}
# days from which scabs form and on which they have formed; pace -> first and last day on which they fall
_FORM_D = (2.0, 3.0)
_FALL_D = {"slow": (5.5, 9.0), "typical": (5.0, 7.0), "fast": (4.0, 6.0)}
# a scab's width over its dot's diameter, and its optical depth in green light, from one to the other: estimates
_WIDE, _DARK = 1.6, (0.2, 0.6)
# A crust is dried blood and ink, half and half: brown.
_CRUST_RGB = (BLOOD_RGB / BLOOD_RGB[1] + np.array([0.9, 1.0, 1.22])) / 2
# standard deviation of a Gaussian over its width at half of its height: derived
_SIGMA = 1 / 2.3548


class Scabs(NamedTuple):
    """Crusts on the skin, one per dot.

    Attributes
    ----------
    depth : ndarray (N, 3)
        Optical depth of the middle for R, G, B; 0 where there is none.
    sigma_mm : ndarray (N,), mm
        Standard deviation along each axis.
    """

    depth: F64
    sigma_mm: F64


def shed_day(late: F64, healing: str) -> F64:
    """Day on which each scab falls; `late` is 0 for the first and 1 for the last."""
    first, last = _FALL_D[healing]
    return np.asarray(first + (last - first) * late)


def visible_healing(days: F64, shed: F64, first_loss: float) -> F64:
    """Visible darkening over that of the settled dot.

    Parameters
    ----------
    days : ndarray (N,), d
        Since the dot was set.
    shed : ndarray (N,), d
        When its scab falls.
    first_loss : float
        Share of the fresh dot's darkening that is lost in four weeks, 0 to 0.5.

    Returns
    -------
    ndarray (N,)
        1 from four weeks on.
    """
    begins = shed - _BEFORE_D
    fading = np.exp(-np.maximum(days - begins, 0) / _FADES_D)
    end = np.exp(-(HEALED_D - begins) / _FADES_D)
    left = np.maximum(fading - end, 0) / (1 - end)
    return np.asarray(1 + (1 / (1 - first_loss) - 1) * left)


def scabs(days: F64, shed: F64, diameter_mm: F64, dark: F64) -> Scabs:
    """Scabs on dots: they form on day 2 to 3 and fall at once.

    Parameters
    ----------
    days, shed : ndarray (N,), d
        As for :func:`visible_healing`.
    diameter_mm : ndarray (N,), mm
        Of the deposits below.
    dark : ndarray (N,)
        0 to 1, how dark the scab of each dot is among all.
    """
    formed = np.clip((days - _FORM_D[0]) / (_FORM_D[1] - _FORM_D[0]), 0, 1)
    green = np.where(days < shed, formed, 0) * (_DARK[0] + (_DARK[1] - _DARK[0]) * dark)
    return Scabs(green[:, None] * _CRUST_RGB, _SIGMA * _WIDE * diameter_mm)


def redness(days: float, healing: str) -> float:
    """Redness over that of the day of the session, 0 to 1; none from day 2 (fast), 4 or 5 (slow) on."""
    return max(1 - days / _RED_D[healing], 0.0) ** 2
