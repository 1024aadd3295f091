"""Overlap of proposed masks with those drawn by hand on the shared photographs, and how leaning faces are found.

Usage: python tests/benchmarks/proposed_masks.py
       SMPSIM_SHARED names the folder of the shared data (default ../shared).
"""

import math
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from smpsim import MaskError, read_mask, read_photo
from smpsim.scalp.face import main_face
from smpsim.scalp.proposal import propose_mask
from tests.scalp.faces import FRONTAL, photographs

SHARED = Path(os.environ.get("SMPSIM_SHARED", Path(__file__).parents[3] / "shared"))
TURNS_DEG = (-12, 12)


def overlaps() -> None:
    """Print the intersection over union, photograph by photograph."""
    reached = 0
    for name, entry in photographs(SHARED).items():
        photo = read_photo(SHARED / "photos" / entry["file"])
        drawn = read_mask(SHARED / "photos" / entry["mask"], like=photo)
        try:
            proposed = propose_mask(photo.pixels).coverage
        except MaskError:
            print(f"{name}  no face")
            continue
        overlap = float(np.minimum(drawn, proposed).sum() / np.maximum(drawn, proposed).sum())
        reached += overlap >= 0.75
        print(f"{name}  {overlap:.3f}")
    print(f"0.75 or more: {reached} (aim 8 of 14)")


def leaning() -> None:
    """Print how far photographs that have been turned are found to lean."""
    errors = []
    for name, turn in ((name, turn) for name in FRONTAL for turn in TURNS_DEG):
        entry = photographs(SHARED)[name]
        (x1, y1), (x2, y2) = sorted(entry["pupils_px"])
        picture = Image.fromarray(read_photo(SHARED / "photos" / entry["file"]).pixels)
        picture.thumbnail((900, 900))
        turned = picture.rotate(-turn, Image.Resampling.BICUBIC, fillcolor=picture.getpixel((5, 5)))
        face = main_face(np.asarray(turned))
        true = math.degrees(math.atan2(y2 - y1, x2 - x1)) + turn
        found = "no face" if face is None else f"{face.tilt_deg:.1f}"
        errors += [] if face is None else [abs(face.tilt_deg - true)]
        print(f"{name} turned by {turn:3}: leans by {true:5.1f} deg, found {found}")
    print(f"within 5 deg: {sum(error < 5 for error in errors)} of {len(errors)} faces found")


if __name__ == "__main__":
    overlaps()
    leaning()
