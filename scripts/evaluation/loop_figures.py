"""How a set of matched photos is told: differences after so many corrections, and how many photos are near enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.rows import Row
from couloir.refine.outcome import Outcome

AFTER = (0, 1, 2, 3, 5)
"""Corrections: 0 is the start, as its first rendering measured it."""

SHARES = (1.5, 2.5, 5.0)


def course(outcome: Outcome) -> dict[str, float]:
    """The best mean difference after each number of corrections, and at the end ("finished")."""
    best, seen = float("inf"), []
    for each in outcome.history:
        best = each.difference.mean if each.kept else best
        if not each.curves:
            seen.append(best)
    found = {str(count): seen[min(count, len(seen) - 1)] for count in AFTER}
    return {**found, "finished": best, "renderings": float(len(outcome.history))}


def rows(title: str, courses: Sequence[Mapping[str, float]]) -> list[Row]:
    """The two figures that stand for a set of photos, without targets; `table` has the others."""
    means = {stage: float(np.mean([each[stage] for each in courses])) for stage in ("0", "3", "finished")}
    return [
        Row(f"{title}, at the start: mean", means["0"], "CIEDE2000"),
        Row(f"{title}, after 3: mean", means["3"], "CIEDE2000"),
        Row(f"{title}, with the finisher: mean", means["finished"], "CIEDE2000"),
    ]


def table(sets: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Markdown: for each set of photos and stage the mean, 95th percentile and shares below SHARES."""
    head = "| start | corrections | mean | 95th percentile | " + " | ".join(f"under {s:g}" for s in SHARES) + " |\n"
    lines = [head + "|---|---|---|---|" + "---|" * len(SHARES)]
    for title, courses in sets.items():
        for stage in (*(str(count) for count in AFTER), "finished"):
            values = np.array([each[stage] for each in courses])
            shares = " | ".join(f"{100 * float((values < share).mean()):.0f} %" for share in SHARES)
            told = "finisher" if stage == "finished" else stage
            lines.append(f"| {title} | {told} | {values.mean():.2f} | {np.percentile(values, 95):.2f} | {shares} |")
    return "\n".join(lines) + "\n"
