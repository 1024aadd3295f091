"""Names with HTML in them, shown by the page: they stay words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import projects
from asking import Asking
from pages import tab
from playwright.sync_api import Browser, Page

from smpsim.files.project_pack import Packed
from smpsim.studio.opening import Start
from smpsim.studio.serve import Studio
from smpsim.studio.work import Works

NAME = "<img src=x onerror=alert(1)><b class=evil>bold</b>"


def assert_only_words(page: Page) -> None:
    assert page.locator("img[src=x], .evil").count() == 0


def test_names_stay_words_on_every_step(
    chromium: Browser, run: Callable[..., Studio], admitted: Callable[[Studio], Asking], tmp_path: Path
) -> None:
    made = projects.packed("front", "crown")
    views = [replace(view, name=NAME, photo=replace(view.photo, name=f"{NAME}.jpg")) for view in made.project.views]
    packed = Packed(replace(made.project, views=views, client=NAME), made.photos)
    studio = run(start=Start(packed=packed), works=Works(tmp_path / "studio"))
    ask = admitted(studio)
    with tab(chromium, studio, ask.cookie) as page:
        page.locator("#readouts", has_text="dots").wait_for()
        for step in page.locator("#steps button").all():
            step.click()
            assert_only_words(page)
        page.locator("#saved", has_text="Saved").wait_for()
        assert NAME in page.locator("#client").inner_text()
    assert ask("GET", "/api/work").json[0]["client"] == NAME
    other = admitted(run(works=Works(tmp_path / "studio")))
    with tab(chromium, other, other.cookie) as page:
        page.locator("#recent", has_text="bold").wait_for()
        assert NAME in page.locator("#recent").inner_text()
        assert_only_words(page)
