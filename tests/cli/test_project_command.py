"""Projects of the studio on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import projects
import pytest
from PIL import Image

from smpsim import read_label, read_photo, render


def test_a_project_and_its_pack_give_the_librarys_pixels(smpsim: Any, tmp_path: Path) -> None:
    made = projects.packed("front")
    project, pack = projects.write(made, tmp_path / "in")
    for path in (project, pack):
        result = smpsim("render", path, "-o", "out.png", "--overwrite", "--json")
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout)["seed"] == 7
        coverage, protect = made.project.views[0].area()
        expected = render(
            tmp_path / "in" / "front.jpg",
            coverage,
            scale=made.project.views[0].scale,
            protect=protect,
            treatment=made.project.treatment,
            seed=7,
        )
        assert np.array_equal(np.asarray(Image.open("out.png")), expected.image)
    label = read_label("out.png")
    assert label is not None
    assert label["treatment"]["density_per_cm2"] == 120
    assert "Client" not in json.dumps(label)


def test_one_of_several_views(smpsim: Any, tmp_path: Path) -> None:
    project, _ = projects.write(projects.packed("front", "crown"), tmp_path / "in")
    result = smpsim("render", project, "-o", "out.png")
    assert result.exit_code == 2
    assert "has 2 views (1 'front', 2 'crown'); name one of them" in result.stderr
    assert smpsim("render", project, "-o", "name.png", "--view", "crown").exit_code == 0
    assert smpsim("render", project, "-o", "number.png", "--view", "2").exit_code == 0
    assert Path("name.png").read_bytes() == Path("number.png").read_bytes()
    assert smpsim("render", project, "-o", "out.png", "--view", "3").exit_code == 2
    (tmp_path / "in" / "front.jpg").unlink()  # only the view's own photo is needed
    assert smpsim("render", project, "-o", "again.png", "--view", "2").exit_code == 0


def test_flags_win(smpsim: Any, tmp_path: Path) -> None:
    _, pack = projects.write(projects.packed("front"), tmp_path / "in")
    words = ("--density", 60, "--px-per-mm", 9, "--seed", 3, "--json", "--max-px", 80)
    told = json.loads(smpsim("render", pack, "-o", "out.png", *words).stdout)
    assert (told["px_per_mm"], told["seed"], told["scale_source"]) == (9, 3, "typed")
    label = read_label("out.png")
    assert label is not None
    assert label["treatment"]["density_per_cm2"] == 60
    assert read_photo("out.png").size == (80, 60)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("mask.png",), 2, "MASK mask.png: a project has its own; leave it out"),
        (("--preset", "full"), 2, "--preset full: a project has its own"),
        (("--protect", "x.png"), 2, "--protect x.png: a project has its own"),
    ],
)
def test_what_a_project_has_of_its_own(smpsim: Any, tmp_path: Path, words: Any, code: int, said: str) -> None:
    project, _ = projects.write(projects.packed("front"), tmp_path / "in")
    result = smpsim("render", project, *words, "-o", "out.png")
    assert result.exit_code == code
    assert said in result.stderr
    assert not Path("out.png").exists()


def test_failures_are_one_line(smpsim: Any, tmp_path: Path) -> None:
    project, pack = projects.write(projects.packed("front"), tmp_path / "in")
    photo = tmp_path / "in" / "front.jpg"
    assert "is the input itself" in smpsim("render", project, "-o", photo, "--overwrite").stderr
    photo.unlink()
    for path, said in ((project, "front.jpg is not there"), (tmp_path / "no.smpz", "no such file")):
        result = smpsim("render", path, "-o", "out.png")
        assert (result.exit_code, len(result.stderr.splitlines())) == (3, 1)
        assert said in result.stderr
    pack.write_bytes(pack.read_bytes()[:99])
    assert smpsim("render", pack, "-o", "out.png").exit_code == 3
    assert "a photo has no views" in smpsim("render", "a.jpg", "--view", "1", "-o", "out.png").stderr


def test_a_view_in_which_nothing_is_treated(smpsim: Any, tmp_path: Path) -> None:
    project, _ = projects.write(projects.packed("front"), tmp_path / "in")
    value = json.loads(project.read_text())
    value["views"][0]["strokes"] = []
    project.write_text(json.dumps(value))
    result = smpsim("render", project, "-o", "out.png")
    assert result.exit_code == 3
    assert "front: nothing is treated in this view" in result.stderr
