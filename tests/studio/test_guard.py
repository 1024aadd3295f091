"""Who is refused: real requests, each with one thing wrong."""

from __future__ import annotations

import io
import socket
import time
import zlib
from collections.abc import Callable

import pytest
from asking import Asking
from PIL import Image

from smpsim.studio.serve import Studio


def test_our_own_page_is_answered(ask: Asking) -> None:
    answer = ask("GET", "/api/controls")
    assert answer.status == 200
    assert {control["name"] for control in answer.json} >= {"density_per_cm2", "shade"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "localhost"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1:{port}.evil.example"},
        {"Host": None},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},  # another origin than the Host's own
        {"Origin": "http://127.0.0.1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Cookie": None},
        {"Cookie": "smpsim-{port}="},
        {"Cookie": "smpsim-{port}=" + 43 * "A"},
        {"Cookie": "smpsim-{port}=\x80\xff"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/api/controls"), ("POST", "/api/alive")])
def test_strangers_are_refused(ask: Asking, method: str, path: str, headers: dict[str, str | None]) -> None:
    given = {name: value and value.replace("{port}", str(ask.port)) for name, value in headers.items()}
    answer = ask(method, path, **given)
    # a request without Host is refused by the server itself
    assert answer.status in ((400, 403) if given.get("Host", "") is None else (403,))
    assert b"density" not in answer.body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_each_of_our_names_will_do(ask: Asking, name: str) -> None:
    host = f"{name}:{ask.port}"
    answer = ask("POST", "/api/alive", Host=host, Origin=f"http://{host}", Sec_Fetch_Site="same-origin")
    assert answer.status == 204


def test_two_hosts_are_refused(ask: Asking) -> None:
    line = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{ask.port}\r\nHost: evil.example\r\nCookie: {ask.cookie}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", ask.port)) as wire:
        wire.sendall(line.encode())
        assert wire.recv(64).split()[1] in (b"400", b"403")


def test_the_token_works_once(run: Callable[..., Studio]) -> None:
    studio = run()
    stranger = Asking(studio.port, "")
    path = studio.address.removeprefix(f"http://127.0.0.1:{studio.port}")
    assert stranger("GET", f"{path[:-1]}", Cookie=None).status == 403
    assert stranger("POST", path, Cookie=None).status == 403
    assert stranger("GET", path.replace("/?", "/api/controls?"), Cookie=None).status == 403
    first = stranger("GET", path, Cookie=None)
    assert (first.status, first.headers["location"]) == (303, "/")
    attributes = {part.strip().lower() for part in first.headers["set-cookie"].split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=strict"}
    assert stranger("GET", path, Cookie=None).status == 403


def test_two_studios_do_not_know_each_other(ask: Asking, run: Callable[..., Studio]) -> None:
    other = run()
    assert other.port != ask.port
    assert Asking(other.port, ask.cookie)("GET", "/").status == 403


def test_every_answer_shuts_the_doors(ask: Asking) -> None:
    for answer in (ask("GET", "/api/controls"), ask("GET", "/nowhere"), ask("GET", "/", Cookie=None)):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/../app.py"]
)
def test_no_path_leads_out(ask: Asking, path: str) -> None:
    answer = ask("GET", path)
    assert answer.status == 404
    assert b"Starlette" not in answer.body


def bomb() -> bytes:
    """A PNG of 20000 x 20000 px in a few kB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    side = 20_000
    head = side.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(1000 * (side + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("data", [bomb(), SVG, b"", b"GIF89a", b"\xff\xd8\xff" + bytes(99)], ids=len)
def test_what_is_no_photo_is_refused_with_one_line(ask: Asking, data: bytes) -> None:
    begun = time.monotonic()
    answer = ask("POST", "/api/photos?name=x", data)
    assert answer.status == 422
    assert "\n" not in answer.json["error"]
    assert time.monotonic() - begun < 10


def test_names_are_only_words(ask: Asking) -> None:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "tan").save(out, "PNG")
    answer = ask("POST", "/api/photos?name=..%2F..%2F%3Cscript%3Ealert(1)%3C%2Fscript%3E.png", out.getvalue())
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["view"]["photo"]["name"] == "../../<script>alert(1)</script>.png"


def test_it_ends_when_nobody_has_asked_for_long(run: Callable[..., Studio]) -> None:
    studio = run(idle_seconds=0.5)
    begun = time.monotonic()
    while time.monotonic() - begun < 20:
        try:
            socket.create_connection(("127.0.0.1", studio.port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.2)  # strangers who knock do not keep it awake
    pytest.fail("still there")


def test_only_loopback_listens(studio: Studio) -> None:
    assert studio._socket.getsockname()[0] == "127.0.0.1"
