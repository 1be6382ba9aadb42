"""The DNG specification's colour model, from a camera's own colours to linear ProPhoto RGB.

Source: DNG specification 1.7.1, chapter 6 "Mapping Camera Color Space to CIE XYZ Space". A calibration is a matrix
from XYZ to camera colours under one illuminant; between two they are interpolated in reciprocal temperature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from couloir.color.adaptation import bradford, white_xyz
from couloir.color.arrays import Floats, Matrix, apply_matrix, invert
from couloir.color.spaces import D50, XYZ_D50_TO_PROPHOTO
from couloir.color.temperature import planckian_temperature

ILLUMINANTS: Final = {
    1: 5500.0,
    2: 3800.0,  # fluorescent: between the kinds that have codes of their own
    3: 2850.0,
    4: 5500.0,
    9: 5500.0,
    10: 6500.0,
    11: 7500.0,
    12: 6400.0,
    13: 5050.0,
    14: 4150.0,
    15: 3525.0,
    17: 2850.0,
    18: 5500.0,
    19: 6500.0,
    20: 5500.0,
    21: 6500.0,
    22: 7500.0,
    23: 5000.0,
    24: 3200.0,
}
"""EXIF LightSource codes to kelvin, as Adobe's DNG SDK takes them for CalibrationIlluminant."""

_MOST_ADAPTED: Final = 10.0
"""How many times more or less of a cone's response than under D50 the SDK takes a white to give, at most."""

_PASSES: Final = 30
_CLOSE: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Calibration:
    """The matrices of one illuminant. `color`: XYZ to camera, 3x3; `forward`: balanced camera to XYZ D50, 3x3.

    `individual` maps the colours of the reference camera, for which the other two were made, to those of this camera:
    AnalogBalance times CameraCalibration.
    """

    kelvin: float
    color: Matrix
    forward: Matrix | None = None
    individual: Matrix = field(default_factory=lambda: np.eye(3))


@dataclass(frozen=True, slots=True)
class ToProPhoto:
    """The conversion of camera colours for one white point: they are clipped to `white` and multiplied by `matrix`."""

    white: Floats
    matrix: Matrix

    def __call__(self, camera: Floats) -> Floats:
        """(..., 3) camera colours, 1 = saturated, to linear ProPhoto within 0..1 (DNG SDK: clipped on both sides)."""
        held = np.minimum(camera, self.white.astype(camera.dtype))
        return np.clip(apply_matrix(self.matrix, held), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class ColorModel:
    """A camera's calibrations (one or two, any order), its as-shot neutral (camera colours of grey) and exposure.

    `baseline_exposure` is in stops and `shadow_scale` a factor on the default blacks, as the DNG tags of those names.
    """

    calibrations: tuple[Calibration, ...]
    neutral: tuple[float, float, float]
    baseline_exposure: float = 0.0
    shadow_scale: float = 1.0

    def weight_of_warmest(self, xy: tuple[float, float]) -> float:
        """The weight, 0..1, of the calibration of the lowest temperature at a white point."""
        low, high = self._sorted()[0].kelvin, self._sorted()[-1].kelvin
        if low >= high or low <= 0:
            return 1.0
        kelvin = min(max(planckian_temperature(xy).kelvin, low), high)
        return (1 / kelvin - 1 / high) / (1 / low - 1 / high)

    def xyz_to_camera(self, xy: tuple[float, float]) -> Matrix:
        """The interpolated matrix from XYZ to camera colours at a white point."""
        warm, cool = self._sorted()[0], self._sorted()[-1]
        weight = self.weight_of_warmest(xy)
        return np.asarray(weight * warm.individual @ warm.color + (1 - weight) * cool.individual @ cool.color)

    def white_of(self, neutral: Sequence[float]) -> tuple[float, float]:
        """The white point (xy) under which these camera colours are grey; the search of the specification's chapter 6.

        Matrices depend on the unknown white point, so the search iterates; if it alternates between two values, their
        mean is returned, as in the DNG SDK.
        """
        last = D50
        for step in range(_PASSES):
            found = _xy(invert(self.xyz_to_camera(last)) @ np.asarray(neutral, dtype=np.float64))
            if abs(found[0] - last[0]) + abs(found[1] - last[1]) < _CLOSE:
                return found
            last = ((last[0] + found[0]) / 2, (last[1] + found[1]) / 2) if step == _PASSES - 1 else found
        return last

    def neutral_of(self, xy: tuple[float, float]) -> Floats:
        """The camera colours of grey under a white point, the largest 1: the inverse of `white_of`."""
        camera = self.xyz_to_camera(xy) @ white_xyz(xy)
        neutral: Floats = np.clip(camera / camera.max(), 0.001, 1.0)
        return neutral

    @property
    def as_shot(self) -> tuple[float, float]:
        """The white point (xy) that the camera chose."""
        return self.white_of(self.neutral)

    def calibrated_by(self, calibrations: tuple[Calibration, ...]) -> ColorModel:
        """This model with a profile's calibrations, () for its own; the individual matrices of the camera are kept."""
        if not calibrations:
            return self
        own = self.calibrations[0].individual
        return replace(self, calibrations=tuple(replace(each, individual=own) for each in calibrations))

    def to_prophoto(self, xy: tuple[float, float] | None = None) -> ToProPhoto:
        """The conversion from camera colours to ProPhoto in which `xy` (as shot where None) becomes white."""
        white = self.as_shot if xy is None else xy
        neutral = self.neutral_of(white)
        forward = self._forward(white)
        if forward is not None:
            to_reference = invert(self._individual(white))
            to_xyz = forward @ np.diag(1 / (to_reference @ neutral)) @ to_reference
        else:
            from_d50 = self.xyz_to_camera(white) @ bradford(D50, white, most=_MOST_ADAPTED)
            to_xyz = invert(from_d50 / (from_d50 @ white_xyz(D50)).max())
        return ToProPhoto(neutral, np.asarray(XYZ_D50_TO_PROPHOTO @ to_xyz))

    def _forward(self, xy: tuple[float, float]) -> Matrix | None:
        warm, cool = self._sorted()[0].forward, self._sorted()[-1].forward
        if warm is None or cool is None:
            given = warm if warm is not None else cool
            return None if given is None else _normalised(given)
        weight = self.weight_of_warmest(xy)
        return np.asarray(weight * _normalised(warm) + (1 - weight) * _normalised(cool))

    def _individual(self, xy: tuple[float, float]) -> Matrix:
        warm, cool = self._sorted()[0].individual, self._sorted()[-1].individual
        weight = self.weight_of_warmest(xy)
        return np.asarray(weight * warm + (1 - weight) * cool)

    def _sorted(self) -> list[Calibration]:
        return sorted(self.calibrations, key=lambda each: each.kelvin)


def _normalised(forward: Matrix) -> Matrix:
    """The forward matrix scaled so that it maps (1, 1, 1) exactly to D50's white, as the specification demands."""
    return np.asarray(np.diag(white_xyz(D50) / forward.sum(axis=1)) @ forward)


def _xy(xyz: Matrix) -> tuple[float, float]:
    total = float(xyz.sum())
    return (float(xyz[0]) / total, float(xyz[1]) / total) if total > 0 else D50
