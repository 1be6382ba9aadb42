"""The figures of a set of matched photos: differences after so many corrections, and shares that are near enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.rows import Row
from couloir.refine.outcome import Outcome

AFTER = (0, 1, 2, 3, 5)
"""Corrections: 0 is the start, as its first rendering measured it."""

SHARES = (1.5, 2.5, 5.0)

_STAGES = {"0": "at the start", **{str(n): f"after {n}" for n in AFTER[1:]}, "finished": "with the finisher"}


def course(outcome: Outcome) -> dict[str, float]:
    """The best mean difference after each number of corrections, and at the end ("finished")."""
    best, seen = float("inf"), []
    for each in outcome.history:
        best = each.difference.mean if each.kept else best
        seen.append(best)
    found = {str(count): seen[min(count, len(seen) - 1)] for count in AFTER}
    return {**found, "finished": best, "renderings": float(len(outcome.history))}


def rows(title: str, courses: Sequence[Mapping[str, float]]) -> list[Row]:
    """The figures of a set of photos, without targets: at each stage the mean, 95th percentile and shares."""
    found = []
    for stage, told in _STAGES.items():
        values = np.array([each[stage] for each in courses])
        found += [
            Row(f"{title}, {told}: mean", float(values.mean()), "CIEDE2000"),
            Row(f"{title}, {told}: 95th percentile", float(np.percentile(values, 95)), "CIEDE2000"),
            *(Row(f"{title}, {told}: share under {s:g}", float((values < s).mean()), "share") for s in SHARES),
        ]
    return found
