"""``smpsim presets``: the named treatments."""

from __future__ import annotations

import click

from smpsim.cli import options
from smpsim.cli.group import Command
from smpsim.cli.talk import Talk, reporting, write_json
from smpsim.parameters import PARAMETERS
from smpsim.presets import PRESETS
from smpsim.treatment import Treatment


@click.command(cls=Command, example="smpsim presets full")
@click.argument("name", required=False)
@options.json_option
@options.talk_options
def command(name: str | None, as_json: bool, talk: Talk) -> None:
    """List the presets, or print the whole treatment of the one with this NAME as a treatment file."""
    if name is None:
        _list(as_json)
        return
    with reporting(as_json, name=name):
        treatment = Treatment.preset(name)
    if as_json:
        write_json(treatment.as_dict())
    else:
        click.echo(treatment.to_toml(), nl=False)


def _list(as_json: bool) -> None:
    if as_json:
        write_json({name: {"description": words, "values": values} for name, (words, values) in PRESETS.items()})
        return
    width = max(map(len, PRESETS))
    for name, (words, values) in PRESETS.items():
        shown = ", ".join(f"{leaf} = {PARAMETERS[leaf].show(value)}" for leaf, value in values.items())
        click.echo(f"{name:{width}}  {words}: {shown}")
