"""Hairlines: templates obey their rule, on real faces as on paper; mirrored and free lines; what is measured."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smpsim import Hairline, Landmarks, ParameterError, Scale, measure_hairline, read_photo
from smpsim.scalp.hairline import Axis
from smpsim.scalp.outline import trace_outline
from smpsim.scalp.proportions import short_of_rule, warnings_about
from smpsim.scalp.tape import AVERAGE_HEAD, Head
from smpsim.scalp.templates import TEMPLATES
from tests.scalp.faces import FRONTAL, photographs

PUPILS = ((400.0, 500.0), (652.0, 500.0))  # 4 px/mm


def tape(head: Head, a: np.ndarray, b: np.ndarray) -> float:
    """Length over the ellipsoid by its own arithmetic: the speed of the lifted line, integrated by Gauss's rule."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    axes = np.array([head.half_breadth_mm, head.vertex_mm])
    step = b - a
    at = a + (nodes[:, None] + 1) / 2 * step
    depth = np.sqrt(1 - ((at / axes) ** 2).sum(1))
    rise = -head.half_length_mm * (at * step / axes**2).sum(1) / depth
    return float((weights / 2 * np.sqrt(step @ step + rise**2)).sum())


def frame(pupils: Any, tilt_mm: float = 22.0) -> tuple[np.ndarray, np.ndarray, float]:
    """Glabella (px), axes (rows, px/mm) of a face, from its pupils alone."""
    left, right = sorted(map(tuple, pupils))
    across = np.subtract(right, left) / 63.0
    up = np.array([across[1], -across[0]])
    return np.add(left, right) / 2 + tilt_mm * up, np.stack([across, up]), float(np.hypot(*across))


@pytest.mark.parametrize("form", TEMPLATES)
@pytest.mark.parametrize("name", FRONTAL)
def test_templates_obey_their_rule_on_photographs(shared: Path, name: str, form: str) -> None:
    pupils = photographs(shared)[name]["pupils_px"]
    glabella, axes, scale = frame(pupils)
    assert scale > 1.5
    named = Hairline.fit(Landmarks.from_points(pupils=pupils), form).named()
    rule, head = TEMPLATES[form], AVERAGE_HEAD
    at = {key: (np.array(point) - glabella) @ axes.T / scale**2 for key, point in named.items()}
    e = np.array([head.at_tape(np.zeros(2), 0.0, 80.0)[0], 0.0])
    assert tape(head, np.zeros(2), e) == pytest.approx(80, abs=0.5)
    assert tape(head, np.zeros(2), at["mid"]) == pytest.approx(rule.mid_mm, abs=3)
    for side, mirror in (("left", [-1, 1]), ("right", [1, 1])):
        corner, temple = at[f"{side} corner"], at[f"{side} temple"]
        assert tape(head, at["mid"], corner) == pytest.approx(rule.corner_mm, abs=3)
        assert tape(head, e * mirror, corner) == pytest.approx(rule.corner_above_e_mm, abs=3)
        assert tape(head, corner, temple) == pytest.approx(rule.temple_mm, abs=3)


@pytest.mark.parametrize("name", FRONTAL)
def test_with_the_outline_of_the_head_the_low_templates_obey_it_too(shared: Path, name: str) -> None:
    entry = photographs(shared)[name]
    photo = read_photo(shared / "photos" / entry["file"])
    face = Landmarks.from_points(pupils=entry["pupils_px"])
    outline = trace_outline(photo.pixels, face.face)
    face = face.with_outline(outline)
    for form in ("straight", "female", "juvenile"):
        rule = TEMPLATES[form]
        measured = {m.name: m.value_mm for m in measure_hairline(Hairline.fit(face, form, outline=outline), face)}
        assert measured["mid-point above glabella"] == pytest.approx(rule.mid_mm, abs=3)
        assert measured["left corner from mid-point"] == pytest.approx(rule.corner_mm, abs=3)
        assert measured["right temporal peak from corner"] == pytest.approx(rule.temple_mm, abs=3)


