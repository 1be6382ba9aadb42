"""Reads real photos from a library for training: versions with settings in Lightroom, their previews and originals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, MediaKind, Version
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import BadImage
from couloir.learn.identify import LibraryPhoto
from couloir.learn.real_pairs import SIZE, RealPhoto

_DECODED: Final = 2 * SIZE
"""Statistics and the metric reduce it further."""


@dataclass(frozen=True, slots=True)
class AdjustedVersion:
    """The settings that a version has in Lightroom, and a RAW file's own white balance where it is known."""

    settings: Mapping[str, object]
    as_shot: tuple[float, float] | None = None
    profiled: bool = False


def photos_of(library: Library) -> list[LibraryPhoto]:
    """The photographs that Aperture shows, with their originals."""
    masters = {master.uuid: master for master in library.masters() if master.media is MediaKind.IMAGE}
    return [
        (version, masters[version.master_uuid])
        for version in library.versions()
        if version.browsable and not version.in_trash and version.master_uuid in masters
    ]


def real_photos(library: Library, wanted: Mapping[str, AdjustedVersion]) -> Iterator[RealPhoto]:
    """The wanted versions with their previews, and with their originals if Lightroom shows those as they are (rendered
    files). A picture that cannot be decoded is None.
    """
    for version, master in photos_of(library):
        if (what := wanted.get(version.uuid)) is not None:
            yield RealPhoto(
                version=version,
                master=master,
                settings=what.settings,
                preview=_preview(library, version),
                original=None if master.is_raw else _original(library, master),
                as_shot=what.as_shot,
                profiled=what.profiled,
            )


def _preview(library: Library, version: Version) -> Picture | None:
    """Aperture's preview, if it shows the version's present state, else None."""
    preview = library.preview(version)
    if preview.path is None or not preview.up_to_date:
        return None
    try:
        return load_pixels(preview.path, _DECODED, orient=True)
    except BadImage:
        return None


def _original(library: Library, master: Master) -> Picture | None:
    path = library.original(master).path
    if path is None:
        return None
    try:
        return load_pixels(path, _DECODED, orient=False)
    except BadImage:
        return None
