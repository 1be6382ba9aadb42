"""Whether a known vulnerability applies to a package that the locks pin. Asks no server.

    python3 scripts/audit.py                     the locks against locks/advisories.json; part of scripts/test.py
    python3 scripts/audit.py --database FOLDER   against a clone of PyPA's advisory database
    python3 scripts/audit.py --update FOLDER     writes locks/advisories.json from such a clone, for the pinned packages

pip-audit would have to reach a server in every run (its issue 698 asks for an offline form). This reads the database
that it asks, github.com/pypa/advisory-database (CC BY 4.0): each file is an advisory in the OSV format, whose rules of
evaluation are at ossf.github.io/osv-schema. What the clone does not have yet is kept by hand among the advisories, with
its source. An advisory that does not concern us stands in ACCEPTED with the reason.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from packaging.version import Version

from lock import LOCKS, PROJECT, normalised, path_of, pins

KEPT = PROJECT / "locks" / "advisories.json"
BY_HAND = "by hand"
_OF_THE_LIBRARY = "Counts the versions of the C++ library Exiv2; the package exiv2 has its own, and only tests use it."
ACCEPTED: Mapping[str, str] = {
    "PYSEC-2017-112": _OF_THE_LIBRARY,
    "PYSEC-2018-117": _OF_THE_LIBRARY,
    "PYSEC-2018-118": _OF_THE_LIBRARY,
    "PYSEC-2018-119": _OF_THE_LIBRARY,
    "PYSEC-2018-120": _OF_THE_LIBRARY,
    "PYSEC-2021-877": _OF_THE_LIBRARY,
    "PYSEC-2023-150": _OF_THE_LIBRARY,
    "PYSEC-2023-233": _OF_THE_LIBRARY,
}
"""Why an advisory that applies by its numbers is no danger here, by its id."""

Advisory = Mapping[str, Any]


def pinned() -> dict[str, set[str]]:
    """The versions of each package in any lock."""
    found: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, versions in pins(path_of(lock).read_text(encoding="utf-8")).items():
            found.setdefault(name, set()).update(versions)
    return found


def applies(advisory: Advisory, name: str, version: str) -> bool:
    """Whether a version of a package is affected: listed by name, or within one of the ranges of versions."""
    for affected in advisory.get("affected", ()):
        package = affected.get("package", {})
        if package.get("ecosystem") != "PyPI" or normalised(str(package.get("name", ""))) != name:
            continue
        if version in affected.get("versions", ()):
            return True
        if any(_within(each["events"], version) for each in affected.get("ranges", ()) if each["type"] == "ECOSYSTEM"):
            return True
    return False


def _within(events: Collection[Mapping[str, Any]], version: str) -> bool:
    """The events in the order of their versions, as OSV evaluates them; "0" comes before all versions."""

    def place(event: Mapping[str, Any]) -> Version:
        [value] = event.values()
        return Version("0.dev0") if str(value) == "0" else Version(str(value))

    asked, is_affected = Version(version), False
    for event in sorted(events, key=place):
        if "introduced" in event and asked >= place(event):
            is_affected = True
        elif ("fixed" in event and asked >= place(event)) or ("last_affected" in event and asked > place(event)):
            is_affected = False
    return is_affected


def read_database(folder: Path, names: Collection[str]) -> Iterator[dict[str, Any]]:
    """The advisories about these packages in a clone of the database, without those that were withdrawn."""
    import yaml

    listed = _git(folder, "ls-tree", "-r", "--name-only", "HEAD", "vulns").splitlines()
    for path in listed:
        parts = path.split("/")
        if len(parts) == 3 and normalised(parts[1]) in names and path.endswith(".yaml"):
            advisory = yaml.safe_load(_git(folder, "show", f"HEAD:{path}"))
            if "withdrawn" not in advisory:
                yield advisory


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def update(folder: Path) -> None:
    """What of each advisory decides whether it applies; those kept by hand stay until the database has them."""
    advisories = []
    for advisory in read_database(folder, pinned().keys()):
        affected = [
            {
                "package": {key: each["package"][key] for key in ("ecosystem", "name")},
                "ranges": [span for span in each.get("ranges", ()) if span["type"] == "ECOSYSTEM"],
                # Versions that a range states already only make the file longer.
                "versions": [] if _has_range(each) else [str(version) for version in each.get("versions", ())],
            }
            for each in advisory["affected"]
        ]
        advisories.append({"id": advisory["id"], "aliases": advisory.get("aliases", []), "affected": affected})
    known = {name for advisory in advisories for name in (advisory["id"], *advisory["aliases"])}
    before = kept()["advisories"] if KEPT.exists() else []
    advisories += [each for each in before if each.get("source", "").startswith(BY_HAND) and each["id"] not in known]
    stated = _git(folder, "log", "-1", "--format=%H %cs").split()
    document = {
        "database": "github.com/pypa/advisory-database, CC BY 4.0",
        "commit": stated[0],
        "date": stated[1],
        "advisories": sorted(advisories, key=lambda each: str(each["id"])),
    }
    KEPT.write_text(json.dumps(document, indent=1, default=str) + "\n", encoding="utf-8")
    print(f"wrote {KEPT.relative_to(PROJECT)}: {len(advisories)} advisories of {stated[1]}")


def _has_range(affected: Mapping[str, Any]) -> bool:
    return any(span["type"] == "ECOSYSTEM" for span in affected.get("ranges", ()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, metavar="FOLDER", help="a clone of PyPA's advisory database")
    parser.add_argument("--update", type=Path, metavar="FOLDER", help="write locks/advisories.json from such a clone")
    options = parser.parse_args()
    if options.update is not None:
        update(options.update)
    packages = pinned()
    if options.database is not None:
        advisories: list[Any] = list(read_database(options.database, packages.keys()))
        date = _git(options.database, "log", "-1", "--format=%cs").strip()
    else:
        document = kept()
        advisories, date = document["advisories"], document["date"]
    found = [
        f"{name} {version}: {advisory['id']} {' '.join(advisory.get('aliases', ()))}"
        for advisory in advisories
        if advisory["id"] not in ACCEPTED
        for name, versions in packages.items()
        for version in versions
        if applies(advisory, name, version)
    ]
    print("\n".join(found))
    print(f"{len(packages)} packages, {len(advisories)} advisories of {date}: {len(found) or 'none'} applies.".strip())
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
