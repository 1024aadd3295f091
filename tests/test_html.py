"""Pieces of pages: whole in one file, for eyes, hands and keys."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from PIL import Image

from smpsim import html

VOID = {"meta", "img", "input", "br", "link"}


class Elements(HTMLParser):
    """Elements with their attributes; complains about tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attrs for name, attrs in self.found if name == tag]


def picture(format: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3)).save(buffer, format)
    return buffer.getvalue()


@pytest.fixture
def page() -> str:
    alt = 'a "head" <script> & dots'
    return html.page("Before & <after>", html.slider(picture("JPEG"), picture("PNG"), alt=alt))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_data_uri(format: str) -> None:
    assert html.data_uri(picture(format)).startswith(f"data:image/{format.lower()};base64,")


def test_texts_are_escaped(page: str) -> None:
    elements = Elements(page)
    assert elements.all("img")[1]["alt"] == 'a "head" <script> & dots'
    assert '<h1 dir="auto">Before &amp; &lt;after&gt;</h1>' in page
    assert not elements.all("script")


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not re.search(r"https?:|//[a-z]|url\(|@import", re.sub(r"base64,[^\"]*", "", page))
    sources = [attrs["src"] for _, attrs in Elements(page).found if "src" in attrs]
    assert len(sources) == 2
    assert all(source.startswith("data:") for source in sources)
    (policy,) = (m["content"] for m in Elements(page).all("meta") if "http-equiv" in m)
    rules = dict(rule.split(maxsplit=1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"


def test_keyboard_pointer_and_readers(page: str) -> None:
    elements = Elements(page)
    (knob,) = elements.all("input")
    assert knob["type"] == "range"
    assert knob["aria-label"]
    assert "--at" in knob["oninput"]
    (pair,) = (attrs for attrs in elements.all("div") if attrs.get("class") == "pair")
    for handler in ("onpointerdown", "onpointermove"):
        assert "--at" in pair[handler]
    # the arrow keys go on from where the pointer let go; the handlers of the press cannot do it, as the press itself
    # takes the focus away
    assert "focus(" in pair["onpointerup"]
    assert "touch-action:pan-y" in page
    assert all(image["alt"] for image in elements.all("img"))
    assert elements.all("html")[0]["lang"] == "en"
    assert "Simulation: not a photograph of a result" in page


def test_a_page_is_the_same_every_time_and_two_sliders_do_not_share_names(page: str) -> None:
    same = [html.slider(picture("JPEG"), picture("PNG"), alt="x") for _ in range(2)]
    assert same[0] == same[1]
    other = html.slider(picture("PNG"), picture("JPEG"), alt="x")
    one, two = (re.search(r'id="([^"]+)"', text)[1] for text in (same[0], other))
    assert one != two
