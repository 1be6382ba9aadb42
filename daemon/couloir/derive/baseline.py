"""The neutral starting point. It is stated explicitly, so that every setting is absolute and none is added to the
photo's present settings.
"""

from __future__ import annotations

from collections.abc import Mapping

from couloir.lightroom.settings import LINEAR_CURVE, PROCESS_VERSION, PhotoKind, SettingValue

SLIDERS = (
    "Exposure2012",
    "Contrast2012",
    "Highlights2012",
    "Shadows2012",
    "Whites2012",
    "Blacks2012",
    "Texture",
    "Clarity2012",
    "Dehaze",
    "Vibrance",
    "Saturation",
)

CURVES = {
    "master": "ToneCurvePV2012",
    "red": "ToneCurvePV2012Red",
    "green": "ToneCurvePV2012Green",
    "blue": "ToneCurvePV2012Blue",
}


STANDARD = "Adobe Standard"
"""Camera Raw's own profile, where none was learnt for the camera."""


def baseline(kind: PhotoKind, profile: str = "") -> Mapping[str, SettingValue]:
    """Every key a translation may set, at neutral, and the profile under which "neutral" is meant.

    `profile` is a learnt camera profile's name, "" for Adobe's own; only RAW files have one.

    No Look: "Adobe Color", Lightroom's default, hides a curve and offsets behind zero sliders (lightroom-sdk notes,
    4.5). Sharpening and noise reduction are left out on purpose: Lightroom's own defaults for the camera stay.
    """
    values: dict[str, SettingValue] = {
        "ProcessVersion": PROCESS_VERSION,
        "CameraProfile": (profile or STANDARD) if kind is PhotoKind.RAW else "Embedded",
        "Look": {},
        "WhiteBalance": "As Shot",
        "ToneCurveName2012": "Linear",
        "ConvertToGrayscale": False,
    }
    values.update(dict.fromkeys(SLIDERS, 0))
    values.update(dict.fromkeys(CURVES.values(), LINEAR_CURVE))
    return values
