"""ICC profiles of matrix displays: bytes to :class:`~smpsim.colour.ColourSpace`.

Cameras, phones and screens describe their RGB by three primaries (``rXYZ gXYZ bXYZ``) and three tone curves
(``rTRC gTRC bTRC``), and those are read here, so that a photo keeps its own primaries and its own profile.
Everything else (look-up tables without primaries, grey, CMYK) is for littleCMS, see :mod:`smpsim.files.convert`.

A profile comes out of a stranger's file: every offset, size and count in it is checked against the bytes that are
there, nothing is allocated from a number in the file, and the only exceptions are the two below.

Source: ICC.1:2022 (profile version 4.4), sections 7.2 (header), 7.3 (tag table), 10.6 (``curv``), 10.18 (``para``),
10.31 (``XYZ``).
"""

from __future__ import annotations

import struct

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.colour import ColourSpace

MAX_PROFILE_BYTES = 16 * 1024 * 1024
"""A larger profile is refused; printing presses use about 3 MB, cameras under 1 kB."""
_MAX_TAGS = 100  # as littleCMS
_PARA_COUNTS = (1, 3, 4, 5, 7)
_WANTED = (b"desc", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC")


class ProfileError(ValueError):
    """Bytes that are not an ICC profile, or a broken one."""


class NotMatrixError(ProfileError):
    """A sound header, but not a matrix RGB profile: littleCMS may still convert from it."""


def colour_model(profile: bytes) -> str:
    """Colour model of a profile's device side: ``"RGB"``, ``"GRAY"``, ``"CMYK"`` or another four-letter name.

    Raises
    ------
    ProfileError
        The header is not that of an ICC profile.
    """
    if len(profile) < 132 or len(profile) > MAX_PROFILE_BYTES or profile[36:40] != b"acsp":
        raise ProfileError("not an ICC profile")
    return profile[16:20].decode("ascii", "replace").strip()


def parse_icc(profile: bytes) -> ColourSpace:
    """Primaries and tone curves of a matrix RGB profile.

    A profile with both a look-up table and primaries counts as a matrix profile.

    Parameters
    ----------
    profile : bytes
        The profile as it sits in the picture; need not be trusted.

    Returns
    -------
    ColourSpace
        Named by the profile's description, or ``"ICC profile"``.

    Raises
    ------
    NotMatrixError
        A profile of another kind (grey, CMYK, look-up table alone).
    ProfileError
        Not a profile, or one whose numbers make no sense.
    """
    if colour_model(profile) != "RGB" or profile[20:24] != b"XYZ ":
        raise NotMatrixError("not a matrix RGB profile")
    tags = _tags(profile)
    try:
        primaries = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except KeyError as error:
        raise NotMatrixError("no primaries or no tone curves") from error
    matrix = np.stack(primaries, axis=1)
    _check_matrix(matrix)
    return ColourSpace(_description(tags.get(b"desc", b"")), matrix, np.stack(curves))


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """Cut out the wanted tags; of one that is named twice the first counts, one that leaves the file is left out."""
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > _MAX_TAGS or 132 + 12 * count > len(profile):
        raise ProfileError("the tag table is longer than the profile")
    tags: dict[bytes, bytes] = {}
    for index in range(count):
        name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if name in _WANTED and name not in tags and 8 <= size <= len(profile) - offset:
            tags[name] = profile[offset : offset + size]
    return tags


def _fixed(data: bytes, offset: int, count: int) -> F64:
    """``count`` numbers of type s15Fixed16."""
    if offset + 4 * count > len(data):
        raise ProfileError("a tag ends too early")
    return np.frombuffer(data, dtype=">i4", count=count, offset=offset).astype(np.float64) / 65536


def _xyz(tag: bytes) -> F64:
    if tag[:4] != b"XYZ ":
        raise ProfileError("a primary is not of type XYZ")
    return _fixed(tag, 8, 3)


def _check_matrix(matrix: F64) -> None:
    """Primaries that span a space, and a white of about luminance 1."""
    white = matrix.sum(axis=1)
    if np.abs(matrix).max() > 4 or not 0.5 < white[1] < 1.5 or abs(np.linalg.det(matrix)) < 1e-4:
        raise ProfileError("the primaries do not span a colour space")


def _curve(tag: bytes) -> F32:
    """Linear light of the 256 bytes by a tone curve."""
    encoded = np.arange(256) / 255
    if tag[:4] == b"curv":
        light = _table_curve(tag, encoded)
    elif tag[:4] == b"para":
        light = _parametric_curve(tag, encoded)
    else:
        raise ProfileError("a tone curve of an unknown type")
    if not np.isfinite(light).all():
        raise ProfileError("a tone curve has no value somewhere")
    light = np.clip(light, 0, 1)
    rising = np.maximum.accumulate(light)
    if (rising - light).max() > 1e-3 or light[-1] - light[0] < 0.5:
        raise ProfileError("a tone curve does not rise")
    return rising.astype(np.float32)


def _table_curve(tag: bytes, encoded: F64) -> F64:
    if len(tag) < 12:
        raise ProfileError("a tone curve ends too early")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return encoded
    if 12 + 2 * count > len(tag):
        raise ProfileError("a tone curve is longer than its tag")
    table = np.frombuffer(tag, dtype=">u2", count=count, offset=12).astype(np.float64)
    if count == 1:
        return np.asarray(encoded ** (table[0] / 256), dtype=np.float64)
    return np.asarray(np.interp(encoded * (count - 1), np.arange(count), table / 65535), dtype=np.float64)


def _parametric_curve(tag: bytes, encoded: F64) -> F64:
    """Evaluate the five function types of ``para``; types 1 and 2 break at ``-b / a``, types 3 and 4 at ``d``."""
    if len(tag) < 12:
        raise ProfileError("a tone curve ends too early")
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind >= len(_PARA_COUNTS):
        raise ProfileError("a parametric tone curve of an unknown kind")
    numbers = [float(number) for number in _fixed(tag, 12, _PARA_COUNTS[kind])]
    gamma, a, b, c, d, e, f = (*numbers, *[0.0] * (7 - len(numbers)))
    if kind == 0:
        a, d = 1.0, 0.0
    elif kind in (1, 2):
        if a == 0:
            raise ProfileError("a parametric tone curve divides by zero")
        c, d, e, f = 0.0, -b / a, c, c
    with np.errstate(all="ignore"):
        power = np.maximum(a * encoded + b, 0) ** gamma + e
    return np.asarray(np.where(encoded >= d, power, c * encoded + f), dtype=np.float64)


def _description(tag: bytes) -> str:
    """Printable description of a profile, at most 60 characters; types ``desc`` (version 2) and ``mluc`` (4)."""
    text = ""
    if tag[:4] == b"desc" and len(tag) > 12:
        (length,) = struct.unpack_from(">I", tag, 8)
        text = tag[12 : 12 + min(length, 200)].decode("ascii", "ignore")
    elif tag[:4] == b"mluc" and len(tag) >= 28:
        length, offset = struct.unpack_from(">II", tag, 20)
        text = tag[offset : offset + min(length, 200)].decode("utf-16-be", "ignore")
    printable = "".join(letter for letter in text if letter.isprintable()).strip()
    return printable[:60] or "ICC profile"
