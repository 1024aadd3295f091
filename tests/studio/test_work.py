"""Clients' work: opened, kept, found again, forgotten; by real requests, and on the disk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import projects
import pytest
from asking import Asking

from smpsim.errors import OutputError, ProjectError
from smpsim.files.atomic import write_atomic
from smpsim.files.project_file import encode_project, value_of_project
from smpsim.files.project_pack import encode_pack
from smpsim.studio import work
from smpsim.studio.opening import Start
from smpsim.studio.serve import Studio
from smpsim.studio.work import ConflictError, NoRoomError, Works, studio_folder

MADE = projects.packed("front", "crown")
KEY = "client-0123456789"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "smpsim" / "studio"


@pytest.fixture(scope="module")
def page(run: Callable[..., Studio], admitted: Callable[[Studio], Asking], kept: Path) -> Asking:
    """The page of a studio that keeps its work."""
    return admitted(run(works=Works(kept)))


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_client_is_kept_found_and_forgotten(
    page: Asking, kept: Path, run: Callable[..., Studio], admitted: Callable[[Studio], Asking]
) -> None:
    assert page("GET", "/api/work").json == []
    ids = page("POST", "/api/open", encode_pack(MADE)).json["photos"]
    project = page("POST", "/api/open", encode_pack(MADE)).json["project"]
    saved = page("PUT", f"/api/work/{KEY}", {"project": project})
    assert saved.status == 200
    assert saved.json["client"] == "Client <b>A</b>"
    assert saved.json["views"] == ["front", "crown"]
    assert abs(saved.json["saved"] - time.time()) < 60

    # the machine is off, and on again
    other = admitted(run(works=Works(kept)))
    (listed,) = other("GET", "/api/work").json
    assert listed == saved.json
    again = other("GET", f"/api/work/{KEY}").json
    assert (again["project"], again["missing"], set(again["photos"])) == (project, [], set(ids))
    asked = {"project": project, "view": 0, "max_px": 80}
    assert other("POST", f"/api/photos/{again['photos'][project['views'][0]['photo']['sha256']]}/preview", asked)

    job = page("POST", "/api/jobs", {"project": project, "kind": "pack"}).json["id"]
    assert b"Client" in everything(kept)
    assert page("DELETE", f"/api/work/{KEY}").status == 204
    assert list(kept.iterdir()) == []
    assert everything(kept) == b""
    assert page("GET", f"/api/jobs/{job}").status == 404
    for key in ids.values():
        assert page("GET", f"/api/photos/{key}/before").status == 404
    assert page("GET", f"/api/work/{KEY}").status == 404
    assert page("GET", "/api/work").json == []
    # a tab that is late does not bring the client back
    assert page("PUT", f"/api/work/{KEY}", {"project": project}).status == 410
    assert list(kept.iterdir()) == []
    assert page("DELETE", f"/api/work/{KEY}").status == 204


def test_two_tabs(page: Asking) -> None:
    project = page("POST", "/api/open", encode_pack(MADE)).json["project"]
    first = page("PUT", "/api/work/two-tabs-1", {"project": project}).json["rev"]
    second = page("PUT", "/api/work/two-tabs-1", {"project": {**project, "seed": 8}, "rev": first})
    assert second.status == 200
    late = page("PUT", "/api/work/two-tabs-1", {"project": project, "rev": first})
    assert (late.status, late.json["rev"]) == (409, second.json["rev"])
    assert page("GET", "/api/work/two-tabs-1").json["project"]["seed"] == 8


@pytest.mark.parametrize(
    "key", ["..%2f..%2fetc", "short", "a" * 65, "%2e%2e%2e%2e%2e%2e%2e%2e", "a%00bcdefghi", ".hidden-one"]
)
def test_no_name_of_work_leads_out(page: Asking, key: str) -> None:
    project = value_of_project(MADE.project)
    for method, body in (("GET", None), ("PUT", {"project": project}), ("DELETE", None)):
        assert page(method, f"/api/work/{key}", body).status in (404, 405, 422), method


def test_a_studio_without_a_folder_keeps_nothing(
    run: Callable[..., Studio], admitted: Callable[[Studio], Asking]
) -> None:
    bare = admitted(run())
    assert bare("GET", "/api/work").status == 404
    assert bare("PUT", f"/api/work/{KEY}", {"project": value_of_project(MADE.project)}).status == 404


def test_a_project_without_its_photos(ask: Asking) -> None:
    lost = projects.packed("left", "right", "above")
    answer = ask("POST", "/api/open", encode_project(lost.project)).json
    assert (answer["photos"], answer["missing"][2]) == ({}, "above.jpg")
    assert ask("POST", "/api/photos?name=above.jpg", list(lost.photos.values())[2]).status == 200
    answer = ask("POST", "/api/open", encode_project(lost.project)).json
    assert (len(answer["photos"]), answer["missing"]) == (1, ["left.jpg", "right.jpg"])


@pytest.mark.parametrize("data", [b"", b"{}", b"PK\3\4", b"[1]", b"\xff\xd8\xff", b'{"smpsim_project": 2}'], ids=str)
def test_what_is_no_project(ask: Asking, data: bytes) -> None:
    answer = ask("POST", "/api/open", data)
    assert answer.status == 422
    assert "\n" not in answer.json["error"]


def test_the_sample_client(ask: Asking) -> None:
    first = ask("POST", "/api/sample").json
    assert set(first) == set(ask("POST", "/api/photos?name=a.jpg", projects.photo()).json)
    assert first["view"]["hairline"] is not None
    assert first["view"]["scale"]["source"] == "sample"
    assert first["project"]["views"] == [first["view"]]
    assert first["project"]["treatment"]["surface"] == "ellipsoid"
    assert ask("POST", "/api/sample").json["id"] == first["id"]
    preview = ask("POST", f"/api/photos/{first['id']}/preview", {"project": first["project"], "max_px": 400})
    assert preview.status == 200
    assert json.loads(preview.headers["smpsim-stats"])["n_dots"] > 1000


def test_what_it_was_started_with(
    run: Callable[..., Studio], admitted: Callable[[Studio], Asking], ask: Asking, tmp_path: Path
) -> None:
    assert ask("GET", "/api/start").json == {"photo": None, "project": None}
    project, pack = projects.write(MADE, tmp_path)
    page = admitted(run(start=Start.of(str(tmp_path / "front.jpg"))))
    told = page("GET", "/api/start").json
    assert told["photo"]["photo"]["name"] == "front.jpg"
    assert page("GET", f"/api/photos/{told['photo']['id']}/before").status == 200
    assert page("GET", "/api/start").json == told
    for path in (project, pack):
        page = admitted(run(start=Start.of(str(path))))
        told = page("GET", "/api/start").json
        assert (told["photo"], told["project"]["missing"], len(told["project"]["photos"])) == (None, [], 2)
    (tmp_path / "crown.jpg").unlink()
    page = admitted(run(start=Start.of(str(project))))
    assert page("GET", "/api/start").json["project"]["missing"] == ["crown.jpg"]
    assert len(page("GET", "/api/start").json["project"]["photos"]) == 1


# on the disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "studio"


def test_only_the_owner_can_read_it(folder: Path) -> None:
    before = os.umask(0)
    try:
        works = Works(folder)
        works.save(KEY, MADE.project, MADE.photos)
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert modes.pop("studio") == modes.pop(KEY) == 0o700
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o777])
def test_a_folder_that_others_can_open_is_refused(folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(OutputError, match=r"others can read the studio's folder: close it \(chmod 700\)"):
        Works(folder)


def test_what_is_no_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="is no folder"):
        Works(folder)
    folder.unlink()
    folder.write_text("")
    with pytest.raises(OutputError, match="is no folder"):
        Works(folder)


def test_photos_that_are_not_needed_any_more_go(folder: Path) -> None:
    works = Works(folder)
    works.save(KEY, MADE.project, MADE.photos)
    one = projects.packed("front")
    works.save(KEY, one.project, {})
    assert len(list((folder / KEY).iterdir())) == 2
    (digest,) = one.photos
    assert works.photo(KEY, digest) == one.photos[digest]
    assert works.photo(KEY, "../../etc/passwd") is None
    (folder / KEY / digest).write_bytes(b"damaged")
    assert works.photo(KEY, digest) is None
    works.save(KEY, one.project, one.photos)
    assert works.photo(KEY, digest) == one.photos[digest]


def test_a_full_folder_and_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_WORKS", 1)
    works = Works(folder)
    works.save(KEY, MADE.project, MADE.photos)
    works.save(KEY, MADE.project, MADE.photos)
    with pytest.raises(NoRoomError, match="1 clients already"):
        works.save("another-client", MADE.project, MADE.photos)
    assert [path.name for path in folder.iterdir()] == [KEY]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = everything(folder)
    with monkeypatch.context() as patch:
        patch.setattr("smpsim.files.atomic._write_synced", full)
        with pytest.raises(OutputError, match="No space left"):
            works.save(KEY, projects.packed("crown").project, {})
    assert everything(folder) == before

    def all_but_projects(path: Path, *rest: Any, **more: Any) -> None:
        if path.name == "work.smp.json":
            raise OutputError("work.smp.json: cannot be written")
        write_atomic(path, *rest, **more)

    works.forget(KEY)
    monkeypatch.setattr(work, "write_atomic", all_but_projects)
    with pytest.raises(OutputError, match="cannot be written"):
        works.save("another-client", MADE.project, MADE.photos)
    assert list(folder.iterdir()) == []


def test_what_a_crash_leaves_is_tidied_up_and_work_is_found(folder: Path) -> None:
    works = Works(folder)
    works.save(KEY, MADE.project, MADE.photos)
    (folder / ".forgotten-1").mkdir()
    (folder / ".forgotten-1" / ("0" * 64)).write_bytes(b"half forgotten")
    (folder / "without-a-project").mkdir()
    (folder / "without-a-project" / ("0" * 64)).write_bytes(b"no project")
    (folder / KEY / ".smpsim-00.tmp").write_bytes(b"half a file")
    (folder / "damaged-project").mkdir()
    (folder / "damaged-project" / "work.smp.json").write_bytes(b"{")
    long_ago = time.time() - 3 * 86_400
    for path in (folder / "without-a-project", folder / KEY / ".smpsim-00.tmp"):
        os.utime(path, (long_ago, long_ago))
    again = Works(folder)
    assert {path.name for path in folder.iterdir()} == {KEY, "damaged-project"}
    assert len(list((folder / KEY).iterdir())) == 3
    assert [one.work for one in again.list()] == [KEY]
    with pytest.raises(ProjectError):
        again.open("damaged-project")
    again.forget("damaged-project")
    assert {path.name for path in folder.iterdir()} == {KEY}


def test_states(folder: Path) -> None:
    works = Works(folder)
    first = works.save(KEY, MADE.project, {})
    with pytest.raises(ConflictError):
        works.save(KEY, MADE.project, {}, seen="whatever")
    assert works.save(KEY, MADE.project, {}, seen=first.rev).rev == first.rev
    # another studio of the same user lets the client be forgotten
    Works(folder).forget(KEY)
    with pytest.raises(FileNotFoundError):
        works.save(KEY, MADE.project, {}, seen=first.rev)
    assert list(folder.iterdir()) == []


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMPSIM_STUDIO_DIR", str(tmp_path))
    assert studio_folder() == tmp_path
    monkeypatch.delenv("SMPSIM_STUDIO_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    for platform, place in (
        ("linux", Path("/data/smpsim/studio")),
        ("win32", Path("/local/smpsim/studio")),
        ("darwin", Path.home() / "Library/Application Support/smpsim/studio"),
    ):
        monkeypatch.setattr("sys.platform", platform)
        assert studio_folder() == place
