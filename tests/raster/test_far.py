"""Many dots together: lattices of dots against Monte Carlo (tests/ink/test_rendered.py: against the model)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from smpsim.colour import SRGB, lab
from smpsim.ink.field import light_from_below
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import TONES, WAVELENGTHS_NM, SkinOptics
from smpsim.raster.camera import Seen
from smpsim.raster.far import Before, Far
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import Blobs, tiles
from smpsim.scalp.camera import Camera
from smpsim.scalp.grid import Grid

SIDE_MM = 21.0
LIGHT = SkinOptics.from_name("light")


def lattice(pitch_mm: float, depth_mm: float, diameter_mm: float, ink_per_mm: float, skin: SkinOptics) -> Blobs:
    axis = np.arange(pitch_mm / 2, SIDE_MM, pitch_mm)
    x, y = (v.ravel() for v in np.meshgrid(axis, axis))
    depth = np.full(len(x), depth_mm)
    weights, sigmas = dot_gaussians(depth_mm=depth, diameter_mm=diameter_mm, ink_per_mm=ink_per_mm, skin=skin)
    return Blobs(x, y, weights, sigmas[..., None, None] ** 2 * np.eye(2), light_from_below(depth, skin))


def picture(dots: Before | Far | Seen, px_per_mm: float) -> np.ndarray:
    n = round(SIDE_MM * px_per_mm)
    whole = np.ones((3, n, n))
    for tile in tiles((n, n), slice(0, n), slice(0, n)):
        t = dots.transmittance(tile)
        if t is not None:
            whole[:, tile.rows, tile.columns] = t
    return whole


def darkening(dots: Before | Seen, px_per_mm: float) -> np.ndarray:
    """Mean over the middle 7 mm, a whole number of cells of 0.5, 0.7, 1 and 1.75 mm."""
    middle = slice(round(7 * px_per_mm), round(14 * px_per_mm))
    return 1 - picture(dots, px_per_mm)[:, middle, middle].mean((1, 2))


def camera(px_per_mm: float) -> Camera:
    return Camera(px_per_mm, Grid(100.0, 0, 0, np.full((1, 1), 0.6)), 0.0, np.ones(3))


def model(blobs: Blobs) -> np.ndarray:
    """Mean darkening of the middle 7 mm by the equations, on a fine lattice of one cell, (3,)."""
    pitch = np.diff(np.unique(blobs.x_mm))[0]
    start = np.unique(blobs.x_mm)[len(np.unique(blobs.x_mm)) // 2] - pitch / 2
    place = start + (np.arange(40) + 0.5) / 40 * pitch
    variance = blobs.covariances_mm2[:, :, :, 0, 0]
    x, y = ((place[:, None] - v) ** 2 for v in (blobs.x_mm, blobs.y_mm))
    sums = np.empty((3, 3, 40, 40))
    for c in range(3):
        for k in range(3):
            v = variance[:, c, k]
            peak = blobs.weights_mm2[:, c, k] / (2 * np.pi * v)
            sums[c, k] = (np.exp(-y / 2 / v) * peak) @ np.exp(-x / 2 / v).T
    below = blobs.below[0][:, None, None]
    far = 1 - below * (1 - (1 + sums[:, 2] / below / 2) ** -2)
    return 1 - (np.exp(-sums[:, 0] - sums[:, 1]) * far).mean((1, 2))


@pytest.mark.parametrize("path", ["before the camera", "as seen"])
def test_monte_carlo_lattices(shared: Path, path: str) -> None:
    data = json.loads((shared / "optics-data" / "fields-train.json").read_text("utf-8"))["lattice"]
    known = {(r["tone"], r["z"], r["pitch"], r["lam"]): r for r in data if r["obs"] == 0}
    errors: dict[float, list[float]] = {}
    for tone, depth, pitch in sorted({key[:3] for key in known}):
        skin = SkinOptics.from_name(tone)
        if pitch == 1.5:
            continue  # is no part of 7 mm, and the least dense
        for column, ink in (("C20", 20.0), ("Cinf", 1e6)):
            blobs = lattice(pitch, depth, 0.2, ink, skin)
            kind = (
                Before(blobs, 10, RenderOptions()) if path[0] == "b" else Seen(blobs, camera(10), 10, RenderOptions())
            )
            found = darkening(kind, 10)
            for nm, value in zip(WAVELENGTHS_NM, found, strict=True):
                errors.setdefault(pitch, []).append(value / known[tone, depth, pitch, int(nm)][column] - 1)
    rms = {pitch: float(np.sqrt(np.mean(np.square(e)))) for pitch, e in errors.items()}
    print(path, {round(100 / p**2): round(e, 3) for p, e in rms.items()})
    assert len(errors[0.5]) == 54
    # the targets: 10 % up to 204 per cm2, 12 % at 400
    assert rms[1.0] <= 0.1
    assert rms[0.7] <= 0.1
    assert rms[0.5] <= 0.12


def test_far_light_takes_no_more_than_comes_from_below() -> None:
    skin = SkinOptics.from_name("dark")
    blobs = lattice(0.25, 0.5, 1.0, 1e6, skin)
    far = 1 - picture(Far(blobs, 8, RenderOptions()), 8)[:, 60:100, 60:100]
    below = blobs.below[0]
    assert np.all(far.max((1, 2)) <= below)
    assert np.all(far.min((1, 2)) > 0.5 * below)


def test_dots_of_unlike_depth_are_limited_each_by_its_own_and_in_any_order() -> None:
    parts = [lattice(1.0, z, 0.25, 41.0, LIGHT) for z in (0.2, 0.9)]
    both = [np.concatenate(v) for v in zip(*([getattr(p, n) for n in vars(p)] for p in parts), strict=True)]
    turned = Blobs(*(v[::-1] for v in both))
    first, second = (picture(Before(b, 8, RenderOptions()), 8) for b in (Blobs(*both), turned))
    np.testing.assert_allclose(first, second, rtol=0, atol=2e-6)
    single = [picture(Before(p, 8, RenderOptions()), 8) for p in parts]
    assert np.all(first <= np.minimum(*single) + 1e-4)
    assert np.all(first >= single[0] * single[1] - 1e-4)


def test_light_from_below_falls_with_depth_from_all_to_none() -> None:
    depth = np.linspace(0, 5, 200)
    for name in TONES:
        share = light_from_below(depth, SkinOptics.from_name(name))
        assert share.shape == (200, 3)
        assert np.all((share > 0) & (share <= 1))
        assert np.all(np.diff(share, axis=0) <= 0)
        assert np.all(np.diff(share[20], 1) < 0)  # red goes deeper than green, green than blue


def test_light_from_below_is_what_a_black_layer_takes(shared: Path) -> None:
    for plane in json.loads((shared / "optics-data" / "fields-train.json").read_text("utf-8"))["black_plane"]:
        skin = SkinOptics.from_name(plane["tone"])
        share = light_from_below(np.array(plane["z"]), skin)[:, WAVELENGTHS_NM.tolist().index(plane["lam"])]
        np.testing.assert_allclose(share, 1 - np.array(plane["T"]), rtol=0, atol=0.15)


def test_the_haze_of_deep_work_is_bluer_and_greener_than_the_right_depth() -> None:
    # optics.md section 4, mean colour of a field, light skin, per unit of darkening: 0.57 at 0.15 mm, 0.83 at 0.3,
    # 1.2 at 0.5, 1.6 at 0.8
    bare = lab(LIGHT.reflectance().astype(np.float32)[None, None], SRGB)[0, 0]

    def shift(depth: float) -> np.ndarray:
        kept = 1 - model(lattice(1.0, depth, 0.2, 20.0, LIGHT))
        return lab((LIGHT.reflectance() * kept).astype(np.float32)[None, None], SRGB)[0, 0] - bare

    def hue(depth: float) -> float:
        lightness, a, b = shift(depth)
        assert lightness < 0
        assert a < 0  # greener
        assert b < 0  # bluer
        return float(np.hypot(a, b) / -lightness)

    assert np.all(np.diff([hue(z) for z in (0.15, 0.25, 0.3, 0.5, 0.8, 1.2)]) > 0)
    assert hue(0.25) < 0.9
    assert hue(0.8) > 1.4
