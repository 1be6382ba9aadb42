"""The methods of translation that an evaluation compares, the simplest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import Enhance, Exposure, HighlightsShadows, WhiteBalance, WhiteBalanceMode
from couloir.aperture.model import Master, Version
from couloir.derive.baseline import baseline
from couloir.derive.feature_schema import NAMES
from couloir.derive.translate import photo_kind
from couloir.learn.dataset import Numbers, Pairs
from couloir.lightroom.settings import DevelopSettings, PhotoKind, SettingValue, clamp

_RIDGE: Final = 10.0
_PICTURES: Final = (
    "offset.",
    "original.",
    "preview.",
    "pair.",
    "gap.",
    "has.original",
    "has.preview",
    "has.expected",
    "has.offset",
)
_PARAMETERS: Final = np.array([i for i, name in enumerate(NAMES) if not name.startswith(_PICTURES)], dtype=np.intp)


def nothing(master: Master) -> DevelopSettings:
    """Lightroom's neutral settings: no edit is carried over."""
    return DevelopSettings(baseline(photo_kind(master)))


def same_names(version: Version, master: Master) -> DevelopSettings:
    """Copies of the sliders of the same name in Lightroom, scaled where the ranges differ; no curves."""
    kind = photo_kind(master)
    values: dict[str, SettingValue] = dict(baseline(kind))
    for adjustment in (operation.adjustment for operation in version.operations):
        match adjustment:
            case Exposure():
                copied = {"Exposure2012": adjustment.exposure}
            case Enhance():
                copied = {
                    "Contrast2012": 100 * adjustment.contrast,
                    "Saturation": 100 * (adjustment.saturation - 1),
                    "Vibrance": 100 * adjustment.vibrancy,
                }
            case HighlightsShadows():
                copied = {"Highlights2012": -adjustment.highlights, "Shadows2012": adjustment.shadows}
            case WhiteBalance() if kind is PhotoKind.RAW and adjustment.mode is WhiteBalanceMode.TEMPERATURE_TINT:
                copied = {"Temperature": adjustment.temperature, "Tint": adjustment.tint}
                values["WhiteBalance"] = "Custom"
            case _:
                copied = {}
        values.update({key: clamp(key, value)[0] for key, value in copied.items()})
    return DevelopSettings(values)


@dataclass(frozen=True, slots=True)
class Regression:
    """One ridge regression for each slider, from Aperture's parameters, their squares, and the file's facts alone.

    It is the published method (a function of Aperture's parameters for each of Lightroom's) on top of our analytic
    translation, and uses no picture. Its answers are changes in normalised units.
    """

    centre: NDArray[np.float64]
    gain: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __call__(self, features: Numbers) -> Numbers:
        return np.asarray(self._inputs(features) @ self.weight, dtype=np.float32)

    def _inputs(self, features: Numbers) -> NDArray[np.float64]:
        standard = np.clip((features[:, _PARAMETERS] - self.centre) * self.gain, -8, 8)
        return np.concatenate([np.ones((len(features), 1)), standard, np.square(standard)], axis=1)

    @classmethod
    def fit(cls, pairs: Pairs) -> Regression:
        """Fit the regressions to a data set."""
        seen = pairs.features[:, _PARAMETERS].astype(np.float64)
        spread = seen.std(axis=0)
        gain = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0.0)
        empty = cls(seen.mean(axis=0), gain, np.zeros(0))
        inputs = empty._inputs(pairs.features)
        normal = inputs.T @ inputs + _RIDGE * np.eye(inputs.shape[1])
        weight = np.linalg.solve(normal, inputs.T @ pairs.change.astype(np.float64))
        return cls(empty.centre, gain, np.asarray(weight, dtype=np.float64))


Differences = Mapping[str, NDArray[np.float64]]
"""Mean CIEDE2000 of each photo, by contestant."""
