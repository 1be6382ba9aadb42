"""Composes the side files of one unit through its door."""

from __future__ import annotations

from couloir.aperture.model import Version
from couloir.derive import Judgement, Translation, describe
from couloir.derive.features import Pictures
from couloir.derive.metadata import orientation
from couloir.derive.translate import photo_kind
from couloir.derive.translator import NO_CONTEXT, Translator
from couloir.destinations.door import Door, Photograph, PhotoVersion, SideFiles
from couloir.destinations.judging import judge_operations
from couloir.lightroom.embed import stored_orientation
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.beside.profile import has_profile, is_adobe_rgb
from couloir.migrate.files.originals import reading_original
from couloir.migrate.files.sizes import add_size
from couloir.migrate.packets import Packet
from couloir.migrate.plan import Placement, Unit


def compose_side_files(
    door: Door,
    unit: Unit,
    look: Translation,
    packet: Packet,
    library: str,
    translator: Translator,
    pictures: Pictures = (None, None),
) -> SideFiles:
    """The files beside a unit's photo, for all versions that share them. Raises ContentError for an original that
    cannot be read.
    """
    version = unit.version
    if version is None or unit.target is None:
        return SideFiles({})
    frame = packet.image()
    embedded = unit.placement is Placement.EMBEDDED  # the copy's own orientation is then the version's
    photo = Photograph(
        unit.target.name,
        photo_kind(unit.master),
        frame.width,
        frame.height,
        frame.orientation if embedded else _stored(unit) or 1,
        library,
        has_profile(unit.source),
        is_adobe_rgb(unit.source),
    )
    if unit.together:
        return door.write(photo, [_companion(unit, each, translator) for each in unit.together])
    # Of a RAW file the picture is Adobe's: no other program begins with it, nor with sRGB where it takes Adobe RGB.
    is_seen = photo.kind is PhotoKind.RENDERED and not (photo.is_adobe_rgb and door.takes_adobe_rgb)
    seen = pictures if is_seen else (None, None)
    metadata = describe(version, unit.master)
    shown = PhotoVersion(version, unit.master, frame.orientation, metadata, packet.content, look, seen)
    return door.write(photo, [shown])


def judge_for(door: Door, unit: Unit, look: Translation | Judgement) -> Judgement:
    """The outcomes of a unit's operations as the door states them, without writing."""
    if unit.version is None:
        return Judgement(look.operations, look.anomalies)
    return Judgement(judge_operations(door.capabilities, unit.version, look.operations), look.anomalies)


def _companion(unit: Unit, version: Version, translator: Translator) -> PhotoVersion:
    """One of several versions. It is the same whichever of them the files are written for: what was seen of the
    pictures of one does not count, and the XMP is that of the photo's own version only.
    """
    translation = translator.translate_one(add_size(version, unit.master, unit.source), unit.master, NO_CONTEXT)
    turned = orientation(version.rotation, _stored(unit))
    return PhotoVersion(version, unit.master, turned, describe(version, unit.master), b"", translation)


def _stored(unit: Unit) -> int | None:
    with reading_original(unit.source):
        return stored_orientation(unit.source)
