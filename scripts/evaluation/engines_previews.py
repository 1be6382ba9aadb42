"""The Aperture engine against Apple's own previews of edited photos, and the translation beside it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.color.difference import Difference
from evaluation import engines_shadows
from evaluation.section import Section
from measure_previews import measured

_SIZE = 1024


def measure(library: Path) -> Section:
    """`library`: one whose previews Apple rendered."""
    rows: list[Row] = []
    with Library.open(library) as opened:
        for version, found in measured(opened, _SIZE):
            rows += _rows(version, found)
        rows += engines_shadows.measure(opened)
    return Section(rows)


def _rows(version: Version, found: dict[str, Difference]) -> list[Row]:
    name = f"{version.name} ({'edited' if version.has_enabled_adjustments else 'unedited'})"
    rows = []
    for label, each in found.items():
        aimed = version.has_enabled_adjustments and (
            "Aperture engine" in label or label == "that rendering coded as the preview is"
        )
        target, holds = ("mean <= 1.0", each.mean <= 1.0) if aimed else (None, None)
        rows.append(Row(f"{name}: {label}, mean", each.mean, "CIEDE2000", target, holds))
        rows.append(Row(f"{name}: {label}, 95th percentile", each.p95, "CIEDE2000"))
    return rows
