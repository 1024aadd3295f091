"""The command line in tests: one call, and small pictures of every kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from smpsim.cli import main

Smpsim = Callable[..., Result]

#: what every command must get along with
CASES = ("tiny", "full", "wide", "deep", "alpha", "rotated")


def skin(width: int, height: int) -> np.ndarray:
    """Something like skin: a warm colour, shaded and a little noisy."""
    rng = np.random.default_rng(7)
    shade = np.linspace(1.0, 0.8, width)[None, :, None]
    noise = rng.normal(0, 2, (height, width, 1))
    return (np.array([210, 170, 145]) * shade + noise).round().clip(0, 255).astype(np.uint8)


def disc(width: int, height: int) -> np.ndarray:
    """White ellipse on black."""
    y, x = np.mgrid[:height, :width]
    inside = ((x + 0.5) / width - 0.5) ** 2 + ((y + 0.5) / height - 0.5) ** 2 < 0.4**2
    return (255 * inside).astype(np.uint8)


def write_case(folder: Path, case: str) -> tuple[Path, Path]:
    """Write the photo and the mask of one of CASES."""
    width, height = {"tiny": (3, 2), "wide": (160, 40)}.get(case, (80, 80))
    photo, mask = folder / f"{case}.png", folder / f"{case}-mask.png"
    pixels = skin(width, height)
    options: dict[str, Any] = {}
    if case == "alpha":
        pixels = np.dstack([pixels, 255 - disc(width, height) // 2])
    if case == "deep":
        pixels = pixels[..., 0].astype(np.uint16) * 257
    image = Image.fromarray(pixels)
    shape = (width, height)
    if case == "rotated":
        photo = photo.with_suffix(".jpg")
        image, shape = Image.fromarray(skin(100, 80)), (80, 100)
        options["exif"] = Image.Exif()
        options["exif"][0x0112] = 6
    image.save(photo, **options)
    white = np.full(shape[::-1], 255, np.uint8)
    Image.fromarray(white if case in ("full", "tiny") else disc(*shape)).save(mask)
    return photo, mask


@pytest.fixture
def smpsim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Smpsim:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*args: object, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, prog_name="smpsim")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A photo and its mask, in the folder of the test."""
    return write_case(tmp_path, "square")


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Photo and mask of every case."""
    folder = tmp_path_factory.mktemp("cases")
    return {case: write_case(folder, case) for case in CASES}
