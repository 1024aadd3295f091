"""What the page can ask for.

``POST`` bodies and answers are JSON where nothing else is said.

======  ==================================  ================================================================
method  path                                answer
======  ==================================  ================================================================
GET     ``/``, ``/static/...``              the page
GET     ``/api/controls``                   every parameter: default, unit, range, step, words, help
GET     ``/api/choices``                    templates, edges, presets, shades with swatches, scale aids, exports
POST    ``/api/photos?name=...&room=...``   (body: the file) {id, photo, project, view, notes}; `room`: keep so many
GET     ``/api/photos/{id}/before``         the photo as JPEG; ``?max_px=1600``
POST    ``/api/photos/{id}/preview``        a preview, see below
POST    ``/api/photos/{id}/line``           {project, view, do, args} -> {view, notes} (:mod:`smpsim.studio.lines`)
POST    ``/api/photos/{id}/scale``          {kind, points, mm} -> {scale}
POST    ``/api/photos/{id}/surface``        {project, view} -> {surface, leaves, lines, notes}: the head as a grid
DELETE  ``/api/photos/{id}``                forgets a photo
GET     ``/api/start``                      what the studio was started with: {photo, project}, null or as below
POST    ``/api/sample``                     the sample client, as ``/api/photos`` answers
POST    ``/api/open``                       (body: ``.smp.json`` or ``.smpz``) {project, photos: {digest: id}, missing}
GET     ``/api/work``                       what is kept: [{work, client, saved, rev, views}], the last first
PUT     ``/api/work/{work}``                {project, rev?} -> the same of this client; 409 {rev}, 410 when forgotten
GET     ``/api/work/{work}``                as ``/api/open``, with work, client, saved, rev
DELETE  ``/api/work/{work}``                forgets a client: folder, photos, jobs
POST    ``/api/jobs``                       {project, kind, view, options} -> {id} (:mod:`smpsim.studio.exports`)
GET     ``/api/jobs/{id}``                  {state, progress, stage, error?, name?, bytes?}
GET     ``/api/jobs/{id}/file``             the file, once; 409 when it is not done
DELETE  ``/api/jobs/{id}``                  cancels a job, or lets go of its result
POST    ``/api/project``                    the project as the bytes of a ``.smp.json`` file
POST    ``/api/alive``                      nothing: the page is still open
======  ==================================  ================================================================

A preview is asked for by ``{project, view: index, rev, quality: "drag" | "idle" | "layer"}`` and either ``max_px``
(longer side of a JPEG), with ``region: [x, y, w, h]`` for a part of the photo, or ``window: [x, y, w, h]`` for a PNG
of those pixels as they are exported.  Headers: ``Smpsim-Stats`` (JSON), ``Server-Timing``, ``Smpsim-Rev``,
``Smpsim-Region`` ("x y w h", what is shown in px of the photo).  409 ``{"superseded": true}`` when a newer question
(drag or idle) about the photo has come; layers and tiles (``window``) give way to it and take nobody's place.  503
when the time is over.

The page holds the project (:mod:`smpsim.files.project_file`) and sends all of it with every question, so the server
has nothing to keep in step with: undo, variants and two tabs are the page's own affair.  No question names a path or
an address; photos are known by random ids.
"""

from __future__ import annotations

from pathlib import Path

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from smpsim.errors import SmpsimError
from smpsim.files.project_file import encode_project
from smpsim.studio import facts, handover, opening, photos, shapes
from smpsim.studio.answers import MAX_JSON_BYTES, MAX_PHOTO_BYTES, http_error, json_of, project_in, refused
from smpsim.studio.jobs import Jobs
from smpsim.studio.lines import line
from smpsim.studio.opening import Start
from smpsim.studio.previews import preview
from smpsim.studio.shelf import Shelf
from smpsim.studio.work import Works

_STATIC = Path(__file__).parent / "static"


def make_app(*, works: Works | None = None, start: Start | None = None) -> Starlette:
    """Make the application, without the guard (:mod:`smpsim.studio.guard`).

    Parameters
    ----------
    works : Works, optional
        Where work is kept; nothing is written to the disk without it.
    start : Start, optional
        What is open at the start.
    """
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
            Route("/api/start", opening.start),
            Route("/api/sample", opening.sample, methods=["POST"], max_body_size=1024),
            Route("/api/open", opening.bring, methods=["POST"], max_body_size=opening.MAX_PACK_BYTES),
            Route("/api/work", opening.works),
            Route("/api/work/{work}", opening.save_work, methods=["PUT"], max_body_size=MAX_JSON_BYTES),
            Route("/api/work/{work}", opening.open_work),
            Route("/api/work/{work}", opening.forget_work, methods=["DELETE"]),
            Route("/api/jobs", handover.begin, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/jobs/{id}", handover.tell),
            Route("/api/jobs/{id}", handover.drop, methods=["DELETE"]),
            Route("/api/jobs/{id}/file", handover.fetch),
            Route("/api/project", _project, methods=["POST"], max_body_size=MAX_JSON_BYTES),
            Route("/api/alive", _alive, methods=["POST"], max_body_size=1024),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={SmpsimError: refused, HTTPException: http_error},
    )
    app.state.shelf, app.state.jobs = Shelf(), Jobs()
    app.state.works, app.state.start = works, start or Start()
    return app


async def _page(request: Request) -> Response:
    return FileResponse(_STATIC / "index.html", media_type="text/html")


async def _project(request: Request) -> Response:
    asked = await json_of(request)
    data = await run_sync(lambda: encode_project(project_in(asked)))
    return Response(
        data,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="client.smp.json"'},
    )


async def _alive(request: Request) -> Response:
    return Response(status_code=204)
