"""What the README shows runs as it stands, from top to bottom, in one folder."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shown import ROOT, blocks, quick_studio, run_commands

import smpsim

README = blocks("README.md")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a client's photo, as wide as the ruler in the README is long, and a mask."""
    folder = tmp_path_factory.mktemp("client")
    scalp = smpsim.sample(px_per_mm=4)
    for name in ("client.jpg", "client.heic"):  # the content decides: no HEIC can be written here
        Image.fromarray(scalp.photo.pixels).save(folder / name, format="JPEG")
    Image.fromarray(np.rint(255 * scalp.mask).astype(np.uint8)).save(folder / "mask.png")
    copies = {"photos": ("one.jpg", "one.mask.png"), "smpsim-demo": ("photo.jpg", "mask.png")}
    for beside, names in copies.items():
        (folder / beside).mkdir()
        for name, copy in zip(("client.jpg", "mask.png"), names, strict=True):
            (folder / beside / copy).write_bytes((folder / name).read_bytes())
    return folder


def test_python_runs(folder: Path) -> None:
    (script,) = (text for language, text in README if language == "python")
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\d+ dots on \d+ cm2\n", done.stdout)
    assert smpsim.read_label(folder / "preview.png")["treatment"]["density_per_cm2"] == 90


def test_the_command_line_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    quick_studio(folder, monkeypatch)
    first, *others = (text for language, text in README if language == "sh")
    assert sum(map(run_commands, others)) == 5
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for line in first.splitlines():
        make, target, *_ = line.split()
        assert make == "make"
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for code in re.findall(r"`(pip install .*?|smpsim .*?|make .*?)`", (ROOT / "README.md").read_text("utf-8")):
        assert code in ('pip install ".[studio]"', "smpsim demo", "make docs")


PAGES = [
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "docs/quickstart/*.md", "docs/reference/*.md")
    for path in sorted(ROOT.glob(pattern))
]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if target.endswith(("gallery/index.md", "gallery/index.rst")):  # made with the book
            continue
        assert ((ROOT / page).parent / target).exists(), target


def rooms() -> dict[str, str]:
    """Return what the map says of each room, in its order."""
    tree = (ROOT / "docs/architecture.md").read_text("utf-8").split("```")[1]
    parts = re.split(r"^  (\w+)(?:/|\.py) ", tree, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_map_of_rooms_names_every_file() -> None:
    """And none that is not there."""
    for room, text in rooms().items():
        there = {path.name for path in (ROOT / "smpsim" / room).glob("*.py")} - {"__init__.py"}
        assert set(re.findall(r"\b\w+\.py\b", text)) == there, room


def test_the_map_of_rooms_has_the_order_of_the_import_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    floor = {room: k for k, layer in enumerate(reversed(layers)) for room in layer.split(" | ")}
    mapped = list(rooms())
    assert sorted(mapped) == sorted(floor)
    assert mapped == sorted(mapped, key=floor.__getitem__)
