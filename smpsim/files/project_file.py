"""Projects on disk: ``name.smp.json``, which lies beside the photos that it names.

::

    {"smpsim_project": 1, "client": "", "seed": 0,
     "treatment": {"density_per_cm2": 95.0, ...},          what is not the default
     "views": [{"name": "front",
                "photo": {"name": "front.jpg", "sha256": "...", "width_px": 3024, "height_px": 4032},
                "scale": {"px_per_mm": 9.1, "source": "ruler", "uncertainty_frac": 0.01},
                "hairline": {...},                          as smpsim hairline writes it
                "mask": "iVBORw0...",                       a grey PNG in base64
                "strokes": [{"mode": "add", "width_px": 40.0, "edge_px": 8.0, "filled": false,
                              "points": [[x, y], ...]}, ...]}]}

``scale``, ``hairline`` and ``mask`` may be null, ``filled`` may be missing.  Positions are px of the upright photo.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from smpsim.arrays import F32
from smpsim.errors import ParameterError, ProjectError, SmpsimError
from smpsim.files.decode import MAX_PIXELS
from smpsim.files.encode import encode_mask
from smpsim.files.hairline_file import hairline_of, value_of
from smpsim.files.mask_file import read_mask_with_notices
from smpsim.files.sniff import PNG
from smpsim.files.source import Source, one_line, read_small, shown_name
from smpsim.project import PhotoFile, Project, View
from smpsim.scalp.scale import Scale
from smpsim.scalp.strokes import Stroke
from smpsim.treatment import Treatment

SCHEMA = 1
MAX_BYTES = 64 * 1024 * 1024
_KEY = "smpsim_project"


@dataclass(frozen=True)
class _Size:
    size: tuple[int, int]


def encode_project(project: Project) -> bytes:
    """Write a project as the bytes of a ``.smp.json`` file: the same bytes every time."""
    return (json.dumps(value_of_project(project), indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode(
        "utf-8"
    )


def value_of_project(project: Project) -> dict[str, Any]:
    """Return a project as what JSON can hold."""
    default = Treatment().as_dict()
    return {
        _KEY: SCHEMA,
        "client": project.client,
        "seed": project.seed,
        "treatment": {name: leaf for name, leaf in project.treatment.leaves() if leaf != default[name]},
        "views": [value_of_view(view) for view in project.views],
    }


def read_project(source: Source) -> Project:
    """Read a project.

    Parameters
    ----------
    source : str, path, bytes or binary file
        A ``.smp.json`` file of at most 64 MB.

    Raises
    ------
    ProjectError
        When it cannot be read, or is no project.
    """
    name = shown_name(source)
    data = read_small(source, ProjectError, MAX_BYTES, "this is no project of smpsim")
    try:
        return project_of(json.loads(data))
    except SmpsimError as problem:
        raise ProjectError(f"{name}: {one_line(problem)}") from problem
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as problem:
        raise ProjectError(f"{name}: not a project as smpsim writes it") from problem


def project_of(value: Any) -> Project:
    """Make a project of the parsed JSON.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, OverflowError
        When it is none; also a SmpsimError that says what is wrong with a value.
    """
    if value[_KEY] != SCHEMA:
        raise ValueError(_KEY)
    seed = value["seed"]
    if type(seed) is not int or not 0 <= seed < 2**63:
        raise ParameterError("seed: give a whole number from 0 to 2^63 - 1", name="seed", value=seed)
    project = Project(
        views=tuple(_view_of(view) for view in value["views"]),
        treatment=_treatment_of(json.dumps(value["treatment"])),
        seed=seed,
        client=str(value["client"]),
    )
    _check_texts(project)
    return project


def _check_texts(project: Project) -> None:
    """Refuse half a character (JSON can name one), which no file can hold."""
    texts = [project.client]
    for view in project.views:
        texts += [view.name, view.photo.name, view.photo.sha256]
        texts += [] if view.scale is None else [view.scale.source]
        texts += [] if view.hairline is None else view.hairline.points
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as problem:
        raise ParameterError("project: half a character is in a name (a lone surrogate); write it anew") from problem


@lru_cache(maxsize=8)
def _treatment_of(text: str) -> Treatment:
    """Check a treatment; the studio sends the same one again and again."""
    return Treatment().replace(**json.loads(text))


def value_of_view(view: View) -> dict[str, Any]:
    """Return a view as what JSON can hold."""
    photo, scale = view.photo, view.scale
    width, height = photo.size
    return {
        "name": view.name,
        "photo": {"name": photo.name, "sha256": photo.sha256, "width_px": width, "height_px": height},
        "scale": None if scale is None else vars(scale),
        "hairline": None if view.hairline is None else value_of(view.hairline, photo.size),
        "mask": None if view.mask is None else base64.b64encode(encode_mask(view.mask)).decode("ascii"),
        "strokes": [{**vars(stroke), "points": [list(point) for point in stroke.points]} for stroke in view.strokes],
    }


def _view_of(value: Mapping[str, Any]) -> View:
    photo = value["photo"]
    size = int(photo["width_px"]), int(photo["height_px"])
    if not (min(size) > 0 and size[0] * size[1] <= MAX_PIXELS):
        raise ParameterError(f"photo: {size[0]} x {size[1]} px is no size of a photo", name="photo")
    scale, line, mask = value["scale"], value["hairline"], value["mask"]
    return View(
        photo=PhotoFile(str(photo["name"]), str(photo["sha256"]), size),
        scale=None if scale is None else Scale(scale["px_per_mm"], str(scale["source"]), scale["uncertainty_frac"]),
        hairline=None if line is None else hairline_of(line),
        mask=None if mask is None else _mask_of(mask, size),
        strokes=tuple(_stroke_of(stroke) for stroke in value["strokes"]),
        name=str(value["name"]),
    )


def _stroke_of(value: Mapping[str, Any]) -> Stroke:
    points = tuple((float(x), float(y)) for x, y in value["points"])
    filled = value.get("filled", False) is True
    return Stroke(value["mode"], points, float(value["width_px"]), float(value["edge_px"]), filled)


@lru_cache(maxsize=2)
def _mask_of(text: str, size: tuple[int, int]) -> F32:
    """Read a mask; the studio sends the same one again and again."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError("mask") from problem
    if not data.startswith(PNG):
        raise ParameterError("mask: a PNG in base64 is needed", name="mask")
    mask = read_mask_with_notices(data, like=_Size(size))[0]
    mask.flags.writeable = False
    return mask
