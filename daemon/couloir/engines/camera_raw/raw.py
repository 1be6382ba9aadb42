"""RAW photos with many settings: exposure and white balance act on camera colours, the other sliders on the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from couloir.color.spaces import srgb_decode
from couloir.color.temperature import planckian_xy
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.render import render_many
from couloir.engines.dng import ColorModel, Profile, baseline
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings

_Light = tuple[float, tuple[float, float] | None]
"""Exposure, and (kelvin, tint) where the white balance is not the camera's."""


def render_raw_many(
    camera: Picture,
    model: ColorModel,
    profile: Profile,
    settings: Sequence[DevelopSettings],
    *,
    constants: Constants = NOMINAL,
) -> Picture:
    """One RAW photo, uncropped and unturned, with many settings: n x height x width x 3, encoded sRGB.

    `camera`: height x width x 3, as `couloir.engines.dng.baseline` takes it. Settings that share exposure and white
    balance are drawn together.
    """
    drawn = np.empty((len(settings), *camera.shape), dtype=np.float32)
    groups: dict[_Light, list[int]] = {}
    for index, each in enumerate(settings):
        groups.setdefault(_light(each), []).append(index)
    for (exposure, white), indices in groups.items():
        xy = None if white is None else planckian_xy(*white)
        linear = np.asarray(
            srgb_decode(baseline(camera, model, profile, exposure=exposure, white=xy)), dtype=np.float32
        )
        rest = [
            DevelopSettings({key: value for key, value in settings[i].items() if key != "Exposure2012"})
            for i in indices
        ]
        drawn[indices] = render_many(linear, rest, constants=constants)
    return drawn


def _light(settings: DevelopSettings) -> _Light:
    exposure = float(cast("float", settings.get("Exposure2012", 0.0)))
    if settings.get("WhiteBalance") != "Custom":
        return exposure, None
    return exposure, (float(cast("float", settings["Temperature"])), float(cast("float", settings["Tint"])))
