"""Makes the project's own environment: uv where it is installed, venv and pip where not.

Imported by demo.py and test.py, which run on any Python 3.11 or later with nothing installed; so this file uses the
standard library only. The environment is rebuilt when pyproject.toml or the lock changes.

Packages come in the versions and with the hashes of locks/*.txt. Where those cannot be had (a Python that is newer than
the lock, a system that a pinned version has no build for), whatever fits pyproject.toml is taken, and that is said.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
_STAMP = ENVIRONMENT / "couloir-installed"


def python(*, extra: str | None = None) -> Path:
    """The environment's interpreter, made and filled first where needed. `extra` names an optional dependency group."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is the one that runs before the requirement is enforced
        sys.exit(f"Couloir needs Python 3.11 or later, and this is {sys.version.split()[0]}. Install a newer one.")
    interpreter = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = _fingerprint(extra)
    installed = _STAMP.read_text(encoding="ascii").split() if _STAMP.exists() else []
    if interpreter.exists() and wanted in installed:
        return interpreter
    print(f"Setting up {ENVIRONMENT} ...", flush=True)
    target = f"{PROJECT}[{extra}]" if extra else str(PROJECT)
    uv = shutil.which("uv")
    if not interpreter.exists():
        if uv:
            _run(uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT))
        else:
            venv.create(ENVIRONMENT, with_pip=True)
    install = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if uv:
        install = [uv, "pip", "install", "--quiet", "--python", str(interpreter)]
    lock = PROJECT / "locks" / ("dev.txt" if extra == "dev" else "release.txt")
    if _succeeds(*install, "--require-hashes", "--requirement", str(lock)):
        _run(*install, "--no-deps", "--editable", str(PROJECT))
    else:
        print(f"{lock.name} cannot be followed here; taking what fits pyproject.toml instead.", flush=True)
        _run(*install, "--editable", target)
    _STAMP.write_text("\n".join([*installed, wanted]), encoding="ascii")
    return interpreter


def _fingerprint(extra: str | None) -> str:
    contents = (PROJECT / "pyproject.toml").read_bytes() + sys.version.encode() + str(extra).encode()
    for lock in sorted((PROJECT / "locks").glob("*.txt")):
        contents += lock.read_bytes()
    return hashlib.sha256(contents).hexdigest()[:16]


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _run(*command: str) -> None:
    finished = subprocess.run(command, check=False)
    if finished.returncode:
        sys.exit(
            f"Setting up failed: {' '.join(command)} returned {finished.returncode}. What it printed above says why."
        )
