"""The same idea as ``smpsim.poisson_disc``, compiled by numba: the yardstick of tests/benchmarks/goals_dots.py.

One radius in a rectangle.  One dot per cell, 64 bits of cover per cell, darts with times of arrival in six rounds,
then the slivers, cut to 1/64 cell.  What a compiler makes easy is done the easy way: a loop leaves a cell at the
first dot that forbids its dart, and slivers are filled one after the other.

Cells are counted from the first one with two neighbours on every side, so that all shifts are unsigned and numba has
no negative indices to look out for.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from smpsim.dots._coverbits import cover_tables, neighbour_offsets, position_steps

ROUNDS = 6
LEVELS = 3
_PAD = 2
_OFFSETS = np.array(neighbour_offsets(True))
_STEPS = position_steps(True)
_TABLES = np.array(cover_tables(True)).T.copy()
_ALL = ~np.uint64(0)


def place(height: float, width: float, radius: float, seed: int) -> np.ndarray:
    """Fill a rectangle; return x, y of the dots, shape (N, 2)."""
    side = radius / 2**0.5
    ny, nx = int(np.ceil(height / side)), int(np.ceil(width / side))
    u, v = (np.full((ny + 2 * _PAD, nx + 2 * _PAD), 1e4, np.float32) for _ in range(2))
    covered = np.full(u.shape, _ALL)
    covered[_PAD:-_PAD, _PAD:-_PAD] = 0
    stride = u.shape[1]
    shifts = ((_OFFSETS[:, 0] + _PAD) * stride + _OFFSETS[:, 1] + _PAD).astype(np.uint64)
    dv, du = _OFFSETS.T.astype(np.float32)
    limits = np.float32(height / side), np.float32(width / side)
    _fill(u.ravel(), v.ravel(), covered.ravel(), (ny, nx), (shifts, du, dv), _TABLES, seed, limits)
    row, col = np.nonzero(u < 2)
    return np.column_stack([col - _PAD + u[row, col].astype(float), row - _PAD + v[row, col].astype(float)]) * side


_compiled = njit(cache=True, fastmath=True)


@_compiled
def _mixed(key):
    # numba computes 32-bit integers in 64 bits: cut them back
    key = np.uint32(key)
    key ^= key >> np.uint32(16)
    key = np.uint32(key * np.uint32(0x7FEB352D))
    key ^= key >> np.uint32(15)
    key = np.uint32(key * np.uint32(0x846CA68B))
    return np.uint32(key ^ (key >> np.uint32(16)))


@_compiled
def _key(row, col, seed, number):
    key = _mixed(np.uint32(row * 0x85EBCA77) ^ np.uint32(col * 0x9E3779B1))
    return _mixed(key ^ np.uint32(seed * 0xC2B2AE3D + number * 0x27D4EB2F))


@_compiled
def _two_uniforms(key):
    step = np.float32(2.0**-16)
    return (
        (np.float32(key & np.uint32(0xFFFF)) + np.float32(0.5)) * step,
        (np.float32(key >> np.uint32(16)) + np.float32(0.5)) * step,
    )


@_compiled
def _number_of_bits(x):
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_compiled
def _picked(free, chance, count):
    """Pick one of the set bits."""
    k, bit = (chance * count) >> 16, 0
    for half in (32, 16, 8, 4, 2, 1):
        low = free & ((np.uint64(1) << np.uint64(half)) - np.uint64(1))
        n_low = _number_of_bits(low)
        if k >= n_low:
            k -= n_low
            free >>= np.uint64(half)
            bit += half
        else:
            free = low
    return bit


@_compiled
def _forbidden(u, v, cell, du, dv, near):
    shifts, near_u, near_v = near
    for k in range(shifts.size):
        at = cell + shifts[k]
        du_k, dv_k = u[at] + near_u[k] - du, v[at] + near_v[k] - dv
        if du_k * du_k + dv_k * dv_k < np.float32(2):
            return True
    return False


@_compiled
def _loses(cand, cell, at, near):
    """Whether a dart of an earlier time is too close."""
    shifts, near_u, near_v = near
    du, dv, time = cand[at, 0], cand[at, 1], cand[at, 2]
    for k in range(shifts.size):
        other = cell + shifts[k]
        du_k, dv_k = cand[other, 0] + near_u[k] - du, cand[other, 1] + near_v[k] - dv
        if du_k * du_k + dv_k * dv_k < np.float32(2) and cand[other, 2] <= time:
            return True
    return False


@_compiled
def _place(u, v, covered, cell, at, du, dv, near, tables):
    u[at], v[at] = du, dv
    covered[at] = _ALL
    code = int(dv * np.float32(_STEPS)) * _STEPS + int(du * np.float32(_STEPS))
    for k in range(near[0].size):
        covered[cell + near[0][k]] |= tables[code, k]


@_compiled
def _fill(u, v, covered, shape, near, tables, seed, limits):
    n_cols = shape[1] + 2 * _PAD
    middle = np.uint64(_PAD * n_cols + _PAD)
    cand = np.full((u.size, 3), np.float32(1e4))
    thrown = np.empty(shape[0] * shape[1], np.uint64)
    for number in range(ROUNDS):
        n = _throw(u, v, covered, shape, near, seed, limits, number, cand, thrown)
        for cell in thrown[:n]:
            at = cell + middle
            if not _loses(cand, cell, at, near):
                _place(u, v, covered, cell, at, cand[at, 0], cand[at, 1], near, tables)
        for cell in thrown[:n]:
            cand[cell + middle, 0] = np.float32(1e4)
    stack = np.empty((4 * LEVELS + 1, 3), np.float32)
    for row in range(shape[0]):
        for col in range(shape[1]):
            cell, seen = np.uint64(row * n_cols + col), np.uint64(0)
            while covered[cell + middle] | seen != _ALL:
                free = ~(covered[cell + middle] | seen)
                lowest = free & (~free + np.uint64(1))
                bit = _number_of_bits(lowest - np.uint64(1))
                _fill_sliver(u, v, covered, row, col, cell, middle, bit, near, tables, seed, limits, stack)
                seen |= lowest


@_compiled
def _throw(u, v, covered, shape, near, seed, limits, number, cand, thrown):
    n_cols = shape[1] + 2 * _PAD
    middle, n = np.uint64(_PAD * n_cols + _PAD), 0
    for row in range(shape[0]):
        for col in range(shape[1]):
            cell = np.uint64(row * n_cols + col)
            at = cell + middle
            free = ~covered[at]
            if not free:
                continue
            key = _key(row, col, seed, number)
            if number:
                count = _number_of_bits(free)
                bit = _picked(free, np.int64(key >> np.uint32(16)), count)
                key = _mixed(key)
                du, dv = _two_uniforms(key)
                du, dv = (
                    (np.float32(bit & 7) + du) * np.float32(1 / 8),
                    (np.float32(bit >> 3) + dv) * np.float32(1 / 8),
                )
            else:
                count = 64
                du, dv = _two_uniforms(key)
            if np.float32(row) + dv >= limits[0] or np.float32(col) + du >= limits[1]:
                continue
            if number and _forbidden(u, v, cell, du, dv, near):
                continue
            chance = (np.float32(_mixed(key)) + np.float32(1)) * np.float32(2.0**-32 * 0.9999998)
            cand[at, 0], cand[at, 1], cand[at, 2] = du, dv, -np.log(chance) / np.float32(count)
            thrown[n] = cell
            n += 1
    return n


@_compiled
def _fill_sliver(u, v, covered, row, col, cell, middle, bit, near, tables, seed, limits, stack):
    """Cut a free square, 4^LEVELS parts; throw a dart into each part that no disc holds, until one stays."""
    key = _key(row, col, seed, 100 + bit)
    stack[0] = (np.float32(bit & 7) + np.float32(0.5)) / 8, (np.float32(bit >> 3) + np.float32(0.5)) / 8, 1 / 16
    n = 1
    while n:
        n -= 1
        centre_u, centre_v, half = stack[n]
        if _inside(u, v, cell, centre_u, centre_v, half, near):
            continue
        key = _mixed(key + np.uint32(0x9E3779B9))
        du, dv = _two_uniforms(key)
        du, dv = centre_u + (du + du - np.float32(1)) * half, centre_v + (dv + dv - np.float32(1)) * half
        allowed = np.float32(row) + dv < limits[0] and np.float32(col) + du < limits[1]
        if allowed and not _forbidden(u, v, cell, du, dv, near):
            _place(u, v, covered, cell, cell + middle, du, dv, near, tables)
            return
        if half > np.float32(1 / 16 / 2**LEVELS * 1.5):
            step = half * np.float32(0.5)
            for quarter in range(4):
                stack[n, 0] = centre_u + (step if quarter & 1 else -step)
                stack[n, 1] = centre_v + (step if quarter >> 1 else -step)
                stack[n, 2] = step
                n += 1


@_compiled
def _inside(u, v, cell, centre_u, centre_v, half, near):
    """Whether one disc holds all of a square."""
    shifts, near_u, near_v = near
    for k in range(shifts.size):
        at = cell + shifts[k]
        far_u, far_v = abs(u[at] + near_u[k] - centre_u) + half, abs(v[at] + near_v[k] - centre_v) + half
        if far_u * far_u + far_v * far_v < np.float32(2):
            return True
    return False
