"""JPEG and PNG, taken apart into their segments and chunks and put together again, wrong in one place."""

from __future__ import annotations

import random
import struct
import zlib

from alter import alter, number, put, set_bytes, set_number, shuffle_parts
from formats_icc import alter_profile
from formats_tiff import alter_tiff

_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB}
_HEADS = (
    *(b"", b"Exif\0\0II*\0\x08\0\0\0", b"ICC_PROFILE\0\1\1", b"http://ns.adobe.com/xap/1.0/\0", b"JFIF\0\1\1"),
    *(b"Adobe\0d\0\0\0\0\2", b"Photoshop 3.0\x008BIM", b"MPF\0MM\0*", b"\0\4"),
)
_SIDES = (1, 2, 8, 16, 23, 25, 48, 64, 100, 500, 2000)


# ---- JPEG


def jpeg_segments(data: bytes) -> tuple[list[bytes], bytes]:
    """The segments between SOI and the first scan, and the rest from SOS on."""
    parts: list[bytes] = []
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, place + 2)
        parts.append(data[place : place + 2 + length])
        place += 2 + max(length, 2)
    return parts, data[place:]


def alter_jpeg(rng: random.Random, data: bytes) -> bytes:
    parts, rest = jpeg_segments(data)
    if not parts:
        return alter(rng, data)
    kind = rng.random()
    if kind < 0.6:
        place = rng.randrange(len(parts))
        parts[place] = _alter_segment(rng, parts[place])
    elif kind < 0.7:
        parts = shuffle_parts(rng, parts)
    elif kind < 0.8:
        parts.insert(rng.randrange(len(parts) + 1), _strange_segment(rng))
    else:
        rest = alter(rng, rest)
    return data[:2] + b"".join(parts) + rest


def _alter_segment(rng: random.Random, segment: bytes) -> bytes:
    marker, payload = segment[1], segment[4:]
    if rng.random() < 0.1:
        return set_number(rng, segment, 2, 2)  # a lie about its length
    if marker in _START_OF_FRAME:
        payload = _alter_frame(rng, payload)
    elif payload.startswith(b"Exif\0\0"):
        payload = payload[:6] + alter_tiff(rng, payload[6:])
    elif payload.startswith(b"ICC_PROFILE\0"):
        payload = _alter_icc_segment(rng, payload)
    elif payload.startswith(b"MPF\0"):
        payload = payload[:4] + alter_tiff(rng, payload[4:])
    else:
        payload = alter(rng, payload)
    payload = payload[:65533]
    return segment[:2] + struct.pack(">H", len(payload) + 2) + payload


def _alter_frame(rng: random.Random, payload: bytes) -> bytes:
    """Precision, height, width, number of components, or one component's sampling or table."""
    kind = rng.randrange(4)
    if kind == 0:
        return put(payload, rng.choice((1, 3)), 2, rng.choice((*_SIDES, number(rng, 2))))
    if kind == 1:
        return put(payload, rng.choice((0, 5)), 1, number(rng, 1))
    if kind == 2 and len(payload) > 7:
        places = range(7, len(payload), 3)
        return put(payload, rng.choice(places), 1, rng.choice((0x11, 0x12, 0x21, 0x22, 0x41, 0x14, 0x31, 0x13)))
    return set_bytes(rng, payload)


def _alter_icc_segment(rng: random.Random, payload: bytes) -> bytes:
    if rng.random() < 0.2:
        return set_number(rng, payload, rng.choice((12, 13)), 1)  # which part of how many
    return payload[:14] + alter_profile(rng, payload[14:])


def _strange_segment(rng: random.Random) -> bytes:
    marker = rng.choice((0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE, 0xDD, 0xDC, 0xC4, 0xDB, 0xC8, 0xCC, 0xD0, 0x01))
    head = rng.choice(_HEADS)
    payload = head + rng.randbytes(rng.choice((0, 1, 4, 60, 2000)))
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


# ---- PNG


def png_chunks(data: bytes) -> list[bytes]:
    """All chunks, each as its name and its data."""
    parts: list[bytes] = []
    place = 8
    while place + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        parts.append(data[place + 4 : place + 8 + length])
        place += 12 + length
    return parts


def chunk(name_and_data: bytes, lie: int = 0) -> bytes:
    """A chunk with its length and its CRC mended."""
    length = (len(name_and_data) - 4 + lie) % 2**32
    return struct.pack(">I", length) + name_and_data + struct.pack(">I", zlib.crc32(name_and_data))


