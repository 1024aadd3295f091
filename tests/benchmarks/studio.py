"""Time the studio's pictures by real requests over loopback, and watch its memory.

    python tests/benchmarks/studio.py [drag] [idle] [first] [tiles] [memory] [exact]       (all when none is named)

The scene: a sample head of 12 MP, 30,000 dots, a line that is dragged.  Times are those of the server, from the
question to the answer, as its Server-Timing says, encoding included; beside them a bare encoding of the same picture,
and the processor's time of the whole process, which a busy machine stretches less.  ``first`` begins with the bytes of
a JPEG (one of the shared photographs when they are there: it has a face) and ends with the answer to the first idle
question.  ``memory`` asks 200 previews of 15 MP after the first 60, by which everything that is remembered is full.
``exact`` compares what is shown with what is rendered.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import smpsim
from smpsim.colour import delta_e_2000, lab
from smpsim.files.project_file import project_of
from smpsim.studio.app import make_app
from smpsim.studio.serve import Studio

PHOTO = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared")) / "photos"
PHOTO /= "p01-front-light-bald-glasses-3840.jpg"
DOTS, FRAMES, PREVIEWS = 30_000, 60, 200
# previews after which all that is remembered has been asked for
FULL = 60
SCALE = {"px_per_mm": 12.0, "source": "typed", "uncertainty_frac": 0.0}


class Page:
    """Asks as the page does."""

    def __init__(self) -> None:
        self.studio = Studio(make_app())
        threading.Thread(target=self.studio.run, kwargs={"opened": None}, daemon=True).start()
        self.cookie = ""
        address = self.studio.address
        self.cookie = self.ask("GET", address[address.index("/?") :])[1]["set-cookie"].split(";")[0]

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        wire = http.client.HTTPConnection("127.0.0.1", self.studio.port, timeout=120)
        wire.request(method, path, body, {"Cookie": self.cookie} if self.cookie else {})
        answer = wire.getresponse()
        told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        wire.close()
        return told

    def open(self, data: bytes) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.ask("POST", "/api/photos?name=photo.jpg", data)[2])
        return told

    def preview(self, photo: str, project: dict[str, Any], **asked: Any) -> tuple[dict[str, str], bytes]:
        question = json.dumps({"project": project, "view": 0, **asked}).encode()
        status, headers, body = self.ask("POST", f"/api/photos/{photo}/preview", question)
        assert status == 200, body
        return headers, body


def head(width: int, height: int) -> tuple[bytes, dict[str, Any]]:
    """A head of some pixels as a JPEG, and a project of a line across it."""
    sample = smpsim.sample(px_per_mm=19)
    pixels = np.asarray(Image.fromarray(sample.photo.pixels).crop((0, 0, width, height)))
    high, wide = sample.photo.pixels.shape[:2]
    filled = np.pad(pixels[:high, :wide], ((0, max(height - high, 0)), (0, max(width - wide, 0)), (0, 0)), mode="edge")
    out = io.BytesIO()
    Image.fromarray(filled).save(out, "JPEG", quality=92)
    rows, columns = np.nonzero(sample.mask > 0.5)
    box = [int(v) for v in (columns.min(), rows.min(), columns.max(), rows.max())]
    return out.getvalue(), {"box": box}


def dragged(project: dict[str, Any], box: list[int], down: float) -> dict[str, Any]:
    """The project with a line that has been dragged by some pixels."""
    left, top, right, bottom = box
    middle, wide, high = (left + right) / 2, right - left, bottom - top
    half = {"mid": (0, 0.98, 1.0), "corner": (0.3, 0.85, 0.7), "end": (0.5, 0.5, 0.0)}
    points = [
        {"name": name, "x": middle + x * wide, "y": top + y * high + share * down, "sharp": False}
        for name, (x, y, share) in half.items()
    ]
    rear = [
        [middle + x * wide, top + y * high] for x, y in ((-0.5, 0.45), (-0.3, 0.05), (0, 0), (0.3, 0.05), (0.5, 0.45))
    ]
    photo = project["views"][0]["photo"]
    line = {
        "smpsim_hairline": 1,
        "width_px": photo["width_px"],
        "height_px": photo["height_px"],
        "points": points,
        "rear": rear,
        "axis": {"x": middle, "y": top, "tilt_deg": 0.0},
    }
    view = {**project["views"][0], "hairline": line, "mask": None, "scale": SCALE}
    return {**project, "views": [view]}


class Scene:
    """A head on the bench, with as many dots as are asked for."""

    def __init__(self, page: Page, width: int = 4000, height: int = 3000) -> None:
        self.page = page
        data, about = head(width, height)
        self.box = about["box"]
        opened = page.open(data)
        self.photo, self.base, self.data = opened["id"], opened["project"], data
        headers, _ = self.at(0.0, quality="idle", max_px=540)
        area = json.loads(headers["smpsim-stats"])["area_cm2"]
        self.base = {**self.base, "treatment": {"density_per_cm2": round(DOTS / area * 1.04, 1)}}

    def project(self, down: float) -> dict[str, Any]:
        return dragged(self.base, self.box, down)

    def at(self, down: float, **asked: Any) -> tuple[dict[str, str], bytes]:
        return self.page.preview(self.photo, self.project(down), **asked)


def line(name: str, target: str, reached: str, bare: str = "") -> None:
    print(f"{name:44s} {target:>22s} {reached:>38s} {bare:>22s}", flush=True)


def frames(scene: Scene, name: str, target: str, number: int, **asked: Any) -> None:
    """Drag the line to and fro and time the answers."""
    for k in range(6):
        scene.at(-6.0 * k, **asked)
    spent, begun = [], time.process_time()
    for k in range(number):
        headers, body = scene.at(-4.0 * abs(k % 24 - 12) - 0.1 * k, **asked)
        spent.append(float(headers["server-timing"].rpartition("all;dur=")[2]))
    cpu = 1000 * (time.process_time() - begun) / number
    shown = Image.open(io.BytesIO(body))
    begun = time.perf_counter()
    for _ in range(10):
        shown.copy().save(io.BytesIO(), "JPEG", quality=93, subsampling=0)
    bare = 100 * (time.perf_counter() - begun)
    dots = json.loads(headers["smpsim-stats"])["n_dots"]
    median, late = np.percentile(spent, [50, 95])
    line(
        f"{name}, {shown.width} x {shown.height} px, {dots} dots",
        target,
        f"{median:.0f} ms, {late:.0f} ms (cpu {cpu:.0f} ms)",
        f"encode {bare:.0f} ms",
    )


def drag(page: Page) -> None:
    scene = Scene(page)
    left, top, right, bottom = scene.box
    region = [left, top, right - left, bottom - top]
    scene.at(0.0, quality="idle", max_px=1080)
    frames(scene, "drag, half size, part", "50 ms, 95 %: 100 ms", FRAMES, quality="drag", max_px=540, region=region)
    frames(scene, "drag, half size, all", "50 ms, 95 %: 100 ms", FRAMES, quality="drag", max_px=960)


def idle(page: Page) -> None:
    scene = Scene(page)
    frames(scene, "idle, 1080p", "150 ms", FRAMES // 3, quality="idle", max_px=1440)


def first(page: Page) -> None:
    """From the bytes of a photo to the first picture."""
    data = PHOTO.read_bytes() if PHOTO.exists() else head(4000, 3000)[0]
    spent, bare = [], []
    for _ in range(3):
        begun = time.perf_counter()
        picture = Image.open(io.BytesIO(data))
        picture.load()
        picture.reduce(4).save(io.BytesIO(), "JPEG")
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        opened = page.open(data)
        project = opened["project"]
        if project["views"][0]["hairline"] is None and project["views"][0]["mask"] is None:
            project = dragged(project, [400, 300, 3000, 2400], 0.0)
        page.preview(opened["id"], project, quality="idle", max_px=1080)
        spent.append(time.perf_counter() - begun)
    size = f"{picture.width * picture.height / 1e6:.1f} MP"
    line(f"first picture of {size}", "2 s", f"{np.median(spent):.2f} s", f"decode + encode {np.median(bare):.2f} s")


def tiles(page: Page) -> None:
    scene = Scene(page)
    middle = (scene.box[0] + scene.box[2]) // 2, (scene.box[1] + scene.box[3]) // 2
    spent = []
    for k in range(12):
        window = [middle[0] + 512 * (k % 3 - 1), middle[1] + 512 * (k // 3 - 2), 512, 512]
        headers, body = scene.at(0.0, window=window)
        spent.append(float(headers["server-timing"].rpartition("all;dur=")[2]))
    tile = Image.open(io.BytesIO(body))
    tile.load()
    begun = time.perf_counter()
    tile.save(io.BytesIO(), "PNG", compress_level=3)
    bare = 1000 * (time.perf_counter() - begun)
    line("tile of 512 px at 1:1, the first", "-", f"{spent[0]:.0f} ms", f"encode {bare:.0f} ms")
    line("tile of 512 px at 1:1, the others", "200 ms", f"{np.median(spent[1:]):.0f} ms", f"encode {bare:.0f} ms")


def resident_mb() -> float:
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith("VmRSS"):
            return int(row.split()[1]) / 1024
    return float("nan")


def memory(page: Page) -> None:
    """All kinds of previews of one photo of 15 MP, with other treatments, lines, parts and sizes."""
    scene = Scene(page, 4600, 3260)

    def some(k: int) -> None:
        scene.base = {
            **scene.base,
            "treatment": {"density_per_cm2": 60 + 10.0 * (k % 5), "diameter_mm": 0.2 + 0.02 * (k % 4)},
        }
        x, y = 900 + 37 * (k % 20), 700 + 53 * (k % 11)
        asked: list[dict[str, Any]] = [
            {"quality": "drag", "max_px": 540, "region": [x, y, 1600, 1200]},
            {"quality": "idle", "max_px": 1080},
            {"quality": "layer", "max_px": 1080},
            {"quality": "drag", "max_px": 700},
            {"window": [x, y, 512, 512]} if k % 3 == 0 else {"quality": "idle", "max_px": 900 + 11 * (k % 13)},
        ]
        scene.at(-7.0 * (k % 17), **asked[k % 5])

    for k in range(FULL):
        some(k)
    before = resident_mb()
    for k in range(PREVIEWS):
        some(k + FULL)
    after = resident_mb()
    line(
        f"memory after {PREVIEWS} previews of 15 MP",
        "at most 5 % more",
        f"{100 * (after / before - 1):+.1f} % of {before:.0f} MB",
    )


def exact(page: Page) -> None:
    """What is shown, beside what is rendered at the same size."""
    scene = Scene(page)
    project = project_of(scene.project(0.0))
    coverage, _ = project.views[0].area()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", smpsim.SmpsimWarning)
        sitting = smpsim.Sitting(scene.data, coverage, scale=project.views[0].scale)
    for quality, max_px in (("rest", 1440), ("drag", 720)):
        headers, body = scene.at(0.0, quality=quality, max_px=max_px)
        shown = np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))
        rendered = sitting.render(treatment=project.treatment, seed=project.seed, max_px=max_px)
        coded = np.asarray(Image.open(io.BytesIO(rendered.encode("jpeg"))).convert("RGB"))
        space = rendered.photo.space
        apart = delta_e_2000(*(lab(space.decode(np.ascontiguousarray(image)), space) for image in (shown, coded)))
        inside = np.asarray(Image.fromarray((coverage * 255).astype(np.uint8)).resize(coded.shape[1::-1])) > 127
        missing = abs(json.loads(headers["smpsim-stats"])["n_dots"] - rendered.stats.n_dots)
        mean, most = apart[inside].mean(), np.percentile(apart[inside], 99)
        line(
            f"{quality}, {max_px} px, against render",
            "-",
            f"Delta E mean {mean:.2f}, 99 % {most:.1f}; dots {missing:+d}",
        )


def main() -> None:
    warnings.simplefilter("ignore", smpsim.SmpsimWarning)
    every = {"drag": drag, "idle": idle, "first": first, "tiles": tiles, "memory": memory, "exact": exact}
    print(f"{'':44s} {'target':>22s} {'reached: median, 95 %':>38s} {'bare':>22s}   load {os.getloadavg()[0]:.1f}")
    page = Page()
    for name in sys.argv[1:] or every:
        every[name](page)


if __name__ == "__main__":
    main()
