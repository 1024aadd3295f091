"""Make the pictures of the docs, from the synthetic scalp.  Usage: python docs/make_images.py."""

from pathlib import Path

import numpy as np

import smpsim
from smpsim.files.encode import encode_picture

FOLDER = Path(__file__).parent / "images"


def before_after() -> None:
    """Write the left half without dots, the right half with them."""
    scalp = smpsim.sample(px_per_mm=8)
    preview = smpsim.render(scalp.photo, scalp.mask, scale=scalp.scale, seed=1)
    middle = preview.image.shape[1] // 2
    both = np.hstack([preview.before[:, :middle], preview.image[:, middle:]])
    both[:, middle - 1 : middle + 1] = 255
    picture = np.ascontiguousarray(both[20:900, 150:1400])
    data = encode_picture(picture, format="jpeg", fine_detail=True, label=preview.label)
    (FOLDER / "before-after.jpg").write_bytes(data)


if __name__ == "__main__":
    before_after()
