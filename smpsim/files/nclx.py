"""Colours that a file names by number (``nclx`` in HEIC, ``cICP`` in PNG) instead of carrying an ICC profile.

The one that matters is Display P3, as some phones write it; a profile is made for it, so that the preview can say the
same in every format. Source: ISO/IEC 23091-2 (colour primaries 1 and 5 to 7: like sRGB; 12: Display P3).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from smpsim.files.matrix_profile import SRGB_CURVE, matrix_profile, parametric_curve

_DISPLAY_P3 = 12
_LIKE_SRGB = (1, 2, 5, 6, 7)  # 2 is "unspecified"; the old television primaries differ less than screens do
_HDR_CURVES = (16, 18)  # PQ and HLG

# s15Fixed16 values: primaries adapted to D50, and the adaptation from D65, as Apple's "Display P3" has them
_PRIMARIES = np.array([[0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407]])
_ADAPTATION = np.array(
    [[1.04788, 0.02292, -0.05022], [0.02959, 0.99048, -0.01706], [-0.00923, 0.01508, 0.75168]],
)


def profile_of_nclx(nclx: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """ICC profile for numbered colours, and a notice where they can only be guessed.

    Parameters
    ----------
    nclx : mapping
        ``color_primaries`` and ``transfer_characteristics``, as pi-heif gives them.

    Returns
    -------
    profile : bytes or None
        None is sRGB.
    notice : str or None
        One line for the user.
    """
    primaries = int(nclx.get("color_primaries", 2))
    if int(nclx.get("transfer_characteristics", 2)) in _HDR_CURVES:
        return None, "the brightness curve is that of HDR video: taken as sRGB, tones may be off"
    if primaries == _DISPLAY_P3:
        return display_p3_profile(), None
    if primaries not in _LIKE_SRGB:
        return None, "the colours are those of wide-gamut video: taken as sRGB"
    return None, None


@cache
def display_p3_profile() -> bytes:
    """Make a version 4 ICC profile of Display P3 (primaries of SMPTE RP 431-2, white D65, curve of sRGB)."""
    return matrix_profile("Display P3", _PRIMARIES.T, _ADAPTATION, parametric_curve(SRGB_CURVE))
