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
    edited = 0
    with Library.open(library) as opened:
        for version, found in measured(opened, _SIZE):
            rows += _rows(version, found)
            edited += version.has_enabled_adjustments
        rows += engines_shadows.measure(opened)
    text = f"""
Every version of a real library whose original and up-to-date preview are both there, at {_SIZE} pixels: {edited} of
them edited. "nothing applied" is what an importer that drops edits leaves; the unedited versions are the control, what
JPEG compression and resampling cost.

Apple's previews hold colour at half the resolution (4:2:0), the original of "St. James's Park" does not, and its leaves
against the sky are all fine colour. So the edited versions have a control of their own: our rendering, coded with the
preview's own tables and subsampling, beside itself. On that picture this alone is more than the target of 1.0, so that
no engine could meet it there; coded alike on both sides, what is left is the difference of the engines.

Two edited pictures were seen at all, so that some terms rest on one picture each: the gamma of Levels (2.0) and the
daylight locus of Temperature & Tint were found on "wedding", the curve of Shadows on "St. James's Park". Each picture
is a test only of what the other one taught. Shadows is in one of them alone, so one half of that picture is the test of
what the other half teaches (the last rows). No RAW file with a preview was seen: RAW boost is from published formulas
alone.
"""
    return Section("Aperture engine against Apple's previews", text, rows)


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
