"""What the opcodes of a DNG do to its pixels.

Source: DNG specification 1.7.1, chapter 7, and where that leaves a choice (pixel centres, what is clipped, which way an
aspect goes) Adobe's DNG SDK 1.7.1, against which scripts/evaluate_engines.py holds each kind.

A picture here is height x width x planes, float32, 0..1: a mosaic has one plane.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.engines.dng.opcodes import (
    BadPixels,
    GainMap,
    MapPolynomial,
    MapTable,
    Opcode,
    PerLine,
    Trim,
    UnknownOpcode,
    Vignette,
    Warp,
)
from couloir.engines.dng.warp import Center, Frame, warp
from couloir.engines.protocol import Picture

Indices = NDArray[np.intp]

_BEFORE: Final = (BadPixels, MapTable, MapPolynomial, PerLine, GainMap, Vignette)
_CORNERS: Final = ((-1, -1), (-1, 1), (1, -1), (1, 1))
_SIDES: Final = ((-2, 0), (2, 0), (0, -2), (0, 2))
_MOSAIC: Final = (MapTable, MapPolynomial, PerLine, GainMap, Vignette, Trim)


def refuse_misplaced(opcodes: Iterable[Opcode], which: int, *, linearized: bool) -> None:
    """Raise UnknownOpcode for one that has no meaning in opcode list `which` (1, 2), or none that is left of it.

    `linearized`: the file has a linearization table, which LibRaw applies before the first list could be.
    """
    for opcode in opcodes:
        allowed = _MOSAIC if which == 2 else _BEFORE
        early = which == 1 and linearized and not (isinstance(opcode, BadPixels) and opcode.value is None)
        if not isinstance(opcode, allowed) or early:
            raise UnknownOpcode(f"it asks for {type(opcode).__name__} in opcode list {which}, which Couloir cannot do")


def is_smooth(opcode: Opcode) -> bool:
    """Whether it does the same to a reduced picture as to the whole one before it is reduced."""
    if isinstance(opcode, GainMap):
        return opcode.area.is_whole or opcode.area.row_pitch == opcode.area.column_pitch == 1
    return isinstance(opcode, Vignette | Warp)


def correct(picture: Picture, opcodes: Iterable[Opcode], frame: Frame) -> Picture:
    """Apply opcodes in their order; values are held within 0..1 after each.

    Raises UnknownOpcode for one that does not fit the picture.
    """
    for opcode in opcodes:
        if isinstance(opcode, Warp):
            picture = warp(picture, opcode, frame)
        elif isinstance(opcode, Trim):
            picture = _trimmed(picture, opcode)
            frame = replace(frame, rows=picture.shape[0], columns=picture.shape[1])
        elif isinstance(opcode, Vignette):
            picture = picture * _vignette(picture, opcode, frame)
        elif not isinstance(opcode, BadPixels):
            picture = _in_area(picture, opcode, frame)
        picture = np.clip(picture, 0, 1).astype(np.float32, copy=False)
    return picture


def fill_bad_pixels(mosaic: Picture, opcodes: Iterable[Opcode]) -> Picture:
    """Each bad pixel becomes the mean of the four nearest pixels of its colour that are not bad, if any is.

    Those of a Bayer mosaic lie at the corners of a green pixel, and two away on either side of another one. Where all
    four are bad the SDK looks further in ways of its own, for clusters and for whole rows; here the next ring counts.
    """
    for opcode in opcodes:
        if isinstance(opcode, BadPixels):
            mosaic = _filled(mosaic, _bad(mosaic, opcode), opcode.phase)
    return mosaic


def _bad(mosaic: Picture, opcode: BadPixels) -> NDArray[np.bool_]:
    rows, columns = mosaic.shape[:2]
    if opcode.value is not None:
        return np.asarray(np.rint(mosaic[..., 0] * 65535) == opcode.value)
    bad = np.zeros((rows, columns), dtype=np.bool_)
    for row, column in opcode.points:
        if 0 <= row < rows and 0 <= column < columns:
            bad[row, column] = True
    for top, left, bottom, right in opcode.boxes:
        bad[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    return bad


def _filled(mosaic: Picture, bad: NDArray[np.bool_], phase: int) -> Picture:
    rows, columns = np.nonzero(bad)
    is_green = (rows + columns + phase + (phase >> 1)) % 2 == 0
    total, count = np.zeros((len(rows), mosaic.shape[2])), np.zeros(len(rows))
    for ring in (1, 2):
        empty = count == 0
        for places, whom in ((_CORNERS, is_green), (_SIDES, ~is_green)):
            for down, across in places:
                row, column = rows + ring * down, columns + ring * across
                there = whom & empty & (row >= 0) & (row < bad.shape[0]) & (column >= 0) & (column < bad.shape[1])
                good = np.flatnonzero(there)
                good = good[~bad[row[good], column[good]]]
                total[good] += mosaic[row[good], column[good]]
                count[good] += 1
    filled = mosaic.copy()
    found = count > 0
    filled[rows[found], columns[found]] = total[found] / count[found, np.newaxis]
    return filled


def _trimmed(picture: Picture, opcode: Trim) -> Picture:
    rows, columns = picture.shape[:2]
    if not (0 <= opcode.top < opcode.bottom <= rows and 0 <= opcode.left < opcode.right <= columns):
        raise UnknownOpcode("it asks to be trimmed to more than there is")
    return picture[opcode.top : opcode.bottom, opcode.left : opcode.right]


def _vignette(picture: Picture, opcode: Vignette, frame: Frame) -> Picture:
    center = Center.of(frame, opcode.center)
    x = frame.centers(1, picture.shape[1]) - center.across
    y = (frame.centers(0, picture.shape[0]) - center.down) / frame.aspect
    square = (y[:, np.newaxis] ** 2 + x**2) / center.radius**2
    gain = np.zeros_like(square)
    for k in reversed(opcode.k):
        gain = (gain + k) * square
    return (gain + 1).astype(np.float32)[..., np.newaxis]


def _in_area(picture: Picture, opcode: MapTable | MapPolynomial | PerLine | GainMap, frame: Frame) -> Picture:
    rows, columns, planes = _reduced(opcode.area.within(frame.rows, frame.columns), frame.factor)
    changed = picture.copy()
    part = picture[rows, columns, planes]
    if not part.size:
        return picture
    if isinstance(opcode, MapTable):
        at = np.minimum(np.rint(part * 65535).astype(np.intp), len(opcode.table) - 1)
        changed[rows, columns, planes] = opcode.table[at]
    elif isinstance(opcode, MapPolynomial):
        total = np.zeros_like(part)
        for coefficient in reversed(opcode.coefficients):
            total = total * part + np.float32(coefficient)
        changed[rows, columns, planes] = total
    elif isinstance(opcode, PerLine):
        values = opcode.values[: part.shape[opcode.axis]]
        if len(values) < part.shape[opcode.axis]:
            raise UnknownOpcode("a correction of its rows or columns has fewer numbers than there are")
        line = values.astype(np.float32).reshape((-1, 1, 1) if opcode.axis == 0 else (1, -1, 1))
        changed[rows, columns, planes] = part * line if opcode.scales else part + line
    else:
        changed[rows, columns, planes] = part * _gains(opcode, picture.shape, (rows, columns, planes), frame)
    return changed


def _reduced(area: tuple[slice, slice, slice], factor: int) -> tuple[slice, slice, slice]:
    rows, columns, planes = area
    if factor == 1:
        return area
    # An area's edges fall on the nearest pixels of the reduced picture; only areas without gaps come here.
    return (
        slice(round(rows.start / factor), -(-rows.stop // factor)),
        slice(round(columns.start / factor), -(-columns.stop // factor)),
        planes,
    )


def _gains(opcode: GainMap, shape: tuple[int, ...], area: tuple[slice, slice, slice], frame: Frame) -> Picture:
    """The map between its points at the centres of these pixels, bilinear; beyond the outermost points they go on."""
    rows, columns, planes = area
    down = _along(opcode, 0, frame.centers(0, shape[0])[rows] / frame.rows)
    across = _along(opcode, 1, frame.centers(1, shape[1])[columns] / frame.columns)
    chosen = np.minimum(np.arange(shape[2])[planes], opcode.gains.shape[2] - 1)
    grid = opcode.gains[:, :, chosen]
    first, last, share = down
    lines = grid[first] * (1 - share)[:, np.newaxis, np.newaxis] + grid[last] * share[:, np.newaxis, np.newaxis]
    first, last, share = across
    found = lines[:, first] * (1 - share)[:, np.newaxis] + lines[:, last] * share[:, np.newaxis]
    return found.astype(np.float32)


def _along(opcode: GainMap, axis: int, centers: Floats) -> tuple[Indices, Indices, Floats]:
    points = opcode.gains.shape[axis]
    at = np.clip((centers - opcode.origin[axis]) / opcode.spacing[axis], 0, points - 1)
    first = np.minimum(at.astype(np.intp), max(points - 2, 0))
    return first, np.minimum(first + 1, points - 1), at - first
