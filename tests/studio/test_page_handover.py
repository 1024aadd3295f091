"""Handing over: what is saved is what the studio makes; progress, cancel, and what goes wrong in one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Asking
from browser import violations
from pages import open_sample, tab
from PIL import Image
from playwright.sync_api import Browser, Page, Route
from poppler import Reader

from smpsim.studio.serve import Studio


@pytest.fixture(scope="module")
def page(chromium: Browser, studio: Studio, ask: Asking) -> Iterator[Page]:
    """The step where one hands over, on the sample."""
    with tab(chromium, studio, ask.cookie, quiet="Failed to load resource", accept_downloads=True) as page:
        open_sample(page)
        page.click("#step-handover")
        yield page


def saved(page: Page, kind: str) -> tuple[str, bytes]:
    """Name and bytes of what is saved."""
    if page.locator(f"#export-{kind}").is_hidden():
        page.locator("summary", has_text="For other programs").click()
    with page.expect_download() as download:
        page.click(f"#export-{kind}")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_name_is_words_and_stands_on_the_file(page: Page) -> None:
    page.fill("#client-name", "Anna <b>Muster</b>")
    assert page.inner_text("#client") == "Anna <b>Muster</b>"
    name, data = saved(page, "project")
    assert name.startswith("Anna")
    assert name.endswith(".smp.json")
    assert not set(name) & set('<>/\\"')
    assert json.loads(data)["client"] == "Anna <b>Muster</b>"
    page.fill("#client-name", "Anna")


@pytest.mark.parametrize(
    ("kind", "name", "begins"),
    [
        ("sheet", "Anna-sheet.pdf", b"%PDF"),
        ("slider", "Anna-slider.html", b"<!DOCTYPE html>"),
        ("jpeg", "Anna-preview.jpg", b"\xff\xd8"),
        ("png", "Anna-preview.png", b"\x89PNG"),
        ("pack", "Anna.smpz", b"PK"),
        ("dots", "Anna-dots.csv", b""),
    ],
)
def test_it_is_saved_under_its_name(page: Page, kind: str, name: str, begins: bytes) -> None:
    told, data = saved(page, kind)
    assert told == name
    assert data.lower().startswith(begins.lower())
    assert len(data) > 1000
    page.locator("#hint", has_text="saved where the browser keeps downloads").wait_for()
    if kind in ("jpeg", "png"):
        assert Image.open(io.BytesIO(data)).size[0] > 500
    if kind == "pack":
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_what_will_be_printed_is_said_and_chosen(page: Page, pdf: Reader) -> None:
    page.click("#step-look")
    page.click("label[title='1 year']")
    page.click("#step-handover")
    assert page.locator("#moment option").all_inner_texts() == [
        "Healed, after all sessions",
        "As on the screen: 1 year after session 3",
    ]
    page.click("#on-the-pages summary")
    page.fill("#sheet-date", "2026-05-01")
    page.fill("#studio-name", "Studio Example")
    (healed,) = pdf.pages(saved(page, "sheet")[1])
    assert "The large pictures show: healed" in healed
    assert "Studio Example" in healed
    assert "Anna, 2026-05-01" in healed
    page.select_option("#moment", "shown")
    page.check("#technician-page")
    first, second = pdf.pages(saved(page, "sheet")[1])
    assert "The large pictures show: about 12 months" in first
    assert "For the technician" in second
    page.select_option("#moment", "healed")
    page.click("#step-look")
    page.click("label[title=Healed]")
    page.click("#step-handover")


def test_the_picture_for_the_client_says_what_it_is(page: Page) -> None:
    sizes = []
    for wanted in (True, False):
        page.set_checked("#caption", wanted)
        sizes.append(Image.open(io.BytesIO(saved(page, "jpeg")[1])).size)
    png = Image.open(io.BytesIO(saved(page, "png")[1])).size
    assert sizes[1] == png
    assert sizes[0][1] > png[1]
    page.check("#caption")


def test_the_studios_name_is_kept_by_this_browser_alone(page: Page) -> None:
    """The fields beside it are open, as the test before left them."""
    page.fill("#studio-name", "Studio Example")
    page.locator("#studio-name").blur()
    assert page.evaluate("localStorage.getItem('smpsim-studio-name')") == "Studio Example"
    assert b"Studio Example" not in saved(page, "project")[1]


def test_what_takes_long_shows_how_far_it_is_and_can_be_called_off(page: Page) -> None:
    dropped: list[str] = []

    def slow(route: Route) -> None:
        if route.request.method == "DELETE":
            dropped.append(route.request.url)
            route.continue_()
        else:
            route.fulfill(json={"state": "running", "progress": 0.4, "stage": "drawing"})

    page.route("**/api/jobs/*", slow)
    page.click("#export-sheet")
    row = page.locator("li", has=page.locator("#export-sheet"))
    row.get_by_text("drawing").wait_for()
    assert row.locator("progress").evaluate("bar => bar.value") == 0.4
    row.get_by_text("Cancel").click()
    page.locator("#hint", has_text="called off").wait_for()
    assert row.locator("progress").is_hidden()
    assert len(dropped) == 1
    page.unroute("**/api/jobs/*")


def test_a_server_that_is_away_for_a_while_loses_no_file(page: Page) -> None:
    gone: list[str] = []

    def away(route: Route) -> None:
        gone.append(route.request.url)
        route.abort() if len(gone) == 1 else route.continue_()

    page.route("**/api/jobs/*", away)
    name, data = saved(page, "project")
    page.unroute("**/api/jobs/*")
    assert len(gone) > 1
    assert name == "Anna.smp.json"
    assert json.loads(data)["client"] == "Anna"


def test_what_goes_wrong_is_one_sentence(page: Page) -> None:
    told = {"state": "failed", "progress": 0.2, "stage": "", "error": "the mask is empty; draw where to treat"}
    page.route("**/api/jobs/*", lambda route: route.fulfill(json=told))
    page.click("#export-jpeg")
    page.locator("#hint", has_text="Picture (JPEG): the mask is empty; draw where to treat").wait_for()
    page.unroute("**/api/jobs/*")
    page.route("**/api/jobs", lambda route: route.fulfill(status=500, json={"error": "unexpected failure"}))
    page.click("#export-jpeg")
    page.locator("#hint", has_text="Picture (JPEG): Unexpected failure").wait_for()
    page.unroute("**/api/jobs")


def test_nothing_is_in_the_way_of_a_reader(page: Page) -> None:
    assert violations(page) == []
