"""Print how well the light of samples is recovered, beside the targets.

* Relative error of the share of diffuse light in the mask, all channels: median <= 5 %, 95th percentile <= 15 %.
* Hue of dots under the rim light, against the same dots under the studio's: within 3 degrees.
* Change where 90 % or more of a channel's light is surface light, relative to that of diffuse skin: <= 10 %.

Usage: python tests/benchmarks/light.py [seed ...] [--px-per-mm 6] [--view front]
"""

import argparse

import numpy as np

import smpsim
from smpsim.colour import SRGB, lab
from smpsim.scalp.dichromatic import amounts
from smpsim.scalp.light import measure_light
from smpsim.scalp.mask import Area

MEDIAN, P95, HUE_DEG, SHINE = 5.0, 15.0, 3.0, 10.0
RIGS, TONES = ("studio", "rim", "hard", "overcast", "window"), ("light", "medium", "dark")
# the light skin of smpsim.synthetic, on which the hue of a change is looked at
NEUTRAL = np.array([0.503, 0.372, 0.277])


def shares(sample):
    """Share of diffuse light inside the mask, found and true: (n, 3) each."""
    px_per_mm = sample.scale.px_per_mm
    found = measure_light(sample.photo.pixels, sample.photo.space, Area(sample.mask, px_per_mm))
    inside = sample.mask > 0.5
    rows, columns = (slice(0, n) for n in inside.shape)
    maps = (grid.on_pixels(rows, columns, px_per_mm) for grid in found.diffuse)
    share = np.stack([np.broadcast_to(m, inside.shape)[inside] for m in maps], -1)
    diffuse = sample.truth.diffuse[inside]
    return share, diffuse / (diffuse + sample.truth.surface_light[inside])


def from_behind(sample):
    """Where the rim light gives most of the light that falls on the skin, (H, W)."""
    lights = sample.truth.lights
    colours = [np.array(c) for c in (lights.lamps[0].light, lights.lamps[1].light, lights.sky)]
    falling = np.maximum(sample.truth.irradiance, 1e-4).astype(np.float64)
    parts = amounts(falling, *(np.broadcast_to(c, falling.shape) for c in colours))
    weighted = parts * [c.mean() for c in colours]
    return weighted[..., 1] > 0.5 * weighted.sum(-1)


def darkening(sample, where):
    """Light that dots take from some pixels, relative to the true diffuse light of each channel: (3,)."""
    preview = smpsim.render(sample.photo, sample.mask, scale=sample.scale)
    change = sample.photo.linear[where] - preview.linear[where]
    return change.sum(0, dtype=np.float64) / sample.truth.diffuse[where].sum(0, dtype=np.float64)


def hue_deg(taken):
    """Hue angle of the change that dots make in one and the same skin, degrees."""
    before, after = (lab(np.asarray(c, np.float32)[None], SRGB)[0] for c in (NEUTRAL, NEUTRAL * (1 - taken)))
    return float(np.degrees(np.arctan2(after[2] - before[2], after[1] - before[1])))


def verdict(good):
    return "pass" if good else "MISS"


def hue_off(tone, seed, px_per_mm, view):
    """Difference of hue between dots under the rim light and under the studio's, degrees."""
    rim, studio = (
        smpsim.sample(px_per_mm=px_per_mm, tone=tone, light=light, seed=seed, view=view) for light in ("rim", "studio")
    )
    where = from_behind(rim) & (rim.mask > 0.5) & (rim.truth.coverage > 0.999)
    if where.sum() < 1000:
        return float("nan")
    apart = hue_deg(darkening(rim, where)) - hue_deg(darkening(studio, where))
    return abs((apart + 180) % 360 - 180)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--px-per-mm", type=float, default=6.0)
    parser.add_argument("--view", default="front")
    options = parser.parse_args()
    print(
        "light    tone   seed  all channels     R             G             B          verdict  change in 90 % shine"
    )
    for seed in options.seeds:
        for light in RIGS:
            for tone in TONES:
                sample = smpsim.sample(
                    px_per_mm=options.px_per_mm, tone=tone, light=light, seed=seed, view=options.view
                )
                share, true = shares(sample)
                error = 100 * np.abs(share / np.maximum(true, 1e-3) - 1)
                cells = (f"{np.median(e):6.1f} {np.quantile(e, 0.95):6.1f}" for e in (error, *error.T))
                good = np.median(error) <= MEDIAN and np.quantile(error, 0.95) <= P95
                shiny = share[true <= 0.1]
                shine = 100 * shiny.mean() if len(shiny) > 100 else None
                tail = "none" if shine is None else f"{shine:.1f} % {verdict(shine <= SHINE)}"
                print(f"{light:8s} {tone:6s} {seed:4d}", *cells, verdict(good), "   ", tail, flush=True)
        for tone in TONES:
            off = hue_off(tone, seed, options.px_per_mm, options.view)
            print(f"hue      {tone:6s} {seed:4d}  {off:.1f} degrees {verdict(off <= HUE_DEG)}", flush=True)


if __name__ == "__main__":
    main()
