"""The client's own shaved hair, or healed work: measured in a patch of a photo.

Hairs of 0.06 to 0.1 mm are narrower than a pixel of most photos: their width is blurred away, but the light that is
missing in them is not.  So the size of a mark is told as ``length x width x darkness`` (mm2), and length and width
only where they are 1.5 px or more.  How the numbers are found is told in :mod:`smpsim.scalp.likeness`; where single
marks lie, in :mod:`smpsim.scalp.shafts`.  The colour of the marks is the ratio of the missing light of R, G and B
where the marks are.

Numbers: estimates, where no comment derives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from smpsim.arrays import F32, F64, U8
from smpsim.colour import SRGB, ColourSpace, convert, individual_typology_angle, lab, luminance
from smpsim.errors import ParameterError, PhotoError, quoted
from smpsim.kinds import check_photo_read, whole_numbers
from smpsim.scalp.camera import Coding
from smpsim.scalp.likeness import KINDS, Told, tell
from smpsim.scalp.redraw import GAMMA, Paper
from smpsim.scalp.scale import RESOLVED_PX_PER_MM, Scale, known_scale
from smpsim.scalp.shafts import SURROUNDINGS_MM, Shafts, contrast, find_shafts

Patch = tuple[int, int, int, int]

# finer photos are reduced to this; no more of a patch is looked at than so many px of the reduced one, and no less
_FINEST_PX_PER_MM, _LARGEST_PX, _SMALLEST_MM = 10.0, 320, 6.0
# fewer marks are none, and so are a density that is no better known (standard uncertainty of its logarithm) and a
# patch that looks like no drawing (misfit), or only like stubble that does not exist
_FEWEST, _VAGUE, _UNLIKE = 12, 0.35, 1.6
# from the middle to 95 % of a normal distribution: derived
_BAND = 1.645
# what is known before: mottling is finer or coarser, hairs no longer than this (mm), the blur of a camera (px)
_GUESS_BLUR_PX, _GRAIN, _MOTTLE = 0.9, 0.7, 0.3
_DENSITIES, _LENGTHS_MM = (20.0, 250.0), (0.15, 0.9)
# blur of a camera with its pixel, px, and how uncertain that is: estimates
_CAMERA_PX, _CAMERA_UNSURE_PX = 0.75, 0.2
# variance that linear interpolation adds, px2
_INTERPOLATED = 0.2
_SEEN_PX = 1.5
# width of a Gaussian at half of its height, in standard deviations: derived
_HALF_WIDTHS = 2.355
# what the colour of marks is averaged over: an estimate
_COLOUR_MM = 0.2
# any would do: a choice
_SEED = 7


class _Photo(Protocol):
    @property
    def pixels(self) -> U8: ...
    @property
    def space(self) -> ColourSpace: ...
    @property
    def jpeg(self) -> Coding | None: ...


class Band(NamedTuple):
    """A value, and the ends of the band that holds it in 90 of 100 cases."""

    value: float
    low: float
    high: float

    @classmethod
    def around(cls, log_value: float, uncertainty: float) -> Band:
        """Make a band of a logarithm and its standard uncertainty."""
        low, value, high = np.exp(log_value + _BAND * uncertainty * np.array([-1.0, 0.0, 1.0]))
        return cls(float(value), float(low), float(high))


@dataclass(frozen=True, eq=False)
class Stubble:
    """Numbers of a patch of shaved hair or of dots; each :class:`Band` is a value with its 90 % band.

    Attributes
    ----------
    density_per_cm2 : Band
        Marks per cm2.
    nearest_mm : Band
        Mean distance to the nearest other mark.
    evenness : Band
        ``nearest_mm`` over what it would be by chance at this density (Clark and Evans): 1 by chance, 2.15 at most.
    spot_mm2 : Band
        Missing light of the mean mark, size^2 x darkness: length x width x darkness, mm2.
    length_mm, width_mm : Band or None
        Of the mean mark, across at half contrast; None where it is less than 1.5 px.
    darkness : Band
        Share of the light that is missing over the patch, beside bare skin, in luminance.
    mark_darkness : Band or None
        Share that is missing in a mark; None where its width is not known.
    darkening : tuple of 3 Band
        ``darkness`` in R, G and B (linear light): the colour of the marks.
    ita_deg : float
        Individual typology angle of the bare skin between the marks, degrees; needs a rough white balance.
    px_per_mm, scale_uncertainty_frac : float
        Scale of the photo, and its standard uncertainty, which is part of all bands.
    scale_source : str
        How the scale is known.
    notes : tuple of str
        What the user should know.
    shafts : Shafts
        The single marks that were found, in a picture of ``shafts_px_per_mm``, from the patch's corner.
    shafts_px_per_mm : float
        Scale of that picture.
    """

    density_per_cm2: Band
    nearest_mm: Band
    evenness: Band
    spot_mm2: Band
    length_mm: Band | None
    width_mm: Band | None
    darkness: Band
    mark_darkness: Band | None
    darkening: tuple[Band, Band, Band]
    ita_deg: float
    px_per_mm: float
    scale_source: str
    scale_uncertainty_frac: float
    notes: tuple[str, ...]
    shafts: Shafts = field(repr=False)
    shafts_px_per_mm: float = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Flat name -> value, with ``_low`` and ``_high`` for the ends of bands; ready for JSON."""
        flat: dict[str, Any] = {}
        bands = {name: value for name, value in vars(self).items() if not name.startswith("shafts")}
        bands |= {f"darkening_{c}": band for c, band in zip("rgb", bands.pop("darkening"), strict=True)}
        for name, value in bands.items():
            if isinstance(value, Band):
                flat |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
            else:
                flat[name] = list(value) if isinstance(value, tuple) else value
        return flat


