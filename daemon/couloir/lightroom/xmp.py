"""XMP packets in the form that Lightroom Classic reads at import: sidecars for raw files, embedded in all others.

Pure: bytes in, bytes out. The same arguments give the same bytes, so an unchanged packet is recognised by its hash.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from couloir.errors import BadXmp
from couloir.lightroom.develop_xmp import get_settings, put_settings
from couloir.lightroom.enhanced.look import get_tables, put_tables
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.keys import SettingValue
from couloir.lightroom.local.fields import put_local
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.local.repairs import NO_REPAIRS, Repairs, put_repairs
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.metadata_xmp import clear_metadata, get_metadata, put_metadata
from couloir.lightroom.rdf import Properties, new_photo, parse, quote_value, serialize
from couloir.lightroom.settings import DevelopSettings


@dataclass(frozen=True, slots=True)
class Stamp:
    """Marks a packet as written by Couloir, with the version and the library that it belongs to.

    A sidecar without it belongs to someone else and is kept.
    """

    tool_version: str
    library: str
    version_uuid: str


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """The picture that a packet describes.

    `width` and `height` are pixels of the un-oriented frame, None where unknown; `orientation` is EXIF's 1 to
    8, `sidecar_for` the suffix of the raw file beside which the packet lies ("NEF"), None for an embedded packet.
    """

    width: int | None
    height: int | None
    orientation: int
    sidecar_for: str | None = None


@dataclass(frozen=True, slots=True)
class XmpContent:
    """The content of a packet. `settings` holds Lightroom's keys, unchecked; `stamp` is None when Couloir did not write
    it; `tables` are those of enhanced profiles by fingerprint, without damaged ones.
    """

    settings: dict[str, SettingValue]
    metadata: PhotoMetadata
    stamp: Stamp | None
    image: ImageFacts | None
    tables: Mapping[str, RgbTable] = field(default_factory=dict)


def write_packet(
    settings: DevelopSettings | None,
    metadata: PhotoMetadata,
    image: ImageFacts,
    stamp: Stamp,
    base: bytes | None = None,
    cleared: Collection[str] = (),
    own: Mapping[str, Sequence[str]] = MappingProxyType({}),
    tables: Collection[RgbTable] = (),
    local: Collection[LocalAdjustment] = (),
    repairs: Repairs = NO_REPAIRS,
) -> bytes:
    """The packet for one photo.

    `base` is the packet that the photo already has: properties in it that are not stated here are kept, except the
    fields of PhotoMetadata in `cleared`, which a sidecar states as empty. `own` are texts for lists in our own
    namespace, by their names. Settings, where given, replace all of its develop settings, and `tables` are those that
    their look is drawn with, and `local` and `repairs` the local adjustments and the retouching beside them. Raises
    BadXmp when the base cannot be parsed.
    """
    photo = new_photo() if base is None else parse(base, stamp.version_uuid)
    if photo.text("xmp:CreatorTool") is None:
        photo.set_text("xmp:CreatorTool", f"Couloir {stamp.tool_version}")
    _put_image(photo, image)
    # Sorted: a set's order differs in each process, and a resumed run compares the packet with what it wrote before.
    clear_metadata(photo, sorted(cleared), stating=image.sidecar_for is not None)
    put_metadata(photo, metadata)
    if settings is not None:
        put_settings(photo, settings)
        put_tables(photo, tables)
        put_local(photo, local)
        put_repairs(photo, repairs)
    for name, texts in own.items():
        photo.remove(f"couloir:{name}")
        if texts:
            photo.set_items(f"couloir:{name}", "Bag", texts)
    photo.set_text("couloir:ToolVersion", stamp.tool_version)
    photo.set_text("couloir:Library", stamp.library)
    photo.set_text("couloir:Version", stamp.version_uuid)
    return serialize(photo, f"Couloir {stamp.tool_version}")


def read_packet(data: bytes, item: str) -> XmpContent:
    """Read a packet; `item` names it in an error. Raises BadXmp.

    A metadata value that its field's type does not allow counts as not stated, so one bad value does not hide the rest.
    """
    photo = parse(data, item)
    return XmpContent(
        settings=get_settings(photo, item),
        metadata=get_metadata(photo),
        stamp=_stamp(photo),
        image=_image(photo, item),
        tables=get_tables(photo),
    )


def _put_image(photo: Properties, image: ImageFacts) -> None:
    if image.width is not None and image.height is not None:
        photo.set_text("tiff:ImageWidth", str(image.width))
        photo.set_text("tiff:ImageLength", str(image.height))
    photo.set_text("tiff:Orientation", str(image.orientation))
    photo.remove("photoshop:SidecarForExtension")
    if image.sidecar_for is not None:
        photo.set_text("photoshop:SidecarForExtension", image.sidecar_for)


def _stamp(photo: Properties) -> Stamp | None:
    texts = [photo.text(f"couloir:{field}") for field in ("ToolVersion", "Library", "Version")]
    stated = [text for text in texts if text is not None]
    return Stamp(*stated) if len(stated) == len(texts) else None


def _image(photo: Properties, item: str) -> ImageFacts | None:
    texts = [photo.text(f"tiff:{field}") for field in ("ImageWidth", "ImageLength", "Orientation")]
    stated = [text for text in texts if text is not None]
    if len(stated) < len(texts):
        return None
    try:
        width, height, orientation = map(int, stated)
    except ValueError as error:
        facts = ", ".join(map(quote_value, stated))
        raise BadXmp(item=item, why=f"the picture's size or orientation is not a number: {facts}") from error
    return ImageFacts(width, height, orientation, photo.text("photoshop:SidecarForExtension"))
