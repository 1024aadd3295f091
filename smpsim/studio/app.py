"""What the page can ask for.

``POST`` bodies and answers are JSON where nothing else is said.

======  ==================================  ================================================================
method  path                                answer
======  ==================================  ================================================================
GET     ``/``, ``/static/...``              the page
GET     ``/api/controls``                   every parameter: default, unit, range, step, words, help
POST    ``/api/photos?name=...``            (body: the file) a photo on the bench: its id, a view, notes
GET     ``/api/photos/{id}/before``         the photo as JPEG; ``?max_px=1600``
POST    ``/api/photos/{id}/preview``        a preview: JPEG (``max_px``) or PNG (``window``), numbers in a header
DELETE  ``/api/photos/{id}``                forgets a photo
POST    ``/api/project``                    the project as the bytes of a ``.smp.json`` file
POST    ``/api/alive``                      nothing: the page is still open
======  ==================================  ================================================================

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
from smpsim.studio import facts, photos
from smpsim.studio.answers import MAX_JSON_BYTES, MAX_PHOTO_BYTES, http_error, json_of, project_in, refused
from smpsim.studio.previews import preview
from smpsim.studio.shelf import Shelf

_STATIC = Path(__file__).parent / "static"


def make_app(shelf: Shelf | None = None) -> Starlette:
    """Make the application, without the guard (:mod:`smpsim.studio.guard`)."""
    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/api/controls", facts.controls),
            Route("/api/photos", photos.open_, methods=["POST"], max_body_size=MAX_PHOTO_BYTES),
            Route("/api/photos/{id}", photos.forget, methods=["DELETE"]),
            Route("/api/photos/{id}/before", photos.before),
            Route("/api/photos/{id}/preview", preview, methods=["POST"], max_body_size=MAX_JSON_BYTES),
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
