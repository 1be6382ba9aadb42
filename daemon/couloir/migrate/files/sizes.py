"""Reads a photo's size from the original where the library states none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from couloir.aperture.library import Library
from couloir.aperture.model import Master, OriginalStatus, PixelSize, Version
from couloir.derive import photo_kind
from couloir.engines.pixels import frame_size
from couloir.errors import BadImage
from couloir.lightroom.settings import PhotoKind


def add_size(version: Version, master: Master, original: Path) -> Version:
    """The version with the size in its file's header, if there is one; unchanged where it has a size already.

    A RAW file's header states several sizes, often a thumbnail's first, and none is certain to be Aperture's frame: a
    RAW photo stays without a size.
    """
    if version.master_size is not None or photo_kind(master) is PhotoKind.RAW:
        return version
    try:
        width, height = frame_size(original)
    except (BadImage, OSError):
        return version  # the decoder reports it when the picture is needed
    return replace(version, master_size=PixelSize(width, height))


def sized_in(library: Library, version: Version, master: Master) -> Version:
    """As `add_size`, with the original where the library knows it."""
    if version.master_size is not None:
        return version
    original = library.original(master)
    if original.path is None or original.status is not OriginalStatus.PRESENT:
        return version
    return add_size(version, master, original.path)
