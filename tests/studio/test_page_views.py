"""Several photos of a client, the shape of the head as a grid, and the picture alone for the client."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from asking import Asking
from browser import violations
from pages import add_photo, drag, open_sample, picture, run, still, tab, until
from playwright.sync_api import Browser, Page

from smpsim.studio.serve import Studio


@pytest.fixture(scope="module")
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """A tab with the sample open."""
    with tab(chromium, studio, ask.cookie, quiet="Failed to load resource") as page:
        open_sample(page)
        yield page


def test_the_head_is_a_grid_that_turns_with_the_hand(page: Page) -> None:
    page.click("#step-scale")
    page.locator("#surface").get_by_text("Flat").click()
    until(page, lambda told: "surface" not in told["project"]["treatment"])
    with page.expect_response("**/surface") as answer:
        page.locator("#surface").get_by_text("Round").click()
    found = answer.value.json()
    assert found["surface"] == "ellipsoid"
    assert len(found["lines"]) > 10
    page.check("#head-turn")
    with page.expect_request("**/surface"):
        drag(page, (0.5, 0.5), (0.6, 0.45))
    leaves = found["leaves"]
    told = until(page, lambda told: told["project"]["treatment"]["head_azimuth_deg"] > leaves["head_azimuth_deg"] + 10)
    assert told["project"]["treatment"]["head_elevation_deg"] < leaves["head_elevation_deg"]
    page.keyboard.press("Control+z")
    until(page, lambda told: told["project"]["treatment"].get("head_azimuth_deg", 0) == leaves["head_azimuth_deg"])
    page.keyboard.press("Control+z")
    until(page, lambda told: "surface" not in told["project"]["treatment"])
    page.keyboard.press("Control+Shift+z")
    page.uncheck("#head-turn")
    assert violations(page) == []


def test_every_photo_has_a_line_of_its_own(page: Page, jpeg: bytes) -> None:
    add_photo(page, jpeg, "crown.jpg")
    told = until(page, lambda told: told["view"] == 1)
    assert [view["photo"]["name"] for view in told["project"]["views"]] == ["sample.png", "crown.jpg"]
    thumbs = page.locator("#photos button[aria-pressed]")
    assert thumbs.nth(1).get_attribute("aria-pressed") == "true"
    page.click("#step-photo")
    page.fill("#view-name", "crown")
    assert thumbs.nth(1).get_attribute("aria-label") == "Photo 2: crown"
    page.click("#step-paint")
    drag(page, (0.45, 0.3), (0.55, 0.3))
    told = until(page, lambda told: bool(told["project"]["views"][1]["strokes"]))
    thumbs.nth(0).click()
    told = until(page, lambda told: told["view"] == 0)
    assert told["project"]["views"][0]["scale"] != told["project"]["views"][1]["scale"]
    assert told["project"]["views"][0]["strokes"] == []
    assert violations(page) == []
    thumbs.nth(1).click()
    page.click("#step-photo")
    page.click("#take-away")
    until(page, lambda told: len(told["project"]["views"]) == 1)
    page.keyboard.press("Control+z")
    assert thumbs.count() == 2


def test_picture_numbers_and_notes_are_of_one_photo(page: Page) -> None:
    thumbs = page.locator("#photos button[aria-pressed]")

    def shown() -> tuple[list[str], np.ndarray]:
        still(page)
        return page.locator("#readouts, #photo-notes").all_inner_texts(), picture(page)

    def alike(one: tuple[list[str], np.ndarray], other: tuple[list[str], np.ndarray]) -> bool:
        return one[0] == other[0] and bool(np.abs(one[1] - other[1]).mean() < 1)

    page.click("#step-photo")
    thumbs.nth(1).click()
    second = shown()
    thumbs.nth(0).click()
    first = shown()
    assert not alike(first, second)
    for nth, left, gone in ((0, second, first), (1, first, second)):
        thumbs.nth(nth).click()
        page.click("#take-away")
        assert alike(shown(), left)
        page.click("#undo")
        assert alike(shown(), gone)
        page.click("#redo")
        assert alike(shown(), left)
        page.click("#undo")


def test_the_client_sees_the_picture_alone(page: Page) -> None:
    page.click("#step-compare")
    page.click("#client-view")
    for hidden in ("#steps", "#panel", "#top", "#readouts", "#hint", "#zoom"):
        assert page.locator(hidden).is_hidden(), hidden
    assert page.locator("#view .mark").inner_text() == "Simulation"
    page.keyboard.press("Home")  # the divider is in reach still
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#steps").wait_for()
    assert page.evaluate("() => document.fullscreenElement === null")
    page.click("#client-view")
    page.click("#client-back")
    page.locator("#steps").wait_for()


def test_after_the_client_has_looked_the_view_is_as_it_was(page: Page) -> None:
    page.keyboard.press("+")
    still(page)
    zoom = page.locator("#zoom")
    before = zoom.inner_text()
    page.click("#client-view")
    still(page, layers=-1)
    # the picture alone, without a bar above or below it
    stage = page.locator("#stage").bounding_box()
    size = page.evaluate("() => [innerWidth, innerHeight]")
    assert stage is not None
    assert [stage["width"], stage["height"]] == size
    assert run(page, "return Math.round(100 * app.stage.zoom)") > int(before.split()[0])
    page.keyboard.press("Escape")
    still(page, layers=-1)
    assert zoom.inner_text() == before
