"""Splines through a grid: exact where they must be, the same in every order."""

from __future__ import annotations

import numpy as np

from smpsim.scalp.bicubic import Bicubic, inverse

STEP = 0.5
X, Y = np.meshgrid(np.arange(20) * STEP - 3, np.arange(17) * STEP + 2)


def waves(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(0.3 * x) * np.cos(0.2 * y), x + 2 * y])


def spline() -> Bicubic:
    return Bicubic.through(waves(X, Y), STEP, -3.0, 2.0)


def places(n: int) -> np.ndarray:
    return np.random.default_rng(0).uniform([[-2], [3]], [[5.5], [9]], (2, n))


def test_values_and_slopes_are_those_of_the_function() -> None:
    x, y = places(500)
    value, along_x, along_y = spline().at(x, y)
    np.testing.assert_allclose(value, waves(x, y), rtol=0, atol=1e-4)
    np.testing.assert_allclose(along_x[0], 0.3 * np.cos(0.3 * x) * np.cos(0.2 * y), rtol=0, atol=1e-3)
    np.testing.assert_allclose(along_y[0], -0.2 * np.sin(0.3 * x) * np.sin(0.2 * y), rtol=0, atol=1e-3)
    np.testing.assert_allclose(along_y[1], 2, rtol=0, atol=1e-6)


def test_a_grid_of_places_has_the_same_values() -> None:
    x, y = np.linspace(-2, 5, 7), np.linspace(3, 9, 4)
    points, _, _ = spline().at(*(p.ravel() for p in np.meshgrid(x, y)))
    np.testing.assert_allclose(spline().on_grid(x, y).reshape(2, -1), points, rtol=0, atol=1e-12)


def test_a_place_does_not_depend_on_the_others() -> None:
    x, y = places(9001)
    whole = spline().at(x, y)
    part = spline().at(x[777:1234], y[777:1234])
    for all_of_them, some in zip(whole, part, strict=True):
        assert all_of_them[:, 777:1234].tobytes() == some.tobytes()


def test_the_inverse_finds_the_place_again() -> None:
    x, y = places(200)
    function = Bicubic.through(np.stack([X + 0.1 * np.sin(Y), Y + 0.1 * np.sin(X)]), STEP, -3.0, 2.0)
    wanted = function.at(x, y)[0]
    found = inverse(function, wanted, np.stack([x + 0.3, y - 0.3]), lambda at: at)
    np.testing.assert_allclose(found, [x, y], rtol=0, atol=1e-9)
