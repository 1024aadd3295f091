"""The declaration of one parameter: default, unit, range, step, help, source, flag."""

from __future__ import annotations

import difflib
import math
import numbers
from dataclasses import dataclass, field
from typing import Any

from smpsim import units
from smpsim.errors import ParameterError, quoted

Value = float | int | str | None


@dataclass(frozen=True)
class Parameter:
    """What is known of one field of a treatment.

    Attributes
    ----------
    name, section : str
        Leaf name (with its unit as suffix) and the table of the TOML file it stands in.
    default : float, int, str or None
        Value when nothing is said; None when it is derived.
    unit : str
        Unit of the number, as :mod:`smpsim.units` knows it; "" for none.
    low, high : float
        Allowed range, both ends included.
    step : float
        A sensible step of a slider; for whole numbers 1.
    whole : bool
        Whether only whole numbers are allowed.
    words : tuple of str
        Allowed names; with a range as well, either a name or a number.
    derived : str
        The word that stands for None, "" when the field cannot be derived.
    flag : str
        Name of its command line option, "" when only ``--set`` reaches it.
    help, source : str
        What it means in the technician's words, and where default and range come from; it begins with "estimate" when
        the default is one.
    """

    name: str
    section: str
    default: Value
    unit: str
    low: float
    high: float
    step: float
    whole: bool
    words: tuple[str, ...]
    derived: str
    flag: str
    help: str
    source: str

    @property
    def is_number(self) -> bool:
        """Whether numbers are allowed."""
        return self.low <= self.high

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        parts = list(self.words)
        if self.is_number:
            parts.append(f"{self.low:g} to {units.show(self.high, self.unit)}")
        if self.derived:
            parts.append(f'"{self.derived}"')
        return ", ".join(parts)

    @property
    def meaning(self) -> str:
        """The help, and that the default is an estimate where it is one."""
        return f"{self.help}; the default is an estimate" if self.source.startswith("estimate") else self.help

    def show(self, value: Value) -> str:
        """Write a value with its unit; the word for a derived one."""
        if value is None:
            return self.derived
        return units.show(value, self.unit) if isinstance(value, int | float) else value

    def check(self, value: object, origin: str = "") -> Value:
        """Turn a given value into a valid one.

        Parameters
        ----------
        value : object
            A number, a text with a unit, a name, or None.
        origin : str
            Where it was given, for the message.

        Returns
        -------
        float, int, str or None
            The value in the field's unit.

        Raises
        ------
        ParameterError
            When it is not allowed.
        """
        value = _plain(value)
        if value is None or (isinstance(value, str) and value == self.derived):
            if self.derived:
                return None
        elif isinstance(value, str) and value in self.words:
            return value
        elif self.is_number and isinstance(value, str | int | float) and not isinstance(value, bool):
            number = self._number(value, origin)
            if self.low <= number <= self.high and not (self.whole and number != round(number)):
                return int(number) if self.whole else number
        raise self._refusal(value, origin)

    def _number(self, value: str | float, origin: str) -> float:
        try:
            return units.parse(value, self.unit, name=self.name)
        except ParameterError:
            raise self._refusal(value, origin) from None

    def _refusal(self, value: object, origin: str) -> ParameterError:
        given = units.show(value, self.unit) if isinstance(value, int | float) else quoted(value)
        near = difflib.get_close_matches(value, self.words, 1) if isinstance(value, str) else []
        advice = f"; did you mean {near[0]!r}?" if near else ""
        whole = "a whole number, " if self.whole else ""
        place = f" ({origin})" if origin else ""
        return ParameterError(
            f"{self.name}{place}: {given} is not allowed; choose {whole}{self.allowed}{advice}",
            name=self.name,
            value=value,
        )


def _plain(value: object) -> object:
    """Turn numbers of other libraries into Python's, and whole numbers beyond any float into infinity."""
    if isinstance(value, bool | str) or not isinstance(value, numbers.Real):
        return value
    try:
        number = float(value)
    except OverflowError:
        return -math.inf if isinstance(value, int) and value < 0 else math.inf
    return int(value) if isinstance(value, numbers.Integral) else number


def declare(
    default: Value,
    *,
    low: float = math.inf,
    high: float = -math.inf,
    step: float = 1,
    unit: str = "",
    whole: bool = False,
    words: tuple[str, ...] = (),
    derived: str = "",
    flag: str = "",
    help: str,
    source: str,
) -> Any:
    """Declare a field of a treatment; the arguments are the attributes of :class:`Parameter`."""
    about = {
        "default": default,
        "unit": unit,
        "low": low,
        "high": high,
        "step": step,
        "whole": whole,
        "words": words,
        "derived": derived,
        "flag": flag,
        "help": help,
        "source": source,
    }
    return field(default=default, metadata=about)
