"""The verdict: how near a photo's rendering is to its preview, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from couloir.color.difference import Difference

EXACT_MEAN: Final = 1.5
MATCHED_MEAN: Final = 2.5
MATCHED_P95: Final = 6.0
CLOSE_MEAN: Final = 5.0


class Verdict(StrEnum):
    """How near a photo's rendering is. The first four need a measured difference, or a version of geometry alone."""

    EXACT = "Exact"
    MATCHED = "Matched"
    CLOSE = "Close"
    REVIEW = "Review"
    UNMEASURED = "Not measured"
    ABSENT = "Not there"


def verdict(found: Difference) -> Verdict:
    """The verdict of a difference in CIEDE2000: Exact to 1.5 (mean), Matched to 2.5 with a 95th percentile to 6,
    Close to 5, else Review.
    """
    if found.mean <= EXACT_MEAN:
        return Verdict.EXACT
    if found.mean <= MATCHED_MEAN and found.p95 <= MATCHED_P95:
        return Verdict.MATCHED
    return Verdict.CLOSE if found.mean <= CLOSE_MEAN else Verdict.REVIEW
