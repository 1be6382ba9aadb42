"""The DNG baseline: the rendering of camera colours by Adobe's model with neutral sliders."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats, apply_matrix, planar
from couloir.color.spaces import PROPHOTO_TO_SRGB, srgb_shown
from couloir.engines.dng.color_model import ColorModel
from couloir.engines.dng.profile import PLAIN, Profile
from couloir.engines.dng.tables import HueSatMap, hue_sat_map
from couloir.engines.dng.tone import SHADOWS, curve_through, exposure_ramp, rgb_tone
from couloir.engines.protocol import Picture


def baseline(
    camera: Floats,
    model: ColorModel,
    profile: Profile = PLAIN,
    *,
    exposure: float = 0.0,
    white: tuple[float, float] | None = None,
) -> Picture:
    """Render (..., 3) linear camera colours, 1 = saturated, not balanced: sRGB-encoded, 0..1, float32.

    `exposure` in stops on top of the camera's baseline exposure; `white` the xy to become white, as shot where None.
    Order of the stages: white balance and matrix, HueSatMap, exposure ramp, look table, tone curve, output (DNG SDK).
    """
    scene = scene_colors(camera, model, profile, white)
    stops = exposure + model.baseline_exposure + profile.exposure_offset
    return apply_look(scene, profile, stops, shadow_scale=model.shadow_scale)


def scene_colors(
    camera: Floats, model: ColorModel, profile: Profile = PLAIN, white: tuple[float, float] | None = None
) -> Floats:
    """Balanced linear ProPhoto within 0..1, with the profile's hue/saturation map applied: scene-referred light."""
    model = model.calibrated_by(profile.calibrations)
    chosen = model.as_shot if white is None else white
    rgb = model.to_prophoto(chosen)(planar(camera))
    mixed = _map_for(model, profile, chosen)
    return rgb if mixed is None else hue_sat_map(rgb, mixed)


def apply_look(scene: Floats, profile: Profile, exposure: float, *, shadow_scale: float = 1.0) -> Picture:
    """Render scene colours with a profile's look to sRGB-encoded ones, with `exposure` stops in all."""
    toned = tone_scene(scene, profile, exposure, shadow_scale=shadow_scale)
    return np.ascontiguousarray(srgb_shown(apply_matrix(PROPHOTO_TO_SRGB, toned)), dtype=np.float32)


def tone_scene(scene: Floats, profile: Profile, exposure: float, *, shadow_scale: float = 1.0) -> Floats:
    """As `apply_look`, to linear ProPhoto, where no colour is beyond the edge."""
    rgb = exposure_ramp(scene, exposure, SHADOWS * shadow_scale if profile.default_black else 0.0)
    if profile.look_table is not None:
        rgb = hue_sat_map(rgb, profile.look_table)
    return rgb_tone(rgb, curve_through(profile.tone_curve), exposure)


def _map_for(model: ColorModel, profile: Profile, white: tuple[float, float]) -> HueSatMap | None:
    """The hue/saturation map at a white point, interpolated between two illuminants' maps like their matrices."""
    if not profile.hue_sat_maps:
        return None
    warm, cool = profile.hue_sat_maps[0], profile.hue_sat_maps[-1]
    if warm is cool or warm.deltas.shape != cool.deltas.shape:
        return warm
    weight = np.float32(model.weight_of_warmest(white))
    deltas = cast("NDArray[np.float32]", weight * warm.deltas + (1 - weight) * cool.deltas)
    return HueSatMap(deltas, warm.encoded)
