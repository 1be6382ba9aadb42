"""Make the release of the Lightroom plug-in: a zip whose bytes depend on its files and on nothing else.

The version comes from `couloir.__version__`. `--sync` writes it into the plug-in's Info.lua and Version.lua; without
it, a difference is an error, so that a release cannot say two versions.
"""

from __future__ import annotations

import argparse
import re
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PLUGIN = PROJECT / "lrplugin" / "Couloir.lrplugin"
RELEASED = (".lua", ".txt")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


class VersionsDiffer(Exception):
    """A file of the plug-in does not say the package's version."""


def package_version() -> str:
    source = (PROJECT / "daemon" / "couloir" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    if found is None:
        raise VersionsDiffer("daemon/couloir/__init__.py has no __version__")
    return found[1]


def with_version(name: str, source: str, version: str) -> str:
    """The text of Info.lua or Version.lua with that version in it."""
    major, minor, revision = [*re.findall(r"\d+", version), "0", "0", "0"][:3]
    if name == "Info.lua":
        table = f'{{ major = {major}, minor = {minor}, revision = {revision}, build = 0, display = "{version}" }}'
        return re.sub(r"(?m)^(  VERSION = ).*?,$", lambda found: f"{found[1]}{table},", source)
    return re.sub(r'(?m)^(  version = )".*?",$', lambda found: f'{found[1]}"{version}",', source)


def sync(version: str, *, write: bool) -> list[str]:
    """The files whose version differs; with `write` they are put right."""
    differing = []
    for name in ("Info.lua", "Version.lua"):
        path = PLUGIN / name
        source = path.read_text(encoding="utf-8")
        wanted = with_version(name, source, version)
        if wanted != source:
            differing.append(name)
            if write:
                path.write_text(wanted, encoding="utf-8", newline="\n")
    return differing


def build(destination: Path) -> Path:
    """Write `Couloir-<version>.lrplugin.zip` into a folder. Raises VersionsDiffer"""
    version = package_version()
    differing = sync(version, write=False)
    if differing:
        raise VersionsDiffer(f"{', '.join(differing)}: not version {version}; run with --sync")
    destination.mkdir(parents=True, exist_ok=True)
    archive = destination / f"Couloir-{version}.lrplugin.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(PLUGIN.iterdir()):
            if path.suffix in RELEASED:
                entry = zipfile.ZipInfo(f"{PLUGIN.name}/{path.name}", EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # else the zip tells on which system it was made
                entry.external_attr = 0o644 << 16
                zipped.writestr(entry, path.read_bytes().replace(b"\r\n", b"\n"), compresslevel=9)
    return archive


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("destination", type=Path, nargs="?", default=PROJECT / "dist", help="folder for the zip")
    parser.add_argument("--sync", action="store_true", help="write the package's version into the plug-in first")
    arguments = parser.parse_args()
    if arguments.sync:
        sync(package_version(), write=True)
    try:
        print(build(arguments.destination))
    except VersionsDiffer as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
