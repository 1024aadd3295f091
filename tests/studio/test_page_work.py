"""Work that is kept: reload, another day, two tabs, a client who is forgotten; a server that is away or slow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asking import Asking
from browser import violations
from pages import Told, drag, open_sample, tab, until
from playwright.sync_api import Browser, Dialog, Page, Route

from smpsim.studio.serve import Studio
from smpsim.studio.work import Works


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the studio keeps its work."""
    return tmp_path_factory.mktemp("kept") / "studio"


@pytest.fixture(scope="module")
def ask(run: Callable[..., Studio], admitted: Callable[[Studio], Asking], folder: Path) -> Asking:
    """The page of a studio of its own."""
    return admitted(run(works=Works(folder)))


@pytest.fixture(scope="module")
def one_tab(chromium: Browser, ask: Asking) -> Iterator[Page]:
    """A tab; what fails on purpose is not complained of."""
    with tab(chromium, ask, ask.cookie, quiet="Failed to load resource") as page:
        yield page


@pytest.fixture
def page(one_tab: Page) -> Page:
    """The tab with the sample open, and nothing painted on it."""
    one_tab.locator("#app.has-photo, #sample:visible").first.wait_for()  # a page that is being left has neither
    if one_tab.locator("#sample").is_visible():
        open_sample(one_tab)
    paint(one_tab)  # an untouched sample is not kept
    one_tab.click("#clear-strokes")
    saved(one_tab)
    until(one_tab, lambda told: not told["project"]["views"][0]["strokes"])
    return one_tab


def saved(page: Page) -> None:
    page.locator("#saved", has_text="Saved").wait_for()


def paint(page: Page) -> None:
    page.click("#step-paint")
    drag(page, (0.4, 0.6), (0.6, 0.6))


def test_after_a_reload_the_work_is_there_again(page: Page) -> None:
    paint(page)
    told = until(page, lambda told: len(told["project"]["views"][0]["strokes"]) == 1)
    saved(page)
    page.reload()
    page.locator("#readouts", has_text="dots").wait_for()
    assert until(page, lambda told: True)["project"] == told["project"]


def test_after_a_reload_both_variants_are_there_again(page: Page) -> None:
    def density(told: Told) -> float:
        return float(told["project"]["treatment"].get("density_per_cm2", 80))

    def choose(value: str) -> None:
        page.fill("[data-leaf=density_per_cm2] input[type=number]", value)
        page.press("[data-leaf=density_per_cm2] input[type=number]", "Enter")
        until(page, lambda told: density(told) == float(value))

    page.click("#step-look")
    choose("200")
    page.click("#variant-B")
    choose("78")
    page.locator("#saved", has_text="B saved").wait_for()
    page.reload()
    page.locator("#readouts", has_text="dots").wait_for()
    until(page, lambda told: density(told) == 78)
    assert page.get_attribute("#variant-B", "aria-pressed") == "true"
    page.click("#variant-A")
    until(page, lambda told: density(told) == 200)
    assert page.evaluate("() => Object.keys(sessionStorage).length") == 1


def test_a_variant_that_cannot_be_kept_is_not_lost_unasked(page: Page) -> None:
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.click("#step-look")  # browsers ask only where something was touched
    page.reload()
    page.remove_listener("dialog", answer)
    page.locator("#readouts", has_text="dots").wait_for()
    assert asked == ["beforeunload"]


def test_recent_clients_are_offered_and_can_be_forgotten(page: Page, folder: Path) -> None:
    page.click("#step-handover")
    page.fill("#client-name", "Zoe")
    saved(page)
    page.click("#step-photo")
    page.click("#all-clients")
    row = page.locator(".recent li", has_text="Zoe")
    row.wait_for()
    assert violations(page) == []
    folders = len(list(folder.iterdir()))
    row.get_by_role("button", name="Zoe").first.click()
    page.locator("#readouts", has_text="dots").wait_for()
    assert page.inner_text("#client") == "Zoe"
    page.click("#forget")
    page.get_by_role("button", name="Keep").click()
    assert page.inner_text("#client") == "Zoe"
    page.click("#forget")
    assert violations(page) == []
    page.click("#confirm")
    page.locator("#choose").wait_for()
    page.locator("#recent").wait_for(state="attached")
    assert page.locator(".recent li", has_text="Zoe").count() == 0
    assert len(list(folder.iterdir())) == folders - 1
    assert "#work" not in page.url


