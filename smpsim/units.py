"""Quantities with units, as people write them: "0.2 mm", "110 /cm2", "4wk".

A unit belongs to one dimension and has a size in that dimension's base unit.  A bare number is taken to be in the
unit that was asked for, so ``parse("63", "mm") == parse("6.3 cm", "mm") == 63``.

Numbers: derived: definitions of units.
"""

from __future__ import annotations

import math
import re

from smpsim.errors import ParameterError, quoted

#: unit -> (dimension, size in the dimension's base unit)
_UNITS: dict[str, tuple[str, float]] = {
    "um": ("length", 1e-3),
    "µm": ("length", 1e-3),
    "mm": ("length", 1.0),
    "cm": ("length", 10.0),
    "in": ("length", 25.4),
    "/cm2": ("density", 1.0),
    "/mm2": ("density", 100.0),
    "/mm": ("absorption", 1.0),
    "/cm": ("absorption", 0.1),
    "px/mm": ("scale", 1.0),
    "px/cm": ("scale", 0.1),
    "deg": ("angle", 1.0),
    "d": ("time", 1.0),
    "day": ("time", 1.0),
    "days": ("time", 1.0),
    "wk": ("time", 7.0),
    "week": ("time", 7.0),
    "weeks": ("time", 7.0),
    "mo": ("time", 365.25 / 12),
    "month": ("time", 365.25 / 12),
    "months": ("time", 365.25 / 12),
    "y": ("time", 365.25),
    "year": ("time", 365.25),
    "years": ("time", 365.25),
    "": ("number", 1.0),
    "%": ("number", 0.01),
}

# nothing is given back once it is read, so that a long text is walked through once
_QUANTITY = re.compile(r"\s*+([-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?)\s*+(\S*+)\s*+")


def parse(text: str | float, unit: str, *, name: str = "value") -> float:
    """Read a quantity.

    Parameters
    ----------
    text : str or float
        A number, with or without a unit.
    unit : str
        The unit wanted: one of ``mm``, ``/cm2``, ``/mm``, ``px/mm``, ``deg``, ``d``, ``y`` or "" for a plain number.
    name : str
        What the quantity is, for the message.

    Returns
    -------
    float
        The value in `unit`.

    Raises
    ------
    ParameterError
        When it is no finite number or the unit is of another kind.
    """
    if isinstance(text, str):
        match = _QUANTITY.fullmatch(text)
        number, given = (float(match[1]), match[2].lower()) if match else (math.nan, "")
    else:
        try:
            number, given = float(text), ""
        except (OverflowError, TypeError):  # a whole number beyond any float; what is no number at all
            number, given = math.inf, ""
    kind, size = _UNITS[unit]
    own, factor = _UNITS.get(given, ("", 0.0)) if given else (kind, size)
    value = number * factor / size if given else number
    if own != kind or not math.isfinite(value):
        fitting = ", ".join(u for u, (k, _) in _UNITS.items() if k == kind and u)
        wanted = f"a number with one of the units {fitting}" if fitting else "a number"
        raise ParameterError(f"{name}: {quoted(text)} cannot be read; write {wanted}", name=name, value=text)
    return value + 0.0  # no minus before nothing


def counted(number: int, noun: str) -> str:
    """Write how many there are: "1 photo", "3 photos"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def show(value: float, unit: str) -> str:
    """Write a quantity, short.

    Parameters
    ----------
    value : float
        The value in `unit`.
    unit : str
        As in :func:`parse`.

    Returns
    -------
    str
        For example ``"0.25 mm"``; at most six significant digits.
    """
    return f"{value:.6g} {unit}".rstrip()
