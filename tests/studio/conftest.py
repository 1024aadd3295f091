"""A studio that runs, and its own page."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asking import Asking
from PIL import Image

import smpsim
from smpsim.studio.app import make_app
from smpsim.studio.serve import Studio
from smpsim.studio.work import Works


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[..., Studio]]:
    """Run studios; they are stopped at the end."""
    running: list[tuple[Studio, threading.Thread]] = []

    def start(**arguments: Any) -> Studio:
        app = make_app(works=arguments.pop("works", None), start=arguments.pop("start", None))
        studio = Studio(app, **arguments)
        thread = threading.Thread(target=studio.run, kwargs={"opened": None}, daemon=True)
        thread.start()
        running.append((studio, thread))
        return studio

    yield start
    for studio, thread in running:
        studio.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def studio(run: Callable[..., Studio], tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio that runs."""
    return run(works=Works(tmp_path_factory.mktemp("studio") / "work"))


@pytest.fixture(scope="module")
def admitted() -> Callable[[Studio], Asking]:
    """Spend a studio's token; return its own page."""

    def spend(studio: Studio) -> Asking:
        stranger = Asking(studio.port, "")
        path = studio.address.removeprefix(f"http://127.0.0.1:{studio.port}")
        answer = stranger("GET", path, Cookie=None)
        assert answer.status == 303
        return Asking(studio.port, answer.headers["set-cookie"].split(";")[0], path)

    return spend


@pytest.fixture(scope="module")
def ask(studio: Studio, admitted: Callable[[Studio], Asking]) -> Asking:
    """The studio's own page, which has spent the token."""
    return admitted(studio)


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """A photo of a synthetic scalp."""
    out = io.BytesIO()
    Image.fromarray(smpsim.sample(px_per_mm=3).photo.pixels).save(out, "JPEG", quality=92)
    return out.getvalue()
