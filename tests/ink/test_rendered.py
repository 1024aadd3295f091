"""What the optics promise, seen from outside: pictures by `smpsim.render`, against the equations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import smpsim
from smpsim import sitting
from smpsim.colour import SRGB, lab
from smpsim.dots.density import Density
from smpsim.dots.table import Dots
from smpsim.ink.field import light_from_below
from smpsim.ink.optics import dot_contrast, dot_gaussians, seen_width_mm
from smpsim.ink.pigment import PIGMENTS, mean_ink_per_mm
from smpsim.ink.skin import SkinOptics
from smpsim.raster.place import place
from smpsim.scalp.mask import Area

SIDE_MM = 21
SKIN_BYTES = (188, 164, 144)  # light skin of the design
LIGHT = SkinOptics.from_name("light")


class Lattice(NamedTuple):
    """Equal dots on a square lattice."""

    pitch_mm: float
    depth_mm: float
    diameter_mm: float
    ink_per_mm: float

    def dots(self) -> Dots:
        axis = np.arange(self.pitch_mm / 2, SIDE_MM, self.pitch_mm)
        x, y = (v.ravel() for v in np.meshgrid(axis, axis))
        same = np.ones_like(x)
        return Dots(
            x_mm=x,
            y_mm=y,
            u_mm=x,
            v_mm=y,
            diameter_mm=self.diameter_mm * same,
            depth_mm=self.depth_mm * same,
            ink_per_mm=self.ink_per_mm * same,
            aspect=same,
            angle_rad=0 * same,
            rank_per_cm2=same,
            session=np.ones(len(x), np.int64),
            foreshortening=np.broadcast_to(np.eye(2), (len(x), 2, 2)),
        )


def model(dots: Dots, x_mm: np.ndarray, y_mm: np.ndarray, skin: SkinOptics) -> np.ndarray:
    """Transmittance on a grid of places by the equations of docs/model.md alone, (3, y, x); round dots of carbon."""
    ink = dots.ink_per_mm[:, None] * PIGMENTS["carbon"]
    weights, sigmas = dot_gaussians(depth_mm=dots.depth_mm, diameter_mm=dots.diameter_mm, ink_per_mm=ink, skin=skin)
    x2, y2 = ((at[:, None] - of) ** 2 for at, of in ((x_mm, dots.x_mm), (y_mm, dots.y_mm)))
    below = light_from_below(dots.depth_mm, skin)

    def summed(c: int, k: int, share: np.ndarray) -> np.ndarray:
        v = sigmas[:, c, k] ** 2
        return np.exp(-y2 / 2 / v) * (share * weights[:, c, k] / (2 * np.pi * v)) @ np.exp(-x2 / 2 / v).T

    def kept(c: int) -> np.ndarray:
        core, middle, far = (summed(c, k, np.ones(len(dots))) for k in range(3))
        limit = summed(c, 2, below[:, c]) / far
        return np.exp(-core - middle) * (1 - limit * (1 - (1 + far / limit / 2) ** -2))

    return np.stack([kept(c) for c in range(3)])


def flat(px_per_mm: int) -> tuple[np.ndarray, np.ndarray]:
    """Photo of even skin, and a mask of all of it."""
    n = SIDE_MM * px_per_mm
    return np.full((n, n, 3), SKIN_BYTES, np.uint8), np.ones((n, n), np.float32)


def of_lattice(lattice: Lattice, px_per_mm: int, monkeypatch: pytest.MonkeyPatch) -> smpsim.Preview:
    """Render a lattice in place of the dots of a treatment; nothing else is changed."""

    def placed(area: Area, *, treatment: smpsim.Treatment, seed: int, **_: object) -> tuple[Dots, Density]:
        return lattice.dots(), place(area, treatment=treatment, seed=seed)[1]

    monkeypatch.setattr(sitting, "place", placed)
    photo, mask = flat(px_per_mm)
    treatment = smpsim.Treatment().replace(skin_tone="light")
    return smpsim.render(photo, mask, scale=float(px_per_mm), treatment=treatment)


def darkening(preview: smpsim.Preview, px_per_mm: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean darkening of the middle 7 mm, before the camera and as seen, (3,) each."""
    middle = slice(7 * px_per_mm, 14 * px_per_mm)
    seen = preview.linear / preview.photo.linear
    before, after = (1 - light[middle, middle].mean((0, 1)) for light in (preview.transmittance, seen))
    return before, after


