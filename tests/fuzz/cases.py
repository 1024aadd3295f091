"""One case from its number: the same seed and number give the same bytes on every machine."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alter import Change, add_tail, alter, cut_off, set_bytes
from bombs import make_bomb
from formats_icc import alter_profile
from formats_jpeg_png import alter_jpeg, alter_png
from formats_other import alter_gif, alter_heif, alter_webp
from formats_packs import make_pack
from formats_shapes import alter_text, projects, shapes
from formats_tiff import alter_tiff
from seeds import masks, photos, profiles, saved, skin
from treatments import make_sidecar, make_treatment

#: kind -> its share of the cases
SHARES = {
    **{"photo": 0.45, "mask": 0.12, "shapes": 0.08, "treatment": 0.1, "sidecar": 0.06, "profile": 0.08},
    **{"project": 0.05, "pack": 0.05, "label": 0.06},
}
#: share that goes through the command line, as a process of its own
COMMAND_SHARE = 0.01
#: share of the pictures that are bombs: they take seconds each
BOMB_SHARE = 0.003
ALTER: dict[str, Change] = {
    "jpeg": alter_jpeg,
    "png": alter_png,
    "webp": alter_webp,
    "tiff": alter_tiff,
    "gif": alter_gif,
    "heif": alter_heif,
    "other": alter,
}


@dataclass(frozen=True)
class Case:
    """What is tried.

    Attributes
    ----------
    number : int
        Its number.
    kind : str
        One of SHARES.
    name : str
        File name to give it; its extension may be a lie.
    data : bytes
        The file.
    by_command : bool
        Whether it goes through the command line.
    choice : int
        For what is chosen at random while it is tried.
    """

    number: int
    kind: str
    name: str
    data: bytes
    by_command: bool
    choice: int


def make_case(seed: int, number: int) -> Case:
    rng = random.Random(f"smpsim {seed} {number}")
    kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
    by_command = rng.random() < COMMAND_SHARE
    makers: dict[str, Callable[[random.Random], tuple[str, bytes]]] = {
        "photo": lambda rng: _picture(rng, photos()),
        "mask": lambda rng: _picture(rng, masks()),
        "shapes": lambda rng: _text(rng, shapes()),
        "project": lambda rng: ("client.smp.json", _text(rng, [("json", data) for data in projects()])[1]),
        "pack": make_pack,
        "treatment": lambda rng: ("client.toml", make_treatment(rng)),
        "sidecar": lambda rng: ("photo.toml", make_sidecar(rng)),
        "profile": lambda rng: ("display.icc", _profile(rng)),
        "label": _label,
    }
    name, data = makers[kind](rng)
    return Case(number, kind, name, data, by_command, rng.randrange(2**32))


def _changes(rng: random.Random) -> int:
    return rng.choice((1, 1, 1, 1, 2, 2, 3, 6))


def _picture(rng: random.Random, seeds: tuple[tuple[str, bytes], ...]) -> tuple[str, bytes]:
    """A format first, then one of its seeds, so that formats with few seeds are tried as often."""
    if rng.random() < BOMB_SHARE:
        format, data = make_bomb(rng)
        return f"bomb.{format}", data
    format = rng.choices(*zip(*_formats(seeds).items(), strict=True))[0]
    data = rng.choice([data for name, data in seeds if name == format])
    for _ in range(_changes(rng)):
        data = ALTER[format](rng, data)
    extension = format if rng.random() < 0.8 else rng.choice(("jpg", "png", "eps", "fits", "", "tif.gz"))
    return f"picture.{extension}", data


def _text(rng: random.Random, seeds: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    extension, data = rng.choice(seeds)
    for _ in range(_changes(rng)):
        data = alter_text(rng, data)
    return f"area.{extension}", data


def _formats(seeds: tuple[tuple[str, bytes], ...]) -> dict[str, float]:
    shares = {"jpeg": 3.0, "png": 3.0, "tiff": 2.5, "webp": 1.0, "gif": 1.0, "heif": 0.7, "other": 0.2}
    return {format: shares[format] for format in dict(seeds)}


def _profile(rng: random.Random) -> bytes:
    data = rng.choice(profiles())
    for _ in range(_changes(rng)):
        data = alter_profile(rng, data)
    return data


def _label(rng: random.Random) -> tuple[str, bytes]:
    """A picture with a label of ours, or something like it."""
    from smpsim.files.encode import encode_picture
    from smpsim.files.metadata import xmp_packet

    format = rng.choice(("jpeg", "png", "webp", "tiff"))
    if rng.random() < 0.3:
        data = encode_picture(skin(16, 12), format=format, label={"seed": 1, "x": "é" * rng.randrange(9)})
        return f"preview.{format}", ALTER[format](rng, data)
    packet = xmp_packet({"seed": 1, "nested": [1.5, None, {"a": "b" * 40}]})
    for _ in range(_changes(rng)):
        packet = rng.choice((set_bytes, alter, cut_off, add_tail, _odd_xml))(rng, packet)
    return "preview.jpg", saved(skin(16, 12), "JPEG", xmp=packet[:60_000])


def _odd_xml(rng: random.Random, packet: bytes) -> bytes:
    """Entities, depth, encodings: what XML and JSON parsers trip over."""
    odd = rng.choice(
        (
            *(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", b"&amp;" * 500, b"<a>" * 8000, b"&#0;", b"<![CDATA[x", b"&lol;"),
            *(b"[" * 9000, b"9" * 5000, b"NaN", b'"\\ud800"', b"1e999", b"\xff\xfe", b"</smpsim:label>"),
            b'<?xml version="1.0" encoding="utf-7"?>',
        )
    )
    start = rng.choice((0, packet.find(b"{"), rng.randrange(len(packet) + 1)))
    return packet[: max(start, 0)] + odd + packet[max(start, 0) :]
