"""The files of a release: their names, their sums, and the description that `couloir update` reads."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from pathlib import Path

SUMS = "SHA256SUMS"
DESCRIPTION = "couloir-release.json"
_SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
_ENDINGS = {"linux": ".tar.gz", "macos": ".pkg", "windows": "-setup.exe"}


def system_name(system: str = sys.platform, machine: str | None = None) -> tuple[str, str]:
    """("linux", "x86_64") and so on, as the names of files have it. Raises ValueError for a system without a bundle."""
    try:
        return _SYSTEMS[system], _MACHINES[(machine or platform.machine()).lower()]
    except KeyError as error:
        raise ValueError(f"no bundle is made for {error}") from error


def bundle_name(version: str, system: str, machine: str) -> str:
    """The name of what a user downloads for a system of `system_name`."""
    return f"Couloir-{version}-{system}-{machine}{_ENDINGS[system]}"


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(folder: Path, version: str, page: str = "") -> list[Path]:
    """Write SHA256SUMS, as `sha256sum --check` reads it, and the description of the files in a folder; returns both."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in (SUMS, DESCRIPTION))
    told = [{"name": path.name, "sha256": digest(path), "size": path.stat().st_size} for path in files]
    description = folder / DESCRIPTION
    content = json.dumps({"version": version, "page": page, "files": told}, indent=2, allow_nan=False)
    description.write_text(content + "\n", encoding="utf-8")
    sums = folder / SUMS
    lines = [f"{digest(path)}  {path.name}\n" for path in (*files, description)]
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return [sums, description]


def differing(folder: Path) -> list[str]:
    """The files that are not what SHA256SUMS says, or that it does not name."""
    stated: dict[str, str] = {}
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        sum_of_file, _, name = line.partition("  ")
        stated[name] = sum_of_file
    there = {path.name: path for path in folder.iterdir() if path.is_file() and path.name != SUMS}
    return sorted(name for name in {*stated, *there} if name not in there or stated.get(name) != digest(there[name]))


def with_releases(pyproject: str, address: str) -> str:
    """The text of pyproject.toml with the address of the newest release's description in the package's metadata."""
    if "[project.urls]" in pyproject:
        raise ValueError("pyproject.toml has project URLs already: put the address of releases there")
    if not address.startswith("https://"):
        raise ValueError(f"{address} is not an https address")
    return f"{pyproject.rstrip()}\n\n[project.urls]\nReleases = {json.dumps(address)}\n"
