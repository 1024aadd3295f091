"""Tabs of the studio in a real browser, and what their pages tell the studio."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from asking import Asking
from PIL import Image
from playwright.sync_api import Browser, Page, Request

from smpsim.studio.serve import Studio

Told = dict[str, Any]
_told: dict[Page, Told] = {}
# how long anything is waited for, s: a busy machine is no failure
_PATIENCE_S = 60
_APP = "const { app } = await import('/static/js/main.js');"
_STILL = """const { nextJob } = await import("/static/js/questions.js");
const { live, stage } = app;
const next = live.running ?? nextJob(live);
const all = argument < 0;
return performance.now() - live.lastEvent > (all ? 1500 : 300) && !stage.waiting
  && (!next || (!all && next.quality === "layer")) && live.layers.layers.size >= argument;"""


@contextmanager
def tab(chromium: Browser, studio: Studio | Asking, cookie: str, *, quiet: str = "", **options: Any) -> Iterator[Page]:
    """A tab of the studio's page; what the browser complains of (but for what holds `quiet`) fails the test."""
    context = chromium.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
    name, value = cookie.split("=", 1)
    address = f"http://127.0.0.1:{studio.port}"
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    page.set_default_timeout(1000 * _PATIENCE_S)
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: _listen(page, request))
    page.goto(address)
    try:
        yield page
    finally:
        context.close()
        _told.pop(page, None)
    # 409: a preview that a newer question has overtaken
    left = [line for line in complaints if "409" not in line and not (quiet and quiet in line)]
    assert not left, left


def _listen(page: Page, request: Request) -> None:
    if request.url.endswith("/preview") and request.post_data_json["quality"] != "layer":
        _told[page] = request.post_data_json


def open_photo(page: Page, data: bytes, name: str = "front.jpg") -> None:
    """Choose a photo as a person does, and wait for the first preview."""
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    chooser.value.set_files({"name": name, "mimeType": "image/jpeg", "buffer": data})
    page.locator("#readouts", has_text="dots").wait_for()


def open_sample(page: Page) -> None:
    """Open the sample client, and wait for the first preview."""
    page.click("#sample")
    page.locator("#readouts", has_text="dots").wait_for()


def until(page: Page, holds: Callable[[Told], bool]) -> Told:
    """Wait until the page asks for a preview of a project for which something holds; return the question.

    What is not in the project, or not yet, does not hold.
    """
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        with suppress(LookupError):
            if holds(_told[page]):
                return _told[page]
        page.wait_for_timeout(30)
    raise AssertionError(f"not asked for within {_PATIENCE_S} s; last: {str(_told.get(page))[:2000]}")


def run(page: Page, script: str, argument: Any = None) -> Any:
    """Run a script that knows the app."""
    return page.evaluate(f"async (argument) => {{ {_APP} {script} }}", argument)


def still(page: Page, *, layers: int = 0) -> None:
    """Wait until nothing more is wanted for the picture, and so many layers are there (-1: all)."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        if run(page, _STILL, layers):
            return
        page.wait_for_timeout(30)
    raise AssertionError("it does not come to rest")


def picture(page: Page, left: float = 0.0, right: float = 1.0) -> np.ndarray:
    """What the stage shows between two shares of its width."""
    shown = np.asarray(
        Image.open(io.BytesIO(page.locator("#stage > canvas >> nth=0").screenshot())).convert("RGB"), np.float64
    )
    width = shown.shape[1]
    return shown[:, round(left * width) : round(right * width)]


def add_photo(page: Page, data: bytes, name: str) -> None:
    """Add a photo of the same client, and wait for its preview."""
    with page.expect_file_chooser() as chooser:
        page.click("#add-photo")
    chooser.value.set_files({"name": name, "mimeType": "image/jpeg", "buffer": data})
    until(page, lambda told: told["project"]["views"][told["view"]]["photo"]["name"] == name)


def stage_point(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return a place of the stage, given in shares of it."""
    box = page.locator("#stage").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page: Page, *places: tuple[float, float]) -> None:
    """Draw with the mouse over places of the stage, in shares of it."""
    first, *others = (stage_point(page, *place) for place in places)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
