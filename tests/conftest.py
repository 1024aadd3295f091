"""Shared data for the tests: real photographs and a corpus of odd files, kept outside of the repository.

``SMPSIM_SHARED`` names their folder (default: ``../shared`` beside the repository). Without them the tests that need
them are left out, and the summary says so; with ``SMPSIM_REQUIRE_SHARED=1`` they fail instead.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import browser
import poppler
import pytest
from browser import chromium as chromium
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir
from poppler import pdf as pdf

_SHARED = Path(os.environ.get("SMPSIM_SHARED") or Path(__file__).parents[1].parent / "shared")
_REQUIRED = os.environ.get("SMPSIM_REQUIRE_SHARED") == "1"
_SKIP_REASON = "no shared data"

# hypothesis keeps its notes outside of the repository; pytest would stumble over a folder .hypothesis in it
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "smpsim-hypothesis")
# no presets of whoever runs the tests
os.environ["SMPSIM_CONFIG"] = str(Path(tempfile.gettempdir()) / "smpsim-no-settings")
# a run in the background ignores Ctrl-C, and so would the programs that the tests start and interrupt
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# the same examples every time, and no verdict on a slow machine
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the shared data; skips (or fails, see above) when it is not there."""
    if _SHARED.is_dir():
        return _SHARED
    if _REQUIRED:
        pytest.fail(f"the shared data are required and not at {_SHARED} (set SMPSIM_SHARED)")
    pytest.skip(_SKIP_REASON)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(_SKIP_REASON in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"LEFT OUT: {count} tests that need the shared data (photographs, corpus of files, optics), "
            f"which are not at {_SHARED}; set SMPSIM_SHARED to their folder",
            yellow=True,
        )
    count = sum(browser.SKIP_REASON in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"LEFT OUT: {count} tests that need Chromium, which is not installed; install it, or set SMPSIM_CHROMIUM",
            yellow=True,
        )
    count = sum(poppler.SKIP_REASON in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"LEFT OUT: {count} tests that read sheets by poppler, which is not installed; install poppler-utils",
            yellow=True,
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``corpus_entry`` once for every file of the corpus."""
    if "corpus_entry" not in metafunc.fixturenames:
        return
    manifest = _SHARED / "io-corpus" / "manifest.json"
    # without the data one run remains, so that the fixture `shared` can say so
    entries: list[Any] = [None]
    if manifest.is_file():
        entries = json.loads(manifest.read_text("utf-8"))["entries"]
    metafunc.parametrize("corpus_entry", entries, ids=[e["file"] if e else "none" for e in entries])