# -- mean darkening ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("px_per_mm", [4, 8, 16])
@pytest.mark.parametrize("lattice", [Lattice(1.0, 0.25, 0.25, 41.0), Lattice(0.7, 0.5, 0.25, 41.0)])
def test_a_rendered_lattice_darkens_as_the_model_says(
    lattice: Lattice, px_per_mm: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = 7 + (np.arange(40) + 0.5) / 40 * lattice.pitch_mm  # the middle 7 mm are whole cells
    expected = 1 - model(lattice.dots(), cell, cell, LIGHT).mean((1, 2))
    assert expected.min() > 0.05
    for found in darkening(of_lattice(lattice, px_per_mm, monkeypatch), px_per_mm):
        np.testing.assert_allclose(found, expected, rtol=0.01, atol=0)


@pytest.mark.parametrize("px_per_mm", [4, 8, 16])
def test_rendered_dots_of_the_default_kind_darken_as_the_model_says(px_per_mm: int) -> None:
    photo, mask = flat(px_per_mm)
    round_dots = smpsim.Treatment().replace(aspect_max=1.0, doubled_frac=0.0, skin_tone="light")
    preview = smpsim.render(photo, mask, scale=float(px_per_mm), treatment=round_dots, seed=3)
    assert len(preview.dots) > 200
    fine = np.arange(7 + 1 / 64, 14, 1 / 32)
    expected = 1 - model(preview.dots, fine, fine, LIGHT).mean((1, 2))
    before, _ = darkening(preview, px_per_mm)  # what the camera moves over the border of 7 mm is no error
    np.testing.assert_allclose(before, expected, rtol=0.01, atol=0)


# -- linear light -----------------------------------------------------------------------------------------------------


def test_linear_light_is_multiplied_not_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    # dots so deep and dense that the skin darkens evenly: no camera can change that
    preview = of_lattice(Lattice(0.5, 0.8, 0.3, 100.0), 8, monkeypatch)
    middle = (slice(56, 112), slice(56, 112))
    t = preview.transmittance[middle]
    assert np.ptp(t, axis=(0, 1)).max() < 0.01
    photo, found = preview.photo.pixels[middle], preview.image[middle].astype(int)
    right = SRGB.encode(SRGB.decode(photo) * t).astype(int)
    wrong = np.round(photo * t)
    assert np.abs(found - right).max() <= 1
    assert (found - wrong)[..., 0].min() > 10


def test_every_byte_of_a_preview_is_its_linear_light() -> None:
    photo, mask = flat(8)
    preview = smpsim.render(photo, mask, scale=8.0, treatment=smpsim.Treatment(), seed=3)
    left = preview.linear / preview.photo.linear
    assert left.min() < 0.7
    right = SRGB.encode(preview.linear).astype(int)
    assert np.abs(preview.image.astype(int) - right).max() <= 1
    assert np.abs(photo * left - right).max() > 20


# -- hue --------------------------------------------------------------------------------------------------------------

BLOCK_MM = 6
DEEP_MM, RIGHT_MM = 0.8, 0.25


def shifts(tone: str, depth_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """Shift of L*, a*, b* of blocks of a sample by its dots, (n, 3): as rendered, and as the model has it."""
    scalp = smpsim.sample(px_per_mm=8, tone=tone, seed=1)
    dark = smpsim.Treatment().replace(depth_mm=depth_mm, ink_per_mm=200.0, density_per_cm2=200.0)
    round_dots = dark.replace(aspect_max=1.0, doubled_frac=0.0, skin_tone=tone)
    preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, treatment=round_dots, seed=1)
    rows, columns = np.nonzero(scalp.mask > 0.99)
    top, left = (int(np.median(v)) - 3 * BLOCK_MM * 4 for v in (rows, columns))

    def blocks(light: np.ndarray) -> np.ndarray:
        n = BLOCK_MM * 8
        part = light[top : top + 3 * n, left : left + 3 * n]
        return part.reshape(3, n, 3, n, 3).mean((1, 3)).reshape(9, 1, 3)

    bare, treated = (blocks(scalp.photo.space.decode(image)) for image in (scalp.photo.pixels, preview.image))
    x, y = (first / 8 + np.arange(1 / 16, 3 * BLOCK_MM, 1 / 8) for first in (left, top))
    near = (np.abs(preview.dots.x_mm - x.mean()) < 15) & (np.abs(preview.dots.y_mm - y.mean()) < 15)
    t = model(preview.dots[near], x, y, SkinOptics.from_name(tone))
    kept = t.reshape(3, 3, BLOCK_MM * 8, 3, BLOCK_MM * 8).mean((2, 4)).transpose(1, 2, 0).reshape(9, 1, 3)
    colours = [lab(light.astype(np.float32), SRGB)[:, 0] for light in (bare, treated, bare * kept)]
    return colours[1] - colours[0], colours[2] - colours[0]


def hue_per_darkening(shift: np.ndarray) -> np.ndarray:
    return np.hypot(shift[:, 1], shift[:, 2]) / -shift[:, 0]


@pytest.mark.parametrize("tone", ["light", "medium"])
def test_deep_work_is_a_haze_bluer_and_greener_than_the_skin_and_the_right_depth_is_not(tone: str) -> None:
    deep, deep_model = shifts(tone, DEEP_MM)
    right, right_model = shifts(tone, RIGHT_MM)
    assert np.all(deep < 0)  # darker, greener, bluer in every block
    share = hue_per_darkening(deep_model)
    assert np.all(hue_per_darkening(deep) >= 0.99 * share)  # a hundredth for the rounding to bytes
    # The right depth has its own, smaller share; shine, which the equations do not know, keeps the skin lighter.
    assert np.all(hue_per_darkening(right) < 0.65 * share)
    np.testing.assert_allclose(hue_per_darkening(right), hue_per_darkening(right_model), rtol=0.2, atol=0)


# -- the docs ---------------------------------------------------------------------------------------------------------


def test_the_worked_figures_of_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "model.md").read_text("utf-8")
    number = r"([\d.]+)"
    triple = ", ".join([number] * 3)
    rows = re.findall(rf"^\| {number} \| {triple} \| {number} \| {triple} \| {number} \|$", text, re.MULTILINE)
    assert len(rows) == 5
    ink = mean_ink_per_mm(smpsim.Treatment())
    skin = LIGHT.reflectance()
    bare = lab(skin.astype(np.float32)[None, None], SRGB)[0, 0]
    for depth, *worked in np.array(rows, np.float64):
        dot = {"depth_mm": depth, "diameter_mm": 0.25, "skin": LIGHT}
        field = Lattice(80**-0.5 * 10, depth, 0.25, ink)
        cell = (7 + (np.arange(40) + 0.5) / 40) * field.pitch_mm
        kept = model(field.dots(), cell, cell, LIGHT).mean((1, 2))
        shift = lab((skin * kept).astype(np.float32)[None, None], SRGB)[0] - bare
        found = [
            *100 * dot_contrast(0.0, ink_per_mm=ink * PIGMENTS["carbon"], **dot),
            seen_width_mm(ink_per_mm=ink, **dot),
            *100 * (1 - kept),
            hue_per_darkening(shift)[0],
        ]
        rounding = np.array([0.1] * 3 + [0.01] + [0.1] * 3 + [0.01])
        assert np.all(np.abs(np.array(found) - worked) <= 0.6 * rounding), (depth, found)
