"""Changes that any bytes can suffer, and numbers that parsers trip over."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Change = Callable[[random.Random, bytes], bytes]

BYTES = (0, 1, 2, 3, 7, 8, 15, 16, 24, 32, 63, 64, 127, 128, 129, 254, 255)
NUMBERS = (
    *(0, 1, 2, 3, 4, 7, 8, 16, 24, 31, 40, 64, 127, 128, 255, 256, 257, 1000, 4096, 32767, 32768, 65500, 65535, 65536),
    *(100_000, 0xFFFFFF, 0x7FFFFFF0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF),
)


def number(rng: random.Random, size: int, near: int | None = None) -> int:
    """A number of ``size`` bytes that is small, near to what was there, or at a border."""
    top = 256**size - 1
    kind = rng.random()
    if near is not None and kind < 0.4:
        return (near + rng.choice((-2, -1, 1, 2, 3, 8, -8, 256, -256))) % (top + 1)
    if kind < 0.6:
        return rng.randrange(min(top + 1, 80))
    if kind < 0.8:
        return rng.choice([value for value in NUMBERS if value <= top])
    return rng.randrange(top + 1)


def put(data: bytes, start: int, size: int, value: int, order: str = "big") -> bytes:
    """Bytes with a number written at ``start``; as they were where it does not fit in."""
    if start < 0 or start + size > len(data):
        return data
    return data[:start] + value.to_bytes(size, order) + data[start + size :]  # type: ignore[arg-type]


def set_number(rng: random.Random, data: bytes, start: int, size: int, order: str = "big") -> bytes:
    """Another number at ``start``."""
    near = int.from_bytes(data[start : start + size], order)  # type: ignore[arg-type]
    return put(data, start, size, number(rng, size, near), order)


def set_bytes(rng: random.Random, data: bytes) -> bytes:
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 8))):
        if result:
            place = rng.randrange(len(result))
            result[place] = rng.choice((rng.choice(BYTES), rng.randrange(256), result[place] ^ 1 << rng.randrange(8)))
    return bytes(result)


def set_word(rng: random.Random, data: bytes) -> bytes:
    size = rng.choice((2, 4))
    if len(data) < size:
        return data
    return set_number(rng, data, rng.randrange(len(data) - size + 1), size, rng.choice(("big", "little")))


def cut_off(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def take_out(rng: random.Random, data: bytes) -> bytes:
    start, length = _piece(rng, data)
    return data[:start] + data[start + length :]


def repeat(rng: random.Random, data: bytes) -> bytes:
    start, length = _piece(rng, data)
    return data[: start + length] + data[start : start + length] * rng.choice((1, 1, 2, 50)) + data[start + length :]


def insert(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + rng.randbytes(rng.choice((1, 2, 4, 16, 200))) + data[start:]


def blank(rng: random.Random, data: bytes) -> bytes:
    start, length = _piece(rng, data)
    return data[:start] + bytes([rng.choice((0, 255))]) * length + data[start + length :]


def add_tail(rng: random.Random, data: bytes) -> bytes:
    return data + rng.randbytes(rng.choice((1, 10, 500)))


def _piece(rng: random.Random, data: bytes) -> tuple[int, int]:
    if not data:
        return 0, 0
    return rng.randrange(len(data)), rng.choice((1, 2, 4, 12, 40, max(1, len(data) // 4)))


#: the first two far more often: the others break the structure
ANY: Sequence[Change] = (set_bytes,) * 5 + (set_word,) * 3 + (cut_off, take_out, repeat, insert, blank, add_tail)
GENTLE: Sequence[Change] = (set_bytes, set_bytes, set_word)


def alter(rng: random.Random, data: bytes) -> bytes:
    """One change of any kind."""
    return rng.choice(ANY)(rng, data)


def shuffle_parts(rng: random.Random, parts: list[bytes], fixed: int = 0) -> list[bytes]:
    """Parts of a file with one left out, given twice, or two in another order; the first ``fixed`` stay."""
    parts = list(parts)
    if len(parts) - fixed < 2:
        return parts
    one, other = rng.sample(range(fixed, len(parts)), 2)
    kind = rng.randrange(3)
    if kind == 0:
        del parts[one]
    elif kind == 1:
        parts.insert(other, parts[one])
    else:
        parts[one], parts[other] = parts[other], parts[one]
    return parts
