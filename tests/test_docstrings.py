"""Public docstrings: every parameter with its type, shape, unit and range, what comes back, what can be raised.

The rules, for every public name and the public methods of public classes:

* each parameter of a function and each field of a class is told, with its type, and none that is not there;
* an array has its shape;
* a number that is given has its range, or the values that are usual; a seed is any whole number;
* a default that is a number other than 0 and 1 has its source (tests/test_number_sources.py);
* a function says what comes back and what it raises, when there is anything.

That a name ends in its unit is seen to by tests/test_units.py and by the eye.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from test_number_sources import has_source, is_number

import smpsim

SECTION = re.compile(r"^(Parameters|Attributes|Returns|Raises|Warns)\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", re.M | re.S)
ENTRY = re.compile(r"^(\S[^:\n]*?)(?: : ([^\n]*))?\n((?:[ ]{4}[^\n]*\n?|\n)*)", re.M)


def sections(thing: Any) -> dict[str, dict[str, tuple[str, str]]]:
    """Section -> name -> type and text."""
    found = {}
    for title, body in SECTION.findall(inspect.cleandoc(thing.__doc__ or "") + "\n"):
        entries = {}
        for names, kind, text in ENTRY.findall(body):
            entries |= {name.strip().lstrip("*"): (kind, text) for name in names.split(",")}
        found[title] = entries
    return found


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function and every public method that is written by hand."""
    for name in smpsim.__all__:
        value = getattr(smpsim, name)
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value) and not issubclass(value, Exception):
            for key, member in vars(value).items():
                function = getattr(member, "__func__", member)
                if inspect.isfunction(function) and not key.startswith("_"):
                    yield f"{name}.{key}", function


FUNCTIONS = dict(functions())
CLASSES = {name: kind for name in smpsim.__all__ if dataclasses.is_dataclass(kind := getattr(smpsim, name))}
#: these raise nothing of their own
HARMLESS = {"measure_hairline", "propose_treatment"}


def check_entries(wanted: list[str], told: dict[str, tuple[str, str]]) -> None:
    assert sorted(told) == sorted(wanted)
    for name, (kind, text) in told.items():
        assert kind or "As for" in text or "As in" in text, f"{name}: no type"
        assert "array" not in kind or "(" in kind + text, f"{name}: no shape"


def check_defaults(defaults: dict[str, object], told: dict[str, tuple[str, str]]) -> None:
    for name, default in defaults.items():
        if any(map(is_number, default if isinstance(default, tuple) else [default])):
            text = "".join(told[name])
            assert has_source(text) or "As for" in text or "As in" in text, f"{name}: {default} has no source"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str) -> None:
    told, signature = sections(FUNCTIONS[name]), inspect.signature(FUNCTIONS[name])
    given = [parameter for parameter in signature.parameters if parameter not in ("self", "cls")]
    parameters = told.get("Parameters", {})
    check_entries(given, parameters)
    check_defaults({parameter: signature.parameters[parameter].default for parameter in given}, parameters)
    for parameter, (kind, text) in parameters.items():
        if re.match(r"(int|float)\b", kind) and parameter != "seed":
            assert re.search(r"\d", kind + text), f"{parameter}: no range"
    if "." not in name:
        assert signature.return_annotation == "None" or "Returns" in told
        assert "Raises" in told or name in HARMLESS


@pytest.mark.parametrize("name", CLASSES)
def test_class(name: str) -> None:
    told = sections(CLASSES[name])
    fields = [field for field in dataclasses.fields(CLASSES[name]) if not field.name.startswith("_")]
    attributes = told.get("Attributes", {}) | told.get("Parameters", {})
    check_entries([field.name for field in fields], attributes)
    check_defaults({field.name: field.default for field in fields}, attributes)


def test_the_check_can_fail() -> None:
    def bad(x: float) -> float:
        """Do something.

        Parameters
        ----------
        y : ndarray
            An array.
        """
        return x

    with pytest.raises(AssertionError):
        check_entries(["x"], sections(bad)["Parameters"])
    with pytest.raises(AssertionError, match="no shape"):
        check_entries(["y"], sections(bad)["Parameters"])
    with pytest.raises(AssertionError, match="no source"):
        check_defaults({"y": 0.3}, sections(bad)["Parameters"])
