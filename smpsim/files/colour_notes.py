"""Colours that a picture without a profile names in its notes: PNG chunks and EXIF flags.

=========================  ===========================================================================================
``cICP``                   numbers of primaries and curve, as in HEIC (:mod:`smpsim.files.nclx`); before all others
``sRGB``                   sRGB
``gAMA``, ``cHRM``         exponent and chromaticities; what is missing, and 1/2.2, is taken as that of sRGB
EXIF ``ColorSpace``        1 is sRGB; 2, and 65535 with the interoperability index R03, is Adobe RGB (1998)
=========================  ===========================================================================================

A made profile takes the place of the note, so that the preview says the same in every format. Sources: PNG (third
edition) 4.3 and 11.3.2; EXIF 2.32, 4.6.5 (``ColorSpace``); DCF 2.0 (R03); Adobe RGB (1998) Color Image Encoding 4.3.
"""

from __future__ import annotations

from functools import cache
from typing import IO

import numpy as np
from PIL import Image

from smpsim.files.matrix_profile import SRGB_CURVE, gamma_curve, matrices, matrix_profile, parametric_curve
from smpsim.files.nclx import profile_of_nclx
from smpsim.files.sniff import chunks

_SRGB_XY = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_ADOBE_XY = (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
_ADOBE_GAMMA = 563 / 256
_SCREEN_GAMMA = 1 / 2.2
# rounding of what programs write for the same space
_XY_TOLERANCE, _GAMMA_TOLERANCE = 0.002, 0.005
_GAMMA_RANGE = (0.2, 1.5)
_EXIF_IFD, _INTEROP_IFD, _COLOR_SPACE, _INTEROP_INDEX = 0x8769, 0xA005, 0xA001, 0x0001
_DAMAGED = "the notes on the picture's colours make no sense: taken as sRGB"

Named = tuple[bytes | None, str | None]


def profile_of_notes(image: Image.Image, stream: IO[bytes]) -> Named:
    """Profile of the colours that a picture without a profile names.

    Parameters
    ----------
    image : Image
        The opened picture.
    stream : binary file
        Its file, which can be sought in.

    Returns
    -------
    profile : bytes or None
        None is sRGB.
    notice : str or None
        One line for the user.
    """
    if image.mode in ("CMYK", "LAB"):
        return None, None
    if image.format == "PNG":
        numbers = png_colour_numbers(stream)
        if numbers is not None:
            return profile_of_nclx({"color_primaries": numbers[0], "transfer_characteristics": numbers[1]})
        if "srgb" in image.info:
            return None, None
        if "gamma" in image.info or "chromaticity" in image.info:
            return _by_numbers(image.info.get("gamma"), image.info.get("chromaticity"))
    return (adobe_rgb_profile() if _is_adobe_rgb(image) else None), None


def png_colour_numbers(stream: IO[bytes]) -> tuple[int, int] | None:
    """Primaries and curve of a PNG's ``cICP`` chunk; None where there is none before the picture, or it is not RGB."""
    for name, size in chunks(stream, "png"):
        if name == b"IDAT":
            return None
        content = stream.read(4) if name == b"cICP" and size == 4 else b""
        if len(content) == 4:
            primaries, curve, matrix, _ = content
            return (primaries, curve) if matrix == 0 else None
    return None


@cache
def adobe_rgb_profile() -> bytes:
    """Make a profile of Adobe RGB (1998)."""
    made = matrices(_ADOBE_XY)
    assert made is not None
    return matrix_profile("Adobe RGB (1998)", *made, gamma_curve(_ADOBE_GAMMA))


def _by_numbers(gamma: object, xy: object) -> Named:
    """Profile of ``gAMA`` and ``cHRM``; each may be missing."""
    exponent = gamma if isinstance(gamma, float) else _SCREEN_GAMMA
    places = xy if isinstance(xy, tuple) and len(xy) == 8 else _SRGB_XY
    usual_curve = abs(exponent - _SCREEN_GAMMA) < _GAMMA_TOLERANCE
    if usual_curve and np.allclose(places, _SRGB_XY, rtol=0, atol=_XY_TOLERANCE):
        return None, None
    made = matrices(places)
    if made is None or not _GAMMA_RANGE[0] <= exponent <= _GAMMA_RANGE[1]:
        return None, _DAMAGED
    curve = parametric_curve(SRGB_CURVE) if usual_curve else gamma_curve(1 / exponent)
    return matrix_profile("PNG chromaticities", *made, curve), None


def _is_adobe_rgb(image: Image.Image) -> bool:
    try:
        exif = image.getexif()
        space = exif.get_ifd(_EXIF_IFD).get(_COLOR_SPACE)
        index = exif.get_ifd(_INTEROP_IFD).get(_INTEROP_INDEX)
    except Exception:  # damaged EXIF raises nearly anything, and the picture is fine without it
        return False
    return space == 2 or (space == 65535 and str(index).rstrip("\0 ") == "R03")
