"""Measured blur over known blur, on samples of several scales, tones, seeds, noises and JPEG qualities.

Usage: python tests/benchmarks/sharpness.py [first seed]        (about five minutes)
"""

import itertools
import sys

import numpy as np

import smpsim
from smpsim.scalp.camera import measure_camera
from smpsim.scalp.mask import Area

BLURS = (0.0, 0.6, 1.0)
CAMERAS = ((0, None), (1, None), (1, 95), (1, 85), (3, None), (2, 90))


def ratio(px_per_mm: float, tone: str, seed: int, blur_px: float, noise: float, jpeg_quality: int | None) -> float:
    sample = smpsim.sample(
        px_per_mm=px_per_mm, tone=tone, seed=seed, blur_px=blur_px, noise=noise, jpeg_quality=jpeg_quality
    )
    found = measure_camera(sample.photo.pixels, Area(sample.mask, px_per_mm), sample.photo.jpeg)
    true = np.hypot(np.median(sample.truth.lens_blur_px[sample.mask > 0.5]), 12**-0.5)
    return float(np.median(found.blur_px.values) / true)


def main() -> None:
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    print("px/mm  tone       noise  JPEG   measured / known for more blur of " + ", ".join(map(str, BLURS)) + " px")
    every = []
    cases = itertools.product((6, 8, 10, 12), ("light", "medium", "dark"), CAMERAS)
    for number, (px_per_mm, tone, (noise, quality)) in enumerate(cases):
        ratios = [ratio(px_per_mm, tone, first + number, blur, noise, quality) for blur in BLURS]
        every.append((tone, noise, quality, ratios))
        shown = "  ".join(f"{r:.2f}" for r in ratios)
        print(f"{px_per_mm:5}  {tone:9}  {noise:5}  {quality or '-':>4}   {shown}", flush=True)
    for name, part in (("noise", lambda case: case[1:3]), ("tone", lambda case: case[0])):
        for key in sorted({part(case) for case in every}, key=str):
            ratios = np.array([case[3] for case in every if part(case) == key])
            within = (np.abs(ratios - 1) <= 0.2).mean()
            print(f"{name} {key}: within 20 % in {within:.0%}, {ratios.min():.2f} to {ratios.max():.2f}")


if __name__ == "__main__":
    main()
