"""How the documentation becomes a book: ``make docs``.  Its pages ask no other host for anything."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

import smpsim  # noqa: E402

project = "smpsim"
version = release = smpsim.__version__
language = "en"
smartquotes_action = "D"
highlight_language = "none"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_gallery.gen_gallery"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3

# types in prose, "float, mm" and "ndarray (H, W)", lead nowhere; every other name is a link or an error
nitpick_ignore_regex = [("py:(class|exc)", r"(?!smpsim\.).*")]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_use_param = napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]  # several names in one entry

html_theme = "furo"
html_title = f"smpsim {release}"
html_copy_source = False
html_show_copyright = False

sphinx_gallery_conf = {
    "examples_dirs": str(ROOT / "examples"),
    "gallery_dirs": "gallery",
    # docs/cases.md shows the pictures of the cases
    "ignore_pattern": r"cases\.py$",
    "filename_pattern": r"\.py$",
    "notebook_extensions": set(),
    "within_subsection_order": "pictures.FromSimple",
    "image_scrapers": ("pictures.moved_pictures",),
    "reset_modules": (),
    "capture_repr": (),
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "show_signature": False,
    "nested_sections": False,
    "download_all_examples": False,
}

#: page of the book -> file at the root, where people look for it
ROOT_PAGES = {"changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md", "security": "SECURITY.md"}


def root_page(app: Sphinx, name: str, source: list[str]) -> None:
    """Put the file at the root in the place of its page; links lead where they lead in the book."""
    if name in ROOT_PAGES:
        text = (ROOT / ROOT_PAGES[name]).read_text("utf-8").replace("](docs/", "](")
        source[0] = re.sub(r"\]\(([A-Z]+)\.md", lambda match: f"]({match[1].lower()}.md", text)


def asks_nobody(app: Sphinx, problem: Exception | None) -> None:
    """Fail when a page would load anything from elsewhere."""
    elsewhere = re.compile(r'<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')
    if problem is None:
        for page in Path(app.outdir).rglob("*.html"):
            found = elsewhere.search(page.read_text("utf-8"))
            if found:
                raise ExtensionError(f"{page.name}: asks another host: {found[0]}")


def setup(app: Sphinx) -> None:
    """Put in the pages at the root, and look at what was built."""
    app.connect("source-read", root_page)
    # their pages here never change, so they are always read
    app.connect("env-get-outdated", lambda *_: list(ROOT_PAGES))
    app.connect("build-finished", asks_nobody)
