"""Reads RAW files as linear camera colours, through LibRaw, with the colour model that renders them."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from couloir.disk import try_twice
from couloir.engines.decoding import workshop
from couloir.engines.decoding.limits import DecodingRefusal
from couloir.engines.decoding.raw_file import RawFacts
from couloir.engines.dng.color_model import Calibration, ColorModel
from couloir.engines.dng.files import color_model, profile
from couloir.engines.dng.layout import DNG_VERSION, NotMeasurable
from couloir.engines.dng.profile import PLAIN, Profile
from couloir.engines.dng.tags import read_tags
from couloir.engines.protocol import Picture
from couloir.errors import BadImage, CannotRender, NoRawDecoder
from couloir.installing import explain_missing

_D65: Final = 6500.0

MIRRORED: Final = frozenset({2, 4, 5, 7})
"""EXIF's orientations that mirror a picture."""


@dataclass(frozen=True, slots=True)
class RawScene:
    """The colours of a RAW file: `camera` height x width x 3, linear, 1 = saturated, not balanced, not rotated.

    `scale` is the size of one pixel of `camera` in pixels of the photo, `profile` the camera profile in the file.
    """

    camera: Picture
    model: ColorModel
    profile: Profile
    orientation: int
    scale: float


def load_raw(path: Path, needed: Callable[[int, int], int]) -> RawScene:
    """Decode a RAW file. `needed(columns, rows)` is the least number of pixels that its long edge should have.

    What the file says of its raw picture is honoured: its crop, its levels, its opcodes. Raises NoRawDecoder without
    LibRaw, CannotRender for what cannot be drawn as the file means it, BadImage for files that LibRaw cannot read.
    """
    known, (model, own) = _known(path)
    try:
        camera = workshop.raw_pixels(path, needed(known.columns, known.rows))
    except NotMeasurable as error:
        raise CannotRender(item=path, renderer="Couloir", why=str(error)) from error
    except (DecodingRefusal, OSError) as error:
        raise BadImage(item=path, why=str(error)) from error
    scale = max(known.columns, known.rows) / max(camera.shape[:2])
    return RawScene(camera, model, own, known.orientation, scale)


def read_model(path: Path) -> ColorModel:
    """The colour model of a RAW file, from its header. Raises as `load_raw` does."""
    return _known(path)[1][0]


def _known(path: Path) -> tuple[RawFacts, tuple[ColorModel, Profile]]:
    require_decoder()
    try:
        known = workshop.raw_facts(path)
        return known, try_twice(lambda: _stated(path)) or (_listed(path, known), PLAIN)
    except NotMeasurable as error:
        raise CannotRender(item=path, renderer="Couloir", why=str(error)) from error
    except (DecodingRefusal, OSError) as error:
        raise BadImage(item=path, why=str(error)) from error


def _listed(path: Path, known: RawFacts) -> ColorModel:
    """LibRaw's matrix for the camera (under D65, after Adobe's)."""
    matrix, multipliers = np.asarray(known.matrix), np.asarray(known.camera)
    if not (multipliers > 0).all():
        multipliers = np.asarray(known.daylight)
    if not matrix.any() or not (multipliers > 0).all():
        raise CannotRender(item=path, renderer="LibRaw", why="it has no colour matrix or white balance for this camera")
    neutral = (1 / multipliers) / (1 / multipliers).max()
    red, green, blue = (float(value) for value in neutral)
    return ColorModel((Calibration(_D65, matrix),), (red, green, blue))


def _stated(path: Path) -> tuple[ColorModel, Profile] | None:
    """A DNG's own colour model and profile; None for other files. Raises NotMeasurable for one that is not whole."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            tags = read_tags(data)
        except ValueError:
            return None  # no TIFF file at all
        if DNG_VERSION not in tags:
            return None
        try:
            return color_model(tags), profile(tags)
        except ValueError as error:
            raise NotMeasurable(str(error)) from error


def missing_decoder() -> NoRawDecoder | None:
    """The error that every RAW file would meet where LibRaw is not installed; None where it is."""
    return NoRawDecoder(remedy=explain_missing("rawpy")) if find_spec("rawpy") is None else None


def require_decoder() -> None:
    """Raise NoRawDecoder where no RAW file can be read."""
    missing = missing_decoder()
    if missing is not None:
        raise missing
