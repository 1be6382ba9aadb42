"""The typed forms of Aperture's adjustments ("bricks"), as pure data.

Eight identifiers are known from real libraries (`certainty` SEEN); there default values are Aperture's neutral ones.
The others are known by their classes only (INFERRED): an amount that a blob does not hold is None there, and
`is_neutral` is true only where it certainly has no effect. What no form covers is an UnknownAdjustment that keeps its
inputs verbatim. Fields that serve only Aperture's own bookkeeping stay in Operation.inputs. `auto_pending`
(inputWaitingForAutoValues) says that the stored numbers may not be what Aperture rendered.
"""

from __future__ import annotations

from couloir.aperture.adjustments.certainty import Certainty, UnknownAdjustment
from couloir.aperture.adjustments.color import BlackWhite, Color, ColorRange, Gamma, Monochrome, Sepia
from couloir.aperture.adjustments.curves import Curves, ToneCurve
from couloir.aperture.adjustments.detail import (
    ChromaticAberration,
    Definition,
    Devignette,
    EdgeSharpen,
    NoiseReduction,
    RawNoiseReduction,
    Sharpen,
    Vignette,
)
from couloir.aperture.adjustments.effects import Brush, IPhotoEffects, PhoneEdits, QuickBrush
from couloir.aperture.adjustments.frame import Crop, Flip, Straighten
from couloir.aperture.adjustments.repair import Point, RedEye, Retouch, Spot, SpotPatch, Stroke
from couloir.aperture.adjustments.tone import (
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    RawFineTuning,
    WhiteBalance,
    WhiteBalanceMode,
)

__all__ = [
    "Adjustment",
    "BlackWhite",
    "Brush",
    "Certainty",
    "ChromaticAberration",
    "Color",
    "ColorRange",
    "Crop",
    "Curves",
    "Definition",
    "Devignette",
    "EdgeSharpen",
    "Enhance",
    "Exposure",
    "Flip",
    "Gamma",
    "HighlightsShadows",
    "IPhotoEffects",
    "Levels",
    "LevelsChannel",
    "Monochrome",
    "NoiseReduction",
    "PhoneEdits",
    "Point",
    "QuickBrush",
    "RawFineTuning",
    "RawNoiseReduction",
    "RedEye",
    "Retouch",
    "Sepia",
    "Sharpen",
    "Spot",
    "SpotPatch",
    "Straighten",
    "Stroke",
    "ToneCurve",
    "UnknownAdjustment",
    "Vignette",
    "WhiteBalance",
    "WhiteBalanceMode",
]

Adjustment = (
    RawFineTuning
    | WhiteBalance
    | Exposure
    | Enhance
    | HighlightsShadows
    | Levels
    | Crop
    | Straighten
    | Flip
    | Curves
    | Color
    | BlackWhite
    | Monochrome
    | Sepia
    | Gamma
    | NoiseReduction
    | RawNoiseReduction
    | Sharpen
    | EdgeSharpen
    | Definition
    | Vignette
    | Devignette
    | ChromaticAberration
    | Retouch
    | SpotPatch
    | RedEye
    | QuickBrush
    | IPhotoEffects
    | PhoneEdits
    | UnknownAdjustment
)
