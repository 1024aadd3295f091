"""Single hairs or dots in a patch of skin: matched filters, found one after another and taken out.

A mark is a line of some length and direction, blurred by a Gaussian.  The contrast of the patch is compared with
lines of four lengths in eight directions; the strongest of each place is taken out, then weaker ones in what is left,
down to two fifths of the usual mark or to the noise.  What overlaps or is cut by the border counts as it is seen:
how many marks that hides is found out by drawing stubble and looking for it in the same way
(:mod:`smpsim.scalp.likeness`).

Numbers: estimates, where no comment derives them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft
from scipy.ndimage import gaussian_filter, maximum_filter

from smpsim.arrays import F32, F64, Bool, Int

#: the patch is compared with its mean over this (standard deviation of a Gaussian), mm
SURROUNDINGS_MM = 1.0
_LENGTHS_MM = (0.0, 0.3, 0.6, 0.9)
_DIRECTIONS = 8
_BLUR_PX = 1.0
# so much weaker than the usual mark, by missing light, is none; the noise that a mark stands above, in sigmas
_FAINT, _SIGMAS = 0.4, 4.0
# the threshold falls by this from round to round; the noise is not to be told before the strong marks are gone
_FALL, _ROUNDS, _CROWDED_ROUNDS = 0.8, 30, 12
_NEAR_MM = 0.1
_STRONGEST = 0.98
# standard deviation of a normal distribution over its median deviation: derived
_NORMAL = 1.4826


@dataclass(frozen=True, eq=False)
class Shafts:
    """Marks found in a patch, and what is left without them.

    Attributes
    ----------
    x_px, y_px : ndarray (N,)
        Middle of each mark, px of the patch.
    length_mm, angle_rad : ndarray (N,)
        Length of the line that fits best, and its direction, 0 to pi, from x towards y.
    spot_mm2 : ndarray (N,)
        Missing light: length x width x darkness, mm2.
    rest : ndarray (h, w) float32
        Contrast without the marks.
    """

    x_px: F64
    y_px: F64
    length_mm: F64
    angle_rad: F64
    spot_mm2: F64
    rest: F32

    def __len__(self) -> int:
        return len(self.x_px)

    def direction_rad(self) -> float:
        """Mean direction of those that have one, weighted by length; 0 when there is none."""
        return float(np.angle((self.length_mm * np.exp(2j * self.angle_rad)).sum()) / 2)


def contrast(light: F32, px_per_mm: float) -> F32:
    """Compare light (h, w) with its mean over the surroundings: 1 - light / mean; marks are positive."""
    mean = gaussian_filter(light, SURROUNDINGS_MM * px_per_mm, truncate=3)
    return np.asarray(1 - light / np.maximum(mean, np.float32(1e-6)), np.float32)


class _Lines:
    """Blurred lines of every length and direction, as filters for pictures of one shape."""

    def __init__(self, shape: tuple[int, int], px_per_mm: float) -> None:
        y, x = fft.fftfreq(shape[0])[:, None], fft.rfftfreq(shape[1])[None]
        square = x**2 + y**2
        dot = np.exp(-2 * np.pi**2 * _BLUR_PX**2 * square)
        dot *= -np.expm1(-2 * np.pi**2 * (SURROUNDINGS_MM * px_per_mm) ** 2 * square)
        kinds = [
            (length, np.pi * k / _DIRECTIONS) for length in _LENGTHS_MM for k in range(_DIRECTIONS if length else 1)
        ]
        self.shape, self.length_mm, self.angle_rad = shape, *np.array(kinds).T
        self.reach = min(int(np.ceil(1.6 * px_per_mm + 3 * _BLUR_PX)), min(shape) // 2 - 1)
        filters, stamps, norms = [], [], []
        for length, angle in kinds:
            line = dot * np.sinc((x * np.cos(angle) + y * np.sin(angle)) * length * px_per_mm)
            whole = fft.irfft2(line, shape)
            norms.append(np.sqrt((whole**2).sum()))
            filters.append((line / norms[-1]).astype(np.float32))
            window = slice(0, 2 * self.reach + 1)
            stamps.append(np.roll(whole, (self.reach, self.reach), (0, 1))[window, window].astype(np.float32))
        self.filters, self.stamps, self.norm = filters, stamps, np.array(norms)

    def best(self, picture: F32) -> tuple[F32, Int, F32]:
        """Response of the line that fits best at each pixel, which it is, and the response of the dot."""
        spectrum = fft.rfft2(picture)
        dot = best = fft.irfft2(spectrum * self.filters[0], self.shape)
        which = np.zeros(self.shape, np.intp)
        for k, line in enumerate(self.filters[1:], 1):
            response = fft.irfft2(spectrum * line, self.shape)
            better = response > best
            best, which = np.where(better, response, best), np.where(better, k, which)
        return best, which, dot


def find_shafts(picture: F32, px_per_mm: float) -> Shafts:
    """Find dark marks.

    Parameters
    ----------
    picture : ndarray (h, w) float32
        :func:`contrast` of a patch.
    px_per_mm : float
        Its scale.

    Returns
    -------
    Shafts
        The marks, none when nothing stands above the noise.
    """
    lines = _Lines((picture.shape[0], picture.shape[1]), px_per_mm)
    reach = lines.reach
    padded = np.pad(picture, reach)
    rest = padded[reach:-reach, reach:-reach]
    near = 2 * round(_NEAR_MM * px_per_mm) + 3
    found = np.empty((0, 4))
    threshold = np.inf
    for n in range(_ROUNDS):
        response, which, dot = lines.best(rest)
        peaks = response == maximum_filter(response, near)
        if n == 0:
            threshold = float(np.quantile(response[peaks], _STRONGEST))
        found = np.concatenate([found, _taken(padded, lines, peaks & (response > threshold), response, which)])
        if not len(found):  # there is no texture at all
            break
        least = _FAINT * _usual(found[:, 3]) * float(np.median(lines.norm[found[:, 2].astype(np.intp)]))
        noise = _SIGMAS * _NORMAL * float(np.median(-dot[dot < 0]))
        if threshold <= least or (n > _CROWDED_ROUNDS and threshold <= noise):
            break
        threshold = max(threshold * _FALL, least)
    y, x, kind, spot = found[found[:, 3] > _FAINT * _usual(found[:, 3])].T
    of = kind.astype(np.intp)
    return Shafts(x + 0.5, y + 0.5, lines.length_mm[of], lines.angle_rad[of], spot / px_per_mm**2, rest.copy())


def _taken(padded: F32, lines: _Lines, peaks: Bool, response: F32, which: Int) -> F64:
    """Take marks out of a picture, in place: (n, 4) rows, columns, kinds and missing light in px2."""
    places = np.argwhere(peaks)
    kinds = which[peaks]
    amounts = response[peaks] / lines.norm[kinds]
    side = 2 * lines.reach + 1
    for (row, column), kind, amount in zip(places, kinds, amounts, strict=True):
        padded[row : row + side, column : column + side] -= np.float32(amount) * lines.stamps[kind]
    return np.column_stack([places, kinds, amounts])


def _usual(spots: F64) -> float:
    """Missing light of a usual mark: half of all light is missing in marks that are stronger; 0 without any."""
    if not len(spots):
        return 0.0
    ranked = np.sort(spots)
    share = np.cumsum(ranked)
    return float(ranked[np.searchsorted(share, share[-1] / 2)])
