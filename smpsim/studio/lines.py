"""The hairline of a view, changed by the library's own functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.errors import ParameterError
from smpsim.files.project_file import value_of_view
from smpsim.project import View
from smpsim.scalp.adjust import lowered, sharpened, softened
from smpsim.scalp.beside import fit_beside
from smpsim.scalp.hairline import Hairline
from smpsim.scalp.landmarks import Landmarks, as_point
from smpsim.scalp.outline import Outline
from smpsim.scalp.pencil import find_line
from smpsim.scalp.proportions import measure_hairline, short_of_rule, warnings_about
from smpsim.scalp.templates import template
from smpsim.scalp.through import forehead, hairline_through, told_of_mirror
from smpsim.studio import answers
from smpsim.studio.bench import Bench

_STEP_MM = 2.0
# a length is surely unusual so many standard uncertainties from what is usual
_SURE = 2.0
_FORM = "mature"

Args = Mapping[str, Any]
Changed = tuple[Hairline, list[str]]


async def line(request: Request) -> Response:
    """Answer a view whose hairline was changed, with what to know of it.

    ``do`` and ``args``:

    * ``template``: {name, side, mid_mm, temple_peaks}, all optional;
    * ``lower``, ``higher``: {mm}; ``softer``, ``sharper``;
    * ``pencil``: {colour, near: [[x, y], ...], mirror};
    * ``mirror``: both sides the same; ``unmirror``: the halves freed;
    * ``rear``: the rear border is the outline of the head in the photo again.

    ``args.pupils``: [[x, y], [x, y]] says where the face is, for all of them.
    """
    bench, asked = answers.bench(request), await answers.json_of(request)
    view = answers.view_in(asked, await run_sync(answers.project_in, asked), bench)
    do, args = str(asked.get("do")), asked.get("args") or {}
    if do not in _WAYS or not isinstance(args, dict):
        raise HTTPException(400, f"do: one of {', '.join(_WAYS)} is needed")

    def change() -> tuple[View, list[str]]:
        try:
            drawn, notes = _WAYS[do](bench, view, args)
        except (TypeError, KeyError, ValueError, IndexError, OverflowError) as problem:
            if isinstance(problem, ParameterError):
                raise
            raise HTTPException(400, f"{do}: args cannot be read") from None
        return replace(view, hairline=drawn), [*notes, *_doubts(bench, view, drawn, args)]

    changed, notes = await run_sync(change)
    return JSONResponse({"view": value_of_view(changed), "notes": notes})


def _doubts(bench: Bench, view: View, drawn: Hairline, args: Args) -> tuple[str, ...]:
    """Say what is unusual about a line, where there is a face to tell by."""
    face, _ = _face(bench, view, args)
    if face.source == "none":
        return ()
    measures = measure_hairline(drawn, face)
    # what a detected face tells may be chance
    sure = [one for one in measures if face.source != "face" or one.beyond_mm > _SURE * one.uncertainty_mm]
    return warnings_about(tuple(sure))


def _face(bench: Bench, view: View, args: Args) -> tuple[Landmarks, Outline | None]:
    """Return the face: of the pupils that were said, else as found, at the view's scale."""
    if args.get("pupils") is None:
        return bench.face(view.scale)
    (x1, y1), (x2, y2) = args["pupils"]
    pupils = (float(x1), float(y1)), (float(x2), float(y2))
    return bench.traced(Landmarks.from_points(pupils=pupils, scale=view.scale))


def _present(view: View) -> Hairline:
    if view.hairline is None:
        raise ParameterError("hairline: there is none yet; choose a template first", name="hairline")
    return view.hairline


def _template(bench: Bench, view: View, args: Args) -> Changed:
    face, outline = _face(bench, view, args)
    form, mid, side = str(args.get("name") or _FORM), args.get("mid_mm"), args.get("side")
    shape: dict[str, Any] = {
        "mid_mm": None if mid is None else float(mid),
        "side": None if side is None else str(side),
        "temple_peaks": args.get("temple_peaks") is not False,
    }
    proposal = bench.proposal() if face.source == "face" else None
    if proposal is not None:
        return fit_beside(face, proposal, form, **shape), []
    drawn = Hairline.fit(face, form, outline=outline, **shape)
    short = short_of_rule(measure_hairline(drawn, face), template(form)) if outline else None
    notes = [] if outline else ["no face is found in this photo: drag the line into place"]
    return drawn, notes if short is None else [*notes, short]


def _moved(bench: Bench, view: View, args: Args, sign: float) -> Changed:
    scale = view.scale or _face(bench, view, args)[0].scale
    return lowered(_present(view), sign * float(args.get("mm", _STEP_MM)), px_per_mm=scale.px_per_mm), []


def _pencil(bench: Bench, view: View, args: Args) -> Changed:
    face, outline = _face(bench, view, args)
    near = [(float(x), float(y)) for x, y in args.get("near") or ()]
    region = None if outline is None else forehead(face, outline, bench.photo.size)
    known = None if outline is None else face
    colour = str(args.get("colour") or "any")
    found = find_line(bench.photo, scale=face.scale, colour=colour, near=near, region=region, face=known)
    mirror = bool(args.get("mirror"))
    return _through(found.points, face, outline, mirror=mirror)


def _through(points: Any, face: Landmarks, outline: Outline | None, *, mirror: bool) -> Changed:
    px_per_mm = face.scale.px_per_mm
    known = None if outline is None else face
    drawn = hairline_through(points, px_per_mm, face=known, outline=outline, mirror=mirror)
    return drawn, [told_of_mirror(drawn, points, px_per_mm, known)] if mirror else []


def _mirror(bench: Bench, view: View, args: Args) -> Changed:
    present = _present(view)
    if present.axis is not None:
        return present, []
    face, outline = _face(bench, view, args)
    drawn, notes = _through(present.line, face, outline, mirror=True)
    return replace(drawn, rear=present.rear), notes


def _rear(bench: Bench, view: View, args: Args) -> Changed:
    _, outline = _face(bench, view, args)
    if outline is None:
        raise ParameterError("rear: no face is found, so no outline of the head; paint the area instead", name="rear")
    return replace(_present(view), rear=tuple(map(as_point, outline.border()))), []


_WAYS: dict[str, Callable[[Bench, View, Args], Changed]] = {
    "template": _template,
    "lower": lambda bench, view, args: _moved(bench, view, args, 1.0),
    "higher": lambda bench, view, args: _moved(bench, view, args, -1.0),
    "softer": lambda bench, view, args: (softened(_present(view)), []),
    "sharper": lambda bench, view, args: (sharpened(_present(view)), []),
    "pencil": _pencil,
    "mirror": _mirror,
    "unmirror": lambda bench, view, args: (_present(view).unlinked(), []),
    "rear": _rear,
}
