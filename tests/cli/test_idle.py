"""Flags that change nothing are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smpsim.cli.idle import _RULES, OLD_MASK
from smpsim.parameters import PARAMETERS
from smpsim.scalp.surface import HEAD_LEAVES

Pair = tuple[Path, Path]


def test_the_table_names_leaves() -> None:
    named = {leaf for rule in _RULES for leaf in (*rule.leaves, *rule.by)}
    assert named - {OLD_MASK} <= set(PARAMETERS)
    assert set(HEAD_LEAVES) <= named
    assert {name for name in PARAMETERS if name.startswith("old_")} <= named


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--fade", "0.5"), "--fade has no effect without --old-work"),
        (("--new-layer", "no"), "--new-layer has no effect without --old-work"),
        (("--set", "old_shade=carbon-1:3"), "--set old_shade has no effect without rendered --old-work"),
        (("--needle", "0.25", "--dot-size", "0.3"), "--dot-size has no effect beside --needle"),
        (("--depth", "0.3", "--needle-depth", "1"), "--needle-depth has no effect beside --depth"),
        (("--healing", "fast"), "--healing has no effect without --age"),
        (("--fading", "fast"), "--fading has no effect without --age"),
        (("--set", "head_breadth_mm=160"), "--set head_breadth_mm has no effect without --surface ellipsoid"),
    ],
)
def test_a_flag_without_effect_is_told_and_one_with_is_not(
    smpsim: Any, pair: Pair, words: tuple[str, ...], line: str
) -> None:
    made = [smpsim(command, *pair, "-o", out, "--px-per-mm", "2", *words) for command, out in (("dots", "a.csv"),)]
    assert [f"note: {line}" in result.stderr.splitlines() for result in made] == [True]
    needed = {
        "--fade": ("--old-work", "full"),
        "--new-layer": ("--old-work", "full"),
        "--healing": ("--age", "3d"),
        "--fading": ("--age", "3y"),
    }
    if words[0] in needed:
        said = smpsim("dots", *pair, "-o", "b.csv", "--px-per-mm", "2", *words, *needed[words[0]]).stderr
        assert "has no effect" not in said


def test_every_command_tells_of_them(smpsim: Any, pair: Pair) -> None:
    scale = ("--px-per-mm", "2")
    line = "--fade has no effect without --old-work"
    told = json.loads(smpsim("render", *pair, "-o", "a.png", *scale, "--fade", "0.5", "--json").stdout)
    assert line in told["warnings"]
    masked = smpsim("render", *pair, "-o", "b.png", *scale, "--old-mask", pair[1])
    assert "note: --old-mask has no effect without --old-work" in masked.stderr
    batch = smpsim("batch", pair[0], "-o", "out", "-j", "1", "--masks", pair[1], *scale, "--fade", "0.5")
    assert batch.stderr.startswith(f"note: {line}\n")
    course = smpsim("timeline", *pair, "-o", "c.png", *scale, "--at", "1y", "--fading", "fast", "--fade", "0.5")
    assert f"note: {line}" in course.stderr
    assert "--fading" not in course.stderr


def test_a_preview_that_is_rendered_again_is_told(smpsim: Any, pair: Pair) -> None:
    scale = ("--px-per-mm", "2")
    first = smpsim("render", *pair, "-o", "a.png", *scale)
    again = smpsim("render", "a.png", pair[1], "-o", "b.png", *scale)
    assert "simulation" not in first.stderr
    assert "note: this photo is itself a simulation: its dots are rendered over\n" in again.stderr
