"""The sample client: the synthetic scalp of :func:`smpsim.sample` with a line drawn on it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache

import numpy as np

from smpsim.files.encode import encode_picture
from smpsim.project import PhotoFile, Project, View
from smpsim.scalp.through import hairline_through
from smpsim.studio.bench import Bench
from smpsim.synthetic import sample
from smpsim.treatment import Treatment

NAME = "sample.png"
NOTE = "this head is synthetic: its scale and its shape are known, and its line is drawn already"
_REAR_POINTS = 12
_WARM_PX = 300


@cache
def sample_client() -> tuple[bytes, Project]:
    """Return the sample's file and its project, made once; it takes about a second."""
    made = sample()
    data = encode_picture(made.photo.pixels, format="png")
    inside = made.mask > 0.5
    height = len(inside)
    columns = np.flatnonzero(inside.any(axis=0))
    lowest = (height - inside[::-1].argmax(axis=0))[columns]
    # the front border goes from temple to temple; beyond them the mask turns up again
    half = len(columns) // 2
    columns = columns[lowest[:half].argmax() : half + lowest[half:].argmax() + 1]
    front = np.column_stack([columns + 0.5, height - inside[::-1].argmax(axis=0)[columns]])
    line = hairline_through(front.astype(np.float64), made.scale.px_per_mm, mirror=True)
    few = columns[np.linspace(0, len(columns) - 1, _REAR_POINTS).astype(int)]
    rear = tuple((float(x) + 0.5, float(y)) for x, y in zip(few, inside.argmax(axis=0)[few], strict=True))
    file = PhotoFile(NAME, hashlib.sha256(data).hexdigest(), made.photo.size)
    view = View(file, made.scale, replace(line, rear=rear))
    return data, Project((view,), Treatment().replace(**made.surface.leaves()))


def warm() -> None:
    """Make the sample, and draw it once: the first client then does not wait for what is loaded on the way."""
    data, project = sample_client()
    Bench(data, NAME).sitting(project.views[0]).render(treatment=project.treatment, max_px=_WARM_PX)
