"""Which parts of a cell are surely covered, as 64 bits per cell.

A cell is cut into 8 x 8 squares; bit ``8 * row + col`` of its mask is set when every point of that square lies
closer than the local minimum distance to some dot.  The bits that a dot sets in the cell at offset (dy, dx) depend
only on where in its own cell the dot is, so they come from a table: position in steps of 1/64 cell (1/32 in a band of
radii, whose tables are larger), squared radius of the *covered* cell in classes of 1/8 octave.  Rounding always errs
to "not covered".

Numbers: choices of how finely cells are known; the masks are derived, having 64 bits.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from smpsim.arrays import F32, U8, U32, U64, Int

CLASSES = 8
"""Classes of squared radius per band (a factor 2 in squared radius): class c begins at 2 (1 + c / 8) cells^2."""

FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Mask of a cell in which no dart can live."""

SQUARES: U64 = np.left_shift(np.uint64(1), np.arange(64, dtype=np.uint64))
"""The 64 single bits, in order of square."""


def position_steps(one_radius: bool) -> int:
    """Return how many steps per cell the tables know a dot's position in.

    With twice as many, a sixth fewer cells seem free without need; but a band's tables would no longer fit the cache.
    """
    return 64 if one_radius else 32


def _by_distance(offset: tuple[int, int]) -> tuple[int, int]:
    dy, dx = offset
    return max(abs(dy) - 1, 0) ** 2 + max(abs(dx) - 1, 0) ** 2, dy * dy + dx * dx


def neighbour_offsets(one_radius: bool) -> list[tuple[int, int]]:
    """List the neighbour cells (dy, dx) that can hold a dot in reach, nearest first.

    With one radius r = sqrt(2) cells the four corner cells of the 5 x 5 block are out of reach; in a band, where r is
    up to 2 cells, they are not.
    """
    block = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3) if (dy, dx) != (0, 0)]
    reach = 4 if one_radius else 5
    return sorted((o for o in block if abs(o[0]) + abs(o[1]) < reach), key=_by_distance)


@cache
def cover_tables(one_radius: bool) -> list[U64]:
    """Build the cover tables, one per neighbour cell, in the order of :func:`neighbour_offsets`.

    Returns
    -------
    list of ndarray of uint64, shape (classes * steps * steps,)
        Entry ``(class * steps + row) * steps + col``: the squares of the neighbour cell covered by a dot there.
    """
    steps = position_steps(one_radius)
    n_classes = 1 if one_radius else CLASSES
    r2 = 2.0 * (1.0 + np.arange(n_classes) / CLASSES)
    centre = (np.arange(8) + 0.5) / 8
    dot = (np.arange(steps) + 0.5) / steps
    # Half a square and half a step: the farthest corner of the square from the farthest dot that rounds to this step.
    slack = 1 / 16 + 0.5 / steps + 1e-6
    tables = []
    for dy, dx in neighbour_offsets(one_radius):
        far_x2 = (np.abs(centre + dx - dot[:, None]) + slack) ** 2
        far_y2 = (np.abs(centre + dy - dot[:, None]) + slack) ** 2
        far2 = far_y2[:, None, :, None] + far_x2[None, :, None, :]
        covered = far2.reshape(1, steps * steps, 64) < r2[:, None, None]
        tables.append((covered * SQUARES).sum(axis=2, dtype=np.uint64).ravel())
    return tables


def dot_codes(u: F32, v: F32, steps: int) -> Int:
    """Return the table entries (class 0) of dots at (u, v), both in [0, 1) cells."""
    code = (v * np.float32(steps)).astype(np.intp)
    code *= steps
    code += (u * np.float32(steps)).astype(np.intp)
    return code


def pick_free(free: U64, chance: U32) -> tuple[U8, U8]:
    """Pick one set bit of every mask, each with the same chance.

    Parameters
    ----------
    free : ndarray of uint64, shape (n,)
        Masks with at least one bit set.
    chance : ndarray of uint32, shape (n,)
        Uniform in [0, 2^16).

    Returns
    -------
    bit, count : ndarray of uint8, shape (n,)
        The square that was picked, 0 to 63; how many bits are set.
    """
    # How many bits are set in each byte and all bytes below it: sums of eight bytes by one multiplication.
    sums = np.bitwise_count(free.astype("<u8", copy=False).view(np.uint8)).view("<u8") * _EVERY_BYTE
    count = (sums >> np.uint64(56)).astype(np.uint8)
    k = (chance * count) >> np.uint32(16)
    # The byte of the k-th set bit is that below which no more than k are set: sums stay below 128, so the highest bit
    # of each byte says how the comparison went.
    passed = ((k.astype(np.uint64) * _EVERY_BYTE) | _HIGHEST_BITS) - sums
    byte = np.bitwise_count(passed & _HIGHEST_BITS).astype(np.uint64) << np.uint64(3)
    before = ((sums << np.uint64(8)) >> byte).astype(np.uint8)
    bits = (free >> byte).astype(np.uint8)
    k -= before
    bit = _bit_of_byte().take(bits.astype(np.intp) * 8 + k)
    bit += byte.astype(np.uint8)
    return bit, count


_EVERY_BYTE = np.uint64(0x0101010101010101)
_HIGHEST_BITS = np.uint64(0x8080808080808080)


@cache
def _bit_of_byte() -> U8:
    """Return the place of the k-th set bit of a byte, at 8 * byte + k."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    return np.argsort(-bits, axis=1, kind="stable").astype(np.uint8).ravel()
