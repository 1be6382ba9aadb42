"""What a DNG file says of its raw picture: where it lies, what its numbers mean and what is to be done with it.

Source: DNG specification 1.7.1, chapter 4. The raw picture is the directory of the full-resolution image, whose tag 254
is 0: the first one of the file or one of its sub-directories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from mmap import mmap
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.engines.dng.corrections import refuse_misplaced
from couloir.engines.dng.mosaic import Pattern
from couloir.engines.dng.opcodes import Opcode, UnknownOpcode, read_opcodes
from couloir.engines.dng.tags import Tag, read_directory, read_tags

DNG_VERSION: Final = 50706
"""The tag that makes a TIFF file a DNG."""

_SUBFILE, _COLUMNS, _ROWS, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_SAMPLES, _SAMPLE_FORMAT, _SUB_DIRECTORIES = 277, 339, 330
_PATTERN_SIZE, _PATTERN, _PLANE_COLORS, _MOSAIC_LAYOUT = 33421, 33422, 50710, 50711
_LINEARIZATION, _BLACK_REPEAT, _BLACK, _BLACK_COLUMNS, _BLACK_ROWS, _WHITE = 50712, 50713, 50714, 50715, 50716, 50717
_SCALE, _CROP_ORIGIN, _CROP_SIZE, _ACTIVE_AREA = 50718, 50719, 50720, 50829
_OPCODES: Final = (51008, 51009, 51022)
_MOSAIC: Final = 32803
_LINEAR: Final = 34892
_COMPRESSIONS: Final = {
    34892: "with losses, and LibRaw applies a part of its opcodes while it unpacks it",
    52546: "as JPEG XL, which LibRaw does not unpack",
}
_FLOATING: Final = 3
_MOST_PATTERN: Final = 8


class NotMeasurable(ValueError):
    """A raw picture that Couloir cannot draw as its maker means it, or a format that LibRaw does not know; the message
    says why.
    """


@dataclass(frozen=True, slots=True)
class RawLayout:
    """The raw picture of a DNG. Boxes are left, top, right, bottom in pixels.

    `active` lies in the stored picture; everything else is counted from its upper left corner. `pattern` is that of a
    mosaic, None for three colours a pixel. `black` is rows x columns x planes, repeated, to which those of each row and
    column are added. `scale` (across, down) makes the pixels square.
    """

    rows: int
    columns: int
    planes: int
    pattern: Pattern | None
    active: tuple[int, int, int, int]
    black: Floats
    black_rows: Floats
    black_columns: Floats
    white: Floats
    crop: tuple[float, float, float, float]
    scale: tuple[float, float]
    opcodes: tuple[tuple[Opcode, ...], ...]

    @property
    def aspect(self) -> float:
        """The width of a pixel over its height."""
        return self.scale[0] / self.scale[1]

    @property
    def frame(self) -> tuple[int, int]:
        """(columns, rows) of the picture that a viewer is meant to see, before it is turned."""
        left, top, right, bottom = self.crop
        return max(1, round((right - left) * self.scale[0])), max(1, round((bottom - top) * self.scale[1]))


def raw_layout(data: bytes | mmap) -> RawLayout | None:
    """The layout that a DNG states; None for a file that is no DNG.

    Raises NotMeasurable for a kind of picture that cannot be drawn as it is meant, ValueError for a broken file.
    """
    try:
        first = read_tags(data)
    except ValueError:
        return None
    if DNG_VERSION not in first:
        return None
    tags = _raw_directory(data, first)
    planes = int(_number(tags, _SAMPLES, 1))
    pattern = _pattern(tags, planes)
    rows, columns = int(_number(tags, _ROWS, 0)), int(_number(tags, _COLUMNS, 0))
    active = _active(tags, rows, columns)
    high, wide = active[3] - active[1], active[2] - active[0]
    try:
        opcodes = tuple(read_opcodes(tags[each].data) if each in tags else () for each in _OPCODES)
        for which in (1, 2):
            if pattern is not None or which == 1:
                refuse_misplaced(opcodes[which - 1], which, linearized=_LINEARIZATION in tags)
    except UnknownOpcode as error:
        raise NotMeasurable(str(error)) from error
    return RawLayout(
        rows,
        columns,
        planes,
        pattern,
        active,
        _black(tags, planes),
        _line(tags, _BLACK_ROWS, high),
        _line(tags, _BLACK_COLUMNS, wide),
        _white(tags, planes),
        _crop(tags, wide, high),
        _scale(tags),
        opcodes,
    )


def _raw_directory(data: bytes | mmap, first: Mapping[int, Tag]) -> Mapping[int, Tag]:
    """The directory of the raw picture. Raises NotMeasurable when there is none that we know."""
    found = [first]
    if _SUB_DIRECTORIES in first:
        found += [read_directory(data, int(at)) for at in first[_SUB_DIRECTORIES].numbers()[:64]]
    for tags in found:
        if int(_number(tags, _SUBFILE, 0)) == 0 and int(_number(tags, _PHOTOMETRIC, 0)) in (_MOSAIC, _LINEAR):
            if int(_number(tags, _SAMPLE_FORMAT, 1)) == _FLOATING:
                raise NotMeasurable("its raw picture is of floating-point numbers, whose scale LibRaw does not keep")
            if (how := _COMPRESSIONS.get(int(_number(tags, _COMPRESSION, 1)))) is not None:
                raise NotMeasurable(f"its raw picture is compressed {how}")
            return tags
    raise NotMeasurable("it holds no raw picture that Couloir knows")


def _pattern(tags: Mapping[int, Tag], planes: int) -> Pattern | None:
    if int(_number(tags, _PHOTOMETRIC, 0)) == _LINEAR:
        if planes != 3:
            raise NotMeasurable(f"its raw picture has {planes} colours a pixel, not 3")
        return None
    if planes != 1:
        raise NotMeasurable(f"its mosaic has {planes} pictures, not one")
    if int(_number(tags, _MOSAIC_LAYOUT, 1)) != 1:
        raise NotMeasurable("the pixels of its sensor do not lie in a rectangular grid")
    if _PATTERN_SIZE not in tags or _PATTERN not in tags:
        raise NotMeasurable("it does not state the colours of its sensor")
    high, wide = (int(each) for each in tags[_PATTERN_SIZE].numbers()[:2])
    colors = [int(each) for each in tags[_PATTERN].numbers()]
    known = [int(each) for each in tags[_PLANE_COLORS].numbers()] if _PLANE_COLORS in tags else [0, 1, 2]
    if not (1 <= high <= _MOST_PATTERN and 1 <= wide <= _MOST_PATTERN) or len(colors) < high * wide:
        raise ValueError(f"a mosaic's pattern of {high} x {wide} colours")
    if len(known) != 3 or set(colors[: high * wide]) != set(known):
        raise NotMeasurable("its sensor has other than three colours")
    return tuple(tuple(known.index(color) for color in colors[row * wide : (row + 1) * wide]) for row in range(high))


def _active(tags: Mapping[int, Tag], rows: int, columns: int) -> tuple[int, int, int, int]:
    if _ACTIVE_AREA not in tags:
        return 0, 0, columns, rows
    top, left, bottom, right = (int(each) for each in tags[_ACTIVE_AREA].numbers()[:4])
    if not (0 <= top < bottom <= rows and 0 <= left < right <= columns):
        raise ValueError("its active area lies outside its raw picture")
    return left, top, right, bottom


def _black(tags: Mapping[int, Tag], planes: int) -> Floats:
    high, wide = (int(each) for each in tags[_BLACK_REPEAT].numbers()[:2]) if _BLACK_REPEAT in tags else (1, 1)
    if not (1 <= high <= _MOST_PATTERN and 1 <= wide <= _MOST_PATTERN):
        raise ValueError(f"black levels of {high} x {wide} pixels")
    if _BLACK not in tags:
        return np.zeros((high, wide, planes))
    levels = np.array(tags[_BLACK].numbers(), dtype=np.float64)
    if levels.size not in (1, high * wide * planes):
        raise ValueError(f"{levels.size} black levels where {high * wide * planes} are stated")
    return np.broadcast_to(
        levels.reshape((1, 1, 1) if levels.size == 1 else (high, wide, planes)), (high, wide, planes)
    )


def _line(tags: Mapping[int, Tag], number: int, length: int) -> Floats:
    if number not in tags:
        return np.zeros(1)
    levels = np.array(tags[number].numbers(), dtype=np.float64)
    if levels.size != length:
        raise ValueError(f"{levels.size} black levels for {length} rows or columns")
    return levels


def _white(tags: Mapping[int, Tag], planes: int) -> Floats:
    bits = _number(tags, _BITS, 16)
    levels = np.array(tags[_WHITE].numbers() if _WHITE in tags else [2.0**bits - 1], dtype=np.float64)
    if levels.size not in (1, planes):
        raise ValueError(f"{levels.size} white levels for {planes} planes")
    return np.broadcast_to(levels, (planes,))


def _crop(tags: Mapping[int, Tag], columns: int, rows: int) -> tuple[float, float, float, float]:
    """As Adobe's SDK rounds it, and moves it back in where it sticks out at the right or the bottom."""
    across, down = tags[_CROP_ORIGIN].numbers()[:2] if _CROP_ORIGIN in tags else (0.0, 0.0)
    wide, high = tags[_CROP_SIZE].numbers()[:2] if _CROP_SIZE in tags else (columns, rows)
    left, top, width, height = (int(each + 0.5) for each in (across, down, wide, high))
    left, top = min(left, columns - width), min(top, rows - height)
    if width < 1 or height < 1 or left < 0 or top < 0:
        raise ValueError("its default crop lies outside its active area")
    return left, top, left + width, top + height


def _scale(tags: Mapping[int, Tag]) -> tuple[float, float]:
    across, down = tags[_SCALE].numbers()[:2] if _SCALE in tags else (1.0, 1.0)
    if not (1 / 16 <= across <= 16 and 1 / 16 <= down <= 16):
        raise ValueError(f"a default scale of {across} x {down}")
    return across, down


def _number(tags: Mapping[int, Tag], number: int, default: float) -> float:
    if number not in tags:
        return default
    values = tags[number].numbers()
    if not values:
        raise ValueError(f"tag {number} has no value")
    return values[0]
