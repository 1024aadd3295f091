from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from smpsim.bulk.plan import Places, Plan, make_plan
from smpsim.errors import InputError, MaskError, OutputExistsError, ParameterError

MASKS = "{stem}_mask.png"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch("in/a.jpg", "in/a_mask.png", "in/b.png", "in/b_mask.png", "in/sub/a.jpg", "in/sub/a_mask.png")


def touch(*paths: str) -> None:
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def plan(*sources: str, out: str = "out", masks: str = MASKS, treatments: str | None = None, **options: Any) -> Plan:
    name = options.pop("name", "{stem}_smp{ext}")
    more = {key: options.pop(key) for key in ("protect", "propose") if key in options}
    return make_plan(Places(sources or ("in",), out, masks, treatments, name, **more), **options)


def outs(made: Plan) -> list[str]:
    return [job.out for job in made.jobs]


def test_every_photo_has_its_mask_and_keeps_its_tree() -> None:
    made = plan()
    assert [(job.src, job.mask, job.out) for job in made.jobs] == [
        ("in/a.jpg", "in/a_mask.png", "out/a_smp.jpg"),
        ("in/b.png", "in/b_mask.png", "out/b_smp.png"),
        ("in/sub/a.jpg", "in/sub/a_mask.png", "out/sub/a_smp.jpg"),
    ]
    assert made.settled == ()
    assert not Path("out").exists()


def test_sidecars() -> None:
    touch("in/a.toml", "own/sub/a.toml")
    assert [job.sidecar for job in plan(treatments="{stem}.toml").jobs] == ["in/a.toml", None, None]
    assert [job.sidecar for job in plan(treatments="own").jobs] == [None, None, "own/sub/a.toml"]


def test_protected_places() -> None:
    touch("in/a_protect.png", "kept/sub/a.png", "all.png")
    assert [job.protect for job in plan().jobs] == ["in/a_protect.png", None, None]
    assert [job.protect for job in plan(protect="kept").jobs] == [None, None, "kept/sub/a.png"]
    assert [job.protect for job in plan("in/b.png", protect="all.png").jobs] == ["all.png"]
    with pytest.raises(OutputExistsError, match=r"over an input: in/a_protect\.png"):
        plan("in/a.jpg", out="in", name="{stem}_protect.png", on_exists="overwrite")
    with pytest.raises(InputError, match=r"protect: nix: no such file or folder"):
        plan(protect="nix")


def test_a_photo_without_a_mask_is_done_when_masks_are_proposed() -> None:
    os.unlink("in/b_mask.png")
    made = plan(propose=True)
    assert [job.mask for job in made.jobs] == ["in/a_mask.png", None, "in/sub/a_mask.png"]
    assert made.settled == ()


def test_the_same_photo_twice_is_one() -> None:
    assert outs(plan("in", "in/a.jpg", "in/sub/../a.jpg")) == outs(plan())


def test_the_order_is_that_of_the_names() -> None:
    assert outs(plan("in/b.png", "in/a.jpg")) == outs(plan("in/a.jpg", "in/b.png"))


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_shards_share_the_photos_out(count: int) -> None:
    shards = [outs(plan(shard=(number, count))) for number in range(1, count + 1)]
    assert sorted(out for shard in shards for out in shard) == sorted(outs(plan()))
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


def test_previews_among_the_photos_are_no_photos() -> None:
    before = outs(plan(out="in"))
    touch(*before)
    assert outs(plan(out="in", on_exists="overwrite")) == before
    touch("in/previews/a_smp.jpg", "in/previews/sub/other.jpg")
    inside = plan(out="in/previews", on_exists="overwrite")
    assert [job.src for job in inside.jobs if "previews" in job.src] == []


def test_an_output_folder_above_the_photos_hides_nothing() -> None:
    assert [job.src for job in plan(out=".").jobs] == [job.src for job in plan().jobs]


def test_two_photos_with_one_preview_are_refused() -> None:
    with pytest.raises(OutputExistsError, match=r"1 preview would be written twice: in/a\.jpg and in/sub/a\.jpg"):
        plan("in/a.jpg", "in/sub/a.jpg")
    touch("in/b.jpg", "in/b.webp")
    with pytest.raises(OutputExistsError, match=r"written twice"):
        plan(name="{stem}.jpg")


