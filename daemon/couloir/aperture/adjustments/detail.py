"""Sharpening, noise, local contrast and lens corrections. Amounts as stored, None where the blob does not hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


@dataclass(frozen=True, slots=True)
class NoiseReduction:
    """RKNoiseReductionOperation: noise reduction on the developed picture."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    radius: float | None = None
    edge_detail: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.radius == 0


@dataclass(frozen=True, slots=True)
class RawNoiseReduction:
    """DGRAWReduceNoiseOperation: luminance and colour noise of RAW files, by the decoder."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    luminance: float | None = None
    color: float | None = None
    detail: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.luminance == 0 and self.color == 0


@dataclass(frozen=True, slots=True)
class Sharpen:
    """DGSharpenOperation, the older unsharp mask."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    radius: float | None = None
    intensity: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class EdgeSharpen:
    """RKProSharpenOperation: three passes on luminance; `falloff` weighs the second and third."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    intensity: float | None = None
    edges: float | None = None
    falloff: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class Definition:
    """DGDefinition2Operation, local contrast as an adjustment of its own. In Aperture 3 it is part of Enhance."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    intensity: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class Vignette:
    """DGVignetteOperation and DGVignetteEffectOperation. `kind` is Aperture's number for Exposure or Gamma."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    kind: int | None = None
    intensity: float | None = None
    radius: float | None = None
    falloff: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class Devignette:
    """DGDevignetteOperation: lightens the corners that a lens darkens."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    kind: int | None = None
    intensity: float | None = None
    radius: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.intensity == 0


@dataclass(frozen=True, slots=True)
class ChromaticAberration:
    """DGChromaticAberrationOperation: scales the red and the blue channel."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    red_cyan: float | None = None
    blue_yellow: float | None = None

    @property
    def is_neutral(self) -> bool:
        return self.red_cyan == 0 and self.blue_yellow == 0
