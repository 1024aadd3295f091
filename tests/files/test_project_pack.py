"""Projects with their photos: packed, opened again, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import projects
import pytest

from smpsim import read_photo
from smpsim.errors import ProjectError
from smpsim.files.names import free_name, safe_stem
from smpsim.files.project_file import encode_project, read_project
from smpsim.files.project_open import is_project, open_project
from smpsim.files.project_pack import MEMBER, Packed, encode_pack, read_pack


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_pack_opens_to_the_same_project_and_pixels() -> None:
    made = projects.packed("front", "crown")
    data = encode_pack(made)
    again = read_pack(data)
    assert data == encode_pack(made) == encode_pack(again)
    assert again.project.client == made.project.client
    assert again.project.treatment == made.project.treatment
    for one, other in zip(made.project.views, again.project.views, strict=True):
        before, after = made.photos[one.photo.sha256], again.photos[other.photo.sha256]
        assert hashlib.sha256(after).hexdigest() == other.photo.sha256 != one.photo.sha256
        assert np.array_equal(read_photo(before).pixels, read_photo(after).pixels)
        assert all(np.array_equal(a, b) for a, b in zip(one.area(), other.area(), strict=True))


def test_a_pack_tells_nothing_of_camera_place_and_folders() -> None:
    made = projects.packed("front")
    view = made.project.views[0]
    path = "C:\\Users\\Jane Doe\\Desktop\\IMG 1.jpg"
    made = Packed(replace(made.project, views=[replace(view, photo=replace(view.photo, name=path))]), made.photos)
    data = encode_pack(made)
    members = unpacked(data)
    assert list(members) == [MEMBER, "IMG 1.jpg"]
    for secret in (b"Jane Doe", b"Hasselblad", b"Desktop", b"Exif"):
        assert secret not in data
        assert not any(secret in content for content in members.values())


def test_unpacked_it_is_a_project_like_any_other(tmp_path: Path) -> None:
    for name, data in unpacked(encode_pack(projects.packed("front", "crown"))).items():
        (tmp_path / name).write_bytes(data)
    assert len(open_project(tmp_path / MEMBER).photos) == 2


def test_photos_of_the_same_name_get_two_names() -> None:
    made = projects.packed("front", "crown")
    views = [
        replace(view, photo=replace(view.photo, name=name))
        for view, name in zip(made.project.views, ("a/Front.JPG", "b/front.jpg"), strict=True)
    ]
    names = [view.photo.name for view in read_pack(encode_pack(replace_views(made, views))).project.views]
    assert names == ["Front.jpg", "front-2.jpg"]


def replace_views(made: Packed, views: list[projects.View]) -> Packed:
    return Packed(replace(made.project, views=views), made.photos)


def test_one_photo_of_two_views_is_packed_once() -> None:
    made = projects.packed("front")
    front = made.project.views[0]
    members = unpacked(encode_pack(replace_views(made, [front, replace(front, name="again")])))
    assert list(members) == [MEMBER, "front.jpg"]


def test_a_photo_that_is_missing_cannot_be_packed() -> None:
    with pytest.raises(ProjectError, match=r"front\.jpg: this photo is not open"):
        encode_pack(Packed(projects.packed("front").project, {}))


def good() -> dict[str, bytes]:
    return unpacked(encode_pack(projects.packed("front")))


def lying(data: bytes) -> bytes:
    """A zip whose headers say that a member is small."""
    at = data.index(b"PK\1\2")
    return data[: at + 24] + struct.pack("<I", 10) + data[at + 28 :]


def secret(data: bytes) -> bytes:
    """A zip of which a member is said to be encrypted."""
    at = data.index(b"PK\1\2")
    return data[: at + 8] + b"\1\0" + data[at + 10 :]


def crowded(data: bytes) -> bytes:
    end = bytearray(data)
    end[-10:-6] = struct.pack("<I", 1 << 30)
    return bytes(end)


WRONG: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no zip": lambda: b"PK\3\4" + bytes(100),
    "no project": lambda: zipped({"front.jpg": good()["front.jpg"]}),
    "no photo": lambda: zipped({MEMBER: good()[MEMBER]}),
    "another photo": lambda: zipped({**good(), "front.jpg": projects.photo(9)}),
    "a file too many": lambda: zipped({**good(), "run.exe": b"MZ"}),
    "a folder": lambda: zipped({**good(), "a/": b""}),
    "upwards": lambda: zipped({**good(), "../front.jpg": b"x"}),
    "absolute": lambda: zipped({**good(), "/etc/passwd": b"x"}),
    "windows": lambda: zipped({**good(), "C:\\x.jpg": b"x"}),
    "hidden": lambda: zipped({**good(), ".bashrc": b"x"}),
    "many": lambda: zipped({**good(), **{f"{k}.jpg": b"" for k in range(30)}}),
    "no JSON": lambda: zipped({**good(), MEMBER: b"{"}),
    "cut off": lambda: encode_pack(projects.packed("front"))[:-30],
    "lies about a size": lambda: lying(encode_pack(projects.packed("front"))),
    "a table of a gigabyte": lambda: crowded(encode_pack(projects.packed("front"))),
    "a comment": lambda: encode_pack(projects.packed("front")) + b"x",
    "encrypted": lambda: secret(encode_pack(projects.packed("front"))),
    "flipped": lambda: encode_pack(projects.packed("front")).replace(b"\xff\xda", b"\xff\xdb", 1),
}


PATHS = "a pack holds no folders and no paths"
SAID = {
    "no photo": "its photos are not those that its project names",
    "another photo": "is not the photo that the project was made on",
    "a file too many": "its photos are not those that its project names",
    **dict.fromkeys(("a folder", "upwards", "absolute", "windows", "hidden"), PATHS),
    **dict.fromkeys(
        ("many", "a table of a gigabyte"), "a pack holds one project.smp.json and its photos, and nothing"
    ),
    "encrypted": "is packed in a way that is not read",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused_in_one_line(what: str, tmp_path: Path) -> None:
    path = tmp_path / "a.smpz"
    path.write_bytes(WRONG[what]())
    with pytest.raises(ProjectError, match=r"^a\.smpz: ") as caught:
        read_pack(path)
    assert len(str(caught.value).splitlines()) == 1
    assert SAID.get(what, "") in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.smpz"]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smpsim.files.project_pack.MAX_PHOTO_BYTES", 1 << 20)
    bomb = zipped({**good(), "front.jpg": bytes(1 << 24)})
    assert len(bomb) < 1 << 16
    with pytest.raises(ProjectError, match="more than 1 MB"):
        read_pack(bomb)
    monkeypatch.setattr("smpsim.files.project_pack.MAX_PACK_BYTES", 1 << 20)
    with pytest.raises(ProjectError, match="more than 1 MB are in it"):
        read_pack(bomb)


def test_a_project_with_its_photos_beside_it(tmp_path: Path) -> None:
    made = projects.packed("front")
    project, pack = projects.write(made, tmp_path)
    assert is_project(str(project))
    assert is_project("A.SMPZ")
    assert not is_project("photo.json")
    assert dict(open_project(project).photos) == made.photos
    assert len(open_project(str(pack)).photos) == 1
    (tmp_path / "front.jpg").write_bytes(projects.photo(5))
    with pytest.raises(ProjectError, match=r"client\.smp\.json: front\.jpg in its folder is not the photo"):
        dict(open_project(project).photos)
    (tmp_path / "front.jpg").unlink()
    with pytest.raises(ProjectError, match=r"its photo front\.jpg is not there; put it into the same folder"):
        dict(open_project(project).photos)


@pytest.mark.parametrize("name", ["../front.jpg", "/etc/passwd", "a\\b.jpg", "C:b.jpg", "", "a\0b", "..", "."])
def test_a_project_reads_no_file_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    project, _ = projects.write(projects.packed("front"), tmp_path / "sub")
    (tmp_path / "front.jpg").write_bytes(projects.photo(0))
    value = json.loads(project.read_bytes())
    value["views"][0]["photo"]["name"] = name
    project.write_text(json.dumps(value))
    with pytest.raises(ProjectError, match="client"):
        dict(open_project(project).photos)


def test_a_project_stays_what_it_is(tmp_path: Path) -> None:
    project, _ = projects.write(projects.packed("front"), tmp_path)
    assert encode_project(read_project(project)) == project.read_bytes()


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("IMG_1.jpg", "IMG_1"),
        ("Müller, Jörg.heic", "Müller- Jörg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.b.jpg", "a-b"),
        ("<script>alert(1)</script>.png", "script"),
        ("con.jpg", "con-"),
        ("Jose\u0301.jpg", "José"),
        ("हिन्दी.jpg", "हिन्दी"),
        ("ที่นี่!?.jpg", "ที่นี่"),
        ("", "photo"),
        ("...", "photo"),
        ("a\0b\n.jpg", "ab"),
        ("x" * 300 + ".jpg", "x" * 60),
    ],
)
def test_names_are_safe(text: str, stem: str) -> None:
    assert safe_stem(text) == stem


def test_free_names() -> None:
    assert free_name("a", ".jpg", ["A.JPG", "a-2.jpg"]) == "a-3.jpg"
