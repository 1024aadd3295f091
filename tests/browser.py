"""Pages in real Chromium, and what axe-core says of them.

The browser is Debian's (or any that ``SMPSIM_CHROMIUM`` names), driven by Playwright.  Without one the tests that need
it are left out, and the summary says so; with ``SMPSIM_REQUIRE_BROWSER=1`` they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

SKIP_REASON = "no Chromium"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def executable() -> str | None:
    """Path of Chromium; None when there is none."""
    return os.environ.get("SMPSIM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running browser; skips (or fails, see above) when there is none."""
    path = executable()
    if path is None:
        if os.environ.get("SMPSIM_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is required and not installed (set SMPSIM_CHROMIUM)")
        pytest.skip(SKIP_REASON)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, a line each."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']}: {[node['html'][:120] for node in v['nodes']]}" for v in found]
