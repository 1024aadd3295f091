"""The mask on the page is the one that the library paints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from asking import Asking
from pages import tab
from playwright.sync_api import Browser

from smpsim.files.hairline_file import value_of
from smpsim.scalp.hairline import Axis, Hairline
from smpsim.scalp.strokes import Stroke, paint
from smpsim.studio.serve import Studio

SIZE = 160, 120
LINE = Hairline(
    {"mid": (80.3, 20.2), "corner": (140.0, 60.0)}, ((20.0, 50.0), (80.0, 110.0), (150.0, 30.0)), Axis(80, 60)
)
OUTLINE = tuple((float(x), float(y)) for x, y in (*LINE.line, *LINE.rear_line[::-1]))
STROKES = {
    "hard": [Stroke("add", ((20.5, 30.0), (120.0, 90.0), (130.2, 40.0)), 21.0)],
    "dab": [Stroke("add", ((80.0, 60.0),), 50.0)],
    "soft": [Stroke("add", ((-10.0, 30.0), (120.0, 90.0)), 40.0, 16.0)],
    "very soft": [Stroke("add", ((30.0, 30.0), (120.0, 80.0), (60.0, 90.0)), 50.0, 45.0)],
    "softer than all": [Stroke("add", ((30.0, 30.0), (120.0, 80.0)), 300.0, 400.0)],
    "erased": [Stroke("add", ((80.0, 60.0),), 80.0), Stroke("erase", ((20.0, 60.0), (100.0, 50.0)), 20.0, 8.0)],
    "kept free": [Stroke("protect", ((20.0, 60.0), (100.0, 50.0)), 30.0), Stroke("unprotect", ((50.0, 55.0),), 15.0)],
    "area": [Stroke("erase", ((0.0, 60.0), (160.0, 60.0)), 60.0), Stroke("add", OUTLINE, 1.0, filled=True)],
}

_PAINTED = """async ([size, line, strokes]) => {
  const { MaskPlane } = await import("/static/js/maskplane.js");
  const { outlineOf } = await import("/static/js/maskview.js");
  const plane = new MaskPlane(...size);
  plane.setBase(null, line && outlineOf(line, 1));
  plane.paint(strokes);
  return [plane.treat, plane.protect].map((layer) => Array.from(layer));
}"""


@pytest.fixture(scope="module")
def painted(chromium: Browser, studio: Studio, ask: Asking) -> Any:
    """What the page paints."""
    with tab(chromium, studio, ask.cookie) as page:

        def of(strokes: list[Stroke], line: Any = None) -> list[np.ndarray]:
            layers = page.evaluate(_PAINTED, [SIZE, line, [vars(stroke) for stroke in strokes]])
            return [np.array(layer).reshape(SIZE[::-1]) / 255 for layer in layers]

        yield of


@pytest.mark.parametrize("name", STROKES)
@pytest.mark.parametrize("line", [None, LINE], ids=["bare", "line"])
def test_the_page_paints_what_the_library_paints(painted: Any, name: str, line: Hairline | None) -> None:
    base = np.zeros(SIZE[::-1], np.float32) if line is None else line.mask(SIZE)
    shown = painted(STROKES[name], line and value_of(line, SIZE))
    for mine, true in zip(shown, paint(base, STROKES[name]), strict=True):
        # half a step of 255, and the far ends of the blur; what is very soft is painted on a coarser grid, and the
        # library draws a line a little more finely
        near = 0.05 if line else 0.02 if "soft" in name and name != "soft" else 0.003
        assert np.abs(mine - true).max() < near
