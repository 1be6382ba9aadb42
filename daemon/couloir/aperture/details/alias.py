"""Reads the alias record of a referenced master: the place of its file when Aperture last found it."""

from __future__ import annotations

import struct

import mac_alias

from couloir.aperture.archive import read_archive
from couloir.aperture.details.records import AliasTarget
from couloir.errors import BadArchive

_MAX_BYTES = 64 * 1024
# The errors that mac_alias raises on broken input; it checks lengths but not every offset.
_BROKEN = (struct.error, ValueError, LookupError, TypeError, OverflowError, EOFError, AttributeError)


def alias_target(data: bytes, item: str) -> AliasTarget:
    """The target of an alias, archived or bare. Raises BadArchive, which names `item`, for anything else.

    The old Carbon path in it has a NUL after each colon and is not used; POSIX path and mount point are.
    """
    record: object = data
    if data.startswith(b"bplist00"):
        archived = read_archive(data, item)
        record = archived.get("FileAlias") if isinstance(archived, dict) else None
    if not isinstance(record, bytes) or not 150 <= len(record) <= _MAX_BYTES:
        raise BadArchive(item=item, why="it holds no alias record")
    try:
        alias = mac_alias.Alias.from_bytes(record)
    except _BROKEN as error:
        raise BadArchive(item=item, why=f"its alias record is broken ({type(error).__name__})") from error
    volume, target = alias.volume, alias.target
    return AliasTarget(
        volume=_text(volume.name) or "",
        mount=_text(volume.posix_path),
        path=_text(target.posix_path),
        file_name=_text(target.filename) or "",
    )


def _text(value: object) -> str | None:
    """A name as text: mac_alias returns bytes for some names and text for others."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.rstrip("\0") if isinstance(value, str) else None
