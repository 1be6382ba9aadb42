"""XMP in JPEG: an APP1 segment before the compressed picture, which is copied as it is.

A file of several pictures (CIPA DC-007: previews, gain maps, stereo pairs) has an index of them, which counts from
itself and says how long each is. It is corrected for what the header gained or lost.
"""

from __future__ import annotations

import io
import shutil
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from couloir.errors import CannotEmbed
from couloir.lightroom.embed_tiff import first_directory, set_orientation
from couloir.lightroom.rewriting import rewriting

_START_OF_IMAGE: Final = b"\xff\xd8"
_APP0: Final = 0xE0
_APP1: Final = 0xE1
_APP2: Final = 0xE2
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED_XMP: Final = b"http://ns.adobe.com/xmp/extension/\0"
_GUID_LENGTH: Final = 32
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
    def is_index(self) -> bool:
        return self.marker == _APP2 and self.payload.startswith(_MULTI_PICTURE)


def extract(path: Path) -> bytes | None:
    """The main packet. Extended XMP, where the packet refers to it, stays in segments of its own."""
    with path.open("rb") as stream:
        segments = _read_header(stream, path)
    return next((segment.payload[len(_XMP) :] for segment in segments if segment.is_app1(_XMP)), None)


def embed(path: Path, packet: bytes, orientation: int) -> None:
    if len(packet) > _MAX_PAYLOAD - len(_XMP):
        raise CannotEmbed(
            item=path.name, why=f"a JPEG holds {_MAX_PAYLOAD - len(_XMP)} bytes of XMP, not {len(packet)}"
        )
    with rewriting(path) as fresh, path.open("rb") as stream:
        before = _read_header(stream, path)
        after = [
            replace(segment, payload=_oriented(segment.payload, orientation)) if segment.is_app1(_EXIF) else segment
            for segment in before
            if not segment.is_app1(_XMP) and not _is_orphan(segment, packet)
        ]
        # JFIF wants to be first and EXIF next.
        place = 0
        while place < len(after) and (after[place].marker == _APP0 or after[place].is_app1(_EXIF)):
            place += 1
        after.insert(place, _Segment(_APP1, _XMP + packet))
        fresh.write(_START_OF_IMAGE)
        for segment in _reindexed(before, after):
            fresh.write(segment.encoded)
        shutil.copyfileobj(stream, fresh, 1 << 20)


def _is_orphan(segment: _Segment, packet: bytes) -> bool:
    """Extended XMP belongs to the packet that names its digest; without one it is another packet's rest."""
    if not segment.is_app1(_EXTENDED_XMP):
        return False
    guid = segment.payload[len(_EXTENDED_XMP) : len(_EXTENDED_XMP) + _GUID_LENGTH]
    return guid not in packet


def _reindexed(before: list[_Segment], after: list[_Segment]) -> list[_Segment]:
    """The new header, its index of pictures corrected where it has one."""
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
    A broken index, of no use to anyone, stays as it is.
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


def _oriented(payload: bytes, orientation: int) -> bytes:
    block = io.BytesIO(payload[len(_EXIF) :])
    directory = first_directory(block)
    if directory is not None:
        set_orientation(block, directory, orientation)
    return _EXIF + block.getvalue()


def _read_header(stream: BinaryIO, path: Path) -> list[_Segment]:
    """The segments before the compressed picture; the stream is left at the marker that starts it."""
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
