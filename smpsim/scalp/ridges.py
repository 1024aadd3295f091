"""Thin lines of a given colour in a picture of light: where they are, which way they run, how sure that is.

The logarithm of light is relative to the illumination.  It is averaged along and across a line (an oriented Gaussian),
and a place is compared with the skin on both sides of it::

    d = c - max(left, right)        in units of how much skin alone varies so

The difference is first projected on the colour looked for: with ``S`` the covariance of such differences over the
skin of this photo, ``w = S^-1 t / sqrt(t' S^-1 t)`` for a colour difference ``t`` (a matched filter).  So what this
skin has of its own, its wrinkles, blushes and shine, counts little.  The larger side is taken, so that the edge of a
shadow or of the head is no line.

Numbers: estimates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from smpsim.arrays import F32, F64, Bool

C64: TypeAlias = NDArray[np.complex64]

N_DIRECTIONS = 12
# standard deviation of the average across the line, mm, and along it
_ACROSS_MM, _ALONG_MM = (0.3, 0.6, 1.1), 2.0
# distance of the skin that a line is compared with: in standard deviations, and more, mm
_ASIDE, _ASIDE_MM = 2.0, 0.5
# differences below this (about 1 % of the light) are never told from skin, however even it is: an estimate
_FLOOR = 0.010
# squared distance (of 3 channels) beyond which differences are left out, in so many rounds; how many are drawn
_TRIM, _ROUNDS, _DRAWN, _EVERY = 27.0, 4, 10_000, 3
_PAD = 24


@dataclass(frozen=True, eq=False)
class Ridges:
    """The best line at each place, for each colour.

    Attributes
    ----------
    score : ndarray (k, h, w) float32
        How far it stands out, in standard deviations of the skin; at least 0.
    direction : ndarray (k, h, w) float32, rad
        Which way it runs, 0 to pi, from the right downwards.
    """

    score: F32
    direction: F32


def find_ridges(light: F32, skin: Bool, step_mm: float, colours: F64) -> Ridges:
    """Look for lines of some colours.

    Parameters
    ----------
    light : ndarray (3, h, w) float32
        Logarithm of linear light.
    skin : ndarray (h, w) bool
        Where there is skin; a line has it on both sides.
    step_mm : float, mm
        Distance of the samples.
    colours : ndarray (k, 3)
        What a line adds to the logarithm, for each colour.

    Returns
    -------
    Ridges
        Of each colour.
    """
    shape = (len(colours), *light.shape[1:])
    score, direction = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    h, w = light.shape[1:]
    spectrum = _spectrum(light)
    for across_mm in _ACROSS_MM:
        filters = _filters(colours, _covariance(spectrum, skin, step_mm, across_mm)).astype(np.float32)
        for angle, averaged in _averaged((h, w), spectrum, step_mm, across_mm):
            sides = _beside(skin, angle, across_mm, step_mm)
            valid = sides[0] & sides[1]
            for k, weights in enumerate(filters):
                middle = weights[0] * averaged[0] + weights[1] * averaged[1] + weights[2] * averaged[2]
                found = middle - np.maximum(*_beside(middle, angle, across_mm, step_mm))
                better = valid & (found > score[k])
                score[k][better] = found[better]
                direction[k][better] = angle
    return Ridges(score, direction)


def _spectrum(light: F32) -> C64:
    """Fourier transform of the picture, mirrored beyond its borders."""
    h, w = light.shape[1:]
    rows, columns = _padded(h, w)
    return np.asarray(fft.rfft2(np.pad(light, [(0, 0), (0, rows - h), (0, columns - w)], mode="symmetric")))


def _padded(h: int, w: int) -> tuple[int, int]:
    return fft.next_fast_len(h + _PAD, real=True), fft.next_fast_len(w + _PAD, real=True)


def _averaged(
    shape: tuple[int, int], spectrum: C64, step_mm: float, across_mm: float, every: int = 1
) -> Iterator[tuple[float, F32]]:
    """Yield directions, and the picture averaged along each of them, (3, h, w)."""
    h, w = shape
    rows, columns = _padded(h, w)
    fy, fx = fft.fftfreq(rows)[:, None] / step_mm, fft.rfftfreq(columns)[None] / step_mm
    for angle in np.pi / N_DIRECTIONS * np.arange(0, N_DIRECTIONS, every):
        along, across = fx * np.cos(angle) + fy * np.sin(angle), fy * np.cos(angle) - fx * np.sin(angle)
        blur = np.exp(-2 * np.pi**2 * ((across_mm * across) ** 2 + (_ALONG_MM * along) ** 2)).astype(np.float32)
        yield float(angle), np.ascontiguousarray(fft.irfft2(spectrum * blur, s=(rows, columns))[:, :h, :w])


def _beside(values: Any, angle: float, across_mm: float, step_mm: float) -> list[Any]:
    """Values (..., h, w) at the places on both sides of each place; beyond the picture its border counts."""
    aside = (_ASIDE * across_mm + _ASIDE_MM) / step_mm
    down, right = round(aside * np.cos(angle)), round(-aside * np.sin(angle))
    h, w = values.shape[-2:]
    rows, columns = np.arange(h), np.arange(w)
    return [
        values.take((rows + sign * down).clip(0, h - 1), -2).take((columns + sign * right).clip(0, w - 1), -1)
        for sign in (1, -1)
    ]


def _covariance(spectrum: C64, skin: Bool, step_mm: float, across_mm: float) -> F64:
    """Covariance (3, 3) of the differences that skin has of itself; the largest ones, the line's, are left out."""
    places = np.flatnonzero(skin)[:: max(int(skin.sum()) // _DRAWN, 1)]
    drawn = []
    for angle, averaged in _averaged(skin.shape, spectrum, step_mm, across_mm, every=_EVERY):
        left, right = _beside(averaged, angle, across_mm, step_mm)
        drawn.append((averaged - 0.5 * (left + right)).reshape(3, -1)[:, places])
    differences = np.concatenate(drawn, 1).T.astype(np.float64)
    covariance = np.eye(3) * np.median(differences**2)
    for _ in range(_ROUNDS):
        away = (differences @ np.linalg.inv(covariance + 1e-9 * np.eye(3)) * differences).sum(1)
        near = differences[away < _TRIM]
        covariance = near.T @ near / max(len(near), 1)
    return np.asarray(covariance + np.eye(3) * _FLOOR**2)


def _filters(colours: F64, covariance: F64) -> F64:
    """Make matched filters, (k, 3)."""
    raw = colours @ np.linalg.inv(covariance)
    return np.asarray(raw / np.sqrt((raw * colours).sum(1, keepdims=True)))
