"""Pairs of pictures of which one was painted: what a brush did is known, and nothing else about it is.

The target is drawn by a Camera Raw engine of hidden constants from the painted scene, the rendering by the nominal one
from the scene as it was, with settings that are a little off, as a translation's are. Strokes are painted by a law that
is not Lightroom's: distance from a curve, a smooth step, and the larger of two where they cross.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Adjustment, Brush
from couloir.color.spaces import luminance, srgb_decode
from couloir.engines.camera_raw import NOMINAL, Constants, render
from couloir.engines.camera_raw.local import render_local
from couloir.engines.constants import draw
from couloir.engines.dng import Profile, baseline
from couloir.engines.local_contrast import blur
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings
from couloir.profiles import Pair
from couloir.profiles.learning import learn
from evaluation.profiles_standins import CAMERA, boosted_truth
from evaluation.profiles_standins import Scene as Shot
from evaluation.scenes import camera_model, camera_scene

ALL_KINDS: Final[tuple[Adjustment, ...]] = (
    *(ap.QuickBrush(brush) for brush in (Brush.DODGE, Brush.BURN, Brush.CONTRAST, Brush.DEFINITION)),
    *(ap.QuickBrush(brush) for brush in (Brush.SATURATION, Brush.TINT)),
    ap.HighlightsShadows(highlights=50.0, shadows=50.0),
)
"""Rows of a photo whose preview shows nothing of them: each could be placed falsely."""

EDGE: Final = 288
TAUGHT: Final = 10  # photographs that teach a camera's profile
_UNSET: Final = DevelopSettings({})
QUALITY: Final = 88

UNPAINTED: Final = ("nothing", "vignette", "another shadows operator")
SINGLE: Final = ("strokes", "soft area", "area cut at edges")
FAINT: Final = "faint strokes"
PAINTED: Final = (*SINGLE, FAINT, "two masks over one another", "dodge and burn", "shadows operator and strokes")
COLORED: Final = "saturation strokes"
CONTRAST, DEFINITION = "contrast strokes", "definition strokes"
WARMTH, TINT = "white balance strokes", "tint strokes"
SHADOWS, HIGHLIGHTS = "shadows strokes", "highlights strokes"
OTHERS: Final = (COLORED, CONTRAST, DEFINITION, WARMTH, TINT, SHADOWS, HIGHLIGHTS)
RAW: Final = "RAW with a learnt profile, strokes"
UNPAINTED_RAW: Final = "RAW with a learnt profile, nothing"
SITUATIONS: Final = (*UNPAINTED, UNPAINTED_RAW, *PAINTED, RAW, *OTHERS)


@dataclass(frozen=True, slots=True)
class Scene:
    """One pair. `linear`: the unpainted scene; `painted`: how strongly it was, (height, width), 0 where it was not;
    `rows`: the adjustments that Aperture's database names; `settings`: the rendering's.
    """

    situation: str
    linear: Picture
    target: Picture
    rendering: Picture
    painted: np.ndarray
    rows: tuple[Adjustment, ...]
    settings: DevelopSettings


def scenes(paths: Sequence[Path], situation: str) -> Iterator[Scene]:
    """One pair a photograph, the same on every machine; of RAW files the last `TAUGHT` teach the profile instead."""
    look = None
    if situation in (RAW, UNPAINTED_RAW):
        paths, taught = paths[:-TAUGHT], tuple(paths[-TAUGHT:])
        look = _learn(taught)
    for path in paths:
        chance = np.random.default_rng(zlib.crc32(f"{path.name} {situation}".encode()))
        if look is not None:
            yield _raw_scene(path, situation, look, chance)
        else:
            yield _scene(load_pixels(path, EDGE, orient=True), situation, chance)


def compress(encoded: Picture) -> Picture:
    """As a preview is stored: eight bits, JPEG."""
    kept = io.BytesIO()
    Image.fromarray(np.rint(np.clip(encoded, 0, 1) * 255).astype(np.uint8)).save(kept, "JPEG", quality=QUALITY)
    return np.asarray(Image.open(kept), dtype=np.float32) / np.float32(255)


def redraw(scene: Scene, adjustments: Sequence[LocalAdjustment]) -> Picture:
    """The rendering with local adjustments, as Lightroom's laws draw them."""
    return compress(render_local(scene.linear, scene.settings, adjustments))


