"""The XMP of an image file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilePacket:
    """The packet, with its extension joined; None where there is none. `unread` names the parts that are not read."""

    packet: bytes | None
    unread: tuple[str, ...] = ()
