"""Projects of the studio on the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smpsim.cli.options import ScaleChoice, TreatmentChoice
from smpsim.cli.talk import hushed
from smpsim.errors import ParameterError, quoted

if TYPE_CHECKING:
    from smpsim.inputs import Inputs
    from smpsim.project import Project, View
    from smpsim.treatment import Treatment

Told = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What is to be rendered.

    Attributes
    ----------
    treatment : Treatment
        The treatment.
    seed : int
        Of everything random.
    files : tuple of str
        Files that are read, and must not be written to.
    read : callable
        Reads photo, mask and scale.
    """

    treatment: Treatment
    seed: int
    files: tuple[str, ...]
    read: Callable[[], Inputs]


def asked_of_project(
    path: str, view: str | None, scale: ScaleChoice, treatment: TreatmentChoice, told: Callable[[Treatment], Told]
) -> Asked:
    """Open a project, and find the view that is asked for; what the flags say wins over what it says.

    What is `told` of the treatment is among the notices.

    Raises
    ------
    ProjectError
        When it cannot be read, or a photo is missing.
    ParameterError
        When it has several views and none is named, or no such view.
    """
    from smpsim.files.project_open import PACK, open_project
    from smpsim.inputs import view_inputs

    packed = open_project(path)
    project = packed.project
    chosen = _chosen(project, view)
    beside = () if path.lower().endswith(PACK) else tuple(_photos(project, path))
    if scale.is_given:
        chosen = replace(chosen, scale=None)

    built = project.treatment.replace(**treatment.changes())

    def read() -> Inputs:
        with hushed():
            given = view_inputs(chosen, packed.photos[chosen.photo.sha256], scale)
        return replace(given, notices=(*told(built), *given.notices))

    return Asked(built, _seed(project), (path, *beside), read)


def refuse_beside(mask: str | None, protect: str | None, treatment: TreatmentChoice) -> None:
    """Refuse what a project has of its own."""
    given = {"MASK": mask, "--protect": protect, "--preset": treatment.preset, "--treatment": treatment.file}
    for name, value in given.items():
        if value is not None:
            raise ParameterError(
                f"{name} {value}: a project has its own; leave it out (single flags such as --density change it)",
                name=name.strip("-").lower(),
                value=value,
            )


def _seed(project: Project) -> int:
    """Return the seed of a project, unless one is given on the command line."""
    context = click.get_current_context()
    given = context.get_parameter_source("seed") is not click.core.ParameterSource.DEFAULT
    return int(context.params["seed"]) if given else project.seed


def _photos(project: Project, path: str) -> set[str]:
    return {str(Path(path).parent / view.photo.name) for view in project.views}


def _chosen(project: Project, wanted: str | None) -> View:
    views = project.views
    if wanted is None and len(views) == 1:
        return views[0]
    found = [view for view in views if wanted is not None and view.name == wanted]
    if not found and wanted is not None and wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(views):
        found = [views[int(wanted) - 1]]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{number} {quoted(view.name)}" for number, view in enumerate(views, 1))
    raise ParameterError(
        f"--view: the project has {len(views)} views ({names}); name one of them, or use smpsim batch for all",
        name="view",
        value=wanted,
    )
