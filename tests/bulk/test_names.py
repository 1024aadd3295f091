from __future__ import annotations

from pathlib import Path

import pytest

from smpsim.bulk.names import Companions, check_preview_pattern, fill, preview_name
from smpsim.bulk.sources import Found
from smpsim.errors import InputError, ParameterError

PHOTO = Found("in/sub/a.b.jpg", "sub")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def touch(*paths: str) -> None:
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_fields_of_a_pattern() -> None:
    assert fill("{tree}/{stem}-mask{ext}", PHOTO) == "sub/a.b-mask.jpg"
    assert fill("{tree}", Found("x.jpg")) == "."
    assert fill("{stem}", Found("{x}.jpg")) == "{x}"


@pytest.mark.parametrize(
    ("path", "name"), [("a.jpg", "a_smp.jpg"), ("a.JPG", "a_smp.JPG"), ("a.heic", "a_smp.jpg"), ("a.GIF", "a_smp.png")]
)
def test_previews_have_an_extension_that_is_written(path: str, name: str) -> None:
    assert preview_name("{stem}_smp{ext}", Found(path)) == name
    assert preview_name("{stem}.tif", Found(path)) == "a.tif"


@pytest.mark.parametrize(
    "pattern",
    [
        "x.jpg",
        "{stem}",
        "{stem}.bmp",
        "{stem}/{ext}",
        "../{stem}.jpg",
        "{tree}{stem}.jpg",
        "{nix}.jpg",
        "{",
        "{stem!r}.jpg",
        "{stem:>9}.jpg",
        "{stem.__class__}.jpg",
        "{0}.jpg",
    ],
)
def test_patterns_of_previews_that_are_refused(pattern: str) -> None:
    with pytest.raises(ParameterError):
        check_preview_pattern(pattern)


def test_a_pattern_starts_at_the_photo() -> None:
    touch("in/sub/a.b_mask.png", "masks/a.b.png")
    assert Companions("{stem}_mask.png", "masks").of(PHOTO) == "in/sub/a.b_mask.png"
    assert Companions("../../masks/{stem}.png", "masks").of(PHOTO) == "masks/a.b.png"
    assert Companions("{stem}.mask.png", "masks").of(PHOTO) is None


def test_a_folder_has_the_photos_trees_and_stems() -> None:
    touch("masks/sub/a.b.tif", "masks/a.b.png", "masks/sub/a.b.txt")
    masks = Companions("masks", "masks")
    assert masks.of(PHOTO) == "masks/sub/a.b.tif"
    assert masks.of(Found("a.b.jpg")) == "masks/a.b.png"
    assert masks.of(Found("nix.jpg", "other")) is None
    touch("masks/sub/a.b.png")
    with pytest.raises(InputError, match=r"several masks fit: a\.b\.png, a\.b\.tif"):
        Companions("masks", "masks").of(PHOTO)


def test_one_file_for_all() -> None:
    touch("mask.png")
    assert Companions("mask.png", "masks").of(PHOTO) == "mask.png"


def test_masks_among_the_photos_are_known() -> None:
    touch("in/mask.png", "in/masks/a.png", "in/a.png")
    beside, one, folder = (Companions(said, "masks") for said in ("{stem}_[m].png", "in/mask.png", "in/masks"))
    assert beside.claims(Found("in/a_[m].png"))
    assert not beside.claims(Found("in/a_m.png"))
    assert one.claims(Found("in/../in/mask.png"))
    assert not one.claims(Found("in/a.png"))
    assert folder.claims(Found("in/masks/a.png", "masks"))
    assert not folder.claims(Found("in/a.png"))
    # a pattern that leads elsewhere says nothing about the names of photos
    assert not Companions("masks/{stem}.png", "masks").claims(Found("in/a.png"))


@pytest.mark.parametrize(
    ("said", "error"), [("nix", InputError), ("{nix}.png", ParameterError), ("{stem", ParameterError)]
)
def test_companions_that_are_refused(said: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="masks: "):
        Companions(said, "masks")
