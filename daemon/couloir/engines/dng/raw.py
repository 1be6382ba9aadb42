"""Reads RAW files as linear camera colours, through LibRaw, with the colour model that renders them."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from couloir.engines.decoding import workshop
from couloir.engines.decoding.limits import DecodingRefusal
from couloir.engines.decoding.raw_file import RawFacts
from couloir.engines.dng.color_model import Calibration, ColorModel
from couloir.engines.dng.files import color_model
from couloir.engines.dng.tags import read_tags
from couloir.engines.protocol import Picture
from couloir.errors import BadImage, CannotRender, NoRawDecoder
from couloir.installing import command_to_install

_D65: Final = 6500.0

MIRRORED: Final = frozenset({2, 4, 5, 7})
"""EXIF's orientations that mirror a picture."""


@dataclass(frozen=True, slots=True)
class RawScene:
    """The colours of a RAW file: `camera` height x width x 3, linear, 1 = saturated, not balanced, not rotated.

    `scale` is the size of one pixel of `camera` in pixels of the photo.
    """

    camera: Picture
    model: ColorModel
    orientation: int
    scale: float


def load_raw(path: Path, needed: Callable[[int, int], int]) -> RawScene:
    """Decode a RAW file. `needed(columns, rows)` is the least number of pixels that its long edge should have.

    Raises NoRawDecoder without LibRaw, CannotRender for cameras of other than three colours, BadImage for files that
    LibRaw cannot read.
    """
    require_decoder()
    try:
        known = workshop.raw_facts(path)
        camera = workshop.raw_pixels(path, needed(known.columns, known.rows))
    except (DecodingRefusal, OSError) as error:
        raise BadImage(item=path, why=str(error)) from error
    scale = max(known.columns, known.rows) / max(camera.shape[:2])
    return RawScene(camera, _model(path, known), known.orientation, scale)


def _model(path: Path, known: RawFacts) -> ColorModel:
    """A DNG's own colour model where it states one, else LibRaw's matrix for the camera (under D65, after Adobe's)."""
    stated = _stated(path)
    if stated is not None:
        return stated
    matrix, multipliers = np.asarray(known.matrix), np.asarray(known.camera)
    if not (multipliers > 0).all():
        multipliers = np.asarray(known.daylight)
    if not matrix.any() or not (multipliers > 0).all():
        raise CannotRender(item=path, renderer="LibRaw", why="it has no colour matrix or white balance for this camera")
    neutral = (1 / multipliers) / (1 / multipliers).max()
    red, green, blue = (float(value) for value in neutral)
    return ColorModel((Calibration(_D65, matrix),), (red, green, blue))


def _stated(path: Path) -> ColorModel | None:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return color_model(read_tags(data))
    except (ValueError, OSError):
        return None  # not a DNG, or one without matrices: LibRaw's own tables serve


def missing_decoder() -> NoRawDecoder | None:
    """The error that every RAW file would meet where LibRaw is not installed; None where it is."""
    return NoRawDecoder(command=command_to_install(["rawpy"])) if find_spec("rawpy") is None else None


def require_decoder() -> None:
    """Raise NoRawDecoder where no RAW file can be read."""
    missing = missing_decoder()
    if missing is not None:
        raise missing
