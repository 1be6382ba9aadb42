"""What no typed form covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


@dataclass(frozen=True, slots=True)
class UnknownAdjustment:
    """An adjustment that no typed form covers: kept verbatim, counted, reported."""

    certainty: ClassVar[Certainty] = Certainty.UNKNOWN

    class_name: str | None = None
    display_name: str | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
