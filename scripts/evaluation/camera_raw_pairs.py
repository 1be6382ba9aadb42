"""Our Camera Raw engine beside Adobe's own renderings: the previews in DNG files, at the settings that they state."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.rows import Row
from couloir.color.arrays import Floats
from couloir.color.difference import Difference, difference
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.color.temperature import planckian_xy
from couloir.engines import camera_raw
from couloir.engines.dng import ColorModel, Profile, baseline
from couloir.engines.dng.files import color_model, profile
from couloir.engines.dng.raw import load_raw
from couloir.engines.dng.tags import read_tags
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.errors import ContentError
from couloir.lightroom.settings import DevelopSettings
from evaluation.adobe_previews import AdobePreview, Unfit, find_previews
from evaluation.adobe_sdk import AdobeSdk
from evaluation.engines_baseline import without_gain
from evaluation.section import Section

SIZE = 256
"""Noise, sharpening, colour noise reduction and compression are averaged away at this long edge."""

_DECODED = 1024
_LEVELS = {"deep shadows": (0.05, 0.1), "shadows": (0.1, 0.25), "mid-tones": (0.4, 0.6), "highlights": (0.75, 0.95)}
_CURVES = ("ToneCurvePV2012", "ToneCurvePV2012Red", "ToneCurvePV2012Green", "ToneCurvePV2012Blue")
_FEWEST = 30
_BLACKS = np.linspace(0.0, 1.4, 29)


@dataclass(frozen=True, slots=True)
class Scene:
    """Camera colours, height x width x 3, with the model and the profile that the file states."""

    camera: Picture
    model: ColorModel
    profile: Profile


@dataclass(frozen=True, slots=True)
class Pair:
    """One file: Adobe's preview, reduced, beside what is needed to draw it."""

    name: str
    shown: Picture
    settings: DevelopSettings
    scene: Scene
    look: str

    def draw(self, blacks: float = 1.0, *, with_look: bool = True) -> Picture:
        """Our rendering, sRGB-encoded, of the preview's shape; `blacks` is a factor on the SDK's blacks."""
        model = replace(self.scene.model, shadow_scale=self.scene.model.shadow_scale * blacks)
        white = None
        if self.settings.get("WhiteBalance") == "Custom":
            temperature, tint = (float(cast("float", self.settings[key])) for key in ("Temperature", "Tint"))
            white = planckian_xy(temperature, tint)
        stops = float(cast("float", self.settings.get("Exposure2012", 0.0)))
        shown = baseline(self.scene.camera, model, self.scene.profile, exposure=stops, white=white)
        left_out = {"Exposure2012", *(() if with_look else _CURVES)}
        rest = DevelopSettings({key: value for key, value in self.settings.items() if key not in left_out})
        drawn = camera_raw.render(srgb_decode(shown), rest)
        return _reduced(drawn, self.shown.shape)

    def gap(self, blacks: float = 1.0, part: slice = slice(None)) -> Difference:
        """The difference of the rendering from Adobe's, of some columns."""
        return difference(self.shown[:, part].astype(np.float64), self.draw(blacks)[:, part].astype(np.float64))


Decode = Callable[[Path], Scene]


def measure(folder: Path, decode: Decode | None = None) -> Section:
    """Every DNG file in `folder` whose preview Adobe's software rendered. What is left out is printed with its reason.

    `decode` gives a file's camera colours: Adobe's SDK where it can be built, so that decoding takes no part in the
    difference, and our own reader elsewhere.
    """
    read = decode or _decoder()
    pairs, left_out = [], 0
    for found in find_previews(folder):
        made = found if isinstance(found, Unfit) else _pair(found, read, folder)
        if isinstance(made, Unfit):
            left_out += 1
            print(f"{made.path.relative_to(folder)} is left out: {made.reason}")
        else:
            pairs.append(made)
    rows = [
        Row("DNG files with a rendering by Adobe that were measured", len(pairs), "files"),
        Row("DNG files that were left out", left_out, "files"),
    ]
    for pair in pairs:
        rows += _rows(pair)
    if len(pairs) == 1:
        rows += _halves_rows(pairs[0])
    elif pairs:
        rows += _held_out_rows(pairs)
    return Section(rows)


