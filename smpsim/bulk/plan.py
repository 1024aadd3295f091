"""What a batch will do, found out before any work: photos, masks and outputs, and whether two collide."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePath

from smpsim.bulk.beside import Beside
from smpsim.bulk.job import BatchResult, Job
from smpsim.bulk.names import PROTECT, check_preview_pattern, preview_name
from smpsim.bulk.projects import with_views
from smpsim.bulk.sources import Found, find_photos
from smpsim.errors import (
    InputError,
    MaskError,
    OutputExistsError,
    ParameterError,
    quoted,
)
from smpsim.files.names import first_free
from smpsim.files.source import shown_name
from smpsim.units import counted

ON_EXISTS = ("error", "skip", "overwrite", "rename")
_SHOWN = 3
# there, two names that differ in case alone are one file
_ONE_CASE = sys.platform in ("win32", "darwin")


@dataclass(frozen=True)
class Places:
    """Where photos come from and previews go to.

    Attributes
    ----------
    sources : tuple of str
        See :func:`smpsim.bulk.sources.find_photos`.
    out_dir : str
        Folder of the previews; the photos' trees are kept in it.
    masks, treatments, name, protect : str
        See :mod:`smpsim.bulk.names`; without treatments, no photo has its own.
    recursive, include, exclude
        See :func:`smpsim.bulk.sources.find_photos`.
    propose : bool
        Whether photos without a mask get one that is proposed.
    """

    sources: tuple[str, ...]
    out_dir: str
    masks: str
    treatments: str | None
    name: str
    recursive: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    protect: str = PROTECT
    propose: bool = False


@dataclass(frozen=True)
class Plan:
    """The photos of a batch, or of a shard of it.

    Attributes
    ----------
    jobs : tuple of Job
        What is to be done, in an order that is the same on every machine.
    settled : tuple of BatchResult
        What is known without work: previews that are there, photos without a mask.
    """

    jobs: tuple[Job, ...]
    settled: tuple[BatchResult, ...]

    @property
    def photos(self) -> dict[str, str]:
        """Photo of every preview."""
        return {job.out: job.src for job in self.jobs} | {result.out: result.src for result in self.settled}


def make_plan(
    places: Places,
    *,
    on_exists: str = "error",
    shard: tuple[int, int] = (1, 1),
    done: Collection[tuple[str, str]] = (),
    resume: bool = False,
) -> Plan:
    """Find out what a batch will do.

    Parameters
    ----------
    places : Places
        Where photos come from and previews go to.
    on_exists : {"error", "skip", "overwrite", "rename"}
        What to do about a preview that exists.
    shard : (int, int)
        K, N: every N-th photo from the K-th on, K from 1 to N.
    done : collection of (src, out)
        Photos that an earlier run has finished.
    resume : bool
        Whether there was an earlier run: a preview that exists may then be its own, which is told when it is made
        again.

    Raises
    ------
    InputError
        A source is missing, there is no photo, or no photo has a mask.
    OutputExistsError
        Two photos would get the same preview, a preview is one of the inputs, or it exists (`on_exists` "error").
    ParameterError
        A pattern or a choice is not allowed.
    """
    _check(on_exists, shard, resume)
    _real_folder.cache_clear()  # links and the current folder may have changed
    beside = Beside.of(places.masks, places.protect, places.treatments, propose=places.propose)
    outs = _outputs(places, beside)
    mine = outs[shard[0] - 1 :: shard[1]]
    planned = [beside.planned(photo, out) for photo, out in mine]
    _check_masks(planned, whole=shard == (1, 1))
    jobs = [job for job in planned if isinstance(job, Job)]
    _check_inputs(jobs)
    settled = [job for job in planned if isinstance(job, BatchResult)]
    settled += [BatchResult(job.src, job.out, "skipped") for job in jobs if (job.src, job.out) in done]
    jobs = [job for job in jobs if (job.src, job.out) not in done]
    jobs, skipped = _about_existing(jobs, on_exists, {_key(out) for _, out in outs}, resume)
    return Plan(tuple(jobs), (*settled, *skipped))


def _check(on_exists: str, shard: tuple[int, int], resume: bool) -> None:
    if on_exists not in ON_EXISTS:
        raise ParameterError(
            f"on_exists: {on_exists!r} is unknown; choose {', '.join(ON_EXISTS)}", name="on_exists", value=on_exists
        )
    number, count = shard if isinstance(shard, tuple | list) and len(shard) == 2 else (shard, 0)
    if not (isinstance(number, int) and isinstance(count, int) and 1 <= number <= count):
        shown = f"{number}/{count}" if count else quoted(shard)
        raise ParameterError(f"shard: {shown} is not allowed; give K/N with K from 1 to N", name="shard", value=shard)
    if on_exists == "rename" and (resume or count > 1):
        what = "resume" if resume else "shard"
        raise ParameterError(
            f"on_exists: 'rename' and {what} exclude each other, as new names depend on what is there; choose skip",
            name="on_exists",
            value=on_exists,
        )


def _outputs(places: Places, beside: Beside) -> list[tuple[Found, str]]:
    """Every photo with its preview, without masks and previews that lie among the photos; sorted by place."""
    pattern = check_preview_pattern(places.name)
    found = find_photos(places.sources, recursive=places.recursive, include=places.include, exclude=places.exclude)
    found = with_views(found)
    inside = _Inside(places.out_dir)
    found = [photo for photo in found if photo.named or not (beside.claims(photo) or inside.holds(photo))]
    pairs = {
        (_key(photo.path), out): (photo, out)
        for photo in found
        for out in [os.path.join(places.out_dir, preview_name(pattern, photo))]
    }
    owners = {_key(out): source for source, out in pairs}
    kept = [
        (photo, out)
        for (source, _), (photo, out) in pairs.items()
        if photo.named or owners.get(source, source) == source
    ]
    if not kept:
        raise InputError(f"no photo is to be found in {', '.join(map(shown_name, places.sources)) or 'nothing'}")
    _check_collisions(kept)
    return sorted(kept, key=lambda pair: (pair[0].name, pair[1]))


@dataclass(frozen=True)
class _Inside:
    """Tells previews of earlier runs: files in an output folder that lies within the searched folder."""

    out_dir: str

    def holds(self, photo: Found) -> bool:
        out = Path(_real_folder(self.out_dir))
        folder = Path(_real_folder(os.path.dirname(photo.path)))
        if not folder.is_relative_to(out):
            return False
        return len(folder.relative_to(out).parts) < len(PurePath(photo.tree).parts)


@lru_cache(maxsize=65536)
def _real_folder(folder: str) -> str:
    """Return the folder without links; thousands of photos share one."""
    return os.path.realpath(folder)


def _key(path: str) -> str:
    """One text for all spellings of a path."""
    folder, name = os.path.split(path)
    real = os.path.join(_real_folder(folder), name)
    real = os.path.normcase(os.path.realpath(real) if os.path.islink(real) else real)
    return unicodedata.normalize("NFC", real).casefold() if _ONE_CASE else real


def _check_collisions(pairs: Sequence[tuple[Found, str]]) -> None:
    takers: dict[str, list[str]] = {}
    for photo, out in pairs:
        takers.setdefault(_key(out), []).append(photo.path)
    several = [paths for paths in takers.values() if len(paths) > 1]
    if several:
        shown = "; ".join(" and ".join(paths[:_SHOWN]) for paths in several[:_SHOWN])
        raise OutputExistsError(
            f"{counted(len(several), 'preview')} would be written twice: {shown}: give a folder, whose tree is kept, "
            "or another pattern for the names"
        )
    sources = {_key(photo.path) for photo, _ in pairs}
    _refuse_inputs([out for _, out in pairs if _key(out) in sources])


def _check_inputs(jobs: Iterable[Job]) -> None:
    jobs = list(jobs)
    inputs = {_key(path) for job in jobs for path in job.inputs}
    _refuse_inputs([job.out for job in jobs if _key(job.out) in inputs])


def _refuse_inputs(outs: Sequence[str]) -> None:
    if outs:
        raise OutputExistsError(
            f"{counted(len(outs), 'preview')} would be written over an input: {_some(outs)}: choose another folder or "
            "pattern for the names"
        )


def _check_masks(planned: Sequence[Job | BatchResult], *, whole: bool) -> None:
    if whole and planned and not any(isinstance(job, Job) for job in planned):
        first = planned[0]
        assert isinstance(first, BatchResult)
        assert first.error is not None
        raise MaskError(
            f"none of {counted(len(planned), 'photo')} can be rendered; the first: {first.error.message}; say where "
            "the masks are (--masks, in Python masks=), or have them proposed (--propose-masks, propose_masks=)",
            path=first.src,
        )


def _about_existing(
    jobs: Sequence[Job], on_exists: str, taken: set[str], resume: bool
) -> tuple[list[Job], list[BatchResult]]:
    """Apply `on_exists`: what is left to do, and what is skipped."""
    if on_exists == "overwrite":
        return [replace(job, overwrite=True) for job in jobs], []
    there = [job for job in jobs if os.path.lexists(job.out)]
    if on_exists == "error" and there and not resume:
        raise OutputExistsError(
            f"{counted(len(there), 'preview')} of {len(jobs)} would be written over: "
            f"{_some([job.out for job in there])}: use --on-exists skip, overwrite or rename (in Python: on_exists=)"
        )
    if on_exists == "skip":
        gone = set(there)
        return [job for job in jobs if job not in gone], [BatchResult(job.src, job.out, "skipped") for job in there]
    if on_exists == "rename":
        moved = {job: replace(job, out=_free(job.out, taken)) for job in there}
        return [moved.get(job, job) for job in jobs], []
    return list(jobs), []


def _free(out: str, taken: set[str]) -> str:
    """Return the first numbered name that nobody has."""
    name = first_free(*os.path.splitext(out), lambda name: _key(name) in taken or os.path.lexists(name))
    taken.add(_key(name))
    return name


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
