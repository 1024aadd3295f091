"""The course of one client's work: the same piece of scalp before, after sessions, while it heals, over the years.

Numbers: a choice of layout.
"""

from __future__ import annotations

from collections.abc import Sequence

from smpsim.hidden import Line
from smpsim.kinds import given, listed
from smpsim.raster.draw import Progress
from smpsim.report.board import Board
from smpsim.report.moments import at_moment, distinct, name_of, told, usual_moments
from smpsim.report.shots import Mask, Picture, Shot, make_board, seated
from smpsim.report.views import PIECE_PX, view_of
from smpsim.scalp.scale import Scale
from smpsim.scalp.surface import Surface
from smpsim.treatment import Treatment
from smpsim.words import words

_COLUMNS = 4


def timeline(
    photo: Picture,
    mask: Mask,
    *,
    scale: Scale | float | None = None,
    treatment: Treatment | None = None,
    surface: Surface | None = None,
    seed: int = 0,
    protect: Mask | None = None,
    hide_line: Line | None = None,
    moments: Sequence[str] | None = None,
    view: str = "area",
    piece_px: int = PIECE_PX,
    language: str = "en",
    progress: Progress | None = None,
) -> Board:
    """Show one treatment at several moments: sessions, healing, years.

    Parameters
    ----------
    photo, mask, scale, treatment, surface, seed, protect, hide_line
        As for :func:`smpsim.render`.
    moments : sequence of str, optional
        ``before``; an age after the last session (``fresh``, ``3d``, ``settled``, ``5y``); ``s1``, settled after the
        first session; ``s1+3d``.  By default before, the sessions, the same day, a week, settled, about
        12 months and 5 years.
    view : {"area", "line", "middle"}
        The treated area, reduced; or 28 mm at the photo's own size, where the area ends downwards or is fullest.
    piece_px : int
        Longer side of each picture, 100 to 4000 px, 800 by choice; pictures are never enlarged.
    language : {"en", "de"}
        Of captions and page.
    progress : callable, optional
        Called with the share that is done, 0 to 1, and the name of the next piece.

    Returns
    -------
    Board
        A picture, an animation or a page; every course is an estimate, and the captions say so.

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used, or the mask is empty.
    ParameterError
        When a value is out of its range, or a moment cannot be read.
    """
    say, treatment = words(language), given(treatment, Treatment, "treatment") or Treatment()
    wanted = usual_moments(treatment) if moments is None else tuple(listed(moments, "moments"))
    states = [at_moment(treatment, moment) for moment in wanted]
    sitting = seated(photo, mask, scale=scale, surface=surface, protect=protect, hide_line=hide_line)
    names = distinct([name_of(state, say) for state in states])
    shots = [
        Shot(sitting, state, name, told(state, say), {} if state is None else _changes(state))
        for name, state in zip(names, states, strict=True)
    ]
    seen = view_of(view, sitting.coverage, px_per_mm=sitting.scale.px_per_mm, piece_px=piece_px)
    return make_board(
        shots, seen, columns=_COLUMNS, title=say("timeline.title"), say=say, seed=seed, progress=progress
    )


def _changes(state: Treatment) -> dict[str, int | float | str | None]:
    return {"session": state.session, "age_days": state.age_days}
