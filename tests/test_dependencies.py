"""What we depend on: lower bounds that exclude known holes, and a lock file that covers all of it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from itertools import chain, pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements-dev.txt").read_text("utf-8")
#: package -> the last version with a hole that is named in SECURITY.md
KNOWN_BAD = {
    "pillow": "12.3.0",
    "pi-heif": "1.3.0",
    "starlette": "1.3.0",
    "h11": "0.14.0",
    "distributed": "2026.1.0",
}
_LINE = re.compile(
    r"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*( ; [a-z_]+ [<>=!]+ '[^']+'( (and|or) [a-z_]+ [<>=!]+ '[^']+')*)? \\"
)
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def _declared() -> list[Requirement]:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = about["project"]
    texts = chain(
        project["dependencies"], *project["optional-dependencies"].values(), about["build-system"]["requires"]
    )
    return [Requirement(text) for text in texts]


def _locked() -> dict[str, list[str]]:
    """Package -> its locked versions (several where they depend on Python)."""
    locked: dict[str, list[str]] = {}
    for name, number in re.findall(r"^([a-z0-9.-]+)==(\S+)", LOCK, re.MULTILINE):
        locked.setdefault(name, []).append(number)
    return locked


DECLARED = _declared()


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_the_lock_file_covers_every_dependency(requirement: Requirement) -> None:
    versions = _locked().get(canonicalize_name(requirement.name))
    assert versions, "missing: make the lock file again, see CONTRIBUTING.md"
    assert all(requirement.specifier.contains(number) for number in versions)


def test_the_lock_file_holds_names_versions_and_hashes_alone() -> None:
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    names = [line for line in lines if not line.startswith(" ")]
    assert [line for line in names if not _LINE.fullmatch(line)] == []
    assert [line for line in lines if line.startswith(" ") and not _HASH.fullmatch(line)] == []
    # each name is followed by a hash
    assert all(_HASH.fullmatch(after) for line, after in pairwise(lines) if line in names)
    assert "://" not in LOCK


@pytest.mark.parametrize("name", KNOWN_BAD)
def test_versions_with_known_holes_are_excluded(name: str) -> None:
    mine = [requirement for requirement in DECLARED if canonicalize_name(requirement.name) == name]
    assert mine
    for requirement in mine:
        assert not requirement.specifier.contains(KNOWN_BAD[name])
    row = f"| {name} | {min(spec.version for spec in mine[0].specifier)} |"
    assert row in (ROOT / "SECURITY.md").read_text("utf-8")


def test_what_is_installed_is_allowed() -> None:
    """The bounds hold where the tests run, for the packages that are needed in any case."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for text in about["project"]["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(version(requirement.name))
