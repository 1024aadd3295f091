"""Options that several commands share, as decorators.

Each decorator takes its own options from the command line and hands the command one object instead: ``scale`` is a
:class:`ScaleChoice`, ``treatment`` a :class:`TreatmentChoice`.  What was typed is judged inside the command (not by
the parser), so that a failure is reported as JSON, too, when that was asked for.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from smpsim import units
from smpsim.cli.group import Option, remember_verbose
from smpsim.cli.idle import OLD_MASK, idle
from smpsim.cli.ruler import RULER
from smpsim.cli.ruler import ScaleChoice as ScaleChoice
from smpsim.cli.talk import Talk
from smpsim.declare import Parameter
from smpsim.errors import ParameterError
from smpsim.parameters import PARAMETERS
from smpsim.presets import PRESETS
from smpsim.treatment import Treatment, parameter
from smpsim.words import LANGUAGES

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_SCALE = "Scale (estimated when not given)"
_BREADTH = "Breadth of the head, 100 to 220 mm: 155mm."


def pixel_box(flag: str, text: str | None) -> tuple[int, int, int, int] | None:
    """Read X,Y,W,H in whole px.

    Raises
    ------
    ParameterError
        When it cannot be read.
    """
    if text is None:
        return None
    try:
        x, y, w, h = (int(number) for number in text.split(","))
    except ValueError:
        name = flag.removeprefix("--")
        raise ParameterError(
            f"{flag}: {text!r} cannot be read; write X,Y,W,H in whole px", name=name, value=text
        ) from None
    return x, y, w, h


@dataclass(frozen=True)
class TreatmentChoice:
    """What was said of the treatment: preset, file and flags.

    Attributes
    ----------
    preset, file : str or None
        Name and path.
    sets : tuple of str
        ``KEY=VALUE`` texts.
    flags : dict of str to str
        Leaf -> text, of the leaves whose own option was given.
    """

    preset: str | None
    file: str | None
    sets: tuple[str, ...]
    flags: dict[str, str]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are read."""
        return () if self.file is None else (self.file,)

    def build(self) -> Treatment:
        """Return the treatment: defaults, then preset, then file, then flags.

        Raises
        ------
        TreatmentFileError
            When the file cannot be read.
        ParameterError
            When a name is unknown, a value not allowed, or a leaf given by two flags.
        """
        return self.base().replace(**self.changes())

    def base(self) -> Treatment:
        """Return defaults, then preset, then file, without the flags; raises as :meth:`build`."""
        treatment = Treatment()
        if self.preset is not None:
            treatment = treatment.with_preset(self.preset)
        if self.file is not None:
            from smpsim.files.treatment_file import read_text

            treatment = treatment.with_toml(read_text(self.file), origin=os.path.basename(self.file))
        return treatment

    def changes(self) -> dict[str, object]:
        """Return what the flags say, by leaf; raises as :meth:`build`."""
        changes: dict[str, object] = {}
        for about, text, origin in self._said():
            if about.name in changes:
                raise ParameterError(f"{about.name} is given twice; keep one", name=about.name, value=text)
            changes[about.name] = about.check(text, origin)
        return changes

    def told(
        self, treatment: Treatment | None = None, *, varied: Collection[str] = (), old_mask: str | None = None
    ) -> tuple[str, ...]:
        """Tell of flags without effect, in a treatment that was made with them; see :func:`smpsim.cli.idle.idle`."""
        given = {
            about.name: about.flag if flag == about.flag else f"--set {about.name}" for about, _, flag in self._said()
        }
        if old_mask is not None:
            given[OLD_MASK] = "--old-mask"
        return tuple(idle(given, treatment or self.build(), varied))

    def _said(self) -> Iterator[tuple[Parameter, str, str]]:
        for name, text in self.flags.items():
            yield PARAMETERS[name], text, PARAMETERS[name].flag
        for pair in self.sets:
            key, equals, text = pair.partition("=")
            if not equals:
                raise ParameterError(f"--set: {pair!r} cannot be read; write KEY=VALUE", name="set", value=pair)
            yield parameter(key.strip(), "--set"), text.strip(), "--set"


def scale_options(command: Function) -> Callable[..., Any]:
    """Add the options of the scale; the command gets ``scale``."""
    return _scaled(command, *_scale_options(), _option("--head-width", metavar="MM", section=_SCALE, help=_BREADTH))


def face_scale_options(command: Function) -> Callable[..., Any]:
    """Add the options of the scale for a photo of a face, where no breadth of the mask tells it."""
    return _scaled(command, *_scale_options())


def _scaled(command: Function, *decorators: Decorator) -> Callable[..., Any]:
    @functools.wraps(command)
    def call(*args: Any, px_per_mm: str | None, ruler: str | None, head_width: str | None = None, **rest: Any) -> Any:
        return command(*args, scale=ScaleChoice(px_per_mm, ruler, head_width), **rest)

    return _add(call, *decorators)


def _scale_options() -> tuple[Decorator, ...]:
    points = "Two points of the upright photo (px) and their distance; also =pupils (63 mm) or =iris (12.2 mm)."
    return (
        _option("--px-per-mm", metavar="F", section=_SCALE, help="Pixels per mm, 0.05 to 500."),
        _option("--ruler", metavar=RULER, section=_SCALE, help=points),
    )


