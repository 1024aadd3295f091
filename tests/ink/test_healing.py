"""The first four weeks: what the sources say of days, and curves that hold together."""

from __future__ import annotations

import numpy as np
import pytest

from smpsim.ink.healing import HEALED_D, redness, scabs, shed_day, visible_healing
from smpsim.parameters.course import PACES

DAYS = np.linspace(0, 40, 4001)


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("loss", [0.0, 0.1, 0.25, 0.5])
def test_dots_only_fade_while_they_heal(pace: str, loss: float) -> None:
    for late in (0.0, 0.5, 1.0):
        left = visible_healing(DAYS, shed_day(np.full(len(DAYS), late), pace), loss)
        assert left[0] == pytest.approx(1 / (1 - loss), rel=0, abs=1e-12)
        assert np.all(np.diff(left) <= 0)
        assert np.all(np.diff(left) > -0.004)  # 1 / 100 d: no jump
        assert np.all(left[DAYS >= HEALED_D] == 1)


def test_most_is_lost_between_day_3_and_10() -> None:
    every = np.linspace(0, 1, 101)
    three, ten = (visible_healing(np.full(101, day), shed_day(every, "typical"), 0.25).mean() for day in (3.0, 10.0))
    assert (three - ten) / (1 / 0.75 - 1) > 0.6
    assert (1 / 0.75 - three) / (1 / 0.75 - 1) < 0.1


@pytest.mark.parametrize(("pace", "first", "last"), [("fast", 4, 6), ("typical", 5, 7), ("slow", 5.5, 9)])
def test_scabs_are_there_from_day_2_on_and_shed_one_by_one(pace: str, first: float, last: float) -> None:
    every = np.linspace(0, 1, 101)
    shed = shed_day(every, pace)

    def there(day: float) -> float:
        return float((scabs(np.full(101, day), shed, np.full(101, 0.25), every).depth[:, 1] > 0).mean())

    assert [there(day) for day in (0, 1.9, 3, first - 0.01, last)] == [0, 0, 1, 1, 0]
    falling = [there(day) for day in np.linspace(first, last, 21)]
    assert np.all(np.diff(falling) < 0)


def test_scabs_are_brown_and_wider_than_their_dots() -> None:
    crust = scabs(np.full(3, 4.0), np.full(3, 6.0), np.array([0.1, 0.2, 0.3]), np.array([0.0, 0.5, 1.0]))
    red, green, blue = crust.depth.T
    assert np.all((red < 0.7 * green) & (green < blue))
    assert np.all(np.diff(green) > 0)
    width = 2.3548 * crust.sigma_mm
    np.testing.assert_allclose(width / [0.1, 0.2, 0.3], 1.6, rtol=1e-4)


@pytest.mark.parametrize(("pace", "gone"), [("fast", 2), ("typical", 4), ("slow", 5)])
def test_redness_falls_to_none_by_the_day_of_the_sources(pace: str, gone: float) -> None:
    levels = [redness(day, pace) for day in DAYS]
    assert levels[0] == 1
    assert np.all(np.diff(levels) <= 0)
    assert redness(gone, pace) == 0 < redness(gone - 0.1, pace)
