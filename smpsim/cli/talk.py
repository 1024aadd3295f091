"""What the commands say: people read stderr, programs read stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from smpsim.cli.group import exit_code_of, message_of
from smpsim.errors import OutputError, ParameterError

if TYPE_CHECKING:
    from smpsim.raster.draw import Progress


@dataclass(frozen=True)
class Talk:
    """How much is said to the person at the terminal."""

    verbose: bool
    quiet: bool

    def say(self, line: str) -> None:
        """Say something on stderr."""
        if not self.quiet:
            click.echo(printable(line), err=True)

    def note(self, lines: tuple[str, ...]) -> None:
        """Say what the user should know, one line each."""
        for line in lines:
            self.say(f"note: {line}")

    def more(self, line: str) -> None:
        """Say something that only matters to those who asked for more."""
        if self.verbose:
            self.say(line)

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """Show a bar while the block runs; on a terminal only."""
        if self.quiet or not sys.stderr.isatty():
            yield None
            return
        with click.progressbar(length=100, file=sys.stderr, show_eta=False) as bar:

            def advance(share: float, stage: str) -> None:
                bar.label = stage
                bar.update(max(round(100 * share) - bar.pos, 0))

            yield advance


@contextmanager
def hushed() -> Iterator[None]:
    """Keep what libtiff and libjpeg write about damaged files off the terminal, past Python, while the block runs."""
    try:
        terminal = os.dup(2)
    except OSError:  # standard error is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)


def printable(text: str) -> str:
    """Keep control characters of a file name off the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def write_json(value: Any) -> None:
    """Write one JSON value, on one line, to stdout."""
    write_data(f"{json.dumps(value, allow_nan=False)}\n".encode("ascii"))


def write_data(data: bytes) -> None:
    """Write data to stdout.

    Raises
    ------
    BrokenPipeError
        When the reader has gone.
    OutputError
        When it cannot be written for another reason.
    """
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as problem:
        # what is left in the buffer would fail once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(problem, BrokenPipeError):
            raise
        raise OutputError(f"standard output: cannot be written ({problem.strerror})") from problem


@contextmanager
def reporting(as_json: bool, **names: str) -> Iterator[None]:
    """Report a failure of the block as JSON, too, when that was asked for.

    Parameters
    ----------
    as_json : bool
        Whether it was.
    **names : str
        The files that it is about, for example ``src`` and ``out``.
    """
    try:
        yield
    except (click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except Exception as problem:
        if isinstance(problem, ParameterError):
            problem.args = (_with_flag(problem),)
        if as_json:
            error = {"code": exit_code_of(problem), "message": message_of(problem)}
            write_json({**names, "status": "failed", "error": error})
        raise


def _with_flag(problem: ParameterError) -> str:
    """Name the flag by which a refused parameter was given, as far as its message does not."""
    ctx, text, begins = click.get_current_context(silent=True), str(problem), f"{problem.name}: "
    for param in ctx.command.params if ctx is not None and text.startswith(begins) else ():
        if isinstance(param, click.Option) and param.name == problem.name and _is_typed(ctx, problem.name):
            return f"{problem.name} ({param.opts[-1]}): {text.removeprefix(begins)}"
    return text


def _is_typed(ctx: click.Context | None, name: str) -> bool:
    return ctx is not None and ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
