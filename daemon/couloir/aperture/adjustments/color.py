"""Colour adjustments. An amount is None where the blob does not hold it: Aperture's default is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


@dataclass(frozen=True, slots=True)
class ColorRange:
    """The change of the colours around one hue. Numbers as stored; their scales are those of Photos, not confirmed
    here.

    `name` is "reds" ... "magentas", or "1" ... "6" for colours that the photographer picked (`color`, RGB 0..1).
    """

    name: str
    color: tuple[float, float, float] | None = None
    hue_base: float | None = None
    hue_shift: float | None = None
    saturation: float | None = None
    luminance: float | None = None
    spread: float | None = None

    @property
    def is_neutral(self) -> bool:
        return not (self.hue_shift or self.saturation or self.luminance)


@dataclass(frozen=True, slots=True)
class Color:
    """RKColorOperation and RKSelectiveColorOperation: hue, saturation and luminance by range of hue."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    ranges: tuple[ColorRange, ...] = ()

    @property
    def is_neutral(self) -> bool:
        return all(each.is_neutral for each in self.ranges)


@dataclass(frozen=True, slots=True)
class BlackWhite:
    """DGMonochromeMixerOperation: a black and white picture mixed from red, green and blue. `preset` is Aperture's
    number.
    """

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    preset: int | None = None
    red: float | None = None
    green: float | None = None
    blue: float | None = None

    @property
    def is_neutral(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Monochrome:
    """DGColorMonochromeOperation: the picture in shades of one colour (RGB 0..1), blended in by `intensity` 0..1."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    color: tuple[float, float, float] | None = None
    intensity: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class Sepia:
    """DGSepiaToneOperation: a sepia picture, blended in by `intensity` 0..1."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    intensity: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class Gamma:
    """DGGammaOperation: each channel to the power of `power`; 1 is neutral."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    power: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.power == 1
