"""A photograph and versions of it with given adjustments, as a door gets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from couloir.aperture.adjustments import Adjustment
from couloir.derive import analytic, describe, photo_kind
from couloir.derive.metadata import orientation
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet
from sample_library.plain import MASTER, plain_version

_PACKET = write_packet(None, PhotoMetadata(rating=3), ImageFacts(3000, 2000, 1), Stamp("0", "Library", "version"))


@pytest.fixture(scope="session")
def photograph() -> Photograph:
    """A JPEG of 3000 x 2000 pixels."""
    return Photograph("IMG_1.jpg", PhotoKind.RENDERED, 3000, 2000, 1, "Library")


@pytest.fixture(scope="session")
def shown() -> Callable[..., PhotoVersion]:
    """`shown(adjustment, ...)`: a version with these adjustments in order; a field of the version by its name."""

    def make(*adjustments: Adjustment, **changes: object) -> PhotoVersion:
        version = plain_version(*adjustments, **{"rating": 3, **changes})
        return PhotoVersion(version, MASTER, 1, describe(version, MASTER), _PACKET, analytic(version, MASTER))

    return make


@pytest.fixture(scope="session")
def a_photo_version(shown: Callable[..., PhotoVersion]) -> Callable[..., PhotoVersion]:
    """As `shown`, unrated and with the turn of its version; with `raw` of a RAW file."""

    def make(*adjustments: Adjustment, raw: bool = False, **changes: object) -> PhotoVersion:
        version = shown(*adjustments, **{"rating": 0, **changes}).version
        named = {"file_name": "IMG_1.CR2", "original_file_name": "IMG_1.CR2", "subtype": "RAWST", "is_raw": True}
        master = replace(MASTER, **named) if raw else MASTER  # type: ignore[arg-type]
        turned = orientation(version.rotation, None)
        return PhotoVersion(version, master, turned, describe(version, master), b"", analytic(version, master))

    return make


@pytest.fixture(scope="session")
def a_photograph() -> Callable[..., Photograph]:
    """The file of a version, upright unless `orientation` is another EXIF code."""

    def make(of: PhotoVersion, orientation: int = 1) -> Photograph:
        size = of.version.master_size
        width, height = (None, None) if size is None else (size.width, size.height)
        return Photograph(of.master.file_name, photo_kind(of.master), width, height, orientation, "Library")

    return make
