"""All code and all commands of the pages run as they stand, page by page, on photos that fit the page."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import projects
import pytest
from PIL import Image
from shown import ROOT, blocks, quick_studio, run_commands

import smpsim
import smpsim.synthetic
from smpsim.scalp import likeness

DOCS = ROOT / "docs"
#: pages whose code other tests run
ELSEWHERE = {"batch.md": "bulk/test_recipes.py", "pages.md": "cli/test_examples.py"}
sample = functools.cache(smpsim.sample)


def save_mask(mask: np.ndarray, name: str) -> None:
    Image.fromarray(np.rint(255 * mask).astype(np.uint8)).save(name)


def a_client() -> dict[str, Any]:
    """A photo under both names that pages use; half as large as pages say, so that it is quick."""
    head = sample(px_per_mm=4)
    for name in ("photo.jpg", "client.jpg"):
        Image.fromarray(head.photo.pixels).save(name, quality=95)
    save_mask(head.mask, "mask.png")
    return {"photo": head.photo, "mask": head.mask, "scale": head.scale, "depth_mm": head.truth.height_mm}


def a_face() -> dict[str, Any]:
    """A scalp with a drawn line, so high above pupils at the places of the page that it could be that of a face."""
    head = sample(px_per_mm=10.3, line="white")
    around = ((108, 300), (904, 100), (0, 0))
    pixels = np.pad(head.photo.pixels, around, mode="edge")
    mask = np.pad(head.mask, around[:2])
    Image.fromarray(pixels).save("client.jpg", quality=95)
    rows, columns = mask.shape
    Path("area.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns}" height="{rows}">'
        f'<rect x="1600" y="300" width="400" height="200"/></svg>',
        "utf-8",
    )
    third = np.arange(columns) * 3 // columns
    zones = {name: mask * (third == k) for k, name in enumerate(("front", "top", "crown"))}
    return {"photo": smpsim.read_photo("client.jpg"), "ears": np.zeros_like(mask), **zones}


def shaved_hair() -> dict[str, Any]:
    """A shaved head, and somebody's healed work."""
    hairy, bare = sample(px_per_mm=8, hair="buzz"), sample(px_per_mm=8)
    Image.fromarray(hairy.photo.pixels).save("client.jpg", quality=95)
    save_mask(hairy.mask, "mask.png")
    window = (400, 610, 180, 180)
    healed = smpsim.render(bare.photo, np.ones_like(bare.mask), scale=12, window=window)
    pixels = bare.photo.pixels.copy()
    pixels[610:790, 400:580] = healed.image
    Image.fromarray(pixels).save("healed.jpg", quality=95)
    return {"mask": hairy.mask}


def old_work() -> dict[str, Any]:
    """A photo of bad work, and a mask of it."""
    head = sample(px_per_mm=4)
    bad = smpsim.render(head.photo, head.mask, scale=8, treatment=smpsim.Treatment.preset("uneven-hand"))
    bad.save("old.jpg")
    save_mask(head.mask, "old_mask.png")
    return a_client()


def a_scar() -> dict[str, Any]:
    """A mask of a strip."""
    head = sample(px_per_mm=4)
    save_mask(head.mask * (np.arange(head.mask.shape[0])[:, None] // 20 == 8), "scar.png")
    return a_client()


def clients() -> dict[str, Any]:
    """A client's project and pack, and a folder with such."""
    made = projects.packed("crown")
    projects.write(made, Path())
    projects.write(made, Path("clients"))[1].unlink()
    return a_client()


#: page -> what it needs
PAGES: dict[str, Callable[[], dict[str, Any]]] = {
    "cases.md": a_scar,
    "cookbook.md": lambda: {"np": np, "Path": Path},
    "curved-scalps.md": a_client,
    "hairlines.md": a_face,
    "match.md": shaved_hair,
    "photo-check.md": a_client,
    "quickstart/command-line.md": a_face,
    "quickstart/python.md": a_client,
    "quickstart/studio.md": dict,
    "repair.md": old_work,
    "studio.md": clients,
    "time.md": a_client,
}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SMPSIM_CONFIG", str(tmp_path / "config"))
    quick_studio(tmp_path, monkeypatch)
    for module in (smpsim, smpsim.synthetic):
        monkeypatch.setattr(module, "sample", sample)
    # how well stubble is measured is not the question here
    monkeypatch.setattr(likeness, "_ROUNDS", (40, 60))


@pytest.mark.parametrize("page", PAGES)
def test_page(page: str) -> None:
    names: dict[str, Any] = {"smpsim": smpsim, "__name__": "__main__"} | PAGES[page]()
    for language, text in blocks(f"docs/{page}"):
        if language == "sh":
            run_commands(text)
        elif language == "python":
            # a recipe stands for itself
            exec(compile(text, page, "exec"), dict(names) if page == "cookbook.md" else names)
        elif language == "toml":
            Path("shown.toml").write_text(text, "utf-8")
            smpsim.Treatment.load("shown.toml")


def test_no_page_is_left_out() -> None:
    found = {
        path.relative_to(DOCS).as_posix(): text
        for path in DOCS.rglob("*.md")
        if "gallery" not in path.parts and "_build" not in path.parts
        for language, text in blocks(path.relative_to(ROOT).as_posix())
        if language in ("sh", "python", "toml", "bash")
    }
    for page, text in found.items():
        if page not in {*PAGES, *ELSEWHERE, "reference/commands.md"}:  # the examples of --help: cli/test_examples.py
            assert re.fullmatch(r"((python tests/|pytest tests/|pip install ).*\n)+", text), page


def test_code_says_its_language() -> None:
    """Else it would not be run."""
    for path in (*ROOT.glob("*.md"), *DOCS.glob("*.md"), *DOCS.glob("quickstart/*.md")):
        for language, text in re.findall(r"```(\w*)\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
            assert language or not re.search(r"^smpsim [a-z]|smpsim\.\w+\(", text, re.MULTILINE), (path.name, text)


def test_programs_that_pages_name_are_there() -> None:
    """Benchmarks take minutes: it is enough that they exist."""
    for path in (*DOCS.glob("*.md"), *ROOT.glob("*.md")):
        for name in re.findall(r"\b(?:tests|docs|examples)/[\w/]+\.py\b", path.read_text("utf-8")):
            assert (ROOT / name).exists(), (path.name, name)


def test_the_cookbook_has_its_recipes() -> None:
    assert len(re.findall(r"^## ", (DOCS / "cookbook.md").read_text("utf-8"), re.MULTILINE)) >= 20
