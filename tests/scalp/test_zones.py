"""Zones with their own density, and places that are kept free of dots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from smpsim import MaskError, ParameterError, Treatment, join_zones, place_dots, render, sample

SIZE = (240, 320)
FLAT = Treatment().replace(feather_mm=0, edge_roughness_mm=0, side_blend_mm=0)


def part(rows: slice, columns: slice) -> np.ndarray:
    mask = np.zeros(SIZE, np.float32)
    mask[rows, columns] = 1
    return mask


WHOLE = slice(None)
LEFT, RIGHT = part(WHOLE, slice(0, 160)), part(WHOLE, slice(160, 320))


def test_every_zone_has_its_density_and_they_blend() -> None:
    mask, highest = join_zones([(LEFT, 50), (RIGHT, 100)], px_per_mm=4, blend_mm=8)
    assert highest == 100
    assert mask[:, :130] == pytest.approx(0.5, abs=0.01)
    assert mask[:, 190:] == pytest.approx(1.0, abs=0.01)
    row = mask[100].astype(float)
    assert row[160 - 16] == pytest.approx(0.5 + 0.05 * 0.5, abs=0.02)
    assert row[160 + 16] == pytest.approx(0.5 + 0.95 * 0.5, abs=0.02)
    assert (np.diff(row) >= -1e-6).all()
    dots = place_dots(mask, scale=4, treatment=FLAT.replace(density_per_cm2=highest))
    for columns, density in (((0, 32), 50), ((48, 80), 100)):
        inside = (dots.x_mm >= columns[0]) & (dots.x_mm < columns[1])
        assert inside.sum() / (32 * 60 / 100) == pytest.approx(density, rel=0.06)


def test_zones_keep_the_outer_edge_sharp_and_one_zone_is_itself() -> None:
    front = part(slice(50, 200), slice(40, 300))
    mask, highest = join_zones([(front, 70)], px_per_mm=4)
    assert highest == 70
    assert np.allclose(mask, front, atol=1e-3)
    assert np.array_equal(mask > 0, front > 0)


@pytest.mark.parametrize(
    ("zones", "options"),
    [([], {}), ([(LEFT, 50), (LEFT[1:], 50)], {}), ([(LEFT[0], 50)], {})],
)
def test_zones_that_do_not_fit(zones: Any, options: Any) -> None:
    with pytest.raises(MaskError, match="zones"):
        join_zones(zones, px_per_mm=4, **options)


@pytest.mark.parametrize("bad", [{"px_per_mm": 0}, {"px_per_mm": 4, "blend_mm": -1}])
def test_numbers_that_are_refused(bad: Any) -> None:
    with pytest.raises(ParameterError, match="above 0"):
        join_zones([(LEFT, 50)], **bad)


def test_no_dot_stands_on_what_is_protected_and_no_other_dot_changes() -> None:
    """A shaved line 3 mm wide keeps its edges: nothing thins out beside it."""
    line = part(slice(110, 122), WHOLE)
    everything = np.ones(SIZE, np.float32)
    treatment = Treatment().replace(feather_mm=8)
    without = place_dots(everything, scale=4, treatment=treatment, seed=2)
    protected = place_dots(everything, scale=4, treatment=treatment, seed=2, protect=line)
    on_line = line[(without.y_mm * 4).astype(int), (without.x_mm * 4).astype(int)] > 0
    assert on_line.any()
    assert np.array_equal(protected.x_mm, without.x_mm[~on_line])
    assert np.array_equal(protected.diameter_mm, without.diameter_mm[~on_line])


def test_half_protected_is_half_the_density() -> None:
    whole = place_dots(np.ones(SIZE, np.float32), scale=4, treatment=FLAT)
    half = place_dots(np.ones(SIZE, np.float32), scale=4, treatment=FLAT, protect=np.full(SIZE, 0.5, np.float32))
    assert len(half) / len(whole) == pytest.approx(0.5, abs=0.03)


def test_render_takes_it_and_counts_only_what_is_free() -> None:
    scalp = sample(px_per_mm=2)
    ear = np.zeros(scalp.mask.shape, bool)
    ear[:, : scalp.mask.shape[1] // 2] = True
    whole = render(scalp.photo, scalp.mask, scale=scalp.scale)
    half = render(scalp.photo, scalp.mask, scale=scalp.scale, protect=ear)
    assert half.stats.area_cm2 == pytest.approx((scalp.mask * ~ear).sum() / 2**2 / 100)
    assert half.stats.density_per_cm2 == pytest.approx(whole.stats.density_per_cm2, rel=0.05)
    assert half.stats.requested_density_per_cm2 == pytest.approx(whole.stats.requested_density_per_cm2, rel=0.05)
    # the pixels far from any dot are the photo's own
    assert np.array_equal(half.image[:, : ear.shape[1] // 2 - 20], scalp.photo.pixels[:, : ear.shape[1] // 2 - 20])
    with pytest.warns(UserWarning, match="all of the mask is protected"):
        render(scalp.photo, scalp.mask, scale=scalp.scale, protect=np.ones_like(ear))
    assert len(place_dots(scalp.mask, scale=2, treatment=FLAT, protect=np.ones_like(ear))) == 0


def test_the_command_line_takes_it(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from smpsim.cli import main

    scalp = sample(px_per_mm=2)
    names = [str(tmp_path / name) for name in ("photo.png", "mask.png", "ear.png", "out.csv")]
    ear = np.zeros(scalp.mask.shape, np.uint8)
    ear[:, : scalp.mask.shape[1] // 2] = 255
    for name, pixels in zip(
        names, (scalp.photo.pixels, np.rint(scalp.mask * 255).astype(np.uint8), ear), strict=False
    ):
        Image.fromarray(pixels).save(name)
    words = ["dots", *names[:2], "-o", names[3], "--px-per-mm", "2"]
    assert CliRunner().invoke(main, [*words, "--protect", names[2]]).exit_code == 0
    x = np.genfromtxt(names[3], delimiter=",", names=True)["x_mm"]
    assert x.min() >= scalp.mask.shape[1] // 2 / 2
    Image.fromarray(np.full_like(ear, 255)).save(names[2])
    refused = CliRunner().invoke(main, [*words, "--overwrite", "--protect", names[2]])
    assert (refused.exit_code, "nothing is left to treat" in refused.stderr) == (3, True)
    assert CliRunner().invoke(main, [*words, "--overwrite", "--protect", str(tmp_path / "nix.png")]).exit_code == 3
