"""WebP, GIF and HEIC, taken apart and put together again, wrong in one place."""

from __future__ import annotations

import random
import struct

from alter import alter, number, put, set_bytes, set_number, shuffle_parts
from formats_icc import alter_profile
from formats_tiff import alter_tiff

# ---- WebP: RIFF chunks


def alter_webp(rng: random.Random, data: bytes) -> bytes:
    parts: list[bytes] = []
    place = 12
    while place + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, place + 4)
        parts.append(data[place : place + 8 + size])
        place += 8 + size + size % 2
    kind = rng.random()
    if not parts or kind < 0.1:
        return alter(rng, data)
    if kind < 0.2:
        parts = shuffle_parts(rng, parts)
    else:
        place = rng.randrange(len(parts))
        parts[place] = _alter_riff(rng, parts[place])
    body = b"".join(part + bytes(len(part) % 2) for part in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _alter_riff(rng: random.Random, part: bytes) -> bytes:
    name, payload = part[:4], part[8:]
    if rng.random() < 0.1:
        return set_number(rng, part, 4, 4, "little")
    if name == b"ICCP":
        payload = alter_profile(rng, payload)
    elif name == b"EXIF":
        payload = alter_tiff(rng, payload)
    elif name == b"VP8X":  # flags, or a side of the canvas
        place = rng.choice((0, 4, 7))
        payload = put(payload, place, 1 if place == 0 else 3, number(rng, 1 if place == 0 else 3), "little")
    elif rng.random() < 0.3:
        payload = set_bytes(rng, payload[:16]) + payload[16:]
    else:
        payload = alter(rng, payload)
    return name + struct.pack("<I", len(payload)) + payload


# ---- GIF: fixed places in the header, then blocks


def alter_gif(rng: random.Random, data: bytes) -> bytes:
    kind = rng.random()
    if kind < 0.2:
        return put(data, rng.choice((6, 8)), 2, rng.choice((1, 20, 40, 300, 3000, number(rng, 2))), "little")
    if kind < 0.3:
        return set_number(rng, data, rng.choice((10, 11, 12)), 1)
    image = data.find(b",", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    if kind < 0.6 and 0 < image < len(data) - 12:  # place, size, flags, code size, first block
        field, size = rng.choice(((1, 2), (3, 2), (5, 2), (7, 2), (9, 1), (10, 1), (11, 1)))
        return set_number(rng, data, image + field, size, "little")
    if kind < 0.8 and image > 0:
        return data[:image] + set_bytes(rng, data[image:])
    return alter(rng, data)


# ---- HEIC: boxes

_CONTAINERS = (b"meta", b"iprp", b"ipco", b"iinf", b"iref", b"dinf")


def _boxes(data: bytes, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        size = size if 8 <= size <= end - start else end - start
        found.append((start, size))
        if name in _CONTAINERS:
            skip = {b"meta": 12, b"iref": 12, b"iinf": 14}.get(name, 8)
            _boxes(data, start + skip, start + size, found)
        start += size


def alter_heif(rng: random.Random, data: bytes) -> bytes:
    found: list[tuple[int, int]] = []
    _boxes(data, 0, len(data), found)
    if not found or rng.random() < 0.1:
        return alter(rng, data)
    start, size = rng.choice(found)
    kind = rng.random()
    if kind < 0.15:
        return set_number(rng, data, start, 4)
    if kind < 0.2:
        return put(data, start + 4, 4, number(rng, 4))
    if kind < 0.5 and size > 16:
        return set_number(rng, data, start + rng.randrange(8, size - 4), rng.choice((1, 2, 4)))
    return data[: start + 8] + set_bytes(rng, data[start + 8 : start + size]) + data[start + size :]
