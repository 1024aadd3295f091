"""A photo of 15 MP on the page: opened, painted on, compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from asking import Asking
from pages import drag, open_photo, tab, until
from playwright.sync_api import Browser

from smpsim.files.project_file import project_of
from smpsim.studio.serve import Studio

FRONT = "photos/p01-front-light-bald-glasses-3840.jpg"

# areas in px of the photo, as the page shows them
_TREATED = """async () => {
  const { app } = await import("/static/js/main.js");
  const { MaskPlane } = await import("/static/js/maskplane.js");
  const { outlineOf } = await import("/static/js/maskview.js");
  const view = app.store.shown;
  const plane = new MaskPlane(view.photo.width_px, view.photo.height_px);
  plane.setBase(null, outlineOf(view.hairline));
  plane.paint(view.strokes);
  const sum = (layer) => layer.reduce((total, value) => total + value, 0) / 255 / plane.scale ** 2;
  return [sum(plane.treat), sum(plane.protect)];
}"""


def test_fifteen_megapixels(chromium: Browser, studio: Studio, ask: Asking, shared: Path) -> None:
    with tab(chromium, studio, ask.cookie) as page:
        open_photo(page, (shared / FRONT).read_bytes())
        page.click("#step-paint")
        drag(page, (0.3, 0.2), (0.5, 0.6), (0.7, 0.6))
        page.get_by_text("Keep free", exact=True).click()
        drag(page, (0.45, 0.25), (0.55, 0.25))
        told = until(page, lambda told: len(told["project"]["views"][0]["strokes"]) == 2)
        shown = page.evaluate(_TREATED)
    coverage, protect = project_of(told["project"]).views[0].area()
    # a plane of 1600 px shows the area of 15 MP; a stroke of 1,200 px round to a quarter of a px along its border
    assert shown == pytest.approx([float(np.sum(coverage)), float(np.sum(protect))], rel=2e-3, abs=300)
