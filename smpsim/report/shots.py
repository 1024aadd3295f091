"""From treatments of one photo to a board: every preview is rendered once, what they share is found once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smpsim.declare import Value
from smpsim.errors import ParameterError
from smpsim.files.mask_file import empty_mask
from smpsim.files.photo import Photo
from smpsim.files.source import Source
from smpsim.hidden import Line
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
        raise empty_mask()
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
    if all(shot.treatment is None for shot in shots):
        raise ParameterError("moments: nothing is simulated; name a moment after the beginning", name="moments")
    pieces: dict[int, Piece] = {}
    labels: dict[int, dict[str, Any]] = {}
    notes: dict[str, None] = {}
    bare = np.zeros((0, 0, 3), np.uint8)  # shots without a treatment come last: any preview knows the bare photo
    for done, (k, shot) in enumerate(_densest_first(shots)):
        if progress:
            progress(done / len(shots), shot.name)
        if shot.treatment is None:
            pieces[k] = Piece(shot.name, shot.caption, bare, False)
            continue
        preview, after, bare = view.shown(shot.sitting, shot.treatment, seed)
        pieces[k] = Piece(shot.name, shot.caption, after, True, preview.stats.n_dots, shot.changes)
        labels[k] = preview.label
        notes |= dict.fromkeys(preview.stats.warnings)
    if progress:
        progress(1.0, "")
    shown = tuple(pieces[k] for k in range(len(shots)))
    told = {piece.name: dict(piece.changes) for piece in shown if piece.simulated}
    label = labels[min(labels)] | {"pieces": told}
    photo = shots[0].sitting.photo
    columns = min(columns, len(shown))
    inputs = tuple({path for shot in shots for path in shot.sitting.inputs})
    return Board(shown, columns, title, note, say.language, label, tuple(notes), photo.space, photo.profile, inputs)


def _densest_first(shots: Sequence[Shot]) -> list[tuple[int, Shot]]:
    """Return the shots with their numbers, the densest first, as its dots hold those of the others."""

    def density(numbered: tuple[int, Shot]) -> float:
        treatment = numbered[1].treatment
        return 0.0 if treatment is None else float(treatment.density_per_cm2)

    return sorted(enumerate(shots), key=density, reverse=True)
