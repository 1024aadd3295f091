"""Make the reference pages from the code: commands, parameters, names.  Usage: python docs/make_reference.py.

tests/test_reference.py tells when they are not what the code says.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from smpsim.cli import main
from smpsim.parameters import PARAMETERS, SECTIONS
from smpsim.presets import PRESETS

FOLDER = Path(__file__).parent / "reference"
_MADE = "<!-- made by docs/make_reference.py -->\n"

#: topic -> public names, in the order in which they are met
TOPICS = {
    "A preview": (
        *("render", "Preview", "PreviewStats", "Sitting", "Treatment", "RenderOptions", "save_preset"),
        *("place_dots", "Dots", "poisson_disc"),
    ),
    "Photos, masks, scale": (
        *("read_photo", "Photo", "read_mask", "propose_mask", "join_zones", "Scale", "Surface", "read_label"),
        *("check_photo", "Advice", "sample", "Sample"),
    ),
    "Hairlines": (
        *("Landmarks", "Hairline", "measure_hairline", "hairline_through", "find_line", "DrawnLine", "hide_line"),
        *("read_hairline", "encode_hairline"),
    ),
    "Matching": ("measure_stubble", "Stubble", "propose_treatment", "Proposal"),
    "Pages for clients": (
        *("compare_images", "Comparison", "side_by_side", "slider_page"),
        *("timeline", "option_sheet", "depth_strip", "Board", "Piece"),
        *("Case", "CaseView", "CaseZone", "render_case", "RenderedCase", "client_sheet", "ClientSheet", "Clinic"),
    ),
    "Many photos": ("batch", "Batch", "BatchResult", "BatchError"),
    "Optics of one dot": ("SkinOptics", "dot_gaussians", "dot_contrast"),
    "Errors": (
        *("SmpsimError", "ParameterError", "MissingExtraError", "OutputExistsError", "InputError", "PhotoError"),
        *("MaskError", "TreatmentFileError", "OutputError", "SmpsimWarning"),
    ),
}


def all_commands(
    group: click.Group = main, path: tuple[str, ...] = ("smpsim",)
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from all_commands(command, (*path, name))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def _options(command: click.Command, ctx: click.Context) -> str:
    """Write the options, section by section as in the help."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            title = getattr(param, "section", "") or "Options"
            sections.setdefault(title, []).append((f"`{record[0]}`", _marked(record[1])))
    return "\n".join(_table((title, ""), rows) for title, rows in sections.items())


def _command(words: str, command: click.Command) -> str:
    ctx = click.Context(command, info_name=words)
    usage = " ".join((words, *command.collect_usage_pieces(ctx)))
    example = getattr(command, "example", "")
    shown = f"```sh\n{example}\n```\n"
    return f"## {words}\n\n{_prose(command.help or '')}\n\n```\n{usage}\n```\n\n{_options(command, ctx)}\n{shown}"


def _marked(text: str) -> str:
    """Options in prose as code."""
    return re.sub(r"(?<![\w`-])--?[a-z][\w-]*", r"`\g<0>`", text)


def _prose(text: str) -> str:
    """Paragraphs of help; click's mark for a block that is not filled makes a block of code."""
    parts = []
    for part in inspect.cleandoc(text).split("\n\n"):
        fixed = part.startswith("\b\n")
        parts.append(f"```\n{part[2:]}\n```" if fixed else _marked(part.replace("  ", " ")))
    return "\n\n".join(parts)


def commands() -> str:
    """Write every command with its options and its example."""
    text = f"""{_MADE}
# Commands

Every command says the same with `--help`. Standard output carries data, everything else goes to standard
error. The exit status is 0 when it is done (also with warnings), 1 after an unexpected failure, 2 for a wrong
command line, an output that exists, and a name or value that is not allowed (typed, or in a file that people write: a
treatment, a case, a clinic's words), 3 for a photo, a mask or a file that cannot be read or does not fit, 4 when a
batch ended and some photos failed, 130 when it was interrupted. `python -m smpsim` is the same program.

"""
    return text + "\n".join(_command(words, command) for words, command in all_commands())


def parameters() -> str:
    """Write every parameter, section by section, and the presets."""
    text = f"""{_MADE}
# Parameters

What a treatment is made of. The same names count in a treatment file (`smpsim treatment init`), in `--set NAME=VALUE`
and in `Treatment().replace(name=value)`; some have an option of their own. A name ends in its unit. A default in
quotation marks is a word that stands for a value derived from others.

"""
    for section in SECTIONS:
        mine = [about for about in PARAMETERS.values() if about.section == section]
        rows = (
            (
                f"`{about.name}`",
                about.show(about.default) if about.default is not None else f'"{about.derived}"',
                about.allowed,
                f"`{about.flag}`" if about.flag else "",
                f"{about.help}. *{about.source}*",
            )
            for about in mine
        )
        text += (
            f"## [{section}]\n\n{_table(('parameter', 'default', 'allowed', 'option', 'meaning, *source*'), rows)}\n"
        )
    text += "## Presets\n\nSeveral are joined with `+`: `--preset full+soft-edge`.\n\n"
    return text + _table(
        ("preset", "what it is", "changes"),
        (
            (f"`{name}`", words, ", ".join(f"`{leaf}` {PARAMETERS[leaf].show(value)}" for leaf, value in new.items()))
            for name, (words, new) in PRESETS.items()
        ),
    )


def names() -> str:
    """Write what Sphinx fills with the docstrings of the public names."""
    text = f"""{_MADE}
# Python names

All of it is in `smpsim` itself: `import smpsim; smpsim.render(...)`. Arrays are `[row, col]`, places `(x, y)`, lengths
millimetres unless a name ends in another unit ([Conventions](../conventions.md)).

"""
    for topic, mine in TOPICS.items():
        text += f"## {topic}\n\n```{{eval-rst}}\n.. currentmodule:: smpsim\n"
        for name in mine:
            kind = "function" if name[0].islower() else "exception" if name.endswith(("Error", "Warning")) else "class"
            text += f"\n.. auto{kind}:: {name}\n" + ("   :members:\n" if kind == "class" else "")
        text += "```\n\n"
    return text.rstrip() + "\n"


PAGES = {"commands.md": commands, "parameters.md": parameters, "api.md": names}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (FOLDER / page).write_text(text(), "utf-8")