def measure_stubble(photo: _Photo, patch: Patch, *, scale: Scale | float, kind: str = "hair") -> Stubble:
    """Measure shaved hair, or healed dots, in a patch of a photo.

    Parameters
    ----------
    photo : Photo
        The upright photo.
    patch : (int, int, int, int), px
        x, y, width and height of a patch of stubble alone, each side 6 mm or more.
    scale : Scale or float, px/mm
        Scale of the photo there.
    kind : {"hair", "dots"}
        What the patch shows: shaved hair, or healed dots, which are round and differ more from one another.

    Returns
    -------
    Stubble
        The numbers, each with its 90 % band.

    Raises
    ------
    ParameterError
        When the patch does not lie in the photo or is too small.
    PhotoError
        When single hairs are not resolved (below 6 px/mm) or nothing stands out of the noise; the line says what can
        still be told of the patch.
    """
    if kind not in KINDS:
        raise ParameterError(f"kind: {quoted(kind)} is unknown; choose {' or '.join(KINDS)}", name="kind", value=kind)
    check_photo_read(photo)
    scale = known_scale(scale)
    where = _window(photo.pixels, patch, scale)
    linear = photo.space.decode(photo.pixels[where])
    if not scale.resolves_dots:
        raise PhotoError(
            f"patch: single hairs are not resolvable at {scale.px_per_mm:.2f} px/mm (that takes "
            f"{RESOLVED_PX_PER_MM:g} px/mm); {_mean_in_words(linear, photo.space)}; take the photo from closer by"
        )
    linear, px_per_mm = _reduced(linear, scale.px_per_mm)
    linear, notes = _middle(linear, px_per_mm)
    light = luminance(linear, photo.space)
    seen = contrast(light, px_per_mm)
    shafts = find_shafts(seen, px_per_mm)
    told = None
    if len(shafts) >= _FEWEST:
        paper = _paper(light, px_per_mm, shafts, photo.jpeg if px_per_mm == scale.px_per_mm else None, where)
        told = tell(seen, paper, _guess(shafts, seen, px_per_mm), np.random.default_rng(_SEED), kind)
    if told is None or not _is_like_stubble(told):
        raise PhotoError(
            "patch: no dark stubble or dots stand out of the noise; "
            f"{_mean_in_words(linear, photo.space)}; choose another patch, or take a sharper photo"
        )
    return _stubble(told, linear, photo.space, scale, (shafts, px_per_mm), notes)


def _is_like_stubble(told: Told) -> bool:
    return told.within and told.of("density")[1] < _VAGUE and told.misfit < _UNLIKE


