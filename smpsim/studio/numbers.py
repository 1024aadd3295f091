"""Numbers that the page shows beside a preview and that the preview itself does not know."""

from __future__ import annotations

from typing import Any

from smpsim.project import View
from smpsim.report.hours import hours
from smpsim.scalp.proportions import measure_hairline
from smpsim.studio.bench import Bench

_HEIGHT = "mid-point above glabella"


def numbers_beside(bench: Bench, view: View, n_dots: int) -> dict[str, Any]:
    """Return the hours that the dots take, least and most, and how high the hairline lies; estimates.

    The height, (mm by tape, its standard uncertainty), is None without a line, or as long as nobody has looked for a
    face: a preview does not wait for that.
    """
    return {"hours": hours(n_dots), "line_mm": _height(bench, view)}


def _height(bench: Bench, view: View) -> tuple[float, float] | None:
    face = bench.known_face(view.scale)
    if view.hairline is None or face is None:
        return None
    measures = measure_hairline(view.hairline, face)
    return next(((one.value_mm, one.uncertainty_mm) for one in measures if one.name == _HEIGHT), None)
