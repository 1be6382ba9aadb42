"""Generated photographs: scenes with sky, foliage, skin, stone and light, as linear sRGB pixels.

They are no works of art, but they have what a colour measurement needs: memory colours in a photograph's proportions,
a full range of tones, smooth gradients, texture and grain. All sizes are pixels, arrays are height x width x 3
float32, 0..1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from couloir.color.spaces import srgb_decode
from sample_library.geometry import Rectangle, Size

Pixels = NDArray[np.float32]

TINY_VARIANTS = 12  # small pictures share this many scenes of each kind

# Linear sRGB of memory colours, near the patches of the same name on a colour target.
_SKINS = ((0.54, 0.30, 0.22), (0.35, 0.17, 0.11), (0.16, 0.075, 0.045))
_SKIES = ((0.11, 0.21, 0.38), (0.28, 0.42, 0.62), (0.75, 0.36, 0.16))
_LEAVES = ((0.05, 0.10, 0.025), (0.13, 0.18, 0.04), (0.30, 0.26, 0.05))
_STONES = ((0.30, 0.28, 0.25), (0.18, 0.16, 0.15), (0.45, 0.40, 0.33))
_ACCENTS = ((0.40, 0.03, 0.03), (0.70, 0.46, 0.02), (0.02, 0.10, 0.32), (0.35, 0.04, 0.18), (0.02, 0.24, 0.20))


def photograph(seed: int, size: Size, faces: tuple[Rectangle, ...] = ()) -> Pixels:
    """A scene. `faces` (fractions, origin bottom-left) are painted where the library says that they are."""
    rng = np.random.default_rng(seed)
    width, height = size
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    scene: Callable[..., Pixels] = _SCENES[int(rng.integers(len(_SCENES)))]
    picture = scene(rng, across.astype(np.float32), down.astype(np.float32))
    for face in faces:
        _paint_face(picture, face, across, down, rng)
    exposure = 2.0 ** rng.uniform(-0.5, 0.4)
    grain = rng.normal(0, 0.012, picture.shape).astype(np.float32)
    lit = picture * np.float32(exposure)
    return _f32(np.clip(lit + grain * np.sqrt(np.clip(lit, 0.002, 1)), 0, 1))


@lru_cache(maxsize=128)
def small_photograph(variant: int, size: Size) -> Pixels:
    """One of few small scenes, for libraries of many tiny files."""
    return photograph(variant, size)


def real_photograph(file: Path, size: Size) -> Pixels:
    """A camera's picture, upright, cut to the shape of `size` and enlarged or reduced to it."""
    with Image.open(file) as opened:
        fitted = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), size, Image.Resampling.LANCZOS)
    return _f32(srgb_decode(np.asarray(fitted, dtype=np.float32) / 255))


def _f32(values: NDArray[np.floating]) -> Pixels:
    return values.astype(np.float32)


