"""A project that comes without its photos: they are opened after it, and it goes on where it was."""

from __future__ import annotations

import projects
from asking import Asking
from pages import tab, until
from playwright.sync_api import Browser, Page

from smpsim.files.project_file import encode_project, project_of
from smpsim.studio.serve import Studio


def opened(page: Page, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#choose" if page.locator("#choose").is_visible() else "#open")
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def test_photos_that_are_missing_are_taken_when_they_come(chromium: Browser, studio: Studio, ask: Asking) -> None:
    made = projects.packed("front", "crown")
    with tab(chromium, studio, ask.cookie) as page:
        opened(page, "client.smp.json", encode_project(made.project))
        page.locator("#hint", has_text="now open its photo: front.jpg, crown.jpg").wait_for()
        first, second = made.photos.values()
        opened(page, "copy of front.jpg", first)
        page.locator("#hint", has_text="the photo that was missing").wait_for()
        told = until(page, lambda told: told["view"] == 0)
        shown = project_of(told["project"])
        assert (shown.client, shown.treatment, shown.seed) == ("Client <b>A</b>", made.project.treatment, 7)
        assert shown.views[0].strokes == made.project.views[0].strokes
        opened(page, "crown.jpg", second)
        page.locator("#photos button[aria-pressed]").nth(1).click()
        shown = project_of(until(page, lambda told: told["view"] == 1)["project"])
        assert shown.views[1].strokes == made.project.views[1].strokes
        page.locator("#readouts", has_text="dots").wait_for()
