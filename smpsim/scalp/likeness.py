"""The numbers of stubble: drawn, compared with the photo, and drawn again until both are alike.

A patch is summed up in about sixty statistics that need no single hair: power in bands of frequency along and across
the hairs, quantiles and peaks of the contrast at four blurs.  Some hundred drawings with numbers round a first guess
give a linear rule from statistics to numbers, which is then asked about the photo; the next drawings are made round
its answer.  So what overlaps, is cut off, is lost in noise or to the JPEG is lost in the drawings alike, and needs no
correction of its own.  The scatter of the rule about drawings that it has not seen is the uncertainty.

This is approximate Bayesian computation with regression adjustment (Beaumont et al. 2002).

Numbers: estimates, and choices of the search, but for those that name their source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy import fft
from scipy.ndimage import gaussian_filter, maximum_filter

from smpsim.arrays import F32, F64
from smpsim.scalp.redraw import Numbers, Paper

#: what is told, as logarithms (but for spacing), in this order
TOLD = ("density", "spot", "length", "blur", "grain", "mottle", "spacing", "darkness", "nearest")
_ASKED = 6
# drawings of each round
_ROUNDS = (80, 80, 80, 160)
# spread of the numbers in the first round, as logarithms, and the least in later ones
_FIRST = np.array([0.7, 0.5, 0.45, 0.25, 0.35, 0.35])
_LEAST, _WIDEN, _CUT = 0.12, 2.0, 2.0
# more hairs are each fainter: the photo's darkness is known better than its two factors
_TRADE = 0.6
_LOW = np.log([4.0, 1e-3, 0.02, 0.4, 1e-3, 1e-3])
_HIGH = np.log([450.0, 0.3, 1.2, 6.0, 0.3, 0.3])
#: lengths that are possible (mm), and what is not asked for: least and most of spacing, of the spread of lengths, of
#: missing light per length and of directions
KINDS = {
    "hair": ((0.1, 1.2), ((0.0, 0.55), (0.05, 0.3), (0.0, 0.2), (0.1, 0.6))),
    "dots": ((0.02, 0.3), ((0.2, 0.7), (0.05, 0.3), (0.2, 0.5), (0.1, 0.6))),
}
# logarithm of more hairs per cm2 than there are: 175 to 300 (bionumbers 116431)
_MOST = np.log(350.0)
# frequencies (cycles per mm) between which power is summed up, blurs (mm) at which contrast is looked at
_BANDS = (0.35, 0.6, 0.9, 1.3, 1.8, 2.4, 3.0, 5.0)
_DIRECTED = (0.6, 2.4)
_BLURS_MM = (0.0, 0.08, 0.16, 0.28)
_QUANTILES = (0.02, 0.1, 0.5, 0.9, 0.98, 0.995)
_PEAKS = (0.5, 1.2, 2.0)
_RIDGE, _FARTHEST = 0.02, 3.5
# no more pixels are drawn than this: a larger patch is better known than its drawings say
_SIDE_PX = 160


@dataclass(frozen=True, eq=False)
class Told:
    """Values (9,) named in :data:`TOLD`, and their standard uncertainties (9,).

    The misfit is how far the photo's statistics lie from those of drawings with such numbers, in the standard
    deviations of these (root mean square): about 1 where the drawings are like the photo.
    Density and length are `within` what hair and dots can have.
    """

    values: F64
    uncertainties: F64
    misfit: float
    within: bool

    def of(self, name: str) -> tuple[float, float]:
        """Value and uncertainty of one of :data:`TOLD`."""
        k = TOLD.index(name)
        return float(self.values[k]), float(self.uncertainties[k])


def tell(seen: F32, paper: Paper, guess: F64, rng: np.random.Generator, kind: str) -> Told:
    """Find the numbers by which stubble looks like a photo's.

    Parameters
    ----------
    seen : ndarray (h, w) float32
        Contrast of the photo.
    paper : Paper
        What to draw on, of the same size.
    guess : ndarray (6,)
        Logarithms of density, spot, length, blur, grain and mottle to begin with.
    rng : Generator
        Random numbers.
    kind : str
        A key of :data:`KINDS`.
    """
    (shortest, longest), others = KINDS[kind]
    low, high = _LOW.copy(), _HIGH.copy()
    low[2], high[2] = np.log([shortest, longest])
    target = statistics(seen, paper)
    paper = replace(paper, light=paper.light[:_SIDE_PX, :_SIDE_PX])
    spread, told = _FIRST, None
    for n in _ROUNDS:
        drawings = [_drawing(rng, paper, (guess, spread, low, high), others) for _ in range(n)]
        numbers, looks = (np.array(rows) for rows in zip(*drawings, strict=True))
        now = _rule(numbers, looks, target)
        drift = 0.0 if told is None else (now.values - told.values) / 2
        length = float(now.values[2])
        within = bool(low[0] < now.values[0] < _MOST and low[2] < length < high[2])
        told = Told(now.values, np.hypot(now.uncertainties, drift), now.misfit, within)
        guess = np.clip(told.values[:_ASKED], low, high)
        spread = np.minimum(spread, np.maximum(_WIDEN * now.uncertainties[:_ASKED], _LEAST))
    assert told is not None
    return told


def statistics(seen: F32, paper: Paper) -> F64:
    """Sum a patch up, (k,)."""
    return np.array([*_powers(seen, paper), *_lights(seen, paper.px_per_mm)])


def _drawing(
    rng: np.random.Generator, paper: Paper, about: tuple[F64, F64, F64, F64], others: tuple[tuple[float, float], ...]
) -> tuple[F64, F64]:
    """Draw stubble with numbers round a guess: the numbers, as in TOLD, and the statistics."""
    guess, spread, low, high = about
    off = np.clip(rng.standard_normal(_ASKED), -_CUT, _CUT) * spread
    off[1] -= _TRADE * off[0]
    asked = np.clip(guess + off, low, high)
    numbers = Numbers(*np.exp(asked), *(rng.uniform(*limits) for limits in others))
    drawn = paper.draw(rng, numbers)
    true = np.log([drawn.density_per_cm2, *np.exp(asked[1:])])
    told = np.array([*true, numbers.spacing, true[0] + true[1] - np.log(100), np.log(drawn.nearest_mm)])
    return told, statistics(drawn.contrast, paper)


def _rule(numbers: F64, looks: F64, target: F64) -> Told:
    """Ask the ridge regression of numbers on statistics about a target; scatter by leaving each drawing out."""
    mean, spread = looks.mean(0), looks.std(0) + 1e-6
    z = (looks - mean) / spread
    inverse = np.linalg.solve(z.T @ z + _RIDGE * len(z) * np.eye(z.shape[1]), z.T)
    middle = numbers.mean(0)
    slopes = inverse @ (numbers - middle)
    missed = (numbers - middle - z @ slopes) / (1 - np.einsum("ij,ji->i", z, inverse))[:, None]
    off = (target - mean) / spread
    asked = np.clip(off, -_FARTHEST, _FARTHEST)
    misfit = float(np.sqrt((off**2).mean()))
    return Told(middle + asked @ slopes, np.sqrt((missed**2).mean(0)), misfit, True)


def _powers(seen: F32, paper: Paper) -> list[float]:
    """Logarithms of power in bands of frequency, and of its ratio across and along the hairs."""
    y = fft.fftfreq(seen.shape[0])[:, None] * paper.px_per_mm
    x = fft.rfftfreq(seen.shape[1])[None] * paper.px_per_mm
    power = np.abs(fft.rfft2(seen)) ** 2 / seen.size
    frequency = np.hypot(x, y)
    along = np.abs(x * np.cos(paper.direction_rad) + y * np.sin(paper.direction_rad)) / (frequency + 1e-9)
    numbers = []
    for low, high in pairwise(_BANDS):
        band = (frequency >= low) & (frequency < high)
        if low >= paper.px_per_mm / 2:
            continue
        numbers.append(_log_mean(power[band]))
        if _DIRECTED[0] <= low < _DIRECTED[1]:
            numbers.append(_log_mean(power[band & (along < 0.5)]) - _log_mean(power[band & (along > 0.85)]))
    return numbers


def _log_mean(power: F32) -> float:
    return float(np.log(power.mean() + 1e-12)) if len(power) else 0.0


def _lights(seen: F32, px_per_mm: float) -> list[float]:
    """Spread, quantiles and numbers of peaks of the contrast at several blurs."""
    area_cm2 = seen.size / px_per_mm**2 / 100
    numbers = []
    for blur in _BLURS_MM:
        soft = gaussian_filter(seen, np.hypot(blur * px_per_mm, 0.5), mode="wrap", truncate=3)
        spread = float(soft.std()) + 1e-9
        soft = (soft - soft.mean()) / spread
        peaks = soft[soft == maximum_filter(soft, 3)]
        numbers += [np.log(spread), *np.quantile(soft, _QUANTILES)]
        numbers += [np.log1p((peaks > height).sum() / area_cm2) for height in _PEAKS]
    return numbers
