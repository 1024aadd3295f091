"""The command line as a process: start-up time, streams, signals, exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Pair = tuple[Path, Path]
MODULE = (sys.executable, "-m", "smpsim")
HELP_LIMIT_S = 0.2


def run(*words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*MODULE, *map(str, words)], capture_output=True, timeout=60, check=False, **options)


def fastest(*words: str) -> float:
    """Time of the processor, s, of the fastest of five runs; other work on the machine is not counted."""
    best = float("inf")
    for _ in range(5):
        begun = os.times()
        subprocess.run(words, check=True, capture_output=True)
        ended = os.times()
        best = min(best, sum(ended[2:4]) - sum(begun[2:4]))
    return best


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("render", "--help")])
def test_help_is_quick(words: tuple[str, ...]) -> None:
    assert fastest(*MODULE, *words) - fastest(sys.executable, "-c", "pass") < HELP_LIMIT_S


@pytest.mark.parametrize("words", [[], ["--help"], ["--version"], ["render", "--help"], ["presets"], ["info"]])
def test_no_numpy_is_loaded(words: list[str]) -> None:
    script = (
        "import sys\nfrom smpsim.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'numpy', 'scipy', 'PIL', 'skimage'} & set(sys.modules)\nassert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_script_and_module_are_the_same(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("smpsim")
    if not script.exists():
        pytest.skip("the package is not installed as a script here")
    for words in (["--version"], ["render", "--help"], ["nonsense"]):
        one = subprocess.run([script, *words], capture_output=True, check=False)
        other = run(*words)
        assert (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)


def test_picture_through_pipes(pair: Pair) -> None:
    with pair[0].open("rb") as photo:
        done = run("render", "-", pair[1], "-o", "-", "--format", "png", "--px-per-mm", 8, stdin=photo)
    assert done.returncode == 0
    assert done.stdout.startswith(b"\x89PNG")
    assert b"\r" not in done.stderr  # no progress bar: this is no terminal


def test_json_is_all_there_is_on_stdout(pair: Pair, tmp_path: Path) -> None:
    done = run("render", *pair, "-o", tmp_path / "out.png", "--px-per-mm", 8, "--json")
    assert json.loads(done.stdout)["status"] == "done"
    assert done.stdout.count(b"\n") == 1
    done = run("render", "nix.png", pair[1], "-o", tmp_path / "no.png", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == 3
    assert done.stderr == b"smpsim: error: nix.png: no such file\n"


def test_a_reader_that_closes_the_pipe_is_no_error(pair: Pair) -> None:
    words = [*MODULE, "render", *map(str, pair), "-o", "-", "--format", "tiff", "-q", "--px-per-mm", "8"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_standard_output(pair: Pair) -> None:
    words = [*MODULE, "render", *map(str, pair), "-o", "-", "--format", "png", "-q", "--px-per-mm", "8"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(b"smpsim: error: standard output: cannot be written")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupt(tmp_path: Path) -> None:
    fifo = tmp_path / "photo.jpg"
    os.mkfifo(fifo)
    words = [*MODULE, "render", str(fifo), str(fifo), "-o", str(tmp_path / "out.png")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with fifo.open("wb"):  # opens when the program does, which then waits for the photo
            process.send_signal(signal.SIGINT)
        # a signal between Python's last look and the read is seen only when the read returns: the photo's end wakes it
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.strip() == b"smpsim: interrupted"
    assert list(tmp_path.iterdir()) == [fifo]


@pytest.mark.skipif(os.name != "posix", reason="named pipes of POSIX")
def test_a_photo_from_a_named_pipe_is_read_once(pair: tuple[Path, Path], tmp_path: Path) -> None:
    fifo, out = tmp_path / "pipe", tmp_path / "out.png"
    os.mkfifo(fifo)
    words = [*MODULE, "render", str(fifo), str(pair[1]), "-o", str(out), "--px-per-mm", "2"]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        fifo.write_bytes(pair[0].read_bytes())
        try:
            process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert out.exists()


def test_what_c_libraries_say_stays_off_the_terminal() -> None:
    script = (
        "import os\nfrom smpsim.cli.talk import hushed\n"
        "with hushed():\n    os.write(2, b'TIFFFillStrip: Read error')\n"
        "os.write(2, b'heard')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stderr == b"heard"
    closed = "import os\nos.close(2)\nfrom smpsim.cli.talk import hushed\nwith hushed():\n    pass"
    assert subprocess.run([sys.executable, "-c", closed], check=False).returncode == 0


def test_damaged_files_of_the_corpus_are_one_line(shared: Path) -> None:
    files = sorted((shared / "io-corpus" / "bad").glob("*_crash_*"))
    assert files
    for file in files:
        done = run("info", file)
        assert done.returncode in (0, 3), file
        assert done.stderr.count(b"\n") == (done.returncode == 3), file
