"""TIFF (and EXIF, which is a TIFF): the directories taken apart, entries made wrong one at a time."""

from __future__ import annotations

import random
import struct

from alter import alter, number, put, set_number

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
# what decides how the picture is read, and what it may be
_VALUES = {
    256: (1, 8, 31, 64, 100, 3000, 100_000),
    257: (1, 8, 31, 64, 100, 3000, 100_000),
    258: (1, 2, 4, 8, 12, 16, 24, 32, 64),
    259: (1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 34712, 34925, 50000, 50001),
    262: (0, 1, 2, 3, 4, 5, 6, 8, 9),
    266: (1, 2),
    274: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65535),
    277: (0, 1, 2, 3, 4, 5, 6, 100),
    278: (0, 1, 2, 7, 8, 64, 2**31),
    284: (1, 2, 3),
    317: (1, 2, 3),
    322: (0, 1, 16, 24, 64),
    323: (0, 1, 16, 24, 64),
    338: (0, 1, 2),
    339: (1, 2, 3, 4),
}
_ODD_TAGS = (*_VALUES, 273, 279, 320, 330, 347, 513, 514, 530, 700, 33723, 34377, 34665, 34675, 34853, 37724, 40965)


def tiff_entries(data: bytes) -> tuple[str, list[int]]:
    """Byte order, and where the 12 bytes of every entry of every directory begin."""
    order = "little" if data[:2] == b"II" else "big"
    mark = "<" if order == "little" else ">"
    places: list[int] = []
    if len(data) < 8:
        return order, places
    (offset,) = struct.unpack_from(mark + "I", data, 4)
    for _ in range(4):
        if not 0 < offset <= len(data) - 2:
            break
        (count,) = struct.unpack_from(mark + "H", data, offset)
        end = offset + 2 + 12 * count
        if end + 4 > len(data) or count > 200:
            break
        places += range(offset + 2, end, 12)
        (offset,) = struct.unpack_from(mark + "I", data, end)
    return order, places


def alter_tiff(rng: random.Random, data: bytes) -> bytes:
    order, places = tiff_entries(data)
    kind = rng.random()
    if not places or kind < 0.2:
        return alter(rng, data)
    if kind < 0.25:  # the chain of directories: to itself, or away
        return put(data, places[-1] + 12, 4, rng.choice((8, places[0] - 2, number(rng, 4))), order)
    if kind < 0.28:
        return set_number(rng, data, places[0] - 2, 2, order)
    return _alter_entry(rng, data, rng.choice(places), order)


def _alter_entry(rng: random.Random, data: bytes, place: int, order: str) -> bytes:
    tag = int.from_bytes(data[place : place + 2], order)  # type: ignore[arg-type]
    size = _SIZES.get(int.from_bytes(data[place + 2 : place + 4], order), 4)  # type: ignore[arg-type]
    kind = rng.random()
    if tag in _VALUES and kind < 0.5:
        return put(data, place + 8, min(size, 4), rng.choice(_VALUES[tag]) % 256 ** min(size, 4), order)
    if kind < 0.65:
        return set_number(rng, data, place + 8, 4, order)
    if kind < 0.75:
        return put(data, place, 2, rng.choice(_ODD_TAGS), order)
    if kind < 0.85:
        return put(data, place + 2, 2, rng.choice((*_SIZES, 0, 13, 16, 18, 255)), order)
    return set_number(rng, data, place + 4, 4, order)


def make_tiff(
    tags: dict[int, tuple[int, list[int]]], blocks: list[bytes], *, order: str = "little", tiled: bool = False
) -> bytes:
    """A TIFF of blocks (strips or tiles) with any tags: type 3 (short) or 4 (long), and values."""
    mark = "<" if order == "little" else ">"
    offsets_tag, counts_tag = (324, 325) if tiled else (273, 279)
    all_tags = {**tags, offsets_tag: (4, [0] * len(blocks)), counts_tag: (4, [len(block) for block in blocks])}
    end = 8 + 2 + 12 * len(all_tags) + 4
    extra, sizes = b"", {3: 2, 4: 4}
    starts = {}
    for tag, (kind, values) in sorted(all_tags.items()):
        if sizes[kind] * len(values) > 4:
            starts[tag] = end + len(extra)
            extra += bytes(sizes[kind] * len(values))
    first = end + len(extra)
    all_tags[offsets_tag] = (4, [first + sum(map(len, blocks[:k])) for k in range(len(blocks))])
    table, body = b"", bytearray(extra)
    for tag, (kind, values) in sorted(all_tags.items()):
        packed = struct.pack(mark + ("H" if kind == 3 else "I") * len(values), *values)
        if tag in starts:
            at = starts[tag] - end
            body[at : at + len(packed)] = packed
            packed = struct.pack(mark + "I", starts[tag])
        table += struct.pack(mark + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    head = (b"II*\0" if order == "little" else b"MM\0*") + struct.pack(mark + "IH", 8, len(all_tags))
    return head + table + bytes(4) + bytes(body) + b"".join(blocks)
