"""Print how well hair in front of the skin is found on samples, beside the targets.

* Of the pixels that hair shows in, at least 85 % are kept free of dots: half or more of what dots change is hidden.
  Hair shows where it differs from the skin behind it by more than 3 standard deviations of the photo's noise, and
  hides at least half of what it hides at its middle.
* On visible skin (hair hides less than 5 % of the pixel) at least 85 % of the asked darkening stands.
* On samples without hair at most 2 % of the skin is taken for hair.

Noise is that of sensor and JPEG (quality 90, 4:2:0), and the grain of the skin finer than 0.25 mm: what a hair must be
told from.

Usage: python tests/benchmarks/hair.py [seed ...] [--px-per-mm 6 10]
"""

import argparse

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter

import smpsim
from smpsim.colour import SRGB
from smpsim.scalp.hair import measure_hair
from smpsim.scalp.mask import Area

FREE, STANDS, FALSE = 85.0, 85.0, 2.0
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
QUALITY = 90
HAIR = [
    {"hair": "strands"},
    {"hair": "strands", "hair_width_mm": 0.04},
    {"hair": "strands", "tone": "dark"},
    {"hair": "strands", "tone": "medium", "hair_colour": "brown"},
    {"hair": "strands", "tone": "medium", "hair_colour": "grey"},
    {"hair": "strands", "tone": "dark", "hair_colour": "blond"},
    {"hair": "strands", "tone": "dark", "hair_colour": "grey"},
    {"hair": "thin"},
    {"hair": "thin", "tone": "dark", "hair_colour": "grey"},
    {"hair": "short", "view": "profile"},
    {"hair": "short", "view": "profile", "tone": "medium", "hair_colour": "grey"},
    {"hair": "combed"},
    {"hair": "combed", "tone": "dark"},
    {"hair": "combed", "tone": "medium", "hair_colour": "grey", "light": "window"},
    {"hair": "combed", "tone": "medium", "hair_colour": "brown", "blur_px": 2.0},
    {"hair": "combed", "hair_colour": "blond", "light": "overcast"},
    {"hair": "combed", "light": "hard", "view": "crown"},
]
NONE = [
    {},
    {"tone": "dark", "light": "window"},
    {"light": "hard", "view": "crown"},
    {"tone": "medium", "freckles": True, "veins": True},
    {"hair": "stubble", "view": "profile"},
]


def through_lens(sample):
    """Share of each pixel that hair hides as the camera sees it, (H, W)."""
    blur, hair = sample.truth.lens_blur_px, sample.truth.hair
    low, high = float(blur.min()), float(blur.max())
    sharp, soft = (gaussian_filter(hair, sigma) for sigma in (low, high))
    return sharp + (soft - sharp) * (blur - low) / max(high - low, 1e-6)


def without_hair(sample, options):
    """Brightness of the same photo without hair, but for the shade that it throws, and the deviation of its noise."""
    bald = {**options, "hair": "none", "hair_width_mm": None}
    clean = smpsim.sample(**bald, noise=0, chroma_blur_px=0)
    shade = sample.truth.irradiance / np.maximum(clean.truth.irradiance, 1e-6)
    skin = SRGB.encode_float(np.clip(clean.photo.linear * shade, 0, 1)).astype(np.float32) @ LUMA
    noisy = smpsim.sample(**bald, jpeg_quality=QUALITY).photo.pixels.astype(np.float32) @ LUMA
    detail = (noisy - gaussian_filter(noisy, 0.25 * options["px_per_mm"]))[sample.mask > 0.5]
    return skin, 1.4826 * float(np.median(np.abs(detail)))


def found_share(sample):
    """Share of each pixel that is taken for hair, (H, W)."""
    px_per_mm = sample.scale.px_per_mm
    blur = float(np.median(sample.truth.lens_blur_px))
    hair = measure_hair(sample.photo.pixels, Area(sample.mask, px_per_mm), blur_px=blur)
    rows, columns = (slice(0, n) for n in sample.mask.shape)
    return np.broadcast_to(hair.share.on_pixels(rows, columns, px_per_mm), sample.mask.shape)


def scores(**options):
    """Per cent of hair pixels kept free, of the darkening that stands on visible skin; pixels of hair per cent."""
    sample = smpsim.sample(**options, jpeg_quality=QUALITY)
    share, inside, seen = found_share(sample), sample.mask > 0.5, through_lens(sample)
    skin, noise = without_hair(sample, options)
    whole = smpsim.sample(**options, noise=0, chroma_blur_px=0).photo.pixels.astype(np.float32) @ LUMA
    hair = inside & (np.abs(whole - skin) > 3 * noise) & (seen > 0.08) & (seen > 0.5 * maximum_filter(seen, 3))
    visible = inside & (seen < 0.05)
    return 100 * (share[hair] >= 0.5).mean(), 100 * (1 - share[visible]).mean(), 100 * hair.mean() / inside.mean()


def false_alarms(**options):
    """Per cent of the skin that is taken for hair where there is none."""
    sample = smpsim.sample(**options, jpeg_quality=QUALITY)
    return 100 * found_share(sample)[sample.mask > 0.5].mean()


def verdict(good):
    return "reached" if good else "missed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--px-per-mm", type=float, nargs="+", default=[4, 6, 8, 10, 14])
    options = parser.parse_args()
    print(f"hair pixels free >= {FREE:g} %; darkening on visible skin >= {STANDS:g} %; taken for hair <= {FALSE:g} %")
    for seed in options.seeds:
        for px_per_mm in options.px_per_mm:
            for case in HAIR:
                free, stands, hairy = scores(**case, px_per_mm=px_per_mm, seed=seed)
                words = verdict(free >= FREE), verdict(stands >= STANDS)
                name = " ".join(f"{v}" for v in case.values())
                print(
                    f"{px_per_mm:4g} px/mm {name:30s} hair {hairy:4.1f} %  free {free:5.1f} {words[0]:8s} "
                    f"stands {stands:5.1f} {words[1]}",
                    flush=True,
                )
            for case in NONE:
                wrong = false_alarms(**case, px_per_mm=px_per_mm, seed=seed)
                name = " ".join(f"{v if isinstance(v, str) else k}" for k, v in case.items()) or "light"
                print(
                    f"{px_per_mm:4g} px/mm {name:30s} taken for hair {wrong:.2f} % {verdict(wrong <= FALSE)}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
