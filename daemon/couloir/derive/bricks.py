"""The table of adjustments and the module that translates each. A new adjustment takes one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from couloir.aperture import adjustments
from couloir.aperture.model import Operation
from couloir.derive import (
    black_white,
    definition,
    enhance,
    exposure,
    gamma,
    geometry,
    highlights_shadows,
    levels,
    raw_fine_tuning,
    retouch,
    selective_color,
    sharpening,
    tone_curves,
    toning,
    vignette,
    white_balance,
)
from couloir.derive.contribution import Contribution, PhotoFacts
from couloir.derive.manifest import Carries
from couloir.derive.not_carried import NOT_CARRIED


@dataclass(frozen=True, slots=True)
class Brick:
    """How one adjustment is translated. `translate` is None for geometry, which is computed for all operations of a
    version together.
    """

    identifier: str
    title: str
    carries: Carries
    translate: Callable[[Any, PhotoFacts], Contribution] | None


BRICKS: Mapping[type, Brick] = {
    adjustments.RawFineTuning: Brick(
        raw_fine_tuning.IDENTIFIER, raw_fine_tuning.TITLE, raw_fine_tuning.CARRIES, raw_fine_tuning.translate
    ),
    adjustments.WhiteBalance: Brick(
        white_balance.IDENTIFIER, white_balance.TITLE, white_balance.CARRIES, white_balance.translate
    ),
    adjustments.Exposure: Brick(exposure.IDENTIFIER, exposure.TITLE, exposure.CARRIES, exposure.translate),
    adjustments.Enhance: Brick(enhance.IDENTIFIER, enhance.TITLE, enhance.CARRIES, enhance.translate),
    adjustments.HighlightsShadows: Brick(
        highlights_shadows.IDENTIFIER,
        highlights_shadows.TITLE,
        highlights_shadows.CARRIES,
        highlights_shadows.translate,
    ),
    adjustments.Levels: Brick(levels.IDENTIFIER, levels.TITLE, levels.CARRIES, levels.translate),
    adjustments.Crop: Brick(geometry.CROP_IDENTIFIER, geometry.CROP_TITLE, geometry.CROP_CARRIES, None),
    adjustments.Straighten: Brick(
        geometry.STRAIGHTEN_IDENTIFIER, geometry.STRAIGHTEN_TITLE, geometry.STRAIGHTEN_CARRIES, None
    ),
    adjustments.Curves: Brick(tone_curves.IDENTIFIER, tone_curves.TITLE, tone_curves.CARRIES, tone_curves.translate),
    adjustments.BlackWhite: Brick(
        black_white.IDENTIFIER, black_white.TITLE, black_white.CARRIES, black_white.translate
    ),
    adjustments.Monochrome: Brick(
        toning.MONOCHROME_IDENTIFIER, toning.MONOCHROME_TITLE, toning.MONOCHROME_CARRIES, toning.translate
    ),
    adjustments.Sepia: Brick(toning.SEPIA_IDENTIFIER, toning.SEPIA_TITLE, toning.SEPIA_CARRIES, toning.translate),
    adjustments.Gamma: Brick(gamma.IDENTIFIER, gamma.TITLE, gamma.CARRIES, gamma.translate),
    adjustments.Color: Brick(
        selective_color.IDENTIFIER, selective_color.TITLE, selective_color.CARRIES, selective_color.translate
    ),
    adjustments.Definition: Brick(definition.IDENTIFIER, definition.TITLE, definition.CARRIES, definition.translate),
    adjustments.Sharpen: Brick(
        sharpening.SHARPEN_IDENTIFIER, sharpening.SHARPEN_TITLE, sharpening.SHARPEN_CARRIES, sharpening.translate
    ),
    adjustments.EdgeSharpen: Brick(
        sharpening.EDGE_IDENTIFIER, sharpening.EDGE_TITLE, sharpening.EDGE_CARRIES, sharpening.translate
    ),
    adjustments.Vignette: Brick(vignette.IDENTIFIER, vignette.TITLE, vignette.CARRIES, vignette.translate),
    adjustments.Retouch: Brick(
        retouch.RETOUCH_IDENTIFIER, retouch.RETOUCH_TITLE, retouch.RETOUCH_CARRIES, retouch.translate_retouch
    ),
    adjustments.SpotPatch: Brick(
        retouch.SPOTS_IDENTIFIER, retouch.SPOTS_TITLE, retouch.SPOTS_CARRIES, retouch.translate_spots
    ),
    adjustments.RedEye: Brick(
        retouch.RED_EYE_IDENTIFIER, retouch.RED_EYE_TITLE, retouch.RED_EYE_CARRIES, retouch.translate_red_eye
    ),
    **{
        adjustment: Brick(entry.identifier, entry.title, entry.carries(adjustment), entry.translator())
        for adjustment, entry in NOT_CARRIED.items()
    },
}


def title(operation: Operation) -> str:
    """The inspector's name of an operation; its identifier where the adjustment is unknown."""
    entry = BRICKS.get(type(operation.adjustment))
    return entry.title if entry is not None else operation.identifier
