"""Treatment files, right and wrong, as text and as bytes."""

from __future__ import annotations

import random

from alter import alter

from smpsim.parameters import PARAMETERS, SECTIONS

_WRONG = (
    *(
        "nan",
        "inf",
        "-inf",
        "-1",
        "0",
        "1e400",
        "-0.0",
        "1_000_000",
        "0x7fffffffffffffff",
        "9" * 400,
        "9" * 5000,
        "0x" + "f" * 5000,
    ),
    *("true", "false", "[]", "[1, 2]", "{}", "{a = 1}", "2026-01-01", "07:32:00", "1979-05-27T07:32:00Z", '""'),
    *(
        '"x"',
        '"carbon"',
        '"5 parsecs"',
        '"1e999 mm"',
        '"\\u0000"',
        '"\\u001b[31m"',
        '"12 mm mm"',
        '"' + "9" * 6000 + '"',
    ),
    *(
        '"' + "x" * 20000 + '"',
        '"' + "é" * 3000 + '"',
        '"\\uD800"',
        "'''\nmulti\nline\n'''",
        '"nan"',
        '"٣"',
        '"1" "2"',
    ),
)
_WRONG_KEYS = (
    *(
        "densety_per_cm2",
        "x",
        '""',
        '"a b"',
        '"\\u001b[2J"',
        "k" * 5000,
        '"' + "é" * 900 + '"',
        "schema",
        "a.b.c.d",
        "0",
    ),
    *("placement", "placement.placement", "__class__", '"__init__"', "replace", "leaves", "density_per_cm2.x"),
)
_DOCUMENTS = (
    *("", "\n", "schema = 1", "schema = 1\n" * 2, "schema = true", "schema = 1.0", 'schema = "1"', "schema = 2"),
    *(
        "schema = [1]",
        "schema = " + "9" * 5000,
        "\ufeffschema = 1\n",
        "schema = 1\r\n",
        "schema = 1\rx",
        "schema = nan",
    ),
    "schema = 1\nx = " + "[" * 3000,
    "schema = 1\nx = " + "{a=" * 3000,
    "schema = 1\n" + "a." * 3000 + "b = 1",
    "schema = 1\n[" + "a." * 3000 + "b]",
    "schema = 1\n" + "".join(f"k{k} = 1\n" for k in range(3000)),
    "schema = 1\n" + "[placement]\n" * 2,
    "schema = 1\n[[placement]]\ndensity_per_cm2 = 80\n",
)


def make_treatment(rng: random.Random) -> bytes:
    """A treatment file: two thirds are valid."""
    kind = rng.random()
    if kind < 0.1:
        return rng.choice(_DOCUMENTS).encode("utf-8", "surrogatepass")
    lines = [(name, _value(rng, name)) for name in rng.sample(list(PARAMETERS), rng.randrange(len(PARAMETERS)))]
    if kind < 0.4:
        lines.insert(rng.randrange(len(lines) + 1), _wrong_line(rng))
    data = _text(rng, lines).encode("utf-8", "surrogatepass")
    return alter(rng, data) if 0.4 <= kind < 0.5 else data


def _wrong_line(rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.3:
        return rng.choice(_WRONG_KEYS), rng.choice((*_WRONG, "1", "80"))
    return rng.choice(list(PARAMETERS)), rng.choice(_WRONG)


def _value(rng: random.Random, name: str) -> str:
    about = PARAMETERS[name]
    choices = [f'"{word}"' for word in (*about.words, about.derived) if word]
    if not about.is_number or (choices and rng.random() < 0.3):
        return rng.choice(choices)
    if about.whole:
        return str(rng.randint(int(about.low), int(about.high)))
    number = rng.choice(
        (about.low, about.high, rng.uniform(about.low, about.high), rng.uniform(about.low, about.high))
    )
    return f'"{number!r} {about.unit}"' if rng.random() < 0.2 else repr(number)


def _text(rng: random.Random, lines: list[tuple[str, str]]) -> str:
    """With tables for the sections, or flat."""
    if rng.random() < 0.5:
        return "schema = 1\n" + "".join(f"{key} = {value}\n" for key, value in lines)
    text = "schema = 1\n"
    for section in SECTIONS:
        mine = [f"{key} = {value}\n" for key, value in lines if _section(key) == section]
        text += f"[{section}]\n" + "".join(mine) if mine else ""
    return text


def _section(key: str) -> str:
    return PARAMETERS[key].section if key in PARAMETERS else next(iter(SECTIONS))


def make_sidecar(rng: random.Random) -> bytes:
    """A treatment that lies beside its photo, with a table of what is known of that photo."""
    data = make_treatment(rng)
    lines = [f"{key} = {_photo_value(rng)}\n" for key in rng.choices(_PHOTO_KEYS, k=rng.randrange(4))]
    table = ("[photo]\n" + "".join(lines)).encode("utf-8", "surrogatepass")
    return data + table if rng.random() < 0.9 else alter(rng, data + table)


_PHOTO_KEYS = ("px_per_mm", "head_width_mm", "seed", "px_per_cm", "mask")


def _photo_value(rng: random.Random) -> str:
    return rng.choice((*_WRONG, "8", "8.0", "155", "0.01", "501", '"8 px/mm"', '"15.5 cm"', "7", "-7", "2.5"))
