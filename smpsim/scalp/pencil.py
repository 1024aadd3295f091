"""The hairline that was drawn on the skin with a pencil, or on the photo: found, traced, made editable.

Light is sampled about every 0.4 mm.  Ridges of the colours looked for (:mod:`smpsim.scalp.ridges`) are thinned to
places with a direction (:mod:`smpsim.scalp.tracing`), these are chained (:mod:`smpsim.scalp.chains`), and along the
chain the middle is found in a strip across it.  A chain is a line when it is long, stands out, and is seen over most
of its length.

Numbers: estimates, chosen on samples with lines and photographs without one (``tests/benchmarks/pencil.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter, minimum_filter
from scipy.spatial import cKDTree

from smpsim.arrays import F32, F64, U8, Bool
from smpsim.colour import ColourSpace
from smpsim.errors import ParameterError, PhotoError, quoted
from smpsim.kinds import check_mask_read, check_photo_read
from smpsim.scalp.chains import best_chain
from smpsim.scalp.dichromatic import green_albedo
from smpsim.scalp.grid import average_over_cells, bounding_box, cells_over
from smpsim.scalp.landmarks import Landmarks, Point
from smpsim.scalp.ridges import find_ridges
from smpsim.scalp.scale import Scale, known_scale
from smpsim.scalp.tracing import LEAST_SCORE, STEP_MM, lengths, places_on, trace

#: reflectances (R, G, B, linear) of what lines are drawn with: estimates; "other" is mark-up of any saturated colour
COLOURS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "white": ((0.80, 0.79, 0.74),),
    "red": ((0.50, 0.05, 0.05),),
    "blue": ((0.04, 0.10, 0.45),),
    "other": ((0.85, 0.60, 0.02), (0.05, 0.50, 0.10), (0.60, 0.03, 0.50), (0.03, 0.50, 0.60)),
}
# share of the skin that a line is expected to cover
_SHARE = 0.6
_SAMPLE_MM, _MOST_SAMPLES, _DARK = 0.4, 300_000, 0.004
_MARGIN_MM = 6.0
# skin where no region is given: logarithms of R/G and G/B; everywhere: how far from the median they lie, and light;
# and what they are averaged over
_WARM, _ALIKE, _SHADE, _SKIN_MM = ((0.12, 1.3), (0.02, 1.8)), 0.45, 2.5, 0.8
# half the width of a line with what its colour runs into, and the rim of the skin that is left out
_LINE_MM, _RIM_MM = 2.6, 2.0
# what makes a line: length, share of it that is seen, median score; the same where the user has pointed at it
_BELIEVED, _POINTED = (40.0, 0.6, 8.0), (12.0, 0.5, 5.0)
# how near a line passes what was pointed at; how far it reaches on both sides of the axis of a face, and how far above
# the glabella it crosses it (40 mm by tape is the lowest mid-point of any hairline here)
_NEAR_MM, _BOTH_SIDES_MM, _LOWEST_MM = 6.0, 10.0, 39.0
# least bow over length of a line that nothing but its looks speaks for
_LEAST_BOW = 0.04
_ADVICE = "where it is faint or short, say a place on it: smpsim hairline PHOTO --from-line any --near X,Y"


class _Photo(Protocol):
    @property
    def pixels(self) -> U8: ...
    @property
    def space(self) -> ColourSpace: ...


@dataclass(frozen=True, eq=False)
class DrawnLine:
    """A line found on a photo.

    Attributes
    ----------
    points : ndarray (n, 2), px
        Its middle, a point about every half mm, from the left of the picture to its right.
    seen : ndarray (n,) bool
        Where it stands out; elsewhere a gap is bridged.
    colour : str
        "white", "red", "blue" or "other".
    score : float
        How far it stands out of the skin, median, in standard deviations of the skin.
    length_mm : float, mm
        Its length in the picture.
    """

    points: F64
    seen: Bool
    colour: str
    score: float
    length_mm: float


@dataclass(frozen=True, eq=False)
class _Samples:
    """Logarithm of light (3, h, w), where there is skin, the first sample (x, y), and the distance of samples."""

    light: F32
    skin: Bool
    first: tuple[int, int]
    step_px: float
    step_mm: float


def find_line(
    photo: _Photo,
    *,
    scale: Scale | float,
    colour: str = "any",
    near: Sequence[Point] = (),
    region: Bool | None = None,
    face: Landmarks | None = None,
) -> DrawnLine:
    """Find a line that is drawn on the skin, or on the photo.

    Parameters
    ----------
    photo : Photo
        The upright photo.
    scale : Scale or float, px/mm
        Its scale.
    colour : {"any", "white", "red", "blue", "other"}
        What it is drawn with; "other" is any other saturated colour.
    near : sequence of (float, float), px
        Places that it passes within 6 mm.  A fainter and shorter line is believed then.
    region : ndarray (H, W) bool, optional
        Where to look; all skin of the picture when not given.
    face : Landmarks, optional
        A face: unless there are places, the line must cross its axis, 39 mm above the glabella or more.  Without
        places, region and face it must bow: pictures are full of straight edges.

    Returns
    -------
    DrawnLine
        The line that stands out most over its length.

    Raises
    ------
    PhotoError
        When there is none.
    ParameterError
        When the colour is unknown or a place is outside of the photo.
    """
    check_photo_read(photo)
    px_per_mm = known_scale(scale).px_per_mm
    _check(photo, colour, near)
    if region is not None:
        check_mask_read(region, "region", photo.pixels.shape[:2])
    samples = _sample(photo, px_per_mm, region)
    if samples is None:
        raise PhotoError("no drawn line is found: no skin is seen in colour")
    lines = [line for line in _lines(samples, colour, near) if _is_line(line, near, px_per_mm, face)]
    if region is None and face is None and not near:
        lines = [line for line in lines if _bow(line.points) > _LEAST_BOW * line.length_mm * px_per_mm]
    if not lines:
        what = "" if colour == "any" else f" {colour}"
        raise PhotoError(f"no drawn{what} line is found; {_ADVICE}")
    return max(lines, key=lambda line: line.score * line.length_mm)


def check_colour(colour: str) -> None:
    """Refuse what is no colour of lines."""
    if colour not in ("any", *COLOURS):
        raise ParameterError(
            f"colour: {quoted(colour)} is unknown; choose any, {', '.join(COLOURS)}", name="colour", value=colour
        )


def _check(photo: _Photo, colour: str, near: Sequence[Point]) -> None:
    check_colour(colour)
    height, width = photo.pixels.shape[:2]
    for x, y in near:
        if not (0 <= x <= width and 0 <= y <= height):
            raise ParameterError(
                f"near: {x:g},{y:g} does not lie in the photo of {width} x {height} px", name="near", value=(x, y)
            )


def _sample(photo: _Photo, px_per_mm: float, region: Bool | None) -> _Samples | None:
    """Sample the light of the region, or of all skin."""
    shape = photo.pixels.shape[:2]
    box = (slice(0, shape[0]), slice(0, shape[1])) if region is None else bounding_box(region)
    if box is None:
        return None
    area = (box[0].stop - box[0].start) * (box[1].stop - box[1].start)
    step_px = max(_SAMPLE_MM * px_per_mm, 1.0, (area / _MOST_SAMPLES) ** 0.5)
    margin = _MARGIN_MM * px_per_mm
    rows, columns = (
        range(int(max(side.start - margin, 0) / step_px), cells_over(min(side.stop + margin, n), step_px))
        for side, n in zip(box, shape, strict=True)
    )
    planes = [photo.space.decode_channel(photo.pixels[..., c], c) for c in range(3)]
    means = np.stack([average_over_cells(plane, step_px, rows, columns) for plane in planes])
    light = np.log(means + _DARK).astype(np.float32)
    inside = None
    if region is not None:
        inside = average_over_cells(region.astype(np.float32), step_px, rows, columns) > 0.5
    skin = _skin(light, inside, step_px / px_per_mm)
    if not skin.any():
        return None
    return _Samples(light, skin, (columns.start, rows.start), step_px, step_px / px_per_mm)


def _skin(light: F32, inside: Bool | None, step_mm: float) -> Bool:
    """Where there is skin: of the colours that are usual in the region, or else of those that skin has."""
    red, level, blue = (gaussian_filter(plane, _SKIN_MM / step_mm) for plane in light)
    chroma = np.stack([red - level, level - blue])
    if inside is None:
        inside = np.ones(level.shape, np.bool_)
        for plane, (low, high) in zip(chroma, _WARM, strict=True):
            inside &= (plane > low) & (plane < high)
    if not inside.any():
        return inside
    usual = np.median(chroma[:, inside], axis=1)[:, None, None]
    alike = (np.abs(chroma - usual) < _ALIKE).all(0)
    skin = inside & alike & (level > np.median(level[inside]) - _SHADE)
    # a line is not skin, but lies on it; rims of ears and outlines of heads are bright lines too
    filled = maximum_filter(skin, 2 * round(_LINE_MM / step_mm) + 1)
    return np.asarray(minimum_filter(filled, 2 * round((_LINE_MM + _RIM_MM) / step_mm) + 1))


def _lines(samples: _Samples, colour: str, near: Sequence[Point]) -> Iterator[DrawnLine]:
    """Yield the best chain of each colour."""
    wanted = [(name, rgb) for name, group in COLOURS.items() if colour in ("any", name) for rgb in group]
    ridges = find_ridges(samples.light, samples.skin, samples.step_mm, _contrasts(samples, [c for _, c in wanted]))
    for (name, _), score, direction in zip(wanted, ridges.score, ridges.direction, strict=True):
        places, heading, strength = places_on(score, direction, samples.step_mm)
        anchors = None
        if near:
            clicks = np.array(near) / samples.step_px - samples.first
            anchors = np.zeros(len(places), np.bool_)
            if len(places):
                anchors = cKDTree(clicks).query(places)[0] * samples.step_mm < _NEAR_MM
        chain = best_chain(places * samples.step_mm, heading, strength, anchors=anchors)
        if chain is not None and len(chain.places) > 2:
            line, stands_out = trace(places[chain.places], score, samples.step_mm)
            if len(line) > 2:
                yield _drawn(line, stands_out, name, samples)


def _contrasts(samples: _Samples, colours: Sequence[tuple[float, float, float]]) -> F64:
    """Contrasts of lines of some reflectances: what they add to the logarithm of this skin's light, (k, 3)."""
    light = np.exp(np.median(samples.light[:, samples.skin], axis=1)).astype(np.float64)
    reflectance = light / light[1] * green_albedo(light)
    return np.asarray(np.log(1 - _SHARE + _SHARE * np.array(colours) / reflectance))


