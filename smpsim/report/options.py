"""A sheet to choose from: lines, densities, shades or any other parameter, from A1 on.

Numbers: choices of layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import ceil, floor, log
from string import ascii_uppercase

import numpy as np

from smpsim.declare import Value
from smpsim.errors import MaskError, ParameterError, quoted
from smpsim.hidden import Line
from smpsim.kinds import given, listed
from smpsim.parameters import PARAMETERS
from smpsim.presets import PRESETS
from smpsim.raster.draw import Progress
from smpsim.report.board import Board
from smpsim.report.moments import estimated
from smpsim.report.settings_words import in_words, is_estimate
from smpsim.report.shots import Mask, Picture, Shot, make_board, seated
from smpsim.report.views import PIECE_PX, view_of
from smpsim.scalp.scale import Scale
from smpsim.scalp.surface import Surface
from smpsim.sitting import Sitting, opened_photo
from smpsim.treatment import Treatment, parameter
from smpsim.words import Words, words

_DENSITIES = tuple(float(str(PRESETS[name][1]["density_per_cm2"])) for name in ("light", "standard", "full"))
_MOST_COLUMNS = 9
# step of densities that are shown, dots/cm2; a dilution has so many times the ink of the next
_ROUND_PER_CM2, _TIMES_INK = 5.0, 3.0


# a step along an axis: "line" or a leaf, and its value
_Choice = tuple[str, Value]


def option_sheet(
    photo: Picture,
    masks: Mask | list[Mask] | tuple[Mask, ...],
    *,
    scale: Scale | float | None = None,
    treatment: Treatment | None = None,
    surface: Surface | None = None,
    seed: int = 0,
    protect: Mask | None = None,
    hide_line: Line | None = None,
    vary: Mapping[str, Sequence[object]] | None = None,
    view: str = "area",
    piece_px: int = PIECE_PX,
    language: str = "en",
    progress: Progress | None = None,
) -> Board:
    """Show every combination of some choices for one photo, named A1, A2, ... to circle.

    Parameters
    ----------
    photo, scale, treatment, surface, seed, protect, hide_line
        As for :func:`smpsim.render`.
    masks : mask, or list or tuple of masks
        One, or one for each line to choose from.
    vary : mapping of str to sequence, optional
        Leaf name -> values, ``{"density_per_cm2": (55, 80, 110), "shade": ("carbon-1:10", "warm-1:10")}``, which are
        three densities and two shades; by default ``smpsim.report.options.usual_choices``.
    view, piece_px, language, progress
        As for :func:`smpsim.timeline`.

    Returns
    -------
    Board
        The last axis with more than one choice goes across (1, 2, ...), the others go down (A, B, ...).

    Raises
    ------
    PhotoError, MaskError
        When a picture cannot be used, or a mask is empty.
    ParameterError
        When a leaf is unknown, a value not allowed, or there are more than 26 rows or 9 columns.
    """
    say, treatment = words(language), given(treatment, Treatment, "treatment") or Treatment()
    choices = usual_choices(treatment) if vary is None else vary
    if not isinstance(choices, Mapping):
        raise ParameterError(f"vary: a mapping of leaf name to values is needed, not {quoted(vary)}", name="vary")
    several = list(masks) if isinstance(masks, list | tuple) else [masks]
    axes = [_lines(len(several)), *(_axis(leaf, of) for leaf, of in choices.items())]
    names = _names([len(axis) for axis in axes])
    opened, _ = opened_photo(photo)
    sittings = list(_sittings(opened, several, scale, surface, protect, hide_line))
    shots = [
        _shot(sittings, treatment, name, choices, say) for name, choices in zip(names, product(*axes), strict=True)
    ]
    together = np.maximum.reduce([sitting.coverage for sitting in sittings])
    seen = view_of(view, together, px_per_mm=sittings[0].scale.px_per_mm, piece_px=piece_px)
    columns = sum(name.startswith("A") for name in names)
    return make_board(shots, seen, columns=columns, title=say("options.title"), say=say, seed=seed, progress=progress)


def usual_choices(treatment: Treatment) -> dict[str, tuple[Value, ...]]:
    """Return what is varied when nothing is said: three densities and shades, unless the treatment has its own.

    When it has its own of both, those around them (:func:`choices_around`): one picture is no choice.
    """
    usual, own = Treatment().as_dict(), treatment.as_dict()
    around = choices_around(treatment)
    return {leaf: values for leaf, values in around.items() if own[leaf] == usual[leaf]} or around


def choices_around(treatment: Treatment) -> dict[str, tuple[Value, ...]]:
    """Return densities and shades around those of a treatment, which are among them.

    Parameters
    ----------
    treatment : Treatment
        Around the default one these are 55, 80, 110 dots/cm2 and 1:30, 1:10, 1:3 of carbon.

    Returns
    -------
    dict of str to tuple
        Densities, dots/cm2, in the ratios of the usual three, two at least; and dilutions of the same pigment with
        about a third and three times the ink, as far as there are some.  Without shades when the ink of deposits is
        typed, as dilution means nothing then.
    """
    density, (few, usual, many) = treatment.placement.density_per_cm2, _DENSITIES
    about = PARAMETERS["density_per_cm2"]
    less = _ROUND_PER_CM2 * floor(density * few / usual / _ROUND_PER_CM2)
    more = _ROUND_PER_CM2 * ceil(density * many / usual / _ROUND_PER_CM2)
    densities = dict.fromkeys((max(less, about.low), density, min(more, about.high)))
    around: dict[str, tuple[Value, ...]] = {"density_per_cm2": tuple(densities)}
    return around if treatment.ink.ink_per_mm is not None else around | {"shade": _dilutions(treatment.ink.shade)}


def _dilutions(shade: str) -> tuple[str, ...]:
    """Return a shade between a weaker and a stronger one of its pigment, where there are such."""
    pigment = shade.rpartition(":")[0]
    parts = {
        word: 1 + float(word.rpartition(":")[2]) for word in PARAMETERS["shade"].words if word.startswith(pigment)
    }
    wanted = [parts[shade] * times for times in (_TIMES_INK, 1, 1 / _TIMES_INK)]
    return tuple(dict.fromkeys(min(parts, key=lambda word: abs(log(parts[word] / want))) for want in wanted))


def _sittings(
    photo: Picture,
    masks: Sequence[Mask],
    scale: Scale | float | None,
    surface: Surface | None,
    protect: Mask | None,
    hide_line: Line | None,
) -> Iterator[Sitting]:
    """One for each line, all at the same scale: that of the first when it is not known."""
    for mask in masks:
        sitting = seated(photo, mask, scale=scale, surface=surface, protect=protect, hide_line=hide_line)
        # its line has been hidden
        photo, scale, hide_line = sitting.photo, sitting.scale, None
        yield sitting


def _shot(
    sittings: Sequence[Sitting], treatment: Treatment, name: str, choices: Sequence[_Choice], say: Words
) -> Shot:
    """Make one combination; of one line alone nothing is said."""
    (_, line), *others = choices
    leaves = dict(others)
    shown = treatment.replace(**leaves)
    told = list(_told(leaves, shown, say))
    if len(sittings) > 1:
        told, leaves = [say("options.line", number=line), *told], {"line": line, **leaves}
    return Shot(sittings[int(str(line)) - 1], shown, name, "\n".join(told), leaves)


def _told(leaves: Mapping[str, Value], treatment: Treatment, say: Words) -> Iterator[str]:
    """Yield a line for each choice of a treatment, then what is estimated of them."""
    for leaf, value in leaves.items():
        own = f"options.{leaf}"
        if own in say.texts and value is not None:
            yield say(own, value=say.number(value) if isinstance(value, int | float) else value)
        else:
            yield f"{say(f'parameter.{leaf}')}: {in_words(leaf, value, treatment, say)}"
    if "age_days" in leaves:
        yield from estimated(treatment.course, say)
    if any(map(is_estimate, leaves.keys() - {"age_days"})):
        yield say("options.estimate")


def _lines(count: int) -> list[_Choice]:
    if not count:
        raise MaskError("no mask: give one for each line to choose from")
    return [("line", k + 1) for k in range(count)]


def _axis(leaf: str, values: Sequence[object]) -> list[_Choice]:
    about = parameter(leaf)
    checked = [about.check(value) for value in listed(values, f"vary: {leaf}")]
    if not checked or len(set(checked)) < len(checked):
        raise ParameterError(f"{leaf}: give values that differ, one at least", name=leaf, value=list(values))
    return [(leaf, value) for value in checked]


def _names(counts: Sequence[int]) -> list[str]:
    """Names of all combinations, the last axis that has a choice counting fastest: A1, A2, B1, ..."""
    columns = next((count for count in reversed(counts) if count > 1), 1)
    rows = int(np.prod(counts)) // columns
    if rows > len(ascii_uppercase) or columns > _MOST_COLUMNS:
        raise ParameterError(
            f"vary: {rows} x {columns} pictures are too many to choose from; at most 26 rows of {_MOST_COLUMNS}",
            name="vary",
        )
    return [f"{letter}{column}" for letter in ascii_uppercase[:rows] for column in range(1, columns + 1)]
