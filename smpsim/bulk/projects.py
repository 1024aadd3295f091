"""Projects among the photos of a batch: each stands for its views."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from smpsim.bulk.sources import Found, ViewOf
from smpsim.errors import InputError, message_of
from smpsim.files.names import free_name, safe_words
from smpsim.files.project_file import read_project
from smpsim.files.project_open import PACK, is_project
from smpsim.files.project_pack import read_pack
from smpsim.project import Project


def with_views(found: Iterable[Found]) -> list[Found]:
    """Put the views of projects in their place.

    A photo that was found in a folder and that a project beside it names belongs to that project: it is no photo of
    its own.

    Parameters
    ----------
    found : iterable of Found
        Photos and projects.

    Returns
    -------
    list of Found
        A project that cannot be read stands for one view, which says why.
    """
    found = list(found)
    expanded = [view for one in found if is_project(one.path) for view in _views(one)]
    theirs = {_key(one.view.photo) for one in expanded if one.view is not None and one.view.photo is not None}
    photos = [one for one in found if not is_project(one.path) and (one.named or _key(one.path) not in theirs)]
    return [*photos, *expanded]


def _key(path: str) -> str:
    return os.path.normcase(os.path.abspath(path))


def _views(found: Found) -> Iterator[Found]:
    path = found.path
    packed = path.lower().endswith(PACK)
    stem = os.path.basename(path)[: -len(PACK if packed else ".smp.json")] or "project"
    try:
        project = read_pack(path).project if packed else read_project(path)
    except InputError as problem:
        yield replace(found, view=ViewOf(0, stem, ".png", problem=message_of(problem)))
        return
    for number, (name, view) in enumerate(zip(_names(project, stem), project.views, strict=True)):
        ext = os.path.splitext(view.photo.name)[1]
        beside = None if packed else os.path.join(os.path.dirname(path), os.path.basename(view.photo.name))
        width, height = view.photo.size
        yield replace(found, view=ViewOf(number, name, ext, beside, width * height))


def _names(project: Project, stem: str) -> Iterator[str]:
    """Names of the views' previews, all different: the project's own when there is one view, else with the view's."""
    taken: list[str] = []
    for number, view in enumerate(project.views, 1):
        several = len(project.views) > 1
        own = safe_words(view.name) if view.name else str(number)
        taken.append(free_name(f"{stem}-{own}", "", taken) if several else stem)
        yield taken[-1]
