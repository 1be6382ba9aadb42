"""Opcodes as a DNG file holds them (DNG specification 1.7.1, chapter 7): big-endian, each with its own length."""

from __future__ import annotations

import struct

import numpy as np


def opcode(number: int, body: bytes, *, optional: bool = False) -> bytes:
    """One opcode of DNG 1.3."""
    return struct.pack(">I4BII", number, 1, 3, 0, 0, int(optional), len(body)) + body


def area(
    box: tuple[int, int, int, int] = (0, 0, 0, 0), plane: int = 0, planes: int = 1, pitch: tuple[int, int] = (1, 1)
) -> bytes:
    """The area of an opcode: top, left, bottom, right; without extent the whole picture."""
    return struct.pack(">4i4I", *box, plane, planes, *pitch)


def polynomial(*coefficients: float, where: bytes) -> bytes:
    return opcode(8, where + struct.pack(f">I{len(coefficients)}d", len(coefficients) - 1, *coefficients))


def table(entries: np.ndarray, where: bytes) -> bytes:
    return opcode(7, where + struct.pack(">I", len(entries)) + entries.astype(">u2").tobytes())


def lines(number: int, values: np.ndarray, where: bytes) -> bytes:
    """10 adds to rows, 11 to columns, 12 multiplies rows, 13 columns."""
    return opcode(number, where + struct.pack(">I", len(values)) + values.astype(">f4").tobytes())


def gain_map(gains: np.ndarray, where: bytes, inset: float = 0.0) -> bytes:
    """`gains`: rows x columns x planes, the outermost `inset` (a share) from the picture's edge."""
    rows, columns, planes = gains.shape
    spacing = [(1 - 2 * inset) / max(1, count - 1) for count in (rows, columns)]
    head = struct.pack(">2I4dI", rows, columns, *spacing, inset, inset, planes)
    return opcode(9, where + head + gains.astype(">f4").tobytes())


def doubles(number: int, *values: float, planes: int | None = None, tail: bytes = b"") -> bytes:
    """An opcode of numbers alone, behind the number of planes if it has one."""
    head = b"" if planes is None else struct.pack(">I", planes)
    return opcode(number, head + struct.pack(f">{len(values)}d", *values) + tail)
