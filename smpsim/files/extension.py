"""The extension of an output says its format."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath

from smpsim.errors import ParameterError


def format_by_extension(path: str | os.PathLike[str], formats: Mapping[str, str]) -> str:
    """Look up the format of an output.

    Parameters
    ----------
    path : str or path-like
        The output; upper and lower case are the same.
    formats : mapping of str to str
        Extension, with its dot -> format.

    Raises
    ------
    ParameterError
        Another extension, or none.
    """
    extension = PurePath(os.fspath(path)).suffix.lower()
    if extension not in formats:
        shown = repr(extension) if extension else "no extension"
        raise ParameterError(
            f"the output has {shown}: use one of {' '.join(formats)}", name="output", value=os.fspath(path)
        )
    return formats[extension]