def test_a_corner_behind_the_outline_of_the_head_is_told() -> None:
    average = Landmarks.from_points(pupils=PUPILS)
    raised = replace(average, head=Head(half_breadth_mm=65, vertex_mm=68))
    for form, rule in TEMPLATES.items():
        assert short_of_rule(measure_hairline(Hairline.fit(average, form), average), rule) is None
        told = short_of_rule(measure_hairline(Hairline.fit(raised, form), raised), rule)
        assert (told is not None) == (form in ("mature", "receded", "widows-peak"))
    told = short_of_rule(measure_hairline(Hairline.fit(raised, "receded"), raised), TEMPLATES["receded"])
    assert told is not None
    assert told.startswith("the corner lies 13 mm nearer")


def test_shapes_differ_as_their_names_say() -> None:
    face = Landmarks.from_points(pupils=PUPILS)
    lines = {form: Hairline.fit(face, form) for form in TEMPLATES}
    up = {form: face.to_mm(line.line)[:, 1] for form, line in lines.items()}
    across = {form: face.to_mm(line.line)[:, 0] for form, line in lines.items()}

    def height(form: str, x: float) -> float:
        return float(up[form][np.abs(across[form] - x).argmin()])

    assert height("widows-peak", 20) - height("widows-peak", 0) > 7
    assert abs(height("straight", 40) - height("straight", 0)) < 2
    assert height("receded", 40) - height("mature", 40) > 4
    assert height("juvenile", 0) < height("straight", 0) < height("mature", 0)
    assert lines["straight"].sharp >= {"corner", "temple"}
    assert not lines["rounded"].sharp


def test_the_line_is_symmetric_about_the_tilted_axis() -> None:
    face = Landmarks.from_points(pupils=((400.0, 500.0), (640.0, 440.0)))
    line = face.to_mm(Hairline.fit(face).line)
    apart = np.hypot(*(line[:, None] - line[None] * [-1, 1]).T)
    assert apart.min(0).max() < 0.3
    assert face.tilt_deg == pytest.approx(-math.degrees(math.atan2(60, 240)))


@pytest.mark.parametrize("beside_px", [0.0, 0.4, 1.0, 3.0, 20.0])
def test_a_mirrored_line_may_begin_beside_its_axis(beside_px: float) -> None:
    points = {"mid": (40.0 + beside_px, 10.0), "corner": (70.0, 14.0), "end": (75.0, 40.0)}
    line = Hairline(points, axis=Axis(40.0, 30.0, 0.0), sharp=frozenset({"corner"})).line
    assert np.abs(line[:, 0] + line[::-1, 0] - 80).max() < 1.5
    assert {tuple(line[0]), tuple(line[-1])} == {(5.0, 40.0), (75.0, 40.0)}


def test_an_unlinked_line_is_the_same_and_its_halves_are_free() -> None:
    line = Hairline.fit(Landmarks.from_points(pupils=PUPILS), "mature")
    free = line.unlinked()
    assert free.axis is None
    assert free.unlinked() is free
    assert np.allclose(free.line, line.line)
    moved = Hairline({**free.points, "left corner": (430.0, 240.0)}, free.rear, None, free.sharp)
    half = len(moved.points) // 2
    assert list(moved.points)[half] == "mid"
    right = moved.line[moved.line[:, 0] > 560]
    assert np.abs(right[:, None] - line.line[None]).sum(-1).min(1).max() < 1.0


def test_side_profiles_and_temple_peaks() -> None:
    face = Landmarks.from_points(pupils=PUPILS)
    soft, defined = (Hairline.fit(face, side=side) for side in ("soft", "defined"))
    assert not soft.sharp
    assert "temple" in defined.sharp
    assert "temple" not in Hairline.fit(face, temple_peaks=False).points
    assert defined.named()["right recess"][0] > soft.named()["right recess"][0]


def test_the_area_lies_between_the_line_and_the_rear_border() -> None:
    face = Landmarks.from_points(pupils=PUPILS)
    line = Hairline.fit(face)
    mask = line.mask((1052, 800))
    assert mask.shape == (800, 1052)
    for place, inside in (((0, 82), True), ((0, 60), False), ((0, 100), False), ((70, 10), True), ((90, 40), False)):
        x, y = face.to_px(np.array(place, np.float64)).astype(int)
        assert (mask[y, x] == 1) == inside
        assert (mask[y, x] == 0) != inside
    behind = Hairline({"a": (10.0, 80.0), "b": (50.0, 70.0), "c": (90.0, 80.0)}, ((10.0, 20.0), (90.0, 20.0)))
    assert behind.mask((100, 100)).sum() == pytest.approx(80 * 55, rel=0.05)


