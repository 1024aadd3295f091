"""Sessions, healing and years: what was aimed at, and what is reached.  Usage: python tests/benchmarks/course.py.

Prints a table; takes about a minute.  Samples from the front at 8 px/mm, seed 1, unless a line says otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy.ndimage import distance_transform_edt

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.ink.loss import faded
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import SkinOptics
from smpsim.ink.years import spread_mm2, visible_left
from smpsim.parameters.course import PACES

YEAR_D = 365.25
TONES = ("light", "medium", "dark")
YEARS = (0.25, 0.5, 1, 2, 3, 4, 5, 6)
LOOKS, DOTS = 30, 4000


def main() -> None:
    """Print the table."""
    print(f"{'':66}| {'target':18}| reached")
    for name, target, reached in (*sessions(), *years(), *fields(), *widths(), *redness(), *speed()):
        print(f"{name:66}| {target:18}| {reached}")


def sessions() -> Iterator[tuple[str, str, str]]:
    """Nested to the last digit."""
    scalp = smpsim.sample(px_per_mm=8)
    after = [
        smpsim.place_dots(scalp.mask, scale=scalp.scale, treatment=smpsim.Treatment().replace(session=s), seed=1)
        for s in (1, 2, 3)
    ]
    same = all(
        values.tobytes() == getattr(late[late.session <= early.session.max()], name).tobytes()
        for early, late in ((after[0], after[1]), (after[0], after[2]), (after[1], after[2]))
        for name, values in early.as_dict().items()
    )
    yield "dots of a session in the later ones, to the last digit", "all", "all" if same else "not all"
    shares = " ".join(f"{len(dots) / len(after[-1]):.3f}" for dots in after)
    yield "share of the dots after session 1, 2, 3", "0.3 0.7 1", shares


def years() -> Iterator[tuple[str, str, str]]:
    """Fading, spread and hue of samples."""
    for tone in TONES:
        scalp = smpsim.sample(px_per_mm=8, tone=tone)
        sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)
        settled = sitting.render(seed=1).stats
        stats = {
            pace: [
                sitting.render(treatment=smpsim.Treatment().replace(age_days=y * YEAR_D, fading=pace), seed=1).stats
                for y in YEARS
            ]
            for pace in PACES
        }
        green = {pace: [s.mean_darkening[1] / settled.mean_darkening[1] for s in stats[pace]] for pace in PACES}
        for pace, target in zip(PACES, ("0.95", "about 0.90", "0.80"), strict=True):
            left = green[pace][YEARS.index(0.5)]
            yield f"{tone}: darkening left at 6 months, {pace}", target, f"{left:.3f}"
        fives = "  ".join(f"{green[pace][YEARS.index(5)]:.2f}" for pace in PACES)
        yield f"{tone}: left at 5 years, slow typical fast", "(estimate)", fives
        width = stats["typical"][YEARS.index(5)].seen_diameter_mm / settled.seen_diameter_mm
        yield f"{tone}: seen width at 5 years over settled", "> 1", f"{width:.2f}"
        red, _, blue = np.array(stats["typical"][YEARS.index(5)].mean_darkening) / np.array(settled.mean_darkening)
        yield f"{tone}: R over B of the darkening at 5 years, carbon", "> 1 (bluer)", f"{red / blue:.3f}"


def fields() -> Iterator[tuple[str, str, str]]:
    """Random looks: bands, shares, widths."""
    rng = np.random.default_rng(8)
    rows, columns = np.mgrid[:120, :160]
    mask = (np.hypot(rows - 60, columns - 80) < 55).astype(np.float32)
    sitting = smpsim.Sitting(np.full((120, 160, 3), (188, 164, 144), np.uint8), mask, scale=4.0)
    rising = crossing = 0
    errors = []
    for _ in range(LOOKS):
        look = smpsim.Treatment().replace(
            depth_mm=rng.uniform(0.12, 1.5),
            diameter_mm=rng.uniform(0.1, 0.5),
            density_per_cm2=rng.uniform(30, 250),
            shade=rng.choice(["carbon-1:0", "carbon-1:10", "carbon-1:30", "warm-1:5", "brown-1:10", "tattoo-1:0"]),
            skin_tone=rng.choice(TONES),
        )
        settled = np.array(sitting.render(treatment=look, seed=2).stats.mean_darkening)
        at = np.array(
            [
                [
                    sitting.render(
                        treatment=look.replace(age_days=y * YEAR_D, fading=pace), seed=2
                    ).stats.mean_darkening
                    for y in (0.5, 1.5, 3, 6)
                ]
                for pace in PACES
            ]
        )
        rising += int((np.diff(np.concatenate([np.broadcast_to(settled, (3, 1, 3)), at], 1), axis=1) >= 0).sum())
        crossing += int((np.diff(at, axis=0) >= 0).sum())
        wanted = visible_left(np.array([6 - 28 / YEAR_D]), "typical", look.shade.split("-")[0])[0]
        errors.append(float(np.abs(at[1, -1] / settled / wanted - 1).max()))
    yield f"{LOOKS} random looks x 3 bands: darkening that rises with time", "0", str(rising)
    yield f"{LOOKS} random looks: bands that cross", "0", str(crossing)
    yield (
        "the same: share of the darkening kept at 6 years, error, mean / max",
        "<= 3 %",
        (f"{100 * np.mean(errors):.1f} / {100 * max(errors):.1f} %"),
    )


def widths() -> Iterator[tuple[str, str, str]]:
    """Width at half of the contrast of random dots, over that a moment before."""
    rng = np.random.default_rng(0)
    diameter, ink = rng.uniform(0.05, 0.6, DOTS), 10 ** rng.uniform(0, 2.3, DOTS)
    depth = rng.uniform(0.08, np.where(rng.random(DOTS) < 0.6, 0.4, 2.2))
    skin = SkinOptics.from_name("light")

    def seen(years: float, pace: str) -> np.ndarray:
        t = np.full(DOTS, years)
        spread = spread_mm2(t, depth, pace)
        left = faded(
            visible_left(t, pace, "carbon"),
            depth_mm=depth,
            diameter_mm=diameter,
            ink_per_mm=ink[:, None] * np.array([0.9, 1.0, 1.22]),
            spread_mm2=spread,
            skin=skin,
        )
        weights, sigmas = dot_gaussians(depth_mm=depth, diameter_mm=diameter, ink_per_mm=left.ink_per_mm, skin=skin)
        size = left.size[:, 1:2]
        w, v = weights[:, 1] * size, (sigmas[:, 1] ** 2 + spread[:, None]) * size

        def contrast(rho: np.ndarray) -> np.ndarray:
            return -np.expm1(-(w / (2 * np.pi * v) * np.exp(-0.5 * rho[:, None] ** 2 / v)).sum(-1))

        half, low, high = contrast(np.zeros(DOTS)) / 2, np.zeros(DOTS), np.full(DOTS, 12.0)
        for _ in range(40):
            middle = (low + high) / 2
            within = contrast(middle) > half
            low, high = np.where(within, middle, low), np.where(within, high, middle)
        return low

    deep = depth - diameter / 2 >= 0.12
    steps = [[seen(y, pace) for y in (0, 0.25, 0.5, 1, 2, 3, 4.5, 6)] for pace in PACES]
    ratio = np.array([[after / before for before, after in pairwise(step)] for step in steps])
    for name, dots in (("0.12 mm deep or more", deep), ("above 0.12 mm", ~deep)):
        first, later = ratio[:, 0, dots].min() - 1, ratio[:, 1:, dots].min() - 1
        yield (
            f"{dots.sum()} random dots, top {name}: least growth, 3 months / later",
            "> 0",
            (f"{100 * first:.1f} / {100 * later:.1f} %"),
        )


def redness() -> Iterator[tuple[str, str, str]]:
    """What blood does on three tones, and how far from the mask."""
    for tone in TONES:
        scalp = smpsim.sample(px_per_mm=8, tone=tone)
        sitting = smpsim.Sitting(scalp.photo, scalp.mask, scale=scalp.scale)

        def seen(age: float, blood: float, sitting: smpsim.Sitting = sitting) -> np.ndarray:
            treatment = smpsim.Treatment().replace(age_days=age, redness_blood_frac=blood)
            return lab(SRGB.decode(sitting.render(treatment=treatment, seed=1).image), SRGB)

        inside = distance_transform_edt(scalp.mask > 0.5) > 6 * 8
        rise = [float((seen(age, 0.008) - seen(age, 0.0))[inside, 1].mean()) for age in (0, 1, 3)]
        yield f"{tone}: rise of a* on day 0, 1, 3", "rises at first", "  ".join(f"{r:.1f}" for r in rise)
        back = delta_e_2000(seen(5, 0.008), seen(5, 0.0)).max()
        yield f"{tone}: Delta E of redness on day 5, max", "<= 1", f"{back:.2f}"
        away = distance_transform_edt(scalp.mask == 0) / 8 > 10
        fresh = sitting.render(treatment=smpsim.Treatment().replace(age_days=0), seed=1).image
        changed = int((fresh != scalp.photo.pixels).any(-1)[away].sum())
        yield f"{tone}: pixels beyond 10 mm that change", "0", str(changed)


def speed() -> Iterator[tuple[str, str, str]]:
    """Time to find the ink of many dots."""
    rng = np.random.default_rng(1)
    n = 100_000
    depth, years = rng.uniform(0.2, 0.4, n), np.full(n, 3.0)
    begun = time.process_time()
    faded(
        visible_left(years, "typical", "carbon"),
        depth_mm=depth,
        diameter_mm=rng.uniform(0.15, 0.35, n),
        ink_per_mm=rng.uniform(10, 90, (n, 1)) * np.array([0.9, 1.0, 1.22]),
        spread_mm2=spread_mm2(years, depth, "typical"),
        skin=SkinOptics.from_name("light"),
        dots_per_mm2=0.8,
    )
    yield "ink of 100,000 dots at an age, CPU", "(none set)", f"{time.process_time() - begun:.2f} s"


if __name__ == "__main__":
    main()
