"""Lines drawn on the sample: where the truth says, of the colour of the pencil, the same at every scale."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from smpsim.errors import ParameterError
from smpsim.synthetic import Sample, sample


@cache
def made(line: str, px_per_mm: float = 4, view: str = "front", tone: str = "light", gaps: float = 0.1) -> Sample:
    return sample(px_per_mm=px_per_mm, tone=tone, view=view, seed=2, line=line, line_gaps_frac=gaps)


@pytest.mark.parametrize("line", ["white", "red", "blue", "phone"])
def test_only_the_line_changes_and_by_its_colour(line: str) -> None:
    plain, drawn = made("none"), made(line)
    assert plain.truth.line_px is None
    assert drawn.truth.drawn is not None
    before, after = (s.photo.pixels.astype(float) for s in (plain, drawn))
    far = distance_transform_edt(drawn.truth.drawn == 0) > 3 * drawn.scale.px_per_mm
    assert np.abs(after - before)[far].max() <= 1  # the blur of three depths is mixed by rounding
    change = (after - before)[drawn.truth.drawn > 0.6].mean(0)
    rises = {"white": (1, 1, 1), "red": (0, -1, -1), "blue": (-1, -1, 0), "phone": (-1, 1, 0)}[line]
    assert all(change[c] * sign > 15 for c, sign in enumerate(rises) if sign), change


def test_the_truth_runs_along_the_middle_and_across_the_forehead() -> None:
    s = made("phone")
    assert s.truth.line_px is not None
    assert s.truth.drawn is not None
    assert np.ptp(s.truth.line_px[:, 0]) > 100 * s.scale.px_per_mm
    column, row = (s.truth.line_px - 0.5).round().astype(int).T
    away = distance_transform_edt(s.truth.drawn > 0.5)
    assert away[row, column].mean() > 0.4 * 1.3 * s.scale.px_per_mm  # as deep as half of its width


def test_the_same_line_at_every_scale_and_gaps_as_asked_for() -> None:
    fine, coarse = made("white", 8), made("white", 4)
    assert np.abs(fine.truth.line_px - 2 * coarse.truth.line_px).max() < 1e-9
    half = fine.truth.drawn.reshape(coarse.truth.drawn.shape[0], 2, -1, 2).mean((1, 3))
    assert np.abs(half - coarse.truth.drawn).mean() < 0.05 * coarse.truth.drawn.mean()
    inked = [made("white", gaps=gaps).truth.drawn.sum() for gaps in (0.0, 0.5)]
    assert 0.2 < inked[1] / inked[0] < 0.8


@pytest.mark.parametrize("view", ["crown", "profile", "three-quarter"])
def test_every_view_has_a_line(view: str) -> None:
    s = made("red", view=view)
    assert np.ptp(s.truth.line_px, axis=0).max() > 30 * s.scale.px_per_mm


def test_bad_values_are_refused() -> None:
    with pytest.raises(ParameterError, match="line"):
        sample(line="green")
    with pytest.raises(ParameterError, match="line_gaps_frac"):
        sample(line="red", line_gaps_frac=1.0)
