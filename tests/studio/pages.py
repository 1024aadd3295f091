"""Tabs of the studio in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from smpsim.studio.serve import Studio


@contextmanager
def tab(chromium: Browser, studio: Studio, cookie: str, **options: Any) -> Iterator[Page]:
    """A tab of the studio's page; what the page complains of fails the test."""
    context = chromium.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
    name, value = cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{studio.port}"}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"http://127.0.0.1:{studio.port}/")
    yield page
    context.close()
    assert complaints == []
