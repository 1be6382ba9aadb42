"""How near a photo came, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from couloir.color.difference import Difference

EXACT_MEAN: Final = 1.5
MATCHED_MEAN: Final = 2.5
MATCHED_P95: Final = 6.0
CLOSE_MEAN: Final = 5.0


class Verdict(StrEnum):
    """How near a photo came. The first four need a measured difference, or nothing but geometry to carry."""

    EXACT = "Exact"
    MATCHED = "Matched"
    CLOSE = "Close"
    REVIEW = "Review"
    UNMEASURED = "Not measured"
    ABSENT = "Not there"


def verdict(found: Difference) -> Verdict:
    """Exact to 1.5 (mean), Matched to 2.5 with a 95th percentile to 6, Close to 5, else Review. CIEDE2000."""
    if found.mean <= EXACT_MEAN:
        return Verdict.EXACT
    if found.mean <= MATCHED_MEAN and found.p95 <= MATCHED_P95:
        return Verdict.MATCHED
    return Verdict.CLOSE if found.mean <= CLOSE_MEAN else Verdict.REVIEW
