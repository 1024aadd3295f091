"""Hashes: known answers, and that streams look random and independent.

Levels: every chi-square test is at 1e-6, so that all of them together fail by chance less than once in 10,000
changes of the hash (and never without one: the keys are fixed).
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from smpsim.dots.hashing import combine, mix, mix32, stream, uniform

LEVEL = 1e-6
STREAMS = ("placement", "rank", "u", "v", "size", "depth", "ink", "aspect", "angle", "edge")
N = 1 << 17


def chi_square_is_fine(counts: np.ndarray) -> bool:
    """Whether counts are as even as chance makes them, neither too uneven nor too even."""
    expected = counts.mean()
    statistic = ((counts - expected) ** 2).sum() / expected
    low, high = chi2.ppf([LEVEL / 2, 1 - LEVEL / 2], counts.size - 1)
    return bool(low < statistic < high)


def test_mix_is_splitmix64() -> None:
    # first outputs of SplitMix64 from state 0 (the reference implementation)
    states = np.array([0, 0x9E3779B97F4A7C15, 0x3C6EF372FE94F82A], np.uint64)
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    before = states.copy()
    assert mix(states).tolist() == expected
    np.testing.assert_array_equal(states, before)


def test_mix32_works_in_place_and_is_one_to_one() -> None:
    keys = np.arange(1 << 20, dtype=np.uint32)
    mixed = mix32(keys)
    assert mixed is keys
    assert len(np.unique(mixed)) == 1 << 20
    # lowbias32 written out with Python's own numbers
    x = 123456
    x ^= x >> 16
    x = x * 0x7FEB352D % 2**32
    x ^= x >> 15
    x = x * 0x846CA68B % 2**32
    x ^= x >> 16
    assert mixed[123456] == x


@pytest.mark.parametrize("bits", [32, 64])
def test_every_bit_of_a_key_changes_half_of_the_bits_of_the_hash(bits: int) -> None:
    kind = np.uint64 if bits == 64 else np.uint32
    keys = np.arange(4096, dtype=kind) * kind(2654435761)
    scramble = mix if bits == 64 else lambda k: mix32(k.copy())
    original = scramble(keys)
    for bit in range(bits):
        changed = np.bitwise_count(original ^ scramble(keys ^ kind(1 << bit)))
        # mean of 4096 hashes: standard deviation sqrt(bits) / 2 / 64
        assert changed.mean() == pytest.approx(bits / 2, rel=0, abs=0.15 * bits**0.5)


def test_combine_knows_order_sign_and_number_of_its_parts() -> None:
    keys = [combine(*parts)[0] for parts in ((), (0,), (0, 0), (1, 0), (0, 1), (-1, 0), (0, -1), (2**32, 0), (1,))]
    assert len(set(keys)) == len(keys)
    assert combine(-1)[0] == combine(np.int64(-1))[0] == combine(np.array([-1]))[0]


def test_combine_broadcasts() -> None:
    rows, columns = np.arange(-3, 4)[:, None], np.arange(5)[None, :]
    keys = combine(7, rows, columns)
    assert keys.shape == (7, 5)
    assert keys.dtype == np.uint64
    assert keys[2, 3] == combine(7, -1, 3)[0]
    assert len(np.unique(keys)) == 35


def test_neighbouring_cells_and_seeds_share_no_keys() -> None:
    cells = np.arange(-64, 64)
    keys = combine(np.arange(8)[:, None, None], cells[:, None], cells)
    assert len(np.unique(keys)) == keys.size


def test_uniform_stays_inside_the_open_interval() -> None:
    ends = uniform(np.array([0, 2**64 - 1], np.uint64))
    assert 0 < ends[0] < 1e-15
    assert 1 - 1e-15 < ends[1] < 1


@given(key=st.integers(0, 2**64 - 1))
def test_uniform_rises_with_the_key(key: int) -> None:
    # of the 64 bits 52 count; the number must be exact, not one that a faster rounding happens to give
    value = uniform(np.array([key], np.uint64))[0]
    assert value == ((key >> 12) + 0.5) / 2**52


@pytest.mark.parametrize("name", STREAMS)
def test_streams_are_uniform(name: str) -> None:
    numbers = uniform(stream(combine(3, np.arange(N)), name))
    counts = np.bincount((numbers * 256).astype(int), minlength=256)
    assert chi_square_is_fine(counts)
    # nor do consecutive keys know of each other
    pairs = (numbers[:-1:2] * 16).astype(int) * 16 + (numbers[1::2] * 16).astype(int)
    assert chi_square_is_fine(np.bincount(pairs, minlength=256))


def test_streams_are_independent_of_each_other_and_of_the_seed() -> None:
    key = combine(3, np.arange(N))
    numbers = [uniform(stream(key, name)) for name in STREAMS]
    numbers.append(uniform(stream(combine(4, np.arange(N)), STREAMS[0])))
    for i, first in enumerate(numbers):
        for second in numbers[:i]:
            pairs = (first * 16).astype(int) * 16 + (second * 16).astype(int)
            assert chi_square_is_fine(np.bincount(pairs, minlength=256))


def test_a_stream_depends_on_its_name_alone() -> None:
    key = combine(np.arange(100))
    np.testing.assert_array_equal(stream(key, "size"), stream(key.copy(), "size"))
    assert not np.any(stream(key, "size") == stream(key, "sizes"))
    assert not np.any(stream(key, "size") == mix(key))
