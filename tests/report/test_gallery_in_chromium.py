"""The page of a board, opened as a file: by mouse, touch and keys, for readers, printed, and without a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import violations
from playwright.sync_api import Browser, Page

import smpsim
from smpsim.words import LANGUAGES, words

NAMES = (
    "<script>document.title = 'read as markup'</script>",
    "\"><img src=x onerror=document.title='read'>",
    'O\'Neill & "S\u00f6hne"',
    "\u05d0\u05d1\u05d2 \u202e\u0645\u0631\u062d\u0628\u0627",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600",
    "x" * 200,
    "</style></title><h1>",
)


@pytest.fixture(scope="module")
def board() -> smpsim.Board:
    head = smpsim.sample(px_per_mm=2)
    moments = ("before", "s1", "fresh", "5y")
    return smpsim.timeline(head.photo, head.mask, scale=head.scale, moments=moments, piece_px=150)


@pytest.fixture
def page(chromium: Browser, board: smpsim.Board, tmp_path: Path) -> Iterator[Page]:
    file = tmp_path / "board.html"
    board.save(file)
    context = chromium.new_context(viewport={"width": 1000, "height": 700}, has_touch=True)
    page = context.new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    yield page
    assert errors == []
    assert {url for url in requests if not url.startswith("data:")} == {file.as_uri()}
    context.close()


def shown(page: Page) -> list[str]:
    return [figure.locator("strong").inner_text() for figure in page.locator("figure").all() if figure.is_visible()]


ALL = ["before", "session 1", "same day", "about 5 years"]


def test_all_are_shown_at_first(page: Page) -> None:
    assert shown(page) == ALL
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 100)")


def test_by_mouse(page: Page) -> None:
    page.get_by_label("same day").click()
    assert shown(page) == ["same day"]
    page.get_by_label("all together").click()
    assert shown(page) == ALL


def test_by_touch(page: Page) -> None:
    page.get_by_text("about 5 years").first.tap()
    assert shown(page) == ["about 5 years"]


def test_by_keys(page: Page) -> None:
    page.keyboard.press("Tab")
    for name in ALL:
        page.keyboard.press("ArrowRight")
        assert shown(page) == [name]
    page.keyboard.press("ArrowLeft")
    assert shown(page) == [ALL[-2]]


def test_on_paper_all_are_shown(page: Page) -> None:
    page.get_by_label("same day").click()
    page.emulate_media(media="print")
    assert shown(page) == ALL
    assert not page.locator("fieldset").is_visible()


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_scripts_are_forbidden(page: Page) -> None:
    (policy,) = page.locator("meta[http-equiv]").evaluate_all("metas => metas.map(meta => meta.content)")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_for_readers(page: Page) -> None:
    assert violations(page) == []
    page.get_by_label("same day").click()
    assert violations(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_in_its_language_that_it_is_a_simulation(chromium: Browser, tmp_path: Path, language: str) -> None:
    head = smpsim.sample(px_per_mm=1)
    board = smpsim.option_sheet(
        head.photo, head.mask, scale=head.scale, vary={"density_per_cm2": (60, 90)}, language=language
    )
    file = tmp_path / "board.html"
    board.save(file)
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert words(language)("simulation.long") in page.inner_text("main")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.title() == words(language)("options.title")
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text_and_do_no_harm(chromium: Browser, board: smpsim.Board, tmp_path: Path, name: str) -> None:
    file = tmp_path / "name.html"
    board.save(file, title=name)
    page = chromium.new_page(viewport={"width": 320, "height": 600})
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(file.as_uri())
    assert page.locator("h1").evaluate("heading => heading.textContent") == name
    assert page.title() == name
    assert page.inner_text("h1 + p") == "The course of time"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("img").count() == len(ALL)
    assert page.locator("script").count() == 0
    assert errors == []
    page.close()
