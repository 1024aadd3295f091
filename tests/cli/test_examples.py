"""Every --help ends with an example, and every example runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from smpsim import Case, Clinic, Treatment
from smpsim.cli import COMMANDS, main


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


DOCS = Path(__file__).parents[2] / "docs"
ALL = [((), main), *commands(main)]
IDS = [" ".join(("smpsim", *path)) for path, _ in ALL]


@pytest.fixture(scope="module")
def after_demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder in which the demo and `treatment init` have run, as the examples expect it."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for example in ("smpsim demo", "smpsim treatment init client.toml", "smpsim render {} -o smpsim-demo/x.png"):
            words = shlex.split(example.format("smpsim-demo/photo.jpg smpsim-demo/mask.png"))
            assert CliRunner().invoke(main, words[1:]).exit_code == 0
        (folder / "client.toml").rename(folder / "kept.toml")
        yield folder


@pytest.mark.parametrize(("path", "command"), ALL, ids=IDS)
def test_help_ends_with_an_example(path: tuple[str, ...], command: Any) -> None:
    result = CliRunner().invoke(main, [*path, "--help"], prog_name="smpsim")
    assert result.exit_code == 0
    head, _, last = result.stdout.rpartition("\nExample:\n")
    assert head
    assert last.strip() == command.example
    assert last.strip().startswith("smpsim ")


@pytest.mark.parametrize(("path", "command"), ALL, ids=IDS)
def test_the_example_runs(
    after_demo: Any, path: tuple[str, ...], command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(command.example)
    if path[:1] == ("treatment",):
        words += ["--overwrite"] if "init" in words else []
        (after_demo / "client.toml").write_bytes((after_demo / "kept.toml").read_bytes())
    if path == ("studio",):  # which goes on until it is closed; tests/studio sees to that
        monkeypatch.setenv("SMPSIM_STUDIO_DIR", str(tmp_path / "studio"))
        monkeypatch.setattr("smpsim.studio.serve.Studio.run", lambda self, **_: self._socket.close())
    result = CliRunner().invoke(main, words[1:], prog_name="smpsim")
    assert result.exit_code == 0, result.stderr


def test_what_the_page_on_pages_shows_runs(after_demo: Any) -> None:
    blocks = re.findall(r"```(\w+)\n(.*?)```", (DOCS / "pages.md").read_text("utf-8"), re.DOTALL)
    lines = [line for language, text in blocks if language == "sh" for line in text.splitlines()]
    assert len(lines) == 9
    for line in lines[1:]:
        result = CliRunner().invoke(main, shlex.split(line)[1:], prog_name="smpsim")
        assert result.exit_code == 0, (line, result.stderr)
    boards, case = (text for language, text in blocks if language == "python")
    for script in (boards, case):
        exec(compile(script, "pages.md", "exec"), {})
    assert (after_demo / "timeline.html").stat().st_size > 0
    Treatment().dump("treatment.toml", overwrite=True)
    clinic, case = (text for language, text in blocks if language == "toml")
    Path("clinic.toml").write_text(clinic, "utf-8")
    Path("case.toml").write_text(case, "utf-8")
    assert Clinic.load("clinic.toml").dots_per_hour == (2500, 4000)
    assert [view.name for view in Case.load("case.toml").views] == ["front", "top"]


def test_the_list_of_commands_says_what_they_do() -> None:
    text = CliRunner().invoke(main, [], prog_name="smpsim").stdout
    for name, line in COMMANDS.items():
        assert name in text
        assert line in text


def test_the_parameters_of_every_command_have_help() -> None:
    for _, command in ALL:
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help
