"""An icon on the desktop that starts the studio.

Linux (freedesktop.org) is tested.  Windows and macOS are written by their makers' documents and have not been tried.

Sources: Desktop Entry Specification 1.5; xdg-user-dirs; Windows Script Host, ``CreateShortcut``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from smpsim.errors import OutputError
from smpsim.files.atomic import write_atomic
from smpsim.files.source import one_line

_NAME = "smpsim studio"
_ABOUT = "Simulated previews of scalp micropigmentation"
_ICON = Path(__file__).parent / "static" / "icon.svg"
_PATIENCE_S = 30
# asks for the desktop itself, which may lie in a cloud's folder; what we know comes in the environment, so that no
# letter of a path can be taken for a command
_POWERSHELL = (
    "$d=[Environment]::GetFolderPath('Desktop'); $f=Join-Path $d 'smpsim studio.lnk'; "
    "$s=(New-Object -ComObject WScript.Shell).CreateShortcut($f); $s.TargetPath=$env:SMPSIM_PYTHON; "
    "$s.Arguments='-m smpsim studio'; $s.WorkingDirectory=$env:USERPROFILE; $s.Description=$env:SMPSIM_ABOUT; "
    "$s.Save(); Write-Output $f"
)


def make_shortcut() -> Path:
    """Put an icon on the desktop; one of ours that is there is replaced.

    Returns
    -------
    Path
        Its file.

    Raises
    ------
    OutputError
        When there is no desktop, or it cannot be written to.
    """
    if sys.platform == "win32":
        return _on_windows()
    desktop = Path.home() / "Desktop" if sys.platform == "darwin" else _linux_desktop()
    if not desktop.is_dir():
        raise OutputError(f"{desktop.name}: there is no folder of the desktop: make it first")
    if sys.platform == "darwin":
        path, text = desktop / f"{_NAME}.command", f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -m smpsim studio\n"
    else:
        path, text = desktop / "smpsim-studio.desktop", _desktop_entry()
    write_atomic(path, text.encode("utf-8"), overwrite=True, mode=0o755)
    if sys.platform != "darwin":
        _trust(path)
    return path


def _linux_desktop() -> Path:
    """Find the folder of the desktop, which has another name in every language."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    with suppress(OSError, UnicodeDecodeError):
        text = (config / "user-dirs.dirs").read_text("utf-8")
        found = re.search(r'^XDG_DESKTOP_DIR="(.*)"$', text, re.MULTILINE)
        if found:
            return Path(found[1].replace("$HOME", str(Path.home())))
    return Path.home() / "Desktop"


def _desktop_entry() -> str:
    command = f"{_quoted(sys.executable)} -m smpsim studio %f"
    lines = {
        "Type": "Application",
        "Version": "1.0",
        "Name": _NAME,
        "Comment": _ABOUT,
        "Exec": command.replace("\\", "\\\\"),
        "Icon": str(_ICON).replace("\\", "\\\\"),
        "Terminal": "false",
        "Categories": "Graphics;Photography;",
        "MimeType": "image/jpeg;image/png;image/webp;image/tiff;image/heic;",
    }
    return "[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in lines.items())


def _quoted(argument: str) -> str:
    """Quote an argument of ``Exec``: in it ``%`` begins a field, and four letters take a backslash."""
    return '"' + re.sub(r'(["`$\\])', r"\\\1", argument).replace("%", "%%") + '"'


def _trust(path: Path) -> None:
    """Tell GNOME that this entry may be launched; elsewhere nothing is needed."""
    gio = shutil.which("gio")
    if gio:
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [gio, "set", str(path), "metadata::trusted", "true"],
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
            )


def _on_windows() -> Path:
    # without a console window; the one that has a console will do where there is no other
    quiet = Path(sys.executable).with_name("pythonw.exe")
    python = quiet if quiet.exists() else Path(sys.executable)
    given = os.environ | {"SMPSIM_PYTHON": str(python), "SMPSIM_ABOUT": _ABOUT}
    words = ["powershell", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL]
    try:
        done = subprocess.run(words, env=given, capture_output=True, text=True, timeout=_PATIENCE_S, check=True)
    except (OSError, subprocess.SubprocessError) as problem:
        raise OutputError(f"the icon cannot be made ({one_line(problem)})") from problem
    return Path(done.stdout.strip())
