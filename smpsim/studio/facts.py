"""What the page needs to know before a photo is open."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smpsim.parameters import PARAMETERS


async def controls(request: Request) -> Response:
    """Every parameter: default, unit, range, step, words, help."""
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
        "help": about.help,
        "source": about.source,
        **numbers,
    }