def treatment_options(command: Function) -> Callable[..., Any]:
    """Add the options of the treatment, one for each parameter with a flag; the command gets ``treatment``."""
    section = "Treatment (defaults < preset < file < flags)"
    flags = {f"p_{name}": name for name, about in PARAMETERS.items() if about.flag}

    @functools.wraps(command)
    def call(*args: Any, preset: str | None, treatment: str | None, sets: tuple[str, ...], **rest: Any) -> Any:
        texts = {name: rest.pop(key) for key, name in flags.items()}
        given = {name: text for name, text in texts.items() if text is not None}
        return command(*args, treatment=TreatmentChoice(preset, treatment, sets, given), **rest)

    return _add(
        call,
        _option(
            "--preset",
            metavar="NAME",
            section=section,
            help=f"A named treatment: {', '.join(PRESETS)}, or one of your own; several with +.",
        ),
        _option("--treatment", metavar="FILE", section=section, help="A treatment file (TOML)."),
        _option(
            "--set",
            "sets",
            metavar="KEY=VALUE",
            multiple=True,
            section=section,
            help="Any parameter by its name in the treatment file, as often as needed.",
        ),
        *(_parameter_option(key, PARAMETERS[name], section) for key, name in flags.items()),
    )


def _parameter_option(key: str, about: Parameter, section: str) -> Decorator:
    default = about.derived if about.default is None else about.default
    shown = units.show(default, about.unit) if isinstance(default, int | float) else default
    metavar = {"/cm2": "PER_CM2", "mm": "MM", "d": "TIME"}.get(about.unit, "NAME" if about.words else "N")
    text = f"{about.meaning[0].upper()}{about.meaning[1:]}.  [{about.allowed}; default: {shown}]"
    return _option(about.flag, key, metavar=metavar, section=section, help=text)


def seed_option(command: Function) -> Callable[..., Any]:
    """Add ``--seed``."""
    help_line = "Another seed, other dots."
    return _option("--seed", type=int, default=0, metavar="N", show_default=True, help=help_line)(command)


def output_options(*formats: str) -> Callable[[Function], Callable[..., Any]]:
    """Add ``-o`` (needed), ``--format`` and ``--overwrite``."""

    def add(command: Function) -> Callable[..., Any]:
        return _add(
            command,
            _option("-o", "--output", required=True, metavar="OUT", help="The file to write; - is standard output."),
            _option("--format", type=click.Choice(formats), help="Format of standard output (-o -)."),
            overwrite_option,
        )

    return add


def protect_option(command: Function) -> Callable[..., Any]:
    """Add ``--protect``."""
    help_line = "A mask of what is kept free of dots: hair, ears, a shaved line."
    return _option("--protect", metavar="MASK", help=help_line)(command)


def hide_line_option(command: Function) -> Callable[..., Any]:
    """Add ``--hide-line``."""
    help_line = "Paint the line drawn on the skin as skin: a line of smpsim hairline, or the one that is found."
    return _option("--hide-line", metavar="JSON|found|if-found", help=help_line)(command)


def line_file(hide_line: str | None) -> str | None:
    """Return the file of the line that is to be hidden, if it is in one."""
    return None if hide_line in ("found", "if-found") else hide_line


def language_option(command: Function) -> Callable[..., Any]:
    """Add ``--language``, that of pages and captions."""
    help_line = f"Of pages and captions: {' or '.join(LANGUAGES)}."
    return _option("--language", default="en", show_default=True, metavar="CODE", help=help_line)(command)


def title_option(command: Function) -> Callable[..., Any]:
    """Add ``--title``, the heading of a page."""
    help_line = "Heading of a page (.html), a client's name for example; pictures bear none."
    return _option("--title", default="", metavar="TEXT", help=help_line)(command)


def overwrite_option(command: Function) -> Callable[..., Any]:
    """Add ``--overwrite``."""
    return _option("--overwrite", is_flag=True, help="Replace the output when it exists.")(command)


def json_option(command: Function) -> Callable[..., Any]:
    """Add ``--json``; the command gets ``as_json``."""
    return _option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")(command)


def talk_options(command: Function) -> Callable[..., Any]:
    """Add ``-v`` and ``-q``; the command gets ``talk``."""

    def note(ctx: click.Context, _: click.Parameter, verbose: bool) -> bool:
        remember_verbose(ctx, verbose)
        return verbose

    @functools.wraps(command)
    def call(*args: Any, verbose: bool, quiet: bool, **rest: Any) -> Any:
        return command(*args, talk=Talk(verbose=verbose, quiet=quiet), **rest)

    help_line = "Say more, and show the traceback of a bug."
    return _add(
        call,
        _option("-v", "--verbose", is_flag=True, callback=note, is_eager=True, help=help_line),
        _option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
    )


def _option(*names: str, **kwargs: Any) -> Decorator:
    return click.option(*names, cls=Option, **kwargs)


def _add(command: Callable[..., Any], *options: Decorator) -> Callable[..., Any]:
    """Add options so that the help shows them in the order given here."""
    for option in reversed(options):
        command = option(command)
    return command
