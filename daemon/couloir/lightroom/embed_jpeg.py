"""XMP in JPEG: an APP1 segment before the compressed image data, which is copied unchanged.

A file of several images (CIPA DC-007: previews, gain maps, stereo pairs) has an index of them, whose offsets start at
the index itself. Its offsets and lengths are corrected for what the header gained or lost.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from couloir.errors import CannotEmbed
from couloir.lightroom.carriers import datasets
from couloir.lightroom.exif_tags import changed_exif
from couloir.lightroom.extended_xmp import SIGNATURE as EXTENDED_XMP
from couloir.lightroom.extended_xmp import join_extension, split
from couloir.lightroom.file_packet import FilePacket
from couloir.lightroom.iim import without_in_resources
from couloir.lightroom.rewriting import rewriting
from couloir.lightroom.tiff_directory import first_directory, stated_orientation

_START_OF_IMAGE: Final = b"\xff\xd8"
_APP0: Final = 0xE0
_APP1: Final = 0xE1
_APP2: Final = 0xE2
_APP13: Final = 0xED
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_GUID_LENGTH: Final = 32
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_EXIF: Final = b"Exif\0\0"
_MULTI_PICTURE: Final = b"MPF\0"
_PICTURES_TAG: Final = 0xB002
_PICTURE_ENTRY: Final = 16
_MAX_OFFSET: Final = 0xFFFF_FFFF
_MAX_PAYLOAD: Final = 0xFFFF - 2
_MAX_HEADER: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment of the header: its payload has no length field, `fill` counts the bytes FF before the marker."""

    marker: int
    payload: bytes
    fill: int = 0

    @property
    def encoded(self) -> bytes:
        return b"\xff" * self.fill + struct.pack(">BBH", 0xFF, self.marker, len(self.payload) + 2) + self.payload

    def is_app1(self, signature: bytes) -> bool:
        return self.marker == _APP1 and self.payload.startswith(signature)

    @property
    def is_resources(self) -> bool:
        return self.marker == _APP13 and self.payload.startswith(_PHOTOSHOP)

    @property
    def is_index(self) -> bool:
        return self.marker == _APP2 and self.payload.startswith(_MULTI_PICTURE)


def find_packet(path: Path) -> FilePacket:
    with path.open("rb") as stream:
        segments = _read_header(stream, path)
    packets = [segment.payload[len(_XMP) :] for segment in segments if segment.is_app1(_XMP)]
    if not packets:
        return FilePacket(None)
    extension = [segment.payload for segment in segments if segment.is_app1(EXTENDED_XMP)]
    packet, why = join_extension(packets[0], extension, path.name)
    others = [f"a further XMP packet of {len(other):,} bytes" for other in packets[1:] if other != packets[0]]
    return FilePacket(packet, (*others, *([f"extended XMP that cannot be read ({why})"] if why else ())))


def stored_orientation(path: Path) -> int | None:
    with path.open("rb") as stream:
        blocks = [segment.payload[len(_EXIF) :] for segment in _read_header(stream, path) if segment.is_app1(_EXIF)]
    return next((code for block in blocks if (code := stated_orientation(io.BytesIO(block))) is not None), None)


def embed(path: Path, packet: bytes, orientation: int, cleared: Collection[str] = ()) -> None:
    standard, extension = split(packet, path.name)
    with rewriting(path) as fresh, path.open("rb") as stream:
        before = _read_header(stream, path)
        after = [
            replace(segment, payload=_changed(segment.payload, orientation, cleared))
            if segment.is_app1(_EXIF)
            else segment
            for segment in before
            if not segment.is_app1(_XMP) and not _is_orphan(segment, standard)
        ]
        after = _without_iptc(after, datasets(cleared))
        # The order that the standards require: JFIF first, then EXIF.
        place = 0
        while place < len(after) and (after[place].marker == _APP0 or after[place].is_app1(_EXIF)):
            place += 1
        after[place:place] = [_Segment(_APP1, payload) for payload in (_XMP + standard, *extension)]
        fresh.write(_START_OF_IMAGE)
        for segment in _reindexed(before, after):
            fresh.write(segment.encoded)
        shutil.copyfileobj(stream, fresh, 1 << 20)


def copy_without_packet(path: Path, target: Path) -> None:
    with path.open("rb") as stream, target.open("xb") as fresh:
        before = _read_header(stream, path)
        after = [each for each in before if not each.is_app1(_XMP) and not each.is_app1(EXTENDED_XMP)]
        fresh.write(_START_OF_IMAGE)
        for segment in _reindexed(before, after):
            fresh.write(segment.encoded)
        shutil.copyfileobj(stream, fresh, 1 << 20)


