"""``batch``: many photos, as an iterator of what comes of each."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

import smpsim
from smpsim.bulk.job import BatchResult, Job, Settings
from smpsim.bulk.machine import SHARE, memory_bytes
from smpsim.bulk.manifest import Manifest, digest
from smpsim.bulk.names import MASK, PREVIEW, PROTECT
from smpsim.bulk.plan import Places, Plan, make_plan
from smpsim.bulk.pool import Pool
from smpsim.cores import cores
from smpsim.errors import OutputError, ParameterError, quoted
from smpsim.files.atomic import sweep, sweep_stale
from smpsim.files.source import shown_name
from smpsim.kinds import check_seed, given, is_whole
from smpsim.scalp.scale import Scale, check_head_width, known_scale
from smpsim.scalp.surface import Surface
from smpsim.treatment import Treatment

if TYPE_CHECKING:
    from distributed import Client

Path: TypeAlias = str | os.PathLike[str]
_MAY_CHANGE = frozenset(("sources", "recursive", "include", "exclude"))
Engine: TypeAlias = Callable[[Sequence[Job], Callable[[], bool]], Generator[BatchResult, None, None]]


def batch(
    sources: Path | Iterable[Path],
    out_dir: Path,
    *,
    masks: Path = MASK,
    propose_masks: bool = False,
    protect: Path = PROTECT,
    treatments: Path | None = None,
    name: str = PREVIEW,
    recursive: bool = True,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    treatment: Treatment | None = None,
    overrides: Mapping[str, Any] | None = None,
    scale: Scale | float | None = None,
    head_width_mm: float | None = None,
    surface: Surface | None = None,
    seed: int = 0,
    hide_lines: bool = False,
    on_exists: str = "error",
    on_error: str = "continue",
    jobs: int | None = None,
    shard: tuple[int, int] = (1, 1),
    manifest: Path | None = None,
    resume: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> Batch:
    """Render previews of many photos.

    Everything that can be known beforehand is checked at once: no file is written when two photos would get the same
    preview, or a preview exists.  The work begins with the first result that is asked for.

    Parameters
    ----------
    sources : path or iterable of paths
        Files, folders, patterns (``photos/**/*.jpg``), lists (``@list.txt``: one path per line).
    out_dir : path
        Folder of the previews; made when it is missing. Folders below a source are kept.
    masks : path
        A pattern relative to the photo's folder (fields ``{stem}``, ``{ext}``, ``{tree}``), a folder with the photos'
        trees and stems, or one mask for all.
    propose_masks : bool
        Whether a photo without a mask gets one that is proposed from the face or the dome of the
        head, for a first look; its warnings say from which.
    protect : path
        Masks of what is kept free of dots, given like `masks`; a photo without one is treated all over its mask.
    treatments : path, optional
        Sidecars, given like `masks`: a treatment file per photo, which may have a table ``[photo]`` with
        ``px_per_mm``, ``head_width_mm`` and ``seed``. A photo without one has `treatment`.
    name : str
        Pattern for the previews' names; its extension says the format.
    recursive : bool
        Whether folders are searched below.
    include, exclude : iterable of str
        Patterns for names or places below a source.
    treatment : Treatment, optional
        Of all photos.
    overrides : mapping of str to value, optional
        Leaves that win over the sidecars.
    scale : Scale or float, optional
        Pixels per mm of all photos; else the sidecar's, else estimated.
    head_width_mm : float, optional
        Breadth of the heads, mm, 100 to 220, for the estimate.
    surface : Surface, optional
        Shape of the scalp; the plane when not given.
    seed : int
        Seed of every photo whose sidecar has none.
    hide_lines : bool
        Whether a line drawn on the skin is hidden where one is found; the warnings of each photo say which.
    on_exists : {"error", "skip", "overwrite", "rename"}
        What to do about previews that exist; "error" refuses before any work.
    on_error : {"continue", "stop"}
        Whether the rest is done when a photo fails.
    jobs : int, optional
        Worker processes, 1 or more; as many as cores and memory allow when not given.
    shard : (int, int)
        K, N: only every N-th photo from the K-th on.
    manifest : path, optional
        File that gets one JSON line for every photo as it finishes.
    resume : bool
        Go on with the batch of this manifest: photos that are done are left out, remains of a killed run removed.
    dry_run : bool
        Only say what would be done.
    client : distributed.Client, optional
        A Dask cluster to do the work; its workers must see the same files.

    Returns
    -------
    Batch
        An iterator of :class:`BatchResult`, as the photos finish, in any order.

    Raises
    ------
    InputError
        A source is missing, there is no photo, or no photo has a mask; the manifest is another batch's.
    OutputExistsError
        Two previews would be one file, a preview would replace an input, or exists; the manifest exists.
    OutputError
        The folder or the manifest cannot be written.
    ParameterError
        A value, a pattern or a combination of them is not allowed.
    """
    places = Places(
        _paths(sources),
        os.fspath(out_dir),
        os.fspath(masks),
        None if treatments is None else os.fspath(treatments),
        name,
        recursive,
        tuple(include),
        tuple(exclude),
        os.fspath(protect),
        propose_masks,
    )
    known = None if scale is None else known_scale(scale)
    named = given(treatment, Treatment, "treatment") or Treatment()
    shape = given(surface, Surface, "surface")
    settings = Settings(named, dict(overrides or {}), known, head_width_mm, shape, seed, hide_lines)
    _check(settings, on_error, jobs, client)
    log = _Log(manifest, _digest(places, settings, shard))
    with log.opened(resume=resume, overwrite=on_exists == "overwrite", dry_run=dry_run) as opened:
        done = opened.done if opened else ()
        plan = make_plan(places, on_exists=on_exists, shard=shard, done=done, resume=resume)
        if dry_run:
            planned = (BatchResult(job.src, job.out, "planned") for job in plan.jobs)
            return Batch(Plan((), (*plan.settled, *planned)), _idle)
        _make_folder(places.out_dir)
        engine = _engine(client, settings, jobs, log)
        return Batch(plan, engine, log.tag, log.handed_over(), stop_on_error=on_error == "stop")


class Batch(Iterator[BatchResult]):
    """Results of a batch as they come; ``len`` is the number of all its photos.

    Made by :func:`batch`.
    """

    def __init__(
        self,
        plan: Plan,
        engine: Engine,
        tag: str = "",
        manifest: Manifest | None = None,
        *,
        stop_on_error: bool = False,
    ) -> None:
        self._plan = plan
        self._engine = engine
        self._tag = tag
        self._manifest = manifest
        self._stop_on_error = stop_on_error
        self._stopped = False
        self._results = self._run()

    def __len__(self) -> int:
        return len(self._plan.jobs) + len(self._plan.settled)

    def __next__(self) -> BatchResult:
        return next(self._results)

    def stop(self) -> None:
        """Begin no more photos; the results of those in hand still come."""
        self._stopped = True

    def close(self) -> None:
        """End at once: photos in hand are dropped, and nothing of them stays."""
        self._results.close()
        if self._manifest:
            self._manifest.close()

    def _run(self) -> Generator[BatchResult, None, None]:
        with closing(self._manifest) if self._manifest else nullcontext():
            if self._manifest:
                self._manifest.begin(self._plan.photos)
            if self._tag:
                self._clear()
            for result in self._plan.settled:
                yield self._noted(result)
            with closing(self._engine(self._plan.jobs, lambda: self._stopped)) as results:
                for result in results:
                    yield self._noted(result)

    def _clear(self) -> None:
        """Remove what an earlier run of this batch, that was killed, has half written, and anything a day old."""
        outs = [*(job.out for job in self._plan.jobs), *(result.out for result in self._plan.settled)]
        for folder in {os.path.dirname(out) or "." for out in outs}:
            sweep(folder, self._tag)
            sweep_stale(folder)

    def _noted(self, result: BatchResult) -> BatchResult:
        if self._manifest:
            self._manifest.write(result)
        if self._stop_on_error and result.status == "failed":
            self._stopped = True
        return result


class _Log:
    """The manifest that was asked for, if any, and the mark of the batch's temporary files."""

    def __init__(self, path: Path | None, batch: str) -> None:
        self.path = None if path is None else os.fspath(path)
        self.batch = batch
        self.tag = secrets.token_hex(8) if self.path is None else digest({"manifest": os.path.realpath(self.path)})
        self._manifest: Manifest | None = None

    @contextmanager
    def opened(self, *, resume: bool, overwrite: bool, dry_run: bool) -> Iterator[Manifest | None]:
        """Hold the manifest open while a batch is planned; it is changed when the batch begins."""
        if self.path is None:
            if resume:
                raise ParameterError(
                    "resume: needs the first run's manifest; give manifest (--manifest)", name="resume"
                )
        elif not dry_run or os.path.exists(self.path):
            self._manifest = Manifest.open(self.path, self.batch, resume=resume, overwrite=overwrite)
        try:
            yield self._manifest
        finally:
            if self._manifest:
                self._manifest.abandon()

    def handed_over(self) -> Manifest | None:
        """Give the manifest to the batch, which closes it."""
        manifest, self._manifest = self._manifest, None
        return manifest


