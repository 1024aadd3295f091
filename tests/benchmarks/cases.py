"""Print what dots reach in the cases of docs/cases.md, on samples with known truth, beside the targets.

* Scars and patches: the difference (Delta E 2000) of the mean colour of the scar to that of the skin and stubble
  within 4 mm round it falls to half or less, and to 4 or less.  Both are means over the same places before and after,
  the light of the lamps divided out.
* Grafts: the stubble of the sample and the dots together are the density asked for within 10 %, the stubble being
  counted by `measure_stubble` in the photo.
* Between hair and in a parting: of the density asked for, at least 85 % stands on visible skin (hair hides less than
  5 % of the pixel), and none on hair: of the dots whose place hair hides by half or more, none is seen.
* Parting: the difference of the skin in the parting to the hair beside it falls by a tenth or more.
* Birthmark: no target; what is left of its difference with dots everywhere, and with dots round it alone.

Usage: python tests/benchmarks/cases.py [seed ...] [--px-per-mm 8] [--tone light medium] [--case strip-scar]
"""

import argparse
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.presets import CASES

HALF, LEAST, STANDS, ON_HAIR, COUNT, PARTED = 0.5, 4.0, 85.0, 0.0, 10.0, 0.9
BACK = ("between-hair", "parting", "strip-scar", "dot-scars", "areata")
SCARS = ("strip-scar", "dot-scars", "burn-scar", "areata")
RING_MM = 4.0


def scene(case, *, seed=1, px_per_mm=8.0, tone="light"):
    """The sample of a case, seen from where it is, as a JPEG."""
    return smpsim.sample(case=case, view=view(case), seed=seed, px_per_mm=px_per_mm, tone=tone, jpeg_quality=92)


def view(case):
    return "crown" if case in BACK else "front"


