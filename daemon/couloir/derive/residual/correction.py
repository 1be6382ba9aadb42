"""The correction of one translation by a model's prediction."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.outputs import OUTPUTS, TONING
from couloir.engines.incremental_white_balance import from_temperature_tint
from couloir.lightroom.settings import PhotoKind

_NEUTRAL_MIRED: Final = 200.0  # 5000 K: where Lightroom's relative sliders for rendered files count from
_SIZES: Final = np.array([output.size for output in OUTPUTS])

WhiteBalance = tuple[float, float] | None
"""(Temperature, Tint) for raw files, (IncrementalTemperature, IncrementalTint) for rendered ones; None is as shot."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the learned residual changes, in the physical units of `OUTPUTS`; keys are their names.

    `model` names the model that answered, None when the translation stays analytic; then `note` says why, in one
    sentence. `deviations` are the standard deviations that the model expects; None where they were never trained, so
    that no untrained figure is shown. `offset_photos` is the number of solved photos from which the camera offset in
    it was learnt, 0 when it contains none.
    """

    model: str | None
    changes: Mapping[str, float] = field(default_factory=dict)
    deviations: Mapping[str, float] | None = None
    note: str = ""
    offset_photos: int = 0

    def on(self, offset: Correction | None) -> Correction:
        """This correction plus the camera offset, which the model sees as a feature: only the changes add up."""
        if offset is None:
            return self
        names = (output.name for output in OUTPUTS)
        changes = {name: offset.changes.get(name, 0.0) + self.changes.get(name, 0.0) for name in names}
        return replace(self, changes=changes, offset_photos=offset.offset_photos)

    def without(self, names: Collection[str]) -> Correction:
        """This correction without the outputs of these names."""
        return replace(self, changes={name: change for name, change in self.changes.items() if name not in names})

    def apply_to(
        self, sliders: Mapping[str, float], white_balance: WhiteBalance, kind: PhotoKind
    ) -> tuple[dict[str, float], WhiteBalance]:
        """The sliders (develop key to value, neutral where absent) and the white balance with this correction.

        Values are not clamped to Lightroom's ranges. A change of 0 leaves its key as it is, or absent. A raw file with
        as-shot white balance has no temperature to add to, so its white balance is not changed.
        """
        corrected = dict(sliders)
        if not self.changes:
            return corrected, white_balance
        for output in OUTPUTS:
            change = self.changes.get(output.name, 0.0)
            if output.key is not None and change:
                corrected[output.key] = corrected.get(output.key, 0.0) + change
        for zone, keys in TONING.items():
            x, y = (self.changes.get(f"toning_{zone}_{axis}", 0.0) for axis in "xy")
            if x or y:
                hue, saturation = _toned(corrected, keys, x, y)
                # A slider holds whole numbers: a hue without saturation would only look as if the photo had been toned.
                if round(saturation) or corrected.get(keys[1]):
                    corrected.update(zip(keys, (hue, saturation), strict=True))
        mired, tint = self.changes.get("temperature", 0.0), self.changes.get("tint", 0.0)
        if mired or tint:
            return corrected, _balanced(white_balance, mired, tint, kind)
        return corrected, white_balance


def corrections(
    model: str, mean: NDArray[np.float32], log_variance: NDArray[np.float32], *, trained: bool
) -> list[Correction]:
    """One Correction for each row of a model's answers, both (photos, len(OUTPUTS)) in normalised units."""
    changes = mean.astype(np.float64) * _SIZES
    deviations = np.exp(log_variance.astype(np.float64) / 2) * _SIZES
    return [
        Correction(model, _named(change), _named(deviation) if trained else None)
        for change, deviation in zip(changes, deviations, strict=True)
    ]


def no_correction(note: str) -> Correction:
    """No correction, and why: the translation stays analytic."""
    return Correction(None, note=note)


def _named(values: NDArray[np.float64]) -> dict[str, float]:
    return {output.name: value for output, value in zip(OUTPUTS, values.tolist(), strict=True)}


def _toned(sliders: Mapping[str, float], keys: Sequence[str], x: float, y: float) -> tuple[float, float]:
    """Hue in degrees and saturation, after moving the present toning by (x, y)."""
    hue, saturation = math.radians(sliders.get(keys[0], 0.0)), sliders.get(keys[1], 0.0)
    x, y = saturation * math.cos(hue) + x, saturation * math.sin(hue) + y
    return math.degrees(math.atan2(y, x)) % 360, math.hypot(x, y)


def _balanced(white_balance: WhiteBalance, mired: float, tint: float, kind: PhotoKind) -> WhiteBalance:
    if kind is PhotoKind.RAW:
        if white_balance is None:
            return None
        kelvin = _kelvin(1e6 / max(white_balance[0], 1.0) + mired)
        return kelvin, white_balance[1] + tint
    before = white_balance or (0.0, 0.0)
    by_temperature, by_tint = from_temperature_tint(_kelvin(_NEUTRAL_MIRED + mired), tint)
    moved = before[0] + by_temperature, before[1] + by_tint
    # A change below half a step of both sliders is none, and "Custom" with two zeros would look like one.
    return None if white_balance is None and not any(map(round, moved)) else moved


def _kelvin(mired: float) -> float:
    """Kelvin from mired, with a floor, because 0 mired is infinite; the slider ends at 20 mired, above the floor."""
    return 1e6 / max(mired, 1.0)
