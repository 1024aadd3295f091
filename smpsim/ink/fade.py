"""Fading by laser: what is left of each dot, and how many passes that may take.

A laser takes more from one dot than from another.  The share that is left has a beta distribution about ``1 - f``,
with the variance ``s^2 f (1 - f)``: within 0 and 1, all of it where nothing is faded, and never less on average than
asked for.  The spread ``s`` is an estimate.

No source says what a pass takes.  That 40 to 70 % are left after each is our reading of web guides (30 to 40 % gone
after one, 50 to 60 % after two; tattooremovalnear.com) and of four patients who were clear after one to three passes
(pubmed 33289086): a range, an illustration, not a treatment plan.

Numbers: estimates.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv

from smpsim.arrays import F64
from smpsim.parameters import Old, Repair
from smpsim.parameters.repair import IN_PHOTO

# share of the visible darkening that is left after a pass: strong and weak ones
_LEFT_BY_A_PASS = (0.4, 0.7)
# a spread so small that its beta distribution has no width to compute with
_NO_SPREAD = 1e-3


def share_left(repair: Repair, uniform: F64) -> F64:
    """Share of its visible darkening that each dot keeps.

    Parameters
    ----------
    repair : Repair
        How much is faded, and how unevenly.
    uniform : ndarray (N,), 0 to 1
        A random number per dot.

    Returns
    -------
    ndarray (N,)
        0 to 1; ``1 - faded_frac`` on average.
    """
    mean, spread = 1 - repair.faded_frac, repair.residue_spread
    if mean in (0, 1) or spread < _NO_SPREAD:
        return np.full(len(uniform), mean)
    concentration = spread**-2 - 1
    return np.asarray(betaincinv(mean * concentration, (1 - mean) * concentration, uniform))


def laser_passes(faded_frac: float) -> tuple[int, int]:
    """Range of passes that may leave so much (estimate; an illustration, not a treatment plan)."""
    few, many = (np.log1p(-faded_frac) / np.log(left) for left in _LEFT_BY_A_PASS)
    return int(np.ceil(few - 1e-9)), int(np.ceil(many - 1e-9))


def in_words(old: Old, repair: Repair) -> str:
    """Say what was there and what was done about it; nothing when there is no old work."""
    if old.old_work == "none":
        return ""
    text = "old work in the photo" if old.old_work == IN_PHOTO else f"old work: {old.old_work}"
    if repair.faded_frac:
        few, many = laser_passes(repair.faded_frac)
        passes = f"{few}" if few == many else f"{few} to {many}"
        text += (
            f", faded by {100 * repair.faded_frac:.0f} %: perhaps {passes} laser pass{'es' * (many > 1)} "
            "(estimate; an illustration, not a treatment plan)"
        )
    return text + (", with a new layer over it" if repair.new_layer == "yes" else ", without new dots")
