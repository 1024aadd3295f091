"""The doors of the package: every public name loads, no other is there, and importing costs nothing."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import smpsim
from smpsim import errors

# what the design promises: function -> parameters that can be given by position, keyword-only ones, "*" if any
SIGNATURES = {
    "render": ("photo mask | scale treatment surface seed window max_px options progress protect hide_line old_mask"),
    "batch": (
        "sources out_dir | masks propose_masks protect treatments name recursive include exclude treatment overrides"
        " scale head_width_mm surface seed hide_lines on_exists on_error jobs shard manifest resume dry_run client"
    ),
    "place_dots": "mask | scale treatment surface seed protect",
    "check_photo": "photo mask | scale",
    "propose_mask": "photo |",
    "poisson_disc": "| radius shape mask seed",
    "read_photo": "source |",
    "read_mask": "source | like",
    "dot_gaussians": "| depth_mm diameter_mm ink_per_mm skin",
    "dot_contrast": "rho_mm | depth_mm diameter_mm ink_per_mm skin",
    "compare_images": "a b |",
    "sample": (
        "| px_per_mm tone view seed"
        # beyond the contract
        " light hair hair_colour hair_width_mm veins freckles blur_px chroma_blur_px noise jpeg_quality"
        " line line_gaps_frac case"
    ),
}


@pytest.mark.parametrize("name", smpsim.__all__)
def test_every_public_name_loads_and_is_defined_where_it_is_said_to_be(name: str) -> None:
    value = getattr(smpsim, name)
    assert value.__name__ == name
    assert value.__module__ in smpsim._ROOMS
    assert value is getattr(importlib.import_module(value.__module__), name)
    assert value.__doc__


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(smpsim.__file__).read_text("utf-8"))
    seen = {
        (node.module, alias.name)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {(room, name) for room, names in smpsim._ROOMS.items() for name in names}


def test_dir_and_unknown_names() -> None:
    assert dir(smpsim) == sorted(smpsim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'rendre'"):
        smpsim.rendre  # noqa: B018


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_of_the_contract(name: str) -> None:
    parameters = inspect.signature(getattr(smpsim, name)).parameters.values()
    by_kind = {
        kind: " ".join(p.name for p in parameters if p.kind is kind)
        for kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    }
    assert " | ".join(by_kind.values()).strip() == SIGNATURES[name]


def test_importing_the_package_loads_no_numpy_and_nothing_of_its_own() -> None:
    code = "import sys, smpsim; print(*(m for m in sys.modules if m.split('.')[0] in ('numpy', 'PIL', 'smpsim')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["smpsim"]


@pytest.mark.parametrize(
    ("name", "builtin", "exit_code"),
    [
        ("SmpsimError", Exception, 1),
        ("ParameterError", ValueError, 2),
        ("MissingExtraError", ImportError, 2),
        ("OutputExistsError", FileExistsError, 2),
        ("InputError", ValueError, 3),
        ("PhotoError", ValueError, 3),
        ("MaskError", ValueError, 3),
        ("TreatmentFileError", ValueError, 3),
        ("OutputError", OSError, 3),
    ],
)
def test_errors_are_also_the_builtin_ones_and_know_their_exit_code(
    name: str, builtin: type[Exception], exit_code: int
) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, errors.SmpsimError)
    assert issubclass(kind, builtin)
    assert kind.exit_code == exit_code
    assert getattr(smpsim, name) is kind
