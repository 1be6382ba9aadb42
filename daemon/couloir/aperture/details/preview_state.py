"""Judges a version's preview, and finds the largest thumbnail as a fallback."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couloir.aperture.cells import Cells
from couloir.aperture.details.records import PreviewState, PreviewStatus, Thumbnail
from couloir.aperture.model import Master, Preview, Version
from couloir.aperture.package import Package
from couloir.aperture.paths import locate
from couloir.regular_files import open_regular

_LARGEST_FIRST = ("thumbnail", "miniThumbnail")
_ICC: Final = b"ICC_PROFILE\0"  # begins the APP2 segment of a profile; its number and their count follow (ICC.1, B.4)
_HEADERS: Final = 256 * 1024  # bytes in which the segments before the pixels lie


def preview_state(
    version: Version, master: Master | None, preview: Preview, row: Cells | None, package: Package, *, embedded: bool
) -> PreviewState:
    """`row` is the version's row of RKImageProxyState; `embedded` says that the library may show cameras' JPEGs for RAW
    files without edits (the setting UseEmbeddedJPEGv2, whose meaning is inferred from its name).

    It does not tell for sure: the iPhoto 9.6.1 library has it on, and the previews of its three RAW files without edits
    are Apple's own renderings. They hold a colour profile that Apple's ColorSync made, which no camera's JPEG does.
    """
    size = _size(row, "previewJpeg")
    return PreviewState(
        status=_status(version, master, preview, size, embedded=embedded),
        path=preview.path,
        size=size,
        changed=None if row is None else row.when("fullSizePreviewChangeDate"),
        thumbnail=None if row is None else _thumbnail(row, package),
    )


def _status(
    version: Version, master: Master | None, preview: Preview, size: tuple[int, int] | None, *, embedded: bool
) -> PreviewStatus:
    if preview.path is None:
        return PreviewStatus.ABSENT
    if preview.is_master:
        return PreviewStatus.MASTER
    if not preview.up_to_date:
        return PreviewStatus.STALE
    is_plain_raw = master is not None and master.is_raw and not version.has_enabled_adjustments
    if embedded and is_plain_raw and not _has_apple_profile(preview.path):
        return PreviewStatus.EMBEDDED_JPEG
    whole = version.processed_size
    # Aperture rounds sizes; a preview of limited size has at most half as many pixels per side.
    if size is not None and whole is not None and max(size) < max(whole.width, whole.height) - 2:
        return PreviewStatus.HALF_SIZE
    return PreviewStatus.UP_TO_DATE


def _has_apple_profile(path: Path) -> bool:
    """Whether a JPEG holds a colour profile made by ColorSync: ICC.1:2022, 7.2.3 (preferred CMM "appl") and 7.2.10
    (primary platform "APPL").
    """
    try:
        with open_regular(path) as file:
            start = file.read(_HEADERS)
    except OSError:
        return False  # decoding the picture reports it
    at = start.find(_ICC)
    header = start[at + len(_ICC) + 2 :][:44]
    return at >= 0 and (header[4:8] == b"appl" or header[40:44] == b"APPL")


def _thumbnail(row: Cells, package: Package) -> Thumbnail | None:
    for kind in _LARGEST_FIRST:
        stored = row.verbatim(f"{kind}Path")
        if not stored:
            continue
        try:
            located = locate(package.root / "Thumbnails", stored, package.root)
        except OSError:  # this disk cannot have such a name, so the file does not exist
            continue
        if located.path is not None:
            width, height = _size(row, kind) or (0, 0)
            return Thumbnail(located.path, width, height)
    return None


def _size(row: Cells | None, prefix: str) -> tuple[int, int] | None:
    if row is None:
        return None
    width, height = row.integer(f"{prefix}Width"), row.integer(f"{prefix}Height")
    return (width, height) if width and height and width > 0 and height > 0 else None
