"""A case: every dot is counted once, in one zone, and the totals are those of the zones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import smpsim
from smpsim import Case, CaseView, CaseZone, MaskError, ParameterError, Treatment, render, render_case
from smpsim.report.case import line_window, zone_of_dots

HEAD = smpsim.sample(px_per_mm=3)
WIDTH = HEAD.mask.shape[1]
LEFT, RIGHT = (HEAD.mask * half for half in (np.arange(WIDTH) < WIDTH // 2, np.arange(WIDTH) >= WIDTH // 2))


def view(*zones: CaseZone, name: str = "") -> CaseView:
    return CaseView(HEAD.photo, zones, name, HEAD.scale)


def test_one_photo_is_what_render_says() -> None:
    made = render_case(Case([view(CaseZone(HEAD.mask))], seed=3), piece_px=200)
    stats = render(HEAD.photo, HEAD.mask, scale=HEAD.scale, seed=3).stats
    assert (made.n_dots, made.area_cm2, made.density_per_cm2) == (stats.n_dots, stats.area_cm2, stats.density_per_cm2)
    assert max(made.views[0].after.shape) == 200
    dots = made.views[0].preview.dots
    assert made.n_dots_of_session == tuple(int((dots.session == k).sum()) for k in (1, 2, 3))


def test_totals_are_the_sums_of_the_zones_and_each_is_counted_once() -> None:
    front = view(CaseZone(HEAD.mask, "front"), name="front")
    top = view(
        CaseZone(LEFT, "left", 50), CaseZone(RIGHT, "right"), CaseZone(HEAD.mask, "front", 60, "front"), name="top"
    )
    made = render_case(Case([front, top]), piece_px=200)
    assert [(zone.view, zone.name) for zone in made.zones] == [("front", "front"), ("top", "left"), ("top", "right")]
    assert made.n_dots == sum(zone.n_dots for zone in made.zones) == sum(made.n_dots_of_session)
    assert made.area_cm2 == sum(zone.area_cm2 for zone in made.zones)
    facts = made.as_dict()
    assert facts["n_dots"] == sum(zone["n_dots"] for zone in facts["zones"])


def test_zones_of_one_density_change_nothing_and_share_all_dots() -> None:
    whole = render_case(Case([view(CaseZone(HEAD.mask, "all"))]), piece_px=200)
    parts = render_case(Case([view(CaseZone(LEFT, "left"), CaseZone(RIGHT, "right"))]), piece_px=200)
    assert parts.n_dots == whole.n_dots
    assert parts.area_cm2 == pytest.approx(whole.area_cm2, rel=1e-6)
    assert np.array_equal(parts.views[0].preview.image, whole.views[0].preview.image)
    # the halves are not alike, but nearly so
    left, right = parts.zones
    assert left.n_dots == pytest.approx(right.n_dots, rel=0.3)


def test_a_zone_has_its_own_density_whatever_that_of_the_treatment() -> None:
    treatment = Treatment().replace(density_per_cm2=60, feather_mm=0)
    made = render_case(Case([view(CaseZone(LEFT, "left", 120), CaseZone(RIGHT, "right"))], treatment), piece_px=200)
    left, right = made.zones
    assert (left.asked_per_cm2, right.asked_per_cm2) == (120, 60)
    # 2100 dots: 3 standard deviations of a count that were random are 7 %; the border between takes some
    assert left.density_per_cm2 == pytest.approx(120, rel=0.1)
    assert right.density_per_cm2 == pytest.approx(60, rel=0.1)


def test_where_zones_overlap_a_dot_belongs_to_the_fuller_one() -> None:
    made = render_case(Case([view(CaseZone(HEAD.mask * 0.3, "thin"), CaseZone(HEAD.mask, "full"))]), piece_px=200)
    thin, full = made.zones
    assert (thin.n_dots, thin.area_cm2) == (0, 0)
    assert full.n_dots == made.n_dots


def test_stray_dots_go_to_the_nearest_zone() -> None:
    dots = smpsim.place_dots(HEAD.mask, scale=HEAD.scale, treatment=Treatment())
    near = np.zeros_like(HEAD.mask)
    near[:, :5] = 1
    far = np.zeros_like(near)
    far[:, -5:] = 1
    of = zone_of_dots(dots, [near, far], HEAD.scale.px_per_mm)
    middle = WIDTH / HEAD.scale.px_per_mm / 2
    clear = np.abs(dots.x_mm - middle) > 1
    assert np.array_equal((of == 1)[clear], (dots.x_mm > middle)[clear])


@pytest.mark.parametrize("row", range(4))
def test_stray_dots_find_zones_thinner_than_a_millimetre(row: int) -> None:
    dots = smpsim.place_dots(HEAD.mask, scale=HEAD.scale, treatment=Treatment())
    height = HEAD.mask.shape[0] // 4 * 4
    thin, other = np.zeros_like(HEAD.mask), np.zeros_like(HEAD.mask)
    thin[row] = 1
    other[height - 4 + row] = 1
    of = zone_of_dots(dots, [thin, other], HEAD.scale.px_per_mm)
    clear = np.abs(dots.y_mm - (row + height / 2 - 2) / HEAD.scale.px_per_mm) > 1
    assert np.array_equal((of == 1)[clear], (dots.y_mm * HEAD.scale.px_per_mm > row + height / 2 - 2)[clear])


@pytest.mark.parametrize(
    "changes", [{"session": 1}, {"session": 2, "age_days": "1wk"}, {"n_touchups": 1, "age_days": "5y"}]
)
def test_the_plan_is_the_whole_treatment_whatever_the_picture_shows(changes: dict[str, object]) -> None:
    case = Case([view(CaseZone(HEAD.mask))])
    shown = replace(case, treatment=Treatment().replace(**changes))
    made = render_case(shown, piece_px=200)
    assert made.n_dots_of_session == render_case(case, piece_px=200).n_dots_of_session
    assert made.views[0].preview.stats.n_dots != made.n_dots


def test_the_head_of_a_view_is_its_own() -> None:
    curved = replace(view(CaseZone(HEAD.mask)), head={"surface": "ellipsoid"})
    made = render_case(Case([curved]), piece_px=200)
    stats = render(HEAD.photo, HEAD.mask, scale=HEAD.scale, treatment=Treatment().replace(surface="ellipsoid")).stats
    assert (made.area_cm2, made.n_dots) == (stats.area_cm2, stats.n_dots)
    parts = replace(curved, zones=(CaseZone(LEFT, "left"), CaseZone(RIGHT, "right")))
    assert render_case(Case([parts]), piece_px=200).area_cm2 == pytest.approx(stats.area_cm2, rel=0.01)


def test_an_empty_zone_is_told_by_its_name() -> None:
    with pytest.raises(MaskError, match="crown: is empty"):
        render_case(Case([view(CaseZone(HEAD.mask, "front"), CaseZone(np.zeros_like(HEAD.mask), "crown"))]))
    with pytest.raises(MaskError, match="everything is protected"):
        render_case(Case([replace(view(CaseZone(HEAD.mask)), protect=np.ones_like(HEAD.mask))]))
    with pytest.raises(ParameterError):
        render_case(Case([view(CaseZone(HEAD.mask))], seed=-1))


def test_the_piece_at_the_line_holds_the_line() -> None:
    x, y, w, h = line_window(HEAD.mask, 3.0)
    assert (w, h) == (252, 120)
    piece = HEAD.mask[y : y + h, x : x + w]
    assert piece[0].mean() > 0.9
    assert piece[-1].mean() < 0.1
    tiny = np.zeros((4, 5), np.float32)
    tiny[1, 2] = 1
    assert line_window(tiny, 8.0) == (0, 0, 5, 4)
