"""A photograph and versions of it with given adjustments, as a door gets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from couloir.aperture.adjustments import Adjustment
from couloir.aperture.model import Master, MediaKind, Operation, PixelSize, Version, Visibility
from couloir.derive import analytic, describe, photo_kind
from couloir.derive.metadata import orientation
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

_MASTER = Master(
    uuid="master",
    model_id=1,
    name="IMG_1",
    file_name="IMG_1.jpg",
    original_file_name="IMG_1.jpg",
    media=MediaKind.IMAGE,
    subtype="JPGST",
    is_raw=False,
    is_reference=False,
    marked_missing=False,
    in_trash=False,
    image_path="2020/IMG_1.jpg",
    volume_uuid=None,
    project_uuid="project",
    import_group_uuid=None,
    alternate_master_uuid=None,
    file_size=1,
    image_date=None,
    created=None,
)
_VERSION = Version(
    uuid="version",
    model_id=2,
    number=1,
    name="IMG_1",
    file_name="IMG_1.jpg",
    master_uuid="master",
    raw_master_uuid=None,
    non_raw_master_uuid=None,
    project_uuid="project",
    stack_uuid=None,
    captured=datetime(2007, 9, 17, 0, 5, 31, tzinfo=UTC),
    time_zone="America/Vancouver",
    rating=3,
    flagged=False,
    color_label=None,
    visibility=Visibility.SHOWN,
    in_trash=False,
    master_size=PixelSize(3000, 2000),
    processed_size=PixelSize(3000, 2000),
    rotation=0,
    has_adjustments=True,
    has_enabled_adjustments=True,
    latitude=None,
    longitude=None,
)
_PACKET = write_packet(None, PhotoMetadata(rating=3), ImageFacts(3000, 2000, 1), Stamp("0", "Library", "version"))


@pytest.fixture(scope="session")
def photograph() -> Photograph:
    """A JPEG of 3000 x 2000 pixels."""
    return Photograph("IMG_1.jpg", PhotoKind.RENDERED, 3000, 2000, 1, "Library")


@pytest.fixture(scope="session")
def shown() -> Callable[..., PhotoVersion]:
    """`shown(adjustment, ...)`: a version with these adjustments in order; a field of the version by its name."""

    def make(*adjustments: Adjustment, **changes: object) -> PhotoVersion:
        operations = tuple(
            Operation(
                f"operation-{number}",
                type(each).__name__,
                number * 1_000_000,
                enabled=True,
                mask_uuid=None,
                inputs={},
                adjustment=each,
            )
            for number, each in enumerate(adjustments)
        )
        version = replace(_VERSION, **{"operations": operations, **changes})  # type: ignore[arg-type]
        return PhotoVersion(version, _MASTER, 1, describe(version, _MASTER), _PACKET, analytic(version, _MASTER))

    return make


@pytest.fixture(scope="session")
def a_photo_version(shown: Callable[..., PhotoVersion]) -> Callable[..., PhotoVersion]:
    """As `shown`, unrated and with the turn of its version; with `raw` of a RAW file."""

    def make(*adjustments: Adjustment, raw: bool = False, **changes: object) -> PhotoVersion:
        version = shown(*adjustments, **{"rating": 0, **changes}).version
        named = {"file_name": "IMG_1.CR2", "original_file_name": "IMG_1.CR2", "subtype": "RAWST", "is_raw": True}
        master = replace(_MASTER, **named) if raw else _MASTER  # type: ignore[arg-type]
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
