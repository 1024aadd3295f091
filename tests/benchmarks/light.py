"""Print how well diffuse light of samples is recovered: relative error of its share in the mask, median and p95, %.

Usage: python tests/benchmarks/light.py [seed ...]
"""

import sys

import numpy as np

import smpsim
from smpsim.scalp.light import measure_light
from smpsim.scalp.mask import Area

PX_PER_MM = 6.0


def main() -> None:
    print("light    tone   seed   all channels       R             G             B")
    for seed in [int(s) for s in sys.argv[1:]] or [1]:
        for light in ("studio", "rim", "hard", "overcast", "window"):
            for tone in ("light", "medium", "dark"):
                sample = smpsim.sample(px_per_mm=PX_PER_MM, tone=tone, light=light, seed=seed)
                found = measure_light(sample.photo.pixels, sample.photo.space, Area(sample.mask, PX_PER_MM))
                inside = sample.mask > 0.5
                spans = [slice(0, n) for n in inside.shape]
                maps = (g.on_pixels(spans[0], spans[1], PX_PER_MM) for g in found.diffuse)
                share = np.stack([np.broadcast_to(m, inside.shape)[inside] for m in maps], -1)
                diffuse = sample.truth.diffuse[inside]
                true = diffuse / (diffuse + sample.truth.surface_light[inside])
                error = 100 * np.abs(share / np.maximum(true, 1e-3) - 1)
                columns = [error, *error.T]
                cells = (f"{np.median(e):6.1f} {np.quantile(e, 0.95):6.1f}" for e in columns)
                print(f"{light:8s} {tone:6s} {seed:4d}", " ".join(cells), flush=True)


if __name__ == "__main__":
    main()
