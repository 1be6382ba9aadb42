"""Lens corrections of a DNG: where each pixel comes from, and the picture taken from there.

Source: DNG specification 1.7.1, "WarpRectilinear", "WarpFisheye" and "WarpRectilinear2"; positions and the kernel as in
Adobe's DNG SDK 1.7.1 (dng_lens_correction), which counts a centre in pixels' indices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.engines.dng.opcodes import UnknownOpcode, Warp
from couloir.engines.protocol import Picture

_SHARPNESS: Final = -0.75  # of the SDK's cubic kernel
# The SDK rounds a place down to a 32nd of a pixel, and keeps the whole kernel within the picture with a pixel to spare.
_STEPS: Final = 32
_LEAST, _FROM_END = 1, 4
_STRIP: Final = 256  # rows at a time


@dataclass(frozen=True, slots=True)
class Frame:
    """What a picture is of: `rows` x `columns` pixels of a file, `aspect` the width of one over its height.

    One pixel of the picture is `factor` of them wide and high; at the right and the bottom it may be less.
    """

    rows: int
    columns: int
    aspect: float
    factor: int = 1

    def centers(self, axis: int, count: int) -> Floats:
        """Where the centres of the picture's rows (`axis` 0) or columns (1) lie, in pixels of the file."""
        whole = (self.rows, self.columns)[axis]
        starts = np.arange(count, dtype=np.float64) * self.factor
        return (starts + np.minimum(starts + self.factor, whole)) / 2


@dataclass(frozen=True, slots=True)
class Center:
    """The middle of a lens in pixels of the file, and how far the farthest corner is: the radius that counts as 1."""

    across: float
    down: float
    radius: float

    @classmethod
    def of(cls, frame: Frame, shares: tuple[float, float]) -> Center:
        """From the shares (across, down) that an opcode gives; a radius is counted in widths of a pixel."""
        across, down = shares[0] * frame.columns, shares[1] * frame.rows
        high = max(down, frame.rows - down) / frame.aspect
        return cls(across, down, math.hypot(max(across, frame.columns - across), high))


def warp(picture: Picture, opcode: Warp, frame: Frame) -> Picture:
    """The picture without the lens's faults. Raises UnknownOpcode for another number of planes."""
    rows, columns, planes = picture.shape
    if len(opcode.radial) not in (1, planes):
        raise UnknownOpcode(f"its lens correction is for {len(opcode.radial)} planes, and it has {planes}")
    found = np.empty_like(picture)
    for plane in range(planes):
        which = plane if len(opcode.radial) > 1 else 0
        for top in range(0, rows, _STRIP):
            down, across = _sources(opcode, which, (rows, columns), slice(top, top + _STRIP), frame)
            found[top : top + _STRIP, :, plane] = sample(picture[..., plane], down, across)
    return found


def _sources(opcode: Warp, plane: int, size: tuple[int, int], part: slice, frame: Frame) -> tuple[Floats, Floats]:
    """(row, column) indices in the picture from which the pixels of some rows come."""
    center = Center.of(frame, opcode.center)
    # Indices in the file of the pixels' centres; the lens's centre is an index, too.
    x = (frame.centers(1, size[1]) - 0.5 - center.across) / center.radius
    y = (frame.centers(0, size[0])[part, np.newaxis] - 0.5 - center.down) / center.radius / frame.aspect
    square = np.minimum(x**2 + y**2, 1.0)
    ratio = _ratio(opcode, plane, square)
    kt0, kt1 = opcode.tangential[plane]
    over = kt1 * (square + 2 * x**2) + 2 * kt0 * x * y
    under = kt0 * (square + 2 * y**2) + 2 * kt1 * x * y
    column = center.across + center.radius * (x * ratio + over)
    row = center.down + center.radius * (y * ratio + under) * frame.aspect
    return _held(row, frame.rows, frame.factor), _held(column, frame.columns, frame.factor)


def _held(at: Floats, count: int, factor: int) -> Floats:
    """Indices in the file as indices in the picture."""
    held = np.floor(np.clip(at, _LEAST, max(_LEAST, count - _FROM_END)) * _STEPS) / _STEPS
    return np.asarray((held + 0.5) / factor - 0.5)


def _ratio(opcode: Warp, plane: int, square: Floats) -> Floats:
    if opcode.is_fisheye:
        radius = np.sqrt(np.maximum(square, 1e-12))
        angle = np.arctan(radius)
        total = np.zeros_like(angle)
        for k in reversed(opcode.radial[plane]):
            total = total * angle**2 + k
        return np.asarray(np.where(square < 1e-12, 1.0, total * angle / radius))
    radius = np.clip(np.sqrt(square), *opcode.span)
    total = np.zeros_like(radius)
    for k in reversed(opcode.radial[plane]):
        total = total * radius + k
    return 1 / total if opcode.is_reciprocal else total


def sample(plane: Floats, down: Floats, across: Floats) -> Floats:
    """A plane at (row, column) indices between its pixels, by cubic interpolation; its edges go on outside."""
    top, left = np.floor(down).astype(np.intp), np.floor(across).astype(np.intp)
    total = np.zeros(down.shape, dtype=np.float64)
    over = [_cubic(np.abs(left + j - across)) for j in range(-1, 3)]
    under = [_cubic(np.abs(top + i - down)) for i in range(-1, 3)]
    for i in range(4):
        row = np.clip(top + i - 1, 0, plane.shape[0] - 1)
        line = np.zeros_like(total)
        for j in range(4):
            line += over[j] * plane[row, np.clip(left + j - 1, 0, plane.shape[1] - 1)]
        total += under[i] * line
    return np.clip(total, 0, 1)


def _cubic(distance: Floats) -> Floats:
    """How much a pixel counts at this distance from it."""
    a, x = _SHARPNESS, distance
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.asarray(np.where(x < 1, near, np.where(x < 2, far, 0.0)))


def resample(picture: Picture, columns: int, rows: int, box: tuple[float, float, float, float]) -> Picture:
    """A box (left, top, right, bottom) of a picture, enlarged along at least one edge, by the same cubic kernel."""
    left, top, right, bottom = box
    found = _along(picture, top, bottom, rows)
    return np.clip(_along(found.swapaxes(0, 1), left, right, columns).swapaxes(0, 1), 0, 1).astype(np.float32)


def _along(picture: Picture, start: float, stop: float, count: int) -> Picture:
    """The rows from `start` to `stop` as `count` rows; the kernel is as wide as the step where they become fewer."""
    step = (stop - start) / count
    wide = max(step, 1.0)
    at = start + (np.arange(count) + 0.5) * step - 0.5
    reach = math.ceil(2 * wide)
    first = np.floor(at).astype(np.intp)
    total = np.zeros((count, *picture.shape[1:]), dtype=np.float64)
    weights = np.zeros(count)
    for k in range(1 - reach, reach + 1):
        weight = _cubic(np.abs(first + k - at) / wide)
        total += weight[:, np.newaxis, np.newaxis] * picture[np.clip(first + k, 0, picture.shape[0] - 1)]
        weights += weight
    return (total / weights[:, np.newaxis, np.newaxis]).astype(np.float32)
