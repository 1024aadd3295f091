"""What the commands that write boards share: timeline and options."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from smpsim.cli import options
from smpsim.cli.group import Option
from smpsim.cli.streams import Target, check_target, check_title
from smpsim.cli.talk import Talk, write_json

if TYPE_CHECKING:
    from smpsim.report.board import Board

_SECTION = "Pictures"
_FORMATS = ("png", "jpeg", "tiff", "gif", "webp", "html")


def board_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every board is asked for; the command gets ``look``, the arguments of the functions that make one."""

    @functools.wraps(command)
    def with_look(*args: Any, view: str, piece_px: int, language: str, **rest: Any) -> Any:
        return command(*args, look={"view": view, "piece_px": piece_px, "language": language}, **rest)

    call: Callable[..., Any] = with_look
    for decorate in (
        options.talk_options,
        options.json_option,
        options.seed_option,
        options.hide_line_option,
        options.protect_option,
        options.title_option,
        options.language_option,
        click.option(
            "--piece-px",
            cls=Option,
            type=int,
            default=800,
            show_default=True,
            metavar="N",
            section=_SECTION,
            help="Longer side of each picture at most, 100 to 4000 px.",
        ),
        click.option(
            "--view",
            cls=Option,
            default="area",
            show_default=True,
            metavar="NAME",
            section=_SECTION,
            help="area (reduced), or 28 mm at the photo's own size: line (where the area ends downwards), middle.",
        ),
        options.treatment_options,
        options.scale_options,
        options.output_options(*_FORMATS),
    ):
        call = decorate(call)
    return call


def board_target(
    output: str, format: str | None, title: str, *, overwrite: bool, inputs: tuple[str | None, ...]
) -> Target:
    """Find out before the work whether a board can be written; see :func:`smpsim.cli.streams.check_target`."""
    from smpsim.report.board import board_format

    files = tuple(name for name in inputs if name is not None)
    target = check_target(output, format, overwrite=overwrite, inputs=files, format_of=board_format)
    check_title(title, target)
    return target


def write_board(board: Board, target: Target, title: str) -> None:
    """Write a board, whole or not at all."""
    target.write(board.encode(target.format, title=title))


def tell_board(talk: Talk, board: Board, target: Target, notices: tuple[str, ...], json_for: str | None) -> None:
    """Say what was written; as JSON, too, for the photo `json_for`."""
    lines = tuple(dict.fromkeys((*notices, *board.warnings)))
    if json_for is not None:
        pieces = [
            {"name": piece.name, "caption": piece.caption, "n_dots": piece.n_dots, **piece.changes}
            for piece in board.pieces
        ]
        write_json({"src": json_for, "out": target.path, "status": "done", "pieces": pieces, "warnings": list(lines)})
    talk.note(lines)
    talk.say(f"{target.name}: {', '.join(piece.name for piece in board.pieces)}")
