"""``smpsim options``: a sheet to choose from.

(:mod:`smpsim.cli.options` has the options that commands share.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from smpsim.cli import options
from smpsim.cli.boards import board_options, board_target, tell_board, write_board
from smpsim.cli.group import Command, Option
from smpsim.cli.streams import check_streams, read_inputs
from smpsim.cli.talk import Talk, hushed, reporting
from smpsim.errors import ParameterError
from smpsim.treatment import parameter


@click.command(
    cls=Command,
    example="smpsim options smpsim-demo/photo.jpg smpsim-demo/mask.png -o options.png --px-per-mm 8 "
    "--vary density_per_cm2=55,80 --vary shade=carbon-1:20,carbon-1:5",
)
@click.argument("photo")
@click.argument("masks", metavar="MASK...", nargs=-1, required=True)
@click.option(
    "--vary",
    cls=Option,
    metavar="KEY=V1,V2",
    multiple=True,
    section="Pictures",
    help="A parameter and its values, as often as needed; the last one goes across.  "
    "[default: density_per_cm2=55,80,110 and shade=carbon-1:30,carbon-1:10,carbon-1:3]",
)
@board_options
def command(
    *,
    photo: str,
    masks: tuple[str, ...],
    output: str,
    format: str | None,
    overwrite: bool,
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    protect: str | None,
    hide_line: str | None,
    vary: tuple[str, ...],
    look: dict[str, Any],
    title: str,
    seed: int,
    as_json: bool,
    talk: Talk,
) -> None:
    """Show PHOTO with every combination of some choices, named A1, A2, ... to circle.

    Several masks are several lines to choose from.  The extension of OUT says how: .png .jpg .tif a picture of all,
    .gif .webp an animation, .html a page that shows all of them or each alone.
    """
    check_streams(output, as_json, photo, *masks)
    with reporting(as_json, src=photo, out=output):
        chosen, varied = treatment.build(), _varied(vary, treatment)
        inputs = (photo, *masks, protect, options.line_file(hide_line), *treatment.files)
        target = board_target(output, format, title, overwrite=overwrite, inputs=inputs)
        from smpsim.files.mask_file import read_mask
        from smpsim.report.options import option_sheet

        given = read_inputs(photo, masks[0], scale, protect, treatment.told(varied=varied))
        with hushed():
            others = [read_mask(mask, like=given.photo) for mask in masks[1:]]
        with talk.progress() as progress:
            board = option_sheet(
                given.photo,
                [given.coverage, *others],
                scale=given.scale,
                treatment=chosen,
                seed=seed,
                protect=given.protect,
                hide_line=hide_line,
                vary=varied,
                progress=progress,
                **look,
            )
        write_board(board, target, title)
    tell_board(talk, board, target, given.notices, photo if as_json else None)


def _varied(pairs: tuple[str, ...], treatment: options.TreatmentChoice) -> Mapping[str, Sequence[object]]:
    """Return leaf -> values; without --vary the usual ones, but those that are given, unless that leaves no choice."""
    given = treatment.changes()
    if not pairs:
        from smpsim.report.options import usual_choices

        usual = usual_choices(treatment.build())
        return {leaf: values for leaf, values in usual.items() if leaf not in given} or usual
    varied: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        key = key.strip()
        if not equals:
            raise ParameterError(f"--vary: {pair!r} cannot be read; write KEY=V1,V2", name="vary", value=pair)
        if key in varied or key in given:
            raise ParameterError(f"--vary: {key} is given twice; keep one", name="vary", value=pair)
        about = parameter(key, "--vary")
        varied[key] = [value.strip() for value in text.split(",")]
        for value in varied[key]:
            about.check(value, "--vary")
    return varied
