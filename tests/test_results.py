"""What the functions of the library hand back: objects of its public types, frozen, with what they promise."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import smpsim


@pytest.fixture(scope="module")
def scalp() -> smpsim.Sample:
    return smpsim.sample(px_per_mm=2)


def test_advice_says_what_to_do(scalp: smpsim.Sample) -> None:
    """A photo of 2 px/mm is too coarse, and told so in numbers."""
    advice = smpsim.check_photo(scalp.photo, scalp.mask, scale=scalp.scale)
    assert advice
    assert all(isinstance(piece, smpsim.Advice) for piece in advice)
    (coarse,) = (piece for piece in advice if piece.code == "px-per-mm")
    assert (coarse.value, coarse.unit) == (2, "px/mm")
    assert coarse.limit > coarse.value
    assert coarse.do


def test_pieces_of_a_board(scalp: smpsim.Sample) -> None:
    board = smpsim.timeline(scalp.photo, scalp.mask, scale=scalp.scale, moments=("before", "settled"), piece_px=100)
    before, settled = board.pieces
    assert isinstance(settled, smpsim.Piece)
    assert (before.simulated, settled.simulated) == (False, True)
    assert before.n_dots == 0 < settled.n_dots
    assert not settled.image.flags.writeable


def test_a_client_sheet_is_its_bytes(scalp: smpsim.Sample, tmp_path: Path) -> None:
    view = smpsim.CaseView(scalp.photo, [smpsim.CaseZone(scalp.mask)], "front", scalp.scale)
    sheet = smpsim.client_sheet(smpsim.Case([view]))
    assert isinstance(sheet, smpsim.ClientSheet)
    sheet.save(tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes() == sheet.pdf
    assert sheet.pdf.startswith(b"%PDF-")


def test_a_batch_that_is_only_planned(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"")
    (tmp_path / "photo_mask.png").write_bytes(b"")
    batch = smpsim.batch(tmp_path / "photo.png", tmp_path / "out", dry_run=True)
    assert isinstance(batch, smpsim.Batch)
    (planned,) = batch
    assert isinstance(planned, smpsim.BatchResult)
    assert planned.error is None


@pytest.mark.parametrize(
    "kind",
    [kind for name in smpsim.__all__ if dataclasses.is_dataclass(kind := getattr(smpsim, name))],
    ids=lambda kind: kind.__name__,
)
def test_results_are_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
