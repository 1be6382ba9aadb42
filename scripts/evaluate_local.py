"""Measures how well painted places are found in Aperture's previews, and what is left after Lightroom's brush is used.

    python3 scripts/evaluate_local.py PHOTOGRAPHS [--record] [--only SITUATION] [--photos 10] [--json FILE]
    python3 scripts/evaluate_local.py PHOTOGRAPHS --migrated [--photos 14] [--skipped 0] [--json FILE]
    python3 scripts/evaluate_local.py PHOTOGRAPHS --library LIBRARY [--library LIBRARY] [--record] [--json FILE]
    python3 scripts/evaluate_local.py PHOTOGRAPHS --retouch [--photos 14] [--skipped 0] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs, none of which the search was tuned on. Each situation paints its own share of
them: all of them where a share of many is promised, --photos where not. The target is drawn by an engine of hidden
constants, or for RAW files by a simulation of Aperture whose profile other photographs teach; everything "after" goes
through the brush that would be written and Lightroom's measured laws. Figures are CIEDE2000 at 288 pixels; inside is
where more than a tenth was painted. --record puts them into docs/matching.md. With --migrated a library of painted
versions is migrated, and its packets are drawn; with --retouch clones and repairs go from Aperture's blob to pixels.
Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np

import figures
from benchmarks.rows import Row, add_json_option, write_rows
from couloir.aperture.model import Operation
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.place import PaintedPair, place_operations
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Picture
from couloir.lightroom.local.masks import Brush, LocalAdjustment
from evaluation.local_library import PAINTED as PAINTED_LOOKS
from evaluation.local_library import UNPAINTED as UNDRAWN
from evaluation.local_library import migrate
from evaluation.local_real import measure_libraries
from evaluation.local_retouch import measure_retouch
from evaluation.local_scenes import (
    EDGE,
    FAINT,
    RAW,
    SINGLE,
    SITUATIONS,
    TAUGHT,
    UNPAINTED,
    UNPAINTED_RAW,
    Scene,
    redraw,
    scenes,
)
from evaluation.scenes import photographs
from evaluation.section import Section

_PAINTED: Final = 0.1  # of full strength, or stops
_ALL: Final = 100_000
_WIDE: Final = ("nothing", "another shadows operator", "strokes")
_ORDER: Final = (*_WIDE, *(each for each in SITUATIONS if each not in _WIDE))
_SHOWN: Final = {
    RAW: "matching-painted-raw.jpg",
    "white balance strokes": "matching-painted-balance.jpg",
    "contrast strokes": "matching-painted-contrast.jpg",
    "two masks over one another": "matching-painted-two.jpg",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair: how many regions were found, and the differences before and after, all, inside and outside."""

    found: int
    before: float
    after: float
    inside: tuple[float, float]
    outside: tuple[float, float]
    dabs: int
    drawn: Picture | None = None

    @property
    def is_worse(self) -> bool:
        return self.after > self.before + 0.02


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--photos", type=int, default=10, help="of the situations that promise no share of many")
    options.add_argument("--skipped", type=int, default=0, help="photographs to leave out, because they were tuned on")
    options.add_argument("--only", choices=SITUATIONS)
    options.add_argument("--migrated", action="store_true", help="migrate a library of painted versions instead")
    options.add_argument("--library", type=Path, action="append", help="a real library, in which nothing was painted")
    options.add_argument("--retouch", action="store_true", help="measure retouching instead")
    options.add_argument("--record", action="store_true", help="put the figures into docs/matching.md")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    rows: list[Row] = []
    if options.library:
        rows = list(measure_libraries(options.library))
        print(*rows, sep="\n", flush=True)
        write_rows(options.json, rows)
        if options.record:
            _record(Section(rows))
        return 1 if any(row.holds is False for row in rows) else 0
    if options.migrated or options.retouch:
        measure = _migrated_rows if options.migrated else measure_retouch
        rows = list(measure(options.photographs, options.photos, options.skipped))
        print(*rows, sep="\n", flush=True)
        write_rows(options.json, rows)
        return 1 if any(row.holds is False for row in rows) else 0
    paths = list(photographs(options.photographs, _ALL))[options.skipped :]
    for situation in [options.only] if options.only else _ORDER:
        own = list(scenes(_share(paths, situation, options.photos), situation))
        judged = [judge(each) for each in own]
        measured = Section(list(_rows(situation, judged)), _picture(own, judged))
        print(*measured.rows, sep="\n", flush=True)
        rows += measured.rows
        write_rows(options.json, rows)
        if options.record:
            _record(measured)
    return 1 if any(row.holds is False for row in rows) else 0


