"""Presets of the user's own, one TOML file each, in the user's folder for settings.

The folder is ``$SMPSIM_CONFIG`` when that is set, else ``smpsim`` in ``%APPDATA%`` (Windows), in
``~/Library/Application Support`` (macOS), or in ``$XDG_CONFIG_HOME`` or ``~/.config`` (elsewhere); presets lie in its
folder ``presets``, which belongs to the user alone.  A file holds leaves of a treatment, and nothing of the photo that
they were measured in.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from smpsim.declare import Value
from smpsim.errors import OutputError, OutputExistsError, ParameterError, quoted
from smpsim.files.atomic import write_atomic
from smpsim.files.treatment_file import read_text
from smpsim.presets import PRESETS

_NAME = re.compile(r"[^\W_][\w -]{0,38}[\w]|[^\W_]")
_EXTENSION = ".toml"


def preset_names() -> tuple[str, ...]:
    """Names of the user's presets, sorted; none when there is no folder."""
    try:
        files = [path.stem for path in _folder().iterdir() if path.suffix == _EXTENSION]
    except OSError:
        return ()
    return tuple(sorted(name for name in files if _NAME.fullmatch(name) and name not in PRESETS))


def preset_text(name: str) -> str | None:
    """Read the TOML of one of the user's presets; None when there is no such preset.

    Raises
    ------
    TreatmentFileError
        When its file cannot be read.
    """
    return read_text(_path(name)) if name in preset_names() else None


def check_preset(name: str, *, overwrite: bool = False) -> None:
    """Refuse a name that cannot be used, before the work.

    Raises
    ------
    ParameterError
        When it is no name, or that of one of our presets.
    OutputExistsError
        When it is taken and `overwrite` is false.
    """
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"preset: {quoted(name)} is no name; give 1 to 40 letters, digits, spaces or hyphens", name="preset"
        )
    if name in PRESETS:
        raise ParameterError(f"preset: {quoted(name)} is one of smpsim's own; choose another name", name="preset")
    if _path(name).exists() and not overwrite:
        raise OutputExistsError(f"preset: {quoted(name)} exists already: use --overwrite (in Python: overwrite=True)")


def save_preset(name: str, leaves: Mapping[str, Value], *, overwrite: bool = False) -> None:
    """Keep some leaves of a treatment as a preset of the user's own.

    From then on ``Treatment.preset(name)`` and ``--preset NAME`` know it.

    Parameters
    ----------
    name : str
        1 to 40 letters, digits, spaces or hyphens; not the name of one of our presets.
    leaves : mapping
        Leaf name -> value, for example ``Proposal.changes``.
    overwrite : bool
        Whether a preset of this name may be replaced.

    Raises
    ------
    ParameterError
        When the name cannot be one, and for a leaf that is unknown or out of its range.
    OutputExistsError, OutputError
        When it exists, or cannot be written.
    """
    from smpsim.treatment import Treatment

    check_preset(name, overwrite=overwrite)
    treatment = Treatment().replace(**leaves)
    lines = ["schema = 1", *(f"{leaf} = {_literal(getattr(treatment, leaf))}" for leaf in leaves)]
    path = _path(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"preset: the folder for settings cannot be made ({problem.strerror})") from problem
    write_atomic(path, ("\n".join(lines) + "\n").encode("utf-8"), overwrite=overwrite)
    with suppress(OSError):  # the folder is the user's alone already
        path.chmod(0o600)


def _literal(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _path(name: str) -> Path:
    return _folder() / f"{name}{_EXTENSION}"


def _folder() -> Path:
    given = os.environ.get("SMPSIM_CONFIG")
    return (Path(given) if given else _home()) / "presets"


def _home() -> Path:
    """Find the folder of our settings, as the system has it."""
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "smpsim"
