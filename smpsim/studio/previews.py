"""Previews of a photo that is open."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.live.question import LAYER, QUALITIES
from smpsim.project import Project, View
from smpsim.studio import answers
from smpsim.studio.bench import Bench, Box
from smpsim.studio.numbers import numbers_beside
from smpsim.studio.turns import LateError, SupersededError, Turn

MAX_PREVIEW_PX = 4096


@dataclass(frozen=True)
class Wanted:
    """A question for a picture.

    Attributes
    ----------
    project, view
        What is to be shown.
    quality : str
        "drag": while something moves; "idle": it stands still; "rest": it has for a while; "layer": nobody waits.
    box : (x, y, w, h) or None
        Pixels of the photo; None for all of it.
    max_px : int or None
        Longer side of the answer; None for a tile: those pixels as they are.
    """

    project: Project
    view: View
    quality: str
    box: Box | None
    max_px: int | None

    @classmethod
    def of(cls, asked: dict[str, Any], bench: Bench) -> Wanted:
        """Read a question."""
        project = answers.project_in(asked)
        view = answers.view_in(asked, project, bench)
        quality = asked.get("quality", "idle")
        if quality not in QUALITIES:
            raise HTTPException(400, f"quality: one of {', '.join(QUALITIES)} is needed")
        if "window" in asked:
            return cls(project, view, quality, _box(asked["window"], bench), None)
        box = None if asked.get("region") is None else _box(asked["region"], bench)
        max_px = answers.whole(asked.get("max_px", 1600), "max_px", MAX_PREVIEW_PX)
        return cls(project, view, quality, box, max_px)


async def preview(request: Request) -> Response:
    """Answer a preview of a view."""
    bench, asked = answers.bench(request), await answers.json_of(request)
    begun = time.perf_counter()
    # by arrival: a question that takes longer to read is not the newer one for that
    turn = bench.turns.ask(leads="window" not in asked and asked.get("quality") != LAYER)
    wanted = await run_sync(Wanted.of, asked, bench)
    try:
        data, kind, headers = await run_sync(_drawn, bench, wanted, turn)
    except SupersededError:
        return JSONResponse({"superseded": True}, status_code=409)
    except LateError:
        raise HTTPException(503, "this picture takes too long; ask for a smaller one") from None
    headers["Server-Timing"] += f", all;dur={1000 * (time.perf_counter() - begun):.1f}"
    rev = asked.get("rev")
    if isinstance(rev, int):
        headers["Smpsim-Rev"] = str(rev)
    return Response(data, media_type=kind, headers=headers)


def _drawn(bench: Bench, wanted: Wanted, turn: Turn) -> tuple[bytes, str, dict[str, str]]:
    """Draw and encode a picture; return it, its media type and what is told beside it."""
    with turn.had():
        if wanted.max_px is None:
            shown = bench.tile(wanted.project, wanted.view, wanted.box or (0, 0, *bench.photo.size), turn)
        else:
            shown = bench.shown(wanted.project, wanted.view, wanted.box, wanted.max_px, wanted.quality, turn)
        turn()
    begun = time.perf_counter()
    data = bench.encode(shown, "png" if wanted.max_px is None else "jpeg")
    seconds = {**shown.stats.seconds, "encode": time.perf_counter() - begun}
    beside = numbers_beside(bench, wanted.view, shown.stats.n_dots)
    told = {**shown.stats.as_dict(), **beside, "treatment": shown.treatment.as_dict()}
    headers = {
        "Smpsim-Stats": json.dumps(told),
        "Smpsim-Region": " ".join(f"{number:.6g}" for number in shown.region),
        "Smpsim-Settled": str(int(shown.settled)),
        "Server-Timing": ", ".join(f"{name};dur={1000 * spent:.1f}" for name, spent in seconds.items()),
    }
    return data, "image/png" if wanted.max_px is None else "image/jpeg", headers


def _box(value: object, bench: Bench) -> Box:
    """Read a box of whole pixels, cut to the photo."""
    try:
        x, y, w, h = (int(number) for number in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError, OverflowError):
        raise HTTPException(400, "a box is [x, y, w, h] in whole px of the photo") from None
    width, height = bench.photo.size
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    if right <= left or bottom <= top:
        raise HTTPException(400, "the box lies beside the photo")
    return left, top, right - left, bottom - top
