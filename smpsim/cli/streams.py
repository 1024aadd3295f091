"""Where pictures come from and results go to: files, or - for standard input and output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

import click

from smpsim.cli.talk import hushed, printable, write_data
from smpsim.errors import OutputExistsError, ParameterError

if TYPE_CHECKING:
    from smpsim.cli.options import ScaleChoice
    from smpsim.inputs import Inputs

STANDARD = "-"


@dataclass(frozen=True)
class Target:
    """A result to be written, checked before the work.

    Attributes
    ----------
    path : str
        A file, or - for standard output.
    format : str
        Its format.
    overwrite : bool
        Whether the file may be replaced.
    inputs : tuple of str
        Files that must not be written to.
    """

    path: str
    format: str
    overwrite: bool
    inputs: tuple[str, ...]

    @property
    def name(self) -> str:
        """How it is called on the terminal."""
        return "standard output" if self.path == STANDARD else printable(self.path)

    def write(self, data: bytes) -> None:
        """Write the result, whole or not at all.

        Raises
        ------
        OutputExistsError, OutputError
            As :func:`smpsim.files.atomic.write_atomic`.
        """
        from smpsim.files.atomic import write_atomic

        if self.path == STANDARD:
            write_data(data)
        else:
            write_atomic(self.path, data, overwrite=self.overwrite, inputs=self.inputs)


def check_streams(output: str, as_json: bool, *inputs: str | None) -> None:
    """Refuse two things that want the same standard stream.

    Raises
    ------
    click.UsageError
        Both the result and JSON want stdout, or two pictures stdin.
    """
    if as_json and output == STANDARD:
        raise click.UsageError("-o - and --json both want standard output; give one of them a file")
    if inputs.count(STANDARD) > 1:
        raise click.UsageError("only one picture can come from standard input")


def check_target(
    path: str,
    format: str | None,
    *,
    overwrite: bool,
    inputs: tuple[str, ...],
    format_of: Callable[[str], str],
) -> Target:
    """Find out before the work whether the result can be written.

    Parameters
    ----------
    path, format, overwrite
        As given on the command line.
    inputs : tuple of str
        Files that must not be written to.
    format_of : callable
        Format of a path, by its extension.

    Raises
    ------
    ParameterError
        When the format is unknown, not given or not that of the extension.
    OutputExistsError, OutputError
        As :func:`smpsim.files.atomic.check_writable`.
    """
    from smpsim.files.atomic import check_writable

    inputs = tuple(name for name in inputs if name != STANDARD)
    if path == STANDARD:
        if format is None:
            raise ParameterError("-o -: standard output has no extension; say --format", name="format")
        return Target(path, format, overwrite, inputs)
    if os.path.isdir(path):  # it needs no extension to be refused
        check_writable(path, overwrite=overwrite, inputs=inputs)
    found = format_of(path)
    if format not in (None, found):
        raise ParameterError(
            f"--format {format} does not fit the extension of {os.path.basename(path)}; leave it out", name="format"
        )
    check_writable(path, overwrite=overwrite, inputs=inputs)
    return Target(path, found, overwrite, inputs)


def check_beside(
    path: str | None, extension: str, *, overwrite: bool, inputs: tuple[str, ...], others: Iterable[Target | None] = ()
) -> Target | None:
    """Find out before the work whether a file beside the `others` can be written; None when none is wanted."""
    from smpsim.files.extension import format_by_extension

    def format_of(name: str) -> str:
        return format_by_extension(name, {extension: extension.removeprefix(".")})

    if path is None:
        return None
    if any(other is not None and os.path.realpath(other.path) == os.path.realpath(path) for other in others):
        raise OutputExistsError(f"{printable(path)}: two results would be this file; give another name to one of them")
    return check_target(path, None, overwrite=overwrite, inputs=inputs, format_of=format_of)


def check_title(title: str, target: Target | None) -> None:
    """Refuse a heading where there is no page for it."""
    if title and (target is None or target.format != "html"):
        raise ParameterError("--title: pictures bear no names; write a page (-o page.html)", name="title", value=title)


def source_of(path: str) -> str | BinaryIO:
    """Return what the readers take: the path, or standard input for -."""
    return sys.stdin.buffer if path == STANDARD else path


def read_inputs(
    photo: str, mask: str | None, scale: ScaleChoice, protect: str | None = None, told: tuple[str, ...] = ()
) -> Inputs:
    """Read a photo and its mask, and find the scale, see :func:`smpsim.inputs.read_inputs`; `told` is noted first."""
    from smpsim import inputs

    with hushed():
        name = "the mask" if mask == STANDARD else None
        source = None if mask is None else source_of(mask)
        given = inputs.read_inputs(source_of(photo), source, scale, mask_name=name, protect=protect)
    return replace(given, notices=(*told, *given.notices))
