"""Flat maps that keep angles."""

from __future__ import annotations

import numpy as np
import pytest

from smpsim.scalp.conformal import conformal_map


def test_a_plane_stays_as_it_is_however_it_is_turned() -> None:
    x, y = np.meshgrid(np.arange(9.0), np.arange(7.0))
    turned = np.stack([0.6 * x, y, 0.8 * x], -1)
    np.testing.assert_allclose(conformal_map(turned, x + 1j * y), x + 1j * y, rtol=0, atol=1e-9)


def test_a_cylinder_unrolls_to_its_arc_length() -> None:
    arc, y = np.meshgrid(np.linspace(-60, 60, 41), np.linspace(-30, 30, 21))
    points = np.stack([50 * np.sin(arc / 50), y, 50 * np.cos(arc / 50)], -1)
    flat = conformal_map(points, points[..., 0] + 1j * y)
    # up to an analytic map the unrolled cylinder is known: angles are what is kept
    across, down = np.diff(flat, axis=1)[:-1] / np.diff(arc, axis=1)[:-1], np.diff(flat, axis=0)[:, :-1] / 3
    inner = (slice(4, -4), slice(4, -4))
    assert np.abs(np.abs(across / down)[inner] - 1).max() < 0.02
    assert np.abs(np.degrees(np.angle(down / across))[inner] - 90).max() < 1


def sphere(tilt_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Points of a ball seen from above, and their stereographic coordinate."""
    side = np.linspace(-1, 1, 41) * np.tan(np.deg2rad(tilt_deg / 2))
    p, q = np.meshgrid(side, side)
    squared = p**2 + q**2
    return 85 * np.stack([2 * p, 2 * q, 1 - squared], -1) / (1 + squared)[..., None], p + 1j * q


@pytest.mark.parametrize("tilt_deg", [50, 90])
def test_a_sphere_becomes_its_stereographic_map(tilt_deg: float) -> None:
    points, w = sphere(tilt_deg)
    flat = conformal_map(points, 170 * w)
    size = np.vdot(w, flat) / np.vdot(w, w)
    assert abs(size.imag) < 1e-3 * size.real
    assert np.abs(flat / size - w).max() < 0.05 * np.abs(w).max()
    assert stretch(flat, w) < 0.02


def test_a_wrong_first_guess_is_mended() -> None:
    points, w = sphere(60)
    wrong = 200 * w.real + 140j * w.imag
    assert stretch(wrong, w) > 0.4
    assert stretch(conformal_map(points, wrong), w) < 0.03


def stretch(flat: np.ndarray, w: np.ndarray) -> float:
    """Greatest difference between the scales along and across, but for the rim."""
    across, down = np.diff(flat, axis=1)[:-1] / np.diff(w, axis=1)[:-1], np.diff(flat, axis=0)[:, :-1]
    return float(np.abs(np.abs(across / (down / np.diff(w, axis=0)[:, :-1])) - 1)[3:-3, 3:-3].max())