@lru_cache(maxsize=1)
def _learn(paths: tuple[Path, ...]) -> Profile:
    """The profile that the previews of these photographs teach."""
    _, model = camera_model(0)
    pairs = []
    for path in paths:
        camera = camera_scene(path, model, EDGE // 2)
        shown = compress(boosted_truth(Shot(path.stem, path, camera, model)))
        pairs.append(Pair(path.stem, camera, model, shown))
    return learn(pairs, CAMERA).profile.look


def _raw_scene(path: Path, situation: str, look: Profile, chance: np.random.Generator) -> Scene:
    """A camera's own colours, painted, and drawn by a simulation of Aperture; Lightroom's side is on a learnt one."""
    _, model = camera_model(0)
    camera = camera_scene(path, model, EDGE)
    rows, columns = camera.shape[:2]
    painted = np.zeros((rows, columns)) if situation == UNPAINTED_RAW else _paint(camera, situation, chance)
    lit = np.asarray(camera * np.exp2(painted)[..., np.newaxis], dtype=np.float32)
    target = compress(boosted_truth(Shot(path.stem, path, lit, model)))
    linear = np.asarray(srgb_decode(baseline(camera, model, look)), dtype=np.float32)
    brush = ap.QuickBrush(Brush.DODGE if painted.max() > 0 else Brush.BURN)
    rendering = compress(render(linear, _UNSET))
    return Scene(
        situation, linear, target, rendering, painted, ALL_KINDS if situation == UNPAINTED_RAW else (brush,), _UNSET
    )


def _scene(linear: Picture, situation: str, chance: np.random.Generator) -> Scene:
    rows, columns = linear.shape[:2]
    painted = np.zeros((rows, columns))
    lit, brushed = linear, ALL_KINDS
    if situation in OTHERS:
        lit, painted, brushed = _change(linear, situation, strokes(columns, rows, chance), chance)
    elif situation in PAINTED:
        painted = _paint(linear, situation, chance)
        lit = linear * np.exp2(painted)[..., np.newaxis]
        brushed = tuple(
            ap.QuickBrush(brush)
            for brush, found in ((Brush.DODGE, painted.max() > 0), (Brush.BURN, painted.min() < 0))
            if found
        )
    elif situation == "vignette":
        y, x = np.mgrid[0:rows, 0:columns]
        far = np.hypot((x - columns / 2) / (columns / 2), (y - rows / 2) / (columns / 2))
        lit = linear * np.exp2(-0.35 * np.clip(far, 0, 1.3) ** 2)[..., np.newaxis]
    hidden = draw(NOMINAL, chance)
    asked = {"Exposure2012": chance.uniform(-0.25, 0.25), "Contrast2012": chance.uniform(-5, 25)}
    off = {"Exposure2012": chance.uniform(-0.05, 0.05), "Contrast2012": chance.uniform(-6, 6)}
    colors = {"Saturation": float(chance.uniform(-6, 6))}
    if "shadows operator" in situation:
        asked["Shadows2012"], off["Shadows2012"] = 50.0, -12.0
        hidden = replace(hidden, local_radius=float(chance.uniform(0.02, 0.035)))
    target = _drawn(lit, asked, hidden)
    settings = _settings({**{key: value + off.get(key, 0) for key, value in asked.items()}, **colors})
    rendering = compress(render(linear, settings, constants=NOMINAL))
    return Scene(situation, linear, target, rendering, painted, brushed, settings)


def _drawn(linear: Picture, values: dict[str, float], constants: Constants) -> Picture:
    return compress(render(np.asarray(linear, dtype=np.float32), _settings(values), constants=constants))


def _settings(values: dict[str, float]) -> DevelopSettings:
    whole = {key: round(value, 2) if key == "Exposure2012" else round(value) for key, value in values.items()}
    return DevelopSettings(whole)


def _paint(linear: Picture, situation: str, chance: np.random.Generator) -> np.ndarray:
    """The stops that a brush adds, (height, width)."""
    rows, columns = linear.shape[:2]
    sign, strength = float(chance.choice([-1.0, 1.0])), float(chance.uniform(0.5, 1.0))
    if situation == FAINT:
        return sign * 0.25 * strokes(columns, rows, chance)
    if situation == "soft area":
        return sign * strength * soft_area(columns, rows, chance)
    if situation == "area cut at edges":
        tone = blur(np.log2(luminance(linear) + 0.01).astype(np.float32), 1.5)
        inside = blur((tone > np.median(tone)).astype(np.float32), 0.8)
        return sign * strength * soft_area(columns, rows, chance) * inside
    if situation == "two masks over one another":
        return sign * (strength * strokes(columns, rows, chance) + 0.5 * soft_area(columns, rows, chance))
    if situation == "dodge and burn":
        light, dark = strokes(columns, rows, chance), strokes(columns, rows, chance)
        return np.asarray(strength * light - chance.uniform(0.5, 1.0) * dark * (1 - light))
    return sign * strength * strokes(columns, rows, chance)


def _change(
    linear: Picture, situation: str, mask: np.ndarray, chance: np.random.Generator
) -> tuple[Picture, np.ndarray, tuple[Adjustment, ...]]:
    """The scene with a brush of another kind than light, how strongly it was painted, and its row. The formulas are
    plain ones of linear light and its logarithm, not those of an engine.
    """
    row: Adjustment
    sign, strength = float(chance.choice([-1.0, 1.0])), float(chance.uniform(0.5, 1.0))
    tone = np.log2(luminance(linear) + 0.004)
    if situation == COLORED:
        stops = sign * (0.4 + 0.5 * strength) * mask
        grey = luminance(linear)[..., np.newaxis]
        changed = np.clip(grey + (linear - grey) * np.exp2(stops)[..., np.newaxis], 0, None)
        return np.asarray(changed, dtype=np.float32), np.abs(stops), (ap.QuickBrush(Brush.SATURATION),)
    if situation in (WARMTH, TINT):
        amount = 0.45 * strength * mask
        gains = (sign, 0.0, -sign) if situation == WARMTH else (0.6, -0.6 * sign, 0.6 * sign)
        changed = linear * np.exp2(amount[..., np.newaxis] * np.array(gains))
        same = luminance(linear) / np.maximum(luminance(changed), 1e-6)
        row = ap.WhiteBalance() if situation == WARMTH else ap.QuickBrush(Brush.TINT)
        return np.asarray(changed * same[..., np.newaxis], dtype=np.float32), amount / 0.45, (row,)
    if situation == CONTRAST:
        pivot = np.log2(0.18) + chance.uniform(-0.7, 0.7)
        stops = 0.5 * strength * mask * np.clip(tone - pivot, -2.5, 2.5)
        row = ap.QuickBrush(Brush.CONTRAST)
    elif situation == DEFINITION:
        stops = 0.9 * strength * mask * np.clip(tone - blur(tone, 0.03 * max(tone.shape)), -1.5, 1.5)
        row = ap.QuickBrush(Brush.DEFINITION)
    elif situation == SHADOWS:
        stops = 1.2 * strength * mask / (1 + np.exp((blur(tone, 2.0) + 3.0) * 1.5))
        row = ap.HighlightsShadows(shadows=50.0)
    else:
        stops = -1.0 * strength * mask / (1 + np.exp(-(blur(tone, 2.0) + 1.8) * 1.8))
        row = ap.HighlightsShadows(highlights=50.0)
    return np.asarray(linear * np.exp2(stops)[..., np.newaxis], dtype=np.float32), strength * mask, (row,)


def strokes(columns: int, rows: int, chance: np.random.Generator) -> np.ndarray:
    """One to three curved strokes, (height, width), 0..1."""
    y, x = np.mgrid[0:rows, 0:columns]
    total = np.zeros((rows, columns))
    for _ in range(int(chance.integers(1, 4))):
        points = (chance.random((4, 2)) * 0.9 + 0.05) * (columns, rows)
        t = np.linspace(0, 1, 40)[:, np.newaxis]
        curve = (
            (1 - t) ** 3 * points[0]
            + 3 * (1 - t) ** 2 * t * points[1]
            + 3 * (1 - t) * t**2 * points[2]
            + t**3 * points[3]
        )
        radius, soft = max(columns, rows) * chance.uniform(0.03, 0.08), chance.uniform(0.5, 1.0)
        away = np.full((rows, columns), np.inf)
        for across, down in curve:
            away = np.minimum(away, np.hypot(x - across, y - down))
        near = np.clip((radius * (1 + soft / 2) - away) / (radius * soft), 0, 1)
        total = np.maximum(total, near**2 * (3 - 2 * near))
    return total


def soft_area(columns: int, rows: int, chance: np.random.Generator) -> np.ndarray:
    """A blob with a wide edge, (height, width), 0..1."""
    y, x = np.mgrid[0:rows, 0:columns]
    total = np.zeros((rows, columns))
    for _ in range(3):
        across, down = (chance.random(2) * 0.8 + 0.1) * (columns, rows)
        wide = max(columns, rows) * chance.uniform(0.06, 0.16)
        total += np.exp(-((x - across) ** 2 + (y - down) ** 2) / (2 * wide**2))
    return np.asarray(1 / (1 + np.exp(-(total - 0.6) * 9)))
