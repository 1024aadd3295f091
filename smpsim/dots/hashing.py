"""Random numbers without a generator: every number is a hash of what it belongs to.

A dart, a dot or a cell has an integer key made of (seed, place, index).  A *stream* is named ("placement",
"size", ...): changing one never changes another, and no number depends on the order of computation.

The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import ArrayLike

from smpsim.arrays import F64, U32, U64

# SplitMix64 (Steele, Lea, Flood 2014)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
# places are told apart to this: a choice
_PER_MM = 1000


def mix(key: U64) -> U64:
    """Scramble 64-bit keys (SplitMix64 finaliser).

    Parameters
    ----------
    key : ndarray of uint64, any shape
        Keys; not changed.

    Returns
    -------
    ndarray of uint64, same shape
        Hashes.
    """
    z = key + _GOLDEN
    z ^= z >> np.uint64(30)
    z *= _M1
    z ^= z >> np.uint64(27)
    z *= _M2
    z ^= z >> np.uint64(31)
    return z


def combine(*parts: ArrayLike) -> U64:
    """Make one key of several integers, order mattering.

    Parameters
    ----------
    *parts : array_like of int
        Broadcast against each other; negative values wrap.

    Returns
    -------
    ndarray of uint64, broadcast shape (at least 1-D)
        Keys.
    """
    key = np.zeros(1, np.uint64)
    for part in parts:
        key = mix(key ^ np.atleast_1d(np.asarray(part)).astype(np.int64).view(np.uint64))
    return key


def place_key(x_mm: F64, y_mm: F64, *first: int) -> U64:
    """Make keys of places, told apart to a micrometre; `first` are integers that come before them."""
    return combine(*first, *(np.rint(_PER_MM * at).astype(np.int64) for at in (x_mm, y_mm)))


def stream(key: U64, name: str) -> U64:
    """Derive the keys of a named stream.

    Parameters
    ----------
    key : ndarray of uint64
        Keys of dots, darts or cells.
    name : str
        Name of the stream.

    Returns
    -------
    ndarray of uint64, same shape
        Keys that share nothing with those of any other name.
    """
    return mix(key ^ np.uint64(zlib.crc32(name.encode()) * 0x100000001))


def uniform(key: U64) -> F64:
    """Turn keys into numbers uniform in the open interval (0, 1).

    Parameters
    ----------
    key : ndarray of uint64
        Hashed keys (of :func:`mix` or :func:`stream`).

    Returns
    -------
    ndarray of float64, same shape
        Multiples of 2^-52, shifted by half a step: neither 0 nor 1 occurs.
    """
    return ((key >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def mix32(key: U32) -> U32:
    """Scramble 32-bit keys in place, for loops over millions of cells where 64 bits cost too much.

    The mixer is ``lowbias32`` (Wellons 2018, "Prospecting for hash functions").

    Parameters
    ----------
    key : ndarray of uint32, any shape
        Keys; overwritten with their hashes.

    Returns
    -------
    ndarray of uint32
        The same array.
    """
    key ^= key >> np.uint32(16)
    key *= np.uint32(0x7FEB352D)
    key ^= key >> np.uint32(15)
    key *= np.uint32(0x846CA68B)
    key ^= key >> np.uint32(16)
    return key
