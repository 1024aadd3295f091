"""``smpsim studio``: started, opened, ended; the icon on the desktop."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import projects
import pytest
from asking import Asking
from click.testing import CliRunner

from smpsim.cli import main
from smpsim.studio import serve, shortcut
from smpsim.studio.serve import open_browser

Started = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Start studios as a user does."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: object, **environment: str) -> subprocess.Popen[str]:
        given = {**os.environ, "SMPSIM_STUDIO_DIR": str(tmp_path / "studio"), **environment}
        given.pop("DISPLAY", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "smpsim", "studio", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=given,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def page_of(process: subprocess.Popen[str]) -> Asking:
    """Redeem the address that is printed."""
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/\?token=\S{43})", address)
    assert found, address
    stranger = Asking(int(found[1]), "")
    admitted = stranger("GET", found[2], Cookie=None)
    assert admitted.status == 303
    return Asking(int(found[1]), admitted.headers["set-cookie"].split(";")[0])


def test_it_opens_a_photo_and_ends_by_an_interrupt(started: Started, tmp_path: Path) -> None:
    (tmp_path / "a client.jpg").write_bytes(projects.photo())
    process = started(tmp_path / "a client.jpg", "--no-browser")
    page = page_of(process)
    told = page("GET", "/api/start").json
    assert told["photo"]["photo"]["name"] == "a client.jpg"
    assert page("GET", "/api/work").json == []
    assert (tmp_path / "studio").stat().st_mode & 0o777 == 0o700
    # what is under way does not hold it up
    page("POST", "/api/jobs", {"project": told["photo"]["project"], "kind": "timeline"})
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "smpsim: interrupted"


def test_after_a_crash_the_work_is_there(started: Started, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(projects.photo())
    process = started(tmp_path / "a.jpg", "--no-browser")
    page = page_of(process)
    project = page("GET", "/api/start").json["photo"]["project"]
    saved = page("PUT", "/api/work/client-0123456789", {"project": project}).json
    page("POST", "/api/jobs", {"project": project, "kind": "timeline"})
    process.kill()
    process.wait()
    (tmp_path / "a.jpg").unlink()
    page = page_of(started("--no-browser"))
    assert page("GET", "/api/work").json == [saved]
    again = page("GET", f"/api/work/{saved['work']}").json
    assert (again["project"], again["missing"]) == (project, [])
    assert len(list((tmp_path / "studio").rglob("*"))) == 3


def test_the_address_is_printed_once(started: Started) -> None:
    process = started("-q")
    page_of(process)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (out, err) == ("", "")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("photo.jpg", b"no photo", "not a picture"),
        ("nix.jpg", None, "no such file"),
        ("a.smp.json", b"{", "not a project"),
        ("a.smpz", b"PK", "not a pack"),
    ],
)
def test_what_cannot_be_opened_is_said_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes | None, said: str
) -> None:
    monkeypatch.setenv("SMPSIM_STUDIO_DIR", str(tmp_path / "studio"))
    if data is not None:
        (tmp_path / name).write_bytes(data)
    result = CliRunner().invoke(main, ["studio", str(tmp_path / name)])
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (3, "", 1)
    assert said in result.stderr


def test_a_folder_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("SMPSIM_STUDIO_DIR", str(tmp_path))
    result = CliRunner().invoke(main, ["studio"])
    assert result.exit_code == 3
    assert "chmod 700" in result.stderr


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for words in (["studio"], ["studio", "--shortcut"]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 2
        assert result.stderr == ('smpsim: error: the studio takes the extra "studio": pip install "smpsim[studio]"\n')


def test_no_other_host_can_be_asked_for() -> None:
    for flag in ("--host", "--port", "--listen"):
        assert CliRunner().invoke(main, ["studio", flag, "0.0.0.0"]).exit_code == 2


def test_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(serve.webbrowser, "open", lambda address: opened.append(address) or True)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not open_browser("http://127.0.0.1:1/")
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    assert open_browser("http://127.0.0.1:1/")
    assert opened == ["http://127.0.0.1:1/"]


def test_it_ends_when_the_last_page_has_been_closed_for_long(tmp_path: Path) -> None:
    assert serve.Studio.__init__.__kwdefaults__["idle_seconds"] == serve.IDLE_SECONDS == 600
    script = (
        "from smpsim.cli import main; from smpsim.studio import serve; "
        "serve.Studio.__init__.__kwdefaults__['idle_seconds'] = 0.3; main(['studio', '--no-browser'])"
    )
    given = {**os.environ, "SMPSIM_STUDIO_DIR": str(tmp_path / "studio")}
    done = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.count("http://")) == (0, 1)
    assert done.stderr.splitlines()[-1] == "the studio has ended, as no page was open any more"


# the icon


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="an icon of Linux")
def test_an_icon_on_the_desktop(home: Path) -> None:
    (home / ".config").mkdir()
    (home / ".config" / "user-dirs.dirs").write_text('# made\nXDG_DESKTOP_DIR="$HOME/Schreibtisch"\n', "utf-8")
    (home / "Schreibtisch").mkdir()
    for _ in range(2):  # it replaces its own
        result = CliRunner().invoke(main, ["studio", "--shortcut"])
        assert result.exit_code == 0, result.stderr
    path = home / "Schreibtisch" / "smpsim-studio.desktop"
    assert result.stdout == f"{path}\n"
    assert path.stat().st_mode & 0o777 == 0o755
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(path)
    about = dict(entry["Desktop Entry"])
    assert Path(about["Icon"]).is_file()
    words = shlex.split(about["Exec"].replace("\\\\", "\\"))
    assert words == [sys.executable, "-m", "smpsim", "studio", "%f"]
    done = subprocess.run([*words[:-1], "--help"], capture_output=True, text=True, check=True)
    assert "Open the studio" in done.stdout
    validate = shutil.which("desktop-file-validate")
    if validate:
        assert subprocess.run([validate, str(path)], capture_output=True, text=True).stdout == ""


def test_odd_places_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", '/opt/a b/$(x) "50%"\\`y`/python')
    line = next(line for line in shortcut._desktop_entry().splitlines() if line.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    quoted = value.removesuffix(" -m smpsim studio %f")
    assert quoted[0] == quoted[-1] == '"'
    assert re.sub(r"\\(.)", r"\1", quoted[1:-1]).replace("%%", "%") == sys.executable


def test_without_a_desktop(home: Path) -> None:
    result = CliRunner().invoke(main, ["studio", "--shortcut"])
    assert result.exit_code == 3
    assert "there is no folder of the desktop" in result.stderr


def test_on_a_mac(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it can be seen from here."""
    monkeypatch.setattr("sys.platform", "darwin")
    (home / "Desktop").mkdir()
    path = shortcut.make_shortcut()
    assert path == home / "Desktop" / "smpsim studio.command"
    assert path.stat().st_mode & 0o111
    lines = path.read_text().splitlines()
    assert lines[0] == "#!/bin/sh"
    assert shlex.split(lines[1]) == ["exec", sys.executable, "-m", "smpsim", "studio"]


def test_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it can be seen from here: nothing that we know is written into the command itself."""
    asked: dict[str, Any] = {}

    def run(words: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        asked.update(words=words, **more)
        return subprocess.CompletedProcess(words, 0, "C:\\Desk\\smpsim studio.lnk\r\n", "")

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(shortcut.subprocess, "run", run)
    assert str(shortcut.make_shortcut()) == "C:\\Desk\\smpsim studio.lnk"
    assert asked["words"][0] == "powershell"
    assert not any(sys.executable in word for word in asked["words"])
    assert asked["env"]["SMPSIM_PYTHON"] == sys.executable
