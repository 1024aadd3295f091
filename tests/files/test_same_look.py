"""The same sample as sRGB or Display P3, PNG or JPEG, gives the same preview."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import encoded

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab


@pytest.mark.parametrize("options", [{"format": "PNG"}, {"format": "JPEG", "quality": 95, "subsampling": 0}])
def test_display_p3_looks_like_srgb(p3_profile: bytes, options: dict[str, object]) -> None:
    sample = smpsim.sample(px_per_mm=6)
    space = smpsim.read_photo(encoded(sample.photo.pixels[:8, :8], "PNG", icc_profile=p3_profile)).space
    to_p3 = np.linalg.inv(space.to_xyz) @ SRGB.to_xyz
    wide = space.encode(np.clip(sample.photo.linear @ to_p3.T, 0, 1).astype(np.float32))
    inside = sample.mask > 0.5
    looks = []
    for pixels, profile in ((sample.photo.pixels, {}), (wide, {"icc_profile": p3_profile})):
        photo = smpsim.read_photo(encoded(pixels, **options, **profile))
        preview = smpsim.render(photo, sample.mask, scale=6, seed=1)
        looks.append(lab(photo.space.decode(preview.image[inside]), photo.space))
    assert delta_e_2000(*looks).mean() <= 1
