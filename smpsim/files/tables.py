"""Dots as files: a table for spreadsheets, arrays for programs, a drawing in true millimetres.

====  ================================================================================================================
csv   one row per dot, a header of names that end in their unit; numbers as Python writes them, so that nothing is
      lost.  The foreshortening is four columns: ``dx_du dx_dv dy_du dy_dv``.
npz   the arrays of :class:`smpsim.dots.table.Dots` by name, and ``label``: how the dots were made, as JSON
svg   the picture's size in mm, one circle or ellipse per dot with its true size, a group for each session, the label
      as ``<desc>``
====  ================================================================================================================
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from html import escape
from io import BytesIO
from typing import Any

import numpy as np

from smpsim.arrays import F64
from smpsim.dots.table import Dots
from smpsim.errors import ParameterError
from smpsim.files.extension import format_by_extension
from smpsim.files.metadata import DESCRIPTION

FORMATS = ("csv", "svg", "npz")
_STEPS = ("dx_du", "dx_dv", "dy_du", "dy_dv")
# a drawing is exact to this many decimals of a millimetre
_DECIMALS = 4
_ROUND = 10.0**-_DECIMALS


def table_format_of(path: str | os.PathLike[str]) -> str:
    """Format by the extension of a path: ``"csv"``, ``"svg"`` or ``"npz"``.

    Raises
    ------
    ParameterError
        Another extension, or none.
    """
    return format_by_extension(path, {f".{name}": name for name in FORMATS})


def encode_dots(
    dots: Dots, *, format: str, size_mm: tuple[float, float], label: Mapping[str, Any] | None = None
) -> bytes:
    """Write dots as the bytes of a file.

    Parameters
    ----------
    dots : Dots
        The dots.
    format : {"csv", "svg", "npz"}
        See the module.
    size_mm : (float, float), mm
        Width and height of the picture plane.
    label : mapping, optional
        How the dots were made; anything that JSON can hold.  A csv has no place for it.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ParameterError
        The format is unknown.
    """
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: _csv(dots),
        "svg": lambda: _svg(dots, size_mm, _json(label)),
        "npz": lambda: _npz(dots, _json(label)),
    }
    if format not in writers:
        raise ParameterError(f"unknown format {format!r}: use one of {' '.join(FORMATS)}", name="format", value=format)
    return writers[format]()


def _json(label: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(label or {}), allow_nan=False)


def _csv(dots: Dots) -> bytes:
    columns = dots.as_dict()
    steps = columns.pop("foreshortening").reshape(-1, len(_STEPS))
    columns |= {name: steps[:, k] for k, name in enumerate(_STEPS)}
    rows = zip(*(array.tolist() for array in columns.values()), strict=True)
    lines = [",".join(columns), *(",".join(map(repr, row)) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _npz(dots: Dots, label: str) -> bytes:
    buffer = BytesIO()
    arrays: dict[str, Any] = {**dots.as_dict(), "label": np.array(label)}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _svg(dots: Dots, size_mm: tuple[float, float], label: str) -> bytes:
    width, height = (_short(side) for side in size_mm)
    shapes = np.array(list(_shapes(dots)), dtype=object)
    groups = []
    for session in np.unique(dots.session).tolist():
        inside = "\n".join(shapes[dots.session == session])
        groups.append(f'<g id="session-{session}">\n{inside}\n</g>')
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" fill="#222">',
        f"<title>{escape(DESCRIPTION, quote=False)}</title>",
        f"<desc>{escape(label, quote=False)}</desc>",
        *groups,
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _shapes(dots: Dots) -> Iterator[str]:
    """Draw each dot as it is seen: its ellipse on the skin, foreshortened."""
    long, short, turn = _seen_axes(dots)
    rows = zip(dots.x_mm.tolist(), dots.y_mm.tolist(), long.tolist(), short.tolist(), turn.tolist(), strict=True)
    for x, y, a, b, degrees in rows:
        if a - b < _ROUND:
            yield f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{_short(a)}"/>'
        else:
            yield (
                f'<ellipse rx="{_short(a)}" ry="{_short(b)}" '
                f'transform="translate({_short(x)} {_short(y)}) rotate({_short(degrees)})"/>'
            )


def _seen_axes(dots: Dots) -> tuple[F64, F64, F64]:
    """Half axes in the picture plane (mm, longer first) and the direction of the longer one (degrees, x towards y)."""
    cos, sin = np.cos(dots.angle_rad), np.sin(dots.angle_rad)
    along = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    axes = np.stack([dots.aspect**0.5, dots.aspect**-0.5], -1) * dots.diameter_mm[:, None] / 2
    directions, lengths, _ = np.linalg.svd(dots.foreshortening @ along * axes[:, None, :])
    degrees = np.degrees(np.arctan2(directions[:, 1, 0], directions[:, 0, 0])) % 180
    return lengths[:, 0], lengths[:, 1], degrees


def _short(number: float) -> str:
    text = f"{number:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
