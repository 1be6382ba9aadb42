"""Aperture's rendering of a version, stage by stage in its pipeline order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    Crop,
    Curves,
    Definition,
    Devignette,
    EdgeSharpen,
    Enhance,
    Exposure,
    Flip,
    Gamma,
    HighlightsShadows,
    Levels,
    Monochrome,
    NoiseReduction,
    RawFineTuning,
    RawNoiseReduction,
    Sepia,
    Sharpen,
    Straighten,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.model import Operation, PixelSize
from couloir.color.arrays import apply_matrix, join_channels, planar
from couloir.color.spaces import srgb_shown
from couloir.engines.aperture import bricks, curves, detail, mixing, tone, white_balance
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.geometry import cut, quarter_turn
from couloir.engines.local_contrast import local_contrast
from couloir.engines.pixels import fit_size
from couloir.engines.protocol import Picture

_OLD_ALGORITHM: Final = 0
_NEUTRAL_WHITE_BALANCE: Final = (5000.0, 0.0)

# Light twenty stops above white is beyond recovery, but without a limit several extreme edits would overflow float32.
_BRIGHTEST: Final = np.float32(2.0**20)


def render(
    linear: Picture,
    operations: Iterable[Operation],
    *,
    master_size: PixelSize,
    processed_size: PixelSize,
    rotation: int,
    size: int | None = None,
    raw: bool = False,
    constants: Constants = NOMINAL,
) -> Picture:
    """Draw a version as Aperture would: sRGB-encoded, 0..1.

    `linear` is the whole master in its own frame (not turned by its EXIF orientation), linear sRGB, at any resolution;
    `master_size`, `processed_size` and `rotation` are those of the version. The result has exactly the processed size,
    or that size reduced to a long edge of `size`. `raw` says that the pixels come directly from a raw decoder, so that
    Boost applies. Disabled and brushed-on operations, and those without a typed form, are left out, and so are
    retouching, quick brushes and iPhoto's effects.
    """
    drawn = [
        operation.adjustment
        for operation in sorted(operations, key=lambda operation: operation.index)
        if operation.enabled and operation.mask_uuid is None
    ]
    picture = planar(frame_pixels(linear, drawn, master_size, processed_size, rotation, size))
    scale = max(processed_size.width, processed_size.height) / max(picture.shape[:2])
    for adjustment in drawn:
        changed = apply(picture, adjustment, raw=raw, scale=scale, constants=constants)
        if changed is not picture:
            picture = np.clip(changed, -_BRIGHTEST, _BRIGHTEST)
    return np.ascontiguousarray(srgb_shown(picture))


def apply(
    linear: Picture,
    adjustment: Adjustment,
    *,
    raw: bool = False,
    scale: float = 1.0,
    constants: Constants = NOMINAL,
) -> Picture:
    """Apply one adjustment to a linear picture, one pixel of which is `scale` pixels of the master.

    Crop, Straighten and Flip have no effect here; the same array is returned where nothing changes.
    """
    if getattr(adjustment, "is_neutral", False):
        return linear
    match adjustment:
        case WhiteBalance():
            return _white_balance(linear, adjustment, constants)
        case Exposure():
            return bricks.exposure(linear, adjustment, constants)
        case Enhance():
            return bricks.enhance(linear, adjustment, constants)
        case Curves():
            return curves.curves(linear, adjustment, constants)
        case HighlightsShadows():
            return _highlights_shadows(linear, adjustment, scale, constants)
        case Levels():
            return _levels(linear, adjustment, constants)
        case Color() | BlackWhite() | Monochrome() | Sepia() | Gamma():
            return _mixed(linear, adjustment, constants)
        case RawFineTuning() | RawNoiseReduction():
            return _decoded(linear, adjustment, scale, constants) if raw else linear
        case NoiseReduction() | Sharpen() | EdgeSharpen() | Definition() | Vignette() | Devignette():
            return _detail(linear, adjustment, scale, constants)
        case _:
            return linear


def _decoded(
    linear: Picture, adjustment: RawFineTuning | RawNoiseReduction, scale: float, constants: Constants
) -> Picture:
    """Apply the raw decoder's settings, except its sharpening and moire filter, which are not public."""
    match adjustment:
        case RawFineTuning():
            return tone.raw_boost_colors(linear, adjustment.boost, adjustment.hue_boost, constants)
        case RawNoiseReduction():
            return detail.raw_noise_reduction(linear, adjustment, scale, constants)


def _mixed(
    linear: Picture, adjustment: Color | BlackWhite | Monochrome | Sepia | Gamma, constants: Constants
) -> Picture:
    match adjustment:
        case Color():
            return mixing.color(linear, adjustment, constants)
        case BlackWhite():
            return mixing.black_white(linear, adjustment, constants)
        case Monochrome():
            return mixing.monochrome(linear, adjustment, constants)
        case Sepia():
            return mixing.sepia(linear, adjustment, constants)
        case Gamma():
            return linear if adjustment.power is None else curves.gamma(linear, adjustment.power)


