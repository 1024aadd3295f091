"""Why depth matters: the same piece of scalp, at the photo's own size, with the needle set to several depths.

A deeper needle leaves the pigment deeper and the deposits larger (:mod:`smpsim.ink.needle`).  One row is healed, one
five years old, when what lies too deep has spread.  Too shallow is not shown: what is shed then is not in the model.

Numbers: choices: what is shown, not what is usual.
"""

from __future__ import annotations

from collections.abc import Sequence

from smpsim.ink.course import YEAR_D
from smpsim.ink.needle import deposit_diameter_mm, depth_band, pigment_depth_mm, widening
from smpsim.kinds import given, listed
from smpsim.report.board import Board
from smpsim.report.shots import Mask, Picture, Shot, make_board, seated
from smpsim.report.views import view_of
from smpsim.scalp.scale import Scale
from smpsim.treatment import Treatment
from smpsim.words import Words, words

#: settings of the needle, mm: right three times, too deep, blow-out
NEEDLE_DEPTHS_MM = (0.5, 0.8, 1.2, 1.6, 2.0)

# moments of the rows: key of a piece's name, key of its caption, and age in days
_ROWS = (("depth.name", "depth.settled", None), ("depth.name_later", "depth.years", 5 * YEAR_D))


def depth_strip(
    photo: Picture,
    mask: Mask,
    *,
    scale: Scale | float | None = None,
    treatment: Treatment | None = None,
    needle_depths_mm: Sequence[float] = NEEDLE_DEPTHS_MM,
    seed: int = 0,
    language: str = "en",
) -> Board:
    """Show the same piece of scalp with the needle at several depths, healed and five years later.

    Parameters
    ----------
    photo, mask, scale
        As for :func:`smpsim.render`.
    treatment : Treatment, optional
        Everything but the depth of the pigment, the size of deposits that follows from it, and the age.
    needle_depths_mm : sequence of float, mm
        What the needle is set to, 0.3 to 3 mm; 0.5 to 2 by choice (the bands of depth are estimates).
    seed : int
        The same dots in every piece.
    language : {"en", "de"}
        Of the captions.

    Returns
    -------
    Board
        A picture, an animation or a page.

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used, or the mask is empty.
    ParameterError
        When a depth is out of its range, or there are no texts in that language.
    """
    say, treatment = words(language), given(treatment, Treatment, "treatment") or Treatment()
    sitting = seated(photo, mask, scale=scale, surface=None, protect=None, hide_line=None)
    pieces = [_with_needle(treatment, depth) for depth in listed(needle_depths_mm, "needle_depths_mm")]
    shots = [
        Shot(
            sitting,
            piece.replace(age_days=age),
            say(name, needle=_short(piece.needle_depth_mm, say)),
            "\n".join((*_told(piece, say, is_healed=age is None), say(moment))),
            {"needle_depth_mm": piece.needle_depth_mm, "diameter_mm": piece.diameter_mm, "age_days": age},
        )
        for name, moment, age in _ROWS
        for piece in pieces
    ]
    return make_board(
        shots,
        view_of("middle", sitting.coverage, px_per_mm=sitting.scale.px_per_mm),
        columns=len(pieces),
        title=say("depth.title"),
        note=say("depth.estimate"),
        say=say,
        seed=seed,
    )


def _with_needle(treatment: Treatment, depth_mm: float) -> Treatment:
    """Set the needle to a depth; deposits are as large as they were at the depth of the treatment's own needle."""
    wide = deposit_diameter_mm(treatment) / widening(treatment.deposit.needle_depth_mm) * widening(depth_mm)
    return treatment.replace(needle_depth_mm=depth_mm, depth_mm=None, needle_mm=None, diameter_mm=min(wide, 1.0))


def _told(treatment: Treatment, say: Words, *, is_healed: bool) -> tuple[str, ...]:
    """Say where the pigment rests, and of healed work if that is right: years later even right dots are faint."""
    depth = pigment_depth_mm(treatment)
    rests = say("depth.caption", depth=_short(depth, say))
    return (rests, say(f"depth.{depth_band(depth).replace(' ', '-')}")) if is_healed else (rests,)


def _short(mm: float, say: Words) -> str:
    return say.number(float(f"{mm:.2g}"))
