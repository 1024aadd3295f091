"""Lengths and shapes: the scale of a photo, and the head that the scalp is taken for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.arrays import F64
from smpsim.errors import ParameterError
from smpsim.scalp.grid import bounding_box
from smpsim.scalp.scale import IRIS_MM, PUPILS_MM, Scale
from smpsim.scalp.shaped import shaped
from smpsim.scalp.surface import Surface
from smpsim.studio import answers

#: aids -> (what lies between the two points, its usual length in mm or None when it has to be said)
AIDS: dict[str, tuple[str, float | None]] = {
    "points": ("two places a known distance apart", None),
    "pupils": ("the centres of the pupils, looking straight ahead", PUPILS_MM),
    "iris": ("the left and the right end of one iris", IRIS_MM),
    "coin": ("the two ends of a coin on the skin; 1 euro", 23.25),
    "tape": ("two marks of a tape on the skin", 50.0),
}
# lines of a grid lie so far apart, with a point every so often
_APART_MM, _STEP_MM = 20.0, 4.0


async def scale(request: Request) -> Response:
    """Answer the scale that two points say: {kind, points: [[x, y], [x, y]], mm}."""
    answers.bench(request)
    asked = await answers.json_of(request)
    kind = str(asked.get("kind"))
    if kind not in AIDS:
        raise HTTPException(400, f"kind: one of {', '.join(AIDS)} is needed")
    try:
        (x1, y1), (x2, y2) = asked["points"]
        a, b = (float(x1), float(y1)), (float(x2), float(y2))
        mm = asked.get("mm")
        length = None if mm is None else float(mm)
    except (TypeError, ValueError, KeyError, OverflowError):
        raise HTTPException(400, "points: two places [x, y] in px are needed, and a length mm") from None
    return JSONResponse({"scale": vars(_scale(kind, a, b, length))})


def _scale(kind: str, a: tuple[float, float], b: tuple[float, float], mm: float | None) -> Scale:
    usual = AIDS[kind][1]
    # lengths of the body differ from one person to the next, unless they were measured on this one
    if kind == "pupils" and mm in (None, usual):
        return Scale.from_pupils(a, b)
    if kind == "iris" and mm in (None, usual):
        return Scale.from_iris(a, b)
    length = usual if mm is None else mm
    if length is None:
        raise ParameterError("mm: say how far apart the two places are", name="mm")
    return Scale.from_points(a, b, length, source="ruler" if kind == "points" else kind)


async def surface(request: Request) -> Response:
    """Answer the shape of the head: its numbers, and a grid over the scalp as polylines of px."""
    bench, asked = answers.bench(request), await answers.json_of(request)
    project = await run_sync(answers.project_in, asked)
    view = answers.view_in(asked, project, bench)

    def grid() -> dict[str, Any]:
        coverage, _ = view.area()
        box = bounding_box(coverage)
        if box is None:
            raise ParameterError("mask: nothing is treated yet, so there is no head to lay a grid on", name="mask")
        with bench.turns.held():
            known = bench.scale_of(view)
        shape, _, notices = shaped(None, project.treatment, coverage, known)
        rows, columns = (np.array([span.start, span.stop]) / known.px_per_mm for span in box)
        lines = [(line * known.px_per_mm).round(1).tolist() for line in _grid(shape, columns, rows)]
        return {"surface": shape.kind, "leaves": shape.leaves(), "lines": lines, "notes": notices}

    return JSONResponse(await run_sync(grid))


def _grid(shape: Surface, across: F64, down: F64) -> list[F64]:
    """Lines of constant u and v on the skin that is seen, (n, 2) mm each; on the plane over a box."""
    (u0, u1), (v0, v1) = (across, down) if shape.chart is None else shape.chart.box_mm
    lines: list[F64] = []
    for along, span, fixed in ((0, (u0, u1), (v0, v1)), (1, (v0, v1), (u0, u1))):
        run = np.arange(span[0], span[1] + _STEP_MM, _STEP_MM)
        for at in np.arange(math.ceil(fixed[0] / _APART_MM), fixed[1] / _APART_MM) * _APART_MM:
            still = np.full(len(run), at)
            spots = shape.spots(*((run, still) if along == 0 else (still, run)))
            seen = np.flatnonzero(spots.facing > 0)
            for part in np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1):
                if len(part) > 1:
                    lines.append(spots.space_mm[:2, part].T)
    return lines
