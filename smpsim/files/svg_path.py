"""Path data of SVG 1.1 (M L H V C S Q T A Z, absolute and relative) as cubic curves and then as polygons.

Everything becomes cubic Bezier curves: lines, quadratic curves exactly, elliptic arcs to 0.03 % of their radius per
quarter (the implementation notes of SVG 1.1, F.6).  Curves are cut into so many straight pieces that none is further
than 0.05 px from the curve: ``n = sqrt(6 d / 8 / 0.05)``, ``d`` being the largest second difference of its points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from smpsim.arrays import F64

MAX_SEGMENTS = 100_000
_FLATNESS_PX, _MOST_PIECES, _FARTHEST_PX = 0.05, 500, 1e9
# blanks and a comma at most, never given back: a run of blanks is walked through once
_GAP = r"\s*+(?:,\s*+)?"
# characters that may not stand in path data end it, as the standard wants
_TOKEN = re.compile(_GAP + r"(?:([MmLlHhVvCcSsQqTtAaZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))")
_FLAG = re.compile(_GAP + r"([01])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_FARTHEST = 1e7
# what is smaller is nothing: an arc of such a radius, or to a place as near, is drawn as a line
_NEAREST = 1e-9

Loop = list[tuple[complex, complex, complex, complex]]


def parse_path(text: str) -> list[Loop]:
    """Read path data.

    Parameters
    ----------
    text : str
        The attribute ``d``.  What follows an error is left out, as browsers do.

    Returns
    -------
    list of list of (complex, complex, complex, complex)
        Cubic curves of each subpath, x + iy.

    Raises
    ------
    ValueError
        More than 100,000 segments, or numbers beyond 1e7.
    """
    pen = _Pen()
    for count, (command, numbers) in enumerate(_commands(text)):
        if count > MAX_SEGMENTS:
            raise ValueError(f"a path has more than {MAX_SEGMENTS} segments")
        if any(not abs(number) <= _FARTHEST for number in numbers):
            raise ValueError("a path has a number beyond 1e7")
        pen.draw(command, numbers)
    return [loop for loop in pen.loops if loop]


def flattened(loop: Loop, matrix: F64) -> F64:
    """Cut the curves of a subpath into straight pieces.

    Parameters
    ----------
    loop : list of curves
        From :func:`parse_path`.
    matrix : ndarray (2, 3)
        From the path's units to px.

    Returns
    -------
    ndarray (n, 2), px
        Corners of the polygon.

    Raises
    ------
    ValueError
        A point lies beyond 1e9 px.
    """
    curves = np.array(loop)
    points = np.stack([curves.real, curves.imag], -1) @ matrix[:, :2].T + matrix[:, 2]
    if np.abs(points).max() > _FARTHEST_PX:
        raise ValueError("a path goes beyond all bounds")
    bend = np.hypot(*np.moveaxis(np.diff(points, 2, axis=1), -1, 0)).max(1)
    pieces = np.ceil(np.sqrt(0.75 * bend / _FLATNESS_PX)).clip(1, _MOST_PIECES).astype(np.intp)
    which = np.repeat(np.arange(len(points)), pieces)
    step = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    t = (step / pieces[which])[:, None]
    a, b, c, d = np.moveaxis(points[which], 1, 0)
    on = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return np.concatenate([on, points[-1:, 3]])


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Split path data into commands with their numbers; a repeated command comes again."""
    position, command = 0, ""
    while match := _TOKEN.match(text, position):
        if match[1]:
            command, position = match[1], match.end()
            if command in "Zz":
                yield command, []
                continue
        elif not command or command in "Zz":
            return
        numbers, position = _numbers(text, position, command.upper())
        if numbers is None:
            return
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)


def _numbers(text: str, position: int, command: str) -> tuple[list[float] | None, int]:
    """Read the numbers of one command; the flags of an arc are one digit each."""
    numbers = []
    for index in range(_COUNTS[command]):
        match = (_FLAG if command == "A" and index in (3, 4) else _TOKEN).match(text, position)
        word = None if match is None else match[match.lastindex or 0]
        if match is None or word is None or word.isalpha():
            return None, position
        numbers.append(float(word))
        position = match.end()
    return numbers, position


