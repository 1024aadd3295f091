"""The slider page, opened as a file: by mouse, touch and keys, for readers, and without a request to anywhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from browser import violations
from PIL import Image
from playwright.sync_api import Browser, Page

from smpsim.report.compare import opened, slider_page
from smpsim.words import LANGUAGES, words

LABEL = {"simulation": True, "version": "0", "treatment": {}, "seed": 0, "px_per_mm": 1.0}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    before, after = (np.full((300, 400, 3), value, np.uint8) for value in (200, 90))
    path = tmp_path_factory.mktemp("page") / "slider.html"
    path.write_text(slider_page(*opened(before, after), label=LABEL), "utf-8")
    return path


@pytest.fixture
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 800, "height": 600}, has_touch=True)
    page = context.new_page()
    page.requests, page.errors = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.errors.append(message.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(file.as_uri())
    yield page
    assert page.errors == []
    context.close()


def shown_before(page: Page) -> float:
    """The share of the picture's width that is as bright as the photo before, in per cent."""
    box = page.locator(".pair").bounding_box()
    shot = page.screenshot(clip={**box, "y": box["y"] + 0.25 * box["height"], "height": 1})
    row = np.asarray(Image.open(io.BytesIO(shot)).convert("L"))[0]
    return 100 * float((row > 150).mean())


def place(page: Page, frac: float) -> tuple[float, float]:
    box = page.locator(".pair").bounding_box()
    return box["x"] + frac * box["width"], box["y"] + 0.5 * box["height"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", [(2400, 1800), (1800, 2400), (1000, 2400)])
@pytest.mark.parametrize("window", [(1366, 768), (820, 1180), (390, 664)])
def test_the_picture_and_its_words_fit_the_window(
    chromium: Browser, tmp_path: Path, window: tuple[int, int], shape: tuple[int, int], language: str
) -> None:
    before, after = (np.full((*shape, 3), value, np.uint8) for value in (200, 90))
    path = tmp_path / "slider.html"
    path.write_text(slider_page(before, after, label=LABEL, title="A. Client", language=language), "utf-8")
    width, height = window
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(path.as_uri())
    pair, words_below = (page.locator(which).bounding_box() for which in (".pair", "figcaption"))
    page.close()
    assert pair["x"] + pair["width"] / 2 == pytest.approx(width / 2, abs=2)
    assert words_below["y"] + words_below["height"] <= height
    # as large as there is room
    assert pair["width"] > width - 60 or pair["height"] > height - 200


def test_it_starts_in_the_middle(page: Page) -> None:
    assert shown_before(page) == pytest.approx(50, abs=2)


def test_by_mouse(page: Page) -> None:
    page.mouse.move(*place(page, 0.5))
    page.mouse.down()
    page.mouse.move(*place(page, 0.2), steps=4)
    page.mouse.up()
    assert shown_before(page) == pytest.approx(20, abs=2)
    page.mouse.move(*place(page, 0.9))  # let go: the line stays
    assert shown_before(page) == pytest.approx(20, abs=2)


def test_by_touch(page: Page) -> None:
    page.touchscreen.tap(*place(page, 0.75))
    assert shown_before(page) == pytest.approx(75, abs=2)


def test_by_a_finger_that_is_drawn_over_it(page: Page) -> None:
    touch = page.context.new_cdp_session(page)
    for kind, frac in (("touchStart", 0.5), ("touchMove", 0.4), ("touchMove", 0.1)):
        x, y = place(page, frac)
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert shown_before(page) == pytest.approx(10, abs=2)


def test_by_keys(page: Page) -> None:
    page.keyboard.press("Tab")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert shown_before(page) == pytest.approx(60, abs=2)
    page.keyboard.press("Home")
    assert shown_before(page) == pytest.approx(0, abs=2)


def test_keys_go_on_where_the_pointer_let_go(page: Page) -> None:
    page.mouse.click(*place(page, 0.3))
    page.keyboard.press("ArrowLeft")
    assert shown_before(page) == pytest.approx(29, abs=2)


def test_for_readers(page: Page) -> None:
    assert violations(page) == []


def test_no_request_to_any_host(page: Page, file: Path) -> None:
    page.wait_for_timeout(300)
    assert {url for url in page.requests if not url.startswith("data:")} == {file.as_uri()}


def test_the_check_for_readers_can_fail(page: Page) -> None:
    page.evaluate("document.querySelector('.after').removeAttribute('alt')")
    assert any("image-alt" in line for line in violations(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_in_its_language_that_it_is_a_simulation(chromium: Browser, tmp_path: Path, language: str) -> None:
    pair = opened(np.full((60, 80, 3), 200, np.uint8), np.full((60, 80, 3), 90, np.uint8))
    file = tmp_path / "slider.html"
    file.write_text(slider_page(*pair, label=LABEL, language=language), "utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert words(language)("simulation.long") in page.inner_text("figcaption")
    assert page.evaluate("document.documentElement.lang") == language
    assert violations(page) == []
    page.close()
