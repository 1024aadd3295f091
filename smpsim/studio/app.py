"""What the page can ask for.

======  ==============================  ====================================================================
method  path                            answer
======  ==============================  ====================================================================
GET     ``/``, ``/static/...``          the page
GET     ``/api/controls``               every parameter: default, unit, range, step, words, help
POST    ``/api/photos?name=...``        (body: the file) a photo on the bench: its id, a view to begin with, notes
GET     ``/api/photos/{id}/before``     the photo as JPEG; ``?max_px=1600``
POST    ``/api/photos/{id}/preview``    a preview: JPEG (``max_px``) or PNG (``window``), numbers in a header
DELETE  ``/api/photos/{id}``            forgets a photo
POST    ``/api/project``                the project as the bytes of a ``.smp.json`` file
POST    ``/api/alive``                  nothing: the page is still open
======  ==============================  ====================================================================

The page holds the project (:mod:`smpsim.files.project_file`) and sends all of it with every question, so the server
has nothing to keep in step with: undo, variants and two tabs are the page's own affair.  No question names a path or
an address; photos are known by random ids.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from smpsim.errors import InputError, ParameterError, SmpsimError
from smpsim.files.project_file import encode_project, project_of, value_of_view
from smpsim.parameters import PARAMETERS
from smpsim.project import Project
from smpsim.studio.bench import Bench
from smpsim.studio.shelf import Shelf

MAX_PHOTO_BYTES = 64 * 1024 * 1024
MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_PREVIEW_PX = 4096
_STATIC = Path(__file__).parent / "static"

Handler = Callable[[Request], Awaitable[Response]]


def make_app(shelf: Shelf | None = None) -> Starlette:
    """Make the application, without the guard (:mod:`smpsim.studio.guard`)."""
    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/api/controls", _controls),
            Route("/api/photos", _open, methods=["POST"], max_body_size=MAX_PHOTO_BYTES),
            Route("/api/photos/{id}", _forget, methods=["DELETE"]),
            Route("/api/photos/{id}/before", _before),
            Route("/api/photos/{id}/preview", _preview, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/project", _project, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/alive", _alive, methods=["POST"], max_body_size=1024),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={SmpsimError: _refused, HTTPException: _http_error},
    )
    app.state.shelf = shelf or Shelf()
    return app


async def _page(request: Request) -> Response:
    return FileResponse(_STATIC / "index.html", media_type="text/html")


async def _controls(request: Request) -> Response:
    return JSONResponse([_control(name) for name in PARAMETERS])


def _control(name: str) -> dict[str, Any]:
    about = PARAMETERS[name]
    numbers = {"low": about.low, "high": about.high, "step": about.step} if about.is_number else {}
    return {
        "name": name,
        "section": about.section,
        "default": about.default,
        "unit": about.unit,
        "whole": about.whole,
        "words": list(about.words),
        "derived": about.derived,
        "help": about.help,
        "source": about.source,
        **numbers,
    }


async def _open(request: Request) -> Response:
    name = request.query_params.get("name", "photo")
    data = await request.body()
    bench = await run_sync(Bench, data, name)
    guess = await run_sync(bench.guess)
    key = _shelf(request).put(bench)
    return JSONResponse({"id": key, "view": value_of_view(guess.view), "notes": [*bench.photo.notices, *guess.notes]})


async def _forget(request: Request) -> Response:
    _shelf(request).forget(request.path_params["id"])
    return Response(status_code=204)


async def _before(request: Request) -> Response:
    max_px = _whole(request.query_params.get("max_px", "1600"), "max_px", MAX_PREVIEW_PX)
    return Response(await run_sync(_bench(request).before, max_px), media_type="image/jpeg")


async def _preview(request: Request) -> Response:
    bench, asked = _bench(request), await _json(request)
    project = _project_in(asked)
    view = project.views[_whole(asked.get("view", 0), "view", len(project.views) - 1, least=0)]
    if view.photo.sha256 != bench.file.sha256:
        raise HTTPException(409, "the project's view is of another photo")
    if "window" in asked:
        preview = await run_sync(lambda: bench.render(project, view, window=tuple(asked["window"])))
        data, kind = await run_sync(preview.encode, "png"), "image/png"
    else:
        max_px = _whole(asked.get("max_px", 1600), "max_px", MAX_PREVIEW_PX)
        preview = await run_sync(lambda: bench.render(project, view, max_px=max_px))
        data, kind = await run_sync(preview.encode, "jpeg"), "image/jpeg"
    told = {**preview.stats.as_dict(), "treatment": preview.treatment.as_dict()}
    return Response(data, media_type=kind, headers={"Smpsim-Stats": json.dumps(told)})


async def _project(request: Request) -> Response:
    data = encode_project(_project_in(await _json(request)))
    return Response(
        data,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="client.smp.json"'},
    )


async def _alive(request: Request) -> Response:
    return Response(status_code=204)


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


def _bench(request: Request) -> Bench:
    return _shelf(request).get(request.path_params["id"])


async def _json(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(await request.body())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise HTTPException(400, "a JSON object is needed")
    return value


def _project_in(asked: dict[str, Any]) -> Project:
    try:
        return project_of(asked["project"])
    except SmpsimError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise HTTPException(400, "not a project") from None


def _whole(value: object, name: str, most: int, *, least: int = 1) -> int:
    """Read a whole number out of a question."""
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        number = least - 1
    if not least <= number <= most:
        raise ParameterError(f"{name}: give a whole number from {least} to {most}", name=name, value=value)
    return int(number)


async def _refused(request: Request, problem: Exception) -> Response:
    status = 422 if isinstance(problem, InputError) else 400
    return JSONResponse({"error": str(problem)}, status_code=status)


async def _http_error(request: Request, problem: Exception) -> Response:
    status, detail = (
        (problem.status_code, problem.detail) if isinstance(problem, HTTPException) else (500, "unexpected failure")
    )
    return JSONResponse({"error": detail}, status_code=status)
