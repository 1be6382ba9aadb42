"""Pins every package that Couloir is developed, tested and released with, by version and by hash.

    python3 scripts/lock.py                  writes locks/*.txt; needs uv and a package index
    python3 scripts/lock.py --check          whether they fit pyproject.toml and are whole; needs neither

Both run in the project's own environment (.venv).

A lock names no index: whoever installs from it may use any, since the hashes say what may come. Packages that are
installed already keep their versions, so that what was tested is what is pinned; --upgrade takes the newest ones.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent
LOCKS: dict[str, tuple[str, ...] | None] = {"dev": ("dev",), "release": (), "bundle": ("bundle",), "docs": None}
"""Each lock and the extras of pyproject.toml that it holds beside what Couloir always needs; None where it holds the
dependency group of its name, and nothing of Couloir.
"""

OLDEST = "3.11.5"  # of Python, in the locks: some packages exclude earlier ones
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+-]+)(?: ; (?P<marker>[^\\]+?))? \\$")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def path_of(lock: str) -> Path:
    return PROJECT / "locks" / f"{lock}.txt"


def pins(text: str) -> dict[str, tuple[str, ...]]:
    """Versions by normalised name: several where systems get different ones. Raises ValueError naming the first line
    that is neither a pin nor its hash.
    """
    found: dict[str, tuple[str, ...]] = {}
    hashes = 1
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        pin = _PIN.match(line)
        if pin is not None and hashes:
            name = normalised(pin["name"])
            found[name], hashes = (*found.get(name, ()), pin["version"]), 0
        elif pin is None and found and _HASH.match(line):
            hashes += 1
        else:
            raise ValueError(f"line {number} is neither a pinned package nor one of its hashes: {line.strip()}")
    if not hashes:
        raise ValueError("the last package has no hash")
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def faults(lock: str) -> Iterator[str]:
    """What is wrong with a lock, in sentences; nothing when it is whole and fits pyproject.toml."""
    path = path_of(lock)
    if not path.exists():
        yield f"{path.name} is not there."
        return
    text = path.read_text(encoding="utf-8")
    try:
        pinned = pins(text)
    except ValueError as error:
        yield f"{path.name}: {error}."
        return
    for line in _asked(lock):
        yield from _unmet(Requirement(line), pinned, "pyproject.toml", path.name)
    # What a pinned package needs is pinned, too: seen in those that are installed here in the pinned version.
    for package in importlib.metadata.distributions():
        if package.version in pinned.get(normalised(package.name), ()):
            for line in package.requires or ():
                required = Requirement(line)
                if required.marker is None or required.marker.evaluate({"extra": ""}):
                    yield from _unmet(required, pinned, package.name, path.name)


def _asked(lock: str) -> list[str]:
    """The requirements that a lock is made of, as pyproject.toml has them."""
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, project = LOCKS[lock], stated["project"]
    if extras is None:
        return list(stated["dependency-groups"][lock])
    return [*project["dependencies"], *(line for each in extras for line in project["optional-dependencies"][each])]


def _unmet(required: Requirement, pinned: dict[str, tuple[str, ...]], by: str, lock: str) -> Iterator[str]:
    versions = pinned.get(normalised(required.name), ())
    if not versions:
        yield f"{lock} does not pin {required.name}, which {by} asks for: run scripts/lock.py."
    elif not any(required.specifier.contains(version, prereleases=True) for version in versions):
        told = " and ".join(versions)
        yield f"{lock} pins {required.name} {told}, but {by} asks for {required.specifier}: run scripts/lock.py."


def write(lock: str, uv: str, *, upgrade: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept.txt"
        markers = _markers()
        installed = [] if upgrade else [f"{name}=={version}{markers.get(name, '')}" for name, version in _installed()]
        kept.write_text("\n".join(installed), encoding="utf-8")
        command = [uv, "pip", "compile", "--universal", "--python-version", OLDEST, "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
        extras = LOCKS[lock]
        asked = ["--group", lock] if extras is None else ["pyproject.toml"]
        asked += [word for extra in extras or () for word in ("--extra", extra)]
        command += ["--constraint", str(kept), *asked]
        made = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    head = f"# Every package of {lock}, by version and hash. Made by scripts/lock.py, never by hand.\n"
    path_of(lock).parent.mkdir(exist_ok=True)
    path_of(lock).write_text(head + made, encoding="utf-8")
    print(f"wrote {path_of(lock).relative_to(PROJECT)}, {len(pins(made))} packages")


def _markers() -> dict[str, str]:
    """On which systems the version that is installed here is kept, for packages of which others get another one."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(line) for line in project["dependencies"]]
    here = [each for each in asked if each.marker is not None and each.marker.evaluate()]
    return {normalised(each.name): f" ; {each.marker}" for each in here}


def _installed() -> Iterator[tuple[str, str]]:
    """What the project's own environment has, for the Python that runs."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "json", "--exclude-editable"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for package in json.loads(listed):
        if package["name"] not in ("pip", "setuptools"):
            yield package["name"], package["version"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; say what is wrong")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options = parser.parse_args()
    if options.check:
        found = [fault for lock in LOCKS for fault in faults(lock)]
        print("\n".join(found) or "The locks are whole and fit pyproject.toml.")
        return bool(found)
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("uv is not installed: its page says how, https://docs.astral.sh/uv/")
    for lock in LOCKS:
        write(lock, uv, upgrade=options.upgrade)
    return 0


if __name__ == "__main__":
    sys.exit(main())
