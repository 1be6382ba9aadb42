"""The RGB table of an enhanced profile, and its bytes as Adobe's DNG SDK 1.7.1 writes and reads them.

Little endian throughout (dng_big_table.cpp, dng_rgb_table::PutStream and GetStream):

    u32 1, u32 version 1, u32 dimensions 3, u32 divisions n, n * n * n * 3 u16 samples, u32 primaries, u32 gamma,
    u32 gamut, f64 least and most amount, and u32 flags where they are not zero

A sample is stored as its distance, modulo 65536, from the value that changes nothing there. Only tables of three
dimensions are read here: Couloir writes no others, and one curve a channel needs no table.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.uint16]

LEAST_DIVISIONS: Final = 2
MOST_DIVISIONS: Final = 32
"""Divisions of each axis; Adobe's SDK refuses 33."""

_HEAD: Final = struct.Struct("<IIII")
_TAIL: Final = struct.Struct("<IIIdd")
_FLAGS: Final = struct.Struct("<I")
_RGB_TABLE: Final = 1
_VERSION: Final = 1
_DIMENSIONS: Final = 3
_MOST_AMOUNT: Final = 2.0
_NEVER_EMBED: Final = 1

MOST_BYTES: Final = _HEAD.size + MOST_DIVISIONS**3 * 6 + _TAIL.size + _FLAGS.size
"""Bytes of the largest table."""


class Primaries(IntEnum):
    """The colour space of the table's axes, by the numbers of its bytes (the DNG tag RGBTables has others)."""

    SRGB = 0
    ADOBE_RGB = 1
    PROPHOTO = 2
    DISPLAY_P3 = 3
    REC_2020 = 4


class Gamma(IntEnum):
    """The encoding of the table's axes. 1.8 and 2.2 begin with a short straight toe."""

    LINEAR = 0
    SRGB = 1
    POWER_1_8 = 2
    POWER_2_2 = 3
    REC_2020 = 4


class Gamut(IntEnum):
    """How colours outside the primaries are treated: cut off, or added back after the table."""

    CLIP = 0
    EXTEND = 1


@dataclass(frozen=True, slots=True, eq=False)
class RgbTable:
    """A colour table: `samples` has the shape (n, n, n, 3), red outermost, 0..65535 in the encoding of `gamma`.

    `least` (0..1) and `most` (1..2) bound the amount to which Lightroom's slider may weaken or strengthen it. Raises
    ValueError for what Adobe's SDK would refuse.
    """

    samples: Samples
    primaries: Primaries = Primaries.SRGB
    gamma: Gamma = Gamma.SRGB
    gamut: Gamut = Gamut.EXTEND
    least: float = 0.0
    most: float = _MOST_AMOUNT
    may_embed: bool = True

    def __post_init__(self) -> None:
        divisions = self.samples.shape[0]
        if self.samples.dtype != np.uint16 or self.samples.shape != (divisions, divisions, divisions, 3):
            raise ValueError(f"samples are {self.samples.dtype} {self.samples.shape}, not uint16 (n, n, n, 3)")
        if not LEAST_DIVISIONS <= divisions <= MOST_DIVISIONS:
            raise ValueError(f"{divisions} divisions; {LEAST_DIVISIONS} to {MOST_DIVISIONS} are allowed")
        if not 0 <= self.least <= 1 <= self.most <= _MOST_AMOUNT:
            raise ValueError(f"amounts from {self.least} to {self.most}; the least is 0 to 1, the most 1 to 2")

    @property
    def divisions(self) -> int:
        """The number of samples along each axis."""
        return int(self.samples.shape[0])

    @property
    def fingerprint(self) -> str:
        """MD5 of the table's bytes in capitals: its name in XMP. Equal tables have the same."""
        return hashlib.md5(self.to_bytes(), usedforsecurity=False).hexdigest().upper()

    def to_bytes(self) -> bytes:
        """The bytes that Adobe's SDK writes for this table."""
        stored = (self.samples - identity_samples(self.divisions)).astype("<u2")
        flags = b"" if self.may_embed else _FLAGS.pack(_NEVER_EMBED)
        return (
            _HEAD.pack(_RGB_TABLE, _VERSION, _DIMENSIONS, self.divisions)
            + stored.tobytes()
            + _TAIL.pack(self.primaries, self.gamma, self.gamut, self.least, self.most)
            + flags
        )


@lru_cache(maxsize=4)
def identity_samples(divisions: int) -> Samples:
    """The samples of the table that changes nothing, (n, n, n, 3).

    Of two divisions the last is 65536, which 16 bits hold as 0: the DNG SDK's own numbers, to which tables are stored
    as differences.
    """
    axis = (np.arange(divisions, dtype=np.uint32) * 0xFFFF + (divisions >> 1)) // (divisions - 1)
    samples = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).astype(np.uint16)
    samples.flags.writeable = False
    return samples


def parse_table(data: bytes) -> RgbTable:
    """The table in these bytes. Raises ValueError with the reason."""
    if len(data) < _HEAD.size:
        raise ValueError("it ends within its head")
    kind, version, dimensions, divisions = _HEAD.unpack_from(data)
    if kind != _RGB_TABLE or version != _VERSION:
        raise ValueError(f"it is of kind {kind}, version {version}, and an RGB table is of kind 1, version 1")
    if dimensions != _DIMENSIONS:
        raise ValueError(f"it has {dimensions} dimensions, and Couloir reads tables of 3")
    if not LEAST_DIVISIONS <= divisions <= MOST_DIVISIONS:
        raise ValueError(f"{divisions} divisions; {LEAST_DIVISIONS} to {MOST_DIVISIONS} are allowed")
    count = divisions**3 * 3
    tail = _HEAD.size + 2 * count
    if len(data) not in (tail + _TAIL.size, tail + _TAIL.size + _FLAGS.size):
        raise ValueError(f"it has {len(data)} bytes, which is not what {divisions} divisions need")
    stored = np.frombuffer(data, "<u2", count, _HEAD.size).reshape(divisions, divisions, divisions, 3)
    primaries, gamma, gamut, least, most = _TAIL.unpack_from(data, tail)
    flags = _FLAGS.unpack_from(data, tail + _TAIL.size)[0] if len(data) > tail + _TAIL.size else 0
    return RgbTable(
        stored.astype(np.uint16) + identity_samples(divisions),
        Primaries(primaries),
        Gamma(gamma),
        Gamut(gamut),
        least,
        most,
        may_embed=not flags & _NEVER_EMBED,
    )
