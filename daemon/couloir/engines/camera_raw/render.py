"""Camera Raw's rendering of develop settings, stage by stage, and the renderer that draws a photo with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

import numpy as np

from couloir.color.arrays import Floats, apply_matrix
from couloir.color.spaces import srgb_encode
from couloir.engines.camera_raw import color, tone
from couloir.engines.geometry import cut, orient
from couloir.engines.incremental_white_balance import to_matrix
from couloir.engines.local_contrast import local_contrast
from couloir.engines.pixels import exif_orientation, fitted, frame_size, load_pixels
from couloir.engines.protocol import Photo, Picture
from couloir.errors import CannotRender
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import CROP_KEYS, LINEAR_CURVE, DevelopSettings, PhotoKind

# Gain and radius of the Sieve model's Clarity at 100: 0.6 of local contrast, blurred by 1.2 % of the long edge.
_CLARITY: Final = 0.6
_CLARITY_RADIUS: Final = 0.012

# In the Sieve model's order: shadows, highlights, whites, exposure, contrast, blacks, then colour.
_SLIDERS: Final[Mapping[str, Callable[[Floats, float], Floats]]] = {
    "Shadows2012": tone.shadows,
    "Highlights2012": lambda linear, amount: tone.highlights(linear, amount, tone.key(linear)),
    "Clarity2012": lambda linear, amount: local_contrast(
        linear.astype(np.float32), _CLARITY * amount / 100, _CLARITY_RADIUS
    ),
    "Whites2012": tone.whites,
    "Exposure2012": tone.exposure,
    "Contrast2012": tone.contrast,
    "Blacks2012": tone.blacks,
    "Vibrance": color.vibrance,
    "Saturation": color.saturation,
}
_CHANNEL_CURVES: Final = ("ToneCurvePV2012Red", "ToneCurvePV2012Green", "ToneCurvePV2012Blue")


def render(linear: Picture, settings: DevelopSettings, *, orientation: int = 1, size: int | None = None) -> Picture:
    """Draw a rendered file with develop settings: sRGB-encoded, 0..1, long edge at most `size`.

    `linear` is the whole photo in its own frame (not turned by its EXIF orientation), linear sRGB, at any resolution,
    which `orientation` (EXIF 1..8) turns at the end. Settings that this simple engine has no stage for are left out.
    """
    picture: Floats = _cropped(linear, settings, size)
    if settings.get("WhiteBalance") == "Custom":
        temperature, tint = (_number(settings, f"Incremental{name}") for name in ("Temperature", "Tint"))
        picture = apply_matrix(to_matrix(temperature, tint), picture)
    for key, stage in _SLIDERS.items():
        amount = _number(settings, key)
        if amount:
            picture = stage(picture, amount)
    picture = _curves(picture, settings)
    shown = np.clip(srgb_encode(picture), 0, 1).astype(np.float32)
    return orient(shown, orientation)


class CameraRawEngine:
    """The engine as a renderer of JPEG, TIFF and PNG files."""

    name = "couloir-camera-raw"

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`. RAW files are beyond it: CannotRender."""
        if photo.kind is PhotoKind.RAW or PhotoKind.RENDERED not in settings.kinds:
            raise CannotRender(item=photo.path, renderer=self.name, why="this engine does not develop RAW files yet")
        # Cropping enlarges what is left, so more than `size` is read where the crop needs it.
        linear = load_pixels(photo.path, _needed(photo.path, settings, size), orient=False)
        orientation = photo.orientation or exif_orientation(photo.path)
        return render(linear, settings, orientation=orientation, size=size)


def _cropped(linear: Picture, settings: DevelopSettings, size: int | None) -> Picture:
    rows, columns = linear.shape[:2]
    crop = _crop(settings)
    center_x, center_y, width, height, angle = crop.rectangle(columns, rows)
    target = fitted(max(1, round(width)), max(1, round(height)), size)
    return cut(linear, (center_x, center_y), (width, height), angle, target)


def _crop(settings: DevelopSettings) -> Crop:
    if CROP_KEYS[0] not in settings:
        return Crop(0.0, 0.0, 1.0, 1.0, 0.0)
    return Crop(*(_number(settings, key) for key in CROP_KEYS))


def _needed(path: Path, settings: DevelopSettings, size: int) -> int:
    """The long edge to read so that what the crop leaves still has `size` pixels."""
    columns, rows = frame_size(path)
    cropped = max(_crop(settings).pixel_size(columns, rows))
    return max(size, math.ceil(size * max(columns, rows) / max(cropped, 1.0)))


def _curves(linear: Floats, settings: DevelopSettings) -> Floats:
    master = cast("tuple[float, ...]", settings.get("ToneCurvePV2012", LINEAR_CURVE))
    if master != LINEAR_CURVE:
        linear = tone.master_curve(linear, master)
    channels = [cast("tuple[float, ...]", settings.get(key, LINEAR_CURVE)) for key in _CHANNEL_CURVES]
    if all(points == LINEAR_CURVE for points in channels):
        return linear
    return np.stack([tone.channel_curve(linear[..., i], points) for i, points in enumerate(channels)], axis=-1)


def _number(settings: DevelopSettings, key: str) -> float:
    """A slider's value; 0, its neutral value, when it is not stated."""
    return float(cast("float", settings.get(key, 0.0)))
