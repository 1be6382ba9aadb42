"""Adjustments that change a picture's crop, angle or orientation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


@dataclass(frozen=True, slots=True)
class Crop:
    """RKCropOperation. Pixels of the straightened (enlarged) master canvas, before rotation, origin bottom-left, y
    up.
    """

    certainty: ClassVar[Certainty] = Certainty.SEEN

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Aperture writes a zero-size crop for "no crop"; it is ignored."""
        return self.width <= 0 or self.height <= 0


@dataclass(frozen=True, slots=True)
class Straighten:
    """RKStraightenCropOperation. Degrees, positive turns the picture counter-clockwise."""

    certainty: ClassVar[Certainty] = Certainty.SEEN

    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class Flip:
    """Aperture 3's Flip. No stored example and no list of its inputs is known: they stay in Operation.inputs,
    unread.
    """

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    @property
    def is_neutral(self) -> bool:
        return False
