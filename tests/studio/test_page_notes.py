"""The hairline on a photograph with a face: what is said of it, how low it goes, where its points stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Asking
from browser import violations
from pages import open_photo, run, still, tab
from playwright.sync_api import Browser, Page

from smpsim.studio.serve import Studio

_FRONT = """const { frontAboveEnds } = await import("/static/js/edit.js");
return frontAboveEnds(app.store.shown.hairline);"""


@pytest.fixture(scope="module")
def opened(chromium: Browser, studio: Studio, ask: Asking, shared: Path) -> Iterator[Page]:
    """A man from the front, in the step where the hairline is drawn."""
    with tab(chromium, studio, ask.cookie) as page:
        open_photo(page, (shared / "photos" / "p02-front-light-buzz-1950.jpg").read_bytes())
        page.click("#step-line")
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    """The same line for every test, of no template."""
    run(opened, "app.store.open({ ...(window.begun ??= app.store.project) }, Object.fromEntries(app.store.photos));")
    still(opened)
    return opened


def pull(page: Page, name: str, down: float) -> float:
    """Drag a point of the line down, px of the screen; return where it then is, px of the photo."""
    still(page)
    box = page.locator(f".handle.point[aria-label^='{name}'] .hit").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + down, steps=4)
    page.mouse.up()
    return float(run(page, "return app.store.shown.hairline.points.find(({ name }) => name === argument).y;", name))


def lower(page: Page, times: int) -> None:
    """Press "Lower", and wait for the line each time."""
    for _ in range(times):
        with page.expect_response("**/line"):
            page.click("[data-do=lower]")


def test_a_note_is_plain_and_goes_with_its_line(page: Page) -> None:
    hint = page.locator("#hint")
    lower(page, 12)
    hint.get_by_text("A line so low will not age well.").wait_for()
    assert not re.search(r"\.(com|tr|org)|\+-", hint.text_content() or "")
    hint.get_by_text("Why").click()
    hint.get_by_text(re.compile("usual are .* cm")).wait_for()
    assert violations(page) == []
    pull(page, "mid", -30)
    assert "age well" not in (hint.text_content() or "")
    assert "Drag the points" in hint.inner_text()


def test_lower_stops_at_the_brows(page: Page) -> None:
    hint = page.locator("#hint")
    high = run(page, _FRONT)
    lower(page, 26)
    hint.get_by_text("It goes no lower").wait_for()
    line = run(page, "return app.store.shown.hairline;")
    assert 0 < run(page, _FRONT) < 0.3 * high
    lower(page, 1)
    hint.get_by_text("It goes no lower").wait_for()
    assert run(page, "return app.store.shown.hairline;") == line


def test_points_stop_at_the_edge_of_the_photo(page: Page) -> None:
    page.click("text=Fit")
    top = pull(page, "mid", -2000)
    assert 0 <= top < 20  # it stays on the axis, which leans
    assert pull(page, "mid", 60) > top + 20


def test_the_panel_says_which_template_it_is(page: Page) -> None:
    chosen = page.locator("[data-template][aria-pressed=true]")
    assert "none of these" in page.locator("#which-template").inner_text()
    page.click("[data-template=rounded]")
    chosen.wait_for()
    assert chosen.get_attribute("data-template") == "rounded"
    assert page.locator("#which-template").inner_text() == ""
    pull(page, "mid", 20)
    assert chosen.count() == 0
