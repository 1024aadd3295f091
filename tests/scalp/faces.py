"""Photographs with known pupils, for the tests of hairlines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

#: photographs taken from the front at 1.5 px/mm or more whose pupils are known; the others are turned or too small
FRONTAL = ("p01", "p02", "p03", "p04", "p09", "p10", "p11", "p12", "p14")


def photographs(shared: Path) -> dict[str, dict[str, Any]]:
    """What is known of each photograph, by its short name."""
    entries = json.loads((shared / "photos" / "photos.json").read_text("utf-8"))
    return {entry["file"][:3]: entry for entry in entries}
