"""What a picture's file holds of XMP."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilePacket:
    """The packet, an extension of it joined; None where there is none. `unread` names what beside it is not read."""

    packet: bytes | None
    unread: tuple[str, ...] = ()