def _pair(found: AdobePreview, read: Decode, folder: Path) -> Pair | Unfit:
    rows, columns = found.shown.shape[:2]
    scale = SIZE / max(rows, columns)
    shape = (max(1, round(rows * scale)), max(1, round(columns * scale)), 3) if scale < 1 else found.shown.shape
    shown = _reduced(found.shown, shape)
    try:
        scene = read(found.path)
    except (ContentError, RuntimeError, ValueError) as error:
        return Unfit(found.path, str(error))
    name = f"{found.path.relative_to(folder).as_posix()} ({found.application})"
    return Pair(name, shown, found.settings, scene, found.look)


def _rows(pair: Pair) -> list[Row]:
    gap, drawn = pair.gap(), pair.draw()
    ours, theirs = (luminance(srgb_decode(each)) for each in (drawn, pair.shown))
    level = srgb_encode(ours)
    rows = [
        Row(f"{pair.name}: mean", gap.mean, "CIEDE2000"),
        Row(f"{pair.name}: 95th percentile", gap.p95, "CIEDE2000"),
    ]
    if pair.look:
        plain = difference(pair.shown.astype(np.float64), pair.draw(with_look=False).astype(np.float64))
        rows.append(Row(f"{pair.name}: without the look's curve, mean", plain.mean, "CIEDE2000"))
    for name, (low, high) in _LEVELS.items():
        near = (level >= low) & (level < high)
        if near.sum() >= _FEWEST:
            stops = float(np.median(np.log2(np.maximum(theirs[near], 1e-5) / np.maximum(ours[near], 1e-5))))
            rows.append(Row(f"{pair.name}: Adobe brighter in {name} by", stops, "EV, median"))
    return rows


def _halves_rows(pair: Pair) -> list[Row]:
    """The blacks fitted to one half of the only picture and tested on the other half."""
    middle = pair.shown.shape[1] // 2
    parts = {"left": slice(0, middle), "right": slice(middle, None)}
    rows = []
    for (taught, own), (tested, other) in zip(parts.items(), reversed(parts.items()), strict=True):
        blacks = _fit([(pair, own)])
        rows += [
            Row(f"{pair.name}: blacks that fit the {taught} half best", blacks, "of the SDK's"),
            Row(f"{pair.name}, {tested} half: with the SDK's blacks, mean", pair.gap(1.0, other).mean, "CIEDE2000"),
            Row(
                f"{pair.name}, {tested} half: with the {taught} half's blacks, mean",
                pair.gap(blacks, other).mean,
                "CIEDE2000",
            ),
        ]
    return rows


def _held_out_rows(pairs: Sequence[Pair]) -> list[Row]:
    """The blacks fitted to all other files and tested on each."""
    rows = []
    for pair in pairs:
        blacks = _fit([(other, slice(None)) for other in pairs if other is not pair])
        rows += [
            Row(f"{pair.name}: blacks that fit the other files best", blacks, "of the SDK's"),
            Row(f"{pair.name}: with the other files' blacks, mean", pair.gap(blacks).mean, "CIEDE2000"),
        ]
    return rows


def _fit(parts: Sequence[tuple[Pair, slice]]) -> float:
    missed = [sum(pair.gap(float(blacks), part).mean for pair, part in parts) for blacks in _BLACKS]
    return float(_BLACKS[int(np.argmin(missed))])


def _reduced(encoded: Floats, shape: Sequence[int]) -> Picture:
    light = resize(srgb_decode(encoded.astype(np.float32)), shape[1], shape[0])
    return np.clip(srgb_encode(light), 0, 1).astype(np.float32)


def _decoder() -> Decode:
    if sys.platform == "linux" and shutil.which("g++"):
        sdk = AdobeSdk()
        return lambda path: _by_sdk(sdk, path)
    return _by_ourselves


def _by_sdk(sdk: AdobeSdk, path: Path) -> Scene:
    tags = read_tags(path.read_bytes())
    found = sdk.render(path, _DECODED)
    return Scene(found.camera, without_gain(color_model(tags), found.gain), profile(tags))


def _by_ourselves(path: Path) -> Scene:
    found = load_raw(path, lambda columns, rows: min(_DECODED, max(columns, rows)))
    return Scene(found.camera, found.model, found.profile)
