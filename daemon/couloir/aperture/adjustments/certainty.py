"""How sure the reading of an adjustment is."""

from __future__ import annotations

from enum import StrEnum


class Certainty(StrEnum):
    """SEEN: identifier, keys and units were read in real libraries. INFERRED: the class and its inputs are known from
    Apple's own headers, but no stored row is; the identifier, a default or a unit may be otherwise.
    """

    SEEN = "seen in real data"
    INFERRED = "inferred"
    UNKNOWN = "unknown"
