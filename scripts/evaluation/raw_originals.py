"""RAW photos that Apple rendered without an edit, and their originals, wherever somebody has them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from couloir.aperture.adjustments import Crop, Flip, RawFineTuning, Straighten
from couloir.aperture.library import Library
from couloir.aperture.model import Master, OriginalStatus, Version
from couloir.profiles.cameras import camera_name
from couloir.profiles.candidates import decoder_of


class OriginalsFolder:
    """A folder, with all that is below it, in which originals are looked for by size and name.

    A library states the name and the size in bytes of each original. `RKMaster.imageHash` could state more; it is
    empty in the real libraries that were seen. Photos renames originals, so the size alone finds a file, too.
    """

    def __init__(self, folder: Path) -> None:
        self._by_size: dict[int, list[Path]] = defaultdict(list)
        for parent, _folders, names in os.walk(folder):
            for name in sorted(names):
                path = Path(parent) / name
                if path.is_file():
                    self._by_size[path.stat().st_size].append(path)

    def find(self, master: Master) -> Path | None:
        """The file of a size that the library states, with its name where there are several, and its kind."""
        kind = Path(master.file_name).suffix.casefold()
        sizes = [size for size in (master.file_size, master.original_file_size) if size]
        fitting = [path for size in sizes for path in self._by_size.get(size, []) if path.suffix.casefold() == kind]
        named = [path for path in fitting if path.name.casefold() == master.file_name.casefold()]
        return next(iter(named or fitting), None)


@dataclass(frozen=True, slots=True)
class RawRendering:
    """A RAW photo whose preview shows Apple's plain rendering of it. `camera_jpeg` is the JPEG that the camera wrote
    beside it, where the library holds it as a photo of its own.
    """

    version: Version
    master: Master
    preview: Path
    camera: str
    decoder: str
    original: Path | None
    camera_jpeg: Path | None


def renderings(library: Library, folder: OriginalsFolder | None = None) -> Iterator[RawRendering]:
    """Every one of a library, with its original if the library or `folder` has it.

    Whether a preview is Apple's rendering or the camera's own JPEG is not asked of the library's setting
    UseEmbeddedJPEGv2: it is on in the iPhoto library, and those previews are not the cameras' JPEGs (they are full-size
    and have Display P3 as their profile, and the JPEGs that the camera wrote differ from them).
    """
    found = [(version, master) for version, master in library.versions_with_masters() if master is not None]
    jpegs = {
        _shot(master): master
        for _version, master in found
        if not master.is_raw and Path(master.file_name).suffix.casefold() in {".jpg", ".jpeg"}
    }
    for version, master in found:
        if not master.is_raw or not version.shown or version.master_size is None or not _is_plain(version):
            continue
        preview = library.preview(version)
        if preview.path is None or not preview.up_to_date or preview.is_master:
            continue
        beside = jpegs.get(_shot(master))
        yield RawRendering(
            version,
            master,
            preview.path,
            camera_name(str(version.exif.get("Make", "")), str(version.exif.get("Model", ""))),
            decoder_of(version),
            _present(library, master) or (None if folder is None else folder.find(master)),
            None if beside is None else _present(library, beside),
        )


def _shot(master: Master) -> tuple[str | None, str, object]:
    return master.import_group_uuid, Path(master.file_name).stem.casefold(), master.image_date


def _present(library: Library, master: Master) -> Path | None:
    original = library.original(master)
    return original.path if original.status is OriginalStatus.PRESENT else None


def _is_plain(version: Version) -> bool:
    """Nothing but geometry and the RAW decoder's defaults."""
    for operation in version.operations:
        each = operation.adjustment
        if not operation.enabled or isinstance(each, Crop | Straighten | Flip):
            continue
        if not isinstance(each, RawFineTuning) or (each.boost, each.hue_boost) != (1, 1):
            return False
    return True
