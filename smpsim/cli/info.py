"""``smpsim info``: what is known of a photo, or of this installation."""

from __future__ import annotations

import platform
import re
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

import click

import smpsim
from smpsim.cli import options
from smpsim.cli.group import Command, Option
from smpsim.cli.talk import Talk, hushed, printable, reporting, write_json
from smpsim.cli.told import photo_in_words

if TYPE_CHECKING:
    from smpsim.arrays import F32
    from smpsim.files.photo import Photo

_PACKAGES = ("numpy", "scipy", "pillow", "scikit-image", "click")
_FOR_DEVELOPERS = ("test", "check", "bench", "docs")
_EXTRA = re.compile(r"([\w.-]+).*;.*extra *== *['\"]([\w-]+)['\"]")


@click.command(cls=Command, example="smpsim info smpsim-demo/preview.png")
@click.argument("photo", required=False)
@click.option("--mask", cls=Option, metavar="MASK", help="The area to be treated; else proposed.")
@options.scale_options
@options.json_option
@options.talk_options
def command(photo: str | None, mask: str | None, scale: options.ScaleChoice, as_json: bool, talk: Talk) -> None:
    """Say what is known of PHOTO; without one, what is installed here.

    With it comes advice on the photo: blur, exposure, coloured light, hair to be clipped and the like, seen on the
    area to be treated.  Its limits are estimates, and no photo is refused for them.  Of the photo's own metadata only
    colour profile and resolution are looked at; names, places and dates are neither read nor shown.
    """
    if photo is None and mask is not None:
        raise click.UsageError("--mask needs a PHOTO")
    names = {} if photo is None else {"src": printable(photo)}
    with reporting(as_json, **names):
        facts = _installation() if photo is None else _photo(photo, mask, scale)
    if as_json:
        write_json(names | facts)
        return
    told = facts if photo is None else photo_in_words(facts)
    width = max(map(len, told))
    for name, value in told.items():
        for line in _lines(value):
            click.echo(f"{name:{width}}  {printable(line)}")


def _lines(value: Any) -> list[str]:
    """Return a value in words; a list and a mapping take a line for each entry."""
    if isinstance(value, dict):
        return [f"{name}: {line}" for name, entry in value.items() for line in _lines(entry)]
    if isinstance(value, list):
        return [line for entry in value for line in _lines(entry)]
    return ["none" if value is None else str(value)]


def _installation() -> dict[str, Any]:
    return {
        "smpsim": smpsim.__version__,
        "python": platform.python_version(),
        **{name: _version(name) for name in _PACKAGES},
        "extras": _extras(),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _extras() -> dict[str, str]:
    """Return whether the packages of each extra are there."""
    wanted: dict[str, list[str]] = {}
    for line in _requirements():
        match = _EXTRA.fullmatch(line)
        if match and match[2] not in _FOR_DEVELOPERS:
            wanted.setdefault(match[2], []).append(match[1])
    missing = {extra: [name for name in names if _version(name) is None] for extra, names in wanted.items()}
    return {
        extra: f'not installed (pip install "smpsim[{extra}]")' if names else "installed"
        for extra, names in missing.items()
    }


def _requirements() -> list[str]:
    try:
        return metadata.requires("smpsim") or []
    except metadata.PackageNotFoundError:
        return []


def _photo(path: str, mask: str | None, scale: options.ScaleChoice) -> dict[str, Any]:
    from smpsim.files.metadata import label_of
    from smpsim.files.photo import read_photo
    from smpsim.parameters.client import HEAD_BREADTH_MM
    from smpsim.scalp.scale import RESOLVED_PX_PER_MM

    with hushed():
        photo, label = read_photo(path), label_of(path)
    width, height = photo.size
    at_most = width / HEAD_BREADTH_MM
    checked = _checked(photo, mask, scale)
    return {
        "format": photo.format,
        "width_px": width,
        "height_px": height,
        "megapixels": round(width * height / 1e6, 2),
        "colour_profile": photo.space.name if photo.profile is not None else "none (taken as sRGB)",
        "transparency": photo.alpha is not None,
        "grey": photo.is_grey,
        "dpi": None if photo.dpi is None else photo.dpi[0],
        "px_per_mm_if_a_head_fills_the_width": round(at_most, 2),
        "dots_can_be_resolved": checked.get("px_per_mm", at_most) >= RESOLVED_PX_PER_MM,
        "notices": list(photo.notices),
        **checked,
        "simulation": label,
    }


def _checked(photo: Photo, mask: str | None, scale: options.ScaleChoice) -> dict[str, Any]:
    """Check a photo on the area to be treated, as a preview does it."""
    from smpsim.errors import MaskError
    from smpsim.raster.walk import look
    from smpsim.scalp.mask import Area
    from smpsim.scalp.photo_check import check

    scale.known()
    with hushed():
        try:
            coverage, area = _area(photo, mask)
        except MaskError:
            if mask is not None:
                raise
            return {"area": "none is found to check the photo on: give --mask", "advice": None}
        known = scale.found(photo, coverage)
    seen = look(photo.pixels, photo.space, Area(coverage, known.px_per_mm), alpha=photo.alpha, jpeg=photo.jpeg)
    advice = check(seen.pixels, seen.space, seen.visible, seen.camera, photo.jpeg)
    return {
        "area": area,
        "px_per_mm": round(known.px_per_mm, 2),
        "scale_source": known.source,
        "scale_uncertainty_frac": round(known.uncertainty_frac, 4),
        "behind_hair_frac": round(seen.hair.hidden_frac, 3),
        "advice": [asdict(one) for one in advice],
    }


def _area(photo: Photo, mask: str | None) -> tuple[F32, str]:
    """Return where the photo is checked, and what that is called."""
    from smpsim.files.mask_file import empty_mask, read_mask
    from smpsim.scalp.proposal import propose_mask

    if mask is not None:
        coverage = read_mask(mask, like=photo)
        if not coverage.any():
            raise empty_mask(printable(mask), mask)
        return coverage, printable(mask)
    proposal = propose_mask(photo.pixels)
    return proposal.coverage, f"proposed {proposal.origin}"
