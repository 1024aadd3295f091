"""What others could try on the studio: real requests, each with the status that SECURITY.md names."""

from __future__ import annotations

import io
import json
import re
import socket
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import projects
import pytest
from asking import Asking
from starlette.routing import Route

from smpsim.files.project_file import value_of_project
from smpsim.files.project_pack import MEMBER, encode_pack
from smpsim.studio.app import make_app
from smpsim.studio.serve import Studio
from smpsim.studio.work import Works

SECURITY = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")
KEY = "client-0123456789"
MADE = projects.packed("front")
ROUTES = [
    (method, route.path.format(id="x" * 22, work=KEY), getattr(route.app, "max_body_size", None))
    for route in make_app().routes
    if isinstance(route, Route)
    for method in sorted((route.methods or set()) - {"HEAD"})
]
TAKING = [(method, path, limit) for method, path, limit in ROUTES if method in ("POST", "PUT")]


@pytest.fixture(scope="module")
def page(
    run: Callable[..., Studio], admitted: Callable[[Studio], Asking], tmp_path_factory: pytest.TempPathFactory
) -> Asking:
    return admitted(run(works=Works(tmp_path_factory.mktemp("data") / "studio")))


def png(side: int) -> bytes:
    """A black picture, far larger than its file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(1000 * (side + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pack(**members: bytes) -> bytes:
    """A good pack with other members, or more of them."""
    with zipfile.ZipFile(io.BytesIO(encode_pack(MADE))) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, **members}.items():
            archive.writestr(name, data)
    return out.getvalue()


def project(**changes: Any) -> dict[str, Any]:
    value = value_of_project(MADE.project)
    value["views"][0] |= changes
    return value


def chunked(page: Asking, path: str, size: int) -> int:
    """Send a body without saying how long it is."""
    with socket.create_connection(("127.0.0.1", page.port)) as wire:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nCookie: {page.cookie}\r\n"
        wire.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        chunk = b"%x\r\n" % (1 << 20) + bytes(1 << 20) + b"\r\n"
        with suppress(OSError):  # refused before all of it was read
            for _ in range(size // (1 << 20) + 1):
                wire.sendall(chunk)
            wire.sendall(b"0\r\n\r\n")
        return int(wire.recv(64).split()[1])


def upload(data: bytes, path: str = "/api/photos?name=x.jpg") -> Callable[[Asking], int]:
    return lambda page: page("POST", path, data).status


def opened(name: str, make: Callable[[], bytes]) -> Callable[[Asking], int]:
    """Open a pack with one member that is wrong."""
    return lambda page: page("POST", "/api/open", pack(**{name: make()})).status


def asked(path: str = "/api/controls", method: str = "GET", **headers: str | None) -> Callable[[Asking], int]:
    def ask(page: Asking) -> int:
        given = {name: value and value.replace("PORT", str(page.port)) for name, value in headers.items()}
        return page(method, path, **given).status

    return ask


def preview_of(value: dict[str, Any]) -> Callable[[Asking], int]:
    def ask(page: Asking) -> int:
        key = page("POST", "/api/photos?name=front.jpg", next(iter(MADE.photos.values()))).json["id"]
        return page("POST", f"/api/photos/{key}/preview", {"project": value, "max_px": 100}).status

    return ask


#: as they stand in SECURITY.md
ATTACKS: dict[str, Callable[[Asking], int]] = {
    "a foreign `Host` (a name server that turns to 127.0.0.1)": asked(Host="evil.example:PORT"),
    "`Host` without its port": asked(Host="localhost"),
    "`Origin: null` (a sandboxed frame, a file)": asked(Origin="null"),
    "a foreign `Origin`": asked("/api/alive", "POST", Origin="http://evil.example"),
    "`Sec-Fetch-Site: cross-site`": asked(Sec_Fetch_Site="cross-site"),
    "`Sec-Fetch-Site: same-site` (another port of this machine)": asked(Sec_Fetch_Site="same-site"),
    "a preflight of another page": asked("/api/photos", "OPTIONS", Origin="http://evil.example"),
    "no cookie": asked(Cookie=None),
    "another studio's cookie": asked(Cookie="smpsim-1=" + 43 * "A"),
    "a token that has been used": lambda page: page("GET", page.spent, Cookie=None).status,
    "a body that says it is too large": lambda page: (
        page("POST", "/api/photos", b"x", Content_Length=str(1 << 30)).status
    ),
    "a body that is too large, in chunks": lambda page: chunked(page, "/api/jobs", 17 << 20),
    "a path out of the page's folder": asked("/static/..%2f..%2fcli/studio.py"),
    "a path as the name of a client": asked("/api/work/..%2f..%2f..%2fetc"),
    "a path as the name of a job": asked("/api/jobs/..%2f..%2fetc/file"),
    "a photo that is an SVG with a script": upload(
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    ),
    "a photo of 400 megapixels in some kB": upload(png(20_000)),
    "a mask of 400 megapixels in a project": preview_of(project(mask=b64encode(png(20_000)).decode())),
    "a project that lies about its photo's size": preview_of(
        project(photo={**project()["views"][0]["photo"], "width_px": 9000, "height_px": 9000})
    ),
    "JSON in a hundred thousand brackets": upload(b"[" * 100_000, "/api/jobs"),
    "a pack of gigabytes in some kB": opened("front.jpg", lambda: bytes(300 << 20)),
    "a pack with a path in it": opened("../../x.jpg", lambda: b"x"),
    "a pack with something else in it": opened("run.exe", lambda: b"MZ"),
    "a pack with another photo than it says": opened("front.jpg", lambda: projects.photo(9)),
}
_ROW = re.compile(r"^\| (.*?) \| (\d{3}) \|$", re.MULTILINE)
STATUS = {what: int(status) for what, status in _ROW.findall(SECURITY)}


def test_the_table_of_the_page_on_security_is_this_one() -> None:
    assert list(STATUS) == list(ATTACKS)


@pytest.mark.parametrize("what", ATTACKS)
def test_attacks_are_refused(page: Asking, what: str) -> None:
    assert ATTACKS[what](page) == STATUS[what]
    assert page("POST", "/api/alive").status == 204


STRANGERS: list[dict[str, str | None]] = [
    {"Cookie": None},
    {"Host": "evil.example"},
    {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site"},
]


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_no_route_answers_strangers(page: Asking, headers: dict[str, str | None]) -> None:
    assert len(ROUTES) > 20
    for method, path, _ in [*ROUTES, ("GET", "/static/index.html", None), ("GET", "/nowhere", None)]:
        body = b"{}" if method in ("POST", "PUT") else None
        assert page(method, path, body, **headers).status == 403, (method, path)


def test_every_route_that_takes_something_has_a_limit(page: Asking) -> None:
    for method, path, limit in TAKING:
        assert limit is not None, path
        assert limit <= 256 << 20
        assert page(method, path, b"x", Content_Length=str(limit + 1)).status == 413, path


def test_no_answer_invites_others(page: Asking) -> None:
    for method, path, _ in ROUTES:
        answer = page(
            method, path, b"{}" if method in ("POST", "PUT") else None, Origin=f"http://127.0.0.1:{page.port}"
        )
        assert not [name for name in answer.headers if name.startswith("access-control")], path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.status < 500, (method, path)


NAME = '<img src=x onerror=alert(1)>"\r\nSet-Cookie: a=b\r\n\r\n'


def test_html_and_lines_in_names_stay_words(page: Asking) -> None:
    value = project(name=NAME) | {"client": NAME}
    value["views"][0]["photo"]["name"] = NAME
    told = page("POST", "/api/open", json.dumps(value).encode())
    assert told.headers["content-type"] == "application/json"
    assert told.json["project"]["client"] == NAME
    assert page("POST", "/api/photos?name=x.jpg", next(iter(MADE.photos.values()))).status == 200
    assert page("PUT", "/api/work/names-012345", {"project": value}).status == 200
    assert page("GET", "/api/work").json[0]["client"] == NAME
    for kind in ("png", "project", "slider"):
        key = page("POST", "/api/jobs", {"project": value, "kind": kind}).json["id"]
        while page("GET", f"/api/jobs/{key}").json["state"] in ("waiting", "running"):
            pass
        answer = page("GET", f"/api/jobs/{key}/file")
        assert answer.status == 200
        assert "set-cookie" not in answer.headers
        assert not set("<>\r\n") & set(answer.headers["content-disposition"])
        assert answer.headers["content-disposition"].startswith("attachment; ")
        if kind == "slider":
            assert b"<img src=x" not in answer.body


def test_an_answer_that_is_html_is_only_ever_saved(page: Asking) -> None:
    """A page made of a client's words must not run as a page of the studio."""
    value = project()
    assert page("POST", "/api/photos?name=x.jpg", next(iter(MADE.photos.values()))).status == 200
    key = page("POST", "/api/jobs", {"project": value, "kind": "slider"}).json["id"]
    while page("GET", f"/api/jobs/{key}").json["state"] in ("waiting", "running"):
        pass
    answer = page("GET", f"/api/jobs/{key}/file")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_a_pack_leaves_nothing_on_the_disk(
    run: Callable[..., Studio], admitted: Callable[[Studio], Asking], tmp_path: Path
) -> None:
    kept = tmp_path / "studio"
    other = admitted(run(works=Works(kept)))
    for data in (encode_pack(MADE), pack(**{"../x.jpg": b"x"}), pack(**{MEMBER: b"{"})):
        other("POST", "/api/open", data)
    assert list(kept.iterdir()) == []
