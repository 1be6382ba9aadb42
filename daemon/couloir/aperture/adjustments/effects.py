"""Quick brushes, iPhoto's effects, and edits made on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


class Brush(StrEnum):
    """Quick brushes. Which of Apple's class names is Polarize, Intensify Contrast or Halo Reduction is inferred."""

    DODGE = "Dodge"
    BURN = "Burn"
    POLARIZE = "Polarize"
    INTENSIFY_CONTRAST = "Intensify Contrast"
    CONTRAST = "Contrast"
    DEFINITION = "Definition"
    SATURATION = "Saturation"
    VIBRANCY = "Vibrancy"
    SHARPEN = "Sharpen"
    BLUR = "Blur"
    NOISE = "Noise Reduction"
    SKIN_SMOOTHING = "Skin Smoothing"
    TINT = "Tint"
    HALO_REDUCTION = "Halo Reduction"


@dataclass(frozen=True, slots=True)
class QuickBrush:
    """A quick brush, within its mask or on the whole picture. `amounts` by the plain names of the inputs."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    brush: Brush = Brush.DODGE
    amounts: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_neutral(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class IPhotoEffects:
    """iPhoto's Effects. `kind` is iPhoto's number; `intensities` by the effect's name ("Antique", "Matte" ...)."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    kind: int | None = None
    intensities: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_neutral(self) -> bool:
        return not self.kind and not any(self.intensities.values())


@dataclass(frozen=True, slots=True)
class PhoneEdits:
    """DGiOSEditsOperation: edits that iPhoto for iOS made. `amounts` by the plain names of the inputs."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    amounts: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_neutral(self) -> bool:
        return False
