"""Transfer functions, linear light, CIE Lab and Delta E 2000: what the numbers of a picture mean.

A photo keeps its own primaries and its own profile. Only its tone curves are undone, channel by channel, because
light adds and multiplies in linear light, and everything that a change of pigment does is light::

    byte --curves--> linear (the photo's primaries, 0..1) --to_xyz--> XYZ relative to D50 --> Lab

with ``XYZ = to_xyz @ linear`` and, for ``t = XYZ / D50_WHITE``::

    f(t) = t**(1/3)                    t > (6/29)**3
           t / (3 (6/29)**2) + 4/29    otherwise
    L = 116 f(Y) - 16    a = 500 (f(X) - f(Y))    b = 200 (f(Y) - f(Z))

Sources: ICC.1:2022 (profile connection space, D50), IEC 61966-2-1 (sRGB), CIE 15:2018 (Lab), CIE 142-2001
(Delta E 2000, through scikit-image).

Numbers: from the standards above; sizes of tables and blocks are choices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from smpsim.arrays import F32, F64, U8
from smpsim.errors import ParameterError

D50_WHITE: F64 = np.array([0.9642, 1.0, 0.8249])
"""White of the ICC profile connection space, XYZ (ICC.1:2022, 7.2.16)."""
D50_WHITE.flags.writeable = False

_From = TypeVar("_From", bound=np.generic)
_To = TypeVar("_To", bound=np.generic)
_STEPS = 65535
_BLOCK = 1 << 16
"""Pixels walked at a time: the temporary arrays stay in the cache of the processor."""


@dataclass(frozen=True, eq=False)
class ColourSpace:
    """What the bytes of an RGB picture mean: three tone curves and three primaries.

    Two spaces are equal when their primaries and curves are (the name does not count).

    Parameters
    ----------
    name : str
        A name for people.
    to_xyz : (3, 3) float64
        Linear RGB (column) to XYZ relative to D50, Y of white = 1.
    curves : (3, 256) float32, 0..1
        Linear light of every byte, for R, G and B; never falling.

    Raises
    ------
    ParameterError
        A shape is wrong, a value is not finite or a curve falls.
    """

    name: str
    to_xyz: F64
    curves: F32

    def __post_init__(self) -> None:
        matrix = np.array(self.to_xyz, dtype=np.float64)
        curves = np.array(self.curves, dtype=np.float32)
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all():
            raise ParameterError("to_xyz must be 3 x 3 finite numbers", name="to_xyz")
        if curves.shape != (3, 256) or not np.isfinite(curves).all():
            raise ParameterError("curves must be 3 x 256 finite numbers", name="curves")
        if (np.diff(curves, axis=1) < 0).any() or curves.min() < 0 or curves.max() > 1:
            raise ParameterError("curves must rise within 0..1", name="curves")
        for name, array in (("to_xyz", matrix), ("curves", curves)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColourSpace) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    @cached_property
    def _content(self) -> tuple[bytes, bytes]:
        return self.to_xyz.tobytes(), self.curves.tobytes()

    @cached_property
    def _encoders(self) -> tuple[_Encoder, _Encoder, _Encoder]:
        red, green, blue = (_Encoder(curve) for curve in self.curves)
        return red, green, blue

    def decode(self, pixels: U8) -> F32:
        """Bytes to linear light.

        Parameters
        ----------
        pixels : (..., 3) uint8
            Encoded R, G, B.

        Returns
        -------
        (..., 3) float32, 0..1
            Linear light in the same primaries.
        """
        return _by_channel(pixels, np.float32, self.decode_channel)

    def encode(self, linear: F32) -> U8:
        """Linear light to the nearest bytes; outside 0..1 is clipped, NaN becomes 0.

        ``encode(decode(b)) == b`` for every byte wherever the curve rises strictly.

        Parameters
        ----------
        linear : (..., 3) float32
            Linear light in the primaries of this space.

        Returns
        -------
        (..., 3) uint8
            Encoded R, G, B.
        """
        return _by_channel(linear, np.uint8, self.encode_channel)

    def encode_float(self, linear: F32) -> F32:
        """Linear light to the byte scale without rounding (for arithmetic in encoded Y'CbCr).

        Parameters
        ----------
        linear : (..., 3) float32
            Linear light in the primaries of this space; clipped to 0..1.

        Returns
        -------
        (..., 3) float32, 0..255
            Encoded values; in steps of at most 0.02 for curves that are used in practice.
        """
        return _by_channel(linear, np.float32, lambda light, channel: self._encoders[channel].to_floats(light))

    def decode_channel(self, pixels: U8, channel: int) -> F32:
        """Bytes of one channel (any shape) to linear light; ``channel`` is 0, 1 or 2."""
        linear: F32 = self.curves[channel].take(pixels)
        return linear

    def encode_channel(self, linear: F32, channel: int) -> U8:
        """Linear light of one channel (any shape) to the nearest bytes; ``channel`` is 0, 1 or 2."""
        return self._encoders[channel].to_bytes(linear)


class _Encoder:
    """One channel's way back: light to byte.

    The table is indexed by the square root of the light, which spends its steps as the eye (and every usual tone
    curve) does: byte 1 of a pure gamma 2.2 lies 150 steps above black, on a linear scale it would lie in step 0.
    A curve that is so steep that even this table misses a byte is searched instead, exactly and more slowly.
    """

    def __init__(self, curve: F32) -> None:
        self._curve = curve.astype(np.float64)
        self._borders = (self._curve[:-1] + self._curve[1:]) / 2
        light = (np.arange(_STEPS + 1) / _STEPS) ** 2
        self._bytes: U8 = np.searchsorted(self._borders, light).astype(np.uint8)
        rising, first = np.unique(self._curve, return_index=True)
        self._rising, self._first = rising, first.astype(np.float64)
        self._floats: F32 = np.interp(light, self._rising, self._first).astype(np.float32)
        self._fine = bool((self._bytes[_steps(curve)] == np.searchsorted(self._borders, curve)).all())

    def to_bytes(self, linear: F32) -> U8:
        if self._fine:
            return self._bytes.take(_steps(linear))
        return np.searchsorted(self._borders, np.fmax(linear, 0.0)).astype(np.uint8)

    def to_floats(self, linear: F32) -> F32:
        if self._fine:
            return self._floats.take(_steps(linear))
        return np.interp(np.fmax(linear, 0.0), self._rising, self._first).astype(np.float32)


def _steps(linear: F32) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Index of the encoder's table; ``fmax`` also turns NaN into 0."""
    root: F32 = np.fmax(linear, np.float32(0))
    root = np.fmin(root, np.float32(1))
    root = np.sqrt(root)
    root = root * np.float32(_STEPS) + np.float32(0.5)
    return root.astype(np.uint16)


def _by_channel(
    values: NDArray[_From], kind: type[_To], convert_channel: Callable[[NDArray[_From], int], NDArray[_To]]
) -> NDArray[_To]:
    """Convert (..., 3) values to those of another type, a block of pixels and one channel at a time."""
    if values.ndim < 1 or values.shape[-1] != 3:
        raise ParameterError(f"colours need 3 channels in the last axis, not shape {values.shape}", name="shape")
    flat = values.reshape(-1, 3)
    converted = np.empty(flat.shape, kind)
    for start in range(0, len(flat), _BLOCK):
        part = slice(start, start + _BLOCK)
        for channel in range(3):
            converted[part, channel] = convert_channel(flat[part, channel], channel)
    return converted.reshape(values.shape)


def _srgb_curve() -> F32:
    """Linear light of every byte by IEC 61966-2-1."""
    encoded = np.arange(256) / 255
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


SRGB = ColourSpace(
    name="sRGB",
    # sRGB primaries adapted to D50 as sRGB profiles carry them; the rows add up to D50_WHITE within 2e-4
    to_xyz=np.array(
        [
            [0.43607, 0.38515, 0.14307],
            [0.22249, 0.71687, 0.06061],
            [0.01392, 0.09708, 0.71410],
        ]
    ),
    curves=np.tile(_srgb_curve(), (3, 1)),
)
"""The space of a picture that says nothing about its colours (IEC 61966-2-1)."""


def luminance(linear: F32, space: ColourSpace) -> F32:
    """Relative luminance Y (0..1, white = 1) of linear light, shape ``linear.shape[:-1]``."""
    weights = space.to_xyz[1].astype(np.float32)
    return np.asarray(linear @ weights, dtype=np.float32)


def convert(linear: F32, source: ColourSpace, target: ColourSpace) -> F32:
    """Linear light of one space in the primaries of another (relative colorimetric, not clipped).

    Parameters
    ----------
    linear : (..., 3) float32
        Linear light in the primaries of ``source``.
    source, target : ColourSpace
        From where, and to where.

    Returns
    -------
    (..., 3) float32
        The same colours in the primaries of ``target``; outside 0..1 where ``target`` cannot show them.
    """
    matrix = np.linalg.solve(target.to_xyz, source.to_xyz)
    return np.asarray(linear @ matrix.T.astype(np.float32), dtype=np.float32)


def recoded(pixels: U8, source: ColourSpace, target: ColourSpace) -> U8:
    """Return the same colours in another space, row by row.

    Parameters
    ----------
    pixels : ndarray (H, W, 3) uint8
        Encoded colours.
    source, target : ColourSpace
        What the bytes mean, and what they are to mean.
    """
    if source == target:
        return pixels
    result = np.empty_like(pixels)
    for row, line in zip(result, pixels, strict=True):
        row[:] = target.encode(convert(source.decode(line), source, target))
    return result


def lab(linear: F32, space: ColourSpace) -> F32:
    """CIE Lab relative to D50.

    Parameters
    ----------
    linear : (..., 3) float32, 0..1
        Linear light in the primaries of ``space``.
    space : ColourSpace
        What the numbers mean.

    Returns
    -------
    (..., 3) float32
        L (0..100), a, b. Source: CIE 15:2018.
    """
    scaled = space.to_xyz / D50_WHITE[:, None]
    t = linear @ scaled.T.astype(np.float32)
    delta = 6 / 29
    f = np.where(t > delta**3, np.cbrt(t), t / np.float32(3 * delta**2) + np.float32(4 / 29))
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    result = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return result.astype(np.float32, copy=False)


def delta_e_2000(lab_a: F32, lab_b: F32) -> F32:
    """Colour difference CIEDE2000 of Lab colours (..., 3), shape (...,); about 1 is just visible side by side.

    Source: CIE 142-2001, as implemented in scikit-image.
    """
    from skimage.color import deltaE_ciede2000  # scikit-image loads slowly: only where it is needed

    difference = deltaE_ciede2000(lab_a, lab_b)  # type: ignore[no-untyped-call]
    return np.asarray(difference, dtype=np.float32)


def individual_typology_angle(colours: F32) -> F32:
    """Individual typology angle (ITA) of skin, ``atan((L - 50) / b)``, in degrees.

    Above 55 very light, 41..55 light, 28..41 intermediate, 10..28 tan, -30..10 brown, below -30 dark.

    Parameters
    ----------
    colours : (..., 3) float32
        CIE Lab colours of skin.

    Returns
    -------
    (...,) float32, -180..180
        The angle. Skin has b > 0 and lies in -90..90; where a photo's colour cast makes b negative, ``arctan2`` goes
        on past +-90 in the same direction, where the bare quotient would jump from very light to dark.

    Notes
    -----
    Source: A. Chardon, I. Cretois, C. Hourseau, Int. J. Cosmet. Sci. 13 (1991) 191-208.
    """
    degrees = np.degrees(np.arctan2(colours[..., 0] - 50, colours[..., 2]))
    return np.asarray(degrees, dtype=np.float32)
