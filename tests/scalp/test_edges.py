"""Width of edges, on edges of known width."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from smpsim.scalp.edges import edge_blur
from smpsim.scalp.mask import Area


def picture(sigma: float, turn: bool, noise: float = 1.0) -> np.ndarray:
    """Discs, blurred, with noise."""
    y, x = np.mgrid[0:240, 0:300]
    disc = ((x % 100 - 50) ** 2 + (y % 80 - 40) ** 2 < 900) * 120.0 + 60
    soft = gaussian_filter(disc, sigma) + np.random.default_rng(1).normal(0, noise, disc.shape)
    return np.repeat((soft.T if turn else soft).round().clip(0, 255).astype(np.uint8)[..., None], 3, 2)


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize("sigma", [0.7, 1.0, 2.0, 3.5])
def test_known_edges(sigma: float, turn: bool) -> None:
    pixels = picture(sigma, turn)
    found = edge_blur(pixels, Area(np.ones(pixels.shape[:2], np.float32), 5.0))
    assert found == pytest.approx(sigma, rel=0.12, abs=0.06)


def test_faint_texture_is_no_edge() -> None:
    pixels = np.random.default_rng(2).integers(120, 136, (200, 200, 3), np.uint8)
    assert edge_blur(pixels, Area(np.ones((200, 200), np.float32), 5.0)) == np.inf


def test_edges_far_from_the_area_do_not_count() -> None:
    mask = np.zeros((240, 300), np.float32)
    mask[38:42, 48:52] = 1
    assert edge_blur(picture(1.0, False), Area(mask, 1.0)) == np.inf
