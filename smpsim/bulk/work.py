"""One photo of a batch, from file to file; the same for every engine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from smpsim.api import render
from smpsim.arrays import F32
from smpsim.bulk.job import BatchResult, Job, Settings, failed
from smpsim.bulk.sidecar import Sidecar, read_sidecar
from smpsim.errors import (
    OutputError,
    OutputExistsError,
    ProjectError,
    exit_code_of,
    message_of,
)
from smpsim.files.atomic import write_atomic
from smpsim.files.encode import check_side_limit, format_of
from smpsim.files.photo import Photo
from smpsim.files.project_open import open_project
from smpsim.files.source import shown_name
from smpsim.hidden import IF_FOUND
from smpsim.inputs import Inputs, read_inputs, view_inputs
from smpsim.project import View
from smpsim.raster.options import RenderOptions
from smpsim.scalp.scale import Scale
from smpsim.stats import PreviewStats
from smpsim.treatment import Treatment

# a worker has one core
_ALONE = RenderOptions(threads=1)


def do(job: Job, settings: Settings, tag: str) -> BatchResult:
    """Render one photo and write its preview.

    Parameters
    ----------
    job : Job
        Its paths.
    settings : Settings
        What all photos share.
    tag : str
        Letters and digits in the names of temporary files.

    Returns
    -------
    BatchResult
        Also when it failed, whatever the reason.
    """
    try:
        return BatchResult(job.src, job.out, "done", _render(job, settings, tag))
    except Exception as problem:  # one photo must never take the batch with it
        return failed(job, exit_code_of(problem), message_of(problem))


@dataclass(frozen=True)
class _Own:
    """What is known of one photo: the settings, changed by its sidecar or its project; a view with its photo."""

    treatment: Treatment
    scale: Scale | None
    head_width_mm: float | None
    seed: int
    view: tuple[View, bytes] | None = None

    def known(self) -> Scale | None:
        """Return the scale when it does not take the photo to know it."""
        return self.scale

    def found(self, photo: Photo, coverage: F32) -> Scale:
        """Return the known scale, else estimate it."""
        return self.scale or Scale.estimate(photo, coverage, head_width_mm=self.head_width_mm)


def _own(job: Job, settings: Settings) -> _Own:
    if job.view is not None:
        return _of_project(job, job.view, settings)
    own = Sidecar(settings.treatment) if job.sidecar is None else read_sidecar(job.sidecar, settings.treatment)
    return _Own(
        own.treatment.replace(**settings.overrides),
        settings.scale or own.scale,
        settings.head_width_mm or own.head_width_mm,
        settings.seed if own.seed is None else own.seed,
    )


def _of_project(job: Job, number: int, settings: Settings) -> _Own:
    packed = open_project(job.src)
    project = packed.project
    if number >= len(project.views):
        raise ProjectError(f"{shown_name(job.src)}: has changed since the batch was planned")
    view = project.views[number]
    return _Own(
        project.treatment.replace(**settings.overrides),
        settings.scale,
        settings.head_width_mm,
        project.seed,
        (view, packed.photos[view.photo.sha256]),
    )


def _read(job: Job, own: _Own) -> Inputs:
    if own.view is not None:
        return view_inputs(*own.view, own)
    return read_inputs(job.src, job.mask, own, protect=job.protect)


def _render(job: Job, settings: Settings, tag: str) -> PreviewStats:
    own = _own(job, settings)
    format = format_of(job.out)
    given = _read(job, own)
    check_side_limit(format, given.photo.size)
    preview = render(
        given.photo,
        given.coverage,
        scale=given.scale,
        treatment=own.treatment,
        surface=settings.surface,
        seed=own.seed,
        protect=given.protect,
        hide_line=IF_FOUND if settings.hide_lines else None,
        options=_ALONE,
    )
    writing = time.perf_counter()
    _write(job, preview.encode(format), tag)
    return given.numbers(preview, format, writing)


def _write(job: Job, data: bytes, tag: str) -> None:
    """Write a preview; one that is there already, byte for byte, is what we want.

    A photo is done twice when the worker dies between writing and telling, and the same photo gives the same bytes.
    """
    try:
        os.makedirs(os.path.dirname(job.out) or ".", exist_ok=True)
    except OSError as problem:
        folder = shown_name(os.path.dirname(job.out))
        raise OutputError(f"{folder}: the folder cannot be made ({problem.strerror})") from problem
    try:
        write_atomic(job.out, data, overwrite=job.overwrite, inputs=job.inputs, tag=tag)
    except OutputExistsError:
        if not _holds(job.out, data):
            raise


def _holds(path: str, data: bytes) -> bool:
    try:
        return os.path.getsize(path) == len(data) and Path(path).read_bytes() == data
    except OSError:
        return False
