"""``smpsim batch``: many previews."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from smpsim.cli import options
from smpsim.cli.group import INTERRUPTED, Command, Option
from smpsim.cli.meter import Meter
from smpsim.cli.talk import Talk, reporting, write_json
from smpsim.errors import ParameterError

if TYPE_CHECKING:
    from smpsim.bulk.run import Batch

SOME_FAILED = 4
_WHICH = "Which photos, masks and treatments"
_WHERE = "Where previews go"
_HOW = "How the work is done"


def _option(*names: str, section: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=Option, section=section, **kwargs)


@click.command(
    cls=Command,
    example="smpsim batch smpsim-demo/photo.jpg -o previews --masks smpsim-demo/mask.png --px-per-mm 8 --overwrite",
)
@click.argument("sources", metavar="SRC...", nargs=-1, required=True)
@_option("-o", "--output", required=True, metavar="DIR", section=_WHERE, help="Folder of the previews.")
@_option(
    "--name",
    default="{stem}_smp{ext}",
    show_default=True,
    metavar="PATTERN",
    section=_WHERE,
    help="Names of the previews; the extension says the format.",
)
@_option(
    "--on-exists",
    type=click.Choice(["error", "skip", "overwrite", "rename"]),
    section=_WHERE,
    help="What to do about previews that exist.  [default: error, before any work]",
)
@_option("--skip-existing", is_flag=True, section=_WHERE, help="The same as --on-exists skip.")
@_option("--overwrite", is_flag=True, section=_WHERE, help="The same as --on-exists overwrite.")
@_option(
    "--masks",
    default="{stem}_mask.png",
    show_default=True,
    metavar="PATTERN|DIR|FILE",
    section=_WHICH,
    help="A pattern from the photo's folder, a folder with the photos' names, or one mask for all.",
)
@_option("--propose-masks", is_flag=True, section=_WHICH, help="Propose a mask where a photo has none.")
@_option(
    "--protect",
    default="{stem}_protect.png",
    show_default=True,
    metavar="PATTERN|DIR|FILE",
    section=_WHICH,
    help="Masks of what is kept free of dots, for photos that have one; given like --masks.",
)
@_option("--hide-lines", is_flag=True, section=_WHICH, help="Hide a line drawn on the skin where one is found.")
@_option(
    "--treatments",
    metavar="PATTERN|DIR",
    section=_WHICH,
    help="A treatment file for each photo that has one, such as {stem}.toml; it may have a table [photo].",
)
@_option("--recursive/--no-recursive", default=True, section=_WHICH, help="Search folders below.  [default: yes]")
@_option("--include", multiple=True, metavar="GLOB", section=_WHICH, help="Only photos that match; may be repeated.")
@_option("--exclude", multiple=True, metavar="GLOB", section=_WHICH, help="No photos that match; may be repeated.")
@_option(
    "-j",
    "--jobs",
    default="auto",
    metavar="auto|N",
    show_default=True,
    section=_HOW,
    help="Worker processes; auto: what cores and memory allow.",
)
@_option("--shard", default="1/1", metavar="K/N", section=_HOW, help="Every N-th photo alone, from the K-th on.")
@_option("--dask", metavar="ADDRESS", section=_HOW, help="Scheduler of a Dask cluster that does the work.")
@_option("--manifest", metavar="FILE", section=_HOW, help="File that gets a JSON line for every photo as it finishes.")
@_option("--resume", is_flag=True, section=_HOW, help="Go on with the batch of the manifest.")
@_option(
    "--on-error",
    type=click.Choice(["stop", "continue"]),
    default="continue",
    show_default=True,
    section=_HOW,
    help="Whether the rest is done when a photo fails.",
)
@_option("--dry-run", is_flag=True, section=_HOW, help="Say what would be done.")
@options.scale_options
@options.treatment_options
@options.seed_option
@options.json_option
@options.talk_options
def command(*, output: str, as_json: bool, talk: Talk, **given: Any) -> None:
    """Render previews of many photos.

    SRC is a file, a folder, a pattern ('photos/**/*.jpg') or a list (@photos.txt, one path per line; @- standard
    input).  Folders below a folder are kept.  Everything that can be known is checked before any work; the same
    photo gives the same bytes however the work is shared out.  Exit status 4: some photos failed.
    """
    with reporting(as_json, out=output), ExitStack() as stack:
        batch = stack.enter_context(_batch(output, **given))
        if given["treatments"] is None:
            talk.note(given["treatment"].told())
        meter = stack.enter_context(Meter(talk, len(batch), said=given["dry_run"]))
        interrupted = stack.enter_context(_finishing(batch, talk))
        for result in batch:
            if as_json:
                write_json(result.as_dict())
            meter.count(result)
    if as_json:
        write_json(meter.summary("interrupted" if interrupted else "finished"))
    meter.tell()
    click.get_current_context().exit(INTERRUPTED if interrupted else SOME_FAILED if meter.failed else 0)


@contextmanager
def _batch(
    output: str,
    *,
    sources: tuple[str, ...],
    scale: options.ScaleChoice,
    treatment: options.TreatmentChoice,
    jobs: str,
    shard: str,
    dask: str | None,
    on_exists: str | None,
    skip_existing: bool,
    overwrite: bool,
    **rest: Any,
) -> Iterator[Batch]:
    """Plan the batch; in the end, let its cluster and its workers go."""
    from smpsim.bulk.run import batch

    with ExitStack() as stack:
        client = None
        if dask is not None and not rest["dry_run"]:
            from smpsim.bulk.cluster import connect

            client = stack.enter_context(connect(dask))
        made = batch(
            sources,
            output,
            scale=scale.known(),
            head_width_mm=scale.head_width_mm(),
            treatment=treatment.base(),
            overrides=treatment.changes(),
            jobs=_jobs(jobs),
            shard=_shard(shard),
            on_exists=_on_exists(on_exists, skip=skip_existing, overwrite=overwrite),
            client=client,
            **rest,
        )
        stack.callback(made.close)
        yield made


def _jobs(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isascii() or not text.isdigit() or not int(text):
        shown = "0 is not allowed" if text == "0" else f"{text!r} cannot be read"
        raise ParameterError(f"--jobs: {shown}; give auto, or a whole number from 1 on", name="jobs", value=text)
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    number, slash, count = text.partition("/")
    if not (slash and number.isascii() and number.isdigit() and count.isascii() and count.isdigit()):
        raise ParameterError(f"--shard: {text!r} cannot be read; write K/N, such as 1/8", name="shard", value=text)
    return int(number), int(count)


def _on_exists(choice: str | None, *, skip: bool, overwrite: bool) -> str:
    said = [choice] * (choice is not None) + ["skip"] * skip + ["overwrite"] * overwrite
    if len(set(said)) > 1:
        raise ParameterError(
            "--on-exists, --skip-existing and --overwrite contradict each other; keep one", name="on_exists"
        )
    return said[0] if said and said[0] else "error"


@contextmanager
def _finishing(batch: Batch, talk: Talk) -> Iterator[list[int]]:
    """Finish the photos in hand at the first interrupt, drop them at the second.

    Yields
    ------
    list of int
        The signals that came.
    """
    came: list[int] = []

    def handle(number: int, _: object) -> None:
        came.append(number)
        if len(came) > 1:
            raise KeyboardInterrupt
        batch.stop()
        talk.say("\nsmpsim: finishing the photos in hand; interrupt again to drop them")

    before = {name: signal.signal(name, handle) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
