"""XMP inside JPEG, TIFF, DNG and PNG files.

Lightroom ignores sidecars for these types, so the packet is written into the file. Pass only copies: the file changes.
The image data does not: JPEG and PNG are rewritten around it, TIFF and DNG are appended to.
Where the file has an EXIF orientation it is set too, so that it agrees with the packet.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final, Protocol

from couloir.errors import CannotEmbed
from couloir.lightroom import embed_jpeg, embed_png, embed_tiff
from couloir.lightroom.file_packet import FilePacket
from couloir.lightroom.rdf import MAX_PACKET_BYTES


class _Container(Protocol):
    def find_packet(self, path: Path) -> FilePacket: ...
    def stored_orientation(self, path: Path) -> int | None: ...
    def embed(self, path: Path, packet: bytes, orientation: int, cleared: Collection[str]) -> None: ...


_BY_SUFFIX: Final[dict[str, tuple[str, _Container]]] = {
    ".jpg": ("JPEG", embed_jpeg),
    ".jpeg": ("JPEG", embed_jpeg),
    ".jpe": ("JPEG", embed_jpeg),
    ".tif": ("TIFF", embed_tiff),
    ".tiff": ("TIFF", embed_tiff),
    ".dng": ("TIFF", embed_tiff),
    ".png": ("PNG", embed_png),
}
_BY_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "BigTIFF"),
    (b"MM\0+", "BigTIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
)


def can_embed(path: Path) -> bool:
    """True when the file's name and its first bytes agree on a type that carries XMP."""
    try:
        _container(path)
    except CannotEmbed:
        return False
    return True


def extract(path: Path) -> bytes | None:
    """The file's XMP packet, None when it has none. Raises CannotEmbed when it is another type, or damaged."""
    return find_packet(path).packet


def find_packet(path: Path) -> FilePacket:
    """The file's XMP, and which parts of it are not read. Raises as `extract` does."""
    return _container(path).find_packet(path)


def stored_orientation(path: Path) -> int | None:
    """The EXIF orientation, 1 to 8, that a JPEG, PNG, TIFF or a RAW file built like a TIFF states by its content.

    None where it states none, is another type, or is too damaged; whoever decodes the image reports the damage.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
    found = next((kind for magic, kind in _BY_MAGIC if head.startswith(magic)), None)
    container = next((each for kind, each in _BY_SUFFIX.values() if kind == found), None)
    try:
        return None if container is None else container.stored_orientation(path)
    except CannotEmbed:
        return None


def embed(path: Path, packet: bytes, orientation: int, cleared: Collection[str] = ()) -> None:
    """Write the packet into the file, replacing an existing one. `orientation` is EXIF's 1 to 8.

    The fields of PhotoMetadata in `cleared` are removed from the file's EXIF and IPTC: a reader would fall
    back to them where the packet does not state them.

    The file must have its final suffix, which states its type. Raises CannotEmbed, and leaves the file unchanged, when
    its type differs from its suffix, it is damaged, or it cannot hold the packet.
    """
    if orientation not in range(1, 9):
        raise ValueError(f"orientation cannot be {orientation!r}: 1 to 8")
    if len(packet) > MAX_PACKET_BYTES:
        raise CannotEmbed(item=path.name, why=f"XMP is at most {MAX_PACKET_BYTES} bytes, not {len(packet)}")
    _container(path).embed(path, packet, orientation, cleared)


def copy_without_packet(path: Path, target: Path) -> None:
    """Copy a JPEG without its XMP. Raises CannotEmbed for another type, whose file `embed` appends to, or a damaged
    one.
    """
    if _container(path) is not embed_jpeg:
        raise CannotEmbed(item=path.name, why="XMP is removed from JPEG files only")
    embed_jpeg.copy_without_packet(path, target)


def _container(path: Path) -> _Container:
    """The type that the suffix states, if the first bytes agree. A RAW file begins like a TIFF: only its suffix
    differs.
    """
    if path.suffix.lower() not in _BY_SUFFIX:
        raise CannotEmbed(item=path.name, why=f"files named {path.suffix or 'without a suffix'} take a sidecar")
    promised, container = _BY_SUFFIX[path.suffix.lower()]
    with path.open("rb") as stream:
        head = stream.read(8)
    found = next((kind for magic, kind in _BY_MAGIC if head.startswith(magic)), "something else")
    if found != promised:
        raise CannotEmbed(item=path.name, why=f"its name says {promised}, its content is {found}")
    return container
