"""Colours of HEIC files that name them by number (``nclx``) instead of carrying an ICC profile.

The one that matters is Display P3, as some phones write it; a profile is made for it, so that the preview can say the
same in every format. Source: ISO/IEC 23091-2 (colour primaries 1 and 5 to 7: like sRGB; 12: Display P3).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

_DISPLAY_P3 = 12
_LIKE_SRGB = (1, 2, 5, 6, 7)  # 2 is "unspecified"; the old television primaries differ less than screens do
_HDR_CURVES = (16, 18)  # PQ and HLG

# s15Fixed16 values: primaries adapted to D50, and the adaptation from D65, as Apple's "Display P3" has them
_PRIMARIES = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01706, -0.00923, 0.01508, 0.75168)
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_D50 = (0.9642, 1.0, 0.8249)


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
    tags = [
        (b"desc", _text("Display P3")),
        (b"cprt", _text("CC0")),
        (b"wtpt", _numbers(b"XYZ ", _D50)),
        (b"chad", _numbers(b"sf32", _ADAPTATION)),
        *((name, _numbers(b"XYZ ", values)) for name, values in _PRIMARIES.items()),
        *((name, _curve()) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for name, data in tags:
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return _header(start + len(body)) + struct.pack(">I", len(tags)) + table + body


def _header(size: int) -> bytes:
    start = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04400000, b"mntr", b"RGB ", b"XYZ ")
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    illuminant = _numbers(b"", _D50)[4:]
    return (start + date + b"acsp" + bytes(28) + illuminant).ljust(128, b"\0")


def _numbers(kind: bytes, values: tuple[float, ...]) -> bytes:
    fixed = (round(value * 65536) for value in values)
    return kind + bytes(4) + struct.pack(f">{len(values)}i", *fixed)


def _curve() -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _numbers(b"", _SRGB_CURVE)[4:]


def _text(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data
