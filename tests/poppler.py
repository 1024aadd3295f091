"""PDFs as poppler reads them: pages as text and as pictures, and their fonts.

Without poppler-utils the tests that need it are left out, and the summary says so; with ``SMPSIM_REQUIRE_POPPLER=1``
they fail instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SKIP_REASON = "no poppler"
_PROGRAMS = ("pdftotext", "pdftoppm", "pdffonts", "pdfinfo", "pdfimages")


class Reader:
    """What poppler says of a PDF."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, program: str, data: bytes, *options: str) -> str:
        """What one of the programs writes; it must have nothing to complain about."""
        path = self.folder / "read.pdf"
        path.write_bytes(data)
        before, after = options[: options.index("|")], options[options.index("|") + 1 :]
        done = subprocess.run([program, *before, path, *after], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return done.stdout

    def pages(self, data: bytes) -> list[str]:
        """Text of each page, laid out as on paper."""
        return self.run("pdftotext", data, "-layout", "|", "-").split("\f")[:-1]

    def fonts(self, data: bytes) -> list[list[str]]:
        """Name, kind, encoding, embedded, subset, unicode of each font."""
        return [line.split()[:6] for line in self.run("pdffonts", data, "|").splitlines()[2:]]

    def about(self, data: bytes) -> dict[str, str]:
        """What the file says of itself."""
        lines = self.run("pdfinfo", data, "|").splitlines()
        return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def seen(self, data: bytes, page: int, dpi: int) -> np.ndarray:
        """A page as pixels."""
        self.run(
            "pdftoppm", data, *f"-r {dpi} -f {page} -l {page} -singlefile -png".split(), "|", str(self.folder / "p")
        )
        return np.asarray(Image.open(self.folder / "p.png").convert("RGB"))

    def pictures(self, data: bytes) -> list[bytes]:
        """The JPEGs in the file, as they stand in it."""
        for old in self.folder.glob("picture-*"):
            old.unlink()
        self.run("pdfimages", data, "-all", "|", str(self.folder / "picture"))
        return [path.read_bytes() for path in sorted(self.folder.glob("picture-*"))]


@pytest.fixture
def pdf(tmp_path: Path) -> Reader:
    """Poppler; skips (or fails, see above) when it is not there."""
    if not all(map(shutil.which, _PROGRAMS)):
        if os.environ.get("SMPSIM_REQUIRE_POPPLER") == "1":
            pytest.fail("poppler-utils is required and not installed")
        pytest.skip(SKIP_REASON)
    folder = tmp_path / "poppler"
    folder.mkdir()
    return Reader(folder)
