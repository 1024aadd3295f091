"""Photos and what is drawn on them, by real requests."""

from __future__ import annotations

import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest
from asking import Answer, Asking
from PIL import Image

import smpsim
from smpsim.files.project_file import project_of
from smpsim.parameters.repair import RENDERED
from smpsim.studio.bench import Bench, Shown
from smpsim.studio.turns import LateError, SupersededError, Turns


@pytest.fixture(scope="module")
def opened(ask: Asking, jpeg: bytes) -> dict[str, Any]:
    """What the page is told of a photo."""
    answer = ask("POST", "/api/photos?name=client.jpg", jpeg)
    assert answer.status == 200
    told: dict[str, Any] = answer.json
    told["project"]["views"][0]["mask"] = None
    told["project"]["views"][0]["scale"] = {"px_per_mm": 3.0, "source": "typed", "uncertainty_frac": 0.0}
    return told


@pytest.fixture(scope="module")
def lined(ask: Asking, opened: dict[str, Any]) -> dict[str, Any]:
    """The project with a line."""
    return changed(ask, opened, "template", name="rounded", pupils=[[120, 300], [300, 300]])


def changed(ask: Asking, opened: dict[str, Any], do: str, **args: Any) -> dict[str, Any]:
    answer = line(ask, opened, do, **args)
    assert answer.status == 200, answer.body
    return {**opened, "project": {**opened["project"], "views": [answer.json["view"]]}}


def line(ask: Asking, opened: dict[str, Any], do: str, **args: Any) -> Answer:
    question = {"project": opened["project"], "view": 0, "do": do, "args": args}
    return ask("POST", f"/api/photos/{opened['id']}/line", question)


def points(opened: dict[str, Any]) -> np.ndarray[Any, Any]:
    drawn = opened["project"]["views"][0]["hairline"]["points"]
    return np.array([(p["x"], p["y"]) for p in drawn])


def preview(ask: Asking, opened: dict[str, Any], **asked: Any) -> Answer:
    question = {"project": opened["project"], "view": 0, "rev": 7, **asked}
    return ask("POST", f"/api/photos/{opened['id']}/preview", question)


def test_choices(ask: Asking) -> None:
    told = ask("GET", "/api/choices").json
    assert {"mature", "rounded"} <= {form["name"] for form in told["templates"]}
    assert all(re.fullmatch("#[0-9a-f]{6}", shade["swatch"]) for shade in told["shades"])
    lightness = {shade["name"]: int(shade["swatch"][3:5], 16) for shade in told["shades"]}
    assert lightness["carbon-1:30"] > lightness["carbon-1:10"] > lightness["carbon-1:0"]
    assert [aid["name"] for aid in told["scales"]] == ["points", "pupils", "iris", "coin", "tape"]


def test_a_photo_comes_with_a_project(ask: Asking, opened: dict[str, Any], jpeg: bytes) -> None:
    width, height = Image.open(io.BytesIO(jpeg)).size
    assert (opened["photo"]["width_px"], opened["photo"]["height_px"]) == (width, height)
    assert opened["photo"]["name"] == "client.jpg"
    assert ask("POST", "/api/project", {"project": opened["project"]}).status == 200


def test_lower_and_higher_move_the_front_and_leave_the_ends(ask: Asking, lined: dict[str, Any]) -> None:
    before, lower = points(lined), points(changed(ask, lined, "lower", mm=4))
    assert lower[0, 1] - before[0, 1] == pytest.approx(4 * 3)
    assert lower[-1] == pytest.approx(before[-1])
    again = points(changed(ask, changed(ask, lined, "lower", mm=4), "higher", mm=4))
    assert again[0] == pytest.approx(before[0])


def test_softer_and_sharper(ask: Asking, lined: dict[str, Any]) -> None:
    sharp = changed(ask, lined, "sharper")
    assert any(p["sharp"] for p in sharp["project"]["views"][0]["hairline"]["points"])
    soft = changed(ask, sharp, "softer")
    assert not any(p["sharp"] for p in soft["project"]["views"][0]["hairline"]["points"])
    assert points(soft) == pytest.approx(points(lined))
    softer = changed(ask, soft, "softer")
    assert not np.allclose(points(softer), points(soft))


