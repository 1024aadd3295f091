"""A drawn line hidden: the skin that comes is the skin that was there, and nothing else changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import distance_transform_edt

from smpsim import (
    Hairline,
    MaskError,
    ParameterError,
    PhotoError,
    batch,
    encode_hairline,
    find_line,
    hairline_through,
    hide_line,
    read_mask,
    read_photo,
    render,
)
from smpsim.colour import delta_e_2000, lab
from smpsim.synthetic import Sample, sample
from tests.scalp.faces import photographs


@cache
def made(line: str, tone: str = "light", jpeg: int | None = None) -> Sample:
    return sample(px_per_mm=5, tone=tone, seed=1, line=line, jpeg_quality=jpeg)


@cache
def line_of(line: str) -> Hairline:
    s = made(line)
    return hairline_through(find_line(s.photo, scale=5).points, 5)


def difference(a: np.ndarray, b: np.ndarray, s: Sample) -> np.ndarray:
    return delta_e_2000(*(lab(s.photo.space.decode(np.ascontiguousarray(x)), s.photo.space) for x in (a, b)))


@pytest.mark.parametrize(
    ("line", "tone", "jpeg"),
    [("white", "fair", None), ("blue", "dark", None), ("phone", "medium", 85)],
)
def test_what_comes_is_the_skin_that_was_there(line: str, tone: str, jpeg: int | None) -> None:
    drawn, bare = made(line, tone, jpeg), made("none", tone, jpeg)
    photo, length_mm = hide_line(drawn.photo, "found", scale=5)
    changed = (photo.pixels != drawn.photo.pixels).any(-1)
    assert 100 < length_mm < 250
    off = difference(photo.pixels, bare.photo.pixels, drawn)[changed]
    assert off.mean() < 2
    assert np.quantile(off, 0.95) < 4
    assert difference(drawn.photo.pixels, bare.photo.pixels, drawn)[changed].mean() > 2 * off.mean()
    # only the band: within 4 mm of the line
    assert not changed[distance_transform_edt(drawn.truth.drawn == 0) > 4 * 5].any()
    # neither a flat band nor a rough one: its texture is that of skin
    rough = [np.std(np.diff(x[..., 1].astype(float), axis=0)[changed[1:]]) for x in (photo.pixels, bare.photo.pixels)]
    assert rough[0] == pytest.approx(rough[1], rel=0.2)


def test_previews_of_a_window_and_a_smaller_one_show_no_line_either() -> None:
    drawn, line = made("blue"), line_of("blue")
    whole = render(drawn.photo, drawn.mask, scale=5, hide_line=line)
    assert whole.stats.hidden_line_mm > 100
    assert whole.label["hidden_line_mm"] == pytest.approx(whole.stats.hidden_line_mm, abs=0.05)
    assert any("is hidden" in note for note in whole.stats.warnings)
    window = render(drawn.photo, drawn.mask, scale=5, hide_line=line, window=(300, 200, 200, 150))
    assert np.array_equal(window.image, whole.image[200:350, 300:500])
    photo, _ = hide_line(drawn.photo, line, scale=5)
    assert np.array_equal(whole.before, photo.pixels)
    small = render(drawn.photo, drawn.mask, scale=5, hide_line=line, max_px=300)
    assert np.array_equal(small.image, render(photo, drawn.mask, scale=5, max_px=300).image)
    plain = render(drawn.photo, drawn.mask, scale=5)
    assert (plain.stats.hidden_line_mm, "hidden_line_mm" in plain.label) == (0, False)


def test_a_line_can_be_a_file_or_be_found() -> None:
    drawn, line = made("blue"), line_of("blue")
    data = encode_hairline(line, format="json", size=drawn.photo.size)
    by_file, by_line, found = (hide_line(drawn.photo, given, scale=5)[0].pixels for given in (data, line, "found"))
    assert np.array_equal(by_file, by_line)
    assert np.abs(found.astype(int) - by_line)[..., 0].mean() < 0.2
    assert np.array_equal(hide_line(drawn.photo, line, scale=5)[0].pixels, by_line)


@pytest.mark.parametrize("name", ["p05", "p09"])
def test_round_the_mask_of_a_photograph_no_line_is_invented(shared: Path, name: str) -> None:
    entry = photographs(shared)[name]
    photo = read_photo(shared / "photos" / entry["file"])
    mask = read_mask(shared / "photos" / entry["mask"], like=photo)
    with pytest.raises(PhotoError, match="no drawn line is found"):
        hide_line(photo, "found", scale=entry["px_per_mm_estimate"], mask=mask)


def test_a_batch_hides_lines_where_there_are_any(tmp_path: Path) -> None:
    for name in ("blue", "none"):
        Image.fromarray(made(name).photo.pixels).save(tmp_path / f"{name}.png")
        Image.fromarray((255 * made(name).mask).astype(np.uint8)).save(tmp_path / f"{name}_mask.png")
    results = {Path(r.src).stem: r for r in batch(tmp_path, tmp_path / "out", scale=5, hide_lines=True, jobs=1)}
    assert {r.status for r in results.values()} == {"done"}
    assert results["blue"].stats.hidden_line_mm > 100
    assert results["none"].stats.hidden_line_mm == 0
    assert any("none is hidden" in note for note in results["none"].stats.warnings)


def test_what_cannot_be_hidden_is_said() -> None:
    bare, line = made("none"), line_of("blue")
    with pytest.raises(PhotoError, match="no drawn line is found"):
        hide_line(bare.photo, "found", scale=5, mask=bare.mask)
    with pytest.raises(PhotoError, match="no drawn line is seen"):
        hide_line(bare.photo, line, scale=5)
    away = Hairline({name: (x + 9000, y) for name, (x, y) in line.points.items()})
    with pytest.raises(PhotoError, match="does not lie in the photo"):
        hide_line(bare.photo, away, scale=5)
    with pytest.raises(PhotoError, match="no drawn line is seen"):
        hide_line(made("blue").photo, line, scale=0.05)
    with pytest.raises(PhotoError, match="too small"):
        hide_line(made("blue").photo, line, scale=500)
    with pytest.raises(MaskError):
        hide_line(bare.photo, b"{}", scale=5)
    with pytest.raises(ParameterError, match="hide_line"):
        render(bare.photo, bare.mask, scale=5, hide_line=3)  # type: ignore[arg-type]
