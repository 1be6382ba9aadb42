"""A camera profile in memory: the tables that turn scene colours into a look. `profiles.dcp` has its file format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from couloir.engines.dng.color_model import Calibration
from couloir.engines.dng.tables import HueSatMap


@dataclass(frozen=True, slots=True)
class Profile:
    """Tone curve, hue/saturation maps and look table of one camera (DNG specification 1.7.1, "Camera Profiles").

    `tone_curve`: points in linear light, () for the default curve. `hue_sat_maps`: none, one, or one for each of the
    colour model's two illuminants, the lower temperature first. `exposure_offset`: stops on the baseline exposure.
    `default_black`: whether the SDK's default blacks are subtracted before the curve. `calibrations`: the profile's own
    matrices, which replace the photo's; () keeps those.
    """

    name: str = ""
    tone_curve: tuple[tuple[float, float], ...] = ()
    hue_sat_maps: tuple[HueSatMap, ...] = ()
    look_table: HueSatMap | None = None
    exposure_offset: float = 0.0
    default_black: bool = True
    calibrations: tuple[Calibration, ...] = ()


PLAIN: Final = Profile()
"""The profile without tables: the SDK's default curve alone."""
