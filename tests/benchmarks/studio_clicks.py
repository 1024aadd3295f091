"""How many clicks and seconds it takes somebody new: to the first picture, and to a PDF in the folder of downloads.

Usage: python tests/benchmarks/studio_clicks.py [PHOTO | --sample] [--pictures FOLDER]

Starts ``smpsim studio`` as a process and drives a real browser.  Without PHOTO the front view of the shared
photographs is taken, brought to 12 MP.  Clicks are those of the way that the page offers, through all seven steps; a
drag counts as one, and so does a file that is picked by a double click.  Seconds are the machine's, from the start of
the process.  A person reads and thinks as well: PAUSE_S for each click is added to the last figure, an estimate.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1]))
sys.path.append(str(Path(__file__).parents[1] / "studio"))
from browser import executable
from pages import drag, open_sample

MEGAPIXELS = 12e6
PAUSE_S = 8.0
# from where the ruler first lies to the eyes of the front view, on a screen of 1366 x 768
OUTWARDS_PX, UPWARDS_PX = 42, 120
FRONT = "photos/p01-front-light-bald-glasses-3840.jpg"


def photo_of_12_mp(path: Path) -> bytes:
    """Return the photo as a JPEG of 12 MP."""
    photo = Image.open(path).convert("RGB")
    factor = (MEGAPIXELS / (photo.width * photo.height)) ** 0.5
    out = io.BytesIO()
    photo.resize((round(factor * photo.width), round(factor * photo.height))).save(out, "JPEG", quality=92)
    return out.getvalue()


class Newcomer:
    """Somebody who counts."""

    def __init__(self, page: Page, begun: float, pictures: Path | None) -> None:
        self.page, self.begun, self.pictures = page, begun, pictures
        self.clicks = 0

    def does(self, words: str, act: Callable[[], object], clicks: int = 1) -> float:
        """Do something; return the seconds since the start."""
        act()
        self.clicks += clicks
        seconds = time.perf_counter() - self.begun
        print(f"{self.clicks:3}  {seconds:6.1f} s  {words}")
        if self.pictures:
            self.page.wait_for_timeout(600)
            self.page.screenshot(path=self.pictures / f"{self.clicks:02}.png")
        return seconds


def pick(page: Page, data: bytes) -> None:
    """Choose a photo, and wait for its first preview."""
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    chooser.value.set_files({"name": "client.jpg", "mimeType": "image/jpeg", "buffer": data})
    page.locator("#readouts", has_text="dots").wait_for(timeout=120_000)


def to_the_first_picture(somebody: Newcomer, data: bytes | None) -> float:
    """Open the photo, or the sample when there is none."""
    if data is None:
        return somebody.does("sample client: the first preview", lambda: open_sample(somebody.page))
    return somebody.does("choose a photo, pick it: the first preview", lambda: pick(somebody.page, data), clicks=2)


def drag_end(page: Page, which: int) -> None:
    """Draw an end of the ruler up to the eye."""
    box = page.locator("#stage .handle").nth(which).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + OUTWARDS_PX * (2 * which - 1), y - UPWARDS_PX, steps=8)
    page.mouse.up()


def to_a_pdf(somebody: Newcomer) -> float:
    """All seven steps, as the page offers them."""
    page = somebody.page
    does = somebody.does
    does("step Scale", lambda: page.click("#step-scale"))
    does("left end onto the left pupil", lambda: drag_end(page, 0))
    does("right end onto the right pupil", lambda: drag_end(page, 1))
    does("step Hairline", lambda: page.click("#step-line"))
    does("another template", lambda: page.locator(".card").nth(1).click())
    does("lower", lambda: page.get_by_role("button", name="Lower").click())
    does("step Paint", lambda: page.click("#step-paint"))
    does("a stroke", lambda: drag(page, (0.45, 0.3), (0.55, 0.3)))
    does("step Look", lambda: page.click("#step-look"))
    does("another shade", lambda: page.locator(".swatches .key").nth(2).click())
    does("more density", lambda: page.get_by_role("slider", name="Density").fill("110"))
    does("step Compare", lambda: page.click("#step-compare"))
    does("the divider", lambda: drag(page, (0.5, 0.5), (0.4, 0.5)))
    does("step Hand over", lambda: page.click("#step-handover"))
    does("the client's name", lambda: page.fill("#client-name", "Anna"))

    def save() -> None:
        with page.expect_download(timeout=120_000) as download:
            page.click("#export-sheet")
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    return does("client sheet", save)


def table(rows: list[tuple[str, float, float]]) -> None:
    print(f"\n{'':44} {'target':>8} {'reached':>8}")
    for words, target, reached in rows:
        print(f"{words:44} {target:8g} {reached:8.1f} {'' if reached <= target else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "photo", type=Path, nargs="?", default=Path(os.environ.get("SMPSIM_SHARED", "../shared")) / FRONT
    )
    parser.add_argument("--sample", action="store_true", help="the sample client instead of a photo")
    parser.add_argument("--pictures", type=Path, help="folder for a screenshot after every click")
    asked = parser.parse_args()
    data = None if asked.sample else photo_of_12_mp(asked.photo)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        begun = time.perf_counter()
        command = [sys.executable, "-m", "smpsim", "studio", "--no-browser"]
        environment = {**os.environ, "SMPSIM_STUDIO_DIR": str(Path(folder) / "work")}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as studio:
            try:
                page = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True).new_page()
                assert studio.stdout
                page.goto(studio.stdout.readline().split()[-1])
                somebody = Newcomer(page, begun, asked.pictures)
                first = to_the_first_picture(somebody, data)
                clicks_first = somebody.clicks
                last = to_a_pdf(somebody)
            finally:
                studio.terminate()
        browser.close()
    table(
        [
            ("clicks to the first picture", 2, clicks_first),
            ("seconds to the first picture", 15, first),
            ("clicks to a saved PDF", 20, somebody.clicks),
            (f"seconds to it, with {PAUSE_S:g} s for each click", 240, last + PAUSE_S * somebody.clicks),
        ]
    )


if __name__ == "__main__":
    main()
