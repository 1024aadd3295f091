"""``smpsim timeline``: the course of one client's work."""

from __future__ import annotations

from typing import Any

import click

from smpsim.cli import options
from smpsim.cli.boards import board_options, board_target, tell_board, write_board
from smpsim.cli.group import Command, Option
from smpsim.cli.streams import check_streams, read_inputs
from smpsim.cli.talk import Talk, reporting
from smpsim.errors import ParameterError
from smpsim.parameters import PARAMETERS
from smpsim.treatment import Treatment

_MOMENT = ("session", "age_days")


@click.command(
    cls=Command,
    example="smpsim timeline smpsim-demo/photo.jpg smpsim-demo/mask.png -o timeline.html --px-per-mm 8 "
    "--at before,s1,fresh,settled,5y",
)
@click.argument("photo")
@click.argument("mask")
@click.option(
    "--at",
    "moments",
    cls=Option,
    metavar="MOMENTS",
    section="Pictures",
    help="before, an age (fresh, 3d, settled, 5y), s1 (settled after session 1), s1+3d; joined by commas.  "
    "[default: before,s1,s2,fresh,1wk,settled,1y,5y]",
)
@board_options
def command(
    *,
    photo: str,
    mask: str,
    output: str,
    format: str | None,
    overwrite: bool,
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    protect: str | None,
    hide_line: str | None,
    moments: str | None,
    look: dict[str, Any],
    title: str,
    seed: int,
    as_json: bool,
    talk: Talk,
) -> None:
    """Show PHOTO, treated where MASK is white, at several moments: sessions, healing, years.

    The extension of OUT says how: .png .jpg .tif a picture of all side by side, .gif .webp an animation, .html a page
    that shows all of them or each alone.  What is an estimate is called one.
    """
    check_streams(output, as_json, photo, mask)
    with reporting(as_json, src=photo, out=output):
        chosen = _chosen(treatment)
        inputs = (photo, mask, protect, options.line_file(hide_line), *treatment.files)
        target = board_target(output, format, title, overwrite=overwrite, inputs=inputs)
        from smpsim.report.timeline import timeline

        given = read_inputs(photo, mask, scale, protect, treatment.told(varied=_MOMENT))
        with talk.progress() as progress:
            board = timeline(
                given.photo,
                given.coverage,
                scale=given.scale,
                treatment=chosen,
                seed=seed,
                protect=given.protect,
                hide_line=hide_line,
                moments=None if moments is None else moments.split(","),
                progress=progress,
                **look,
            )
        write_board(board, target, title)
    tell_board(talk, board, target, (*given.notices, *_not_shown(chosen)), photo if as_json else None)


def _chosen(treatment: options.TreatmentChoice) -> Treatment:
    """Build the treatment; a moment of its own would be of no effect."""
    for leaf in _MOMENT:
        if leaf in treatment.changes():
            flag = PARAMETERS[leaf].flag
            raise ParameterError(f"{flag}: a timeline shows several moments; name them with --at", name=leaf)
    return treatment.build()


def _not_shown(treatment: Treatment) -> tuple[str, ...]:
    """Tell of a moment that a preset or a file names."""
    values = treatment.as_dict()
    named = [f"{leaf} {values[leaf]}" for leaf in _MOMENT if values[leaf] != PARAMETERS[leaf].default]
    if not named:
        return ()
    return (f"{' and '.join(named)} of the preset or file: of no effect, a timeline shows several moments (--at)",)
