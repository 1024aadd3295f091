"""From treatments of one photo to a board: every preview is rendered once, what they share is found once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from smpsim.declare import Value
from smpsim.errors import MaskError, ParameterError
from smpsim.files.photo import Photo
from smpsim.files.source import Source
from smpsim.hidden import Line
from smpsim.preview import Preview
from smpsim.raster.draw import Progress
from smpsim.report.board import Board, Piece
from smpsim.report.views import View
from smpsim.scalp.scale import Scale
from smpsim.scalp.surface import Surface
from smpsim.sitting import Sitting
from smpsim.treatment import Treatment
from smpsim.words import Words

Mask = Source | NDArray[Any]
Picture = Photo | Mask


@dataclass(frozen=True, eq=False)
class Shot:
    """A preview that is wanted on a board; the photo as it is when there is no treatment."""

    sitting: Sitting
    treatment: Treatment | None
    name: str
    caption: str
    changes: Mapping[str, Value] = field(default_factory=dict)


def seated(
    photo: Picture,
    mask: Mask,
    *,
    scale: Scale | float | None,
    surface: Surface | None,
    protect: Mask | None,
    hide_line: Line | None,
) -> Sitting:
    """Sit down with one photo and one mask.

    Raises
    ------
    MaskError
        When nothing is to be treated.
    """
    sitting = Sitting(photo, mask, scale=scale, surface=surface, protect=protect, hide_line=hide_line)
    if sitting.is_empty:
        raise MaskError("the mask is empty: paint the area to treat white on black")
    return sitting


def make_board(
    shots: Sequence[Shot],
    view: View,
    *,
    columns: int,
    title: str,
    note: str = "",
    say: Words,
    seed: int,
    progress: Progress | None = None,
) -> Board:
    """Render shots of one photo.

    Parameters
    ----------
    shots : sequence of Shot
        What is to be shown, in order; one at least has a treatment.
    view : View
        Which part of the photo.
    columns : int
        How many stand side by side.
    title : str
        What all of it is.
    note : str
        What is to be said of all of it besides that it is a simulation.
    say : Words
        Language of the words that are added.
    seed : int
        The same dots in all.
    progress : callable, optional
        Called with the share that is done, 0 to 1, and the name of what is next.

    Raises
    ------
    ParameterError
        When no shot has a treatment.
    """
    # the densest first: its dots hold those of the others
    order = sorted(
        (k for k, shot in enumerate(shots) if shot.treatment is not None),
        key=lambda k: -_density(shots[k].treatment),
    )
    if not order:
        raise ParameterError("moments: nothing is simulated; name a moment after the beginning", name="moments")
    pieces: dict[int, Piece] = {}
    previews: list[Preview] = []
    for done, k in enumerate(order):
        shot = shots[k]
        if progress:
            progress(done / len(order), shot.name)
        preview, after, before = view.shown(shot.sitting, shot.treatment or Treatment(), seed)
        pieces[k] = Piece(shot.name, shot.caption, after, True, preview.stats.n_dots, shot.changes)
        previews.append(preview)
    for k, shot in enumerate(shots):
        if shot.treatment is None:
            pieces[k] = Piece(shot.name, shot.caption, before, False)
    if progress:
        progress(1.0, "")
    shown = tuple(pieces[k] for k in range(len(shots)))
    first = previews[order.index(min(order))]
    told = {piece.name: dict(piece.changes) for piece in shown if piece.simulated}
    notes = dict.fromkeys(line for preview in previews for line in preview.stats.warnings)
    photo = first.photo
    return Board(
        shown,
        min(columns, len(shown)),
        title,
        note,
        say.language,
        first.label | {"pieces": told},
        tuple(notes),
        photo.space,
        photo.profile,
    )


def _density(treatment: Treatment | None) -> float:
    return 0.0 if treatment is None else float(treatment.density_per_cm2)
