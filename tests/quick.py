"""Previews of a small made-up photo, for tests."""

from __future__ import annotations

import numpy as np

import smpsim
from smpsim.treatment import Treatment

SCALE = 8.0


def photo(height: int = 120, width: int = 160, channels: int = 3) -> np.ndarray:
    random = np.random.default_rng(height * 1000 + width)
    skin = np.array([188, 164, 144, 255])[:channels] + random.integers(-8, 9, (height, width, channels))
    return np.clip(skin, 0, 255).astype(np.uint8)


def mask(height: int = 120, width: int = 160) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    inside = ((columns - width / 2) / (0.3 * width)) ** 2 + ((rows - height / 2) / (0.3 * height)) ** 2
    return (inside < 1).astype(np.float32)


def treatment(**leaves: object) -> Treatment:
    return Treatment().replace(**{"feather_mm": 2} | leaves)


def quick(**arguments: object) -> smpsim.Preview:
    given_ = {"photo": photo(), "mask": mask(), "scale": SCALE, "treatment": treatment()} | arguments
    return smpsim.render(given_.pop("photo"), given_.pop("mask"), **given_)
