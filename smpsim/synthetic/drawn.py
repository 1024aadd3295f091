"""A line drawn on the sample's forehead, as a technician draws it: with a wax pencil, or with a finger on the phone.

The line is the level 0 of how far places lie behind the hairline, moved by a hand that wanders::

    f = behind - shift - wander        drawn where |f| < width / 2, f being divided by its slope

Wax catches on the relief of the skin: it covers a share of each pixel that varies with pressure and grain, and it is
left out here and there.  Mark-up is put on the finished picture, in one colour.

Numbers: estimates by eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, special
from skimage.measure import find_contours

from smpsim.arrays import F32, F64, U64
from smpsim.dots.hashing import stream, uniform
from smpsim.synthetic.head import Head
from smpsim.synthetic.noise import Cells, Spline, octaves

# the line stands up to this far in front of the hairline or behind it (mm), and ends so far from the front (degrees)
_SHIFT_MM, _END_DEG = 5.0, 60.0
_WANDER = [(45.0, 45.0, 1.6), (14.0, 14.0, 0.6), (5.0, 5.0, 0.15)]
_PRESSURE = [(6.0, 6.0, 0.25)]
_GRAIN = [(0.7, 0.7, 0.20), (0.25, 0.25, 0.30)]
_GAP_MM, _SOFT = 7.0, 0.12


@dataclass(frozen=True)
class Mark:
    """What a line is drawn with.

    Attributes
    ----------
    colour : (float, float, float)
        Of wax its reflectance (R, G, B, linear), of mark-up the bytes.
    width_mm : float, mm
        Mean width.
    share : float, 0..1
        Share of the skin that it covers, on average.
    digital : bool
        Whether it is mark-up.
    """

    colour: tuple[float, float, float]
    width_mm: float = 1.6
    share: float = 0.7
    digital: bool = False


#: what lines are drawn with, by name
MARKS = {
    "white": Mark((0.80, 0.79, 0.74)),
    "red": Mark((0.46, 0.07, 0.055)),
    "blue": Mark((0.05, 0.10, 0.33)),
    "phone": Mark((52, 199, 89), width_mm=1.3, share=1.0, digital=True),
    "phone-red": Mark((255, 59, 48), width_mm=1.3, share=1.0, digital=True),
    "phone-yellow": Mark((255, 204, 0), width_mm=1.3, share=1.0, digital=True),
}


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawn line.

    Attributes
    ----------
    mark : Mark
        What it is drawn with.
    share : ndarray (h, w) float32, 0..1
        Share of each cell that it covers.
    line_mm : ndarray (n, 2) float64, mm
        Its middle from the left of the picture to its right, through the gaps too.
    """

    mark: Mark
    share: F32
    line_mm: F64


def draw(head: Head, mark: Mark, gaps_frac: float, down: Cells, across: Cells, key: U64) -> Drawn:
    """Draw a line.

    Parameters
    ----------
    head : Head
        On what.
    mark : Mark
        With what.
    gaps_frac : float, 0..1
        Share of its length that wax leaves out, about.
    down, across : Cells
        Pixels of the picture.
    key : ndarray of uint64, shape (1,)
        Key of the scene.
    """
    key = stream(key, "drawn")
    distance, length, fine = _places(head, key)
    to_middle = np.abs(Spline(distance, *fine).over(down, across))
    to_end = Spline(length, *fine).over(down, across)
    half = np.full_like(to_middle, 0.5 * mark.width_mm)
    if not mark.digital:
        pressed = octaves(key, "pressure", _PRESSURE, down, across).over(down, across)
        half *= np.clip(1 + pressed, 0.5, 1.5)
    share = np.clip((half - to_middle) / across.step_mm + 0.5, 0, 1)
    share *= np.clip(to_end / across.step_mm + 0.5, 0, 1)
    if not mark.digital:
        share *= _wax(mark, gaps_frac, down, across, key)
    return Drawn(mark, np.asarray(share, np.float32), _middle(distance, length, fine))


def _places(head: Head, key: U64) -> tuple[F32, F32, tuple[Cells, Cells]]:
    """Distance from the line and to its nearer end (below 0 beyond it), mm, about, on fine cells."""
    level, turn, fine = head.hairline()
    step = fine[0].step_mm
    behind = ndimage.distance_transform_edt(level > 0) - ndimage.distance_transform_edt(level <= 0)
    # the transform counts whole cells
    behind = ndimage.gaussian_filter(step * np.asarray(behind, np.float32), 1.0)
    shift = (2 * float(uniform(stream(key, "shift"))[0]) - 1) * _SHIFT_MM
    line = behind - np.float32(shift) - octaves(key, "wander", _WANDER, *fine).over(*fine)
    slope = np.hypot(*np.gradient(line, step)) + np.float32(0.1)
    rest = np.float32(_END_DEG) - turn
    steep = np.hypot(*np.gradient(rest, step)) + np.float32(0.1)
    return np.clip(line / slope, -8, 8), np.clip(rest / steep, -8, 8), fine


def _middle(distance: F32, length: F32, fine: tuple[Cells, Cells]) -> F64:
    """Trace the longest piece of the line between its ends, (n, 2) mm."""
    masked = np.where(length > 0, distance, np.nan)
    pieces = find_contours(masked, 0.0)  # type: ignore[no-untyped-call]
    longest = max(pieces, key=len)
    starts = np.array([cells.start_mm for cells in fine])
    places = (longest + 0.5) * fine[0].step_mm + starts
    line = np.asarray(places[:, ::-1], np.float64)
    return line if line[0, 0] < line[-1, 0] else line[::-1].copy()


def _wax(mark: Mark, gaps_frac: float, down: Cells, across: Cells, key: U64) -> F32:
    """Share (h, w) of the skin under the pencil that takes wax."""
    grain = octaves(key, "grain", _GRAIN, down, across).over(down, across)
    there = octaves(key, "gaps", [(_GAP_MM, _GAP_MM, 1.0)], down, across).over(down, across)
    lift = np.float32(special.ndtri(np.clip(gaps_frac, 1e-9, 1 - 1e-9)))
    kept = np.clip((there - lift) / np.float32(_SOFT), 0, 1)
    return np.asarray(np.clip(mark.share + grain, 0.05, 1) * kept, np.float32)
