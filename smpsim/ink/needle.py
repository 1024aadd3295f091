"""Needle and hand: how deep and how large a deposit becomes.

Needles are set to 0.5 mm (hairdoctornyc.com) to 2 mm (dermmicro.com); a textbook names the papillary dermis
(plasticsurgerykey.com), which lies well above 0.5 mm.  That a deposit grows more with pressure (which is depth) than
with the needle is said without numbers (teammicro.com), and that the hole is about as wide as the needle is assumed.

Numbers: estimates, both curves and the bands.
"""

from __future__ import annotations

from scipy.interpolate import PchipInterpolator

from smpsim.ink.skin import tone_in_words
from smpsim.treatment import Treatment

# needle depth -> depth at which the pigment rests, mm.  The two outermost pairs continue the trend.
_NEEDLE_MM = (0.3, 0.5, 0.8, 1.5, 2.0, 2.5, 3.0)
_RESTS_MM = (0.12, 0.18, 0.25, 0.45, 0.8, 1.5, 2.3)
# the same needle depths -> diameter of the deposit over that of the needle: blow-outs are two to three needles wide
_WIDENS = (0.85, 0.92, 1.0, 1.25, 1.6, 2.2, 2.8)
# diameters that a deposit may have
_SMALLEST_MM, _LARGEST_MM = 0.05, 1.0

#: where the bands of pigment depth begin, mm (estimates), and what they are called
BANDS = ((0.0, "too shallow"), (0.12, "right"), (0.4, "too deep"), (0.8, "blow-out"))


def pigment_depth_mm(treatment: Treatment) -> float:
    """Mean depth at which the pigment rests, mm: as given, or from the needle depth by a monotone curve (estimate)."""
    given = treatment.deposit.depth_mm
    if given is not None:
        return given
    return float(PchipInterpolator(_NEEDLE_MM, _RESTS_MM)(treatment.deposit.needle_depth_mm))


def deposit_diameter_mm(treatment: Treatment) -> float:
    """Mean diameter of deposits, mm: from needle and needle depth by a monotone curve (estimate), else as given."""
    about = treatment.deposit
    if about.needle_mm is None:
        return about.diameter_mm
    wide = about.needle_mm * widening(about.needle_depth_mm)
    return min(max(wide, _SMALLEST_MM), _LARGEST_MM)


def widening(needle_depth_mm: float) -> float:
    """Diameter of a deposit over that of the needle, at a needle depth of 0.3 to 3 mm (estimate)."""
    return float(PchipInterpolator(_NEEDLE_MM, _WIDENS)(needle_depth_mm))


def depth_band(depth_mm: float) -> str:
    """Name of the band that a pigment depth (mm, > 0) lies in: too shallow, right, too deep or blow-out."""
    return next(name for begins, name in reversed(BANDS) if depth_mm >= begins)


def in_words(treatment: Treatment, *, tone_told: bool = True) -> str:
    """Say in a technician's words where the pigment rests, how large it is, if that is right, and in what skin.

    Parameters
    ----------
    treatment : Treatment
        The treatment.
    tone_told : bool
        Whether the photo has the colour to tell the tone of the skin.
    """
    about, depth = treatment.deposit, pigment_depth_mm(treatment)
    start = f"needle {about.needle_depth_mm:.4g} mm: " if about.depth_mm is None else ""
    guess = " (estimate)" if about.depth_mm is None else ""
    return (
        f"{start}pigment rests about {depth:.2g} mm below the surface{guess}: {depth_band(depth)}; "
        f"deposits about {deposit_diameter_mm(treatment):.2g} mm wide; "
        f"{tone_in_words(treatment.skin.skin_tone, told=tone_told)}"
    )
