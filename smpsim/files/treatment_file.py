"""Treatment files: the text of a treatment on disk."""

from __future__ import annotations

import os

from smpsim.errors import TreatmentFileError
from smpsim.files.atomic import write_atomic
from smpsim.files.source import read_small, shown_name, text_of

_MAX_BYTES = 1024 * 1024


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
    data = read_small(path, TreatmentFileError, _MAX_BYTES, f"this is no {what} file")
    try:
        return text_of(data)
    except UnicodeDecodeError:
        raise TreatmentFileError(
            f"{shown_name(path)}: no UTF-8 text; this is no {what} file", path=str(path)
        ) from None


def write_text(path: str | os.PathLike[str], text: str, *, overwrite: bool) -> None:
    """Write the text of a treatment file, whole or not at all.

    Raises
    ------
    OutputExistsError, OutputError
        As :func:`smpsim.files.atomic.write_atomic`.
    """
    write_atomic(path, text.encode("utf-8"), overwrite=overwrite)
