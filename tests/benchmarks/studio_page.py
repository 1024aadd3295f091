"""Answers of the studio's page inside the browser, and frames while the hairline is dragged.

``python tests/benchmarks/studio_page.py`` prints a table: milliseconds from the change to pixels on the canvas of a
view of 1920 x 1080 px (the browser draws in software here), and from the pointer's move to the frame it has led to.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1]))
sys.path.append(str(Path(__file__).parents[1] / "studio"))
from browser import executable
from pages import open_sample

from smpsim.studio.app import make_app
from smpsim.studio.serve import Studio

#: a stage of 1920 x 1080 px and what stands round it
VIEW = {"width": 2357, "height": 1251}
TARGET_MS = 16.0
DRAG_TARGET_MS = 100.0
REPEATS = 40

_ANSWERS = """async ([changes, repeats]) => {
  const { app } = await import("/static/js/main.js");
  const { live, stage, store } = app;
  live._ask = () => {};
  const done = () => stage.ctx.getImageData(0, 0, 1, 1);
  const times = [];
  for (let i = 0; i < repeats; i += 1) {
    const change = changes[i % changes.length];
    const begun = performance.now();
    if ("opacity" in change) live.opacity = change.opacity;
    else store.treat("measured", change, app.defaults, "measured");
    stage.draw();
    done();
    times.push(performance.now() - begun);
    await new Promise(requestAnimationFrame);
  }
  live.opacity = 1;
  delete live._ask;
  return [times, stage.canvas.width, stage.canvas.height, Number(live.layers.answers(live.state))];
}"""

_DRAGS = """async (repeats) => {
  const { app } = await import("/static/js/main.js");
  const { movePoint } = await import("/static/js/edit.js");
  const { live, store, stage } = app;
  const times = [];
  store.grab("measured");
  const line = store.shown.hairline;
  const { nextJob } = await import("/static/js/questions.js");
  for (let i = 0; i < repeats; i += 1) {
    const begun = performance.now();
    const at = [line.points[2].x + i, line.points[2].y + 2 * i];
    store.dragView((view) => ({ ...view, hairline: movePoint(line, 2, at) }));
    const { box } = live.running ?? nextJob(live);
    while (!live.frames.current(live.state, box)) await new Promise((done) => setTimeout(done, 1));
    stage.draw();
    stage.ctx.getImageData(0, 0, 1, 1);
    times.push(performance.now() - begun);
  }
  store.drop(false);
  return times;
}"""

CHANGES: dict[str, list[dict[str, Any]]] = {
    "shade": [{"shade": "carbon-1:5"}, {"shade": "brown-1:10"}, {"shade": "carbon-1:10"}],
    "session": [{"session": 1}, {"session": 2}, {"session": None}],
    "density (faded)": [{"density_per_cm2": value} for value in (85, 92, 101, 80)],
    "before / after (faded)": [{"opacity": value} for value in (0.0, 0.3, 0.7, 1.0)],
}


def still(page: Page) -> None:
    """Wait until everything is there that is made beforehand."""
    script = """async () => {
      const { app } = await import("/static/js/main.js");
      const { nextJob } = await import("/static/js/questions.js");
      return performance.now() - app.live.lastEvent > 2000 && !app.live.running && !nextJob(app.live);
    }"""
    while not page.evaluate(script):
        page.wait_for_timeout(200)


def main() -> None:
    """Measure, and print a table."""
    path = executable()
    if path is None:
        raise SystemExit("Chromium is needed (set SMPSIM_CHROMIUM)")
    studio = Studio(make_app())
    serving = threading.Thread(target=studio.run, kwargs={"opened": None}, daemon=True)
    serving.start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport=VIEW)
        page.goto(studio.address)
        measure(page)
        chromium.close()
    studio.stop()
    serving.join()


def measure(page: Page) -> None:
    """Measure on a page."""
    open_sample(page)
    page.click("#step-look")
    print(f"{'':24}{'median':>9}{'95 %':>9}{'target':>9}   ms")
    for name, changes in CHANGES.items():
        still(page)
        times, width, height, known = page.evaluate(_ANSWERS, [changes, REPEATS])
        assert known, name
        row(name, times, TARGET_MS)
    print(f"canvas of {width} x {height} px")
    page.click("#step-line")
    still(page)
    row("line, frame by frame", page.evaluate(_DRAGS, REPEATS), DRAG_TARGET_MS)


def row(name: str, times: list[float], target: float) -> None:
    """Print a row."""
    print(f"{name:24}{median(times):9.1f}{sorted(times)[int(0.95 * len(times))]:9.1f}{target:9.0f}")


if __name__ == "__main__":
    main()
