"""``smpsim treatment``: treatment files are written, shown and checked."""

from __future__ import annotations

from typing import Any

import click

from smpsim.cli import options
from smpsim.cli.group import Command, Group, exit_code_of, message_of
from smpsim.cli.streams import STANDARD, check_target
from smpsim.cli.talk import Talk, printable, reporting, write_json
from smpsim.errors import SmpsimError
from smpsim.parameters import PARAMETERS
from smpsim.treatment import Treatment


@click.group(cls=Group, example="smpsim treatment init client.toml --preset full")
def command() -> None:
    """Write, show and check treatment files (TOML)."""


@command.command(
    "init", example="smpsim treatment init client.toml --preset full+lighter-first --session 1 --age 3d", cls=Command
)
@click.argument("out", required=False, default=STANDARD)
@options.treatment_options
@options.overwrite_option
@options.talk_options
def init(out: str, treatment: options.TreatmentChoice, overwrite: bool, talk: Talk) -> None:
    """Write a treatment file.

    It goes to OUT, or to standard output, and holds every parameter, what it means and its range.
    """
    target = check_target(out, "toml", overwrite=overwrite, inputs=treatment.files, format_of=lambda _: "toml")
    target.write(treatment.build().to_toml().encode("utf-8"))
    if out != STANDARD:
        talk.say(f"{target.name}: written")


@command.command("show", example="smpsim treatment show client.toml", cls=Command)
@click.argument("file")
@options.json_option
@options.talk_options
def show(file: str, as_json: bool, talk: Talk) -> None:
    """Show the values in FILE, and what they mean."""
    from smpsim.ink import course, needle

    with reporting(as_json, src=file):
        treatment = Treatment.load(file)
    values = treatment.as_dict()
    shown = {name: PARAMETERS[name].derived if value is None else value for name, value in values.items()}
    if as_json:
        write_json({name: _about(name, value) for name, value in shown.items()})
        return
    width = max(map(len, shown))
    for name, value in shown.items():
        click.echo(f"{name:{width}}  {PARAMETERS[name].show(value):12}  {PARAMETERS[name].meaning}")
    talk.say(f"{needle.in_words(treatment)}; {course.in_words(treatment.course)}")


def _about(name: str, value: float | str | None) -> dict[str, Any]:
    about = PARAMETERS[name]
    return {
        "value": value,
        "unit": about.unit,
        "default": about.derived if about.default is None else about.default,
        "allowed": about.allowed,
        "meaning": about.meaning,
        "source": about.source,
        "section": about.section,
    }


@command.command("check", example="smpsim treatment check client.toml", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.talk_options
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], talk: Talk) -> None:
    """Check treatment files; a table [photo], as in those of single photos for smpsim batch, is checked, too.

    Each gets one line; the exit status is 0, or that of the worst.
    """
    from smpsim.bulk.sidecar import read_sidecar

    worst = 0
    for file in files:
        try:
            read_sidecar(file, Treatment())
        except SmpsimError as problem:
            worst = max(worst, exit_code_of(problem))
            click.echo(f"smpsim: error: {message_of(problem)}", err=True)
        else:
            talk.say(f"{printable(file)}: good")
    ctx.exit(worst)
