"""Questions about clients: the sample, what the studio was started with, projects brought along, work that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.errors import PhotoError, ProjectError
from smpsim.files.project_file import read_project, value_of_project
from smpsim.files.project_open import is_project, open_project
from smpsim.files.project_pack import Packed, read_pack
from smpsim.files.source import one_line, read_small
from smpsim.project import PhotoFile, Project, View
from smpsim.studio import answers
from smpsim.studio.bench import Bench
from smpsim.studio.handover import jobs_of
from smpsim.studio.photos import opened
from smpsim.studio.samples import NOTE, sample_client
from smpsim.studio.shelf import Shelf
from smpsim.studio.work import ConflictError, NoRoomError, Works

MAX_PACK_BYTES = 256 * 1024 * 1024
# gives the file of a photo; None when it is not there
Finder = Callable[[PhotoFile], bytes | None]


@dataclass(frozen=True)
class Start:
    """What the studio was started with, read before the page is there.

    Attributes
    ----------
    bench : Bench or None
        A photo.
    packed : Packed or None
        A project with its photos.
    """

    bench: Bench | None = None
    packed: Packed | None = None

    @classmethod
    def of(cls, path: str) -> Start:
        """Read a photo, a project or a pack.

        Raises
        ------
        PhotoError, ProjectError
            When it cannot be used.
        """
        if is_project(path):
            return cls(packed=open_project(path))
        data = read_small(path, PhotoError, answers.MAX_PHOTO_BYTES, "this is more than the studio takes")
        return cls(Bench(data, Path(path).name))


async def start(request: Request) -> Response:
    """Answer what the studio was started with: a photo as if it had just been opened, or a project."""
    given: Start = request.app.state.start
    shelf = answers.shelf(request)
    photo = None if given.bench is None else await run_sync(_photo, shelf, given.bench)
    project = None if given.packed is None else await run_sync(_opened_pack, shelf, given.packed)
    return JSONResponse({"photo": photo, "project": project})


def _photo(shelf: Shelf, bench: Bench) -> dict[str, Any]:
    here = shelf.of_project(Project((View(bench.file),)))
    key, bench = here.get(bench.file.sha256) or (shelf.put(bench), bench)
    return opened(bench, key)


async def sample(request: Request) -> Response:
    """Open the sample client."""
    return JSONResponse(await run_sync(_sample, answers.shelf(request)))


def _sample(shelf: Shelf) -> dict[str, Any]:
    data, project = sample_client()
    brought = told(shelf, project, lambda file: data)
    (view,), (key,) = brought["project"]["views"], brought["photos"].values()
    return {"id": key, "photo": view["photo"], "project": brought["project"], "view": view, "notes": [NOTE]}


async def bring(request: Request) -> Response:
    """Open a project or a pack that the page sends."""
    data = await request.body()
    shelf = answers.shelf(request)
    if data.startswith(b"PK"):
        return JSONResponse(await run_sync(lambda: _opened_pack(shelf, read_pack(data))))
    if len(data) > answers.MAX_JSON_BYTES:
        raise HTTPException(413, "this project is too large")
    return JSONResponse(await run_sync(lambda: told(shelf, read_project(data), lambda file: None)))


def _opened_pack(shelf: Shelf, packed: Packed) -> dict[str, Any]:
    def find(file: PhotoFile) -> bytes | None:
        try:
            return packed.photos[file.sha256]
        except ProjectError:  # not beside it any more: the page asks for it
            return None

    return told(shelf, packed.project, find)


def told(shelf: Shelf, project: Project, find: Finder) -> dict[str, Any]:
    """Put a project's photos on the bench; return the project, ids by digest, and names of what is missing."""
    here = {digest: key for digest, (key, _) in shelf.of_project(project).items()}
    missing = []
    for file in {view.photo.sha256: view.photo for view in project.views}.values():
        if file.sha256 not in here:
            data = find(file)
            if data is None:
                missing.append(file.name)
                continue
            bench = Bench(data, file.name)
            if bench.file != file:
                raise ProjectError(f"{one_line(file.name)}: is not the photo that its project says")
            here[file.sha256] = shelf.put(bench, room=len(project.views))
    return {"project": value_of_project(project), "photos": here, "missing": missing}


def _works(request: Request) -> Works:
    found: Works | None = request.app.state.works
    if found is None:
        raise HTTPException(404, "this studio keeps no work")
    return found


async def works(request: Request) -> Response:
    """Answer what is kept, the last first."""
    kept = await run_sync(_works(request).list)
    return JSONResponse([asdict(one) for one in kept])


async def save_work(request: Request) -> Response:
    """Keep a project, and its photos that are open."""
    asked = await answers.json_of(request)
    project, seen = await run_sync(answers.project_in, asked), asked.get("rev")  # its masks take a while
    photos = {key: bench.data for key, (_, bench) in answers.shelf(request).of_project(project).items()}
    work, kept = request.path_params["work"], _works(request)
    try:
        saved = await run_sync(lambda: kept.save(work, project, photos, seen=seen if isinstance(seen, str) else None))
    except FileNotFoundError:
        raise HTTPException(410, "this client has been forgotten") from None
    except ConflictError as problem:
        return JSONResponse({"error": "another tab has saved this client", "rev": problem.rev}, status_code=409)
    except NoRoomError as problem:
        raise HTTPException(507, str(problem)) from None
    return JSONResponse(asdict(saved))


async def open_work(request: Request) -> Response:
    """Open what is kept of a client."""
    work, kept, shelf = request.path_params["work"], _works(request), answers.shelf(request)

    def opened_work() -> dict[str, Any]:
        project, saved = kept.open(work)
        return told(shelf, project, lambda file: kept.photo(work, file.sha256)) | asdict(saved)

    try:
        return JSONResponse(await run_sync(opened_work))
    except ProjectError as problem:
        raise HTTPException(404, str(problem)) from None


async def forget_work(request: Request) -> Response:
    """Forget a client: the folder, the photos, what was made of them."""
    digests = await run_sync(_works(request).forget, request.path_params["work"])
    request.app.state.start = Start()
    answers.shelf(request).forget_photos(digests)
    jobs_of(request).forget(digests)
    return Response(status_code=204)
