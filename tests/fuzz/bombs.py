"""Few bytes that become as many pixels as are allowed, or more."""

from __future__ import annotations

import random
import struct
import zlib

from alter import put
from formats_jpeg_png import chunk
from seeds import photos

_SIDES = (3000, 8000, 9990, 10_000, 10_001, 12_000)


def make_bomb(rng: random.Random) -> tuple[str, bytes]:
    """A format and a file: well-formed, or nearly so."""
    width, height = rng.choice(_SIDES), rng.choice(_SIDES)
    kind = rng.randrange(4)
    if kind == 0:  # a small frame on a huge canvas
        data = rng.choice([data for name, data in photos() if name == "gif"])
        return "gif", put(put(data, 6, 2, width, "little"), 8, 2, height, "little")
    if kind == 1:  # nothing behind the header
        data = rng.choice([data for name, data in photos() if name == "jpeg"])
        frame = data.find(b"\xff\xc0")
        return "jpeg", put(put(data, frame + 5, 2, height), frame + 7, 2, width) if frame > 0 else data
    if kind == 2:  # an animation on a huge canvas
        data = rng.choice([data for name, data in photos() if name == "webp" and b"VP8X" in data])
        place = data.index(b"VP8X") + 12
        return "webp", put(put(data, place, 3, width, "little"), place + 3, 3, rng.choice((3000, height)), "little")
    return "png", _png(rng, width, height)


def _png(rng: random.Random, width: int, height: int) -> bytes:
    """All of its rows, black."""
    depth, colour, channels = rng.choice(
        ((1, 0, 1), (8, 0, 1), (16, 0, 1), (8, 2, 3), (8, 3, 1), (8, 4, 2), (8, 6, 4))
    )
    row = bytes(1 + (width * depth * channels + 7) // 8)
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    extra = [b"PLTE" + bytes(768)] if colour == 3 else []
    if colour in (0, 2, 3) and rng.random() < 0.5:
        extra.append(b"tRNS" + bytes({0: 2, 2: 6, 3: 256}[colour]))
    parts = (header, *extra, b"IDAT" + packed, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, parts))
