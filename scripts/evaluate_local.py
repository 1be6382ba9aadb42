"""Measures how well painted places are found in Aperture's previews, and what is left after Lightroom's brush is used.

    python3 scripts/evaluate_local.py PHOTOGRAPHS [--photos 14] [--skipped 0] [--only SITUATION] [--json FILE]
    python3 scripts/evaluate_local.py PHOTOGRAPHS --migrated [--photos 14] [--skipped 0] [--json FILE]
    python3 scripts/evaluate_local.py PHOTOGRAPHS --retouch [--photos 14] [--skipped 0] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs. Each is painted in every situation; the target is drawn by an engine of hidden
constants, and everything "after" goes through the brush that would be written and Lightroom's measured laws. Figures
are CIEDE2000 at 288 pixels. With --migrated a library of painted versions is migrated, and its packets are drawn; with
--retouch clones and repairs go from Aperture's blob to pixels. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.aperture.model import Operation
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.place import PaintedPair, place_operations
from couloir.lightroom.local.masks import Brush, LocalAdjustment
from evaluation.local_library import PAINTED as PAINTED_LOOKS
from evaluation.local_library import UNPAINTED as UNDRAWN
from evaluation.local_library import migrate
from evaluation.local_retouch import measure_retouch
from evaluation.local_scenes import FAINT, SINGLE, SITUATIONS, UNPAINTED, Scene, redraw, scenes

_PAINTED = 0.1  # stops


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair: how many regions were found, and the differences before and after, all, inside and outside."""

    found: int
    before: float
    after: float
    inside: tuple[float, float]
    outside: tuple[float, float]
    dabs: int

    @property
    def is_worse(self) -> bool:
        return self.after > self.before + 0.02


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--photos", type=int, default=14)
    options.add_argument("--skipped", type=int, default=0, help="photographs to leave out, because they were tuned on")
    options.add_argument("--only", choices=SITUATIONS)
    options.add_argument("--migrated", action="store_true", help="migrate a library of painted versions instead")
    options.add_argument("--retouch", action="store_true", help="measure retouching instead")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    rows: list[Row] = []
    if options.migrated or options.retouch:
        measure = _migrated_rows if options.migrated else measure_retouch
        rows = list(measure(options.photographs, options.photos, options.skipped))
        print(*rows, sep="\n", flush=True)
        write_rows(options.json, rows)
        return 1 if any(row.holds is False for row in rows) else 0
    for situation in [options.only] if options.only else SITUATIONS:
        pairs = scenes(options.photographs, situation, options.photos, options.skipped)
        measured = list(_rows(situation, [judge(pair) for pair in pairs]))
        print(*measured, sep="\n", flush=True)
        rows += measured
        write_rows(options.json, rows)
    return 1 if any(row.holds is False for row in rows) else 0


def _migrated_rows(folder: Path, photos: int, skipped: int) -> Iterator[Row]:
    """Of a migration: what its packets paint, and what is left of the previews' painting."""
    painted = list(migrate(folder, PAINTED_LOOKS, photos, skipped))
    for look in PAINTED_LOOKS:
        own = [each for each in painted if each.look == look]
        if own:
            yield Row(
                f"migrated, {look}: photos in which it was found", sum(e.found > 0 for e in own), f"of {len(own)}"
            )
    found = [each for each in painted if each.found]
    for name in ("inside", "outside"):
        pairs = [each.inside if name == "inside" else each.outside for each in found]
        before, after = (float(np.mean([pair[i] for pair in pairs])) for i in (0, 1))
        yield Row(f"migrated: {name} of what was found, without it", before, "CIEDE2000")
        yield Row(f"migrated: {name} of what was found, with it", after, "CIEDE2000")
    yield Row("migrated: the masks of a packet, median", float(np.median([e.size for e in found])) / 1000, "kB")
    still = list(migrate(folder, [UNDRAWN], photos, skipped))
    false = sum(each.found > 0 for each in still)
    whole = float(np.mean([each.outside[0] for each in still]))
    yield Row("migrated, nothing painted: the same places as outside above", whole, "CIEDE2000")
    yield Row("migrated, nothing painted: photos with a false mask", false, f"of {len(still)}", "= 0", false == 0)


def judge(scene: Scene) -> Judged:
    """What is placed in one pair, as of a version whose rows these are, and what is left of it with the brush drawn."""
    rows, columns = scene.rendering.shape[:2]
    painted = [
        Operation(str(place), "RK", place, enabled=True, mask_uuid="mask", inputs={}, adjustment=adjustment)
        for place, adjustment in enumerate(scene.rows)
    ]
    pair = PaintedPair(scene.target, scene.rendering, lambda local: redraw(scene, local))
    local = place_operations(painted, ShownFrame(columns, rows), pair).local
    after = redraw(scene, local) if local else scene.rendering
    target = srgb_to_lab(scene.target)
    off = [ciede2000(srgb_to_lab(picture), target) for picture in (scene.rendering, after)]
    inside = np.abs(scene.painted) > _PAINTED
    means = [(_mean(each, inside), _mean(each, ~inside)) for each in off]
    return Judged(
        found=len(local),
        before=float(off[0].mean()),
        after=float(off[1].mean()),
        inside=(means[0][0], means[1][0]),
        outside=(means[0][1], means[1][1]),
        dabs=sum(_count_dabs(each) for each in local),
    )


def _count_dabs(local: LocalAdjustment) -> int:
    brushes = (mask.shape for mask in local.masks if isinstance(mask.shape, Brush))
    return sum(len(stroke.dabs) for brush in brushes for stroke in brush.strokes)


def _mean(off: np.ndarray, where: np.ndarray) -> float:
    return float(off[where].mean()) if where.any() else float("nan")


def _rows(situation: str, judged: Sequence[Judged]) -> Iterator[Row]:
    count = len(judged)
    found = sum(each.found > 0 for each in judged)
    if situation in UNPAINTED:
        yield Row(f"{situation}: photos with a false mask", found, f"of {count}", "= 0", found == 0)
    else:
        least = 0.7 if situation == FAINT else 0.95 if situation in SINGLE else None
        share = found / count
        target, holds = ("", None) if least is None else (f">= {least}", share >= least)
        yield Row(f"{situation}: photos in which it was found", share, "of 1", target, holds)
        inside = [float(np.nanmean([each.inside[i] for each in judged])) for i in (0, 1)]
        outside = [float(np.nanmean([each.outside[i] for each in judged])) for i in (0, 1)]
        yield Row(f"{situation}: inside, before", inside[0], "CIEDE2000")
        kept = situation in SINGLE
        yield Row(
            f"{situation}: inside, after",
            inside[1],
            "CIEDE2000",
            "<= 1.8" if kept else "",
            inside[1] <= 1.8 if kept else None,
        )
        yield Row(f"{situation}: outside, before", outside[0], "CIEDE2000")
        yield Row(f"{situation}: outside, after", outside[1], "CIEDE2000")
        yield Row(f"{situation}: dabs, median", float(np.median([each.dabs for each in judged])), "dabs")
    worse = sum(each.is_worse for each in judged)
    yield Row(f"{situation}: photos farther than before by 0.02", worse, f"of {count}", "= 0", worse == 0)


if __name__ == "__main__":
    sys.exit(main())
