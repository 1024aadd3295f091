from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ellipeinc

from smpsim.scalp.tape import AVERAGE_HEAD, Head


def test_a_tape_up_the_middle_is_the_arc_of_the_ellipse() -> None:
    head = AVERAGE_HEAD
    up = 60.0
    # y = vertex sin t, z = half length cos t: an incomplete elliptic integral of the second kind
    m = 1 - (head.half_length_mm / head.vertex_mm) ** 2
    arc = head.vertex_mm * ellipeinc(np.arcsin(up / head.vertex_mm), m)
    assert head.tape_mm(np.zeros(2), np.array([0.0, up])) == pytest.approx(arc, abs=0.05)


def test_a_sphere_gives_the_angle_between_the_places() -> None:
    ball = Head(80, 80, 80)
    assert ball.tape_mm(np.zeros(2), np.array([40.0, 0.0])) == pytest.approx(80 * np.pi / 6, abs=0.02)


@pytest.mark.parametrize("length", [5.0, 40.0, 80.0])
@pytest.mark.parametrize("direction", [0.0, 0.7, 1.5])
def test_the_end_of_a_tape_lies_at_its_length(length: float, direction: float) -> None:
    end = AVERAGE_HEAD.at_tape(np.zeros(2), direction, length)
    assert AVERAGE_HEAD.tape_mm(np.zeros(2), end) == pytest.approx(length, abs=0.01)
    assert np.arctan2(end[1], end[0]) == pytest.approx(direction, abs=1e-9)


def test_a_tape_longer_than_the_head_ends_at_the_outline() -> None:
    assert AVERAGE_HEAD.at_tape(np.zeros(2), 0.0, 500.0)[0] == pytest.approx(77.5, rel=0.01)


def test_two_tapes_meet_or_say_that_they_do_not() -> None:
    e = AVERAGE_HEAD.at_tape(np.zeros(2), 0.0, 80.0)
    mid = AVERAGE_HEAD.at_tape(np.zeros(2), np.pi / 2, 80.0)
    corner = AVERAGE_HEAD.where_tapes_meet(mid, 80, e, 80, between=(-1.2, 1.3))
    assert AVERAGE_HEAD.tape_mm(mid, corner) == pytest.approx(80, abs=0.01)
    assert AVERAGE_HEAD.tape_mm(e, corner) == pytest.approx(80, abs=0.01)
    with pytest.raises(ValueError, match="sign"):
        AVERAGE_HEAD.where_tapes_meet(mid, 10, e, 10, between=(-1.2, 1.3))