def test_two_tabs_do_not_overwrite_each_other(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#readouts", has_text="dots").wait_for()
    paint(other)
    saved(other)
    page.click("#step-handover")
    page.fill("#client-name", "Here")
    banner = page.locator("#banner")
    banner.get_by_text("another tab").wait_for()
    banner.get_by_role("button", name="Take what is there").click()
    until(page, lambda told: len(told["project"]["views"][0]["strokes"]) == 1)
    assert banner.is_hidden()
    page.fill("#client-name", "Here again")
    saved(page)
    other.click("#step-handover")
    other.fill("#client-name", "There")
    other.locator("#banner").get_by_role("button", name="Keep what is here").click()
    saved(other)
    other.close()
    page.click("#step-photo")
    page.click("#all-clients")
    page.locator(".recent li", has_text="There").wait_for()


def test_a_client_forgotten_in_another_tab(page: Page, ask: Asking) -> None:
    key = page.url.split("#work=")[1]
    assert ask("DELETE", f"/api/work/{key}").status == 204
    page.click("#step-handover")
    page.fill("#client-name", "Late")
    page.locator("#banner", has_text="was forgotten").wait_for()
    assert page.inner_text("#saved") == "Not kept"
    page.locator("#banner").get_by_role("button", name="Close it").click()
    page.locator("#choose").wait_for()


def test_while_the_server_is_away_nothing_is_lost(page: Page) -> None:
    page.route("**/api/**", lambda route: route.abort())
    paint(page)
    page.locator("#banner", has_text="Nothing is lost").wait_for()
    page.click("#step-handover")
    page.fill("#client-name", "Waiting")
    page.unroute("**/api/**")
    page.locator("#banner").wait_for(state="hidden")
    saved(page)
    told = until(page, lambda told: told["project"]["client"] == "Waiting")
    assert len(told["project"]["views"][0]["strokes"]) == 1


def test_what_cannot_be_kept_now_is_kept_later(page: Page) -> None:
    page.route("**/api/work/*", lambda route: route.fulfill(status=507, json={"error": "there is no room"}))
    page.click("#step-handover")
    page.fill("#client-name", "No room")
    page.locator("#hint", has_text="Not kept yet: There is no room").wait_for()
    page.unroute("**/api/work/*")
    page.fill("#client-name", "Room")
    saved(page)


def test_the_last_change_before_another_client_is_kept(page: Page, ask: Asking) -> None:
    page.evaluate(
        """async () => {
          const { app } = await import("/static/js/main.js");
          const { project, photos } = app.store;
          app.store.change("name", (now) => ({ ...now, client: "Just now" }));
          app.store.open({ ...project }, Object.fromEntries(photos));
          app.store.change("name", (now) => ({ ...now, client: "Next" }));
        }"""
    )
    saved(page)
    assert {"Just now", "Next"} <= {kept["client"] for kept in ask("GET", "/api/work").json}


def test_a_photo_that_the_server_has_lost_is_handed_over_again(page: Page, ask: Asking) -> None:
    page.click("#step-photo")
    with page.expect_request("**/preview") as first:
        page.keyboard.press("+")
    lost = first.value.url.split("/")[-2]
    assert ask("DELETE", f"/api/photos/{lost}").status == 204
    with page.expect_response(lambda answer: answer.url.endswith("/preview") and lost not in answer.url) as answer:
        paint(page)
    assert answer.value.status == 200


def test_a_slow_answer_shows_and_can_be_called_off(page: Page, jpeg: bytes) -> None:
    held = threading.Event()

    def slow(route: Route) -> None:
        held.set()  # and no answer

    page.route("**/api/photos?*", slow)
    page.click("#step-photo")
    with page.expect_file_chooser() as chooser:
        page.click("#open")
    chooser.value.set_files({"name": "slow.jpg", "mimeType": "image/jpeg", "buffer": jpeg})
    page.locator("#banner", has_text="takes long").wait_for()
    assert held.is_set()
    page.locator("#banner").get_by_role("button", name="Cancel").click()
    page.locator("#hint", has_text="called off").wait_for()
    assert page.locator("#stage.busy").count() == 0
    page.unroute("**/api/photos?*")


WRONG = {
    "notes.txt": b"no photo at all",
    "empty.jpg": b"",
    "face.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "old.smp.json": b"{}",
}


def test_a_wrong_file_is_one_sentence(page: Page) -> None:
    page.keyboard.press("+")
    client, zoom = page.inner_text("#client"), page.inner_text("#zoom")
    for name, data in WRONG.items():
        page.click("#step-compare")
        page.click("#step-photo")  # another hint
        with page.expect_file_chooser() as chooser:
            page.click("#open")
        chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
        hint = page.locator("#hint.urgent")
        hint.wait_for()
        assert 20 < len(hint.inner_text()) < 250
        assert "\n" not in hint.inner_text()
        assert page.inner_text("#client") == client  # what was open is still there
        assert page.inner_text("#zoom") == zoom
