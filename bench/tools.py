"""The programs that a user would run instead, where they are installed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from fencepost.reconstruct.recognise import needles

PYTHON = sys.executable
FENCEPOST = str(Path(sys.executable).with_name("fencepost"))


def needles_file(folder: Path) -> Path:
    """Write the literals that fencepost searches for, one a line, for others to search."""
    path = folder / "needles.txt"
    path.write_text("".join(f"{needle}\n" for needle in needles()), encoding="utf-8")
    return path


def filter_file(folder: Path, wanted: str = "") -> Path:
    """Write the command that lets lnav keep lines with these texts; the same literals by default."""
    path = folder / f"filter-{'short' if wanted else 'needles'}.lnav"
    # In a group, since lnav cuts blanks off at the end.
    wanted = wanted or f"(?:{'|'.join(re.escape(needle) for needle in needles())})"
    path.write_text(f":filter-in {wanted}\n", encoding="utf-8")
    return path


def ripgrep(version: int) -> tuple[str, str]:
    """Return the ripgrep of this major version, and why there is none (one is empty)."""
    own = Path(sys.executable).with_name("rg")
    for program in (str(own), shutil.which("rg", path="/usr/bin:/usr/local/bin") or ""):
        if program and Path(program).exists():
            said = subprocess.run(
                [program, "--version"], capture_output=True, text=True, check=True
            )
            if said.stdout.startswith(f"ripgrep {version}."):
                return program, ""
    return "", f"no ripgrep {version} here"


def installed(name: str) -> tuple[str, str]:
    """Return where a program is, and why it is nowhere (one is empty)."""
    path = shutil.which(name)
    return (path, "") if path else ("", f"no {name} here")
