"""ICC profiles of RGB spaces that a file names without carrying a profile, so that the preview can say the same.

From chromaticities (x, y) of white and primaries, relative to D50 by the Bradford adaptation::

    P = columns (x/y, 1, (1-x-y)/y) of red, green, blue         W = the same of white
    to_xyz = A P diag(P^-1 W)         A = B^-1 diag(B D50 / B W) B

Sources: ICC.1:2022, sections 7.2 (header), 9.2 (tags of a display), 10.6, 10.18, 10.31; annex E.3 (Bradford).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

from smpsim.arrays import F64
from smpsim.colour import D50_WHITE

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_LARGEST = 4.0  # as the parser allows
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""Numbers of the parametric curve of sRGB (IEC 61966-2-1)."""


def matrices(chromaticities: Iterable[float]) -> tuple[F64, F64] | None:
    """Primaries and adaptation of a space.

    Parameters
    ----------
    chromaticities : 8 floats
        x and y of white, red, green and blue; need not be trusted.

    Returns
    -------
    to_xyz, adaptation : (3, 3) float64
        Linear RGB to XYZ relative to D50, and the adaptation in it; None where the numbers make no space.
    """
    x, y = np.array(list(chromaticities), dtype=np.float64).reshape(4, 2).T
    if not (y > 1e-3).all():
        return None
    white, *columns = np.stack([x / y, np.ones(4), (1 - x - y) / y], axis=1)
    primaries = np.stack(columns, axis=1)
    cones = _BRADFORD @ white
    if abs(np.linalg.det(primaries)) < 1e-4 or not (cones > 1e-3).all():
        return None
    adaptation = np.linalg.solve(_BRADFORD, ((_BRADFORD @ D50_WHITE) / cones)[:, None] * _BRADFORD)
    to_xyz = adaptation @ primaries * np.linalg.solve(primaries, white)
    usable = max(np.abs(to_xyz).max(), np.abs(adaptation).max()) < _LARGEST
    return (to_xyz, adaptation) if usable else None


def matrix_profile(name: str, to_xyz: F64, adaptation: F64, curve: bytes) -> bytes:
    """Make a version 4 profile of a display.

    Parameters
    ----------
    name : str
        Its description.
    to_xyz, adaptation : (3, 3) float64
        Linear RGB to XYZ relative to D50, and the adaptation in it.
    curve : bytes
        :func:`gamma_curve` or :func:`parametric_curve`, for all channels.

    Returns
    -------
    bytes
        The profile.
    """
    names = (b"rXYZ", b"gXYZ", b"bXYZ")
    tags = [
        (b"desc", _text(name)),
        (b"cprt", _text("CC0")),
        (b"wtpt", _numbers(b"XYZ ", D50_WHITE)),
        (b"chad", _numbers(b"sf32", adaptation.ravel())),
        *((tag, _numbers(b"XYZ ", values)) for tag, values in zip(names, to_xyz.T, strict=True)),
        *((tag, curve) for tag in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for tag, data in tags:
        table += struct.pack(">4sII", tag, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return _header(start + len(body)) + struct.pack(">I", len(tags)) + table + body


def gamma_curve(gamma: float) -> bytes:
    """Tone curve of a pure power, its exponent rounded to 1/256 (0 to 255)."""
    return b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))


def parametric_curve(numbers: Iterable[float]) -> bytes:
    """Tone curve of kind 3: gamma, a, b, c, d."""
    return b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _numbers(b"", numbers)[4:]


def _header(size: int) -> bytes:
    start = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04400000, b"mntr", b"RGB ", b"XYZ ")
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    illuminant = _numbers(b"", D50_WHITE)[4:]
    return (start + date + b"acsp" + bytes(28) + illuminant).ljust(128, b"\0")


def _numbers(kind: bytes, values: Iterable[float]) -> bytes:
    fixed = [round(float(value) * 65536) for value in values]
    return kind + bytes(4) + struct.pack(f">{len(fixed)}i", *fixed)


def _text(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data
