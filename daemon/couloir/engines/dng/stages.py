"""From the numbers of a DNG's sensor to camera colours, in the order of the DNG specification.

Stage 1 is what is stored, after opcode list 1; stage 2 is linear, black 0 and white 1, after opcode list 2; stage 3 has
all colours in each pixel, after opcode list 3 (DNG specification 1.7.1, chapters 5 "Mapping Raw Values to Linear
Reference Values" and 7). The default crop is taken of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.engines.dng.corrections import correct, fill_bad_pixels, is_smooth
from couloir.engines.dng.layout import NotMeasurable, RawLayout
from couloir.engines.dng.mosaic import demosaic, reduce_by
from couloir.engines.dng.opcodes import BadPixels, MapPolynomial, Opcode, Trim, UnknownOpcode
from couloir.engines.dng.warp import Frame, resample
from couloir.engines.protocol import Picture
from couloir.engines.resampling import fit_size, resize

_FINER: Final = 2
"""How many times the wanted size the picture keeps until it is cropped and reduced to it."""


def develop(stored: NDArray[np.uint16], layout: RawLayout, wanted: int) -> Picture:
    """Stored values, height x width x planes, as LibRaw gives them: linearization table applied, nothing else.

    Camera colours, 0..1, cropped and with square pixels, the long edge at most `wanted`. Raises NotMeasurable.
    """
    if stored.shape != (layout.rows, layout.columns, layout.planes):
        raise NotMeasurable(f"LibRaw reads {stored.shape[1]} x {stored.shape[0]} pixels of it, and it states others")
    _, second, third = layout.opcodes
    if any(isinstance(opcode, Trim) for opcode in second):
        raise NotMeasurable("it asks for its mosaic to be trimmed, which Couloir cannot do")
    try:
        linear = _linear(stored, layout)
        rows, columns = linear.shape[:2]
        linear = correct(linear, second, Frame(rows, columns, layout.aspect))
        factor = _factor(layout, wanted) if all(is_smooth(opcode) for opcode in third) else 1
        frame = Frame(rows, columns, layout.aspect, factor)
        if layout.pattern is None:
            picture = reduce_by(linear, factor)
        else:
            picture = demosaic(np.ascontiguousarray(linear[..., 0]), layout.pattern, factor)
        picture = correct(picture, third, frame)
    except UnknownOpcode as error:
        raise NotMeasurable(str(error)) from error
    return _cropped(picture, layout, factor, wanted)


def _factor(layout: RawLayout, wanted: int) -> int:
    left, top, right, bottom = layout.crop
    whole = int(max(right - left, bottom - top) // max(wanted, 1))
    if whole > 1 and whole % 2 == 0 and all(edge % whole == 0 for edge in layout.crop) and layout.scale == (1, 1):
        return whole  # nothing is left to be reduced
    factor = int(min(max(right - left, bottom - top), max(layout.frame)) // (_FINER * max(wanted, 1)))
    return max(1, factor - factor % 2)  # an even one is much faster to get from a mosaic


def _linear(stored: NDArray[np.uint16], layout: RawLayout) -> Picture:
    """Stage 2: of the active area, black taken away and white at 1."""
    left, top, right, bottom = layout.active
    values: NDArray[Any] = stored
    if layout.opcodes[0]:
        early = stored.astype(np.float32) / np.float32(65535)
        early = fill_bad_pixels(early, layout.opcodes[0])
        rest = [_of_levels(opcode) for opcode in layout.opcodes[0] if not isinstance(opcode, BadPixels)]
        values = correct(early, rest, Frame(layout.rows, layout.columns, layout.aspect)) * np.float32(65535)
    part = values[top:bottom, left:right]
    highest = layout.black.max(axis=(0, 1)) + layout.black_rows.max() + layout.black_columns.max()
    if not (layout.white > highest).all():
        raise ValueError("its white level is not above its black level")
    linear = part.astype(np.float32)
    black = layout.black.astype(np.float32)
    high, wide = black.shape[:2]
    for row in range(high):
        for column in range(wide):
            linear[row::high, column::wide] -= black[row, column]
    if layout.black_rows.any():
        linear -= layout.black_rows.astype(np.float32)[:, np.newaxis, np.newaxis]
    if layout.black_columns.any():
        linear -= layout.black_columns.astype(np.float32)[np.newaxis, :, np.newaxis]
    linear *= (1 / (layout.white - highest)).astype(np.float32)
    return np.clip(linear, 0, 1, out=linear)


def _of_levels(opcode: Opcode) -> Opcode:
    """An opcode of list 1 for values 0..1: a polynomial is stated for stored levels there (DNG SDK)."""
    if not isinstance(opcode, MapPolynomial):
        return opcode
    return replace(opcode, coefficients=tuple(c * 65535.0 ** (i - 1) for i, c in enumerate(opcode.coefficients)))


def _cropped(picture: Picture, layout: RawLayout, factor: int, wanted: int) -> Picture:
    columns, rows = fit_size(*layout.frame, wanted)
    left, top, right, bottom = (edge / factor for edge in layout.crop)
    right, bottom = min(right, picture.shape[1]), min(bottom, picture.shape[0])
    if left >= right or top >= bottom:
        raise NotMeasurable("its default crop lies outside of what its opcodes leave")
    if columns > right - left + 1e-6 or rows > bottom - top + 1e-6:
        return resample(picture, columns, rows, (left, top, right, bottom))
    return resize(picture, columns, rows, (left, top, right, bottom))
