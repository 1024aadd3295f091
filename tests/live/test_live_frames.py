"""Frames that are shown while something moves, beside what is rendered."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import smpsim
from smpsim.colour import delta_e_2000, lab
from smpsim.files.photo import Photo, read_photo
from smpsim.live.live import Live
from smpsim.live.question import Frame, Question
from smpsim.project import PhotoFile, View
from smpsim.raster.draw import Canvas, reduced
from smpsim.scalp.hairline import Axis, Hairline
from smpsim.scalp.scale import Scale
from smpsim.scalp.strokes import Stroke

PX_PER_MM, MAX_PX = 6.0, 500


@pytest.fixture(scope="module")
def photo() -> Photo:
    """A head as a camera codes it."""
    out = io.BytesIO()
    Image.fromarray(smpsim.sample(px_per_mm=PX_PER_MM).photo.pixels).save(out, "JPEG", quality=93, subsampling=2)
    return read_photo(out.getvalue())


def view_of(photo: Photo, lower_mm: float = 0.0, strokes: tuple[Stroke, ...] = ()) -> View:
    """A line across the head."""
    width, height = photo.size
    y = 0.62 * height + lower_mm * PX_PER_MM
    points = {"mid": (width / 2, y), "corner": (0.72 * width, y - 0.1 * height), "end": (0.82 * width, 0.35 * height)}
    rear = tuple(
        (x * width, z * height) for x, z in ((0.18, 0.35), (0.3, 0.15), (0.5, 0.08), (0.7, 0.15), (0.82, 0.35))
    )
    line = Hairline(points, rear, Axis(width / 2, y))
    return View(PhotoFile("a.jpg", "0" * 64, photo.size), Scale(PX_PER_MM), line, strokes=strokes)


def ask(live: Live, view: View, quality: str = "rest", **changes: Any) -> Frame:
    treatment = smpsim.Treatment().replace(**changes)
    return live.frame(Question(view, Scale(PX_PER_MM), treatment, 0, None, MAX_PX, quality))


def rendered(photo: Photo, view: View, **changes: Any) -> smpsim.Preview:
    coverage, protect = view.area()
    sitting = smpsim.Sitting(photo, coverage, scale=PX_PER_MM, protect=protect if protect.any() else None)
    return sitting.render(treatment=smpsim.Treatment().replace(**changes), max_px=MAX_PX)


def apart(photo: Photo, one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    colours = (lab(photo.space.decode(np.ascontiguousarray(image)), photo.space) for image in (one, other))
    return delta_e_2000(*colours)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"density_per_cm2": 140.0, "diameter_mm": 0.4},
        {"needle_depth_mm": 1.6},
        {"age_days": 1826.0},
        {"age_days": 3.0},
        {"surface": "ellipsoid"},
        {"triples_frac": 0.4, "pairs_frac": 0.3},
        {"skin_tone": "dark", "shade": "warm-1:5"},
        {"size_feather_mm": 8.0, "shade_feather_mm": 8.0, "first_ink_frac": 0.6},
    ],
)
def test_frames_look_like_previews(photo: Photo, changes: dict[str, Any]) -> None:
    view = view_of(photo)
    frame, preview = ask(Live(photo), view, **changes), rendered(photo, view, **changes)
    assert frame.settled
    assert frame.stats.n_dots == pytest.approx(preview.stats.n_dots, rel=0.01)
    assert frame.stats.area_cm2 == pytest.approx(preview.stats.area_cm2, rel=0.002)
    assert frame.stats.mean_darkening == pytest.approx(preview.stats.mean_darkening, rel=0.04)
    treated = preview._canvas.coverage > 0.5
    differ, taken = (
        apart(photo, frame.image, preview.image)[treated],
        apart(photo, preview.before, preview.image)[treated],
    )
    # by eye: what is seen of dots, not of their third digit
    assert differ.mean() < max(0.25 * taken.mean(), 0.45)
    assert np.percentile(differ, 99) < 3.0


def test_strokes_and_protected_skin(photo: Photo) -> None:
    width, height = photo.size
    strokes = (
        Stroke("add", ((0.2 * width, 0.7 * height), (0.4 * width, 0.75 * height)), 60.0, 10.0),
        Stroke("erase", ((0.5 * width, 0.3 * height),), 90.0),
        Stroke("protect", ((0.4 * width, 0.45 * height), (0.6 * width, 0.45 * height)), 50.0),
    )
    view = view_of(photo, strokes=strokes)
    frame, preview = ask(Live(photo), view), rendered(photo, view)
    assert frame.stats.n_dots == pytest.approx(preview.stats.n_dots, rel=0.01)
    hole = slice(round(0.29 * frame.image.shape[0]), round(0.31 * frame.image.shape[0])), frame.image.shape[1] // 2
    assert (np.abs(frame.image[hole].astype(int) - preview.before[hole]) <= 6).all()


def test_what_is_kept_free_tells_nothing_of_the_skin(photo: Photo) -> None:
    """A bandage is kept free: light and tone are looked up without it, as for an export."""
    width, height = photo.size
    pixels = photo.pixels.copy()
    pixels[:, round(0.46 * width) : round(0.54 * width)] = 205, 120, 60
    bandaged = replace(photo, pixels=pixels, jpeg=None)
    live, bare = Live(bandaged), view_of(bandaged)
    over = (0.5 * width, 0.0), (0.5 * width, float(height))
    view = view_of(bandaged, strokes=(Stroke("protect", over, 0.1 * width),))
    assert ask(live, bare).settled
    assert not ask(live, view, "drag").settled
    assert ask(live, view).settled
    assert live._eye._seen is not None
    ita_deg = live._eye._seen[2].light.ita_deg
    scene = rendered(bandaged, view)._scene
    assert scene is not None
    assert ita_deg == pytest.approx(scene.light.ita_deg, abs=0.5)


def test_dots_stay_where_they_are(photo: Photo) -> None:
    live = Live(photo)

    def stands(lower_mm: float, quality: str) -> set[tuple[float, float]]:
        ask(live, view_of(photo, lower_mm), quality)
        plenty = live._plenty
        assert plenty is not None
        optics = next(reversed(live._optics._kept.values()))[1]
        known = np.concatenate([chunk.which for chunk in optics.chunks])
        return set(zip(plenty.darts.u_mm[known].tolist(), plenty.darts.v_mm[known].tolist(), strict=True))

    whole = stands(0.0, "idle")
    for lower_mm in (1.0, 3.0, 6.0):
        more = stands(lower_mm, "drag")
        assert whole <= more
        whole = more
    dots = rendered(photo, view_of(photo, 6.0)).dots
    exported = set(zip(dots.u_mm.tolist(), dots.v_mm.tolist(), strict=True))
    # the rest stands in the feather, smaller than the others, and is worked out for each frame
    assert len(exported & whole) > 0.9 * len(exported)


@pytest.mark.parametrize("surface", ["plane", "ellipsoid"])
def test_dots_are_placed_and_optics_found_once(photo: Photo, surface: str) -> None:
    live = Live(photo)
    # the numbers of the head are not given: it is fitted once
    leaves = {"surface": surface}
    ask(live, view_of(photo), "idle", **leaves)
    plenty, optics = live._plenty, next(reversed(live._optics._kept))
    for lower_mm in (0.5, 2.0, 4.0):
        ask(live, view_of(photo, lower_mm), "drag", **leaves)
    assert live._plenty is plenty
    assert next(reversed(live._optics._kept)) == optics


def test_a_long_drag_and_a_fresh_look_show_the_same(photo: Photo) -> None:
    live = Live(photo)
    for lower_mm in np.linspace(-8, 6, 12):
        ask(live, view_of(photo, float(lower_mm)), "drag", density_per_cm2=100.0)
    dragged, fresh = (
        ask(live, view_of(photo, 6.0), density_per_cm2=100.0),
        ask(Live(photo), view_of(photo, 6.0), density_per_cm2=100.0),
    )
    assert dragged.stats.n_dots == fresh.stats.n_dots
    assert np.abs(dragged.image.astype(int) - fresh.image).max() <= 1


def test_light_is_kept_while_dragging_and_measured_at_rest(photo: Photo) -> None:
    live = Live(photo)
    ask(live, view_of(photo))
    assert not ask(live, view_of(photo, 3.0), "drag").settled
    assert not ask(live, view_of(photo, 3.0), "idle").settled
    assert ask(live, view_of(photo, 3.0)).settled


def test_a_part_is_a_part_of_the_whole(photo: Photo) -> None:
    live, view = Live(photo), view_of(photo)
    question = Question(view, Scale(PX_PER_MM), smpsim.Treatment(), 0, (200, 120, 300, 240), 300, "rest")
    part = live.frame(question)
    assert part.region == (200, 120, 300, 240)
    whole = live.frame(replace(question, box=None, max_px=max(photo.size)))
    differ = np.abs(part.image.astype(int) - whole.image[120:360, 200:500])
    assert differ.max() <= 2
    snapped = live.frame(replace(question, quality="drag", max_px=100))
    x, y, w, h = snapped.region
    assert (x <= 200, y <= 120, x + w >= 500, y + h >= 360) == (True,) * 4


def test_the_photo_is_reduced_as_previews_reduce_it(photo: Photo) -> None:
    live = Live(photo)
    for max_px in (photo.size[0], 700, 411, 200):
        sheet = live.ground.sheet(None, max_px)
        nothing = np.zeros(photo.pixels.shape[:2], np.float32)
        small = reduced(Canvas(photo.pixels, nothing, None, photo.space, 1.0, False), max_px)
        assert sheet.pixels.shape == small.pixels.shape
        differ = np.abs(sheet.pixels.astype(int) - small.pixels)
        assert (differ.max() <= 10, differ.mean() < 0.4) == (True, True)


def test_so_is_one_that_was_cut_out(photo: Photo) -> None:
    alpha = np.where(np.add.outer(np.arange(photo.size[1]), np.arange(photo.size[0])) < 500, 0, 255).astype(np.uint8)
    cut = replace(photo, alpha=alpha)
    for max_px in (photo.size[0], 411):
        sheet = Live(cut).ground.sheet(None, max_px)
        nothing = np.zeros(photo.pixels.shape[:2], np.float32)
        small = reduced(Canvas(cut.pixels, nothing, alpha, cut.space, 1.0, False), max_px)
        np.testing.assert_array_equal(sheet.pixels, small.pixels)
        np.testing.assert_array_equal(sheet.alpha, small.alpha)


def test_nothing_treated(photo: Photo) -> None:
    view = replace(view_of(photo), hairline=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = ask(Live(photo), view)
    assert (frame.stats.n_dots, frame.settled) == (0, True)


@pytest.mark.parametrize("quality", ["drag", "rest"])
def test_an_area_beside_the_head_is_one_plain_line(photo: Photo, quality: str) -> None:
    dab = Stroke("add", ((12.0, 12.0),), 6.0)
    view = replace(view_of(photo), hairline=None, strokes=(dab,))
    middle = {"head_x_mm": photo.size[0] / PX_PER_MM / 2, "head_y_mm": photo.size[1] / PX_PER_MM / 2}
    with pytest.raises(smpsim.ParameterError, match="no part of the mask lies on what is seen"):
        ask(Live(photo), view, quality, surface="ellipsoid", head_elevation_deg=0.0, **middle)


def test_a_part_beside_the_area_still_tells_its_numbers(photo: Photo) -> None:
    live, view = Live(photo), view_of(photo)
    question = Question(view, Scale(PX_PER_MM), smpsim.Treatment(), 0, (10, photo.size[1] - 60, 80, 50), 80, "idle")
    beside = live.frame(question)
    assert beside.stats.n_dots == ask(live, view).stats.n_dots > 1000
    assert (beside.image == photo.pixels[-60:-10, 10:90]).all()


@pytest.mark.parametrize("quality", ["drag", "idle", "rest"])
def test_an_area_too_small_for_a_dot(photo: Photo, quality: str) -> None:
    dab = Stroke("add", ((photo.size[0] / 2, photo.size[1] / 2),), 4.0)
    view = replace(view_of(photo), hairline=None, strokes=(dab,))
    frame = ask(Live(photo), view, quality, density_per_cm2=5.0)
    assert frame.stats.n_dots == 0
    assert frame.stats.area_cm2 > 0


def test_a_grey_photo_stays_grey() -> None:
    pixels = smpsim.sample(px_per_mm=3).photo.pixels.mean(-1, keepdims=True).astype(np.uint8).repeat(3, -1)
    photo = Photo.from_array(pixels)
    view = view_of(photo)
    image = Live(photo).frame(Question(view, Scale(3.0), smpsim.Treatment(), 0, None, 300, "rest")).image
    assert np.ptp(image.astype(int), axis=-1).max() == 0