def lamps(case, sample, seed):
    """Light that falls on the skin, over its mean, (H, W, 3): that of the same head without hair."""
    px_per_mm, tone = sample.scale.px_per_mm, sample.truth.tone
    bald = smpsim.sample(view=view(case), seed=seed, px_per_mm=px_per_mm, tone=tone).truth.irradiance
    return bald / bald[sample.mask > 0].mean(0)


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, and whether that reaches the target (None without one)."""

    what: str
    figures: str
    reached: bool | None


def difference(pixels, one, other, falling=None):
    """Delta E 2000 between the mean colour of two regions (weights, (H, W)) of a picture, in even light."""
    light = SRGB.decode(pixels)
    if falling is not None:
        light = light / np.maximum(falling, 0.05)
    means = [np.average(light.reshape(-1, 3), 0, region.ravel())[None] for region in (one, other)]
    return float(delta_e_2000(*(lab(mean.astype(np.float32), SRGB) for mean in means))[0])


def ring(sample, mask):
    """What lies within 4 mm round the treated area, on the head, 1 mm away from it."""
    px = sample.scale.px_per_mm
    away = distance_transform_edt(mask < 0.02) / px
    return ((away > 0.5) & (away < RING_MM) & (sample.truth.coverage > 0.99)).astype(float)


def rendered(sample, treatment, mask=None, seed=3):
    return smpsim.render(
        sample.photo, sample.mask if mask is None else mask, scale=sample.scale, treatment=treatment, seed=seed
    )


def scar(case, sample, seed):
    preview = rendered(sample, smpsim.Treatment.preset(case))
    inner, around = sample.truth.spot > 0.9, ring(sample, sample.truth.spot)
    even = lamps(case, sample, seed)
    before, after = (difference(p, inner, around, even) for p in (sample.photo.pixels, preview.image))
    figures = f"difference to its surroundings {before:5.2f} -> {after:5.2f}"
    return [Row(case, figures, after <= HALF * before and after <= LEAST)]


def birthmark(case, sample, seed):
    treatment, spot = smpsim.Treatment.preset(case), sample.truth.spot
    inner, around = spot > 0.9, ring(sample, spot)
    rows = [("everywhere", None), ("round it alone", sample.mask * (1 - spot))]
    even = lamps(case, sample, seed)
    before = difference(sample.photo.pixels, inner, around, even)
    for name, mask in rows:
        after = difference(rendered(sample, treatment, mask).image, inner, around, even)
        yield Row(f"{case}, dots {name}", f"difference {before:5.2f} -> {after:5.2f}", None)


def through_lens(sample):
    """Share of each pixel that hair hides as the camera sees it, (H, W)."""
    return gaussian_filter(sample.truth.hair, float(np.median(sample.truth.lens_blur_px)))


def hair(case, sample, _):
    """Dots on visible skin over those asked for there; seen dots of those that lie on hair."""
    treatment = smpsim.Treatment.preset(case)
    preview = rendered(sample, treatment)
    rows, columns = (slice(0, n) for n in sample.mask.shape)
    share = preview._scene.hair.share.on_pixels(rows, columns, sample.scale.px_per_mm)
    at = tuple((xy * sample.scale.px_per_mm).astype(int) for xy in (preview.dots.y_mm, preview.dots.x_mm))
    shown, seen = 1 - np.broadcast_to(share, sample.mask.shape)[at], through_lens(sample)
    skin, on_hair = seen[at] < 0.05, seen[at] >= 0.5
    stands, wrong = 100 * shown[skin].mean(), 100 * (shown[on_hair] > 0.5).mean()
    visible = 100 * (sample.mask * (seen < 0.05)).sum() / sample.mask.sum()
    yield Row(case, f"on visible skin ({visible:.0f} % of the area) {stands:5.1f} %", stands >= STANDS)
    yield Row(case, f"seen of {on_hair.sum()} dots on hair {wrong:5.1f} %", wrong <= ON_HAIR)
    if case == "parting":
        inner = (sample.truth.spot > 0.9) & (seen < 0.05)
        beside = (seen > 0.9) * 1.0
        before, after = (difference(p, inner, beside) for p in (sample.photo.pixels, preview.image))
        yield Row(case, f"difference to the hair {before:5.2f} -> {after:5.2f}", after <= PARTED * before)


def transplant(case, sample, _):
    px, middle = sample.scale.px_per_mm, np.argwhere(sample.mask > 0.99).mean(0)
    size = round(36 * px)
    y, x = (int(v) - size // 2 for v in middle)
    patch = (x, y, size, round(20 * px))
    try:
        counted = smpsim.measure_stubble(sample.photo, patch, scale=sample.scale).density_per_cm2.value
    except smpsim.PhotoError as error:
        yield Row(case, f"not counted: {str(error).partition(';')[0]}", False)
        return
    treatment = smpsim.Treatment.preset(case).replace(present_per_cm2=round(counted))
    dots = rendered(sample, treatment).dots
    inside = [
        ((p[:, 0] >= x) & (p[:, 0] < x + patch[2]) & (p[:, 1] >= y) & (p[:, 1] < y + patch[3])).sum()
        for p in (sample.truth.roots_px, np.stack([dots.x_mm, dots.y_mm], -1) * px)
    ]
    area = patch[2] * patch[3] / px**2 / 100
    real, added = (n / area for n in inside)
    off = 100 * ((real + added) / treatment.density_per_cm2 - 1)
    yield Row(
        case, f"stubble {real:.1f} (counted {counted:.1f}) + dots {added:.1f} /cm2: {off:+.1f} %", abs(off) <= COUNT
    )


def measured(case, sample, seed):
    """All rows of a case."""
    for_case = {"birthmark": birthmark, "transplant": transplant, "between-hair": hair, "parting": hair}
    return list(for_case.get(case, scar)(case, sample, seed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--px-per-mm", type=float, default=8)
    parser.add_argument("--tone", nargs="+", default=["light", "medium"])
    cases = (*SCARS, "transplant", "between-hair", "parting", "birthmark")
    parser.add_argument("--case", nargs="+", default=cases, choices=[name for name in CASES if name in cases])
    options = parser.parse_args()
    for case in options.case:
        for tone in options.tone:
            for seed in options.seeds:
                sample = scene(case, seed=seed, px_per_mm=options.px_per_mm, tone=tone)
                for row in measured(case, sample, seed):
                    words = "" if row.reached is None else "  reached" if row.reached else "  missed"
                    print(f"{tone:8s} seed {seed}  {row.what:30s} {row.figures}{words}", flush=True)


if __name__ == "__main__":
    main()
