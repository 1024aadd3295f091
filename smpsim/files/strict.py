"""Tables of TOML files that people write: an unknown key is an error that names the nearest valid one."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from smpsim.errors import ParameterError, quoted
from smpsim.files.treatment_file import read_text
from smpsim.treatment import tables_of

Kind = TypeVar("Kind")

_KINDS = {
    str: "a text",
    int: "a whole number",
    dict: "a table",
    list: "a list",
}


def read_table(path: str | os.PathLike[str], what: str, known: Iterable[str]) -> Table:
    """Read a TOML file with ``schema = 1`` that people write.

    Parameters
    ----------
    path : str or path-like
        The file.
    what : str
        What it is of, for messages.
    known : iterable of str
        All keys that may stand in it.

    Raises
    ------
    TreatmentFileError
        When it cannot be read, is no TOML or of another schema.
    ParameterError
        When a key is unknown.
    """
    origin = os.path.basename(os.fspath(path))
    return Table(tables_of(read_text(path, what), origin=origin), known, origin)


class Table:
    """A table whose keys are taken one by one; what is not known is refused at once.

    Parameters
    ----------
    values : mapping
        As ``tomllib`` reads it.
    known : iterable of str
        All keys that may stand in it.
    origin : str
        The file, and the place in it, for messages.

    Raises
    ------
    ParameterError
        When a key is unknown.
    """

    def __init__(self, values: Mapping[str, Any], known: Iterable[str], origin: str) -> None:
        self.values, self.origin, self.known = values, origin, tuple(known)
        for key in values:
            if key not in self.known:
                near = difflib.get_close_matches(key, self.known, 1, cutoff=0.4)
                advice = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(self.known)}"
                raise ParameterError(f"{origin}: unknown key {quoted(key)}; {advice}", name=key)

    def take(self, key: str, kind: type[Kind], default: Kind) -> Kind:
        """Return a value of one kind, or what holds when it is not there.

        Raises
        ------
        ParameterError
            When it is of another kind.
        """
        value: Kind = self.values.get(key, default)
        if key in self.values and type(value) is not kind:
            raise self.refusal(key, f"give {_KINDS[kind]}")
        return value

    def number(self, key: str, advice: str) -> float:
        """Return a number; what is missing or no number is a ParameterError with this advice."""
        value = self.values.get(key)
        if type(value) not in (int, float):
            raise self.refusal(key, advice)
        return float(value)  # type: ignore[arg-type]

    def refusal(self, key: str, advice: str) -> ParameterError:
        """Return the error for a value that is not allowed."""
        value = self.values.get(key)
        return ParameterError(f"{self.origin}: {key}: {quoted(value)} is not allowed; {advice}", name=key, value=value)
