"""``smpsim batch``: what is said, written and returned."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from smpsim import read_photo
from smpsim.cli import meter
from smpsim.cli.meter import Meter
from smpsim.cli.talk import Talk

NAMES = ("a", "b", "c")
FAST = ("--px-per-mm", "8", "-j", "1")


@pytest.fixture
def folder(smpsim: Any, tmp_path: Path, pair: tuple[Path, Path]) -> Path:
    """Three photos with masks in the folder `in` of the current one."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in NAMES:
        for path, end in zip(pair, (".png", "_mask.png"), strict=True):
            (folder / f"{name}{end}").write_bytes(path.read_bytes())
    return folder


def outputs() -> list[str]:
    return sorted(path.name for path in Path("out").iterdir())


@pytest.mark.usefixtures("folder")
def test_a_folder(smpsim: Any) -> None:
    result = smpsim("batch", "in", "-o", "out", *FAST)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("3 photos: 3 done in ")
    assert outputs() == ["a_smp.png", "b_smp.png", "c_smp.png"]


@pytest.mark.usefixtures("folder")
def test_what_is_to_be_known_of_photos_is_counted_and_named_when_asked_for(smpsim: Any) -> None:
    words = ("batch", "in", "-o", "out", "-j", "1", "--overwrite")
    short = smpsim(*words)
    # the mask is as wide as a head, so that its 80 px are far too few
    line = "notes on 3 photos: scale estimated for 3, dots not resolved in 3"
    assert short.stderr.splitlines()[1:] == [f"{line}; -v names them"]
    long = smpsim(*words, "-v").stderr.splitlines()
    assert long[-1] == line
    for name in NAMES:
        assert any(line.startswith(f"note: in/{name}.png: scale estimated from the mask") for line in long)
    assert "notes" not in smpsim(*words, "-q").stderr
    one = smpsim("batch", "in/a.png", *words[2:], "--px-per-mm", "8").stderr
    assert one.startswith("1 photo: 1 done in ")
    assert one.splitlines()[1] == "notes on 1 photo; -v names them"


def test_failures_are_listed_and_the_status_is_4(smpsim: Any, folder: Path) -> None:
    Image.new("L", (80, 80)).save(folder / "b_mask.png")
    result = smpsim("batch", "in", "-o", "out", *FAST, "--json")
    assert result.exit_code == 4
    *photos, summary = map(json.loads, result.stdout.splitlines())
    assert {(photo["src"], photo["status"]) for photo in photos} == {
        ("in/a.png", "done"),
        ("in/b.png", "failed"),
        ("in/c.png", "done"),
    }
    message = "b_mask.png: is empty: paint the area to treat white on black"
    assert [photo["error"] for photo in photos if "error" in photo] == [{"code": 3, "message": message}]
    assert all(photo["n_dots"] > 0 and isinstance(photo["seconds"], dict) for photo in photos if "n_dots" in photo)
    assert summary.pop("seconds") > 0
    assert summary.pop("photos_per_s") > 0
    assert summary == {
        "status": "finished",
        "n_photos": 3,
        "n_done": 2,
        "n_failed": 1,
        "n_skipped": 0,
        "n_planned": 0,
        "n_left": 0,
        "failures": [{"src": "in/b.png", "code": 3, "message": message}],
    }
    assert f"failed: in/b.png: {message}\n" in result.stderr
    assert outputs() == ["a_smp.png", "c_smp.png"]


