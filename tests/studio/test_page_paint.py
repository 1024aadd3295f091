"""Painting on the page by mouse, pen, touch and keyboard, as the project then tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from asking import Asking
from browser import violations
from pages import drag, open_sample, picture, stage_point, still, tab, until
from playwright.sync_api import Browser, CDPSession, Page

from smpsim.studio.serve import Studio


@pytest.fixture(scope="module")
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """The step where one paints, on a photo."""
    with tab(chromium, studio, ask.cookie, has_touch=True) as page:
        open_sample(page)
        page.click("#step-paint")
        yield page


@pytest.fixture(scope="module")
def wire(page: Page) -> CDPSession:
    """For pointers that Playwright does not have: pens, several fingers."""
    return page.context.new_cdp_session(page)


@pytest.fixture(autouse=True)
def clean(page: Page) -> None:
    page.click("#clear-strokes")
    page.check("#brush-mode input[value=add]", force=True)
    strokes(page, 0)


def strokes(page: Page, count: int) -> list[dict[str, Any]]:
    """Wait for so many strokes."""
    told = until(page, lambda told: len(told["project"]["views"][0]["strokes"]) == count)
    found: list[dict[str, Any]] = told["project"]["views"][0]["strokes"]
    return found


def test_a_stroke_is_as_wide_as_the_slider_says_and_one_step_of_undo(page: Page) -> None:
    page.fill("#brush-size input[type=number]", "10")
    page.press("#brush-size input[type=number]", "Enter")
    drag(page, (0.4, 0.3), (0.5, 0.35), (0.6, 0.3))
    (stroke,) = strokes(page, 1)
    told = until(page, lambda told: True)["project"]["views"][0]
    assert (stroke["mode"], stroke["filled"]) == ("add", False)
    assert stroke["width_px"] == pytest.approx(10 * told["scale"]["px_per_mm"])
    assert len(stroke["points"]) > 5
    ring = page.locator(".ring").first.bounding_box()
    zoom = page.locator("#zoom").inner_text()
    assert ring is not None
    assert ring["width"] == pytest.approx(stroke["width_px"] * float(zoom.split()[0]) / 100, rel=0.03, abs=3)
    page.keyboard.press("Control+z")
    strokes(page, 0)
    page.keyboard.press("Control+Shift+z")
    assert strokes(page, 1) == [stroke]


def test_what_is_kept_free_is_as_wide_as_the_ring(page: Page) -> None:
    page.check("#brush-mode input[value=protect]", force=True)
    page.fill("#brush-size input[type=number]", "12")
    page.press("#brush-size input[type=number]", "Enter")
    page.click("#step-look")  # without the tints
    still(page)
    before = picture(page)
    page.click("#step-paint")
    x, y = stage_point(page, 0.5, 0.35)
    page.mouse.move(x, y)
    ring = page.locator(".ring").first.bounding_box()
    page.mouse.click(x, y)
    (stroke,) = strokes(page, 1)
    assert (stroke["mode"], stroke["edge_px"]) == ("protect", 0)
    page.click("#step-look")
    still(page)
    rows, columns = np.nonzero(np.abs(picture(page) - before).max(2) > 24)
    stage = page.locator("#stage").bounding_box()
    assert ring is not None
    assert stage is not None
    far = np.hypot(columns + 0.5 + stage["x"] - x, rows + 0.5 + stage["y"] - y) / (ring["width"] / 2)
    # a dot of 0.25 mm is seen 0.3 mm beyond its middle, a twentieth of the ring's radius
    assert far.size > 20
    assert 0.8 < far.max() < 1.1
    page.click("#step-paint")
    assert page.locator("#clear-strokes").inner_text() == "Clear all strokes"
    page.click("#clear-strokes")
    page.locator("#hint", has_text="nothing is kept free any more").wait_for()
    page.click("#undo")
    page.locator("#hint", has_text="what was kept free among them").wait_for()
    strokes(page, 1)


def test_x_swaps_and_the_buttons_say_so(page: Page) -> None:
    drag(page, (0.45, 0.3), (0.55, 0.3))
    page.keyboard.press("x")
    assert page.is_checked("#brush-mode input[value=erase]")
    drag(page, (0.45, 0.3), (0.55, 0.3))
    page.check("#brush-mode input[value=protect]", force=True)
    page.click("#swap")
    drag(page, (0.45, 0.3), (0.55, 0.3))
    assert [stroke["mode"] for stroke in strokes(page, 3)] == ["add", "erase", "unprotect"]
    size = float(page.input_value("#brush-size input[type=number]"))
    page.keyboard.press(".")
    assert float(page.input_value("#brush-size input[type=number]")) > size
    page.keyboard.press(",")
    assert float(page.input_value("#brush-size input[type=number]")) == pytest.approx(size, abs=0.1)


def touch(wire: CDPSession, *moments: list[tuple[float, float]]) -> None:
    """Move fingers over the screen, one moment after another, and lift them."""
    for i, fingers in enumerate([*moments, []]):
        kind = "touchStart" if i == 0 else "touchMove" if fingers else "touchEnd"
        points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(fingers)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_finger_paints_where_no_pen_was_seen(page: Page, wire: CDPSession) -> None:
    x, y = stage_point(page, 0.45, 0.3)
    touch(wire, [(x, y)], [(x + 30, y)], [(x + 60, y)])
    (stroke,) = strokes(page, 1)
    assert len(stroke["points"]) > 1
    # a second finger takes the first one's stroke back, and both zoom
    zoom = page.locator("#zoom").inner_text()
    touch(wire, [(x, y)], [(x + 9, y)], [(x + 9, y), (x + 80, y)], [(x - 40, y), (x + 130, y)])
    assert page.locator("#zoom").inner_text() != zoom
    page.keyboard.press("0")
    page.wait_for_timeout(400)
    strokes(page, 1)


def test_the_other_end_of_the_pen_erases(page: Page, wire: CDPSession) -> None:
    x, y = stage_point(page, 0.5, 0.3)
    for kind, dx in (("mousePressed", 0), ("mouseMoved", 30), ("mouseReleased", 30)):
        event = {"type": kind, "x": x + dx, "y": y, "pointerType": "pen", "clickCount": 1}
        buttons = 0 if kind == "mouseReleased" else 1
        wire.send("Input.dispatchMouseEvent", {**event, "button": "left", "buttons": buttons})
    # the protocol has no eraser's button: the page is told of one
    page.evaluate(
        """([x, y]) => {
          const stage = document.getElementById("stage");
          const pen = { pointerId: 1, pointerType: "pen", bubbles: true, clientY: y };
          stage.setPointerCapture = () => {}; // there is no such pointer
          stage.dispatchEvent(new PointerEvent("pointerdown", { ...pen, clientX: x, button: 5, buttons: 32 }));
          stage.dispatchEvent(new PointerEvent("pointermove", { ...pen, clientX: x + 40, button: -1, buttons: 32 }));
          stage.dispatchEvent(new PointerEvent("pointerup", { ...pen, clientX: x + 40, button: 5, buttons: 0 }));
          delete stage.setPointerCapture;
        }""",
        [x, y],
    )
    assert [stroke["mode"] for stroke in strokes(page, 2)] == ["add", "erase"]


def test_fingers_move_the_photo_once_a_pen_was_there(page: Page, wire: CDPSession) -> None:
    x, y = stage_point(page, 0.4, 0.4)
    touch(wire, [(x, y)], [(x + 50, y)])
    page.keyboard.press("0")
    drag(page, (0.5, 0.3), (0.5, 0.32))
    strokes(page, 1)  # the mouse's alone


def test_an_outline_is_filled_whichever_way_it_is_drawn(page: Page) -> None:
    page.get_by_text("Round an area").click()
    corners = [(0.45, 0.25), (0.55, 0.25), (0.55, 0.35), (0.45, 0.35)]
    drag(page, *corners)
    drag(page, *reversed(corners))
    page.get_by_text("With the brush").click()
    for stroke in strokes(page, 2):
        points = stroke["points"]
        twice = sum(x * v - u * y for (x, y), (u, v) in zip(points, points[1:] + points[:1], strict=True))
        assert stroke["filled"]
        assert twice < 0  # anticlockwise as seen


def test_what_was_erased_is_filled_again(page: Page) -> None:
    page.keyboard.press("x")
    drag(page, (0.45, 0.2), (0.55, 0.2))
    page.click("#fill")
    erased, filled = strokes(page, 2)
    assert (erased["mode"], filled["mode"], filled["filled"]) == ("erase", "add", True)


def test_a_brush_can_keep_its_size_on_the_screen(page: Page) -> None:
    before = float(page.input_value("#brush-size input[type=number]"))
    page.get_by_text("Keep screen size").click()
    page.keyboard.press("+")
    assert float(page.input_value("#brush-size input[type=number]")) == pytest.approx(before / 1.25, abs=0.1)
    page.get_by_text("Keep mm").click()
    page.keyboard.press("0")


def test_an_old_photo_is_laid_over_this_one(page: Page, jpeg: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#old-photo")
    chooser.value.set_files({"name": "old.jpg", "mimeType": "image/jpeg", "buffer": jpeg})
    away = page.get_by_text("Take the old photo away")
    away.wait_for()
    away.click()
    assert away.is_hidden()


def test_nothing_is_in_the_way_of_a_reader(page: Page) -> None:
    assert violations(page) == []
