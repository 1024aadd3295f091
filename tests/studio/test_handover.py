"""Files that are handed over, by real requests."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import projects
import pytest
from asking import Answer, Asking
from PIL import Image
from poppler import Reader

import smpsim
from smpsim.files.project_file import value_of_project
from smpsim.files.project_pack import read_pack
from smpsim.studio import jobs
from smpsim.studio.exports import KINDS, Order, make
from smpsim.studio.jobs import Job, Jobs

MADE = projects.packed("front", "crown")


@pytest.fixture(scope="module")
def project(ask: Asking) -> dict[str, Any]:
    """A project whose photos are open."""
    for name, data in zip(("front.jpg", "crown.jpg"), MADE.photos.values(), strict=True):
        assert ask("POST", f"/api/photos?name={name}", data).status == 200
    return value_of_project(MADE.project)


def finished(ask: Asking, key: str) -> dict[str, Any]:
    """Wait for a job."""
    for _ in range(2400):
        told = ask("GET", f"/api/jobs/{key}").json
        if told["state"] not in ("waiting", "running"):
            return dict(told)
        time.sleep(0.05)
    pytest.fail("the job never ended")


def order(ask: Asking, project: dict[str, Any], kind: str, **more: Any) -> str:
    answer = ask("POST", "/api/jobs", {"project": project, "kind": kind, **more})
    assert answer.status == 202, answer.body
    return str(answer.json["id"])


def fetched(ask: Asking, project: dict[str, Any], kind: str, **more: Any) -> Answer:
    key = order(ask, project, kind, **more)
    told = finished(ask, key)
    assert told["state"] == "done", told
    answer = ask("GET", f"/api/jobs/{key}/file")
    assert answer.status == 200
    assert len(answer.body) == told["bytes"]
    assert answer.headers["content-disposition"].startswith("attachment; ")
    return answer


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(ask: Asking, project: dict[str, Any], kind: str) -> None:
    answer = fetched(ask, project, kind, view=1)
    begins = {
        "png": b"\x89PNG",
        "jpeg": b"\xff\xd8",
        "tiff": b"II*\0",
        "mask": b"\x89PNG",
        "dots": b"x_mm",
        "slider": b"<!DOCTYPE html>",
        "ora": b"PK",
        "options": b"\x89PNG",
        "timeline": b"\x89PNG",
        "sheet": b"%PDF",
        "project": b"{",
        "pack": b"PK",
    }
    assert answer.body.lower().startswith(begins[kind].lower())
    name = answer.headers["content-disposition"]
    assert "Client" in name
    assert not set("<>/\\") & set(name)
    assert b"Hasselblad" not in answer.body


def test_the_picture_is_the_one_of_render_and_of_the_tiles(ask: Asking, project: dict[str, Any]) -> None:
    exported = Image.open(io.BytesIO(fetched(ask, project, "png", view=0).body))
    view = MADE.project.views[0]
    coverage, protect = view.area()
    photo = MADE.photos[view.photo.sha256]
    treatment = MADE.project.treatment
    preview = smpsim.render(
        io.BytesIO(photo), coverage, scale=view.scale, protect=protect, treatment=treatment, seed=7
    )
    assert np.array_equal(np.asarray(exported), preview.image)
    key = ask("POST", "/api/open", json.dumps(project).encode()).json["photos"][view.photo.sha256]
    asked = {"project": project, "view": 0, "window": [30, 30, 64, 40]}
    tile = Image.open(io.BytesIO(ask("POST", f"/api/photos/{key}/preview", asked).body))
    assert np.array_equal(np.asarray(tile), np.asarray(exported)[30:70, 30:94])


def test_a_pack_of_the_studio_gives_the_same_pixels(ask: Asking, project: dict[str, Any]) -> None:
    pack = read_pack(fetched(ask, project, "pack").body)
    view = pack.project.views[0]
    coverage, protect = view.area()
    again = smpsim.render(
        io.BytesIO(pack.photos[view.photo.sha256]),
        coverage,
        scale=view.scale,
        protect=protect,
        treatment=pack.project.treatment,
        seed=pack.project.seed,
    )
    exported = Image.open(io.BytesIO(fetched(ask, project, "png", view=0).body))
    assert np.array_equal(np.asarray(exported), again.image)


def test_layers(ask: Asking, project: dict[str, Any]) -> None:
    with zipfile.ZipFile(io.BytesIO(fetched(ask, project, "ora").body)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert {"stack.xml", "data/photo.png", "data/dots.png", "data/area.png"} <= set(archive.namelist())


@pytest.mark.parametrize("leaves", [{}, {"density_per_cm2": 200, "shade": "warm-1:5", "age_days": 365}])
def test_options_are_a_grid_whatever_is_set(ask: Asking, project: dict[str, Any], leaves: dict[str, Any]) -> None:
    page = fetched(ask, {**project, "treatment": leaves}, "options", options={"format": "html"}).body.decode()
    captions = re.findall(r"<strong>([A-C][1-3])</strong>([^<]+)<", page)
    density, shade = leaves.get("density_per_cm2", 80), leaves.get("shade", "carbon-1:10")
    assert [name for name, _ in captions[:3]] == (["A1", "A2", "B1"] if leaves else ["A1", "A2", "A3"])
    (chosen,) = (told for _, told in captions if f"{density} " in told and shade in told)
    assert chosen.splitlines()[:2] == [f"{density} dots per cm2", f"pigment {shade}"]
    assert len({told for _, told in captions}) == len(captions) >= 6


def test_html_in_names_stays_text(ask: Asking, project: dict[str, Any]) -> None:
    evil = {**project, "client": "<script>alert(1)</script>"}
    for kind, options in (("slider", {}), ("options", {"format": "html"}), ("timeline", {"format": "html"})):
        answer = fetched(ask, evil, kind, options=options)
        assert b"<script>alert" not in answer.body
        assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in answer.body


def test_a_sheet_of_two_photos_says_what_it_counts(ask: Asking, project: dict[str, Any], pdf: Reader) -> None:
    words = "Skin that is seen on two photos is counted on both"
    assert words in pdf.pages(fetched(ask, project, "sheet").body)[0]
    one = {**project, "views": project["views"][:1]}
    assert words not in pdf.pages(fetched(ask, one, "sheet").body)[0]


def test_the_sheet_shows_the_moment_that_is_chosen(ask: Asking, project: dict[str, Any], pdf: Reader) -> None:
    old = {**project, "treatment": {"age_days": 365, "session": 2}}
    for moment, told in (
        ("healed", "healed, after session 3 of 3"),
        ("shown", "about 12 months, after session 2 of 3"),
    ):
        (page,) = pdf.pages(fetched(ask, old, "sheet", options={"moment": moment}).body)
        assert f"The large pictures show: {told}" in " ".join(page.split()).replace("session 2, about", "about")


def test_the_healed_picture_is_that_of_a_healed_treatment(ask: Asking, project: dict[str, Any]) -> None:
    fresh = {**project, "treatment": {**project["treatment"], "age_days": "fresh", "session": 1}}
    healed = fetched(ask, project, "png").body
    assert fetched(ask, fresh, "png", options={"moment": "healed"}).body == healed
    assert fetched(ask, fresh, "png").body != healed


def test_the_technicians_page_comes_when_it_is_asked_for(ask: Asking, project: dict[str, Any], pdf: Reader) -> None:
    options = {"date": "2026-05-01", "studio": "Studio <b>Example</b>"}
    (page,) = pdf.pages(fetched(ask, project, "sheet", options=options).body)
    assert "2026-05-01" in page
    assert "Studio <b>Example</b>" in page
    # each of the two photos has a place that is kept free
    assert "Kept free of dots: 2 places" in page
    both = pdf.pages(fetched(ask, project, "sheet", options={**options, "technician": "yes"}).body)
    assert len(both) == 2
    assert "For the technician" in both[1]


def test_a_picture_with_words_below_it(ask: Asking, project: dict[str, Any]) -> None:
    plain, told = (
        Image.open(io.BytesIO(fetched(ask, project, "png", options={"caption": caption}).body))
        for caption in ("no", "yes")
    )
    assert fetched(ask, project, "png").body == fetched(ask, project, "png", options={"caption": "no"}).body
    inner, whole = np.asarray(plain), np.asarray(told)
    margin = (whole.shape[1] - inner.shape[1]) // 2
    assert np.array_equal(whole[margin : margin + inner.shape[0], margin : margin + inner.shape[1]], inner)
    below = whole[margin + inner.shape[0] :]
    assert below.shape[0] > 20
    assert (below < 128).any()
    for format in ("jpeg", "png"):
        marked = smpsim.read_label(fetched(ask, project, format, options={"caption": "yes", "language": "de"}).body)
        assert marked["simulation"] is True


def test_html_in_names_is_words_on_paper(ask: Asking, project: dict[str, Any], pdf: Reader) -> None:
    evil = {**project, "client": "<b>A</b> & <img src=x/>"}
    assert "<b>A</b> & <img src=x/>" in pdf.pages(fetched(ask, evil, "sheet").body)[0]


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"kind": "psd"}, 400, "kind: 'psd' is unknown"),
        ({"kind": ["png"]}, 400, "is unknown"),
        ({"kind": "png", "view": 2}, 400, "view"),
        ({"kind": "png", "options": []}, 400, "options"),
        ({"kind": "png", "project": {}}, 400, "not a project"),
    ],
)
def test_orders_that_make_no_sense(
    ask: Asking, project: dict[str, Any], more: dict[str, Any], status: int, said: str
) -> None:
    answer = ask("POST", "/api/jobs", {"project": project, **more})
    assert answer.status == status
    assert said in answer.json["error"]


def test_failures_are_one_line(ask: Asking, project: dict[str, Any]) -> None:
    bare = json.loads(json.dumps(project))
    bare["views"][0]["strokes"] = []
    for more, said in (
        ({"project": bare, "kind": "png"}, "nothing is treated"),
        ({"project": project, "kind": "sheet", "options": {"language": "tlh"}}, "tlh"),
        ({"project": project, "kind": "dots", "options": {"format": "../x"}}, "format"),
        ({"project": project, "kind": "sheet", "options": {"moment": "soon"}}, "use one of shown, healed"),
        ({"project": project, "kind": "sheet", "options": {"technician": True}}, "use one of no, yes"),
        ({"project": project, "kind": "sheet", "options": {"date": "x" * 201}}, "date: give a text of at most 200"),
        ({"project": project, "kind": "sheet", "options": {"studio": 7}}, "studio: give a text"),
    ):
        key = ask("POST", "/api/jobs", more).json["id"]
        told = finished(ask, key)
        assert told["state"] == "failed"
        assert said in told["error"]
        assert "\n" not in told["error"]
        assert ask("GET", f"/api/jobs/{key}/file").status == 409
        assert ask("DELETE", f"/api/jobs/{key}").status == 204


def test_a_photo_that_is_not_open(ask: Asking, project: dict[str, Any]) -> None:
    lost = json.loads(json.dumps(project))
    lost["views"][0]["photo"]["sha256"] = "0" * 64
    assert ask("POST", "/api/jobs", {"project": lost, "kind": "png"}).status == 404
    assert ask("POST", "/api/jobs", {"project": lost, "kind": "pack"}).status == 404
    fetched(ask, lost, "project")
    fetched(ask, lost, "png", view=1)


def test_a_file_is_had_once(ask: Asking, project: dict[str, Any]) -> None:
    key = order(ask, project, "project")
    finished(ask, key)
    assert ask("GET", f"/api/jobs/{key}/file").status == 200
    assert ask("GET", f"/api/jobs/{key}/file").status == 404
    assert ask("GET", f"/api/jobs/{key}").status == 404
    assert ask("GET", "/api/jobs/..%2f..%2fapp.py/file").status == 404


def small_order(kind: str = "png") -> Order:
    return Order(kind, MADE.project, {})


def wait_for(job: Job, state: str) -> None:
    for _ in range(200):
        if job.state == state:
            return
        time.sleep(0.02)
    pytest.fail(f"{job.state} instead of {state}")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Jobs that go on until they are cancelled; how many have begun."""
    begun = []

    def make_slowly(order: Order, progress: Any) -> None:
        begun.append(order)
        for step in range(1000):
            progress(step / 1000, "slow")
            time.sleep(0.01)

    monkeypatch.setattr(jobs, "make", make_slowly)
    return lambda: len(begun)


