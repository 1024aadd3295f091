"""Comparing on the page: a divider by mouse and keys, before on request, variants, mirror, viewing distance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from asking import Asking
from browser import violations
from pages import drag, open_sample, picture, run, stage_point, still, tab, until
from playwright.sync_api import Browser, Page

from smpsim.studio.serve import Studio


@pytest.fixture(scope="module")
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """The step where one compares, on the sample."""
    with tab(chromium, studio, ask.cookie) as page:
        open_sample(page)
        page.click("#step-compare")
        still(page)
        yield page


@pytest.fixture(autouse=True)
def reset(page: Page) -> None:
    page.click("#reset-view")


def test_the_divider_goes_by_mouse_and_keys(page: Page) -> None:
    divider = page.locator("#divider")
    assert divider.get_attribute("role") == "slider"
    drag(page, (0.5, 0.5), (0.3, 0.5))
    there = int(divider.get_attribute("aria-valuenow") or 0)
    assert there < 40
    divider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert int(divider.get_attribute("aria-valuenow") or 0) == pytest.approx(there + 11, abs=1)
    page.keyboard.press("Home")
    assert divider.get_attribute("aria-valuenow") == "0"


def test_left_of_the_divider_is_before_and_b_shows_it_everywhere(page: Page) -> None:
    divided = picture(page)
    page.keyboard.down("b")
    still(page)
    before = picture(page)
    page.keyboard.up("b")
    page.focus("#divider")
    page.keyboard.press("Home")
    still(page)
    after = picture(page)
    # beside the divider, below the words and above the grip
    part = slice(60, divided.shape[0] // 2 - 40)
    left, right = slice(100, divided.shape[1] // 2 - 40), slice(divided.shape[1] // 2 + 40, divided.shape[1] - 100)
    assert np.abs(divided - before)[part, left].max() == 0
    assert np.abs(divided - after)[part, right].max() == 0
    assert np.abs(divided - before)[part, right].max() > 20
    assert np.abs(divided - after)[part, left].max() > 20


def test_labels_lie_on_the_picture(page: Page) -> None:
    left, top, right = run(
        page,
        """const { stage } = app;
        const { x, y } = stage.host.getBoundingClientRect();
        return [x + stage.left, y + stage.top, x + stage.left + stage.zoom * stage.photo.width];""",
    )
    for side in page.locator(".side").all():
        box = side.bounding_box()
        assert box is not None
        assert left < box["x"] < box["x"] + box["width"] < right
        assert box["y"] > top


def test_a_second_variant_is_a_copy_that_goes_its_own_way(page: Page) -> None:
    page.click("#variant-B")
    assert page.locator("#hint").inner_text().startswith("Variant B begins as a copy")
    page.keyboard.press("4")
    drag(page, (0.45, 0.55), (0.55, 0.55))
    own = until(page, lambda told: len(told["project"]["views"][0]["strokes"]) == 1)["project"]
    page.click("#variant-A")
    until(page, lambda told: not told["project"]["views"][0]["strokes"])
    page.click("#variant-B")
    assert until(page, lambda told: bool(told["project"]["views"][0]["strokes"]))["project"] == own
    page.keyboard.press("Control+z")  # back to A
    assert page.get_attribute("#variant-A", "aria-pressed") == "true"
    page.keyboard.press("6")
    page.get_by_text("Variants A and B", exact=True).click()
    page.get_by_text("Side by side", exact=True).click()
    still(page)
    one, other = picture(page, 0, 0.5), picture(page, 0.5, 1)
    width = min(one.shape[1], other.shape[1])
    differ = np.abs(one[60:, : width - 4] - other[60:, -width:-4]).max(axis=2) > 40
    # what was painted in B alone
    assert 50 < differ.sum() < 0.05 * differ.size


def test_as_in_a_mirror(page: Page) -> None:
    page.focus("#divider")
    page.keyboard.press("Home")
    still(page)
    plain = picture(page)
    page.check("#mirror")
    page.focus("#divider")
    page.keyboard.press("Home")
    still(page)
    inner = np.s_[60:-60, 100:-100]
    assert np.abs(picture(page)[:, ::-1] - plain)[inner].mean() < 2
    # the hand is mirrored, too
    drag(page, stage_share(page), (0.3, 0.5))
    page.uncheck("#mirror")


def stage_share(page: Page) -> tuple[float, float]:
    """Where the divider's grip is, in shares of the stage."""
    grip, (left, _), (right, _) = (
        page.locator(".grip").bounding_box(),
        stage_point(page, 0, 0),
        stage_point(page, 1, 0),
    )
    assert grip is not None
    return (grip["x"] + grip["width"] / 2 - left) / (right - left), 0.5


def test_the_size_seen_from_some_metres_follows_the_screen(page: Page) -> None:
    page.locator("#distance").get_by_text("1 m", exact=True).click()
    told = page.locator("#hint").inner_text()
    assert "an estimate" in told
    assert "not measured" in told
    scale = until(page, lambda told: True)["project"]["views"][0]["scale"]["px_per_mm"]
    zoom = float(page.locator("#zoom").inner_text().split()[0]) / 100
    assert zoom == pytest.approx(0.6 * 96 / 25.4 / scale, abs=0.01)
    page.get_by_text("Measure the screen").click()
    page.fill("#card-width input[type=number]", "428")  # 5 px/mm
    page.press("#card-width input[type=number]", "Enter")
    page.locator("#distance").get_by_text("2 m", exact=True).click()
    assert "not measured" not in page.locator("#hint").inner_text()
    zoom = float(page.locator("#zoom").inner_text().split()[0]) / 100
    assert zoom == pytest.approx(0.3 * 5 / scale, abs=0.01)


def test_nothing_is_in_the_way_of_a_reader(page: Page) -> None:
    assert violations(page) == []
