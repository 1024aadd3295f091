"""The command line: a group of commands, each in a file of its own and loaded when it is called."""

from __future__ import annotations

import click

import smpsim
from smpsim.cli.group import LazyGroup

#: command -> its line in the help; the command itself is ``smpsim.cli.<name>.command``, or in the file of _FILES
COMMANDS = {
    "render": "Render one preview.",
    "batch": "Render previews of many photos.",
    "dots": "Write the dots as a table or a drawing.",
    "hairline": "Fit a hairline to a face, measure it, write it as a mask.",
    "match": "Measure shaved hair or healed dots, propose a treatment like them.",
    "compare": "Compare two pictures: colour difference, side by side, slider.",
    "timeline": "Show a treatment over sessions, weeks and years.",
    "options": "Show lines, densities and shades to choose from.",
    "sheet": "Write a client sheet (PDF), of one photo or of several.",
    "info": "Say what is known of a photo, or of this installation.",
    "presets": "List the named treatments.",
    "treatment": "Write, show and check treatment files.",
    "studio": "Open the studio, a page to design and preview on.",
    "demo": "Render a synthetic scalp, to see what comes out.",
}
_FILES = {"options": "option_sheet"}


@click.command(cls=LazyGroup, lazy=COMMANDS, files=_FILES, example="smpsim demo")
@click.version_option(smpsim.__version__, prog_name="smpsim", message="%(prog)s %(version)s")
def main() -> None:
    """Render simulated previews of scalp micropigmentation.

    A photo of a scalp and a mask of the area to treat go in; thousands of pigment dots, in millimetres, are placed
    and rendered into the photo.  Everything happens on this machine.
    """
