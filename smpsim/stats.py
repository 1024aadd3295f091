"""Numbers of a preview, and what they mean for the user.

Numbers: estimates: when the user is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from smpsim.dots.table import Dots
from smpsim.ink import fade
from smpsim.ink.course import in_words, share_placed
from smpsim.ink.optics import seen_width_mm
from smpsim.ink.skin import SkinOptics
from smpsim.raster.aged import Aged
from smpsim.raster.walk import Scene
from smpsim.scalp.advice import Advice
from smpsim.scalp.mask import INSIDE, Area
from smpsim.scalp.scale import Scale
from smpsim.treatment import Treatment

# share of the density asked for that may be missing before the user is told
_SHORTFALL = 0.05
# share of the mask that may lie beside the surface, for its very rim
_BEYOND = 0.01
# more skin than any scalp has: about 500 cm2 bear hair (bernstm.devgmi.com)
_WHOLE_HEAD_CM2 = 1000
# share of the area behind hair from which the user is told
_HAIRY = 0.15
# dots merge where their mean distance is less than so many times their width: an estimate by eye
_GAP = 1.8
# fewer dots than this scatter too much to speak of a shortfall
_MANY_DOTS = 1000
# advice on the photo that stands among the warnings
_MOST_ADVICE = 3


@dataclass(frozen=True)
class PreviewStats:
    """Numbers of a preview.

    Attributes
    ----------
    n_dots : int
        Dots in the whole picture.
    area_cm2 : float
        Treated skin, cm2, partly covered pixels in part.
    density_per_cm2, requested_density_per_cm2 : float
        Dots per treated cm2, and the mean that was asked for after mask, feather and session; hair that is there
        (`present_per_cm2`) is in neither.
    min_distance_mm : float or None
        Smallest distance of two dots, mm; None for less than two.
    seen_diameter_mm : float
        Width at half contrast of the median dot, mm, before the camera.
    mean_darkening : tuple of 3 floats
        Mean of 1 - T over the treated area that is shown, for R, G, B.
    behind_hair_frac : float
        Share of the treated area that lies behind hair, where dots are not seen, 0 to 1; an estimate.
    px_per_mm, scale_uncertainty_frac : float
        Scale of the photo at its full size, and its standard uncertainty over its value.
    scale_source : str
        How the scale is known.
    skin_tone_source : str
        How the tone of the skin is known: "photo" (measured), "given", "assumed" (a photo without colour: a fair
        medium) or "none" (nothing was treated).
    surface : str
        Shape that the scalp was taken for.
    seed : int
        Seed of everything random.
    when : str
        The moment that is shown, in words: "about 5 years after session 3 of 3 (estimate: typical fading)".
    seconds : dict of str to float
        Time that each stage took.
    warnings : tuple of str
        What the user should know.
    advice : tuple of Advice
        What would make a better photo, the most important first; ``warnings`` has the first three.
    hidden_line_mm : float
        Length of the drawn line that was hidden, mm; 0 when none was.
    old_work : str
        What was there already and what was done about it, in words; empty when nothing was.
    n_old_dots : int
        Dots of the old work, rendered or found in the photo; `mean_darkening` has the rendered ones in it.
    """

    n_dots: int
    area_cm2: float
    density_per_cm2: float
    requested_density_per_cm2: float
    min_distance_mm: float | None
    seen_diameter_mm: float
    mean_darkening: tuple[float, float, float]
    behind_hair_frac: float
    px_per_mm: float
    scale_source: str
    scale_uncertainty_frac: float
    skin_tone_source: str
    surface: str
    seed: int
    when: str
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    hidden_line_mm: float = 0.0
    old_work: str = ""
    n_old_dots: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Name -> value, ready for JSON."""
        return asdict(self)


def measure(
    scene: Scene,
    *,
    scale: Scale,
    treatment: Treatment,
    seed: int,
    notices: Sequence[str],
    advice: Callable[[], tuple[Advice, ...]],
) -> PreviewStats:
    """Measure a preview, but for what is known when it has been drawn: `mean_darkening` and `seconds`.

    Parameters
    ----------
    scene : Scene
        The treated scalp.
    scale, treatment, seed
        What it was made with.
    notices : sequence of str
        What reading the files had to say.
    advice : callable
        Finds what would make a better photo.
    """
    dots, area, course = scene.dots, scene.area.area_cm2, treatment.course
    over = treatment.repair.new_layer == "yes"
    asked = share_placed(course) * scene.density.mean_per_cm2 if over else 0.0
    seen = _seen_diameter_mm(dots, scene.aged, scene.skin)
    tone = "given" if treatment.skin.skin_tone != "photo" else "photo" if scene.light.tone_told else "assumed"
    advised = advice()
    return PreviewStats(
        n_dots=len(dots),
        old_work=fade.in_words(treatment.old, treatment.repair),
        n_old_dots=len(scene.old_dots),
        when=in_words(course),
        area_cm2=area,
        density_per_cm2=len(dots) / area,
        requested_density_per_cm2=asked,
        min_distance_mm=scene.area.surface.min_distance_mm(dots.u_mm, dots.v_mm) if len(dots) > 1 else None,
        seen_diameter_mm=seen,
        mean_darkening=(0.0, 0.0, 0.0),
        behind_hair_frac=scene.hair.hidden_frac,
        px_per_mm=scale.px_per_mm,
        scale_source=scale.source,
        scale_uncertainty_frac=scale.uncertainty_frac,
        skin_tone_source=tone,
        surface=scene.area.surface.kind,
        seed=int(seed),
        warnings=(
            *notices,
            *doubts_about(scale),
            *_in_short(advised),
            *_doubts(len(dots), area, asked),
            *_beyond(scene.area),
            *no_dots(scene.area, len(dots), treatment),
            *_colourless(tone),
            *_merged(len(dots), area, seen),
            *behind_hair(scene.hair.hidden_frac),
        ),
        advice=advised,
    )


