"""A small TIFF writer, and what is made with it: TIFF pictures, EXIF segments, linear DNG files and stand-ins.

The DNG has three 16-bit channels of linear sRGB light (LinearRaw). NewSubFileType is written although it is 0, because
Adobe's own reader asks for it. The stand-ins named .CR2 and .NEF are plain TIFF files with a small picture and a
camera's name: enough for a program that looks at metadata, nothing that a raw decoder could develop.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sample_library.photographs import Pixels

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
EXIF_DIRECTORY, GPS_DIRECTORY = 34665, 34853
_STRIP_OFFSETS = 273
_FORMATS = {BYTE: "B", SHORT: "H", LONG: "I", RATIONAL: "II", SRATIONAL: "ii"}

Entry = tuple[int, int, Sequence[int | Fraction] | bytes]  # tag, type, values
Directories = Mapping[int, Sequence[Entry]]  # the tag that points to a directory, and its entries

# XYZ (D65) to linear sRGB, IEC 61966-2-1: the "camera" of a generated DNG sees in sRGB.
_COLOR_MATRIX = (3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108, 0.0415560, 0.0556434, -0.2040259, 1.0572252)
_D65 = 21


def text(value: str) -> bytes:
    """An ASCII value; anything else in it becomes a question mark."""
    return value.encode("ascii", "replace") + b"\0"


def ratio(value: float, largest: int = 100_000) -> Fraction:
    """A number as a fraction with a denominator of at most `largest`."""
    return Fraction(value).limit_denominator(largest)


def tiff(entries: Sequence[Entry], directories: Directories, pixels: bytes = b"") -> bytes:
    """A little-endian TIFF of one main directory, more that it points to, and one strip of pixels if there are any."""
    pointers = [*directories, _STRIP_OFFSETS] if pixels else list(directories)
    main: list[Entry] = [*entries, *((tag, LONG, (0,)) for tag in pointers)]
    start = 8
    ends = [start + len(_directory(main, start))]
    for directory in directories.values():
        ends.append(ends[-1] + len(_directory(directory, 0)))
    places = dict(zip(pointers, ends, strict=False))
    main = [*entries, *((tag, LONG, (places[tag],)) for tag in pointers)]
    written = [_directory(main, start)]
    written += [_directory(directory, places[tag]) for tag, directory in directories.items()]
    return struct.pack("<2sHI", b"II", 42, start) + b"".join(written) + pixels


def _directory(entries: Sequence[Entry], start: int) -> bytes:
    """A directory at an even offset, and the values that do not fit into it; of even length."""
    ordered = sorted(entries, key=lambda entry: entry[0])
    table = struct.pack("<H", len(ordered))
    beyond = b""
    values_start = start + 2 + 12 * len(ordered) + 4
    for tag, kind, value in ordered:
        packed, count = _pack(kind, value)
        if len(packed) > 4:
            field = struct.pack("<I", values_start + len(beyond))
            beyond += packed + b"\0" * (len(packed) % 2)
        else:
            field = packed.ljust(4, b"\0")
        table += struct.pack("<HHI", tag, kind, count) + field
    return table + b"\0\0\0\0" + beyond


def _pack(kind: int, value: Sequence[int | Fraction] | bytes) -> tuple[bytes, int]:
    if isinstance(value, bytes):
        return value, len(value)
    if kind in (RATIONAL, SRATIONAL):
        parts = [Fraction(item) for item in value]
        return b"".join(struct.pack("<" + _FORMATS[kind], f.numerator, f.denominator) for f in parts), len(value)
    return struct.pack(f"<{len(value)}{_FORMATS[kind]}", *value), len(value)


def _picture(width: int, height: int, bits: int, photometric: int) -> list[Entry]:
    return [
        (254, LONG, (0,)),  # NewSubFileType
        (256, LONG, (width,)),
        (257, LONG, (height,)),
        (258, SHORT, (bits,) * 3),
        (259, SHORT, (1,)),  # Compression: none
        (262, SHORT, (photometric,)),
        (277, SHORT, (3,)),  # SamplesPerPixel
        (278, LONG, (height,)),  # RowsPerStrip
        (279, LONG, (width * height * 3 * bits // 8,)),  # StripByteCounts
        (284, SHORT, (1,)),  # PlanarConfiguration: chunky
    ]


def rgb_tiff(srgb: NDArray[np.uint8], entries: Sequence[Entry], directories: Directories) -> bytes:
    """A TIFF of 8-bit sRGB pixels. Small ones are also the stand-ins for CR2 and NEF."""
    height, width = srgb.shape[:2]
    return tiff([*_picture(width, height, 8, 2), *entries], directories, srgb.tobytes())


def linear_dng(linear: Pixels, model: str, entries: Sequence[Entry], directories: Directories) -> bytes:
    """A linear DNG 1.4 of linear sRGB pixels in the sensor's own frame."""
    height, width = linear.shape[:2]
    camera: list[Entry] = [
        (50706, BYTE, (1, 4, 0, 0)),  # DNGVersion
        (50707, BYTE, (1, 4, 0, 0)),  # DNGBackwardVersion
        (50708, ASCII, text(f"{model} (generated)")),  # UniqueCameraModel
        (50714, SHORT, (0, 0, 0)),  # BlackLevel
        (50717, SHORT, (65535, 65535, 65535)),  # WhiteLevel
        (50721, SRATIONAL, tuple(ratio(value, 10_000_000) for value in _COLOR_MATRIX)),
        (50728, RATIONAL, (Fraction(1), Fraction(1), Fraction(1))),  # AsShotNeutral
        (50730, SRATIONAL, (Fraction(0),)),  # BaselineExposure
        (50778, SHORT, (_D65,)),  # CalibrationIlluminant1
    ]
    levels = np.rint(np.clip(linear, 0, 1) * 65535).astype("<u2")
    return tiff([*_picture(width, height, 16, 34892), *camera, *entries], directories, levels.tobytes())
