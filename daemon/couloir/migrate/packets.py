"""The XMP of one unit: its version's look and metadata as Lightroom reads them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from couloir import __version__
from couloir.aperture.exif_time import exif_time
from couloir.aperture.model import Finding, Version
from couloir.aperture.wall_clock import spell
from couloir.derive import Translation, describe, image_facts
from couloir.derive.removals import NO_REMOVAL, Removal, find_removals
from couloir.derive.translator import PhotoContext, Translator
from couloir.errors import BadXmp, CannotEmbed
from couloir.lightroom.embed import find_packet, stored_orientation
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.file_packet import FilePacket
from couloir.lightroom.local.repairs import NO_REPAIRS
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.raw_words import may_hold_words
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet
from couloir.migrate.files.originals import reading_original
from couloir.migrate.files.sizes import add_size
from couloir.migrate.plan import Placement, Unit
from couloir.migrate.remarks import remarks
from couloir.migrate.translated_units import Judged


@dataclass(frozen=True)
class Packet:
    """`compose` gives the XMP, which is its `content`; `look` is None where only metadata is written, and without
    settings where a dry run writes none; `image` tells the frame.

    `removal` says which of the file's own metadata must be removed. `findings` are for a person.
    """

    compose: Callable[[], bytes]
    image: Callable[[], ImageFacts]
    look: Judged | None
    removal: Removal = NO_REMOVAL
    findings: tuple[Finding, ...] = ()

    @property
    def content(self) -> bytes:
        """Written when it is first asked for, and kept: a dry run asks only where something lies in the file's place.

        Raises ContentError for an original that cannot be read.
        """
        return self.compose()

    @property
    def orientation(self) -> int:
        """EXIF's 1 to 8. Raises as `content`."""
        return self.image().orientation


def build(
    unit: Unit,
    library: str,
    look: Judged | None,
    translator: Translator,
    see: Callable[[], PhotoContext],
    tables_of: Callable[[DevelopSettings], Collection[RgbTable]] = lambda _settings: (),
    *,
    with_settings: bool = True,
) -> Packet | None:
    """The packet of a unit with the look that was made of it, None when no version shows this original.

    `translator` is asked for the settings, with what `see` gives, where `look` has none and the packet's content is
    wanted; `with_settings` is false where the photo is for another program than Lightroom, which gets the metadata.
    `tables_of` are the tables with which the settings' enhanced profile is drawn. Raises ContentError for an original
    that cannot be read.
    """
    version = unit.version
    if version is None:
        return None
    metadata = describe(version, unit.master)
    removal = find_removals(version, metadata, unit.records)
    found = _found_in(unit.source) if unit.placement is Placement.EMBEDDED else FilePacket(None)
    carried = look if with_settings else None
    draft = _Draft(unit, version, library, carried, translator, see, metadata, removal, found.packet, tables_of)
    unread = list(found.unread)
    stated = metadata  # a packet without a base holds nothing else
    if found.packet is not None:
        try:
            stated = _stated(draft.content if isinstance(carried, Translation) else draft.compose_metadata())
        except BadXmp as error:
            # The file's packet is broken; Lightroom could not read it either.
            draft.base = None
            unread.insert(0, f"an XMP packet that cannot be read ({error.facts['why']})")
            stated = _stated(draft.compose_metadata())
    findings = tuple(remarks(version, unit.placement, removal, unread, stated))
    return Packet(lambda: draft.content, lambda: draft.image, look, removal, findings)


@dataclass
class _Draft:
    """What a packet is written from; `base` is the packet that the file has already. What has to be read from the
    original is read when it is first needed.
    """

    unit: Unit
    version: Version
    library: str
    look: Judged | None
    translator: Translator
    see: Callable[[], PhotoContext]
    metadata: PhotoMetadata
    removal: Removal
    base: bytes | None
    tables_of: Callable[[DevelopSettings], Collection[RgbTable]]

    @cached_property
    def image(self) -> ImageFacts:
        frame = add_size(self.unit.frame or self.version, self.unit.master, self.unit.source)
        return image_facts(frame, self.unit.master, _orientation_of(self.unit.source))

    @cached_property
    def translation(self) -> Translation | None:
        if self.look is None or isinstance(self.look, Translation):
            return self.look
        seen = add_size(self.version, self.unit.master, self.unit.source)
        return self.translator.translate_one(seen, self.unit.master, self.see())

    @cached_property
    def cleared(self) -> Collection[str]:
        if self.unit.placement is Placement.SIDECAR and not _may_hold_words(self.unit.source):
            return self.removal.recorded  # without a fallback value in the file, an empty value is not needed
        return self.removal.fields

    @cached_property
    def content(self) -> bytes:
        return self._written(self.translation)

    def compose_metadata(self) -> bytes:
        """The packet without develop settings: a photo's metadata does not depend on them."""
        return self._written(None)

    def _written(self, look: Translation | None) -> bytes:
        metadata = _with_fraction(self.metadata, self.unit.source)
        stamp = Stamp(__version__, self.library, self.version.uuid)
        own = self.unit.own
        settings, local, repairs = (None, (), NO_REPAIRS) if look is None else (look.settings, look.local, look.repairs)
        tables = () if settings is None else self.tables_of(settings)
        return write_packet(
            settings,
            metadata,
            self.image,
            stamp,
            self.base,
            cleared=self.cleared,
            own=own,
            tables=tables,
            local=local,
            repairs=repairs,
        )


def _stated(content: bytes) -> PhotoMetadata:
    try:
        return read_packet(content, "").metadata
    except BadXmp:
        return PhotoMetadata()


def _with_fraction(metadata: PhotoMetadata, source: Path) -> PhotoMetadata:
    """The metadata with the fraction of a second from the file: the library stores whole seconds.

    Lightroom uses the packet's time instead of the file's, and without fractions the photos of a burst have the same
    time.
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
            return FilePacket(None)  # embedding reports it for the copy


def is_ours(content: bytes, version_uuid: str) -> bool:
    """Whether Couloir wrote this sidecar for this version, and no program has written it since.

    Lightroom keeps foreign properties such as Couloir's stamp when it saves, but names itself in the packet's first
    lines; a sidecar that it has saved holds a photographer's later work.
    """
    return _untouched_stamp(content) == version_uuid


def is_of_ours(content: bytes) -> bool:
    """Whether Couloir wrote this sidecar, for any version, and no program has written it since."""
    return _untouched_stamp(content) is not None


def written_by_us(content: bytes) -> bool:
    """Whether Couloir wrote this packet last: each program names itself in the packet's first tag."""
    # Declarations of all namespaces may precede it, so the whole first tag is searched.
    return b'xmptk="Couloir ' in content.partition(b"<rdf:RDF")[0]


def _untouched_stamp(content: bytes) -> str | None:
    if not written_by_us(content):
        return None
    try:
        stamp = read_packet(content, "").stamp
    except BadXmp:
        return None
    return None if stamp is None else stamp.version_uuid