def test_the_mid_point_follows_crease_chin_and_what_is_said() -> None:
    glabella = (526.0, 412.0)
    face = Landmarks.from_points(pupils=PUPILS, glabella=glabella, chin=(526, 972), crease=(526, 232))
    assert (face.face_mm, face.crease_mm) == (140, 45)

    def height(form: str, **options: Any) -> float:
        return float(face.to_mm(np.array(Hairline.fit(face, form, **options).points["mid"]))[1])

    assert height("juvenile") == pytest.approx(45, abs=0.1)
    assert height("mature") == pytest.approx(62.5, abs=0.1)
    assert height("female") == pytest.approx(70, abs=0.1)
    head = AVERAGE_HEAD
    assert head.tape_mm(np.zeros(2), np.array([0, height("mature", mid_mm=71)])) == pytest.approx(71, abs=0.01)


def test_measures_carry_their_uncertainty_and_warn_with_a_source() -> None:
    face = Landmarks.from_points(pupils=PUPILS)
    fine, low = Hairline.fit(face, "mature"), Hairline.fit(face, "juvenile", mid_mm=55)
    measures = {m.name: m for m in measure_hairline(fine, face)}
    assert not warnings_about(tuple(measures.values()))
    mid = measures["mid-point above glabella"]
    assert mid.value_mm == pytest.approx(80, abs=0.1)
    # 5 % for the pupils, 4 mm for the glabella, a quarter of 10 mm for the curvature
    assert mid.uncertainty_mm == pytest.approx(math.hypot(80 * face.scale.uncertainty_frac, 4, 2.5, 0.5), abs=0.3)
    typed = Landmarks.from_points(pupils=PUPILS, scale=Scale(4), glabella=(526, 412))
    assert measure_hairline(fine, typed)[0].uncertainty_mm < mid.uncertainty_mm
    (warning, *_) = warnings_about(measure_hairline(low, face))
    assert "mid-point" in warning
    assert "tressless.com" in warning
    assert "5.5 +- " in warning


def test_a_free_line_is_measured_by_its_names() -> None:
    face = Landmarks.from_points(pupils=PUPILS)
    line = Hairline.fit(face)
    linked, free = (measure_hairline(each, face) for each in (line, line.unlinked()))
    assert [(m.name, round(m.value_mm, 6)) for m in linked] == [(m.name, round(m.value_mm, 6)) for m in free]
    assert measure_hairline(Hairline({"a": (0, 0), "b": (5, 5), "c": (9, 0)}), face) == ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"form": "edgy"}, "choose straight, rounded"),
        ({"side": "hard"}, "choose soft, medium, defined"),
        ({"mid_mm": 20}, "40 to 130 mm"),
        ({"mid_mm": 130, "form": "straight"}, "no corner lies"),
    ],
)
def test_what_is_not_possible_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Hairline.fit(Landmarks.from_points(pupils=PUPILS), **arguments)


@pytest.mark.parametrize("points", [{}, {"a": (0, 0), "b": (1, 1)}, {"a": (0, 0), "b": (1, 1), "c": (math.nan, 0)}])
def test_no_line(points: Any) -> None:
    with pytest.raises(ParameterError, match="hairline"):
        Hairline(points)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ({"pupils": ((5, 5), (5, 5))}, "coincide"),
        ({"pupils": ((5, 5), (10, 50))}, "-60 to 60 deg"),
        ({"pupils": PUPILS, "chin": (500, 100)}, "below the glabella"),
        ({"pupils": PUPILS, "crease": (500, 900)}, "above the glabella"),
        ({"pupils": PUPILS, "glabella": (math.inf, 0)}, "no place"),
    ],
)
def test_landmarks_that_are_none(points: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Landmarks.from_points(**points)


def test_landmarks_turn_px_into_mm_and_back() -> None:
    face = Landmarks.from_points(pupils=((400.0, 500.0), (640.0, 440.0)))
    places = np.random.default_rng(0).normal(0, 50, (20, 2))
    assert np.allclose(face.to_mm(face.to_px(places)), places)
    assert face.face.width == pytest.approx(153 * face.scale.px_per_mm)