def _digest(places: Places, settings: Settings, shard: tuple[int, int]) -> str:
    """Sixteen letters and digits that stand for all that must be the same when a batch is resumed.

    Where photos are looked for may change: they may have been moved or renamed, and each has its own line.
    """
    facts = asdict(places) | asdict(settings) | {"shard": shard, "version": smpsim.__version__}
    return digest({name: fact for name, fact in facts.items() if name not in _MAY_CHANGE})


def _paths(sources: Path | Iterable[Path]) -> tuple[str, ...]:
    paths = [sources] if isinstance(sources, str | os.PathLike) else sources
    return tuple(os.fspath(path) for path in paths)


def _check(settings: Settings, on_error: str, jobs: int | None, client: object) -> None:
    """Refuse before the work what every photo would fail for."""
    check_seed(settings.seed)
    settings.treatment.replace(**settings.overrides)
    if on_error not in ("continue", "stop"):
        raise ParameterError(
            f"on_error: {on_error!r} is unknown; choose continue or stop", name="on_error", value=on_error
        )
    if jobs is not None and not (is_whole(jobs) and jobs >= 1):
        raise ParameterError(
            f"jobs: {quoted(jobs)} is not allowed; give a whole number, 1 or more", name="jobs", value=jobs
        )
    if jobs is not None and client is not None:
        raise ParameterError("jobs: a Dask cluster has its own number of workers; leave jobs out", name="jobs")
    if settings.scale is not None and settings.head_width_mm is not None:
        raise ParameterError("scale and head_width_mm both give the scale; keep one", name="scale")
    check_head_width(settings.head_width_mm)


def _engine(client: Client | None, settings: Settings, jobs: int | None, log: _Log) -> Engine:
    if client is None:
        return Pool(settings, jobs or cores(), int(SHARE * memory_bytes()), log.tag, log.path).run
    from smpsim.bulk.cluster import Cluster

    return Cluster(client, settings, log.tag).run


def _idle(jobs: Sequence[Job], stopped: Callable[[], bool]) -> Generator[BatchResult, None, None]:
    """Do nothing: the engine of a dry run."""
    yield from ()


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"{shown_name(path)}: the folder cannot be made ({problem.strerror})") from problem
    if not os.access(path, os.W_OK | os.X_OK):
        raise OutputError(f"{shown_name(path)}: the folder may not be written to")
