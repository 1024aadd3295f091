"""Years: what is left of the dots, how far they spread, where their colour goes.

All fractions are of the *visible darkening* of a dot: what it takes of the light of a channel, integrated over the
skin.  With ``t`` in years since the dot has healed::

    left   = floor + (1 - floor) (w exp(-t / 0.25) + (1 - w) exp(-t / tau))      in green
    left_c = left^k_c                                                            in R and B: the hue drifts
    spread = 2 D t                                                               mm2, added to every variance

=======  ========================  =============  =====  ======================
pace     left 6 months after work  0.6 are left   floor  D over the typical one
=======  ========================  =============  =====  ======================
slow     0.95 (estimate)           after 8 years  0.3    2/3
typical  0.90                      after 5 years  0.2    1
fast     0.80                      after 3 years  0.1    5/3
=======  ========================  =============  =====  ======================

Sources.  Perceived density, 0 to 10, fell in 6 months from 8.7 to 7.7: by a tenth without scars, by a fifth in scars
(ten patients, pubmed 40899372).  Fading is clear after 3 to 5 (robjamessmp.com), 4 to 6 (scalpologyink.com) or 7 to 10
years (microtechsmp.com); 3, 5 and 8, and that two fifths are "clear", are our reading.  It never disappears
(newhair.com); floors of 0.1 to 0.3 are estimates.  Work settles for 90 to 180 days (hishairclinic.co.uk): that is the
first term.

No diffusion coefficient is published.  D by depth is our estimate: 0.0003 mm2 per year where the pigment lies right
(with which a dot of 0.15 mm is wider by a third in five years), 0.005 in the deep dermis, 0.05 to 0.1 towards fat.

Directions of hue have sources, sizes are estimates: carbon turns blue-grey (perfectmakeup.co.uk), mixtures with iron
oxide lose yellow first and red last, within a year or two (microbladingnewportbeach.com), tattoo black turns
green-blue (hishairclinic.co.uk).

Numbers: from the sources above, where they give any; all else is an estimate.
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F64

# pace -> floor, share of the first term, time constant of the second (years): solved from the table above
_LEFT = {"slow": (0.3, 0.0376, 9.795), "typical": (0.2, 0.0986, 8.354), "fast": (0.1, 0.2284, 8.898)}
_SETTLES_Y = 0.25
# depth of the pigment (mm) -> D (mm2 per year) at the typical pace; between, and by pace
_DEPTH_MM, _D_MM2_PER_Y = (0.3, 0.6, 1.5, 2.5), (0.0003, 0.005, 0.05, 0.1)
_SPREADS = {"slow": 2 / 3, "typical": 1.0, "fast": 5 / 3}
#: pigment -> how fast its darkening of R, G, B fades over that of G, as an exponent
FADES_RGB = {
    "carbon": (0.92, 1.00, 1.06),
    "neutral": (0.92, 1.00, 1.06),
    "warm": (1.25, 1.00, 1.10),
    "brown": (1.60, 1.00, 1.20),
    "tattoo": (0.75, 1.00, 1.15),
}


def visible_left(years: F64, fading: str, pigment: str) -> F64:
    """Visible darkening over that of the settled dot.

    Parameters
    ----------
    years : ndarray (N,), y
        Time since each dot has healed, >= 0.
    fading : {"slow", "typical", "fast"}
        Pace.
    pigment : str
        A key of :data:`FADES_RGB`.

    Returns
    -------
    ndarray (N, 3)
        Of R, G, B: 1 at first, falling towards the floor.
    """
    floor, settling, tau = _LEFT[fading]
    lost = settling * np.exp(-years / _SETTLES_Y) + (1 - settling) * np.exp(-years / tau)
    return np.asarray((floor + (1 - floor) * lost)[:, None] ** np.array(FADES_RGB[pigment]))


def spread_mm2(years: F64, depth_mm: F64, fading: str) -> F64:
    """Variance (mm2 along each axis) by which pigment at a depth (mm) has spread: 2 D t."""
    d = np.exp(np.interp(depth_mm, _DEPTH_MM, np.log(_D_MM2_PER_Y)))
    return np.asarray(2 * _SPREADS[fading] * d * years)