def test_quiet_says_failures_alone(smpsim: Any, folder: Path) -> None:
    Image.new("L", (80, 80)).save(folder / "b_mask.png")
    result = smpsim("batch", "in", "-o", "out", *FAST, "-q")
    assert result.exit_code == 4
    assert result.stderr.startswith("failed: in/b.png: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("folder")
def test_dry_run(smpsim: Any) -> None:
    result = smpsim("batch", "in", "-o", "out", "--name", "{stem}.jpg", "--dry-run", "--json")
    assert result.exit_code == 0
    assert [json.loads(line).get("out") for line in result.stdout.splitlines()[:-1]] == [
        f"out/{name}.jpg" for name in NAMES
    ]
    assert "planned: in/a.png -> out/a.jpg" in result.stderr
    assert not Path("out").exists()


@pytest.mark.usefixtures("folder")
def test_existing_previews(smpsim: Any) -> None:
    Path("out").mkdir()
    Path("out/a_smp.png").write_bytes(b"old")
    refused = smpsim("batch", "in", "-o", "out", *FAST)
    assert refused.exit_code == 2
    assert "1 preview of 3 would be written over: out/a_smp.png" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert outputs() == ["a_smp.png"]
    assert smpsim("batch", "in", "-o", "out", *FAST, "--skip-existing").exit_code == 0
    assert Path("out/a_smp.png").read_bytes() == b"old"
    assert smpsim("batch", "in/a.png", "-o", "out", *FAST, "--on-exists", "rename").exit_code == 0
    assert outputs() == ["a_smp-2.png", "a_smp.png", "b_smp.png", "c_smp.png"]
    assert smpsim("batch", "in/a.png", "-o", "out", *FAST, "--overwrite").exit_code == 0
    assert Path("out/a_smp.png").read_bytes() == Path("out/a_smp-2.png").read_bytes()


@pytest.mark.usefixtures("folder")
def test_flags_win_over_sidecars(smpsim: Any) -> None:
    Path("in/a.toml").write_text("schema = 1\ndensity_per_cm2 = 200\nneedle_depth_mm = 1.1\n", "utf-8")
    words = ("--treatments", "{stem}.toml", "--density", "70", "--seed", "3")
    assert smpsim("batch", "in/a.png", "in/b.png", "-o", "out", *FAST, *words).exit_code == 0
    labels = [json.loads(smpsim("info", f"out/{name}_smp.png", "--json").stdout)["simulation"] for name in "ab"]
    assert [label["treatment"]["density_per_cm2"] for label in labels] == [70, 70]
    assert [label["treatment"]["needle_depth_mm"] for label in labels] == [1.1, 0.8]
    assert [label["seed"] for label in labels] == [3, 3]


@pytest.mark.usefixtures("folder")
def test_protect_and_masks_that_are_proposed(smpsim: Any, pair: tuple[Path, Path]) -> None:
    Image.open(pair[1]).save("kept.png")
    result = smpsim("batch", "in", "-o", "out", *FAST, "--protect", "kept.png", "--dry-run")
    assert result.exit_code == 0
    assert smpsim("batch", "in/a.png", "-o", "out", *FAST, "--protect", "kept.png").exit_code == 4
    Path("in/b_mask.png").unlink()
    result = smpsim("batch", "in", "-o", "out", *FAST, "--propose-masks")
    assert result.exit_code == 4
    assert "failed: in/b.png: no mask is given, and no face is found" in result.stderr
    assert outputs() == ["a_smp.png", "c_smp.png"]


@pytest.mark.usefixtures("folder")
def test_resume(smpsim: Any) -> None:
    words = ("batch", "in", "-o", "out", *FAST, "--manifest", "m.jsonl")
    assert smpsim(*words).exit_code == 0
    assert smpsim(*words).exit_code == 2
    Path("out/b_smp.png").unlink()
    result = smpsim(*words, "--resume", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout.splitlines()[-1])["n_skipped"] == 2
    assert outputs() == ["a_smp.png", "b_smp.png", "c_smp.png"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nix.jpg",), 3, "nix.jpg: no such file or folder"),
        (("in", "--masks", "nix"), 3, "nix: no such file or folder"),
        (("in", "--masks", "{stem}.tif"), 3, "none of 6 photos can be rendered"),
        (("in", "--jobs", "many"), 2, "--jobs: 'many'"),
        (("in", "--jobs", "0"), 2, "--jobs: 0 is not allowed; give auto, or a whole number from 1 on"),
        (("in", "--seed", "-1"), 2, "seed (--seed): -1 is not allowed"),
        (("in", "--shard", "3"), 2, "--shard: '3'"),
        (("in", "--shard", "4/3"), 2, "shard (--shard): 4/3"),
        (("in", "--overwrite", "--skip-existing"), 2, "contradict"),
        (("in", "--resume"), 2, "manifest"),
        (("in", "--name", "x.png"), 2, "{stem}"),
        (("in", "--density", "0"), 2, "5 to 400 /cm2"),
        (("in", "--px-per-mm", "0"), 2, "px_per_mm (--px-per-mm): 0.0 px/mm is not allowed"),
        (("in", "--dask", "not-an-address", "--jobs", "2"), 2, "--dask"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    smpsim: Any, words: tuple[str, ...], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smpsim.bulk import cluster

    monkeypatch.setattr(cluster, "_CONNECT_S", 1)
    result = smpsim("batch", *words, "-o", "out")
    assert result.exit_code == code, result.stderr
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("out").exists()
    error = json.loads(smpsim("batch", *words, "-o", "out", "--json").stdout)["error"]
    assert error["code"] == code


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_what_is_begun(folder: Path, number: int) -> None:
    for i in range(20):
        for end in (".png", "_mask.png"):
            (folder / f"more{i}{end}").write_bytes((folder / f"a{end}").read_bytes())
    words = [sys.executable, "-m", "smpsim", "batch", "in", "-o", "out", *FAST, "--manifest", "m.jsonl"]
    # a group of its own, so that the workers get the signal as they do at a terminal
    with subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True) as process:
        until = time.monotonic() + 60
        while not (Path("out").exists() and outputs()) and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"finishing the photos in hand" in said
    assert b"not begun" in said
    assert b"Traceback" not in said
    made = [json.loads(line) for line in Path("m.jsonl").read_text().splitlines()]
    assert {line["status"] for line in made} == {"done"}
    assert sorted(Path(line["out"]).name for line in made) == outputs()
    assert len(made) < 23


def test_a_bar_is_shown_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from smpsim.bulk.job import BatchError, BatchResult

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Meter(Talk(verbose=False, quiet=False), 2) as shown:
        shown.count(BatchResult("a\x1b.jpg", "b.jpg", "failed", error=BatchError(3, "a.jpg: bad")))
        shown.count(BatchResult("b.jpg", "c.jpg", "done"))
    said = capsys.readouterr().err
    assert "2/2" in said
    assert "failed: a?.jpg: a.jpg: bad\n" in said
    assert "/s, 0.0 s left" in said
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    monkeypatch.setattr(meter, "_EVERY_S", -1.0)
    with Meter(Talk(verbose=False, quiet=False), 3) as shown:
        shown.count(BatchResult("b.jpg", "c.jpg", "skipped"))
        shown.count(BatchResult("b.jpg", "c.jpg", "done"))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "1 of 3 photos, starting"
    assert lines[1].startswith("2 of 3 photos, ")
    assert lines[1].endswith(" left")


def test_many_failures_are_listed_once_more_in_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    from smpsim.bulk.job import BatchError, BatchResult

    shown = Meter(Talk(verbose=False, quiet=False), 40)
    for number in range(25):
        shown.count(BatchResult(f"{number}.jpg", "", "failed", error=BatchError(3, "bad")))
    capsys.readouterr()
    shown.tell()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("40 photos: 25 failed, 15 not begun in ")
    assert len(lines) == 22
    assert lines[-1] == "  and 5 more"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.26, "0.3 s"), (42.4, "42 s"), (125, "2 min 5 s"), (7380, "2 h 3 min"), (400_000, "4 d 15 h")],
)
def test_durations(seconds: float, text: str) -> None:
    assert meter._duration(seconds) == text


def test_every_kind_of_picture(smpsim: Any, cases: dict[str, tuple[Path, Path]]) -> None:
    photos = [photo for photo, _ in cases.values()]
    result = smpsim("batch", *photos, "-o", "out", "--masks", "{stem}-mask.png", *FAST, "--json")
    assert result.exit_code == 0, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()[:-1]]
    assert {line["src"] for line in told} == set(map(str, photos))
    for line in told:
        assert read_photo(line["out"]).size == read_photo(line["src"]).size