def test_the_halves_are_freed_and_joined_again(ask: Asking, lined: dict[str, Any]) -> None:
    free = changed(ask, lined, "unmirror")
    assert free["project"]["views"][0]["hairline"]["axis"] is None
    assert len(points(free)) == 2 * len(points(lined)) - 1
    again = changed(ask, free, "mirror")
    assert again["project"]["views"][0]["hairline"]["axis"] is not None


@pytest.mark.parametrize(
    ("do", "args", "status"),
    [
        ("rm", {}, 400),
        ("template", {"name": "<b>"}, 400),
        ("template", {"mid_mm": "x"}, 400),
        ("lower", {"mm": 1e9}, 400),
        ("pencil", {"near": [[1]]}, 400),
        ("template", {"pupils": 3}, 400),
    ],
)
def test_a_change_that_cannot_be_made(
    ask: Asking, lined: dict[str, Any], do: str, args: dict[str, Any], status: int
) -> None:
    answer = line(ask, lined, do, **args)
    assert (answer.status, list(answer.json)) == (status, ["error"])


def test_scales(ask: Asking, opened: dict[str, Any]) -> None:
    def scale(**asked: Any) -> Answer:
        return ask("POST", f"/api/photos/{opened['id']}/scale", {"points": [[0, 0], [126, 0]], **asked})

    pupils = scale(kind="pupils").json["scale"]
    assert (pupils["px_per_mm"], pupils["source"]) == (2.0, "pupils")
    assert pupils["uncertainty_frac"] > 0.05 > scale(kind="pupils", mm=60).json["scale"]["uncertainty_frac"]
    assert scale(kind="points", mm=42).json["scale"] == {
        "px_per_mm": 3.0,
        "source": "ruler",
        "uncertainty_frac": pytest.approx(2**0.5 * 1.5 / 126),
    }
    refused = {"kind": "points"}, {"kind": "foot"}, *({"kind": "tape", "mm": mm} for mm in ("x", -1, 10**400))
    assert [scale(**asked).status for asked in refused] == [400] * 5


def test_the_head_as_a_grid(ask: Asking, lined: dict[str, Any]) -> None:
    def grid(**treatment: Any) -> Any:
        project = {**lined["project"], "treatment": treatment}
        return ask("POST", f"/api/photos/{lined['id']}/surface", {"project": project, "view": 0}).json

    plane, head = grid(), grid(surface="ellipsoid")
    assert (plane["surface"], head["surface"]) == ("plane", "ellipsoid")
    assert all(len(line) > 1 for told in (plane, head) for line in told["lines"])
    assert head["leaves"]["head_breadth_mm"] > 100
    # what is straight on the plane is bowed on a head
    bows = [np.ptp(np.array(line), axis=0).min() for line in head["lines"]]
    assert max(bows) > 20 > 1 > max(np.ptp(np.array(line), axis=0).min() for line in plane["lines"])


