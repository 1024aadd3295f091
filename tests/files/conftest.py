"""Hand-made ICC profiles."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import pytest

SRGB_PRIMARIES = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
P3_PRIMARIES = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))

MakeProfile = Callable[..., bytes]


def curv(*values: int) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">I", len(values)) + struct.pack(f">{len(values)}H", *values)


def para(kind: int, *numbers: float) -> bytes:
    fixed = [round(number * 65536) for number in numbers]
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + struct.pack(f">{len(fixed)}i", *fixed)


def xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def make(
    curve: bytes = curv(563),
    primaries: Sequence[Sequence[float]] = SRGB_PRIMARIES,
    model: bytes = b"RGB ",
    extra: Sequence[tuple[bytes, bytes]] = (),
    without: Sequence[bytes] = (),
    curves: Sequence[bytes] = (),
) -> bytes:
    """A profile of a display with one tone curve for all channels, or one for each."""
    red, green, blue = curves or (curve,) * 3
    names = (b"rXYZ", b"gXYZ", b"bXYZ")
    tags = [*extra, (b"wtpt", xyz((0.9642, 1, 0.8249))), *zip(names, map(xyz, primaries), strict=True)]
    tags += [(b"rTRC", red), (b"gTRC", green), (b"bTRC", blue), (b"kTRC", red)]
    tags = [(name, data) for name, data in tags if name not in without]
    table, body = b"", b""
    for name, data in tags:
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = 132 + len(table) + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", model, b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + bytes.fromhex("0000f6d6000100000000d32d")
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


@pytest.fixture
def make_profile() -> MakeProfile:
    return make


@pytest.fixture
def curve_types() -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """Makers of the tone curve types ``curv`` and ``para``."""
    return curv, para


@pytest.fixture
def p3_profile() -> bytes:
    """Display P3, as phones write it."""
    srgb = para(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return make(srgb, P3_PRIMARIES)
