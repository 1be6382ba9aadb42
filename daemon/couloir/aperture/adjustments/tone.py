"""Adjustments of tone and white balance, all known from real libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


@dataclass(frozen=True, slots=True)
class RawFineTuning:
    """RKRawDecodeOperation. `decoder` is Apple's RAW decoder version; boost and hue_boost range 0..1, default 1."""

    certainty: ClassVar[Certainty] = Certainty.SEEN

    decoder: str | None = None
    boost: float = 1.0
    hue_boost: float = 1.0
    sharpen_intensity: float | None = None
    sharpen_edges: float | None = None
    moire_amount: float | None = None
    moire_radius: float | None = None


class WhiteBalanceMode(IntEnum):
    NATURAL_GRAY = 0
    SKIN_TONE = 1
    TEMPERATURE_TINT = 2


@dataclass(frozen=True, slots=True)
class WhiteBalance:
    """RKWhiteBalanceOperation. Kelvin; tint +-150, positive is magenta; grey and face colours are RGB 0..1; warmth
    0.5 is neutral.
    """

    certainty: ClassVar[Certainty] = Certainty.SEEN

    mode: WhiteBalanceMode = WhiteBalanceMode.TEMPERATURE_TINT
    temperature: float = 5000.0
    tint: float = 0.0
    gray_color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gray_warmth: float = 0.5
    face_color: tuple[float, float, float] = (1.0, 0.0, 0.0)
    face_warmth: float = 0.5
    auto_pending: bool = False


@dataclass(frozen=True, slots=True)
class Exposure:
    """RKExposureOperation. `exposure` and `recovery` in stops; `black_point` -5..50; `brightness` +-1."""

    certainty: ClassVar[Certainty] = Certainty.SEEN

    exposure: float = 0.0
    recovery: float = 0.0
    black_point: float = 0.0
    brightness: float = 0.0
    auto_pending: bool = False


@dataclass(frozen=True, slots=True)
class Enhance:
    """RKEnhanceOperation. Saturation 1 is neutral, 0 grey; vibrancy -1..1; tint wheels as (u, v) offsets."""

    certainty: ClassVar[Certainty] = Certainty.SEEN

    contrast: float = 0.0
    definition: float = 0.0
    saturation: float = 1.0
    vibrancy: float = 0.0
    black_tint: tuple[float, float] = (0.0, 0.0)
    gray_tint: tuple[float, float] = (0.0, 0.0)
    white_tint: tuple[float, float] = (0.0, 0.0)
    auto_pending: bool = False


@dataclass(frozen=True, slots=True)
class HighlightsShadows:
    """RKShadowHighlightOperation. Amounts 0..100. `algorithm` 1 is Aperture 3.3's (and iPhoto's); 0 the older one."""

    certainty: ClassVar[Certainty] = Certainty.SEEN

    highlights: float = 0.0
    shadows: float = 0.0
    midtone_contrast: float = 0.0
    algorithm: int = 1
    radius: float | None = None
    color_correction: float | None = None
    highlight_tonal_width: float | None = None
    shadow_tonal_width: float | None = None
    auto_pending: bool = False


@dataclass(frozen=True, slots=True)
class LevelsChannel:
    """Five handles, each a (source, destination) pair in 0..1: black, shadow, mid, highlight, white."""

    black: tuple[float, float] = (0.0, 0.0)
    shadow: tuple[float, float] = (0.25, 0.25)
    mid: tuple[float, float] = (0.5, 0.5)
    highlight: tuple[float, float] = (0.75, 0.75)
    white: tuple[float, float] = (1.0, 1.0)

    LEAST_WIDTH: ClassVar[float] = 1e-3
    """The least distance between two handles; closer ones would lead to a division by zero."""

    @property
    def is_identity(self) -> bool:
        return all(s == d for s, d in (self.black, self.shadow, self.mid, self.highlight, self.white))

    @property
    def is_crossed(self) -> bool:
        """Whether black's source lies at or beyond white's: no curve is defined, and Aperture's sliders stop there."""
        return self.white[0] - self.black[0] < self.LEAST_WIDTH


@dataclass(frozen=True, slots=True)
class Levels:
    """RKLevelsOperation: one set of handles for RGB together and one per channel."""

    certainty: ClassVar[Certainty] = Certainty.SEEN

    rgb: LevelsChannel = field(default_factory=LevelsChannel)
    red: LevelsChannel = field(default_factory=LevelsChannel)
    green: LevelsChannel = field(default_factory=LevelsChannel)
    blue: LevelsChannel = field(default_factory=LevelsChannel)
    mode: int = 2
    auto_pending: bool = False
