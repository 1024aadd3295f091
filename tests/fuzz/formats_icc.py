"""ICC profiles: the header, the table of tags and the tags made wrong."""

from __future__ import annotations

import random
import struct

from alter import alter, put, set_bytes, set_number

_HEADER_WORDS = {
    12: (b"mntr", b"scnr", b"prtr", b"link", b"abst", b"nmcl"),
    16: (b"RGB ", b"GRAY", b"CMYK", b"Lab ", b"XYZ ", b"2CLR", b"FCLR", b"\xff\xff\xff\xff"),
    20: (b"XYZ ", b"Lab ", b"RGB "),
    36: (b"acsp", b"ascp"),
}
_TYPES = (
    b"curv",
    b"para",
    b"XYZ ",
    b"mft1",
    b"mft2",
    b"mAB ",
    b"mBA ",
    b"desc",
    b"mluc",
    b"text",
    b"sf32",
    b"\0\0\0\0",
)
_TAGS = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"A2B0", b"B2A0", b"wtpt", b"chad", b"desc")


def alter_profile(rng: random.Random, profile: bytes) -> bytes:
    """A profile with one thing wrong."""
    if len(profile) < 144:
        return alter(rng, profile)
    (count,) = struct.unpack_from(">I", profile, 128)
    count = min(count, (len(profile) - 132) // 12)
    kind = rng.random()
    if kind < 0.15 or count == 0:
        place = rng.choice(list(_HEADER_WORDS))
        return profile[:place] + rng.choice(_HEADER_WORDS[place]) + profile[place + 4 :]
    if kind < 0.2:
        return set_number(rng, profile, rng.choice((0, 8, 64, 128)), 4)
    if kind < 0.25:
        return alter(rng, profile)
    entry = 132 + 12 * rng.randrange(count)
    if kind < 0.35:
        return profile[:entry] + rng.choice(_TAGS) + profile[entry + 4 :]
    if kind < 0.55:
        return set_number(rng, profile, entry + rng.choice((4, 8)), 4)
    return _alter_tag(rng, profile, entry)


def _alter_tag(rng: random.Random, profile: bytes, entry: int) -> bytes:
    start, size = struct.unpack_from(">II", profile, entry + 4)
    if start + 12 > len(profile):
        return alter(rng, profile)
    kind = rng.random()
    if kind < 0.2:
        return profile[:start] + rng.choice(_TYPES) + profile[start + 4 :]
    if kind < 0.5:
        return set_number(rng, profile, start + 8, rng.choice((2, 4)))
    if kind < 0.7:
        return put(profile, start + 12 + 4 * rng.randrange(7), 4, rng.choice((0, 1, 65536, 2**31, 2**32 - 1)))
    end = min(start + size, len(profile))
    return profile[:start] + set_bytes(rng, profile[start:end]) + profile[end:]
