"""What must not happen, and what is said when it does."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import smpsim.api

Pair = tuple[Path, Path]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise request.param

    monkeypatch.setattr(smpsim.api, "render", fail)


@pytest.mark.parametrize("broken", [ZeroDivisionError("division\nby zero")], indirect=True)
@pytest.mark.usefixtures("broken")
def test_a_bug_is_one_line_with_its_class(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.png", "--json")
    line = "ZeroDivisionError: division by zero; this is a bug; run with -v for the traceback"
    assert result.exit_code == 1
    assert result.stderr == f"smpsim: error: {line}\n"
    assert json.loads(result.stdout)["error"] == {"code": 1, "message": line}
    verbose = smpsim("render", *pair, "-o", "out.png", "-v")
    assert verbose.exit_code == 1
    assert "Traceback" in verbose.stderr
    assert verbose.stderr.splitlines()[-1].startswith("smpsim: error: ZeroDivisionError")


@pytest.mark.parametrize("broken", [MemoryError()], indirect=True)
@pytest.mark.usefixtures("broken")
def test_no_memory(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.png")
    assert result.exit_code == 1
    assert result.stderr.startswith("smpsim: error: not enough memory")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("broken", [OSError(errno.ENOSPC, "No space left on device")], indirect=True)
@pytest.mark.usefixtures("broken")
def test_the_system_refuses(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.png")
    assert result.exit_code == 1
    assert result.stderr == "smpsim: error: the system refused: No space left on device\n"


@pytest.mark.parametrize("broken", [KeyboardInterrupt()], indirect=True)
@pytest.mark.usefixtures("broken")
def test_interrupt(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.png")
    assert result.exit_code == 130
    assert result.stderr.strip() == "smpsim: interrupted"
    assert not Path("out.png").exists()


@pytest.mark.parametrize("broken", [BrokenPipeError(errno.EPIPE, "Broken pipe")], indirect=True)
@pytest.mark.usefixtures("broken")
def test_closed_pipe_is_silent(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "out.png", "--json")
    assert (result.exit_code, result.output) == (1, "")


def test_progress_is_shown_on_a_terminal_alone(
    smpsim: Any, pair: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from smpsim.cli.talk import Talk

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Talk(verbose=False, quiet=False).progress() as progress:
        assert progress is not None
        for share in (0.0, 0.4, 0.4, 1.0):
            progress(share, "picture")
    shown = capsys.readouterr()
    assert "100%" in shown.err
    assert shown.out == ""
    with Talk(verbose=False, quiet=True).progress() as progress:
        assert progress is None


def test_usage_errors_point_to_the_help(smpsim: Any) -> None:
    for words, place in (
        (("render", "a.png"), "smpsim render --help"),
        (("nonsense",), "smpsim --help"),
        (("treatment", "nonsense"), "smpsim treatment --help"),
        (("render", "a", "b", "-o", "c.png", "--seed", "x"), "smpsim render --help"),
    ):
        result = smpsim(*words)
        assert result.exit_code == 2
        assert result.stderr.startswith("smpsim: error: ")
        assert result.stderr.endswith(f"(see {place})\n")
        assert result.stderr.count("\n") == 1


def test_a_command_like_the_one_typed_is_named(smpsim: Any) -> None:
    assert "No such command 'rendr'. Did you mean 'render'? (see smpsim --help)" in smpsim("rendr", "a.png").stderr
    assert "Did you mean" not in smpsim("photo.jpg").stderr


@pytest.mark.parametrize("command", ["render", "dots", "sheet"])
def test_a_folder_is_no_output(smpsim: Any, pair: Pair, command: str) -> None:
    Path("folder").mkdir()
    result = smpsim(command, *pair, "-o", "folder")
    assert (result.exit_code, result.stderr) == (
        3,
        "smpsim: error: folder: is a folder: give the name of a file\n",
    )


def test_control_characters_of_a_name_stay_off_the_terminal(smpsim: Any, pair: Pair) -> None:
    result = smpsim("render", *pair, "-o", "a\x1b[31m.png", "--px-per-mm", "8")
    assert "\x1b" not in result.stderr
    assert Path("a\x1b[31m.png").exists()


def test_without_standalone_mode_errors_reach_the_caller() -> None:
    import click

    from smpsim.cli import main

    with pytest.raises(click.ClickException):
        main(["render"], standalone_mode=False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("dots", "a.png", "--json"), "Missing argument 'MASK'."),
        (("render", "a", "b", "-o", "c.png", "--json", "--nope"), "No such option '--nope'."),
        (("nonsense", "--json"), "No such command 'nonsense'."),
        (("compare", "a", "--json"), "Missing argument 'B'."),
    ],
)
def test_wrong_command_lines_are_json_too(smpsim: Any, words: tuple[str, ...], message: str) -> None:
    result = smpsim(*words)
    told = json.loads(result.stdout)
    assert result.exit_code == told["error"]["code"] == 2
    assert told["status"] == "failed"
    assert told["error"]["message"].startswith(message)
    assert result.stderr.startswith(f"smpsim: error: {message}")
    without = smpsim(*(word for word in words if word != "--json"))
    assert without.stdout == ""


@pytest.mark.parametrize("words", [("-o", "-"), ("-o-",), ("--output", "-"), ("--output=-",)], ids=" ".join)
def test_where_the_picture_was_to_go_there_is_no_json(smpsim: Any, words: tuple[str, ...]) -> None:
    result = smpsim("render", "a", "b", *words, "--json", "--nope")
    assert (result.exit_code, result.stdout) == (2, "")
