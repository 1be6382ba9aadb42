"""The oldest system on which a bundle runs, read from the programs and libraries in it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)")
_THIN, _FAT = 0xFEEDFACF, 0xCAFEBABE
_VERSION_MIN_MACOSX, _BUILD_VERSION = 0x24, 0x32  # LC_..., <mach-o/loader.h>
_MACOS = 1  # PLATFORM_MACOS


def oldest_glibc(folder: Path) -> tuple[int, int]:
    """The newest glibc version that any file asks for: its symbols name versions. (0, 0) when none asks."""
    return max(
        ((int(major), int(minor)) for data in _contents(folder, b"\x7fELF") for major, minor in _GLIBC.findall(data)),
        default=(0, 0),
    )


def oldest_macos(folder: Path) -> tuple[int, int]:
    """The newest macOS that any file was built for, from the load commands of its slices."""
    magics = (struct.pack("<I", _THIN), struct.pack(">I", _FAT))
    return max(
        (version for data in _contents(folder, *magics) for piece in _slices(data) for version in _built_for(piece)),
        default=(0, 0),
    )


def _contents(folder: Path, *magics: bytes) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) in magics:
                    file.seek(0)
                    yield file.read()


def _slices(data: bytes) -> Iterator[bytes]:
    if data[:4] != struct.pack(">I", _FAT):
        yield data
        return
    (count,) = struct.unpack_from(">I", data, 4)
    for number in range(count):
        offset, size = struct.unpack_from(">II", data, 8 + 20 * number + 8)
        yield data[offset : offset + size]


def _built_for(data: bytes) -> Iterator[tuple[int, int]]:
    if data[:4] != struct.pack("<I", _THIN):
        return  # a slice for processors of 32 bits
    (count,) = struct.unpack_from("<I", data, 16)
    at = 32
    for _ in range(count):
        command, size = struct.unpack_from("<II", data, at)
        if command == _VERSION_MIN_MACOSX:
            yield _version(struct.unpack_from("<I", data, at + 8)[0])
        elif command == _BUILD_VERSION and struct.unpack_from("<I", data, at + 8)[0] == _MACOS:
            yield _version(struct.unpack_from("<I", data, at + 12)[0])
        at += size


def _version(packed: int) -> tuple[int, int]:
    return packed >> 16, packed >> 8 & 0xFF
