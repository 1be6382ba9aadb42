"""A folder for contributions: bundles of pairs, calibrations, and catalogs of a known library."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.aperture.library import Library
from couloir.errors import CouloirError, LearnError
from couloir.learn import bundle, dataset
from couloir.learn.calibration import result
from couloir.learn.catalogs import from_catalog
from couloir.learn.real_data import save

TAKEN: Final = "taken"
REFUSED: Final = "refused"

_CATALOG: Final = ".lrcat"


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file of the inbox, and its outcome in one sentence. `ok` is false for a file that was refused."""

    name: str
    ok: bool
    told: str


def take_all(inbox: Path, data: Path, library: Path | None) -> Iterator[InboxFile]:
    """Add every bundle and catalog of a folder to a data set; each file is moved to its subfolder taken/ or refused/.
    Calibrations are checked and kept beside the pairs.

    A catalog needs the library that its photos came from. Other files stay where they are. Raises OSError as moving
    and writing do.
    """
    data.mkdir(parents=True, exist_ok=True)
    for file in sorted(inbox.iterdir()):
        if not file.is_file() or not file.name.endswith((bundle.SUFFIX, result.SUFFIX, _CATALOG)):
            continue
        try:
            told = _take(file, data, library)
        except CouloirError as error:
            moved = _moved(file, inbox / REFUSED)
            moved.with_name(f"{moved.name}.txt").write_text(f"{error}\n", encoding="utf-8")
            yield InboxFile(file.name, ok=False, told=error.message)
        else:
            _moved(file, inbox / TAKEN)
            yield InboxFile(file.name, ok=True, told=told)


def _take(file: Path, data: Path, library: Path | None) -> str:
    if file.name.endswith(_CATALOG):
        return _catalog(file, data, library)
    return _calibration(file, data) if file.name.endswith(result.SUFFIX) else _bundle(file, data)


def _calibration(file: Path, data: Path) -> str:
    found = result.read(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    (data / f"contributed-{digest}{result.SUFFIX}").write_bytes(result.to_bytes(found))
    return f"A calibration to {found.photos:,} photos taken."


def _bundle(file: Path, data: Path) -> str:
    pairs = bundle.read(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    dataset.write(data / f"contributed-{digest}.npz", dataset.to_bytes(pairs))
    return f"{len(pairs):,} pairs taken."


def _catalog(file: Path, data: Path, library: Path | None) -> str:
    if library is None:
        raise LearnError(why=f"{file.name} is a catalog, and no library was named to which its photos belong")
    with Library.open(library, {}) as opened:
        wanted, unmatched = from_catalog(opened, file)
        made = save(opened, wanted, data, lambda _done, _of: None)
    refused = len(unmatched) + len(made.refused)
    return f"{len(made.versions):,} pairs taken, {refused:,} photos refused."


def _moved(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / file.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{number}-{file.name}"
    return file.rename(target)
