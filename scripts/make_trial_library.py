"""Makes the library for docs/trying-lightroom.md, one hour in a trial: python3 scripts/make_trial_library.py FOLDER.

Thirty photos that every Lightroom can open, zipped as `Couloir-trial-library.zip` with a note of what is where: a
project with an album, a photo with two versions, a stack, a black and white photo, RAW files (DNG). The same bytes each
time.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

# Run as a script, only this folder is on the path; the engine that draws previews is in the package beside it.
_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parent / "daemon", _HERE.parent / "tests" / "sample_library"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from sample_library import Manifest, build_library  # noqa: E402 - needs the path above
from sample_library.roles import Role  # noqa: E402

NAME = "Trial.aplibrary"
ARCHIVE = "Couloir-trial-library.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
ROLES = (
    Role(looks=("none", "exposure"), rating=3),
    Role(stack=3, looks=("none",), rating=2),
    Role(),
    Role(),
    Role("dng", looks=("exposure",), rating=4),
    Role(looks=("black-and-white",), rating=5),
    Role(looks=("straighten-crop",), rating=1, label=0),
    Role(looks=("white-balance",), flagged=True),
    Role(looks=("enhance",), faces=1, placed=True),
    Role("dng", looks=("gray",)),
    Role("tiff", looks=("levels",)),
    Role(looks=("curves",), rating=-1),
    *(Role(looks=("exposure" if number % 3 else "none",), rating=number % 6) for number in range(18)),
)
_EDITS = {
    "Straightened": "Straighten",
    "Cropped": "Crop",
    "With Curves": "Curves",
    "With Levels": "Levels",
    "With White Balance": "WhiteBalance",
}


def describe(manifest: Manifest) -> str:
    """What a person looks for in the library, by name. Plain text."""
    versions = {version["uuid"]: version for version in manifest.versions}
    files = {master["uuid"]: master["file_name"] for master in manifest.masters}
    projects = {project["uuid"]: project["path"][-1] for project in manifest.projects}

    def file_of(uuid: str) -> str:
        return str(files[versions[uuid]["master"]])

    def edited(identifier: str) -> list[str]:
        found = [v for v in manifest.versions if any(identifier in each["identifier"] for each in v["operations"])]
        return sorted({file_of(version["uuid"]) for version in found})

    by_master: dict[str, list[str]] = {}
    for version in manifest.versions:
        if version["number"] > 0:
            by_master.setdefault(version["master"], []).append(version["name"])
    pair = next(names for names in by_master.values() if len(names) > 1)
    gray = next(v for v in manifest.versions if any("onochrome" in o["identifier"] for o in v["operations"]))
    album = next(a for a in manifest.albums if a["folder"] in projects and not a["smart"] and a["versions"])
    stack = max(manifest.stacks, key=lambda found: len({versions[uuid]["master"] for uuid in found["versions"]}))
    raw = next(master for master in manifest.masters if master["raw"])
    lines = [
        f"Photos: {len(manifest.masters)}; versions that Aperture shows: {manifest.counts['browsable']}",
        f"A project with an album: {projects[album['folder']]}, with {album['name']} ({len(album['versions'])} photos)",
        f"A photo with two versions: {' and '.join(pair)}",
        "A stack: " + ", ".join(sorted(file_of(uuid) for uuid in stack["versions"])),
        f"A black and white photo: {file_of(gray['uuid'])}",
        f"A RAW file: {raw['file_name']}",
        *(f"{what}: {', '.join(edited(identifier))}" for what, identifier in _EDITS.items()),
    ]
    return "\n".join(lines) + "\n"


def make(folder: Path, pictures: str = "real") -> Path:
    """Writes the zip into a folder and gives its path. "tiny" pictures are for tests."""
    archive = folder / ARCHIVE
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / NAME
        manifest = build_library(library, masters=len(ROLES), seed=2, pictures=pictures, roles=ROLES)
        with zipfile.ZipFile(archive, "w") as zipped:
            _add(zipped, "What is in it.txt", describe(manifest).encode())
            for path in sorted(library.rglob("*")):
                if path.is_file():
                    _add(zipped, path.relative_to(scratch).as_posix(), path.read_bytes())
    return archive


def _add(zipped: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # else the zip tells on which system it was made
    entry.external_attr = 0o644 << 16
    zipped.writestr(entry, content)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    print(make(Path(sys.argv[1])))
