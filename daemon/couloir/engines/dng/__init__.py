"""The DNG colour model and its baseline rendering: Camera Raw's rendering of a RAW file with neutral sliders."""

from couloir.engines.dng.color_model import Calibration, ColorModel, ToProPhoto
from couloir.engines.dng.profile import PLAIN, Profile
from couloir.engines.dng.render import apply_look, baseline, scene_colors, tone_scene
from couloir.engines.dng.tables import HueSatMap, hue_sat_map
from couloir.engines.dng.tone import curve_through, exposure_ramp, exposure_tone, rgb_tone

__all__ = [
    "PLAIN",
    "Calibration",
    "ColorModel",
    "HueSatMap",
    "Profile",
    "ToProPhoto",
    "apply_look",
    "baseline",
    "curve_through",
    "exposure_ramp",
    "exposure_tone",
    "hue_sat_map",
    "rgb_tone",
    "scene_colors",
    "tone_scene",
]