def test_an_input_is_never_an_output() -> None:
    with pytest.raises(OutputExistsError, match="over an input"):
        plan(out="in", name="{stem}{ext}", on_exists="overwrite")
    with pytest.raises(OutputExistsError, match=r"over an input: in/b_mask\.png"):
        plan("in/b.png", out="in", name="{stem}_mask{ext}", on_exists="overwrite")
    os.symlink("in", "link")
    with pytest.raises(OutputExistsError, match="over an input"):
        plan(out="link", name="{stem}{ext}", on_exists="skip")


def test_previews_that_exist() -> None:
    touch("out/a_smp.jpg", "out/b_smp-2.png", "out/b_smp.png")
    with pytest.raises(OutputExistsError, match=r"2 previews of 3 .*out/a_smp\.jpg, out/b_smp\.png: use"):
        plan()
    skipped = plan(on_exists="skip")
    assert outs(skipped) == ["out/sub/a_smp.jpg"]
    assert [result.status for result in skipped.settled] == ["skipped", "skipped"]
    assert outs(plan(on_exists="rename")) == ["out/a_smp-2.jpg", "out/b_smp-3.png", "out/sub/a_smp.jpg"]
    assert [job.overwrite for job in plan(on_exists="overwrite").jobs] == [True] * 3
    # on resume the worker compares what is there
    assert len(plan(resume=True).jobs) == 3


def test_new_names_avoid_those_of_other_photos() -> None:
    touch("out/a_smp.jpg", "in/a_smp-1.jpg")
    assert outs(plan("in/a.jpg", "in/a_smp-1.jpg", name="{stem}.jpg", masks="in/a_mask.png")) == [
        "out/a.jpg",
        "out/a_smp-1.jpg",
    ]
    touch("out/a.jpg", "in/a-2.jpg")
    renamed = plan("in/a.jpg", "in/a-2.jpg", name="{stem}.jpg", masks="in/a_mask.png", on_exists="rename")
    assert sorted(outs(renamed)) == ["out/a-2.jpg", "out/a-3.jpg"]


def test_photos_that_are_done_are_left_out() -> None:
    made = plan(done={("in/a.jpg", "out/a_smp.jpg")}, resume=True)
    assert outs(made) == ["out/b_smp.png", "out/sub/a_smp.jpg"]
    assert [(result.src, result.status) for result in made.settled] == [("in/a.jpg", "skipped")]


def test_a_photo_without_a_mask_fails_alone() -> None:
    os.unlink("in/b_mask.png")
    made = plan()
    assert len(made.jobs) == 2
    (failure,) = made.settled
    assert (failure.src, failure.status) == ("in/b.png", "failed")
    assert failure.error is not None
    assert (failure.error.code, failure.error.message) == (3, "b.png: has no mask ({stem}_mask.png)")


def test_a_listed_photo_that_is_not_there_is_said_to_be_missing() -> None:
    Path("list.txt").write_text("in/a.jpg\nin/gone.jpg\n")
    (failure,) = plan("@list.txt").settled
    assert failure.error is not None
    assert failure.error.message == "gone.jpg: no such file"


def test_a_photo_whose_format_is_not_written_fails_alone() -> None:
    touch("in/c.bmp", "in/c_mask.png")
    made = plan("in", "in/c.bmp")
    assert [(result.src, result.error and result.error.code) for result in made.settled] == [("in/c.bmp", 2)]


def test_a_batch_in_which_nothing_can_be_done_is_refused() -> None:
    with pytest.raises(MaskError, match=r"none of 6 photos .* a\.jpg: has no mask"):
        plan(masks="nix/{stem}.png")
    Path("empty").mkdir()
    with pytest.raises(InputError, match="no photo is to be found in empty"):
        plan("empty")


@pytest.mark.parametrize(
    "options",
    [
        {"on_exists": "nix"},
        {"shard": (0, 3)},
        {"shard": (4, 3)},
        {"on_exists": "rename", "shard": (1, 2)},
        {"on_exists": "rename", "resume": True},
    ],
)
def test_choices_that_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        plan(**options)
