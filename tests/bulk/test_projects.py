"""Projects of the studio in batches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import projects
import pytest
from PIL import Image
from small_batch import write_photo

import smpsim
from smpsim.bulk.job import BatchResult, Settings
from smpsim.bulk.plan import Places, Plan, make_plan
from smpsim.bulk.work import do
from smpsim.errors import OutputExistsError
from smpsim.scalp.scale import Scale


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def plan(*sources: str, out: str = "out", **options: str) -> Plan:
    return make_plan(Places(sources, out, "{stem}_mask.png", None, "{stem}_smp{ext}"), **options)  # type: ignore[arg-type]


def test_a_project_stands_for_its_views() -> None:
    projects.write(projects.packed("front", "crown", "front left"), Path("in"))
    made = plan("in/client.smp.json")
    assert [(job.src, job.view, job.photo, job.out) for job in made.jobs] == [
        ("in/client.smp.json", 1, "in/crown.jpg", "out/client-crown_smp.jpg"),
        ("in/client.smp.json", 2, "in/front left.jpg", "out/client-front left_smp.jpg"),
        ("in/client.smp.json", 0, "in/front.jpg", "out/client-front_smp.jpg"),
    ]
    assert {job.pixels for job in made.jobs} == {160 * 120}


def test_one_view_needs_no_name_of_its_own() -> None:
    projects.write(projects.packed("front"), Path("in"))
    (job,) = plan("in/client.smpz").jobs
    assert (job.view, job.photo, job.out) == (0, None, "out/client_smp.jpg")


def test_in_a_folder_photos_belong_to_their_project() -> None:
    projects.write(projects.packed("front"), Path("in"))
    Path("in/client.smpz").rename("in/packed.smpz")
    write_photo(Path("in/other.jpg"))
    assert [job.out for job in plan("in").jobs] == ["out/client_smp.jpg", "out/other_smp.jpg", "out/packed_smp.jpg"]
    assert plan("in").settled == ()


def test_a_pack_and_its_project_collide() -> None:
    projects.write(projects.packed("front"), Path("in"))
    with pytest.raises(OutputExistsError, match="written twice"):
        plan("in")


def test_a_photo_of_a_project_is_not_written_over() -> None:
    projects.write(projects.packed("front"), Path("in"))
    made = Places(("in/client.smp.json",), "in", "{stem}_mask.png", None, "front.jpg{stem}{ext}")
    assert make_plan(made).jobs[0].out == "in/front.jpgclient.jpg"
    Path("in/client.smp.json").rename("in/front.smp.json")
    with pytest.raises(OutputExistsError, match=r"over an input: in/front\.jpg"):
        make_plan(Places(("in/front.smp.json",), "in", "{stem}_mask.png", None, "{stem}{ext}"))


def test_a_damaged_project_fails_alone() -> None:
    projects.write(projects.packed("front"), Path("in"))
    Path("in/bad.smp.json").write_text("{")
    Path("in/lost.smpz").write_bytes(b"PK")
    made = plan("in/bad.smp.json", "in/lost.smpz", "in/client.smp.json")
    assert [job.src for job in made.jobs] == ["in/client.smp.json"]
    assert [(one.src, one.status, one.error and one.error.code) for one in made.settled] == [
        ("in/bad.smp.json", "failed", 3),
        ("in/lost.smpz", "failed", 3),
    ]


def test_rendered_and_resumed() -> None:
    made = projects.packed("front", "crown")
    project, pack = projects.write(made, Path("in"))
    with smpsim_batch([str(project)], "one", manifest="log") as results:
        first = next(results)
    assert first.status == "done"
    with smpsim_batch([str(project)], "one", manifest="log", resume=True) as results:
        assert sorted(result.status for result in results) == ["done", "skipped"]
    with smpsim_batch([str(pack)], "two") as results:
        assert [result.status for result in results] == ["done", "done"]
    for name in ("client-front_smp.jpg", "client-crown_smp.jpg"):
        # the packed photo has lost the resolution that Pillow reads into its notes, so the bytes differ in that
        assert np.array_equal(*(np.asarray(Image.open(Path(folder, name))) for folder in ("one", "two")))
    view = made.project.views[1]
    coverage, protect = view.area()
    expected = smpsim.render(
        "in/crown.jpg", coverage, scale=view.scale, protect=protect, treatment=made.project.treatment, seed=7
    )
    expected.save("crown.jpg")
    assert Path("crown.jpg").read_bytes() == Path("one/client-crown_smp.jpg").read_bytes()
    with Image.open("one/client-crown_smp.jpg") as image:
        assert image.size == (160, 120)


def smpsim_batch(sources: list[str], out: str, **options: object):  # type: ignore[no-untyped-def]
    from contextlib import closing

    return closing(smpsim.batch(sources, out, jobs=1, **options))  # type: ignore[arg-type]


def done(made: Plan, **settings: object) -> dict[str, BatchResult]:
    """Do the jobs of a plan here, as a worker does."""
    chosen = Settings(**settings)  # type: ignore[arg-type]
    return {Path(job.out).name: do(job, chosen, "tag") for job in made.jobs}


def test_flags_win_over_a_project() -> None:
    projects.write(projects.packed("front"), Path("in"))
    made = done(plan("in/client.smpz"), overrides={"density_per_cm2": 60}, scale=Scale(9.0))
    stats = made["client_smp.jpg"].stats
    assert stats is not None
    assert (stats.px_per_mm, stats.seed) == (9.0, 7)
    assert stats.requested_density_per_cm2 < 60


def test_a_photo_that_was_changed_fails() -> None:
    project, _ = projects.write(projects.packed("front", "crown"), Path("in"))
    value = json.loads(project.read_text())
    value["views"][0]["photo"]["sha256"] = "0" * 64
    project.write_text(json.dumps(value))
    made = done(plan(str(project)))
    assert {name: result.status for name, result in made.items()} == {
        "client-front_smp.jpg": "failed",
        "client-crown_smp.jpg": "done",
    }
    assert [path.name for path in Path("out").iterdir()] == ["client-crown_smp.jpg"]


def test_a_project_that_has_lost_a_view_since_fails() -> None:
    projects.write(projects.packed("front", "crown"), Path("in"))
    made = plan("in/client.smp.json")
    projects.write(projects.packed("front"), Path("in"))
    error = done(made)["client-crown_smp.jpg"].error
    assert error is not None
    assert error.message == "client.smp.json: has changed since the batch was planned"
