"""What the page needs to know before a photo is open."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.colour import SRGB
from smpsim.files.user_presets import preset_names
from smpsim.ink.pigment import mean_ink_per_mm, relative_absorption
from smpsim.ink.skin import SkinOptics
from smpsim.parameters import PARAMETERS
from smpsim.presets import PRESETS
from smpsim.scalp.pencil import COLOURS
from smpsim.scalp.templates import SIDES, TEMPLATES
from smpsim.studio.exports import KINDS
from smpsim.studio.shapes import AIDS
from smpsim.treatment import Treatment

# swatches: the skin, and a film through which the usual dilutions are told apart (an estimate, by eye)
_SWATCH_SKIN = "light"
_FILM_MM = 0.02


async def controls(request: Request) -> Response:
    """Answer every parameter: default, unit, range, step, words, help."""
    return JSONResponse([_control(name) for name in PARAMETERS])


def _control(name: str) -> dict[str, Any]:
    about = PARAMETERS[name]
    numbers = {"low": about.low, "high": about.high, "step": about.step} if about.is_number else {}
    return {
        "name": name,
        "section": about.section,
        "default": about.default,
        "unit": about.unit,
        "whole": about.whole,
        "words": list(about.words),
        "derived": about.derived,
        "help": about.meaning,
        "source": about.source,
        **numbers,
    }


async def choices(request: Request) -> Response:
    """Answer what can be chosen by name, in plain words."""
    edges = [name for name in PRESETS if name.endswith("-edge")]
    others = [name for name in PRESETS if name not in edges]
    own = [{"name": name, "about": "your own", "changes": None} for name in preset_names()]
    return JSONResponse(
        {
            "templates": [{"name": name, "about": form.about, "side": form.side} for name, form in TEMPLATES.items()],
            "sides": list(SIDES),
            "pencils": ["any", *COLOURS],
            "edges": [_preset(name) for name in edges],
            "presets": [*(_preset(name) for name in others), *own],
            "shades": [{"name": name, "swatch": _swatch(name)} for name in PARAMETERS["shade"].words],
            "scales": [{"name": name, "about": about, "mm": mm} for name, (about, mm) in AIDS.items()],
            "exports": [{"name": name, "about": about} for name, about in KINDS.items()],
        }
    )


def _preset(name: str) -> dict[str, Any]:
    about, changes = PRESETS[name]
    return {"name": name, "about": about, "changes": changes}


@cache
def _swatch(shade: str) -> str:
    """Return a shade as a thin film of its ink on light skin, as sRGB in hexadecimal.

    The dots themselves are told apart by a swatch hardly at all: seen from near, all are nearly as dark as skin gets.
    """
    treatment, skin = Treatment().replace(shade=shade), SkinOptics.from_name(_SWATCH_SKIN)
    taken = mean_ink_per_mm(treatment) * relative_absorption(treatment) * 2 * _FILM_MM  # in and out again
    light = np.asarray(skin.reflectance() * np.exp(-taken), np.float32)
    red, green, blue = SRGB.encode(light.reshape(1, 1, 3))[0, 0]
    return f"#{red:02x}{green:02x}{blue:02x}"
