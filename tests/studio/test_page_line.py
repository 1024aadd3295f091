"""The hairline on the page by mouse, touch and keyboard, as the project then tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from asking import Asking
from browser import violations
from pages import drag, open_sample, still, tab, until
from playwright.sync_api import Browser, CDPSession, Locator, Page

from smpsim.files.hairline_file import hairline_of
from smpsim.studio.serve import Studio

_CURVE = """async (line) => {
  const { cubics, pointOn, wholeLine } = await import("/static/js/spline.js");
  return cubics(wholeLine(line)).flatMap((curve) => [0, 0.2, 0.4, 0.6, 0.8, 1].map((t) => pointOn(curve, t)));
}"""


_LONGEST = """async () => {
  const { app } = await import("/static/js/main.js");
  const { cubics, distance, pointOn, wholeLine } = await import("/static/js/spline.js");
  const curves = cubics(wholeLine(app.store.shown.hairline));
  curves.sort((a, b) => distance(b[0], b[3]) - distance(a[0], a[3]));
  const at = app.stage.toScreen(...pointOn(curves[0], 0.5));
  const box = app.stage.host.getBoundingClientRect();
  return [at.x + box.x, at.y + box.y];
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """The step where the hairline is drawn, on the sample client."""
    with tab(chromium, studio, ask.cookie, has_touch=True) as page:
        open_sample(page)
        page.click("#step-line")
        yield page


@pytest.fixture(scope="module")
def begun(page: Page) -> Any:
    """The project that every test begins with."""
    page.click("[data-template=mature]")
    page.locator("#undo:enabled").wait_for()
    return page.evaluate("async () => (await import('/static/js/main.js')).app.store.project")


@pytest.fixture(autouse=True)
def same(page: Page, begun: Any) -> None:
    script = """async (project) => {
      const { app } = await import("/static/js/main.js");
      app.store.open(project, Object.fromEntries(app.store.photos));
      await new Promise(requestAnimationFrame);
    }"""
    page.evaluate(script, begun)
    page.click("#show-head")
    until(page, lambda told: told["project"] == begun)
    still(page)


def points(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Points of the line that the page asks for."""
    line = told["project"]["views"][0]["hairline"]
    return [] if line is None else list(line["points"])


def point(told: dict[str, Any], name: str) -> tuple[float, float]:
    """Where a point of the line is."""
    return next(((p["x"], p["y"]) for p in points(told) if p["name"] == name), (np.nan, np.nan))


def handle(page: Page, name: str) -> Locator:
    """The point of that name on the photo."""
    return page.locator(f".handle.point[aria-label^='{name}']")


def middle(where: Locator) -> tuple[float, float]:
    """The middle of something on the page."""
    box = where.locator(".hit").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def now(page: Page) -> dict[str, Any]:
    """What was asked for last."""
    return until(page, lambda told: True)


def zoom(page: Page) -> float:
    """Pixels of the screen per pixel of the photo."""
    return float(page.locator("#zoom").inner_text().split()[0]) / 100


def test_the_line_is_drawn_as_the_library_draws_it(page: Page) -> None:
    told = until(page, lambda told: True)["project"]["views"][0]["hairline"]
    for line in (told, {**told, "points": [{**p, "sharp": p["name"] == "corner"} for p in told["points"]]}):
        true = hairline_of(line).line
        shown = np.array(page.evaluate(_CURVE, line))
        far = np.hypot(*(shown[:, None] - true[None]).transpose(2, 0, 1)).min(1)
        assert far.max() < 0.6  # the library has a sample every px


def test_a_point_is_dragged_by_mouse_as_one_step(page: Page) -> None:
    before = point(now(page), "corner")
    x, y = middle(handle(page, "corner"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 18, steps=6)
    dragged = until(page, lambda told: point(told, "corner") != before)
    assert dragged["quality"] == "drag"
    page.mouse.up()
    told = until(page, lambda told: told["quality"] == "idle" and point(told, "corner") != before)
    moved = np.subtract(point(told, "corner"), before) * zoom(page)
    assert moved == pytest.approx((30, 18), abs=1.5)
    page.click("#undo")
    until(page, lambda told: point(told, "corner") == before)
    page.click("#redo")
    until(page, lambda told: point(told, "corner") == point(told, "corner") != before)


def test_the_other_half_follows_and_can_be_dragged(page: Page) -> None:
    before = point(now(page), "corner")
    x, y = middle(page.locator(".handle.other[data-of=corner]"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y, steps=4)
    page.mouse.up()
    told = until(page, lambda told: told["quality"] == "idle" and point(told, "corner") != before)
    assert abs(point(told, "corner")[0] - before[0]) * zoom(page) == pytest.approx(20, abs=1.5)


def test_arrows_nudge_and_delete_removes(page: Page) -> None:
    before = point(now(page), "corner")
    handle(page, "corner").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    until(page, lambda told: point(told, "corner") == pytest.approx((before[0] + 1, before[1] + 10)))
    page.keyboard.press("n")
    told = until(page, lambda told: len(points(told)) == 8)
    names = [p["name"] for p in points(told)]
    assert names.index("point 1") == names.index("corner") + 1
    page.keyboard.press("Delete")
    until(page, lambda told: len(points(told)) == 7)
    handle(page, "corner").focus()
    page.keyboard.press("Delete")
    until(page, lambda told: len(points(told)) == 6)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(page, lambda told: len(points(told)) == 7)
    # nudges in a row are one step, or two on a machine that is slow
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(page, lambda told: point(told, "corner") == before)


def test_a_tap_on_the_line_is_a_new_point_and_a_long_press_removes_it(page: Page) -> None:
    curve = page.evaluate(_LONGEST)
    page.touchscreen.tap(*curve)
    told = until(page, lambda told: len(points(told)) == 8)
    (name,) = {p["name"] for p in points(told)} - {p["name"] for p in points_of_mature(page)}
    wire: CDPSession = page.context.new_cdp_session(page)
    x, y = middle(handle(page, name))
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    until(page, lambda told: len(points(told)) == 7)
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def points_of_mature(page: Page) -> list[dict[str, Any]]:
    """Points before the last step."""
    script = "async () => (await import('/static/js/main.js')).app.store.past.at(-1).project.views[0].hairline.points"
    return list(page.evaluate(script))


def test_two_fingers_zoom_and_leave_the_line_alone(page: Page) -> None:
    page.click("text=Fit")
    before, was = points(now(page)), zoom(page)
    x, y = middle(handle(page, "mid"))
    wire: CDPSession = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        touches = [{"x": a, "y": b, "id": i} for i, (a, b) in enumerate(places)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (x, y))
    touch("touchStart", (x, y), (x + 50, y))
    for spread in (60, 80, 100, 125):
        touch("touchMove", (x, y), (x + spread, y))
    touch("touchEnd")
    assert zoom(page) / was == pytest.approx(2.5, rel=0.03)
    page.wait_for_timeout(100)
    assert points(now(page)) == before


def test_sides_are_freed_and_joined(page: Page) -> None:
    page.uncheck("#linked", force=True)
    told = until(page, lambda told: told["project"]["views"][0]["hairline"]["axis"] is None)
    assert len(points(told)) == 13
    page.check("#linked", force=True)
    until(page, lambda told: told["project"]["views"][0]["hairline"]["axis"] is not None)


def test_the_axis_moves_and_tilts_the_line(page: Page) -> None:
    before = now(page)["project"]["views"][0]["hairline"]
    page.locator(".handle.axis").focus()
    page.keyboard.press("Shift+ArrowRight")
    told = until(page, lambda told: told["project"]["views"][0]["hairline"]["axis"]["x"] > before["axis"]["x"] + 9)
    after = told["project"]["views"][0]["hairline"]
    shifts = [a["x"] - b["x"] for a, b in zip(after["points"], before["points"], strict=True)]
    assert shifts == pytest.approx([10] * 7)
    page.locator(".handle.tilt").focus()
    page.keyboard.press("Shift+ArrowRight")
    told = until(page, lambda told: told["project"]["views"][0]["hairline"]["axis"]["tilt_deg"] > 0.5)
    half = hairline_of(told["project"]["views"][0]["hairline"])
    assert half.axis is not None
    assert abs(half.axis.across(np.array(half.points["mid"]))) < 0.5


def test_lower_softer_and_the_rear_border(page: Page) -> None:
    before = now(page)["project"]["views"][0]
    page.click("[data-do=lower]")
    told = until(page, lambda told: point(told, "mid")[1] > before["hairline"]["points"][0]["y"] + 1)
    down = point(told, "mid")[1] - before["hairline"]["points"][0]["y"]
    assert down == pytest.approx(2 * before["scale"]["px_per_mm"], rel=0.3)
    page.check("text=Drag the rear border, too", force=True)
    rear = told["project"]["views"][0]["hairline"]["rear"]
    page.locator(".handle.rear").nth(4).focus()
    page.keyboard.press("Shift+ArrowUp")
    told = until(page, lambda told: told["project"]["views"][0]["hairline"]["rear"] != rear)
    moved = np.subtract(told["project"]["views"][0]["hairline"]["rear"], rear)
    assert moved[:, 1].min() == pytest.approx(-10)
    assert not moved[[0, -1]].any()
    page.uncheck("text=Drag the rear border, too", force=True)


def test_nothing_is_wrong_for_those_who_do_not_see_it(page: Page) -> None:
    assert violations(page) == []
    names = page.locator(".handle[role=button]").evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    assert "corner" in " ".join(names)
    assert len(names) == len(set(names))


def test_a_line_is_drawn_by_hand(page: Page) -> None:
    page.uncheck("#linked", force=True)
    until(page, lambda told: told["project"]["views"][0]["hairline"]["axis"] is None)
    page.click("#sketch")
    drag(page, (0.75, 0.6), (0.7, 0.4), (0.5, 0.35), (0.3, 0.4), (0.25, 0.6))
    told = until(page, lambda told: [p["name"] for p in points(told)][:2] == ["point 1", "point 2"])
    across = [p["x"] for p in points(told)]
    assert across == sorted(across)
    assert len(across) == 9
    assert page.get_attribute("#sketch", "aria-pressed") == "false"
    assert page.locator(".handle.point").count() == 9
    page.click("#undo")
    page.check("#linked", force=True)
    before = until(page, lambda told: told["project"]["views"][0]["hairline"]["axis"] is not None)
    page.click("#sketch")
    drag(page, (0.25, 0.6), (0.3, 0.4), (0.5, 0.35), (0.7, 0.4), (0.75, 0.6))
    told = until(
        page,
        lambda told: told["rev"] > before["rev"] + 1 and told["project"]["views"][0]["hairline"]["axis"] is not None,
    )
    assert points(told) != points(before)