def _noise(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> Pixels:
    """Smooth noise, about -1..1: a coarse random grid, interpolated."""
    grid = rng.uniform(-1, 1, (cells + 2, cells + 2)).astype(np.float32)
    rows, columns = np.linspace(0, cells, shape[0]), np.linspace(0, cells, shape[1])
    top, left = rows.astype(int), columns.astype(int)
    down, right = _ease(rows - top)[:, None], _ease(columns - left)[None, :]
    upper = grid[np.ix_(top, left)] * (1 - right) + grid[np.ix_(top, left + 1)] * right
    lower = grid[np.ix_(top + 1, left)] * (1 - right) + grid[np.ix_(top + 1, left + 1)] * right
    return _f32(upper * (1 - down) + lower * down)


def _ease(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return share * share * (3 - 2 * share)


def _texture(rng: np.random.Generator, shape: tuple[int, int], cells: int = 4) -> Pixels:
    octaves = [_noise(rng, shape, cells * 2**octave) / 2**octave for octave in range(4)]
    return _f32(np.sum(octaves, axis=0))


def _pick(rng: np.random.Generator, colors: tuple[tuple[float, float, float], ...]) -> Pixels:
    return np.asarray(colors[int(rng.integers(len(colors)))], dtype=np.float32)


def _blend(first: Pixels, second: Pixels, share: Pixels) -> Pixels:
    return first + (second - first) * np.clip(share, 0, 1)[..., None]


def _landscape(rng: np.random.Generator, _across: Pixels, down: Pixels) -> Pixels:
    shape = down.shape
    high, low = _pick(rng, _SKIES[:2]), _pick(rng, _SKIES)
    sky = _blend(high, low, down * 1.8)
    sky = _blend(sky, np.full(3, 0.85, np.float32), (_texture(rng, shape) - 0.35) * 1.4)
    horizon = rng.uniform(0.35, 0.65) + 0.06 * _noise(rng, shape, 5)
    ground = _blend(_pick(rng, _LEAVES), _pick(rng, _LEAVES), 0.5 + 0.7 * _texture(rng, shape, 12))
    ground *= ((0.5 + 0.8 * down) * (1 + 0.3 * _texture(rng, shape, 24)))[..., None]
    return _blend(sky, ground, (down - horizon) * shape[0] / 2)


def _street(rng: np.random.Generator, across: Pixels, down: Pixels) -> Pixels:
    picture = _blend(_pick(rng, _STONES), _pick(rng, _STONES), across + 0.3 * _texture(rng, down.shape, 6))
    for _ in range(14):
        left, top = rng.uniform(0, 0.9, 2)
        wide, tall = rng.uniform(0.05, 0.3, 2)
        inside = (across > left) & (across < left + wide) & (down > top) & (down < top + tall)
        colors = _ACCENTS if rng.random() < 0.5 else _STONES
        picture[inside] = _pick(rng, colors) * np.float32(rng.uniform(0.4, 1.6))
    return picture * (1.2 - 0.7 * down)[..., None]


def _night(rng: np.random.Generator, across: Pixels, down: Pixels) -> Pixels:
    picture = np.full((*down.shape, 3), (0.004, 0.006, 0.012), dtype=np.float32)
    picture *= (1 + _texture(rng, down.shape, 3))[..., None].clip(0.2, None)
    for _ in range(24):
        x, y = rng.uniform(0, 1, 2)
        near = np.exp(-((across - x) ** 2 + (down - y) ** 2) * rng.uniform(300, 4000)).astype(np.float32)
        picture += near[..., None] * np.asarray((0.9, rng.uniform(0.4, 0.8), rng.uniform(0.1, 0.5)), dtype=np.float32)
    return picture


def _still_life(rng: np.random.Generator, across: Pixels, down: Pixels) -> Pixels:
    """A grey ramp, a table and coloured balls: neutral tones beside saturated ones."""
    ramp = 0.02 + 0.75 * across**2
    picture = np.repeat(ramp[..., None], 3, axis=2)
    table = _pick(rng, ((0.20, 0.11, 0.06), (0.35, 0.22, 0.12)))
    picture = _blend(picture, table * (1 + 0.2 * _texture(rng, down.shape, 20))[..., None], (down - 0.7) * 60)
    for number in range(5):
        x, y, radius = (number + 0.5) / 5, rng.uniform(0.45, 0.75), rng.uniform(0.06, 0.11)
        away = np.hypot(across - x, (down - y) * down.shape[0] / down.shape[1])
        shade = np.clip(1.3 - away / radius + 0.5 * (x - across) / radius, 0.15, 1.4)
        picture = _blend(picture, _ACCENTS[number] * shade[..., None], (radius - away) * 300)
    return picture


def _backdrop(rng: np.random.Generator, across: Pixels, down: Pixels) -> Pixels:
    """A portrait's blurred background with a shoulder."""
    shape = down.shape
    behind = _blend(_pick(rng, _LEAVES), _pick(rng, _STONES), 0.5 + _noise(rng, shape, 4))
    shoulder = _pick(rng, _ACCENTS)
    picture = _blend(behind, shoulder, (down - 0.75 - 1.2 * (across - 0.5) ** 2) * 30)
    middle = Rectangle(0.36, 0.34, 0.26, 0.46)
    _paint_face(picture, middle, across, down, rng)
    return picture


def _paint_face(
    picture: Pixels, area: Rectangle, across: NDArray[np.floating], down: NDArray[np.floating], rng: np.random.Generator
) -> None:
    x, y = area.x + area.width / 2, 1 - (area.y + area.height / 2)
    away = np.hypot((across - x) / (area.width / 2), (down - y) / (area.height / 2))
    skin = _pick(rng, _SKINS) * (1.15 - 0.35 * away + 0.2 * (x - across) / area.width)[..., None]
    share = np.clip((1 - away) * 12, 0, 1)[..., None]
    picture[...] = picture * (1 - share) + skin.astype(np.float32) * share


_SCENES = (_landscape, _street, _still_life, _backdrop, _landscape, _night)
