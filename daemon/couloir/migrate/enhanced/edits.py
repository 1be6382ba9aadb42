"""Which photos have the same edit, and how a photographer knows it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final

from couloir.aperture.adjustments import (
    Adjustment,
    Crop,
    Flip,
    RawFineTuning,
    RedEye,
    Retouch,
    Straighten,
    WhiteBalance,
)
from couloir.aperture.model import Operation, Version
from couloir.derive.bricks import title
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate.changes import settle
from couloir.migrate.ledger.ledger import printable
from couloir.refine.engine_table import EditChart, is_known

_OF_ONE_PHOTO: Final = (Crop, Flip, RawFineTuning, RedEye, Retouch, Straighten, WhiteBalance)
"""Adjustments that differ from photo to photo under one look: frame and repairs, and what the sliders keep."""

_NAMED: Final = 3
_LONGEST: Final = 60  # characters of a project's name: the profile browser shows about half as many


def edit_of(version: Version, kind: PhotoKind, camera: str) -> str:
    """A key that photos with the same edit share; RAW photos of two cameras share none, since their base differs."""
    told = [(each.identifier, settle(each.inputs)) for each in _adjustments(version)]
    where = camera if kind is PhotoKind.RAW else ""
    return hashlib.blake2b(repr((str(kind), where, told)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def expect_table(version: Version, kind: PhotoKind, settings: DevelopSettings) -> RgbTable | None:
    """What Couloir's Aperture engine expects these settings to leave of a version's edit; None where it does not know:
    of RAW photos, and of adjustments that it does not draw.
    """
    adjustments = list_drawn(version)
    if kind is PhotoKind.RAW or not is_known(adjustments):
        return None
    return EditChart(adjustments, settings).expect()


def list_drawn(version: Version) -> list[Adjustment]:
    """The adjustments of the whole picture that are on, in pipeline order."""
    operations = sorted(version.operations, key=lambda each: each.index)
    return [each.adjustment for each in operations if each.enabled and each.mask_uuid is None]


def name_profile(project: str, version: Version, taken: Collection[str]) -> str:
    """The name of a profile in Lightroom: "Aperture: <project> - <edit>", with a number where that one is `taken`."""
    titles = list(dict.fromkeys(title(each) for each in _adjustments(version) if not _is_decoder(each)))
    edit = ", ".join(titles[:_NAMED]) + (" and more" if len(titles) > _NAMED else "")
    told = f"Aperture: {project[:_LONGEST].strip() or 'Untitled project'} - {edit}"
    plain = " ".join("".join(each if each.isprintable() else " " for each in printable(told)).split())
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain} {number}"
    return name


def _is_decoder(operation: Operation) -> bool:
    """Whether it is the one that every RAW photo has."""
    return isinstance(operation.adjustment, RawFineTuning)


def _adjustments(version: Version) -> list[Operation]:
    return [each for each in version.operations if each.enabled and not isinstance(each.adjustment, _OF_ONE_PHOTO)]
