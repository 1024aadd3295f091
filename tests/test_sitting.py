"""A sitting: the previews of render(), with one look at the photo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import smpsim
from smpsim import Sitting, Surface, Treatment, render, sitting

HEAD = smpsim.sample(px_per_mm=3)
LOOKS = [
    {},
    {"treatment": Treatment().replace(density_per_cm2=40, shade="brown-1:10"), "seed": 3},
    {"treatment": Treatment().replace(surface="ellipsoid"), "max_px": 300},
    {"treatment": Treatment().replace(age_days=2.0), "window": (200, 150, 90, 70)},
]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every look at a photo is counted."""
    seen = []

    def counted(*given: Any, **named: Any) -> Any:
        seen.append(given)
        return look(*given, **named)

    look = sitting.look
    monkeypatch.setattr(sitting, "look", counted)
    return seen


def test_every_preview_is_that_of_render(looks: list[Any]) -> None:
    own = Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale)
    for wanted in (*LOOKS, LOOKS[0]):
        one, other = own.render(**wanted), render(HEAD.photo, HEAD.mask, scale=HEAD.scale, **wanted)
        assert np.array_equal(one.image, other.image)
        assert one.label == other.label
        assert {**one.stats.as_dict(), "seconds": 0} == {**other.stats.as_dict(), "seconds": 0}


def test_the_photo_is_looked_at_once_for_every_shape_of_the_head(looks: list[Any]) -> None:
    own = Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale)
    for density in (40, 80, 120):
        own.render(treatment=Treatment().replace(density_per_cm2=density))
    assert len(looks) == 1
    for _ in range(2):
        own.render(treatment=Treatment().replace(surface="ellipsoid"))
    assert len(looks) == 2


@pytest.mark.parametrize("surface", ["plane", "ellipsoid"])
@pytest.mark.parametrize("leaves", [{}, {"pairs_frac": 0.4, "triples_frac": 0.3}, {"sentinels_per_cm": 2.0}])
def test_what_was_placed_for_a_denser_treatment_does_not_show(surface: str, leaves: dict[str, Any]) -> None:
    own = Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale)
    for density, more in (
        (150, {}),
        (60, {}),
        (60, {"session": 1}),
        (110, {"feather_mm": 2}),
        (40, {"age_days": "5y"}),
    ):
        treatment = Treatment().replace(density_per_cm2=density, surface=surface, **leaves, **more)
        one, other = (
            owner.render(treatment=treatment, seed=4)
            for owner in (own, Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale))
        )
        assert all(
            np.array_equal(a, b) for a, b in zip(vars(one.dots).values(), vars(other.dots).values(), strict=True)
        )
        assert np.array_equal(one.image, other.image)


def test_a_surface_that_is_given_is_looked_at_once(looks: list[Any]) -> None:
    own = Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale, surface=Surface.plane())
    for surface in ("plane", "ellipsoid"):
        assert own.render(treatment=Treatment().replace(surface=surface)).stats.surface == "plane"
    assert len(looks) == 1


def test_what_is_wrong_is_told_before_the_work(looks: list[Any]) -> None:
    own = Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale)
    with pytest.raises(smpsim.ParameterError, match="window and max_px"):
        own.render(window=(0, 0, 5, 5), max_px=10)
    with pytest.raises(smpsim.ParameterError, match="seed: -1"):
        own.render(seed=-1)
    assert looks == []


@pytest.mark.parametrize("value", ["x" * 20_000, np.zeros((50, 50)), ["é"] * 900], ids=["text", "array", "list"])
def test_a_strange_value_is_quoted_in_one_short_line(value: Any) -> None:
    own = Sitting(HEAD.photo, HEAD.mask, scale=HEAD.scale)
    for wanted in ({"seed": value}, {"max_px": value}):
        with pytest.raises(smpsim.ParameterError) as error:
            own.render(**wanted)
        assert len(str(error.value)) < 300
        assert "\n" not in str(error.value)
    with pytest.raises(smpsim.ParameterError) as error:
        smpsim.Scale(value)
    assert len(str(error.value)) < 300