def test_jobs_are_cancelled_and_one_runs_at_a_time(slow: Callable[[], int]) -> None:
    queue = Jobs()
    first, second = (queue.get(queue.add(small_order())) for _ in range(2))
    wait_for(first, "running")
    assert (second.state, slow()) == ("waiting", 1)
    for key in list(queue._jobs):
        queue.drop(key)
    assert second.order is None  # nor are its photos held
    wait_for(first, "cancelled")
    wait_for(second, "cancelled")
    assert (first.export, second.export, slow()) == (None, None, 1)
    queue.close()


def test_too_many_jobs_are_refused(slow: Callable[[], int]) -> None:
    queue = Jobs()
    for _ in range(jobs.MAX_JOBS):
        queue.add(small_order())
    with pytest.raises(Exception, match="429"):
        queue.add(small_order())
    queue.close()


def test_results_are_dropped_after_a_while() -> None:
    now = [time.monotonic()]
    queue = Jobs(lambda: now[0])
    key = queue.add(small_order("project"))
    wait_for(queue.get(key), "done")
    now[0] += jobs.KEPT_SECONDS - 5
    assert queue.get(key).export is not None
    now[0] += 10
    with pytest.raises(Exception, match="404"):
        queue.get(key)
    queue.close()


def test_a_bug_is_one_failed_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "make", lambda order, progress: 1 / 0)
    queue = Jobs()
    job = queue.get(queue.add(small_order()))
    wait_for(job, "failed")
    assert "\n" not in job.error
    queue.close()


def test_names_are_safe() -> None:
    def name(**changes: object) -> str:
        order = Order("project", replace(MADE.project, **changes), {})  # type: ignore[arg-type]
        return make(order, lambda share, stage: None).name

    assert name() == "Client -b-A-b.smp.json"
    assert name(client="") == "front.smp.json"
    assert name(client="../../etc/passwd") == "etc-passwd.smp.json"
    assert name(client="CON") == "CON-.smp.json"


def test_a_client_of_many_photos_is_packed(ask: Asking) -> None:
    views = []
    for number in range(12):
        path = f"/api/photos?name={number}.jpg&room={number + 1}"
        views += ask("POST", path, projects.photo(100 + number)).json["project"]["views"]
    project = {**value_of_project(MADE.project), "views": views}
    assert len(read_pack(fetched(ask, project, "pack").body).project.views) == 12
