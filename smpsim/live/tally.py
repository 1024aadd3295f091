"""Numbers of a frame: all of them when there is time, else those that a hand on the mouse watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from smpsim.arrays import F32, Bool
from smpsim.dots.density import Density
from smpsim.dots.table import Dots
from smpsim.ink.course import in_words
from smpsim.live.glance import Lit
from smpsim.live.marks import Chunk, both_aged
from smpsim.live.question import Question
from smpsim.live.sight import Sight
from smpsim.raster.aged import Aged
from smpsim.raster.splat import Blobs
from smpsim.raster.walk import Scene, skin_of
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area
from smpsim.stats import PreviewStats, measure

Standing = Sequence[tuple[Chunk, Bool]]


def tally(
    last: PreviewStats | None,
    sight: Sight,
    density: Density,
    standing: Standing,
    lit: Lit,
    left: F32,
    asked: Question,
    notices: Sequence[str],
) -> PreviewStats:
    """Measure a frame.

    Parameters
    ----------
    last : PreviewStats or None
        Numbers of the last picture, to be brought up to date where that is quick; None to measure everything.
    sight : Sight
        What was seen of the photo.
    density : Density
        What was asked for.
    standing : sequence of (Chunk, ndarray of bool)
        Dots, and which of each chunk stand.
    lit : Lit
        The sheet.
    left : ndarray (3, h, w)
        Transmittance on it.
    asked : Question
        The question.
    notices : sequence of str
        What the user should know.
    """
    area = density.area
    n = sum(int(np.count_nonzero(there)) for _, there in standing)
    if last is not None:
        cm2 = area.area_cm2
        return replace(
            last,
            n_dots=n,
            area_cm2=cm2,
            density_per_cm2=n / cm2 if cm2 else 0.0,
            when=in_words(asked.treatment.course),
            min_distance_mm=None,
            px_per_mm=asked.scale.px_per_mm,
            scale_source=asked.scale.source,
            scale_uncertainty_frac=asked.scale.uncertainty_frac,
            surface=area.surface.kind,
            seed=asked.seed,
        )
    dots, now = _table(standing)
    look, none = sight.look, np.zeros(0)
    nothing = Blobs(none, none, np.zeros((0, 3, 3)), np.zeros((0, 3, 3, 2, 2)))
    skin = skin_of(asked.treatment, look.light)
    scene = Scene(area, look.light, skin, density, dots, now, nothing, look.camera, look.hair, Dots.empty())
    stats = measure(
        scene,
        scale=asked.scale,
        treatment=asked.treatment,
        seed=asked.seed,
        notices=notices,
        advice=lambda: sight.advice,
    )
    return replace(stats, mean_darkening=_mean_darkening(area, lit, left))


def _table(standing: Standing) -> tuple[Dots, Aged]:
    """Return the dots that stand, and what has become of them, but for their scabs."""
    dots, now = Dots.empty(), Aged(np.zeros((0, 3)), np.zeros(0), np.zeros((0, 3)))
    for chunk, there in standing:
        rows = np.flatnonzero(there)
        ink, spread, size = (values[rows] for values in chunk.now[:3])
        dots, now = Dots.concatenate([dots, chunk.dots[rows]]), both_aged(now, Aged(ink, spread, size))
    return dots, now


def _mean_darkening(area: Area, lit: Lit, left: F32) -> tuple[float, float, float]:
    """Mean of 1 - T over the treated area in a sheet."""
    mask = Grid(1 / area.px_per_mm, 0, 0, area.coverage)  # type: ignore[arg-type]
    weight = np.broadcast_to(mask.on_pixels(lit.sheet.rows, lit.sheet.columns, lit.px_per_mm), left.shape[1:])
    total = float(weight.sum())
    if not total:
        return 0.0, 0.0, 0.0
    red, green, blue = (1 - float(np.einsum("ij,ij->", weight, t)) / total for t in left)
    return red, green, blue
