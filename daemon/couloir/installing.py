"""The command that adds a package to this installation, ready to be pasted into a terminal.

Couloir itself is on no package index. Anyone could register its name there, so no advice ever asks
to install "couloir" from one. A missing package is named by its own, registered name, and the command is for the Python
that runs now, with the tool that manages it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION: Final = re.compile(r"[<>=!~][^;\[\]]*")


def command_to_install(packages: Iterable[str]) -> str:
    """One command line that installs these packages beside Couloir, in the versions that Couloir requires."""
    wanted = _requirements()
    return _quoted([*_installer(), *(wanted.get(normalise_name(name), name) for name in packages)])


def _installer() -> list[str]:
    """The command of the tool that manages this Python: pipx and uv keep programs in environments without pip."""
    prefix = Path(sys.prefix)
    if "pipx" in prefix.parts:
        return ["pipx", "inject", prefix.name]
    if importlib.util.find_spec("pip") is None:
        return ["uv", "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


def _requirements() -> dict[str, str]:
    """The requirement of each package that Couloir's own metadata names, by the package's name: "rawpy>=0.23"."""
    try:
        stated = importlib.metadata.requires("couloir") or []
    except importlib.metadata.PackageNotFoundError:
        return {}  # Couloir runs from a folder and was never installed
    found: dict[str, str] = {}
    for line in stated:
        name = _NAME.match(line)
        if name is not None:
            version = _VERSION.search(line[name.end() :].partition(";")[0])
            asked = name[0] + (version[0].strip() if version is not None else "")
            # Of several lines about one package the shortest is the rule; the others have bounds for single systems.
            found[normalise_name(name[0])] = min(found.get(normalise_name(name[0]), asked), asked, key=len)
    return found


def normalise_name(name: str) -> str:
    """A package's name in the form in which indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _quoted(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
