"""Shapes as masks (SVG, LabelMe, our hairlines) and projects: seeds, and changes that their readers know."""

from __future__ import annotations

import base64
import json
import random
import re
from functools import cache

from alter import alter
from seeds import HEIGHT, WIDTH, Seed, saved, white_ellipse

_NUMBER = re.compile(rb"-?\d+\.?\d*")
_ODD_NUMBERS = (
    *(b"0", b"-1", b"1e308", b"-1e308", b"1e999", b"NaN", b"Infinity", b"1e-320", b"0.5", b"31", b"99999999", b"1e7"),
    *(b"9" * 400, b"null", b"true", b'"12"', b"[]", b"--1", b"1.2.3"),
)
_WORD = re.compile(rb"[A-Za-z_-]+")
_ODD_PIECES = (
    *(b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>", b"&a;", b"<g>" * 300, b"</g>", b"<![CDATA[", b"&#0;", b"\xff\xfe"),
    *(
        b"[" * 3000,
        b'{"a":' * 2000,
        b'"\\ud800"',
        b"M0 0A1 1 0 1 1 9 9z" * 300,
        b"L9 9" * 3000,
        b" " * 30_000 + b"x",
        b"\0",
        b"\xef\xbb\xbf",
    ),
    *(b' transform="scale(1e5)"', b' transform="rotate()"', b' fill="none"', b' viewBox="0 0 0 0"', b"<svg>"),
)


@cache
def shapes() -> tuple[Seed, ...]:
    """Well-formed shapes on the photo of the masks."""
    return (*(("svg", text.encode()) for text in _drawings()), ("json", _labelme()), ("json", _hairline()))


@cache
def projects() -> tuple[bytes, ...]:
    """Well-formed projects: with everything, and with next to nothing."""
    line = json.loads(_hairline())
    mask = base64.b64encode(saved(white_ellipse(), "PNG")).decode("ascii")
    stroke = {"mode": "add", "width_px": 6.0, "edge_px": 2.0, "points": [[5.0, 5.0], [20.0, 9.0]]}
    photo = {"name": "front.jpg", "sha256": "0" * 64, "width_px": WIDTH, "height_px": HEIGHT}
    scale = {"px_per_mm": 4.0, "source": "ruler", "uncertainty_frac": 0.01}
    full = {"name": "front", "photo": photo, "scale": scale, "hairline": line, "mask": mask, "strokes": [stroke] * 2}
    bare = {"name": "", "photo": photo, "scale": None, "hairline": None, "mask": None, "strokes": []}
    made = [
        {"smpsim_project": 1, "client": "é", "seed": 3, "treatment": {"density_per_cm2": 95.0}, "views": [full, bare]},
        {"smpsim_project": 1, "client": "", "seed": 0, "treatment": {}, "views": [bare]},
    ]
    return tuple(json.dumps(value, indent=1).encode() for value in made)


def alter_text(rng: random.Random, data: bytes) -> bytes:
    """Another number, an odd one, a word that is another's, an odd piece, or any bytes."""
    kind = rng.random()
    if kind < 0.25:
        return _swap(rng, data, _NUMBER, rng.choice(_ODD_NUMBERS))
    if kind < 0.5:
        return _swap(rng, data, _NUMBER, b"%d" % rng.randrange(WIDTH))
    if kind < 0.6:
        words = _WORD.findall(data)
        return _swap(rng, data, _WORD, rng.choice(words)) if words else data
    if kind < 0.75:
        start = rng.randrange(len(data) + 1)
        return data[:start] + rng.choice(_ODD_PIECES) + data[start:]
    return alter(rng, data)


def _swap(rng: random.Random, data: bytes, pattern: re.Pattern[bytes], new: bytes) -> bytes:
    places = list(pattern.finditer(data))
    if not places:
        return data
    start, end = rng.choice(places).span()
    return data[:start] + new + data[end:]


def _drawings() -> tuple[str, ...]:
    inside = (
        '<path d="M4 4h9c1 2 3 4 5 6s7 8 9 9q1 2 3 4t5-6a5 6 7 0 1-9 9z" fill-rule="evenodd"/>',
        '<g transform="rotate(9 20 16) skewX(3)"><rect x="4" y="3" width="30" height="20" rx="3"/></g>',
        '<circle cx="20" cy="16" r="9"/><ellipse cx="9" cy="9" rx="5" ry="3" style="fill:#fff"/>',
        '<polygon points="4,4 30,6 22,28"/><text>a</text><defs><path d="M0 0"/></defs>',
    )
    frames = (f'viewBox="0 0 {WIDTH} {HEIGHT}"', f'width="{WIDTH}mm" height="{HEIGHT}mm"')
    return tuple(
        f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" {frames[k % 2]}>{part}</svg>'
        for k, part in enumerate(inside)
    )


def _labelme() -> bytes:
    kinds = {
        "polygon": [[4, 4], [30, 5], [20, 28]],
        "rectangle": [[3, 3], [30, 20]],
        "oriented_rectangle": [[9, 3], [30, 9], [27, 20], [6, 14]],
        "circle": [[20, 16], [25, 16]],
        "line": [[1, 2], [3, 4]],
    }
    labels = ("scalp", "crown 60%", "top", "scar", "x")
    parts = [
        {"label": label, "points": points, "shape_type": kind, "group_id": None, "flags": {}}
        for label, (kind, points) in zip(labels, kinds.items(), strict=True)
    ]
    value = {"version": "6.3.1", "flags": {}, "shapes": parts, "imagePath": "photo.jpg", "imageData": None}
    return json.dumps({**value, "imageHeight": HEIGHT, "imageWidth": WIDTH}, indent=2).encode()


def _hairline() -> bytes:
    from smpsim import Hairline, Landmarks, encode_hairline

    line = Hairline.fit(Landmarks.from_points(pupils=((12, 28), (28, 28))), "mature")
    return encode_hairline(line, format="json", size=(WIDTH, HEIGHT))
