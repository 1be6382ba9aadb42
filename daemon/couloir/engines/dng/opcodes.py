"""The opcode lists of a DNG file: corrections that its maker wants a reader to apply.

Source: DNG specification 1.7.1, chapter 7 "Opcode List Processing". Numbers are big-endian whatever the file's order.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats

_OPTIONAL: Final = 1  # bit of an opcode's flags: a reader that does not know it may go on
_MOST: Final = 1000
_PLANES: Final = 4


class UnknownOpcode(ValueError):
    """An opcode that has to be applied, and that nobody here can apply; the message says why."""


@dataclass(frozen=True, slots=True)
class Area:
    """The part of a picture that an opcode speaks of: rows top..bottom, columns left..right, every `pitch`th of them.

    An area without extent means the whole picture.
    """

    top: int
    left: int
    bottom: int
    right: int
    plane: int
    planes: int
    row_pitch: int
    column_pitch: int

    def within(self, rows: int, columns: int) -> tuple[slice, slice, slice]:
        """Slices of the rows, the columns and the planes of a picture of this size."""
        planes = slice(self.plane, self.plane + self.planes)
        if self.bottom <= self.top or self.right <= self.left:
            return slice(0, rows), slice(0, columns), planes
        top, left = self._first(self.top, self.row_pitch), self._first(self.left, self.column_pitch)
        return (
            slice(top, min(self.bottom, rows), self.row_pitch),
            slice(left, min(self.right, columns), self.column_pitch),
            planes,
        )

    @property
    def is_whole(self) -> bool:
        """Whether it takes in every row and column, whatever the picture's size."""
        return self.bottom <= self.top or self.right <= self.left

    @staticmethod
    def _first(start: int, pitch: int) -> int:
        return start if start >= 0 else start % pitch


@dataclass(frozen=True, slots=True)
class MapTable:
    """Values 0..1 as 65536ths looked up in a table of such values; beyond its end the last one counts."""

    area: Area
    table: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MapPolynomial:
    """A polynomial of the value, 0..1; the coefficient of the power 0 first."""

    area: Area
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PerLine:
    """A number for each row (`axis` 0) or column (1) of the area: added, in 65535ths, or multiplied."""

    area: Area
    axis: int
    scales: bool
    values: Floats


@dataclass(frozen=True, slots=True)
class GainMap:
    """Gains on a grid, rows x columns x planes, that is spread over the picture: `origin` and `spacing` (down, across)
    are shares of its height and width.
    """

    area: Area
    gains: Floats
    spacing: tuple[float, float]
    origin: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Vignette:
    """A gain of 1 + the sum of k[i] r^(2i + 2); `center` (across, down) as shares, r = 1 in the farthest corner."""

    k: tuple[float, ...]
    center: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Warp:
    """Where each plane's pixels come from: `radial` the powers 0, 1, 2 ... of r of their distance's ratio, of
    atan(r) to the powers 1, 3, 5, 7 for a fisheye lens; `tangential` kt0 and kt1; `span` the radii for which it holds.
    """

    radial: tuple[tuple[float, ...], ...]
    tangential: tuple[tuple[float, float], ...]
    center: tuple[float, float]
    is_fisheye: bool = False
    span: tuple[float, float] = (0.0, 1.0)
    is_reciprocal: bool = False


@dataclass(frozen=True, slots=True)
class BadPixels:
    """Pixels of the sensor to be filled in: those of one `value`, or `points` (row, column) and `boxes` (top, left,
    bottom, right). `phase`: the colour of the mosaic's first pixel, 0 red, 1 green beside red, 2 green beside
    blue, 3 blue.
    """

    value: int | None
    phase: int = 0
    points: tuple[tuple[int, int], ...] = ()
    boxes: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Trim:
    """The part of the picture that is kept."""

    top: int
    left: int
    bottom: int
    right: int


Opcode = MapTable | MapPolynomial | PerLine | GainMap | Vignette | Warp | BadPixels | Trim


def read_opcodes(data: bytes) -> tuple[Opcode, ...]:
    """The opcodes of a list in their order, without optional ones that are not known.

    Raises UnknownOpcode for another one that is not known, ValueError for a broken list.
    """
    try:
        return tuple(_opcodes(data))
    except (struct.error, IndexError) as error:
        raise ValueError("an opcode list is cut short") from error


def _opcodes(data: bytes) -> Iterator[Opcode]:
    (count,) = struct.unpack_from(">I", data)
    if count > _MOST:
        raise ValueError(f"an opcode list of {count} opcodes")
    at = 4
    for _ in range(count):
        number, _version, flags, size = struct.unpack_from(">IIII", data, at)
        body, at = data[at + 16 : at + 16 + size], at + 16 + size
        if len(body) < size:
            raise ValueError("an opcode list is cut short")
        reader = _READERS.get(number)
        if reader is not None:
            yield reader(body)
        elif not flags & _OPTIONAL:
            raise UnknownOpcode(f"it asks for opcode {number}, which Couloir cannot apply")


