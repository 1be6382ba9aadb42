"""The XMP of one unit: its version's look and metadata in Lightroom's terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

from couloir import __version__
from couloir.aperture.exif_time import exif_time
from couloir.aperture.model import Finding
from couloir.aperture.wall_clock import spell
from couloir.derive import Translation, describe, image_facts
from couloir.derive.removals import NO_REMOVAL, Removal, find_removals
from couloir.derive.translator import Translator
from couloir.errors import BadXmp, CannotEmbed
from couloir.lightroom.embed import find_packet, stored_orientation
from couloir.lightroom.file_packet import FilePacket
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.raw_words import may_hold_words
from couloir.lightroom.xmp import Stamp, read_packet, write_packet
from couloir.migrate.files.originals import reading_original
from couloir.migrate.files.sizes import add_size
from couloir.migrate.plan import Placement, Unit
from couloir.migrate.remarks import remarks


@dataclass(frozen=True)
class Packet:
    """`compose` writes the XMP, which is its `content`; `translation` is None where only metadata is written;
    `orientation` is EXIF's 1 to 8.

    `removal` says what of the file's own metadata has to go. `findings` are what a person should know of it.
    """

    compose: Callable[[], bytes]
    metadata: PhotoMetadata
    translation: Translation | None
    orientation: int
    removal: Removal = NO_REMOVAL
    findings: tuple[Finding, ...] = ()

    @cached_property
    def content(self) -> bytes:
        """Written when it is first asked for: a dry run asks only where something lies in the file's place."""
        return self.compose()


def build(unit: Unit, library: str, translator: Translator) -> Packet | None:
    """The packet of a unit, None when no version shows this original.

    Raises ContentError for an original that cannot be read.
    """
    version = unit.version
    if version is None:
        return None
    frame = add_size(unit.frame or version, unit.master, unit.source)
    image = image_facts(frame, unit.master, _orientation_of(unit.source))
    seen = add_size(version, unit.master, unit.source)
    translation = translator.translate_one(seen, unit.master) if unit.with_settings else None
    metadata = _with_fraction(describe(version, unit.master), unit.source)
    stamp = Stamp(__version__, library, version.uuid)
    settings = None if translation is None else translation.settings
    removal = find_removals(version, metadata, unit.records)
    cleared = removal.fields
    if unit.placement is Placement.SIDECAR and not _may_hold_words(unit.source):
        cleared = removal.recorded  # where Lightroom has nothing to fall back to, an empty value is only clutter
    found = _found_in(unit.source) if unit.placement is Placement.EMBEDDED else FilePacket(None)
    unread = list(found.unread)
    compose = partial(write_packet, settings, metadata, image, stamp, cleared=cleared, own=unit.own)
    if found.packet is None:
        stated = metadata  # nothing else gets into a packet that begins empty
    else:
        try:
            content = compose(found.packet)
        except BadXmp as error:
            # What the file carries is broken; Lightroom could not read it either.
            content = compose(None)
            unread.insert(0, f"an XMP packet that cannot be read ({error.facts['why']})")
        compose = partial(bytes, content)
        stated = _stated(content)
    findings = tuple(remarks(unit.version or version, unit.placement, removal, unread, stated))
    return Packet(compose, metadata, translation, image.orientation, removal, findings)


def _stated(content: bytes) -> PhotoMetadata:
    try:
        return read_packet(content, "").metadata
    except BadXmp:
        return PhotoMetadata()


def _with_fraction(metadata: PhotoMetadata, source: Path) -> PhotoMetadata:
    """With the fraction of a second that the file states and the library, which counts whole seconds, does not.

    Lightroom takes the packet's time for the file's own, and without it the photos of a burst have one time.
    """
    stated = metadata.date_created
    clock = exif_time(source) if stated is not None and "T" in stated and "." not in stated else None
    if stated is None or clock is None or not clock.microsecond:
        return metadata
    taken = datetime.fromisoformat(stated)
    if taken.replace(tzinfo=None) != clock.replace(microsecond=0):
        return metadata
    return replace(metadata, date_created=spell(taken.replace(microsecond=clock.microsecond)))


def _may_hold_words(source: Path) -> bool:
    with reading_original(source):
        return may_hold_words(source)


def _orientation_of(source: Path) -> int | None:
    with reading_original(source):
        return stored_orientation(source)


def _found_in(source: Path) -> FilePacket:
    with reading_original(source):
        try:
            return find_packet(source)
        except CannotEmbed:
            return FilePacket(None)  # embedding will say so, about the copy


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
