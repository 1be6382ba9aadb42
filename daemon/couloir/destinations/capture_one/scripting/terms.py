"""The words of Capture One's scripting dictionary that Couloir uses.

Sources: *dictionary*, that of Capture One 16.8.5.30, published by the project c1cmd, which gives words and types;
*probe*, what c1cmd measured on that version: the ranges of five sliders, that a value beyond its range is refused with
error -50 and leaves what was there, that numbers come back in single precision, in which frame a crop counts, that a
rotation moves and shrinks a crop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from couloir.destinations.capture_one.scripting.literals import Literal

APPLICATION: Final = "com.captureone.captureone16"

CURVES: Final[Mapping[str, str]] = {
    "GradationCurve": "rgb curve",
    "GradationCurveRed": "red curve",
    "GradationCurveGreen": "green curve",
    "GradationCurveBlue": "blue curve",
    "GradationCurveY": "luma curve",
}
"""The keys of settings files that are curves, by their words; points lie between 0 and 100 there."""

SLIDERS: Final[Mapping[str, str]] = {
    "Exposure": "exposure",
    "Contrast": "contrast",
    "Brightness": "brightness",
    "Saturation": "saturation",
}
"""The keys that are numbers of the same unit and range, by their words."""

GRAY: Final = "black and white"
FULL: Final = 100.0  # the ends of a curve
IDENTITY: Final[Literal] = ((0.0, 0.0), (FULL, FULL))

_UNTOUCHED: Final = (
    *SLIDERS.values(),
    *("highlight adjustment", "shadow recovery", "white recovery", "black recovery"),
    *("clarity amount", "clarity structure", "vignetting amount"),
)
NEUTRAL: Final[Mapping[str, Literal]] = {
    **dict.fromkeys(_UNTOUCHED, 0.0),
    GRAY: False,
    **dict.fromkeys(CURVES.values(), IDENTITY),
}
"""What a variant has that nobody has edited, by the words of adjustments. Sharpening, noise reduction, profile and
white balance are not among them: their defaults belong to the camera."""

TOLERANCES: Final[Mapping[str, float]] = {"rotation": 0.01, "crop": 2.0}
"""How far a number that is read may be from what was set; a crop is kept in whole pixels, and moved by one or two."""
TOLERANCE: Final = 0.01
CURVE_TOLERANCE: Final = 0.1

VARIANT_WORDS: Final = ("rating", "color tag", "styles", "crop")
READ: Final[Sequence[str]] = (
    *VARIANT_WORDS,
    *_UNTOUCHED,
    GRAY,
    *("orientation", "rotation", "flip"),
    *CURVES.values(),
)
"""What is read of a variant, in this order; after it come the largest crop and the number of layers."""
