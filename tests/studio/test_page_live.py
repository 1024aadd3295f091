"""The live preview on the page: at once from layers, exact at 1:1, the newest wins."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from asking import Asking
from pages import open_sample, run, still, tab, until
from PIL import Image
from playwright.sync_api import Browser, Page

from smpsim.studio.serve import Studio


@pytest.fixture(scope="module")
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """The sample client, at the step where its look is changed."""
    with tab(chromium, studio, ask.cookie, quiet="Failed to load") as page:
        open_sample(page)
        page.click("#step-look")
        yield page


def seen(page: Page) -> np.ndarray:
    """The canvas, (h, w, 3) float."""
    data = run(page, "app.stage.draw(); return app.stage.canvas.toDataURL();")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB"), np.float64)


def tone(pixels: np.ndarray) -> np.ndarray:
    """Means of blocks of 8 px: single dots apart."""
    h, w = (n // 8 * 8 for n in pixels.shape[:2])
    return pixels[:h, :w].reshape(h // 8, 8, w // 8, 8, 3).mean((1, 3))


def test_at_one_to_one_the_canvas_is_the_exported_picture(page: Page, ask: Asking) -> None:
    run(page, "app.stage.oneToOne();")
    still(page)
    told = run(page, "return {project: app.store.project, id: app.store.photoId, box: app.stage.visible()};")
    x, y, w, h = told["box"]
    question = {"project": told["project"], "view": 0, "window": [x, y, w, h]}
    exported = ask("POST", f"/api/photos/{told['id']}/preview", question).body
    assert exported[:4] == b"\x89PNG", exported[:300]
    true = np.asarray(Image.open(io.BytesIO(exported)).convert("RGB"))
    left, top = run(page, "return [app.stage.left * app.stage.dpr, app.stage.top * app.stage.dpr];")
    pixels = seen(page)[round(y + top) :, round(x + left) :][:h, :w]
    assert min(pixels.shape[:2]) > 500
    assert np.array_equal(pixels, true[: pixels.shape[0], : pixels.shape[1]].astype(float))
    run(page, "app.stage.fit();")


def test_density_and_session_answer_without_the_server(page: Page) -> None:
    still(page, layers=7)
    page.route("**/preview", lambda route: route.abort())
    before = seen(page)
    try:
        page.fill("[data-leaf=density_per_cm2] input[type=number]", "102")
        page.press("[data-leaf=density_per_cm2] input[type=number]", "Enter")
        denser = seen(page)
        page.keyboard.press("Control+z")
        assert np.array_equal(seen(page), before)
        page.locator("fieldset", has_text="After session").locator("[data-value='1'] input").check(force=True)
        fewer = seen(page)
        assert denser.mean() + 0.1 < before.mean() < fewer.mean() - 0.1
    finally:
        page.unroute("**/preview")
    # the server's own picture is nearer to what was shown at once than to what was shown before
    still(page)
    true = seen(page)
    assert np.abs(tone(fewer) - tone(true)).mean() < np.abs(tone(before) - tone(true)).mean() / 3
    page.keyboard.press("Control+z")


def test_all_shades_are_there_beforehand(page: Page) -> None:
    still(page, layers=-1)
    shades = run(page, "return app.controls.find((one) => one.name === 'shade').words;")
    for shade in shades:
        known = run(
            page,
            """const state = app.live.state;
            const other = { ...state.treatment, shade: argument };
            return app.live.layers.answers(new state.constructor(state.view, other, state.seed));""",
            shade,
        )
        assert known or shade == "carbon-1:10"


def test_before_is_seen_as_long_as_it_is_held(page: Page) -> None:
    still(page)
    after = seen(page)
    page.keyboard.down("b")
    before = seen(page)
    page.keyboard.up("b")
    assert before.mean() > after.mean() + 0.02
    assert np.array_equal(seen(page), after)


def test_one_question_at_a_time_and_the_last_value_is_shown(page: Page) -> None:
    still(page)
    open_now = most = 0

    def begun(request: Any) -> None:
        nonlocal open_now, most
        if request.url.endswith("/preview"):
            open_now += 1
            most = max(most, open_now)

    def ended(request: Any) -> None:
        nonlocal open_now
        open_now -= request.url.endswith("/preview")

    page.on("request", begun)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    slider = page.locator("[data-leaf=diameter_mm] input[type=range]")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    wanted = float(slider.input_value())
    still(page)
    told = until(page, lambda told: told["project"]["treatment"].get("diameter_mm") == wanted)
    assert told["quality"] == "idle"
    assert most == 1
    # a slider that is drawn is one step
    page.keyboard.press("Control+z")
    until(page, lambda told: "diameter_mm" not in told["project"]["treatment"])


@pytest.mark.parametrize(
    ("value", "frac", "said"),
    [
        (67.4, 0.0, "67.4"),
        (5.23, 0.19, "5.2 ± 1.0"),
        (172.0, 0.3, "170 ± 50"),
        (12_345, 0.3, "12 000 ± 4 000"),
        (0.0, 0.1, "0"),
    ],
)
def test_numbers_are_as_fine_as_they_are_sure(page: Page, value: float, frac: float, said: str) -> None:
    script = "async (given) => (await import('/static/js/readouts.js')).within(...given)"
    assert page.evaluate(script, [value, frac]).replace(" ± 0", "") == said