def measure_nothing(
    *, scale: Scale, treatment: Treatment, surface: str, seed: int, warnings: Sequence[str]
) -> PreviewStats:
    """Return the numbers of a preview without dots."""
    return PreviewStats(
        n_dots=0,
        when=in_words(treatment.course),
        area_cm2=0.0,
        density_per_cm2=0.0,
        requested_density_per_cm2=0.0,
        min_distance_mm=None,
        seen_diameter_mm=0.0,
        mean_darkening=(0.0, 0.0, 0.0),
        behind_hair_frac=0.0,
        px_per_mm=scale.px_per_mm,
        scale_source=scale.source,
        scale_uncertainty_frac=scale.uncertainty_frac,
        skin_tone_source="none",
        surface=surface,
        seed=int(seed),
        warnings=tuple(warnings),
    )


def _seen_diameter_mm(dots: Dots, now: Aged, skin: SkinOptics) -> float:
    if not len(dots):
        return 0.0
    columns = dots.depth_mm, dots.diameter_mm, now.ink_per_mm[:, 1], now.spread_mm2, now.size[:, 1]
    depth, diameter, ink, spread, size = (float(np.median(column)) for column in columns)
    width = seen_width_mm(depth_mm=depth, diameter_mm=diameter, ink_per_mm=ink, skin=skin, spread_mm2=spread)
    return float(width * size**0.5)


def doubts_about(scale: Scale) -> Iterator[str]:
    """Tell the user when the scale is only estimated."""
    if scale.is_estimated:
        yield (
            f"scale estimated from the {scale.source}: {scale.px_per_mm:.2f} px/mm, uncertain by about "
            f"{100 * scale.uncertainty_frac:.0f} %; measure it with a ruler for sizes that can be trusted"
        )


def _colourless(tone: str) -> Iterator[str]:
    if tone == "assumed":
        yield (
            "the skin in this photo has no colour, so its tone is not measured but assumed to be medium: name it "
            "(--skin, in Python skin_tone=) if you know it"
        )


def behind_hair(share: float) -> Iterator[str]:
    """Tell the user when hair hides much of the area."""
    if share > _HAIRY:
        yield (
            f"about {100 * share:.0f} % of the area lies behind hair (an estimate), and dots there are not seen: part "
            "the hair or clip it to about 1 mm for a photo, or draw over it (--hair 0, in Python hair_sensitivity=0)"
        )


def _beyond(area: Area) -> Iterator[str]:
    if area.beyond_frac > _BEYOND:
        yield (
            f"{100 * area.beyond_frac:.0f} % of the mask lies beyond the {area.surface.kind}, or at its very rim, "
            "and has no dots: mend the numbers of the head or the mask"
        )


def no_dots(area: Area, n_dots: int, treatment: Treatment) -> Iterator[str]:
    """Tell the user when a mask is there, but not enough of it to place dots."""
    if n_dots or treatment.repair.new_layer == "no":
        return
    highest = float(area.cells.values.max())
    if highest <= INSIDE:
        yield (
            f"no dots were placed: the mask covers {100 * highest:.1f} % of the skin where it covers most, and where "
            f"it covers {100 * INSIDE:.0f} % or less there is no area; paint it stronger or wider"
        )
    else:
        yield (
            f"no dots were placed: the mask covers {100 * area.area_cm2:.2g} mm2, too little for the density asked "
            "for; paint it wider"
        )


def _in_short(advice: Sequence[Advice]) -> Iterator[str]:
    """Give the most important advice, and say how much more there is."""
    yield from map(str, advice[:_MOST_ADVICE])
    if len(advice) > _MOST_ADVICE:
        yield f"{len(advice) - _MOST_ADVICE} more on this photo: smpsim info PHOTO --mask MASK"


def _merged(n_dots: int, area_cm2: float, seen_mm: float) -> Iterator[str]:
    apart = (100 * area_cm2 / n_dots) ** 0.5 if n_dots else np.inf
    if apart < _GAP * seen_mm:
        yield (
            f"dots seem {seen_mm:.2f} mm wide and stand {apart:.2f} mm apart on average: they merge into a tint; "
            "place fewer, or smaller and shallower ones"
        )


def _doubts(n_dots: int, area_cm2: float, asked: float) -> Iterator[str]:
    if area_cm2 > _WHOLE_HEAD_CM2:
        yield f"the mask covers {area_cm2:.0f} cm2, more than a whole head: check the scale"
    if asked * area_cm2 > _MANY_DOTS and n_dots < (1 - _SHORTFALL) * asked * area_cm2:
        yield f"fewer dots than asked for: {n_dots / area_cm2:.1f} of {asked:.1f} per cm2"
