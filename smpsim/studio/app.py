"""What the page can ask for.

``POST`` bodies and answers are JSON where nothing else is said.

======  ==================================  ================================================================
method  path                                answer
======  ==================================  ================================================================
GET     ``/``, ``/static/...``              the page
GET     ``/api/controls``                   every parameter: default, unit, range, step, words, help
GET     ``/api/choices``                    templates, edges, presets, shades with swatches, scale aids, exports
POST    ``/api/photos?name=...``            (body: the file) {id, photo, project, view, notes}
GET     ``/api/photos/{id}/before``         the photo as JPEG; ``?max_px=1600``
POST    ``/api/photos/{id}/preview``        a preview, see below
POST    ``/api/photos/{id}/line``           {project, view, do, args} -> {view, notes} (:mod:`smpsim.studio.lines`)
POST    ``/api/photos/{id}/scale``          {kind, points, mm} -> {scale}
POST    ``/api/photos/{id}/surface``        {project, view} -> {surface, leaves, lines, notes}: the head as a grid
DELETE  ``/api/photos/{id}``                forgets a photo
POST    ``/api/project``                    the project as the bytes of a ``.smp.json`` file
POST    ``/api/alive``                      nothing: the page is still open
======  ==================================  ================================================================

A preview is asked for by ``{project, view: index, rev, quality: "drag" | "idle" | "layer"}`` and either ``max_px``
(longer side of a JPEG), with ``region: [x, y, w, h]`` for a part of the photo, or ``window: [x, y, w, h]`` for a PNG
of those pixels as they are exported.  Headers: ``Smpsim-Stats`` (JSON), ``Server-Timing``, ``Smpsim-Rev``,
``Smpsim-Region`` ("x y w h", what is shown in px of the photo).  409 ``{"superseded": true}`` when a newer question
(drag or idle) about the photo has come; layers and tiles (``window``) give way to it and take nobody's place.  503 when
the time is over.

The page holds the project (:mod:`smpsim.files.project_file`) and sends all of it with every question, so the server
has nothing to keep in step with: undo, variants and two tabs are the page's own affair.  No question names a path or
an address; photos are known by random ids.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from smpsim.errors import SmpsimError
from smpsim.files.project_file import encode_project
from smpsim.studio import facts, photos, shapes
from smpsim.studio.answers import MAX_JSON_BYTES, MAX_PHOTO_BYTES, http_error, json_of, project_in, refused
from smpsim.studio.lines import line
from smpsim.studio.previews import preview
from smpsim.studio.shelf import Shelf

_STATIC = Path(__file__).parent / "static"


def make_app(shelf: Shelf | None = None) -> Starlette:
    """Make the application, without the guard (:mod:`smpsim.studio.guard`)."""
    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/api/controls", facts.controls),
            Route("/api/choices", facts.choices),
            Route("/api/photos", photos.open_, methods=["POST"], max_body_size=MAX_PHOTO_BYTES),
            Route("/api/photos/{id}", photos.forget, methods=["DELETE"]),
            Route("/api/photos/{id}/before", photos.before),
            Route("/api/photos/{id}/preview", preview, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/photos/{id}/line", line, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/photos/{id}/scale", shapes.scale, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/photos/{id}/surface", shapes.surface, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/project", _project, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/alive", _alive, methods=["POST"], max_body_size=1024),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={SmpsimError: refused, HTTPException: http_error},
    )
    app.state.shelf = shelf or Shelf()
    return app


async def _page(request: Request) -> Response:
    return FileResponse(_STATIC / "index.html", media_type="text/html")


async def _project(request: Request) -> Response:
    data = encode_project(project_in(await json_of(request)))
    return Response(
        data,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="client.smp.json"'},
    )


async def _alive(request: Request) -> Response:
    return Response(status_code=204)
