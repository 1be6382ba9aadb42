"""Checks for free space before anything is written."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from couloir.disk import writing
from couloir.errors import DiskFull
from couloir.migrate.files.originals import clone_file

RESERVE = 100 * 1000 * 1000
"""Bytes that stay free for the ledger, the report and other programs."""


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes that a run needs at most, and bytes that are free. `available` is None when the disk does not say."""

    needed: int
    available: int | None

    @property
    def is_enough(self) -> bool:
        return self.available is None or self.needed == 0 or self.needed + RESERVE <= self.available


def space_for(folder: Path, needed: int) -> Space:
    """The free space on the disk that holds `folder`, or will hold it."""
    with writing(folder):
        existing = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    if existing is None:
        return Space(needed, None)
    with writing(existing):
        return Space(needed, shutil.disk_usage(existing).free)


def shares_blocks(library: Path, destination: Path, workbench: Path) -> bool:
    """Whether a file of the library can be cloned into the destination, tested in `workbench`, a writable folder.

    False also when they are not all on one disk.
    """
    with writing(destination):
        existing = next((place for place in (destination, *destination.parents) if place.exists()), destination)
    with writing(workbench):
        if len({place.stat().st_dev for place in (library, existing, workbench)}) > 1:
            return False
        with tempfile.TemporaryDirectory(prefix="couloir-", dir=workbench) as folder:
            source = Path(folder) / "source"
            source.write_bytes(b"x" * 4096)
            return clone_file(source, Path(folder) / "clone")


def require(space: Space, folder: Path) -> None:
    """Raises DiskFull, with both figures, when there is not enough."""
    if not space.is_enough:
        free = readable(space.available or 0)
        raise DiskFull(path=folder, why=f"{readable(space.needed)} are needed and {free} are free")


def readable(size: int) -> str:
    """A number of bytes as text, in powers of 1000 as disks are sold."""
    value = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
