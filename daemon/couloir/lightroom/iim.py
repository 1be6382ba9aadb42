"""Removes datasets from IPTC-IIM records, and from the Photoshop resources that hold them in JPEG and TIFF.

Layouts: IPTC-IIM 4.2, chapter 1 (a dataset is 1C, record, number, length in two bytes, or in as many as its lower bits
say); Adobe's Photoshop file format, "Image resources section" (8BIM, number, Pascal name, length, data, all even).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Iterator
from typing import Final

_MARK: Final = 0x1C
_APPLICATION: Final = 2  # the application record: captions, keywords, names
_SIGNATURE: Final = b"8BIM"
_IIM: Final = 0x0404
#: MD5 of the IIM block when XMP was written last. Adobe's toolkit lets IIM that differs from it override XMP, and
#: ignores IIM that agrees with it (XMP Toolkit, ReconcileLegacy).
_DIGEST: Final = 0x0425


def without_datasets(block: bytes, numbers: Collection[int]) -> bytes | None:
    """An IIM block without these datasets of record 2; None for bytes that are not an IIM block."""
    kept = bytearray()
    place = 0
    while place + 5 <= len(block) and block[place] == _MARK:
        record, number, size = struct.unpack_from(">BBH", block, place + 1)
        start = place + 5
        if size & 0x8000:
            start += size & 0x7FFF
            size = int.from_bytes(block[place + 5 : start], "big")
        end = start + size
        if end > len(block):
            return None
        if record != _APPLICATION or number not in numbers:
            kept += block[place:end]
        place = end
    return None if any(block[place:]) else bytes(kept)


def without_in_resources(resources: bytes, numbers: Collection[int]) -> bytes | None:
    """Photoshop resources without these IIM datasets and the IIM digest; None when there is nothing to change."""
    parts = list(_resources(resources))
    blocks = [data for number, _, data in parts if number == _IIM]
    if not blocks or sum(len(whole) for _, whole, _ in parts) != len(resources):
        return None
    fresh = [without_datasets(block, numbers) for block in blocks]
    if None in fresh or fresh == blocks:
        return None
    changed = iter(fresh)
    written = bytearray()
    for number, whole, _ in parts:
        if number == _IIM:
            written += _resource(_IIM, next(changed) or b"")
        elif number != _DIGEST:
            written += whole
    return bytes(written) + _resource(_DIGEST, hashlib.md5(fresh[0] or b"", usedforsecurity=False).digest())


def _resources(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(number, the whole resource, its data) of each resource; ends at the first that cannot be read."""
    place = 0
    while data[place : place + 4] == _SIGNATURE and place + 12 <= len(data):
        (number,) = struct.unpack_from(">H", data, place + 4)
        start = place + 6 + (data[place + 6] + 2) // 2 * 2
        if start + 4 > len(data):
            return
        (size,) = struct.unpack_from(">I", data, start)
        end = start + 4 + size
        if end > len(data):
            return
        whole = end + size % 2
        yield number, data[place:whole], data[start + 4 : end]
        place = whole


def _resource(number: int, data: bytes) -> bytes:
    return _SIGNATURE + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)
