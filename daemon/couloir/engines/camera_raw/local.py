"""Draws local adjustments with the Camera Raw engine.

A local exposure multiplies linear light by 2 ** (stops * alpha) before all other stages, as one public study measured.
For the other sliders no order is known: their effect is taken to be that of the same slider on the whole picture, mixed
in by alpha. `MaskLaws` holds what is uncertain of alpha itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.masks import MEASURED, Alpha, MaskLaws, draw_masks
from couloir.engines.camera_raw.render import crop_of, render
from couloir.engines.geometry import cut, orient
from couloir.engines.protocol import Picture
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import LocalAdjustment, Mask
from couloir.lightroom.settings import DevelopSettings, clamp

EXPOSURE: Final = "LocalExposure2012"
_FINEST: Final = 2048  # pixels of the whole frame at which a mask is drawn: a crop of a crop needs no more

WHOLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{
            f"Local{name}": name
            for name in (
                *("Contrast2012", "Highlights2012", "Shadows2012", "Whites2012", "Blacks2012", "Clarity2012"),
                *("Dehaze", "Texture", "Saturation"),
            )
        },
        "LocalLuminanceNoise": "LuminanceSmoothing",
        "LocalSharpness": "Sharpness",
        "LocalTemperature": "IncrementalTemperature",
        "LocalTint": "IncrementalTint",
        "LocalToningHue": "ColorGradeGlobalHue",
        "LocalToningSaturation": "ColorGradeGlobalSat",
    }
)
"""The slider of the whole picture that does the same as a local one. Those without one are not drawn."""

_BALANCE: Final = frozenset(("IncrementalTemperature", "IncrementalTint"))


def render_local(
    linear: Picture,
    settings: DevelopSettings,
    adjustments: Sequence[LocalAdjustment],
    *,
    orientation: int = 1,
    size: int | None = None,
    scale: float = 1.0,
    constants: Constants = NOMINAL,
    laws: MaskLaws = MEASURED,
) -> Picture:
    """Draw a photo with develop settings and local adjustments; arguments and result as for `render`, which it is where
    there are none.
    """
    rows, columns = linear.shape[:2]
    drawn = [(each, draw_masks(each.masks, columns, rows, laws)) for each in adjustments if each.active]
    lit = linear
    for each, alpha in drawn:
        stops = each.settings.get(EXPOSURE, 0.0) * each.amount
        if stops:
            lit = lit * np.exp2(np.float32(stops) * alpha)[..., np.newaxis]

    def shown(asked: DevelopSettings) -> Picture:
        return render(lit, asked, orientation=orientation, size=size, scale=scale, constants=constants)

    picture = whole = shown(settings)
    if not drawn:
        return whole
    for each, alpha in drawn:
        added = _added(settings, each)
        if added != settings:
            high, wide = whole.shape[:2] if orientation < 5 else whole.shape[1::-1]
            share = _as_shown(alpha, crop_of(settings), orientation, (wide, high))
            picture = picture + share * (shown(added) - whole)
    return np.clip(picture, 0, 1)


def show_masks(masks: Sequence[Mask], crop: Crop, orientation: int, frame: tuple[float, float], size: int) -> Alpha:
    """How strongly an adjustment acts at each pixel of the photo, cropped and turned by EXIF's `orientation`, its long
    edge at most `size` pixels. `frame` is the stored one's width and height.
    """
    columns, rows = frame
    scale = min(size / max(*crop.pixel_size(columns, rows), 1.0), _FINEST / max(columns, rows))
    alpha = draw_masks(masks, max(1, round(columns * scale)), max(1, round(rows * scale)))
    wide, high = (max(1, round(edge)) for edge in crop.pixel_size(alpha.shape[1], alpha.shape[0]))
    return np.asarray(_as_shown(alpha, crop, orientation, (wide, high))[..., 0])


def _added(settings: DevelopSettings, adjustment: LocalAdjustment) -> DevelopSettings:
    """The settings as if the adjustment had no mask."""
    values: dict[str, int | str] = {}
    for key, value in adjustment.settings.items():
        if key in WHOLE:
            own = settings.get(WHOLE[key], 0)
            start = float(own) if isinstance(own, int | float) and key != "LocalToningHue" else 0.0
            number, _ = clamp(WHOLE[key], start + value * (1 if key == "LocalToningHue" else adjustment.amount))
            values[WHOLE[key]] = int(number)
    if not _BALANCE.isdisjoint(values):
        return settings.merge({"WhiteBalance": "Custom", **values})
    return settings.merge(values)


def _as_shown(alpha: Alpha, crop: Crop, orientation: int, size: tuple[int, int]) -> Picture:
    """The mask cropped and turned as the photo is, (height, width, 1). `size` is the crop's (width, height) in pixels,
    before it is turned.
    """
    rows, columns = alpha.shape
    center_x, center_y, width, height, angle = crop.rectangle(columns, rows)
    three = np.repeat(alpha[..., np.newaxis], 3, axis=-1)
    inside = cut(three, (center_x, center_y), (width, height), angle, size)
    return np.ascontiguousarray(orient(inside, orientation)[..., :1])