def _is_orphan(segment: _Segment, packet: bytes) -> bool:
    """True for extended XMP whose digest the packet does not name: it is left over from another packet."""
    if not segment.is_app1(EXTENDED_XMP):
        return False
    guid = segment.payload[len(EXTENDED_XMP) : len(EXTENDED_XMP) + _GUID_LENGTH]
    return guid not in packet


def _without_iptc(segments: list[_Segment], numbers: Collection[int]) -> list[_Segment]:
    """The segments without these records of IPTC, which lie in Photoshop's resources, in one segment or several."""
    ours = [segment for segment in segments if segment.is_resources]
    if not ours or not numbers:
        return segments
    resources = b"".join(segment.payload[len(_PHOTOSHOP) :] for segment in ours)
    fresh = without_in_resources(resources, numbers)
    if fresh is None:
        return segments
    room = _MAX_PAYLOAD - len(_PHOTOSHOP)
    pieces = [fresh[start : start + room] for start in range(0, len(fresh), room)]
    written = [_Segment(_APP13, _PHOTOSHOP + piece) for piece in pieces]
    place = segments.index(ours[0])
    rest = [segment for segment in segments if not segment.is_resources]
    return [*rest[:place], *written, *rest[place:]]


def _reindexed(before: list[_Segment], after: list[_Segment]) -> list[_Segment]:
    """The new header, with its index of images corrected where it has one."""
    place = next((i for i, segment in enumerate(after) if segment.is_index), None)
    if place is None:
        return after
    grown = _length(after) - _length(before)
    behind = _length(after[place:]) - _length(before[before.index(after[place]) :])
    payload = _MULTI_PICTURE + _moved(after[place].payload[len(_MULTI_PICTURE) :], grown, behind)
    return [*after[:place], replace(after[place], payload=payload), *after[place + 1 :]]


def _length(segments: list[_Segment]) -> int:
    return sum(len(segment.encoded) for segment in segments)


def _moved(index: bytes, grown: int, behind: int) -> bytes:
    """The index of several pictures after the first grew by `grown` bytes, `behind` of them behind the index.

    Each entry: four bytes of flags, the picture's length, its offset from the index (0 for the first), two numbers.
    A broken index is left unchanged.
    """
    block = bytearray(index)
    directory = first_directory(io.BytesIO(index))
    table = None if directory is None else directory.find(_PICTURES_TAG)
    if directory is None or table is None:
        return index
    order = directory.order
    (start,) = struct.unpack(f"{order}I", table.value)
    if table.count % _PICTURE_ENTRY or start + table.count > len(block):
        return index
    for entry in range(start, start + table.count, _PICTURE_ENTRY):
        length, offset = struct.unpack_from(f"{order}II", block, entry + 4)
        if offset:
            struct.pack_into(f"{order}I", block, entry + 8, (offset + behind) & _MAX_OFFSET)
        elif entry == start:
            struct.pack_into(f"{order}I", block, entry + 4, (length + grown) & _MAX_OFFSET)
    return bytes(block)


def _changed(payload: bytes, orientation: int, cleared: Collection[str]) -> bytes:
    return _EXIF + changed_exif(payload[len(_EXIF) :], orientation, cleared)


def _read_header(stream: BinaryIO, path: Path) -> list[_Segment]:
    """The segments before the compressed image data; the stream is left at the marker that starts it."""
    segments: list[_Segment] = []
    stream.seek(len(_START_OF_IMAGE))
    while stream.tell() < _MAX_HEADER:
        place = stream.tell()
        lead, marker, fill = stream.read(1), stream.read(1), 0
        while marker == b"\xff":
            marker, fill = stream.read(1), fill + 1
        if lead != b"\xff" or not marker or marker[0] in _WITHOUT_LENGTH or marker[0] == _END_OF_IMAGE:
            break
        if marker[0] == _START_OF_SCAN:
            stream.seek(place)
            return segments
        field = stream.read(2)
        length = int.from_bytes(field, "big") - 2
        payload = stream.read(max(length, 0))
        if len(field) < 2 or length < 0 or len(payload) < length:
            break
        segments.append(_Segment(marker[0], payload, fill))
    raise CannotEmbed(item=path.name, why="it is a damaged JPEG: no picture follows its header")