def _window(pixels: U8, patch: Patch, scale: Scale) -> tuple[slice, slice]:
    height, width = pixels.shape[:2]
    x, y, w, h = whole_numbers(patch, 4) or (0, 0, 0, 0)
    if not (0 <= x < x + w <= width and 0 <= y < y + h <= height):
        raise ParameterError(
            f"patch: {quoted(patch)} does not lie in the photo of {width} x {height} px; give X,Y,W,H in whole px",
            name="patch",
            value=patch,
        )
    if min(w, h) < _SMALLEST_MM * scale.px_per_mm:
        raise ParameterError(
            f"patch: {w} x {h} px are {w / scale.px_per_mm:.1f} x {h / scale.px_per_mm:.1f} mm; "
            f"give {_SMALLEST_MM:g} mm or more on each side, better 15 mm",
            name="patch",
            value=patch,
        )
    return slice(y, y + h), slice(x, x + w)


def _mean_in_words(linear: F32, space: ColourSpace) -> str:
    """Say what can be told of any patch: its mean colour."""
    mean = linear.mean((0, 1), keepdims=True)
    colour = lab(mean, space)[0, 0]
    red, green, blue = SRGB.encode(convert(mean, space, SRGB))[0, 0]
    angle = float(individual_typology_angle(colour))
    return (
        f"its mean colour, hair and skin together, is L* {colour[0]:.0f}, ITA {angle:.0f} deg, "
        f"sRGB #{red:02x}{green:02x}{blue:02x}"
    )


def _reduced(linear: F32, px_per_mm: float) -> tuple[F32, float]:
    """Reduce a picture that is finer than need be; its new scale."""
    share = _FINEST_PX_PER_MM / px_per_mm
    if share >= 1:
        return linear, px_per_mm
    blur = _reducing_blur(share)
    smaller = zoom(
        gaussian_filter(linear, (blur, blur, 0)), (share, share, 1), order=1, grid_mode=True, mode="nearest"
    )
    return np.asarray(smaller, np.float32), px_per_mm * smaller.shape[0] / linear.shape[0]


def _reducing_blur(share: float) -> float:
    """Blur before a picture is reduced to a share, px of the larger one."""
    return float(0.45 * max(share**-2 - 1, 0.0) ** 0.5)


