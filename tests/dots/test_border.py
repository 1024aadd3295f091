"""Edge styles: feathers by density, shade and size, each on its own; irregularity, teeth, gaps and sentinels."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from smpsim import Dots, Treatment, place_dots
from smpsim.dots.border import half_width_mm, reach_mm, wander_mm
from smpsim.dots.density import Density
from smpsim.parameters import Edge
from smpsim.presets import PRESETS
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area

PX_PER_MM, AHEAD_MM, WIDE_MM, DEEP_MM = 2, 10, 240, 40
STYLES = ("sharp-edge", "defined-edge", "natural-edge", "soft-edge", "broken-edge", "jagged-edge", "faded-edge")


def strip() -> np.ndarray:
    """Mask with one straight border, 10 mm below the top of the picture; its other sides leave the picture."""
    mask = np.ones(((AHEAD_MM + DEEP_MM) * PX_PER_MM, WIDE_MM * PX_PER_MM), np.float32)
    mask[: AHEAD_MM * PX_PER_MM] = 0
    return mask


def placed(seed: int = 0, preset: str | None = None, **leaves: Any) -> Dots:
    treatment = Treatment() if preset is None else Treatment.preset(preset)
    return place_dots(strip(), scale=PX_PER_MM, treatment=treatment.replace(**leaves), seed=seed)


def depth(dots: Dots) -> np.ndarray:
    return dots.y_mm - AHEAD_MM


SMOOTH = {"edge_roughness_mm": 0, "density_per_cm2": 150}


@pytest.mark.parametrize("feather", [0.0, 5.0, 10.0])
def test_density_follows_its_feather_in_bands_of_2_mm(feather: float) -> None:
    edges = np.arange(0, 16.1, 2)
    counts = sum(np.histogram(depth(placed(seed, feather_mm=feather, **SMOOTH)), edges)[0] for seed in range(4))
    asked = []
    for a in edges[:-1]:
        s = np.clip((a + (np.arange(200) + 0.5) / 100) / max(feather, 1e-6), 0, 1)
        asked.append((s * (2 - s)).mean())
    got = counts / (4 * WIDE_MM * 2 / 100 * 150)
    assert np.abs(got / np.array(asked) - 1).max() < 0.1


@pytest.mark.parametrize(("leaf", "floor"), [("shade_feather_mm", 0.3), ("size_feather_mm", 0.6)])
@pytest.mark.parametrize("width", [0.0, 5.0, 10.0])
def test_shade_and_size_follow_their_own_feather(leaf: str, floor: float, width: float) -> None:
    """Mean over that of the same dots without a feather, in bands of 2 mm; the density does not change."""
    options = {**SMOOTH, "feather_mm": 0.0, "shade_feather_mm": 0.0, "size_feather_mm": 0.0}
    full, feathered = placed(**options), placed(**options | {leaf: width})
    assert np.array_equal(full.x_mm, feathered.x_mm)
    name, other = ("ink_per_mm", "diameter_mm") if leaf.startswith("shade") else ("diameter_mm", "ink_per_mm")
    assert np.array_equal(getattr(full, other), getattr(feathered, other))
    share = getattr(feathered, name) / getattr(full, name)
    for a in range(0, 16, 2):
        band = (depth(full) >= a) & (depth(full) < a + 2)
        asked = np.clip((a + (np.arange(200) + 0.5) / 100) / max(width, 1e-6), 0, 1).mean()
        assert share[band].mean() == pytest.approx(floor + (1 - floor) * asked, rel=0.1)


@cache
def statistics(style: str, seed: int) -> np.ndarray:
    """What tells styles apart, of one border of 240 mm.

    0, 1: depths at which density reaches 25 and 80 % of the full one (mm); 2: mean depth of the foremost dot in
    columns of 3 mm (mm); 3: its standard deviation between neighbours (mm); 4: standard deviation of its means over
    24 mm (mm); 5: share of columns without a dot in the first 6 mm; 6: ink at 3 to 8 mm over that beyond 22 mm.
    """
    dots = placed(seed, style)
    y = depth(dots)
    density = np.histogram(y, np.arange(-3, DEEP_MM - 1, 1.0))[0].astype(float)
    density = np.convolve(density, np.ones(3) / 3, "same") / density[25:].mean()
    depths = [float(np.argmax(density > share)) - 2.5 for share in (0.25, 0.8)]
    column = (dots.x_mm // 3).astype(int)
    front = np.full(WIDE_MM // 3, np.inf)
    np.minimum.at(front, column, y)
    slow = front.reshape(-1, 8).mean(1)
    ink = dots.ink_per_mm[(y > 3) & (y < 8)].mean() / dots.ink_per_mm[y > 22].mean()
    return np.array([*depths, front.mean(), np.diff(front).std(), slow.std(), (front > 6).mean(), ink])


@pytest.mark.parametrize(("one", "other"), [*combinations(STYLES, 2)])
def test_every_style_is_told_from_every_other(one: str, other: str) -> None:
    """At least one statistic differs by more than five standard errors of the difference, over six seeds."""
    a, b = (np.array([statistics(style, seed) for seed in range(6)]) for style in (one, other))
    error = np.sqrt((a.var(0, ddof=1) + b.var(0, ddof=1)) / len(a)) + 1e-3
    assert (np.abs(a.mean(0) - b.mean(0)) / error).max() > 5


def test_every_style_is_a_preset() -> None:
    assert {name for name in PRESETS if name.endswith("-edge")} == set(STYLES)


def test_a_style_can_be_had_at_any_seed_and_is_the_same_again() -> None:
    one, again, other = placed(1, "broken-edge"), placed(1, "broken-edge"), placed(2, "broken-edge")
    assert np.array_equal(one.x_mm, again.x_mm)
    assert len(one) != len(other)


def test_sentinels_stand_ahead_of_the_border_as_many_as_asked() -> None:
    options = {"edge_roughness_mm": 0.0, "feather_mm": 0.0}
    without, few = placed(**options), [placed(seed, sentinels_per_cm=2.0, **options) for seed in range(4)]
    assert depth(without).min() >= 0
    # ahead of the line nothing stands where the mask is black and the border smooth: 3 of the band's 3.5 mm are left
    ahead = np.mean([(depth(dots) < 2.4).sum() / (WIDE_MM / 10) for dots in few])
    assert ahead == pytest.approx(2.0 * 2.4 / 3.5, rel=0.2)
    asked = Density(Area(strip(), PX_PER_MM), 80.0, Edge(sentinels_per_cm=2.0, **options), 0)
    assert asked.at(np.full(3, 120.0), AHEAD_MM + np.array([0.75, 1.5, 2.25])) == pytest.approx(2.0 / 0.35)


def test_gaps_take_their_share_of_the_border() -> None:
    field, wide = cells(), np.full(cells().values.shape, 1e3)
    gaps = wander_mm(field, wide, Edge(edge_roughness_mm=0, edge_gaps_frac=0.3), 0)
    assert (gaps > 3.5).mean() == pytest.approx(0.3, abs=0.04)
    assert gaps.min() == 0
    assert gaps.max() == 7


@pytest.mark.parametrize(("leaf", "mean", "deviation"), [("edge_roughness_mm", 0.2, 0.8), ("edge_macro_mm", 0.2, 0.8)])
def test_irregularity_has_the_size_that_was_asked_for(leaf: str, mean: float, deviation: float) -> None:
    wide = np.full(cells().values.shape, 1e3)
    wander = wander_mm(cells(), wide, Edge(**{"edge_roughness_mm": 0.0, leaf: 2.0}), 5)
    assert wander.std() / 2 == pytest.approx(deviation, abs=0.1)
    assert wander.mean() / 2 == pytest.approx(mean, abs=0.15)
    assert wander.min() == pytest.approx(-1.2)


def test_teeth_only_cut_inwards_and_not_deeper_than_asked() -> None:
    wide = np.full(cells().values.shape, 1e3)
    teeth = wander_mm(cells(), wide, Edge(edge_roughness_mm=0, edge_jags_mm=4.0), 0)
    assert teeth.min() >= 0
    assert 3.0 < np.percentile(teeth, 99) < teeth.max() <= 4.0
    # flanks are straight and as steep as 4 mm in 5
    slope = np.hypot(*np.gradient(teeth, 0.5))
    assert np.median(slope) == pytest.approx(0.8, abs=0.05)


def test_the_border_is_the_same_wherever_it_is_computed() -> None:
    edge = Edge(edge_macro_mm=1, edge_jags_mm=2, edge_gaps_frac=0.3)
    whole = cells()
    part = Grid(whole.step_mm, whole.row + 30, whole.column + 50, whole.values[30:90, 50:200])
    wide = np.full(whole.values.shape, 1e3)
    of_part = wander_mm(part, wide[:60, :150], edge, 9)
    assert np.allclose(of_part, wander_mm(whole, wide, edge, 9)[30:90, 50:200], atol=1e-9)


def test_a_narrow_area_keeps_its_middle() -> None:
    mask = np.zeros((120, 400), np.float32)
    mask[50:70] = 1  # 10 mm wide
    for style in STYLES:
        dots = place_dots(mask, scale=2, treatment=Treatment.preset(style), seed=0)
        middle = np.abs(dots.y_mm - 30) < 1
        assert middle.sum() / (200 * 2 / 100) > 45


def test_reach_covers_what_is_asked_for() -> None:
    assert reach_mm(Edge()) == 8
    assert reach_mm(Edge(size_feather_mm=18.0)) == 18
    assert reach_mm(Edge(edge_gaps_frac=0.1)) == 28
    distance = Area(strip(), PX_PER_MM).edge_distance
    assert half_width_mm(distance, 8.0).max() == pytest.approx(8 / 0.75)


@pytest.mark.parametrize("feather", [7.0, 7.5, 8.0])
def test_a_strip_is_as_dense_on_either_side(feather: float) -> None:
    mask = np.zeros((200, 100), np.float32)
    mask[40:160, 30:70] = 1
    edge = Treatment().replace(feather_mm=feather, **SMOOTH).edge
    asked = Density(Area(mask, 4), 80.0, edge, 0)
    x, y = np.meshgrid(np.linspace(7.75, 17.25, 39), np.linspace(10.25, 39.75, 60))
    density = asked.at(x, y)
    np.testing.assert_allclose(density, density[:, ::-1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(density, density[::-1], rtol=0, atol=1e-9)


@cache
def cells() -> Grid:
    return Grid(0.5, 100, 200, np.zeros((240, 480)))
