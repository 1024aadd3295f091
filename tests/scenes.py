"""Scenes on which previews are judged: three samples and the shared example, rendered once per seed and treatment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

import smpsim

PX_PER_MM = 8.0
TONES = ("light", "medium", "dark")
EXAMPLE = "example"
# known of the example (about; its README)
EXAMPLE_PX_PER_MM = 10.3
#: a darker treatment than the default, so that even dark skin shows hundreds of dots beyond doubt
DARKER = (("ink_per_mm", 200.0), ("diameter_mm", 0.3), ("depth_mm", 0.2))
#: a denser one, where the light that neighbours take adds up
DENSER = (("density_per_cm2", 150.0), ("ink_per_mm", 200.0))
Leaves = tuple[tuple[str, float], ...]

# Windows that hold treated skin, mm from the upper left: first left, furthest left, top, width, height.
_SAMPLE_WINDOW = (47.5, 84.5, 29.0, 55.0, 50.0)
_EXAMPLE_WINDOW = (54.0, 90.0, 19.5, 54.0, 39.0)
# Skin is redder than this times its blue, in linear light; the example's background is bluish.
_SKIN_RED_BLUE = 1.15
_SKIN_BLUR_MM = 1.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A photo with its mask and scale."""

    name: str
    photo: smpsim.Photo
    mask: np.ndarray
    px_per_mm: float

    @cached_property
    def behind_edge_mm(self) -> np.ndarray:
        """(H, W) mm: distance from the edge of the mask, negative outside; the border of the picture is no edge."""
        inside = self.mask > 0.5
        within, without = distance_transform_edt(inside), distance_transform_edt(~inside)
        return np.asarray(np.where(inside, within - 0.5, 0.5 - without) / self.px_per_mm)

    @cached_property
    def behind_skin(self) -> np.ndarray:
        """(H, W) bool: pixels whose nearest place outside of the mask is skin, not what is behind the head."""
        red, _, blue = np.moveaxis(self.photo.linear, -1, 0)
        red, blue = (gaussian_filter(c, _SKIN_BLUR_MM * self.px_per_mm) for c in (red, blue))
        nearest = distance_transform_edt(self.mask > 0.5, return_distances=False, return_indices=True)
        return np.asarray((red > _SKIN_RED_BLUE * blue)[tuple(nearest)])

    def window(self, share: float | None) -> tuple[slice, slice]:
        """Rows and columns of treated skin, from the leftmost (0) to the rightmost (1) such window; None is all."""
        if share is None:
            return slice(0, self.mask.shape[0]), slice(0, self.mask.shape[1])
        first, last, top, width, height = _EXAMPLE_WINDOW if self.name == EXAMPLE else _SAMPLE_WINDOW
        y, x = round(top * self.px_per_mm), round((first + share * (last - first)) * self.px_per_mm)
        h, w = (round(side * self.px_per_mm) for side in (height, width))
        return slice(y, y + h), slice(x, x + w)

    @property
    def threshold(self) -> float:
        """Threshold of the detector: half as high on the example, whose skin is smooth."""
        return 0.1 if self.name == EXAMPLE else 0.2

    def pixel(self, dots: smpsim.Dots) -> np.ndarray:
        """(N, 2) row and column of dots; those outside of the picture go to its border."""
        places = np.column_stack([dots.y_mm, dots.x_mm]) * self.px_per_mm
        return np.clip(np.floor(places).astype(int), 0, np.array(self.mask.shape) - 1)


@dataclass(frozen=True, eq=False)
class Rendered:
    """What is kept of a preview."""

    image: np.ndarray
    dots: smpsim.Dots


@lru_cache(maxsize=8)
def sample_scene(tone: str, seed: int = 1) -> Scene:
    """Sample at 8 px/mm, seen from the front."""
    made = smpsim.sample(px_per_mm=PX_PER_MM, tone=tone, seed=seed)
    return Scene(tone, made.photo, made.mask, PX_PER_MM)


@lru_cache(maxsize=1)
def example_scene(shared: Path) -> Scene:
    """The shared example."""
    photo = smpsim.read_photo(shared / "example" / "scalp.jpg")
    mask = smpsim.read_mask(shared / "example" / "scalp.mask.png", like=photo)
    return Scene(EXAMPLE, photo, mask, EXAMPLE_PX_PER_MM)


@lru_cache(maxsize=64)
def rendered(scene: Scene, seed: int, leaves: Leaves = ()) -> Rendered:
    """Render a scene with the default treatment, changed in some leaves."""
    treatment = smpsim.Treatment().replace(**dict(leaves))
    preview = smpsim.render(scene.photo, scene.mask, scale=scene.px_per_mm, treatment=treatment, seed=seed)
    return Rendered(preview.image, preview.dots)
