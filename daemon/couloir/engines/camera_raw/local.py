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
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings, clamp

EXPOSURE: Final = "LocalExposure2012"

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
        "LocalToningHue": "ColorGradeGlobalHue",
        "LocalToningSaturation": "ColorGradeGlobalSat",
    }
)
"""The slider of the whole picture that does the same as a local one. Those without one are not drawn."""


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
            share = _as_shown(alpha, settings, orientation, whole)
            picture = picture + share * (shown(added) - whole)
    return np.clip(picture, 0, 1)


def _added(settings: DevelopSettings, adjustment: LocalAdjustment) -> DevelopSettings:
    """The settings as if the adjustment had no mask."""
    values = {}
    for key, value in adjustment.settings.items():
        if key in WHOLE:
            own = settings.get(WHOLE[key], 0)
            start = float(own) if isinstance(own, int | float) and key != "LocalToningHue" else 0.0
            number, _ = clamp(WHOLE[key], start + value * (1 if key == "LocalToningHue" else adjustment.amount))
            values[WHOLE[key]] = int(number)
    return settings.merge(values)


def _as_shown(alpha: Alpha, settings: DevelopSettings, orientation: int, picture: Picture) -> Picture:
    """The mask cropped and turned as the picture is, (height, width, 1)."""
    rows, columns = alpha.shape
    center_x, center_y, width, height, angle = crop_of(settings).rectangle(columns, rows)
    high, wide = picture.shape[:2] if orientation < 5 else picture.shape[1::-1]
    three = np.repeat(alpha[..., np.newaxis], 3, axis=-1)
    inside = cut(three, (center_x, center_y), (width, height), angle, (wide, high))
    return np.ascontiguousarray(orient(inside, orientation)[..., :1])
