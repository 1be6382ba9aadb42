"""The XMP of one unit: its version's look and metadata in Lightroom's terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from couloir import __version__
from couloir.derive import Translation, describe, image_facts, translate
from couloir.errors import BadXmp, CannotEmbed, ContentError
from couloir.lightroom.embed import extract
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.xmp import Stamp, read_packet, write_packet
from couloir.migrate.originals import reading
from couloir.migrate.plan import Placement, Unit
from couloir.profiles.baselines import NO_BASELINES, Baselines


@dataclass(frozen=True, slots=True)
class Packet:
    """`content` is the XMP; `translation` is None where only metadata is written; `orientation` is EXIF's 1 to 8."""

    content: bytes
    metadata: PhotoMetadata
    translation: Translation | None
    orientation: int


def build(unit: Unit, library: str, profiles: Baselines = NO_BASELINES) -> Packet | None:
    """The packet of a unit, None when no version shows this original. `profiles` lie under RAW photos.

    Raises ContentError when the library states no frame, without which the crop and the orientation have no meaning.
    """
    version = unit.version
    if version is None:
        return None
    image = image_facts(unit.frame or version, unit.master)
    if image is None:
        raise ContentError(item=version.name or version.uuid, why="the library does not say how large its picture is")
    translation = translate(version, unit.master, profile=profiles.name_for(version)) if unit.with_settings else None
    metadata = describe(version, unit.master)
    stamp = Stamp(__version__, library, version.uuid)
    settings = None if translation is None else translation.settings
    base = _packet_in(unit.source) if unit.placement is Placement.EMBEDDED else None
    try:
        content = write_packet(settings, metadata, image, stamp, base)
    except BadXmp:
        # What the file carries is broken; Lightroom could not read it either.
        content = write_packet(settings, metadata, image, stamp)
    return Packet(content, metadata, translation, image.orientation)


def _packet_in(source: Path) -> bytes | None:
    with reading(source):
        try:
            return extract(source)
        except CannotEmbed:
            return None  # embedding will say so, about the copy


def is_ours(content: bytes, version_uuid: str) -> bool:
    """Whether this sidecar is one that we wrote for this version and nobody has written since.

    Lightroom keeps foreign properties such as our stamp when it saves, but names itself in the packet's first lines;
    what it has saved holds a photographer's later work.
    """
    return _untouched_stamp(content) == version_uuid


def is_of_ours(content: bytes) -> bool:
    """Whether this sidecar is one that we wrote, for whichever version, and nobody has written since."""
    return _untouched_stamp(content) is not None


def written_by_us(content: bytes) -> bool:
    """Whether the program that wrote this packet last is Couloir: each names itself in the packet's first tag."""
    # The names of all namespaces may stand before it, so the whole first tag is looked through.
    return b'xmptk="Couloir ' in content.partition(b"<rdf:RDF")[0]


def _untouched_stamp(content: bytes) -> str | None:
    if not written_by_us(content):
        return None
    try:
        stamp = read_packet(content, "").stamp
    except BadXmp:
        return None
    return None if stamp is None else stamp.version_uuid
