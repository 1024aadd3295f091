"""Commands that load when called, help in sections that ends with an example, and errors of one line.

Every way to fail ends here, as one line ``smpsim: error: ...`` on stderr and an exit status:

==================================  ========================================================================
a :class:`SmpsimError`              its ``exit_code``
a wrong command line                2, and where the help is; with ``--json`` the same as JSON on stdout
an interrupt                        130
a reader who has closed the pipe    1, silently, as click does it
no memory, the system refuses       1
anything else                       1, and that it is a bug; the traceback with ``-v``
==================================  ========================================================================
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from itertools import pairwise
from typing import Any, NoReturn

import click

from smpsim import errors

_VERBOSE = "smpsim.verbose"
INTERRUPTED = 130


class Option(click.Option):
    """An option that stands in a section of the help.

    Parameters
    ----------
    section : str
        Heading; "" for the last section, "Options".
    """

    def __init__(self, *args: Any, section: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class _WithExample(click.Command):
    """Help that ends with an example."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; an option that does not exist is told with those alone that are like it."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as problem:
            name = problem.option_name.lstrip("-")
            near = [other for other in problem.possibilities or () if _are_near(name, other.lstrip("-"))]
            problem.possibilities = near  # type: ignore[misc]
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it stands, so that it can be copied."""
        with formatter.section("Example"):
            for line in self.example.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def _are_near(name: str, other: str) -> bool:
    return bool(get_close_matches(name, [other]))


class Command(_WithExample):
    """A command whose help lists its options by section."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one list for each section, in the order of declaration."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                sections.setdefault(getattr(param, "section", ""), []).append(record)
        rest = sections.pop("", [])
        for title, records in (*sections.items(), ("Options", rest)):
            with formatter.section(title):
                formatter.write_dl(records)


class Group(_WithExample, click.Group):
    """A group of commands; called without one it shows its help."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, invoke_without_command=True, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, or show the help when there is none."""
        result = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            click.echo(ctx.get_help())
        return result


class LazyGroup(Group):
    """The group of all commands; a command is imported when it is called.

    Parameters
    ----------
    lazy : mapping of str to str
        Command -> its line in the help.
    files : mapping of str to str
        Command -> its file, where that has another name.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, str], files: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy, self.files = lazy, files

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order in which they are shown."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name not in self.lazy:
            return None
        command: click.Command = import_module(f"smpsim.cli.{self.files.get(name, name)}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; one that does not exist is told with the one that is like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            near = get_close_matches(args[0], self.lazy, 1)
            if near:
                raise click.UsageError(f"{problem.message} Did you mean {near[0]!r}?", ctx) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lazy.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it raises becomes a line and an exit status."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as problem:
            if ctx.meta.get(_VERBOSE) and exit_code_of(problem) == 1:
                traceback.print_exc()
            raise _Failure(problem) from problem

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **kwargs: Any
    ) -> Any:
        """Run the command line; see :meth:`click.Command.main`."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **kwargs)
        try:
            code = super().main(args, standalone_mode=False, **kwargs)
        except click.UsageError as problem:
            if _wants_json(sys.argv[1:] if args is None else args):
                _tell_json(problem)
            _fail(problem)
        except click.ClickException as problem:
            _fail(problem)
        except click.Abort:
            click.echo("smpsim: interrupted", err=True)
            sys.exit(INTERRUPTED)
        sys.exit(code if isinstance(code, int) else 0)


class _Failure(click.ClickException):
    """An error that is known by its line and its exit status."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(message_of(problem))
        self.exit_code: int = exit_code_of(problem)  # type: ignore[misc]


def remember_verbose(ctx: click.Context, verbose: bool) -> None:
    """Note that tracebacks are wanted."""
    ctx.meta[_VERBOSE] = verbose


def exit_code_of(problem: Exception) -> int:
    """Exit status that an exception leads to."""
    return problem.exit_code if isinstance(problem, click.ClickException) else errors.exit_code_of(problem)


def message_of(problem: Exception) -> str:
    """One line for an exception."""
    if isinstance(problem, click.ClickException):
        return " ".join(problem.format_message().split())
    return errors.message_of(problem)


def _wants_json(args: Sequence[str]) -> bool:
    """Whether a wrong command line asks for JSON; not where standard output was to carry the picture."""
    taken = {"-o-", "--output=-"} & set(args) or {("-o", "-"), ("--output", "-")} & set(pairwise(args))
    return "--json" in args and not taken


def _tell_json(problem: click.UsageError) -> None:
    """Report a wrong command line to programs; it ended before a command could do so itself."""
    from smpsim.cli.talk import write_json

    with suppress(OSError):  # the line on stderr still comes
        write_json({"status": "failed", "error": {"code": exit_code_of(problem), "message": message_of(problem)}})


def _fail(problem: click.ClickException) -> NoReturn:
    place = getattr(problem, "ctx", None)
    hint = f" (see {place.command_path} --help)" if place is not None else ""
    click.echo(f"smpsim: error: {message_of(problem)}{hint}", err=True)
    sys.exit(problem.exit_code)
