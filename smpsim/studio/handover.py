"""Questions about files that are handed over: ordered, asked after, fetched, dropped."""

from __future__ import annotations

from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.studio import answers
from smpsim.studio.exports import Export, Order
from smpsim.studio.jobs import Jobs

# kinds that take the photos of all views, and none
_OF_ALL, _OF_NONE = frozenset(("sheet", "pack")), frozenset(("project",))


def jobs_of(request: Request) -> Jobs:
    """Return the studio's jobs."""
    found: Jobs = request.app.state.jobs
    return found


async def begin(request: Request) -> Response:
    """Begin a job; answer its id."""
    asked = await answers.json_of(request)
    project, kind = await run_sync(answers.project_in, asked), str(asked.get("kind", ""))
    view = answers.whole(asked.get("view", 0), "view", len(project.views) - 1, least=0)
    here = answers.shelf(request).of_project(project)
    needed = project.views if kind in _OF_ALL else () if kind in _OF_NONE else (project.views[view],)
    for one in needed:
        if one.photo.sha256 not in here:
            raise HTTPException(404, f"{one.photo.name}: this photo is not open any more; open it again")
        if one.photo.size != here[one.photo.sha256][1].file.size:
            raise HTTPException(409, f"{one.photo.name}: has another size than its project says")
    options = asked.get("options")
    if options is not None and not isinstance(options, dict):
        raise HTTPException(400, "options: a JSON object is needed")
    photos = {key: bench for key, (_, bench) in here.items()}
    return JSONResponse({"id": jobs_of(request).add(Order(kind, project, photos, view, options))}, status_code=202)


async def tell(request: Request) -> Response:
    """Answer how far a job is."""
    return JSONResponse(jobs_of(request).get(request.path_params["id"]).told())


async def fetch(request: Request) -> Response:
    """Answer a job's file, once."""
    key = request.path_params["id"]
    job = jobs_of(request).get(key)
    if job.export is None or job.state != "done":
        raise HTTPException(409, job.error or "this job is not done")
    jobs_of(request).drop(key)
    return attachment(job.export)


async def drop(request: Request) -> Response:
    """Cancel a job, or let go of its result."""
    jobs_of(request).drop(request.path_params["id"])
    return Response(status_code=204)


def attachment(export: Export) -> Response:
    """Answer a file to be saved, never shown in the place of our page."""
    plain = "".join(letter if letter.isascii() else "_" for letter in export.name)
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(export.name, safe='')}"
    return Response(export.data, media_type=export.media_type, headers={"Content-Disposition": name})