def alter_png(rng: random.Random, data: bytes) -> bytes:
    parts = png_chunks(data)
    if not parts:
        return alter(rng, data)
    kind = rng.random()
    lies = dict.fromkeys(range(len(parts)), 0)
    if kind < 0.6:
        place = rng.randrange(len(parts))
        parts[place] = _alter_chunk(rng, parts[place])
    elif kind < 0.7:
        parts = shuffle_parts(rng, parts, fixed=rng.choice((0, 1, 1)))
    elif kind < 0.95:
        parts.insert(rng.choice((1, 1, rng.randrange(len(parts) + 1))), _strange_chunk(rng))
    else:
        lies[rng.randrange(len(parts))] = number(rng, 4)
    packed = [chunk(part, lies.get(k, 0)) for k, part in enumerate(parts)]
    if rng.random() < 0.03:
        packed[-1] = alter(rng, packed[-1])
    return data[:8] + b"".join(packed)


def _alter_chunk(rng: random.Random, part: bytes) -> bytes:
    name, data = part[:4], part[4:]
    if name == b"IHDR":
        return name + _alter_header(rng, data)
    if name == b"IDAT":
        return name + _repacked(rng, data, alter)
    if name == b"iCCP" and b"\0" in data:
        head, _, packed = data.partition(b"\0")
        return name + head + b"\0" + packed[:1] + _repacked(rng, packed[1:], alter_profile)
    if name == b"eXIf":
        return name + alter_tiff(rng, data)
    return (name if rng.random() < 0.9 else rng.choice((b"IDAT", b"tRNS", b"PLTE", b"fdAT"))) + alter(rng, data)


def _alter_header(rng: random.Random, data: bytes) -> bytes:
    kind = rng.randrange(3)
    if kind == 0:
        return put(data, rng.choice((0, 4)), 4, rng.choice((*_SIDES, 0, 9999, 2**31 - 1, number(rng, 4))))
    if kind == 1:
        return put(data, rng.choice((8, 9)), 1, rng.choice((0, 1, 2, 3, 4, 6, 8, 16, number(rng, 1))))
    return put(data, rng.choice((10, 11, 12)), 1, rng.choice((0, 1, 2, 255)))


def _repacked(rng: random.Random, packed: bytes, change: object) -> bytes:
    """Compressed data changed inside (well packed again) or outside."""
    if rng.random() < 0.3:
        return alter(rng, packed)
    try:
        return zlib.compress(change(rng, zlib.decompress(packed)))  # type: ignore[operator]
    except zlib.error:
        return alter(rng, packed)


def _strange_chunk(rng: random.Random) -> bytes:
    words = rng.randbytes(rng.choice((0, 1, 2, 6, 32, 300)))
    made = {
        b"tRNS": rng.randbytes(rng.choice((1, 2, 6, 256, 300))),
        b"PLTE": rng.randbytes(rng.choice((3, 6, 7, 768, 900))),
        b"gAMA": struct.pack(">I", rng.choice((45455, 100000, 0, 1, number(rng, 4)))),
        b"cHRM": struct.pack(">8I", *(rng.choice((31270, 32900, 64000, 0, number(rng, 4))) for _ in range(8))),
        b"cICP": bytes(rng.choice((0, 1, 2, 9, 12, 13, 16, 18, 255)) for _ in range(rng.choice((4, 4, 4, 3)))),
        b"sRGB": words[:1],
        b"pHYs": rng.randbytes(9),
        b"eXIf": b"MM\0*\0\0\0\x08" + words,
        b"iCCP": b"x\0\0" + zlib.compress(words),
        b"tEXt": b"key\0" + words,
        b"zTXt": b"key\0\0" + zlib.compress(bytes(rng.choice((10, 10**4, 5 * 10**6)))),
        b"iTXt": b"XML:com.adobe.xmp\0\0\0\0\0<x>" + words,
        b"acTL": struct.pack(">2I", rng.choice((0, 1, 2, number(rng, 4))), 0),
        b"fcTL": rng.randbytes(26),
        b"IDAT": words,
        b"IEND": b"",
        bytes(rng.choices(b"abXYzC1 \0", k=4)): words,
    }
    name = rng.choice(list(made))
    return name + made[name]
