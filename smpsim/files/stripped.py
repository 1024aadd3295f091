"""A photo's file without what it tells of the client, the camera and the place.

======  ==============================================================================================================
JPEG    the compressed picture stays as it is, byte for byte; of the notes only those that it takes to show it: the
        colour profile, how the colours are coded, and which way is up
PNG     the same: its pixels stay compressed as they are
others  (WebP, TIFF, GIF, HEIC) become a PNG of the same pixels, upright
======  ==============================================================================================================

What is read from the result is compared with what is read from the photo; where that differs (colours that are named
in the notes alone, a damaged file that is shown all the same) the photo becomes a PNG, too.

Sources: ITU-T T.81 (JPEG), annex B; PNG (third edition) 5.3 and 11; EXIF 2.32, 4.6.2.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np

from smpsim.errors import PhotoError
from smpsim.files.decode import decode
from smpsim.files.encode import encode_picture
from smpsim.files.photo import Photo, read_photo
from smpsim.files.sniff import PNG

_JPEG = b"\xff\xd8"
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_NOTES = range(0xE0, 0xF0)
_JFIF_BYTES = 14
_SHOWN = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"pHYs")
)


def stripped(data: bytes) -> tuple[bytes, str]:
    """Take a photo's notes off its file.

    Parameters
    ----------
    data : bytes
        The photo's file.

    Returns
    -------
    data : bytes
        A file that :func:`smpsim.read_photo` reads as the same pixels in the same colours; of what the notes said of
        camera, place, time and client nothing is left.  Stripped again it stays as it is.
    extension : str
        ``".jpg"`` or ``".png"``.

    Raises
    ------
    PhotoError
        When it cannot be read.
    """
    photo = read_photo(data)
    ways: dict[bytes, tuple[Callable[[bytes, int], bytes], str]] = {
        _JPEG: (_bare_jpeg, ".jpg"),
        PNG: (_bare_png, ".png"),
    }
    for begin, (bare, extension) in ways.items():
        if data.startswith(begin):
            try:
                result = bare(data, decode(data, PhotoError).orientation)
                if _is_shown_alike(read_photo(result), photo):
                    return result, extension
            except (PhotoError, ValueError, struct.error, IndexError):
                pass  # its decoder is more forgiving than we are: the pixels are kept
    return encode_picture(photo.pixels, format="png", profile=photo.profile, alpha=photo.alpha), ".png"


def _is_shown_alike(one: Photo, other: Photo) -> bool:
    same_alpha = (one.alpha is None) == (other.alpha is None)
    if same_alpha and one.alpha is not None and other.alpha is not None:
        same_alpha = np.array_equal(one.alpha, other.alpha)
    return same_alpha and one.profile == other.profile and np.array_equal(one.pixels, other.pixels)


def _bare_jpeg(data: bytes, orientation: int) -> bytes:
    """Leave out all segments of a JPEG that are not needed to show it, and what comes after its end."""
    jfif, kept = b"", []
    for code, segment in _segments(data):
        body = segment[4:]
        if code == 0xE0 and body.startswith(b"JFIF\0"):
            # without its small picture, which may show the client before the photo was cut
            jfif = jfif or _segment(code, body[: _JFIF_BYTES - 2] + b"\0\0")
        elif code in _NOTES or code == _COMMENT:
            if (code == 0xE2 and body.startswith(b"ICC_PROFILE\0")) or (code == 0xEE and body.startswith(b"Adobe")):
                kept.append(segment)
        else:
            kept.append(segment)
    upright = orientation == 1
    exif = b"" if upright else _segment(0xE1, b"Exif\0\0" + _exif(orientation))
    return b"".join((_JPEG, jfif, exif, *kept))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Iterate over the segments of a JPEG, with their markers; a scan's header comes with its data."""
    position = 2
    while True:
        if data[position] != 0xFF:
            raise ValueError("no marker where one must be")
        while data[position + 1] == 0xFF:  # padding
            position += 1
        code = data[position + 1]
        if code == _END:
            yield code, data[position : position + 2]
            return
        end = position + 2 + int(struct.unpack_from(">H", data, position + 2)[0])
        if code == _SCAN:
            end = _end_of_scan(data, end)
        yield code, data[position:end]
        position = end


def _end_of_scan(data: bytes, position: int) -> int:
    """Return where the next marker stands that is none of the compressed picture's own."""
    while True:
        position = data.index(b"\xff", position)
        if data[position + 1] not in (0x00, *range(0xD0, 0xD8)):
            return position
        position += 2


def _segment(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def _bare_png(data: bytes, orientation: int) -> bytes:
    """Leave out all chunks of a PNG that are not needed to show it, and what comes after its end."""
    kept, position = [PNG], len(PNG)
    exif = b"" if orientation == 1 else _chunk(b"eXIf", _exif(orientation))
    while True:
        size, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + size
        if name == b"IDAT":
            kept.append(exif)
            exif = b""
        if name in _SHOWN:
            kept.append(data[position:end])
        if name == b"IEND":
            return b"".join(kept)
        position = end


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _exif(orientation: int) -> bytes:
    """Return EXIF that says which way is up, and nothing else: one directory with one entry."""
    return struct.pack(">2sHI HHHIHH I", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