def _detail(
    linear: Picture,
    adjustment: NoiseReduction | Sharpen | EdgeSharpen | Definition | Vignette | Devignette,
    scale: float,
    constants: Constants,
) -> Picture:
    match adjustment:
        case NoiseReduction():
            return detail.noise_reduction(linear, adjustment, scale, constants)
        case Sharpen():
            return detail.sharpen(linear, adjustment, scale, constants)
        case EdgeSharpen():
            return detail.edge_sharpen(linear, adjustment, scale, constants)
        case Definition():
            amount = constants.definition * 2 * min(max(adjustment.intensity or 0.0, 0.0), 1.0)
            return local_contrast(linear, amount, constants.definition_radius)
        case Vignette():
            return detail.vignette(linear, adjustment, constants)
        case Devignette():
            return detail.devignette(linear, adjustment, constants)


def _white_balance(linear: Picture, adjustment: WhiteBalance, constants: Constants) -> Picture:
    match adjustment.mode:
        case WhiteBalanceMode.TEMPERATURE_TINT:
            if (adjustment.temperature, adjustment.tint) == _NEUTRAL_WHITE_BALANCE:
                return linear
            return apply_matrix(white_balance.temperature_tint_matrix(adjustment.temperature, adjustment.tint), linear)
        case WhiteBalanceMode.NATURAL_GRAY:
            return white_balance.natural_gray(linear, adjustment.gray_color, adjustment.gray_warmth, constants)
        case WhiteBalanceMode.SKIN_TONE:
            return white_balance.skin_tone(linear, adjustment.face_color, adjustment.face_warmth, constants)


def _highlights_shadows(linear: Picture, adjustment: HighlightsShadows, scale: float, constants: Constants) -> Picture:
    if adjustment.algorithm == _OLD_ALGORITHM and (adjustment.highlights or adjustment.shadows):
        linear = tone.old_highlights_shadows(linear, adjustment, scale, constants)
    elif adjustment.highlights or adjustment.shadows:
        if adjustment.highlights:
            linear = tone.highlights(linear, adjustment.highlights, constants)
        if adjustment.shadows:
            linear = tone.shadows(linear, adjustment.shadows, constants)
    if adjustment.midtone_contrast:
        linear = tone.contrast_colors(linear, constants.midtone_contrast * adjustment.midtone_contrast, constants)
    return linear


def _levels(linear: Picture, adjustment: Levels, constants: Constants) -> Picture:
    if not adjustment.rgb.is_identity:
        linear = tone.levels_channel(linear, adjustment.rgb, constants)
    channels = (adjustment.red, adjustment.green, adjustment.blue)
    if any(not channel.is_identity for channel in channels):
        linear = join_channels(
            [
                linear[..., i] if channel.is_identity else tone.levels_channel(linear[..., i], channel, constants)
                for i, channel in enumerate(channels)
            ]
        )
    return linear


def frame_pixels(
    linear: Picture,
    adjustments: Sequence[Adjustment],
    master_size: PixelSize,
    processed_size: PixelSize,
    rotation: int,
    size: int | None,
    *,
    mirrored: bool = False,
) -> Picture:
    """Cut a version's frame from the whole master's pixels, of any kind: straightened about the centre, cropped in the
    canvas that this enlarges, mirrored by each Flip, and once more if the file's EXIF orientation is `mirrored`, then
    rotated. Sizes are those of `render`.

    Aperture's inspector has these stages later. Nearly every other stage acts on single pixels, so that drawing them
    first changes nothing and saves pixels. Vignettes come after the crop in Photos as well. How Aperture stores the
    direction of a Flip is not known; left to right is assumed.
    """
    angle = math.fsum(a.rotation for a in adjustments if isinstance(a, Straighten))
    crop = next((a for a in reversed(adjustments) if isinstance(a, Crop) and not a.is_empty), None)
    width, height = master_size.width, master_size.height
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    if crop is not None:
        canvas_width = width * abs(cos) + height * abs(sin)
        canvas_height = width * abs(sin) + height * abs(cos)
        extent = (crop.width, crop.height)
        # From the canvas's centre, y up; turned back by the straightening angle it is on the master.
        right, up = crop.x + (crop.width - canvas_width) / 2, crop.y + (crop.height - canvas_height) / 2
        center = (width / 2 + right * cos + up * sin, height / 2 + right * sin - up * cos)
    else:
        # Straightened without a crop, Aperture keeps the middle, as large as the processed size says.
        upright = _turned(processed_size, rotation)
        extent = (float(upright.width), float(upright.height)) if angle else (float(width), float(height))
        center = (width / 2, height / 2)
    rows, columns = linear.shape[:2]
    across, down = columns / width, rows / height
    target = _turned(PixelSize(*fit_size(processed_size.width, processed_size.height, size)), rotation)
    picture = cut(
        linear,
        (center[0] * across, center[1] * down),
        (extent[0] * across, extent[1] * down),
        angle,
        (target.width, target.height),
    )
    if (sum(isinstance(each, Flip) for each in adjustments) + mirrored) % 2:
        picture = picture[:, ::-1]
    return quarter_turn(picture, rotation)


def _turned(size: PixelSize, rotation: int) -> PixelSize:
    """The size before (or after) a quarter turn."""
    return PixelSize(size.height, size.width) if rotation % 180 else size
