"""Sharpening and noise reduction as a photo's own pair shows them: its preview beside our drawing of the original.

Tones and colours are carried over before details are compared, so that the photo need not be translated for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from couloir.aperture.adjustments import Adjustment, EdgeSharpen, NoiseReduction, Sharpen
from couloir.aperture.model import Version
from couloir.derive.details.fine import FineScale
from couloir.derive.details.pairing import CannotTellError, load_pair
from couloir.derive.details.sharpness import COLOR_NOISE, RADIUS, SHARPNESS, SMOOTHING, as_settings, choose
from couloir.derive.model import Fidelity, OperationOutcome, Translation
from couloir.engines.camera_raw import render
from couloir.engines.pixels import load_pixels
from couloir.errors import ContentError
from couloir.language import mark
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import DevelopSettings

TAKEN: Final = mark("Taken from the preview: its strength was measured on the preview's own edges and noise.")

_SHARPEN: Final[tuple[type[Adjustment], ...]] = (Sharpen, EdgeSharpen)
_SHARE: Final = 0.8  # of what our engine needs: how strong Lightroom's own is, no rendering has confirmed yet
_WHOLE: Final = Crop(0.0, 0.0, 1.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class SeenDetails:
    """The settings that were measured; never empty."""

    settings: DevelopSettings

    def on(self, translation: Translation, version: Version) -> Translation:
        """The translation with them in place of the formulas', and the word of their operations."""
        told = tell_details(version, translation.operations, self.settings.as_dict())
        return replace(translation, settings=translation.settings.merge(self.settings), operations=told)


def is_detailed(version: Version) -> bool:
    """Whether a row sharpens the whole photo or reduces its noise."""
    return any(
        each.enabled and each.mask_uuid is None and isinstance(each.adjustment, (*_SHARPEN, NoiseReduction))
        for each in version.operations
    )


def is_cleaned(version: Version) -> bool:
    """Whether a row reduces the noise of the whole photo."""
    return any(
        each.enabled and each.mask_uuid is None and isinstance(each.adjustment, NoiseReduction)
        for each in version.operations
    )


def see_details(
    version: Version, original: Path, preview: Path, crop: Crop | None, orientation: int
) -> SeenDetails | None:
    """What the preview shows of them, of a photo that is not RAW; None where that is not certain. Never raises for what
    the files are.
    """
    try:
        pair = load_pair(original, preview, crop or _WHOLE, orientation)
        linear = load_pixels(original, None, orient=False)
        plain = pair.render(DevelopSettings({}), lambda asked, _: render(linear, asked, orientation=orientation))
        scale = FineScale(pair.preview, plain, pair.coding)
    except (CannotTellError, ContentError, ValueError):
        return None
    found = choose(scale, plain, with_noise=is_cleaned(version))
    if found is None:
        return None
    cautious = {key: amount * (1 if key == RADIUS else _SHARE) for key, amount in found.amounts.items()}
    return SeenDetails(DevelopSettings(as_settings(cautious)))


def tell_details(
    version: Version, outcomes: tuple[OperationOutcome, ...], measured: Collection[str]
) -> tuple[OperationOutcome, ...]:
    """The outcomes of a version's operations, in their order, with the word of those whose settings were measured."""
    return tuple(
        _told(outcome, operation.adjustment, measured) if operation.enabled and operation.mask_uuid is None else outcome
        for operation, outcome in zip(version.operations, outcomes, strict=True)
    )


def _told(outcome: OperationOutcome, adjustment: object, measured: Collection[str]) -> OperationOutcome:
    if isinstance(adjustment, _SHARPEN) and SHARPNESS in measured:
        keys: tuple[str, ...] = (SHARPNESS, RADIUS)
    elif isinstance(adjustment, NoiseReduction) and {SMOOTHING, COLOR_NOISE} & set(measured):
        keys = tuple(key for key in (SMOOTHING, COLOR_NOISE) if key in measured)
    else:
        return outcome
    return replace(outcome, fidelity=Fidelity.TAKEN, reason=TAKEN, settings=keys, lost=())