class _Pen:
    """Draws commands one after the other."""

    def __init__(self) -> None:
        self.loops: list[Loop] = [[]]
        self.here = self.start = 0j
        # where a smooth curve takes its first control point from, and the command that left it
        self.control, self.before = 0j, ""

    def draw(self, command: str, numbers: list[float]) -> None:
        """Draw one command."""
        kind, origin = command.upper(), self.here if command.islower() else 0j
        if kind == "M":
            self.loops.append([])
            self.here = self.start = origin + complex(*numbers)
        elif kind == "Z":
            self._line(self.start)
            self.loops.append([])
        elif kind in "HV":
            along = numbers[0]
            x, y = (origin.real + along, self.here.imag) if kind == "H" else (self.here.real, origin.imag + along)
            self._line(complex(x, y))
        elif kind == "A":
            for curve in _arc(self.here, origin + complex(*numbers[5:]), numbers[:5]):
                self._curve(*curve)
        else:
            places = [origin + complex(*numbers[k : k + 2]) for k in range(0, len(numbers), 2)]
            self._bezier(kind, places)
        self.before = kind

    def _bezier(self, kind: str, places: list[complex]) -> None:
        *controls, end = places
        mirrored = 2 * self.here - self.control
        if kind == "L":
            self._line(end)
        elif kind in "CS":
            first = controls[0] if kind == "C" else mirrored if self.before in ("C", "S") else self.here
            self.control = controls[-1]
            self._curve(first, self.control, end)
        else:
            middle = controls[0] if kind == "Q" else mirrored if self.before in ("Q", "T") else self.here
            self.control = middle
            self._curve(self.here + (middle - self.here) * 2 / 3, end + (middle - end) * 2 / 3, end)

    def _line(self, end: complex) -> None:
        third = (end - self.here) / 3
        self._curve(self.here + third, end - third, end)

    def _curve(self, first: complex, second: complex, end: complex) -> None:
        self.loops[-1].append((self.here, first, second, end))
        self.here = end


def _arc(start: complex, end: complex, numbers: list[float]) -> Iterator[tuple[complex, complex, complex]]:
    """Elliptic arc as cubic curves (their second to fourth points), by the notes F.6 of SVG 1.1."""
    rx, ry, turn, large, sweep = numbers
    rx, ry = abs(rx), abs(ry)
    if start == end:
        return
    if min(rx, ry, abs(end - start)) < _NEAREST:
        third = (end - start) / 3
        yield start + third, end - third, end
        return
    direction = complex(math.cos(math.radians(turn)), math.sin(math.radians(turn)))

    def to_circle(z: complex) -> complex:
        z = z / direction
        return complex(z.real / rx, z.imag / ry)

    def from_circle(z: complex) -> complex:
        return complex(z.real * rx, z.imag * ry) * direction

    half = to_circle(end - start) / 2
    # radii too small for the distance are enlarged until they fit
    size = max(abs(half), 1.0)
    away = math.sqrt(max(size**2 - abs(half) ** 2, 0.0)) * (1 if large != sweep else -1)
    aside = 1j * half / abs(half) * away
    centre = to_circle(start) + half + aside
    first = _angle(-half - aside)
    sweep_rad = (_angle(half - aside) - first) % (2 * math.pi)
    if not sweep:
        sweep_rad -= 2 * math.pi
    pieces = max(math.ceil(abs(sweep_rad) / (math.pi / 2) - 1e-9), 1)
    step = sweep_rad / pieces
    handle = 4 / 3 * math.tan(step / 4)
    for k in range(pieces):
        p, q = (complex(math.cos(angle), math.sin(angle)) for angle in (first + k * step, first + (k + 1) * step))
        stop = end if k == pieces - 1 else from_circle(centre + size * q)
        yield (
            from_circle(centre + size * p * (1 + 1j * handle)),
            from_circle(centre + size * q * (1 - 1j * handle)),
            stop,
        )


def _angle(z: complex) -> float:
    return math.atan2(z.imag, z.real)
