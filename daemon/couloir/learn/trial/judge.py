"""Reads a trial's exports and says what they tell about Lightroom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from couloir.color.difference import difference
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.engines.camera_raw.masks import draw_masks
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.errors import BadImage
from couloir.learn.trial.files import AMOUNTS, EDITS, FRAMES, STOPS, brush_of, exchange

SIZE: Final = 300
"""Long edge at which exports are compared."""

NEAR: Final = 1.0
"""Mean CIEDE2000 within which two exports count as the same: two rounds of JPEG cost up to about 0.5."""

_ALPHA: Final = 0.05
_SUFFIXES: Final = (".jpg", ".jpeg", ".tif", ".tiff", ".png")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the exports say to one question. `figure`: CIEDE2000, or of a brush the mean error of alpha (0..1)."""

    question: str
    answer: str
    figure: float | None


def judge_exports(folder: Path) -> list[Answer]:
    """The answers of a folder of exports; a question whose exports are missing says which."""
    return [*_profiles(folder), *_order(folder), *_brushes(folder)]


def _profiles(folder: Path) -> Iterator[Answer]:
    question = "Is an enhanced profile drawn from the photo's own XMP?"
    found = _read(folder, "1 chart", "1 chart exchanged", "1 chart with profile")
    if isinstance(found, str):
        yield Answer(question, found, None)
        return
    plain, exchanged, drawn = found
    off, none = difference(drawn, exchanged).mean, difference(drawn, plain).mean
    yield Answer(question, "yes" if off <= NEAR else "no: it changes nothing" if none <= NEAR else "otherwise", off)
    for amount in AMOUNTS:
        both = _read(folder, "1 chart", f"2 amount {amount:g}")
        question = f"Is its amount {amount:g} a mixture in the coded values?"
        if isinstance(both, str):
            yield Answer(question, both, None)
            continue
        off = difference(both[1], _with_table(both[0], amount)).mean
        yield Answer(question, "yes" if off <= NEAR else "no", off)


def _order(folder: Path) -> Iterator[Answer]:
    for name in EDITS:
        question = f"Is the profile drawn before or after: {name}?"
        found = _read(folder, f"3 {name}", f"3 {name} with profile", f"3 {name} exchanged")
        if isinstance(found, str):
            yield Answer(question, found, None)
            continue
        edited, both, exchanged = found
        last, first = difference(both, _with_table(edited)).mean, difference(both, exchanged).mean
        if max(last, first) <= NEAR:
            yield Answer(question, "it makes no difference here", min(last, first))
        elif min(last, first) > NEAR:
            yield Answer(question, "neither as the first nor as the last stage", min(last, first))
        else:
            yield Answer(question, "after it" if last < first else "before it", min(last, first))


def _brushes(folder: Path) -> Iterator[Answer]:
    for name, (columns, rows) in FRAMES.items():
        question = f"Is a brush in a {name} photo drawn where and as strongly as it was measured?"
        found = _read(folder, f"4 {name}", f"4 {name} with brush")
        if isinstance(found, str):
            yield Answer(question, found, None)
            continue
        plain, drawn = (_light(each) for each in found)
        alpha = np.log2(np.maximum(drawn, 1e-4) / np.maximum(plain, 1e-4)) / STOPS
        if float(alpha.max()) < 2 * _ALPHA:
            yield Answer(question, "no brush was drawn", float(alpha.max()))
            continue
        off = float(np.abs(alpha - draw_masks(brush_of(columns, rows).masks, *_size(plain))).mean())
        yield Answer(question, "yes" if off <= _ALPHA else "no", off)


def _read(folder: Path, *names: str) -> list[Picture] | str:
    """The exports, encoded, or a sentence that names what is missing or cannot be read."""
    found = []
    for name in names:
        path = next((path for suffix in _SUFFIXES if (path := folder / f"{name}{suffix}").exists()), None)
        if path is None:
            return f"not answered: {name!r} was not exported"
        try:
            found.append(np.asarray(srgb_encode(load_pixels(path, SIZE, orient=True)), dtype=np.float32))
        except BadImage as error:
            return f"not answered: {error.message}"
    if len({picture.shape for picture in found}) > 1:
        return f"not answered: the exports of {names[0]!r} have different sizes"
    return found


def _with_table(encoded: Picture, amount: float = 1.0) -> Picture:
    return np.asarray(draw_table(exchange().table, encoded, amount), dtype=np.float32)


def _light(encoded: Picture) -> Picture:
    return np.asarray(luminance(srgb_decode(encoded)), dtype=np.float32)


def _size(plane: Picture) -> tuple[int, int]:
    rows, columns = plane.shape[:2]
    return columns, rows
