"""Photos: opened, shown as they are, forgotten."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.files.project_file import value_of_project
from smpsim.project import MAX_VIEWS, Project
from smpsim.studio import answers
from smpsim.studio.bench import Bench
from smpsim.studio.previews import MAX_PREVIEW_PX


async def open_(request: Request) -> Response:
    """Put a photo on the bench."""
    name = request.query_params.get("name", "photo")
    room = answers.whole(request.query_params.get("room", 1), "room", MAX_VIEWS)
    data = await request.body()
    bench = await run_sync(Bench, data, name)
    return JSONResponse(await run_sync(opened, bench, answers.shelf(request).put(bench, room=room)))


def opened(bench: Bench, key: str) -> dict[str, Any]:
    """Return what the page is told of a photo on the bench: its id, a project to begin with, notes."""
    guess = bench.guess()
    project = value_of_project(Project((guess.view,)))
    (view,) = project["views"]
    notes = [*bench.photo.notices, *guess.notes]
    return {"id": key, "photo": view["photo"], "project": project, "view": view, "notes": notes}


async def forget(request: Request) -> Response:
    """Let go of a photo."""
    answers.shelf(request).forget(request.path_params["id"])
    return Response(status_code=204)


async def before(request: Request) -> Response:
    """Answer the photo itself."""
    max_px = answers.whole(request.query_params.get("max_px", "1600"), "max_px", MAX_PREVIEW_PX)
    return Response(await run_sync(answers.bench(request).before, max_px), media_type="image/jpeg")
