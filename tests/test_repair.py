"""Old work: rendered or found in the photo, faded, and new dots over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from scipy.spatial import cKDTree

import smpsim
from smpsim.cli import main
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.ink.fade import in_words, laser_passes, share_left
from smpsim.parameters import Old, Repair
from smpsim.parameters.repair import RENDERED
from smpsim.presets import PRESETS

ALONE = smpsim.Treatment().replace(old_work="standard", new_layer="no")
PX_PER_MM = 8.0


@pytest.fixture(scope="module")
def sitting() -> smpsim.Sitting:
    rows, columns = np.mgrid[:280, :320]
    mask = (np.hypot(rows - 140, columns - 160) < 130).astype(np.float32)
    return smpsim.Sitting(np.full((280, 320, 3), (196, 160, 138), np.uint8), mask, scale=PX_PER_MM)


def delta_e(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(delta_e_2000(*(lab(SRGB.decode(np.ascontiguousarray(c)), SRGB) for c in (a, b))))


def test_what_is_rendered_is_a_preset() -> None:
    assert set(RENDERED) <= PRESETS.keys()


@pytest.mark.parametrize("work", ["standard", "too-deep", "too-dense"])
def test_the_share_that_is_left(sitting: smpsim.Sitting, work: str) -> None:
    whole = sitting.render(treatment=ALONE.replace(old_work=work))
    for faded in (0.3, 0.6, 0.95):
        left = sitting.render(treatment=ALONE.replace(old_work=work, faded_frac=faded)).stats.mean_darkening
        assert np.array(left) / whole.stats.mean_darkening == pytest.approx(1 - faded, abs=0.03)


def test_old_work_moves_no_new_dot_and_repair_is_like_fresh_work(sitting: smpsim.Sitting) -> None:
    fresh = sitting.render(seed=3)
    over = sitting.render(treatment=smpsim.Treatment().replace(old_work="botched", faded_frac=0.95), seed=3)
    assert all(np.array_equal(a, b) for a, b in zip(*(p.dots.as_dict().values() for p in (fresh, over)), strict=True))
    assert np.percentile(delta_e(fresh.image, over.image)[sitting.coverage > 0], 95) <= 2
    assert over.stats.n_old_dots > 1000
    assert over.stats.mean_darkening[0] > fresh.stats.mean_darkening[0]


def test_old_work_alone(sitting: smpsim.Sitting) -> None:
    stats = sitting.render(treatment=ALONE).stats
    assert (stats.n_dots, stats.requested_density_per_cm2) == (0, 0)
    assert not any("fewer dots" in line for line in stats.warnings)
    assert sitting.render().stats.old_work == ""


def test_old_work_elsewhere(sitting: smpsim.Sitting) -> None:
    rows, columns = np.mgrid[:280, :320]
    small, low = ((np.hypot(rows - at, columns - 160) < 50).astype(np.float32) for at in (80, 200))
    preview = smpsim.render(sitting.photo, small, scale=PX_PER_MM, treatment=ALONE, old_mask=low)
    changed = (preview.image != preview.before).any(-1)
    assert changed[low > 0].mean() > 0.5
    assert not changed[:60].any()
    with pytest.raises(smpsim.MaskError, match="mask of the old work is empty"):
        smpsim.render(sitting.photo, small, scale=PX_PER_MM, treatment=ALONE, old_mask=0 * low)


@pytest.mark.parametrize("faded", [0.05, 0.5, 0.95])
def test_residues(faded: float) -> None:
    uniform = (np.arange(20000) + 0.5) / 20000
    left = share_left(Repair(faded_frac=faded, residue_spread=0.3), uniform)
    assert left.min() >= 0
    assert left.max() <= 1
    assert left.mean() == pytest.approx(1 - faded, abs=1e-3)
    assert left.std() == pytest.approx(0.3 * (faded * (1 - faded)) ** 0.5, rel=0.02)
    assert np.all(share_left(Repair(faded_frac=faded, residue_spread=0), uniform) == 1 - faded)


def test_words() -> None:
    assert laser_passes(0.6) == (1, 3)
    assert in_words(Old(), Repair(faded_frac=0.5)) == ""
    said = in_words(Old("botched"), Repair(faded_frac=0.6))
    assert said == (
        "old work: botched, faded by 60 %: perhaps 1 to 3 laser passes (estimate; an illustration, not a treatment "
        "plan), with a new layer over it"
    )


def test_one_file_says_all() -> None:
    text = 'schema = 1\ndensity_per_cm2 = 70\n[old]\nold_work = "too-deep"\nold_shade = "tattoo-1:0"\n'
    treatment = smpsim.Treatment().with_toml(text + "[repair]\nfaded_frac = 0.6\n")
    assert (treatment.old_shade, treatment.faded_frac, treatment.density_per_cm2) == ("tattoo-1:0", 0.6, 70)
    assert smpsim.Treatment().with_toml(treatment.to_toml()) == treatment
    with pytest.raises(smpsim.ParameterError, match=r"faded_frac: 0\.99 is not allowed; choose 0 to 0\.95"):
        treatment.replace(faded_frac=0.99)


class Photographed:
    """A piece of a sample with old work on it, as a JPEG."""

    def __init__(self) -> None:
        scalp = smpsim.sample(px_per_mm=PX_PER_MM, seed=3)
        rows, columns = np.nonzero(scalp.mask > 0.99)
        y, x = int(np.median(rows)) - 150, int(np.median(columns)) - 200
        self.clean = np.ascontiguousarray(scalp.photo.pixels[y : y + 300, x : x + 400])
        self.mask = np.zeros((300, 400), np.float32)
        self.mask[20:-20, 20:-20] = 1
        self.old = smpsim.render(self.clean, self.mask, scale=PX_PER_MM, seed=5)
        self.photo = smpsim.read_photo(self.old.encode("jpeg"))
        self.sitting = smpsim.Sitting(self.photo, self.mask, scale=PX_PER_MM)


@pytest.fixture(scope="module")
def photographed() -> Photographed:
    return Photographed()


FOUND = ALONE.replace(old_work="in-photo")


def test_old_dots_are_found_and_lightened(photographed: Photographed) -> None:
    faded = photographed.sitting.render(treatment=FOUND.replace(faded_frac=0.95))
    dots, truth = photographed.sitting._old_dots(), photographed.old.dots
    found = cKDTree(np.column_stack([dots.x_mm, dots.y_mm]))
    away, _ = found.query(np.column_stack([truth.x_mm, truth.y_mm]))
    assert (away < 0.3).mean() >= 0.85
    assert faded.stats.n_old_dots == len(dots) < 1.5 * len(truth)
    inside = photographed.mask > 0
    after = delta_e(faded.image, photographed.clean)[inside]
    assert np.percentile(after, 95) <= 4
    assert after.mean() < 0.6 * delta_e(photographed.photo.pixels, photographed.clean)[inside].mean()


def test_a_found_dot_that_is_not_faded_is_untouched(photographed: Photographed) -> None:
    preview = photographed.sitting.render(treatment=FOUND)
    assert np.array_equal(preview.image, photographed.photo.pixels)


def test_a_window_of_what_is_found_is_part_of_the_whole(photographed: Photographed) -> None:
    treatment = FOUND.replace(faded_frac=0.5, new_layer="yes")
    whole = photographed.sitting.render(treatment=treatment)
    part = photographed.sitting.render(treatment=treatment, window=(50, 60, 70, 40))
    assert np.array_equal(part.image, whole.image[60:100, 50:120])
    assert np.array_equal(whole.before, photographed.photo.pixels)
    small = photographed.sitting.render(treatment=treatment, max_px=200)
    assert small.before.shape == small.image.shape


def test_coarse_photos_and_bare_skin_are_refused(photographed: Photographed) -> None:
    with pytest.raises(smpsim.PhotoError, match=r"single dots are not resolvable at 3.00 px/mm"):
        smpsim.render(photographed.photo, photographed.mask, scale=3.0, treatment=FOUND)
    blank = np.full((120, 120, 3), 180, np.uint8)
    with pytest.raises(smpsim.PhotoError, match="no dots are found in the photo"):
        smpsim.render(blank, np.ones((120, 120), np.float32), scale=8.0, treatment=FOUND)


def test_fine_photos_are_looked_at_more_coarsely(photographed: Photographed) -> None:
    large = np.kron(photographed.photo.pixels[:200, :200], np.ones((2, 2, 1), np.uint8))
    mask = np.kron(photographed.mask[:200, :200], np.ones((2, 2), np.float32))
    preview = smpsim.render(large, mask, scale=2 * PX_PER_MM, treatment=FOUND.replace(faded_frac=0.95))
    clean = np.kron(photographed.clean[:200, :200], np.ones((2, 2, 1), np.uint8))
    assert np.percentile(delta_e(preview.image, clean)[mask > 0], 95) <= 4


def test_the_command_line(photographed: Photographed, tmp_path: Path) -> None:
    photographed.old.save(tmp_path / "photo.jpg")
    Image.fromarray((255 * photographed.mask).astype(np.uint8)).save(tmp_path / "mask.png")
    paths = [str(tmp_path / name) for name in ("photo.jpg", "mask.png", "out.png")]
    words = ["--px-per-mm", "8", "--old-work", "in-photo", "--fade", "0.8", "--old-mask", paths[1]]
    result = CliRunner().invoke(main, ["render", *paths[:2], "-o", paths[2], *words])
    assert result.exit_code == 0, result.stderr
    assert "old work in the photo, faded by 80 %: perhaps 2 to 5 laser passes (estimate" in result.stderr
    assert smpsim.read_label(paths[2])["treatment"]["faded_frac"] == 0.8
