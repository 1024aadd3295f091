"""Badly done, faded, repaired: what was aimed at, and what is reached.  Usage: python tests/benchmarks/repair.py.

Prints a table; takes about four minutes.  Samples from the front at 8 px/mm; the example and photographs when the
shared data is there (`SMPSIM_SHARED`).  Old work is rendered by us and encoded as a JPEG, so that the truth is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.files.encode import encode_picture

SHARED = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared"))
TONES = ("light", "medium", "dark")
ALONE = smpsim.Treatment().replace(new_layer="no")
# a dot is found when a find lies so near, mm; skin is between dots when the next one is so far, mm
NEAR_MM, BETWEEN_MM = 0.3, 0.5


def main() -> None:
    """Print the table."""
    print(f"{'':72}| {'target':22}| reached")
    for name, target, reached in chain(botched(), rendered(), found()):
        print(f"{name:72}| {target:22}| {reached}", flush=True)


def delta_e(a: np.ndarray, b: np.ndarray, space: object = SRGB) -> np.ndarray:
    return np.asarray(delta_e_2000(*(lab(space.decode(np.ascontiguousarray(c)), space) for c in (a, b))))


def scenes() -> Iterator[tuple[str, smpsim.Photo, np.ndarray, float]]:
    """Samples of three tones, then photographs on which single dots are seen."""
    for tone in TONES:
        scalp = smpsim.sample(px_per_mm=8, tone=tone, seed=3)
        yield f"sample, {tone}", scalp.photo, scalp.mask, 8.0
    for name, px_per_mm in (("example/scalp.jpg", 10.3), ("photos/p02-front-light-buzz-1950.jpg", 8.0)):
        path = SHARED / name
        if path.exists():
            photo = smpsim.read_photo(path)
            yield path.stem[:11], photo, smpsim.read_mask(path.with_suffix(".mask.png"), like=photo), px_per_mm


def botched() -> Iterator[tuple[str, str, str]]:
    """The preset of bad work on the example, else on a sample."""
    *_, photo, mask, scale = next((s for s in scenes() if s[0] == "scalp"), next(scenes()))
    sitting = smpsim.Sitting(photo, mask, scale=scale)
    right, bad = (sitting.render(treatment=smpsim.Treatment.preset(name)) for name in ("standard", "botched"))
    ratio = bad.stats.seen_diameter_mm / right.stats.seen_diameter_mm
    yield "botched: seen width over that of standard", ">= 2", f"{ratio:.2f}"
    left, bad_left = (1 - np.array(p.stats.mean_darkening) for p in (right, bad))
    shares = f"{bad_left[2] / bad_left[0]:.3f} ({left[2] / left[0]:.3f})"
    yield "botched: B over R of the mean transmittance (standard)", "higher", shares


def rendered() -> Iterator[tuple[str, str, str]]:
    """Fading of work that is rendered, and repair over it."""
    scalp = smpsim.sample(px_per_mm=8)
    sitting, inside = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale), scalp.mask > 0
    fresh = sitting.render(seed=1)
    for work in ("standard", "too-deep", "too-large", "too-dense", "botched"):
        base = ALONE.replace(old_work=work)
        old = sitting.render(treatment=base, seed=1)
        off, between = [], _between(old, scalp.mask)
        for faded in (0.3, 0.6, 0.95):
            left = sitting.render(treatment=base.replace(faded_frac=faded), seed=1)
            off.append(np.abs(np.array(left.stats.mean_darkening) / old.stats.mean_darkening - (1 - faded)).max())
            worst = np.abs(np.array(left.stats.mean_darkening) / old.stats.mean_darkening / (1 - faded) - 1).max()
        yield (
            f"{work}: darkening left at f = 0.3, 0.6, 0.95, largest error of the whole",
            "<= 3 %",
            f"{100 * max(off):.1f} %",
        )
        yield f"{work}: the same at 0.95, of what is left", "(<= 3 %)", f"{100 * worst:.1f} %"
        bare, moved = (delta_e(left.image, other)[between].mean() for other in (scalp.photo.pixels, old.image))
        yield (
            f"{work}: skin between dots at 0.95: Delta E to bare skin; to before",
            "<= 0.5",
            f"{bare:.2f}; {moved:.2f}",
        )
        repaired = sitting.render(treatment=smpsim.Treatment().replace(old_work=work, faded_frac=0.95), seed=1)
        reached = np.percentile(delta_e(repaired.image, fresh.image)[inside], 95)
        yield f"{work}: repair over it at 0.95, Delta E to fresh work, p95", "<= 2", f"{reached:.2f}"


def _between(preview: smpsim.Preview, mask: np.ndarray) -> np.ndarray:
    """Pixels of the area that lie between dots."""
    dots = preview._scene.old_dots
    rows, columns = np.nonzero(mask > 0.99)
    places = (np.column_stack([columns, rows]) + 0.5) / preview.stats.px_per_mm
    away, _ = cKDTree(np.column_stack([dots.x_mm, dots.y_mm])).query(places)
    between = np.zeros(mask.shape, np.bool_)
    between[rows[away > BETWEEN_MM], columns[away > BETWEEN_MM]] = True
    return between


def found() -> Iterator[tuple[str, str, str]]:
    """Old work in photos: found, lightened, repaired."""
    for name, photo, mask, scale in scenes():
        clean, inside = _coded(photo, photo.pixels), mask > 0
        fresh = smpsim.render(clean, mask, scale=scale, seed=9)
        for work in ("standard", "too-large"):
            old = smpsim.render(photo, mask, scale=scale, treatment=smpsim.Treatment.preset(work), seed=5)
            sitting = smpsim.Sitting(_coded(photo, old.image), mask, scale=scale)
            treatment = ALONE.replace(old_work="in-photo", faded_frac=0.95)
            faded = sitting.render(treatment=treatment, seed=2)
            yield f"{name}, {work}: dots found (of the finds, dots)", ">= 0.85", _shares(sitting, old)
            before, after, repaired = (
                np.percentile(delta_e(a, b, photo.space)[inside], 95)
                for a, b in (
                    (old.image, photo.pixels),
                    (faded.image, clean.pixels),
                    (sitting.render(treatment=treatment.replace(new_layer="yes"), seed=9).image, fresh.image),
                )
            )
            yield f"{name}, {work}: Delta E to no work at 0.95, p95 (before)", "<= 4", f"{after:.2f} ({before:.2f})"
            yield f"{name}, {work}: repair over it, Delta E to fresh work, p95", "<= 2", f"{repaired:.2f}"
            seconds = f"{faded.stats.seconds['light']:.1f} s"
            yield f"{name}, {work}: finding and measuring the light", "(none set)", seconds


def _coded(photo: smpsim.Photo, pixels: np.ndarray) -> smpsim.Photo:
    data = encode_picture(np.ascontiguousarray(pixels), format="jpeg", profile=photo.profile, fine_detail=True)
    return smpsim.read_photo(data)


def _shares(sitting: smpsim.Sitting, old: smpsim.Preview) -> str:
    finds, dots = (np.column_stack([d.x_mm, d.y_mm]) for d in (sitting._old_dots(), old.dots))
    recall, precision = ((cKDTree(a).query(b)[0] < NEAR_MM).mean() for a, b in ((finds, dots), (dots, finds)))
    return f"{recall:.3f} ({precision:.2f})"


if __name__ == "__main__":
    main()