def _record(measured: Section) -> None:
    """Put the figures in place of the last ones of the same names, beside those of the other situations."""
    kept = figures.rows_of("matching", "painted")
    own = {row.name for row in measured.rows}
    together = Section([*(row for row in kept if row.name not in own), *measured.rows], measured.pictures)
    together.record("matching", "painted", "python3 scripts/evaluate_local.py PHOTOGRAPHS --record")


def _share(paths: Sequence[Path], situation: str, photos: int) -> Sequence[Path]:
    """A situation's own photographs: in turn through all of them, so that each is used about as often."""
    count = {**dict.fromkeys(_WIDE, len(paths)), FAINT: 3 * photos}.get(situation, photos)
    count = 2 * photos if situation in SINGLE and situation not in _WIDE else count
    if situation in (RAW, UNPAINTED_RAW):
        count += TAUGHT
    first = _ORDER.index(situation) * photos
    return [paths[(first + place) % len(paths)] for place in range(min(count, len(paths)))]


def _picture(own: Sequence[Scene], judged: Sequence[Judged]) -> dict[str, bytes]:
    """Of the first photo in which it was found: the preview, the rendering without the brush, and with it."""
    for scene, found in zip(own, judged, strict=True):
        if found.drawn is not None and found.found:
            row = np.concatenate([_framed(each) for each in (scene.target, scene.rendering, found.drawn)], axis=1)
            return {_SHOWN[scene.situation]: encode_jpeg(row, quality=82)}
    return {}


def _framed(picture: np.ndarray) -> np.ndarray:
    """On a white field of one size, so that pictures of any shape stand in columns."""
    field = np.ones((EDGE * 3 // 4 + 6, EDGE + 6, 3), dtype=np.float32)
    rows, columns = (min(size, most - 6) for size, most in zip(picture.shape[:2], field.shape[:2], strict=True))
    field[3 : 3 + rows, 3 : 3 + columns] = picture[:rows, :columns]
    return field


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
        drawn=after if scene.situation in _SHOWN else None,
    )


def _count_dabs(local: LocalAdjustment) -> int:
    brushes = (mask.shape for mask in local.masks if isinstance(mask.shape, Brush))
    return sum(len(stroke.dabs) for brush in brushes for stroke in brush.strokes)


def _mean(off: np.ndarray, where: np.ndarray) -> float:
    return float(off[where].mean()) if where.any() else float("nan")


def _rows(situation: str, judged: Sequence[Judged]) -> Iterator[Row]:
    count = len(judged)
    yield Row(f"{situation}: photographs", count, "photographs")
    found = sum(each.found > 0 for each in judged)
    if situation in (*UNPAINTED, UNPAINTED_RAW):
        yield Row(f"{situation}: photos with a false mask", found, f"of {count}", "= 0", found == 0)
    else:
        least = 0.7 if situation == FAINT else 0.95 if situation in SINGLE else None
        share = found / count
        target, holds = (None, None) if least is None else (f">= {least}", share >= least)
        yield Row(f"{situation}: photos in which it was found", share, "of 1", target, holds)
        inside = [float(np.nanmean([each.inside[i] for each in judged])) for i in (0, 1)]
        outside = [float(np.nanmean([each.outside[i] for each in judged])) for i in (0, 1)]
        yield Row(f"{situation}: inside, before", inside[0], "CIEDE2000")
        kept = situation in SINGLE
        yield Row(
            f"{situation}: inside, after",
            inside[1],
            "CIEDE2000",
            "<= 1.8" if kept else None,
            inside[1] <= 1.8 if kept else None,
        )
        yield Row(f"{situation}: outside, before", outside[0], "CIEDE2000")
        yield Row(f"{situation}: outside, after", outside[1], "CIEDE2000")
        yield Row(f"{situation}: dabs, median", float(np.median([each.dabs for each in judged])), "dabs")
    worse = sum(each.is_worse for each in judged)
    yield Row(f"{situation}: photos farther than before by 0.02", worse, f"of {count}", "= 0", worse == 0)


if __name__ == "__main__":
    sys.exit(main())
