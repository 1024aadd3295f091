"""Treatment files: the text of a treatment on disk."""

from __future__ import annotations

import os
from pathlib import Path

from smpsim.errors import TreatmentFileError
from smpsim.files.atomic import write_atomic

_MAX_BYTES = 1_000_000


def read_text(path: str | os.PathLike[str], what: str = "treatment") -> str:
    """Read the text of a treatment file, or of another one that people write.

    Parameters
    ----------
    path : str or path-like
        A UTF-8 file of at most 1 MB.
    what : str
        What the file is of, for messages.

    Raises
    ------
    TreatmentFileError
        When it is missing, unreadable, too large or no text.
    """
    name = os.path.basename(os.fspath(path))
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise TreatmentFileError(f"{name}: cannot be read: {error.strerror}", path=str(path)) from None
    if len(data) > _MAX_BYTES:
        raise TreatmentFileError(f"{name}: larger than 1 MB; this is no {what} file", path=str(path))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise TreatmentFileError(f"{name}: no UTF-8 text; this is no {what} file", path=str(path)) from None


def write_text(path: str | os.PathLike[str], text: str, *, overwrite: bool) -> None:
    """Write the text of a treatment file, whole or not at all.

    Raises
    ------
    OutputExistsError, OutputError
        As :func:`smpsim.files.atomic.write_atomic`.
    """
    write_atomic(path, text.encode("utf-8"), overwrite=overwrite)
