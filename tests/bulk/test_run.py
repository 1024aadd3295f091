"""What `smpsim.batch` promises: results, the same bytes, resuming, nothing left behind."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from small_batch import fingerprints, write_photo

import smpsim
from smpsim.bulk.process import Worker
from smpsim.errors import InputError, OutputError, OutputExistsError, ParameterError
from tests.scalp.faces import photographs


def run(out: str = "out", **options: Any) -> list[smpsim.BatchResult]:
    return list(smpsim.batch("in", out, **({"scale": 8, "jobs": 1} | options)))


@pytest.mark.usefixtures("photos")
def test_previews_are_those_of_render() -> None:
    results = run()
    assert len(results) == 6
    for result in results:
        assert (result.status, result.error) == ("done", None)
        assert result.stats is not None
        mask = Path(result.src).with_name(f"{Path(result.src).stem}_mask.png")
        preview = smpsim.render(result.src, mask, scale=8)
        preview.save("alone" + Path(result.out).suffix, overwrite=True)
        assert Path(result.out).read_bytes() == Path("alone" + Path(result.out).suffix).read_bytes()
        assert result.stats.n_dots == preview.stats.n_dots
    assert list(fingerprints("out")) == [
        "a_smp.png",
        "b_smp.jpg",
        "one/a_smp.png",
        "one/c_smp.jpg",
        "two/d_smp.png",
        "two/deep/a_smp.webp",
    ]


@pytest.mark.usefixtures("photos")
def test_the_same_bytes_from_any_number_of_workers_and_shards(dask: Any) -> None:
    run("1", jobs=1)
    run("4", jobs=4)
    for number in (1, 2, 3):
        run("shards", shard=(number, 3), on_exists="skip", jobs=1)
    run("dask", client=dask, jobs=None)
    assert len(fingerprints("1")) == 6
    for other in ("4", "shards", "dask"):
        assert fingerprints(other) == fingerprints("1")


@pytest.mark.usefixtures("photos")
def test_nothing_happens_before_the_first_result_is_asked_for(workers: list[Worker]) -> None:
    batch = smpsim.batch("in", "out", scale=8, jobs=1)
    assert len(batch) == 6
    assert workers == []
    batch.close()
    assert list(batch) == []
    assert fingerprints("out") == {}


@pytest.mark.usefixtures("photos")
def test_a_dry_run_writes_nothing() -> None:
    results = run(dry_run=True, manifest="m.jsonl")
    assert {result.status for result in results} == {"planned"}
    assert not Path("out").exists()
    assert not Path("m.jsonl").exists()


@pytest.mark.usefixtures("photos")
def test_sidecars_change_one_photo() -> None:
    Path("in/a.toml").write_text(
        "schema = 1\ndensity_per_cm2 = 200\n[photo]\npx_per_mm = 4\nseed = 7\n[ink]\nshade = 'carbon-1:5'\n", "utf-8"
    )
    Path("in/b.toml").write_text("schema = 1\n[photo]\nhead_width_mm = '160 mm'\n", "utf-8")
    results = run(treatments="{stem}.toml", scale=None, overrides={"needle_depth_mm": 0.6}, head_width_mm=None)
    by_name = {result.out: result for result in results}
    label = smpsim.read_label(by_name["out/a_smp.png"].out)
    assert label is not None
    assert (label["seed"], label["px_per_mm"]) == (7, 4)
    assert (label["treatment"]["density_per_cm2"], label["treatment"]["shade"]) == (200, "carbon-1:5")
    for result in results:
        label = smpsim.read_label(result.out)
        assert label is not None
        assert label["treatment"]["needle_depth_mm"] == 0.6
    other = by_name["out/b_smp.jpg"].stats
    assert other is not None
    assert other.px_per_mm == pytest.approx(48 / (0.9 * 160))
    assert other.seed == 0


@pytest.mark.usefixtures("photos")
def test_protected_places_are_those_of_render(dask: Any) -> None:
    half = np.zeros((40, 48), np.uint8)
    half[:20] = 255
    Image.fromarray(half).save("in/a_protect.png")
    Image.fromarray(half + (255 - half)).save("in/b_protect.png")
    for options in ({}, {"client": dask, "jobs": None, "on_exists": "overwrite"}):
        results = {result.src: result for result in run(include=["?.*"], recursive=False, **options)}
        assert sorted(results) == ["in/a.png", "in/b.jpg"]
        preview = smpsim.render("in/a.png", "in/a_mask.png", scale=8, protect=half)
        assert np.array_equal(smpsim.read_photo("out/a_smp.png").pixels, preview.image)
        assert 0 < preview.stats.n_dots < smpsim.render("in/a.png", "in/a_mask.png", scale=8).stats.n_dots
        error = results["in/b.jpg"].error
        assert error is not None
        assert (error.code, error.message.split(":")[:2]) == (3, ["b_protect.png", " protects all of the mask"])


def test_masks_that_are_proposed_are_those_of_render(shared: Path, tmp_path: Path) -> None:
    """A face that is found, a photo that has a mask, and one without face or mask."""
    (tmp_path / "in").mkdir()
    name = photographs(shared)["p12"]["file"]
    with Image.open(shared / "photos" / name) as photo:
        photo.convert("RGB").save(tmp_path / "in/face.png")
    write_photo(tmp_path / "in/skin.png")
    write_photo(tmp_path / "in/bare.png")
    (tmp_path / "in/bare_mask.png").unlink()
    results = {
        Path(result.src).stem: result
        for result in smpsim.batch(tmp_path / "in", tmp_path / "out", scale=1.8, jobs=1, propose_masks=True)
    }
    assert {name: result.status for name, result in results.items()} == {
        "face": "done",
        "skin": "done",
        "bare": "failed",
    }
    assert results["bare"].error is not None
    assert "no face is found to propose one from" in results["bare"].error.message
    stats = results["face"].stats
    assert stats is not None
    assert any("one was proposed from the face" in line for line in stats.warnings)
    proposed = smpsim.propose_mask(tmp_path / "in/face.png")  # which is not rough: nothing warns
    assert stats.area_cm2 == pytest.approx(float(proposed.sum()) / 1.8**2 / 100, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("schema = 1\n[photo]\nnix = 3\n", 2, "unknown key 'nix' in [photo]"),
        ("schema = 1\n[photo]\nhead_width_mm = [1, 2]\n", 2, "head_width_mm in [photo] is neither a number nor text"),
        ("schema = 1\nphoto = 3\n", 2, "photo is not a table"),
        ("schema = 1\n[photo]\npx_per_mm = -3\n", 2, "px_per_mm: -3"),
        ("schema = 1\n[photo]\nseed = 1.5\n", 2, "seed: 1.5"),
        ("schema = 1\ndensity_per_cm2 = 9999\n", 2, "5 to 400"),
        ("density_per_cm2 = 80\n", 3, "schema"),
    ],
)
@pytest.mark.usefixtures("photos")
def test_a_sidecar_that_is_wrong_costs_its_photo_alone(text: str, code: int, said: str) -> None:
    Path("in/a.toml").write_text(text, "utf-8")
    results = run(treatments="{stem}.toml", include=["?.*"], recursive=False, scale=None, head_width_mm=155)
    failed = [result for result in results if result.status == "failed"]
    assert [result.src for result in failed] == ["in/a.png"]
    assert failed[0].error is not None
    assert failed[0].error.code == code
    assert said in failed[0].error.message
    assert list(fingerprints("out")) == ["b_smp.jpg"]


@pytest.mark.usefixtures("photos")
def test_photos_that_cannot_be_used_fail_alone() -> None:
    Path("in/a.png").write_bytes(b"this is no picture")
    Image.new("L", (48, 40)).save("in/b_mask.png")
    Path("in/one/c_mask.png").unlink()
    results = {result.src: result for result in run(manifest="m.jsonl")}
    errors = {src: (result.error.code, result.error.message) for src, result in results.items() if result.error}
    assert {src: code for src, (code, _) in errors.items()} == {"in/a.png": 3, "in/b.jpg": 3, "in/one/c.jpg": 3}
    assert "b_mask.png: is empty" in errors["in/b.jpg"][1]
    assert "no mask" in errors["in/one/c.jpg"][1]
    lines = [json.loads(line) for line in Path("m.jsonl").read_text().splitlines()]
    assert {line["src"]: line["status"] for line in lines} == {src: r.status for src, r in results.items()}


@pytest.mark.usefixtures("photos")
def test_on_error_stop_begins_nothing_more() -> None:
    Path("in/a.png").write_bytes(b"this is no picture")
    results = run(on_error="stop", jobs=1)
    assert [result.status for result in results] == ["failed"]
    assert fingerprints("out") == {}


@pytest.mark.usefixtures("photos")
def test_resume_does_what_is_left() -> None:
    Path("in/two/d.png").rename("d.png")
    Path("in/two/d.png").write_bytes(b"this is no picture")
    assert sorted(result.status for result in run(manifest="m.jsonl")) == ["done"] * 5 + ["failed"]
    Path("d.png").replace("in/two/d.png")
    times = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.*")}
    with pytest.raises(OutputExistsError):
        run(manifest="m.jsonl")
    results = run(manifest="m.jsonl", resume=True)
    assert sorted(result.status for result in results) == ["done"] + ["skipped"] * 5
    assert {path: path.stat().st_mtime_ns for path in times} == times
    lines = [json.loads(line) for line in Path("m.jsonl").read_text().splitlines()]
    assert [line["status"] for line in lines] == ["done"] * 6
    assert len({line["src"] for line in lines}) == 6


@pytest.mark.usefixtures("photos")
def test_resume_takes_over_previews_whose_line_was_lost() -> None:
    run(manifest="m.jsonl")
    before = fingerprints("out")
    times = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.*")}
    lines = Path("m.jsonl").read_bytes().splitlines(keepends=True)
    Path("m.jsonl").write_bytes(b"".join(lines[:3]))
    assert {result.status for result in run(manifest="m.jsonl", resume=True)} == {"done", "skipped"}
    assert fingerprints("out") == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert len(Path("m.jsonl").read_bytes().splitlines()) == 6


@pytest.mark.usefixtures("photos")
def test_resume_goes_on_when_photos_have_been_renamed() -> None:
    """The folder and one photo: what has kept its name below the folder is found to be the same, and not written."""
    run(manifest="m.jsonl")
    times = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.*")}
    Path("in").rename("clients")
    for end in (".png", "_mask.png"):
        Path(f"clients/a{end}").rename(f"clients/anna{end}")
    results = list(smpsim.batch("clients", "out", scale=8, jobs=1, manifest="m.jsonl", resume=True))
    assert [result.status for result in results] == ["done"] * 6
    assert {path: path.stat().st_mtime_ns for path in times} == times
    lines = [json.loads(line) for line in Path("m.jsonl").read_text().splitlines()]
    told = {line["out"]: line["src"] for line in lines}
    assert len(lines) == len(told) == 7
    assert told.pop("out/a_smp.png") == "in/a.png"  # its preview stays, and its line
    assert told.pop("out/anna_smp.png") == "clients/anna.png"
    assert all(src.startswith("clients/") for src in told.values())


@pytest.mark.usefixtures("photos")
def test_resume_never_writes_over_what_somebody_else_has_put_there() -> None:
    Path("out").mkdir()
    run(manifest="m.jsonl", shard=(1, 2))
    Path("m.jsonl").write_bytes(b"")
    Path("out/a_smp.png").write_bytes(b"precious")
    results = {result.out: result for result in run(manifest="m.jsonl", resume=True, shard=(1, 2))}
    assert results["out/a_smp.png"].error is not None
    assert results["out/a_smp.png"].error.code == 2
    assert Path("out/a_smp.png").read_bytes() == b"precious"


@pytest.mark.usefixtures("photos")
def test_resume_removes_its_own_remains_alone() -> None:
    from smpsim.bulk.manifest import digest
    from smpsim.files.atomic import write_atomic

    run(manifest="m.jsonl", include=["a.*"])
    tag = digest({"manifest": str(Path("m.jsonl").resolve())})
    mine, foreign = Path(f"out/one/.smpsim-{tag}-77-0a.tmp"), Path("out/one/.smpsim-1234-77-0a.tmp")
    old = Path("out/.smpsim-99-0b.tmp")
    for path in (mine, foreign, old):
        write_atomic(path, b"half a pict")
    os.utime(old, (0, 0))
    run(manifest="m.jsonl", include=["a.*"], resume=True)
    assert not mine.exists()
    assert foreign.exists()
    assert not old.exists()


@pytest.mark.usefixtures("photos")
def test_a_manifest_belongs_to_its_settings() -> None:
    run(manifest="m.jsonl")
    for change in ({"seed": 2}, {"scale": 9}, {"treatment": smpsim.Treatment().replace(density_per_cm2=90)}):
        with pytest.raises(InputError, match="other settings"):
            run(manifest="m.jsonl", resume=True, **change)


@pytest.mark.parametrize(
    "options",
    [
        {"resume": True},
        {"jobs": 0},
        {"on_error": "nix"},
        {"on_exists": "nix"},
        {"scale": 8, "head_width_mm": 150},
        {"scale": None, "head_width_mm": 20},
        {"overrides": {"density_per_cm2": 5000}},
        {"scale": 0},
        {"scale": "8"},
        {"treatment": "full"},
        {"surface": "plane"},
        {"seed": -1},
        {"jobs": "2"},
        {"shard": 3},
        {"scale": None, "head_width_mm": "150"},
        {"name": "{nix}.jpg"},
        {"client": object(), "jobs": 2},
    ],
)
@pytest.mark.usefixtures("photos")
def test_what_cannot_be_is_refused_at_once(options: dict[str, Any]) -> None:
    before = fingerprints(".")
    with pytest.raises(ParameterError):
        smpsim.batch("in", "out", manifest=None if "resume" in options else "m.jsonl", **({"scale": 8} | options))
    assert fingerprints(".") == before
    assert not Path("out").exists()


@pytest.mark.usefixtures("photos")
def test_a_refused_batch_leaves_no_manifest() -> None:
    with pytest.raises(InputError):
        smpsim.batch("nix", "out", manifest="m.jsonl")
    assert not Path("m.jsonl").exists()


@pytest.mark.usefixtures("photos")
def test_an_output_folder_that_cannot_be_made() -> None:
    Path("file").touch()
    with pytest.raises(OutputError, match="out: the folder cannot be made"):
        smpsim.batch("in", "file/out", scale=8)


def test_one_mask_for_all_and_a_scale_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png"):
        write_photo(Path("in") / name)
    Image.fromarray(np.full((40, 48), 255, np.uint8)).save("mask.png")
    results = list(smpsim.batch(Path("in"), Path("out"), masks="mask.png", include=["?.png"], jobs=1))
    assert [result.status for result in results] == ["done", "done"]
    assert all(result.stats and result.stats.scale_source == "mask" for result in results)
