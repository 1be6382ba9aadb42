"""How sure the reading of an adjustment is, and the form of those that no typed form covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class Certainty(StrEnum):
    """SEEN: identifier, keys and units were read in real libraries. INFERRED: the class and its inputs are known from
    Apple's own headers, but no stored row is; the identifier, a default or a unit may be otherwise.
    """

    SEEN = "seen in real data"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class UnknownAdjustment:
    """An adjustment that no typed form covers: kept verbatim, counted, reported."""

    certainty: ClassVar[Certainty] = Certainty.UNKNOWN

    class_name: str | None = None
    display_name: str | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