def _middle(linear: F32, px_per_mm: float) -> tuple[F32, tuple[str, ...]]:
    """Take the middle of a patch that is larger than need be, and say so."""
    height, width = linear.shape[:2]
    rows, columns = (slice(max(n - _LARGEST_PX, 0) // 2 // 8 * 8, None) for n in (height, width))
    middle = linear[rows, columns][:_LARGEST_PX, :_LARGEST_PX]
    if middle.shape == linear.shape:
        return linear, ()
    h, w = (n / px_per_mm for n in middle.shape[:2])
    return middle, (f"of the patch, the middle {w:.0f} x {h:.0f} mm were measured",)


def _paper(light: F32, px_per_mm: float, shafts: Shafts, jpeg: Coding | None, where: tuple[slice, slice]) -> Paper:
    mean = gaussian_filter(light, SURROUNDINGS_MM * px_per_mm, truncate=3)
    table = None if jpeg is None else np.array(jpeg.luma, np.float32).reshape(8, 8)
    return Paper(mean, px_per_mm, shafts.direction_rad(), table, (where[0].start % 8, where[1].start % 8))


def _guess(shafts: Shafts, seen: F32, px_per_mm: float) -> F64:
    """Logarithms of density, spot, length, blur, grain and mottle, as the single marks have them."""
    density = np.clip(100 * len(shafts) * px_per_mm**2 / seen.size, *_DENSITIES)
    length, rest = np.clip(shafts.length_mm.mean(), *_LENGTHS_MM), max(float(shafts.rest.std()), 1e-3)
    return np.log([density, shafts.spot_mm2.mean(), length, _GUESS_BLUR_PX, _GRAIN * rest, _MOTTLE * rest])


def _stubble(
    told: Told, linear: F32, space: ColourSpace, scale: Scale, found: tuple[Shafts, float], notes: tuple[str, ...]
) -> Stubble:
    """Put numbers into millimetres, with the uncertainty of the scale."""
    shafts, px_per_mm = found

    def band(name: str, power: int) -> Band:
        value, uncertainty = told.of(name)
        return Band.around(value, float(np.hypot(uncertainty, power * scale.uncertainty_frac)))

    darkness, nearest, density = band("darkness", 0), band("nearest", 1), band("density", 2)
    darkening = _darkening(linear, space, shafts, px_per_mm, darkness)
    bare = linear.mean((0, 1)) / np.array([1 - min(d.value, 0.9) for d in darkening], np.float32)
    length = band("length", 1)
    width = _width(told, scale, px_per_mm)
    mark = None
    if width is not None:
        spot, unsure = told.of("spot")
        area = np.log(max(length.value, width.value) * width.value)
        mark = Band.around(min(spot - area, 0.0), float(np.hypot(unsure, np.log(width.high / width.value) / _BAND)))
        mark = Band(*(min(v, 1.0) for v in mark))
    chance = 5 / density.value**0.5
    return Stubble(
        density_per_cm2=density,
        nearest_mm=nearest,
        evenness=Band(*(v / chance for v in band("nearest", 0))),
        spot_mm2=band("spot", 2),
        length_mm=length if length.value * scale.px_per_mm >= _SEEN_PX else None,
        width_mm=width,
        darkness=darkness,
        mark_darkness=mark,
        darkening=darkening,
        ita_deg=float(individual_typology_angle(lab(bare[None].astype(np.float32), space))[0]),
        px_per_mm=scale.px_per_mm,
        scale_source=scale.source,
        scale_uncertainty_frac=scale.uncertainty_frac,
        notes=notes,
        shafts=shafts,
        shafts_px_per_mm=px_per_mm,
    )


def _width(told: Told, scale: Scale, px_per_mm: float) -> Band | None:
    """Width at half contrast, without the blur of a camera; None when it may be less than 1.5 px of the photo."""
    value, uncertainty = told.of("blur")
    share = px_per_mm / scale.px_per_mm
    reduced = 0.0 if share == 1 else _reducing_blur(share) ** 2 + _INTERPOLATED
    camera = share * (_CAMERA_PX**2 + reduced) ** 0.5
    square = np.exp(2 * value) - camera**2
    if square <= 0:
        return None
    unsure = np.hypot(uncertainty * np.exp(2 * value), camera * _CAMERA_UNSURE_PX * share) / square
    width_mm = _HALF_WIDTHS * square**0.5 / px_per_mm
    band = Band.around(float(np.log(width_mm)), float(np.hypot(unsure, scale.uncertainty_frac)))
    return band if band.low * scale.px_per_mm >= _SEEN_PX else None


def _darkening(
    linear: F32, space: ColourSpace, shafts: Shafts, px_per_mm: float, darkness: Band
) -> tuple[Band, Band, Band]:
    """Share of R, G and B that is missing over the patch.

    Contrasts are relative to the mean of skin and marks, so that it is the odds of being dark that are proportional.
    A JPEG that has lost the colour of the marks has left the skin's: R, G and B are then darker by the same step of
    their codes.  How much it has lost is not known: that is the uncertainty.
    """
    channels = [luminance(linear, space), *np.moveaxis(linear, -1, 0)]
    codes = np.array([c.mean() ** (1 / GAMMA) for c in channels])
    lost = np.abs(np.log(codes[0] / codes[1:]))
    light, *colours = (gaussian_filter(contrast(c, px_per_mm), _COLOUR_MM * px_per_mm) for c in channels)
    marks = gaussian_filter(contrast(channels[0], px_per_mm) - shafts.rest, _COLOUR_MM * px_per_mm)
    base = _by_quarters(light, marks)
    bands = []
    for colour, unknown in zip(colours, lost, strict=True):
        parts = _by_quarters(colour, marks) / base
        ratio, unsure = float(np.clip(parts.mean(), 0.05, 5)), float(parts.std() / 2)
        unsure = float(np.hypot(unsure, unknown * ratio))
        odds = [ratio * v / (1 - min(v, 0.95)) for v in darkness]
        value, low, high = (o / (1 + o) for o in odds)
        wider = 1 + _BAND * unsure / ratio
        bands.append(Band(value, low / wider, min(high * wider, 1.0)))
    return bands[0], bands[1], bands[2]


def _by_quarters(colour: F32, marks: F32) -> F64:
    """Slope of a contrast on that of the marks, in the quarters of the patch, (4,)."""
    h, w = (n // 2 for n in marks.shape)
    parts = [(slice(i * h, (i + 1) * h), slice(j * w, (j + 1) * w)) for i in (0, 1) for j in (0, 1)]
    return np.array([(colour[p] * marks[p]).sum() / max(float((marks[p] ** 2).sum()), 1e-9) for p in parts])
