"""XMP in PNG: an iTXt chunk with the XMP specification's keyword, directly after the header chunk."""

from __future__ import annotations

import io
import os
import shutil
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from couloir.errors import CannotEmbed
from couloir.lightroom import raw_profile
from couloir.lightroom.carriers import PNG
from couloir.lightroom.exif_tags import changed_exif
from couloir.lightroom.file_packet import FilePacket
from couloir.lightroom.rdf import MAX_PACKET_BYTES
from couloir.lightroom.rewriting import copy_bytes, rewriting
from couloir.lightroom.tiff_directory import stated_orientation

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORD: Final = b"XML:com.adobe.xmp\0"
_MAX_EXIF: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk's type, the offset of its length field, and its number of data bytes."""

    type: bytes
    place: int
    length: int

    @property
    def total(self) -> int:
        return self.length + 12


def find_packet(path: Path) -> FilePacket:
    packets = []
    with path.open("rb") as stream:
        for chunk in _chunks(stream, path):
            if _is_xmp(stream, chunk):
                if chunk.length > MAX_PACKET_BYTES:
                    raise CannotEmbed(item=path.name, why=f"its XMP is larger than {MAX_PACKET_BYTES} bytes")
                packets.append(_packet(_data(stream, chunk), path))
    others = (f"a further XMP packet of {len(other):,} bytes" for other in packets[1:] if other != packets[0])
    return FilePacket(packets[0], tuple(others)) if packets else FilePacket(None)


def stored_orientation(path: Path) -> int | None:
    with path.open("rb") as stream:
        for chunk in _chunks(stream, path):
            if chunk.type == b"eXIf" and chunk.length <= _MAX_EXIF:
                return stated_orientation(io.BytesIO(_data(stream, chunk)))
    return None


def embed(path: Path, packet: bytes, orientation: int, cleared: Collection[str] = ()) -> None:
    # After the keyword: not compressed, method 0, no language, no translated keyword.
    written = _chunk_bytes(b"iTXt", _KEYWORD + b"\0\0\0\0" + packet)
    unwanted = {PNG[field].encode("ascii") for field in cleared if field in PNG}
    with rewriting(path) as fresh, path.open("rb") as stream:
        chunks = _chunks(stream, path)
        old = [chunk for chunk in chunks if _is_xmp(stream, chunk) or _keyword(stream, chunk) in unwanted]
        fresh.write(_SIGNATURE)
        for chunk in chunks:
            if chunk.type == b"eXIf" and chunk.length <= _MAX_EXIF:
                fresh.write(_chunk_bytes(b"eXIf", changed_exif(_data(stream, chunk), orientation, cleared)))
            elif raw_profile.is_profile(_keyword(stream, chunk)) and raw_profile.holds_something(cleared):
                profile = _profile(stream, chunk, orientation, cleared)
                fresh.write(b"" if profile is None else _chunk_bytes(chunk.type, profile))
            elif chunk not in old:
                stream.seek(chunk.place)
                copy_bytes(stream, fresh, chunk.total)
            if chunk.type == b"IHDR":
                fresh.write(written)
        # Bytes that some programs append after the last chunk.
        stream.seek(chunks[-1].place + chunks[-1].total)
        shutil.copyfileobj(stream, fresh, 1 << 20)


def _profile(stream: BinaryIO, chunk: _Chunk, orientation: int, cleared: Collection[str]) -> bytes | None:
    if chunk.length > raw_profile.MAX_BYTES:
        return None
    return raw_profile.changed_profile(chunk.type, _data(stream, chunk), orientation, cleared)


def _keyword(stream: BinaryIO, chunk: _Chunk) -> bytes:
    if chunk.type not in (b"tEXt", b"zTXt", b"iTXt"):
        return b""
    stream.seek(chunk.place + 8)
    return stream.read(min(chunk.length, 80)).partition(b"\0")[0]


def _chunks(stream: BinaryIO, path: Path) -> list[_Chunk]:
    """Every chunk up to IEND; only their headers are read."""
    size = stream.seek(0, os.SEEK_END)
    chunks: list[_Chunk] = []
    place = len(_SIGNATURE)
    while place + 12 <= size:
        stream.seek(place)
        length, kind = struct.unpack(">I4s", stream.read(8))
        chunk = _Chunk(kind, place, length)
        place += chunk.total
        if place > size:
            break
        chunks.append(chunk)
        if kind == b"IEND" and chunks[0].type == b"IHDR":
            return chunks
    raise CannotEmbed(item=path.name, why="it is a damaged PNG: its chunks are cut short")


def _data(stream: BinaryIO, chunk: _Chunk) -> bytes:
    stream.seek(chunk.place + 8)
    return stream.read(chunk.length)


def _is_xmp(stream: BinaryIO, chunk: _Chunk) -> bool:
    if chunk.type != b"iTXt":
        return False
    stream.seek(chunk.place + 8)
    return stream.read(len(_KEYWORD)) == _KEYWORD and chunk.length >= len(_KEYWORD)


def _packet(data: bytes, path: Path) -> bytes:
    """The text of an XMP chunk, which another program may have compressed."""
    compressed, rest = data[len(_KEYWORD) : len(_KEYWORD) + 1], data[len(_KEYWORD) + 2 :]
    text = rest.split(b"\0", 2)[-1]
    if compressed != b"\1":
        return text
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(text, MAX_PACKET_BYTES)
    except zlib.error as error:
        raise CannotEmbed(item=path.name, why=f"its compressed XMP is damaged ({error})") from error
    if not inflater.eof:
        raise CannotEmbed(
            item=path.name, why=f"its compressed XMP is cut short or larger than {MAX_PACKET_BYTES} bytes"
        )
    return text


def _chunk_bytes(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))
