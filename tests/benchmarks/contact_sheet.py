"""Write a sheet per photograph, before and after: the whole, and a crop at 1:1 on the edge of the area.  Look at them.

Usage: python tests/benchmarks/contact_sheet.py FOLDER [first letters of a file name ...]

The photographs are test data and show real people: FOLDER lies outside of the project.
"""

import json
import os
import sys
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

import smpsim

PHOTOS = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared")) / "photos"
WHOLE, CROP = (640, 640), (640, 400)


def on_the_edge(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Box for the crop: round the lowest treated pixel in the middle of the mask."""
    x = round(float(np.average(np.arange(mask.shape[1]), weights=mask.sum(0))))
    rows = np.flatnonzero(mask[:, x] > 0.5)
    y = int(rows[-1]) - CROP[1] // 6 if len(rows) else mask.shape[0] // 2
    left = min(max(x - CROP[0] // 2, 0), max(mask.shape[1] - CROP[0], 0))
    top = min(max(y - CROP[1] // 2, 0), max(mask.shape[0] - CROP[1], 0))
    return left, top, left + CROP[0], top + CROP[1]


def sheet(entry: dict[str, str]) -> Image.Image:
    photo = smpsim.read_photo(PHOTOS / entry["file"])
    mask = smpsim.read_mask(PHOTOS / entry["mask"], like=photo)
    px_per_mm = entry["px_per_mm_estimate"]
    scale = smpsim.Scale(px_per_mm=float(px_per_mm)) if px_per_mm else None
    preview = smpsim.render(photo, mask, scale=scale)
    page = Image.new("RGB", (2 * WHOLE[0], WHOLE[1] + CROP[1]), "grey")
    for column, pixels in enumerate((photo.pixels, preview.image)):
        picture = Image.fromarray(pixels)
        crop = picture.crop(on_the_edge(mask))
        picture.thumbnail(WHOLE)
        page.paste(picture, (column * WHOLE[0], 0))
        page.paste(crop, (column * CROP[0], WHOLE[1]))
    print(f"{entry['file']}: {preview.stats.n_dots} dots, {preview.stats.px_per_mm:.2f} px/mm", flush=True)
    return page


def main() -> None:
    warnings.simplefilter("ignore", smpsim.SmpsimWarning)
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for entry in json.loads((PHOTOS / "photos.json").read_text()):
        if not sys.argv[2:] or entry["file"].startswith(tuple(sys.argv[2:])):
            sheet(entry).save(folder / f"{entry['file'][:3]}.png")


if __name__ == "__main__":
    main()