def test_a_preview_tells_what_it_shows(ask: Asking, lined: dict[str, Any]) -> None:
    whole = preview(ask, lined, max_px=400)
    assert whole.headers["content-type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(whole.body)).size) == 400
    assert whole.headers["smpsim-rev"] == "7"
    part = preview(ask, lined, region=[100, 80, 200, 150], max_px=100, quality="drag")
    x, y, w, h = map(float, part.headers["smpsim-region"].split())
    assert (x <= 100, y <= 80, x + w >= 300, y + h >= 230) == (True,) * 4
    assert "picture;dur=" in part.headers["server-timing"]


@pytest.mark.parametrize(
    ("treatment", "old", "new"),
    [
        ({"old_work": RENDERED[0], "new_layer": "no"}, True, False),
        ({"old_work": RENDERED[0]}, True, True),
        ({"new_layer": "no"}, False, False),
    ],
)
def test_old_work_goes_the_long_way(
    ask: Asking, lined: dict[str, Any], treatment: dict[str, Any], old: bool, new: bool
) -> None:
    told = {**lined, "project": {**lined["project"], "treatment": treatment}}
    stats = json.loads(preview(ask, told, max_px=300).headers["smpsim-stats"])
    assert (stats["n_old_dots"] > 0, stats["n_dots"] > 0) == (old, new)


def test_nothing_treated_is_the_photo(ask: Asking, opened: dict[str, Any], jpeg: bytes) -> None:
    view = {**opened["project"]["views"][0], "hairline": None, "strokes": []}
    for scale in (view["scale"], None):
        bare = {**opened, "project": {**opened["project"], "views": [{**view, "scale": scale}]}}
        for asked in ({"max_px": 300}, {"window": [10, 20, 50, 40]}):
            answer = preview(ask, bare, **asked)
            assert answer.status == 200
            assert json.loads(answer.headers["smpsim-stats"])["n_dots"] == 0
        pixels = np.asarray(Image.open(io.BytesIO(jpeg)))[20:60, 10:60]
        assert (np.asarray(Image.open(io.BytesIO(answer.body))) == pixels).all()


@pytest.mark.parametrize("painted", [False, True])
def test_a_tile_is_a_part_of_the_exported_picture(
    ask: Asking, lined: dict[str, Any], jpeg: bytes, painted: bool
) -> None:
    strokes = [
        {"mode": "add", "width_px": 40.0, "edge_px": 8.0, "points": [[60.0, 60.0], [140.0, 90.0]]},
        {"mode": "protect", "width_px": 20.0, "edge_px": 0.0, "points": [[150.0, 100.0], [230.0, 130.0]]},
        {"mode": "erase", "width_px": 15.0, "edge_px": 3.0, "points": [[180.0, 80.0]]},
    ]
    view = {**lined["project"]["views"][0], "strokes": strokes if painted else []}
    told = {**lined, "project": {**lined["project"], "views": [view]}}
    project = project_of(told["project"])
    coverage, protect = project.views[0].area()
    scale, treatment = project.views[0].scale, project.treatment
    whole = smpsim.render(jpeg, coverage, protect=protect if painted else None, scale=scale, treatment=treatment)
    exported = np.asarray(Image.open(io.BytesIO(whole.encode("png"))))
    for quality in ("drag", "idle"):
        assert preview(ask, told, max_px=300, quality=quality).status == 200
        tile = preview(ask, told, window=[90, 60, 160, 130])
        assert tile.headers["content-type"] == "image/png"
        assert (np.asarray(Image.open(io.BytesIO(tile.body))) == exported[60:190, 90:250]).all()


@pytest.mark.parametrize(
    "asked", [{"quality": "x"}, {"max_px": 0}, {"region": [0, 0, 0, 5]}, {"window": [1, 2]}, {"view": 3}]
)
def test_a_preview_that_cannot_be_made(ask: Asking, lined: dict[str, Any], asked: dict[str, Any]) -> None:
    assert preview(ask, lined, **asked).status == 400


def test_the_latest_wins() -> None:
    turns = Turns()
    old, layer = turns.ask(leads=True), turns.ask(leads=False)
    with old.had():
        new = turns.ask(leads=True)
        with pytest.raises(SupersededError):
            old()
    with pytest.raises(SupersededError), layer.had():
        pass
    with new.had():
        turns.ask(leads=False)
        new()


def test_a_newer_question_takes_the_place_of_an_older_one(
    ask: Asking, lined: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = Event(), Event()
    really = Bench.shown

    def slowly(self: Bench, *question: Any) -> Shown:
        begun.set()
        assert go_on.wait(20)
        question[-1]()
        return really(self, *question)

    monkeypatch.setattr(Bench, "shown", slowly)
    with ThreadPoolExecutor(3) as pool:
        old = pool.submit(preview, ask, lined, max_px=100, quality="drag")
        assert begun.wait(20)
        new = pool.submit(preview, ask, lined, max_px=100, quality="drag")
        time.sleep(0.3)  # until it has arrived
        layer = pool.submit(preview, ask, lined, max_px=100, quality="layer")
        go_on.set()
        assert (old.result().status, old.result().json) == (409, {"superseded": True})
        assert (new.result().status, layer.result().status) == (200, 200)


def test_a_picture_that_takes_too_long_is_given_up(
    ask: Asking, lined: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(self: Bench, *question: Any) -> Shown:
        raise LateError

    monkeypatch.setattr(Bench, "shown", late)
    answer = preview(ask, lined, max_px=100)
    assert (answer.status, list(answer.json)) == (503, ["error"])
    with pytest.raises(LateError), Turns(longest_seconds=-1).ask(leads=True).had() as _:
        pass