def _area(body: bytes) -> Area:
    top, left, bottom, right, plane, planes, rows, columns = struct.unpack_from(">4i4I", body)
    if not rows or not columns or not planes:
        raise ValueError("an opcode of an area without rows, columns or planes")
    return Area(top, left, bottom, right, plane, planes, rows, columns)


def _map_table(body: bytes) -> MapTable:
    (count,) = struct.unpack_from(">I", body, 32)
    table = np.frombuffer(body, ">u2", count, 36).astype(np.float32) / np.float32(65535)
    if not count:
        raise ValueError("an opcode with an empty table")
    return MapTable(_area(body), table)


def _map_polynomial(body: bytes) -> MapPolynomial:
    (degree,) = struct.unpack_from(">I", body, 32)
    if degree > 8:
        raise ValueError(f"an opcode with a polynomial of degree {degree}")
    return MapPolynomial(_area(body), struct.unpack_from(f">{degree + 1}d", body, 36))


def _per_line(body: bytes, axis: int, scales: bool) -> PerLine:
    (count,) = struct.unpack_from(">I", body, 32)
    values = np.frombuffer(body, ">f4", count, 36).astype(np.float64)
    return PerLine(_area(body), axis, scales, values if scales else values / 65535)


def _gain_map(body: bytes) -> GainMap:
    rows, columns, down, across, top, left, planes = struct.unpack_from(">2I4dI", body, 32)
    if not rows or not columns or not planes or down <= 0 or across <= 0 or rows * columns * planes > len(body):
        raise ValueError("an opcode with a gain map without points")
    gains = np.frombuffer(body, ">f4", rows * columns * planes, 76).astype(np.float64).reshape(rows, columns, planes)
    # A single row or column counts for all of them (DNG SDK: its spacing and origin are not looked at).
    spacing = (down if rows > 1 else 1.0, across if columns > 1 else 1.0)
    return GainMap(_area(body), gains, spacing, (top if rows > 1 else 0.0, left if columns > 1 else 0.0))


def _vignette(body: bytes) -> Vignette:
    *k, across, down = struct.unpack_from(">7d", body)
    return Vignette(tuple(k), (across, down))


def _planes(body: bytes) -> int:
    (planes,) = struct.unpack_from(">I", body)
    if not 1 <= planes <= _PLANES:
        raise ValueError(f"a lens correction of {planes} planes")
    return int(planes)


def _rectilinear(body: bytes) -> Warp:
    planes = _planes(body)
    found = [struct.unpack_from(">6d", body, 4 + 48 * i) for i in range(planes)]
    radial = tuple((a, 0.0, b, 0.0, c, 0.0, d) for a, b, c, d, _, _ in found)
    return Warp(radial, tuple((t0, t1) for *_, t0, t1 in found), struct.unpack_from(">2d", body, 4 + 48 * planes))


def _rectilinear_2(body: bytes) -> Warp:
    planes = _planes(body)
    found = [struct.unpack_from(">19d", body, 4 + 152 * i) for i in range(planes)]
    across, down, reciprocal = struct.unpack_from(">2dI", body, 4 + 152 * planes)
    spans = {each[17:] for each in found}
    if len(spans) != 1:
        raise UnknownOpcode("its lens correction holds for other radii in each plane")
    return Warp(
        tuple(each[:15] for each in found),
        tuple((each[15], each[16]) for each in found),
        (across, down),
        span=spans.pop(),
        is_reciprocal=bool(reciprocal),
    )


def _fisheye(body: bytes) -> Warp:
    planes = _planes(body)
    radial = tuple(struct.unpack_from(">4d", body, 4 + 32 * i) for i in range(planes))
    center = struct.unpack_from(">2d", body, 4 + 32 * planes)
    return Warp(radial, ((0.0, 0.0),) * planes, center, is_fisheye=True)


def _bad_pixels_constant(body: bytes) -> BadPixels:
    return BadPixels(*struct.unpack_from(">2I", body))


def _bad_pixels_list(body: bytes) -> BadPixels:
    phase, points, boxes = struct.unpack_from(">3I", body)
    if 12 + 8 * points + 16 * boxes > len(body):
        raise ValueError("an opcode list is cut short")
    numbers = struct.unpack_from(f">{2 * points + 4 * boxes}i", body, 12)
    rest = numbers[2 * points :]
    return BadPixels(
        None,
        phase,
        tuple(zip(numbers[: 2 * points : 2], numbers[1 : 2 * points : 2], strict=True)),
        tuple(zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True)),
    )


_READERS: Final[Mapping[int, Callable[[bytes], Opcode]]] = {
    1: _rectilinear,
    2: _fisheye,
    3: _vignette,
    4: _bad_pixels_constant,
    5: _bad_pixels_list,
    6: lambda body: Trim(*struct.unpack_from(">4i", body)),
    7: _map_table,
    8: _map_polynomial,
    9: _gain_map,
    10: lambda body: _per_line(body, 0, scales=False),
    11: lambda body: _per_line(body, 1, scales=False),
    12: lambda body: _per_line(body, 0, scales=True),
    13: lambda body: _per_line(body, 1, scales=True),
    14: _rectilinear_2,
}
