"""What the routes share: reading a question, refusing one."""

from __future__ import annotations

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.errors import InputError, ParameterError, SmpsimError
from smpsim.files.project_file import project_of
from smpsim.project import Project, View
from smpsim.studio.bench import Bench
from smpsim.studio.shelf import Shelf

MAX_PHOTO_BYTES = 64 * 1024 * 1024
MAX_JSON_BYTES = 16 * 1024 * 1024


def shelf(request: Request) -> Shelf:
    """Return the photos that are open."""
    found: Shelf = request.app.state.shelf
    return found


def bench(request: Request) -> Bench:
    """Return the photo that the address names."""
    return shelf(request).get(request.path_params["id"])


async def json_of(request: Request) -> dict[str, Any]:
    """Read a question's body, a JSON object."""
    try:
        value = json.loads(await request.body())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise HTTPException(400, "a JSON object is needed")
    return value


def project_in(asked: dict[str, Any]) -> Project:
    """Return the project of a question."""
    try:
        return project_of(asked["project"])
    except SmpsimError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise HTTPException(400, "not a project") from None


def view_in(asked: dict[str, Any], project: Project, photo: Bench) -> View:
    """Return the view that a question is about.

    Raises
    ------
    HTTPException
        409 when it is of another photo.
    """
    view = project.views[whole(asked.get("view", 0), "view", len(project.views) - 1, least=0)]
    if (view.photo.sha256, view.photo.size) != (photo.file.sha256, photo.file.size):
        raise HTTPException(409, "the project's view is of another photo")
    return view


def whole(value: object, name: str, most: int, *, least: int = 1) -> int:
    """Read a whole number out of a question."""
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        number = least - 1
    if not least <= number <= most:
        raise ParameterError(f"{name}: give a whole number from {least} to {most}", name=name, value=value)
    return int(number)


async def refused(request: Request, problem: Exception) -> Response:
    """Answer what the library refuses."""
    status = 422 if isinstance(problem, InputError) else 400
    return JSONResponse({"error": str(problem)}, status_code=status)


async def http_error(request: Request, problem: Exception) -> Response:
    """Answer what the server refuses."""
    status, detail = (
        (problem.status_code, problem.detail) if isinstance(problem, HTTPException) else (500, "unexpected failure")
    )
    return JSONResponse({"error": detail}, status_code=status)
