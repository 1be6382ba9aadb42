"""A table fitted to one program's rendering and another's picture: how near it brings the two, on what it has not seen.

Both programs draw the same linear DNG with their own looks, which nothing here shares. The table is fitted at the size
at which looks are matched, and judged at five times that size; and it is fitted to half of the picture's tiles and
judged on the others, which tells a look from a local edit.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import resize
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.engines.real import Darktable, RawTherapee
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.color_table import fit_table
from evaluation.scenes import camera_model, camera_scene, photographs
from evaluation.section import Section

_PHOTOS, _LARGE, _SMALL, _TILE = 8, 480, 96, 12
_RENDERERS: dict[str, Renderer] = {each.name: each for each in (RawTherapee(), Darktable())}
_PAIRS = {
    "darktable's look in RawTherapee": (RawTherapee.name, Darktable.name),
    "RawTherapee's look in darktable": (Darktable.name, RawTherapee.name),
}


def measure(photos: Path) -> Section:
    """`photos`: a folder of camera JPEGs, some of which become linear DNGs."""
    pairs: dict[str, list[tuple[Picture, Picture]]] = {name: [] for name in _PAIRS}
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(photographs(photos, _PHOTOS)):
            camera, model = camera_model(number)
            file = Path(folder) / f"{number}.dng"
            file.write_bytes(linear_dng(camera_scene(path, model, _LARGE), model, camera))
            photo = Photo(file, PhotoKind.RAW)
            drawn = {name: each.render(photo, DevelopSettings(), _LARGE) for name, each in _RENDERERS.items()}
            for name, (start, target) in _PAIRS.items():
                pairs[name].append((drawn[start], _as_large(drawn[target], drawn[start])))
    return Section([row for name, found in pairs.items() for row in _rows(name, found)])


def _rows(name: str, pairs: list[tuple[Picture, Picture]]) -> Iterator[Row]:
    start, after, unseen, seconds = [], [], [], []
    for drawn, wanted in pairs:
        start.append(difference(drawn, wanted).mean)
        small, small_wanted = (_reduced(each) for each in (drawn, wanted))
        begun = time.process_time()
        table = fit_table(_colors(small), _colors(small_wanted))
        seconds.append(time.process_time() - begun)
        halves = _halves(small)
        other = fit_table(small[halves].astype(np.float64), small_wanted[halves].astype(np.float64))
        if table is None or other is None:
            after.append(start[-1])
            unseen.append(start[-1])
            continue
        after.append(difference(_drawn(table, drawn), wanted).mean)
        left, right = _drawn(other, small)[~halves], small_wanted[~halves]
        unseen.append(difference(left[np.newaxis], right[np.newaxis]).mean)
    mean = float(np.mean(after))
    yield Row(f"{name}: start", float(np.mean(start)), "CIEDE2000")
    yield Row(f"{name}: with a table", mean, "CIEDE2000", "<= 0.8", mean <= 0.8)
    yield Row(f"{name}: with a table, farthest photo", max(after), "CIEDE2000")
    yield Row(f"{name}: tiles that the table has not seen", float(np.mean(unseen)), "CIEDE2000")
    yield Row(f"{name}: one fit", float(np.mean(seconds)), "s of processor time")


def _drawn(table: RgbTable, picture: Picture) -> Picture:
    return np.asarray(draw_table(table, picture), dtype=np.float32)


def _as_large(picture: Picture, other: Picture) -> Picture:
    rows, columns = other.shape[:2]
    return picture if picture.shape == other.shape else resize(picture, columns, rows)


def _reduced(picture: Picture) -> Picture:
    rows, columns = picture.shape[:2]
    scale = _SMALL / max(rows, columns)
    return resize(picture, max(1, round(columns * scale)), max(1, round(rows * scale)))


def _halves(picture: Picture) -> np.ndarray:
    """A chessboard of tiles."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]] // _TILE
    return np.asarray((x + y) % 2 == 0)


def _colors(picture: Picture) -> np.ndarray:
    return picture.reshape(-1, 3).astype(np.float64)
