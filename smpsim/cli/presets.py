"""``smpsim presets``: the named treatments."""

from __future__ import annotations

import click

from smpsim.cli import options
from smpsim.cli.group import Command
from smpsim.cli.talk import Talk, reporting, write_json
from smpsim.declare import Value
from smpsim.parameters import PARAMETERS
from smpsim.presets import PRESETS
from smpsim.treatment import Treatment


@click.command(cls=Command, example="smpsim presets full")
@click.argument("name", required=False)
@options.json_option
@options.talk_options
def command(name: str | None, as_json: bool, talk: Talk) -> None:
    """List the presets, or print the whole treatment of the one with this NAME as a treatment file.

    Your own presets (smpsim match PHOTO --save-preset NAME) are listed after those of smpsim.
    """
    if name is None:
        with reporting(as_json):
            _list(as_json)
        return
    with reporting(as_json, name=name):
        treatment = Treatment.preset(name)
    if as_json:
        write_json(treatment.as_dict())
    else:
        click.echo(treatment.to_toml(), nl=False)


def _list(as_json: bool) -> None:
    presets = {**PRESETS, **_own()}
    if as_json:
        write_json({name: {"description": words, "values": values} for name, (words, values) in presets.items()})
        return
    width = max(map(len, presets))
    for name, (words, values) in presets.items():
        shown = ", ".join(f"{leaf} = {PARAMETERS[leaf].show(value)}" for leaf, value in values.items())
        click.echo(f"{name:{width}}  {words}: {shown}")


def _own() -> dict[str, tuple[str, dict[str, Value]]]:
    """Find the user's presets and what they change."""
    from smpsim.files.user_presets import preset_names

    usual = Treatment().as_dict()
    changed = {name: Treatment.preset(name).as_dict() for name in preset_names()}
    return {
        name: ("your own", {leaf: value for leaf, value in values.items() if value != usual[leaf]})
        for name, values in changed.items()
    }