def _drawn(line: F64, score: F64, colour: str, samples: _Samples) -> DrawnLine:
    points = (line + samples.first) * samples.step_px
    length = float(lengths(line)[-1] * samples.step_mm)
    if points[0, 0] > points[-1, 0]:
        points, score = points[::-1], score[::-1]
    return DrawnLine(points, score >= LEAST_SCORE, colour, float(np.median(score)), length)


def _bow(points: F64) -> float:
    """How far a line leaves its chord."""
    chord, x = points[-1] - points[0], points - points[0]
    return float(np.abs(x[:, 0] * chord[1] - x[:, 1] * chord[0]).max() / max(np.hypot(*chord), 1e-9))


def _is_line(line: DrawnLine, near: Sequence[Point], px_per_mm: float, face: Landmarks | None) -> bool:
    """Whether a chain is believed to be a line."""
    length_mm, share, score = _POINTED if near else _BELIEVED
    if line.length_mm < length_mm or line.seen.mean() < share or line.score < score:
        return False
    if near:
        far = cKDTree(line.points).query(np.array(near))[0]
        return bool((far < (_NEAR_MM + STEP_MM) * px_per_mm).all())
    if face is None:
        return True
    across, up = face.to_mm(line.points).T
    both = across.min() < -_BOTH_SIDES_MM and across.max() > _BOTH_SIDES_MM
    return bool(both and up[np.abs(across).argmin()] > _LOWEST_MM)
