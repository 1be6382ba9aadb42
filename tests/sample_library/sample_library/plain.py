"""A master and a version of it with everything at a plain default, and operations of it, without a library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from couloir.aperture.adjustments import Adjustment
from couloir.aperture.model import Master, MediaKind, Operation, PixelSize, Version, Visibility

MASTER = Master(
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
VERSION = Version(
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
    rating=0,
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


def plain_version(*adjustments: Adjustment | Operation, **changes: Any) -> Version:
    """A version of 3000 x 2000 pixels with these adjustments in order, and any field changed."""
    operations = tuple(
        each
        if isinstance(each, Operation)
        else Operation(
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
    return replace(VERSION, **{"operations": operations, **changes})
