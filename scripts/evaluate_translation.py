"""Measures what users get: libraries of hidden worlds, `couloir migrate`, its XMP drawn by the hidden Camera Raws.

    python3 scripts/evaluate_translation.py PHOTOGRAPHS [--worlds 24] [--photos 24] [--kind raw] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs (photographs/ of the samples); those are used that no model trains with. Each
world is a library on disk: originals as JPEG or as RAW (linear DNG), edits in Aperture's rows, previews drawn by an
Aperture whose constants and formulas are hidden. Half of the worlds have formulas that no training world has. RAW
libraries are migrated twice, with Adobe's profile and with the one that `couloir profile learn` makes. A photo's figure
is the mean CIEDE2000 between the hidden Aperture's rendering and the hidden Camera Raw's of the settings in the XMP.
Beside it is the least that sliders could reach, and what of that nobody could know without Lightroom's rendering.
Ends with 1 when a target is missed. How far intervals hold is told by `couloir learn evaluate`: no file states them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import add_json_option, write_rows
from couloir.learn import worlds
from couloir.learn.formulas import TESTED
from couloir.learn.photographs import Photograph, load
from couloir.learn.worlds import Split, World
from couloir.lightroom.settings import PhotoKind
from couloir.workers import Workers
from evaluation.translation_entry import Judged, measure_world
from evaluation.translation_figures import figures
from evaluation.translation_library import SIZE
from figures import record

SEED = 61
_KEPT = 2 * SIZE[0]  # pixels kept of a photograph: scenes are cut from it


@dataclass(frozen=True, slots=True)
class Shared:
    """What a worker needs: the photographs, the seed, and how many photos a world has."""

    photographs: tuple[Photograph, ...]
    seed: int
    photos: int


def hidden_world(seed: int, number: int) -> World:
    """Rendered and RAW by turns, the same formulas and new ones by turns of two."""
    return worlds.draw(
        seed * 1_000_003 + number,
        Split.TEST,
        formulas=TESTED[number // 2 % 2],
        kind=kind_of(number),
        profiled=False,
    )


def numbers(count: int, kind: PhotoKind | None) -> list[int]:
    """The numbers of the worlds among the first `count` that are of this kind; None: all."""
    return [number for number in range(count) if kind is None or kind is kind_of(number)]


def kind_of(number: int) -> PhotoKind:
    """Rendered and RAW by turns."""
    return PhotoKind.RAW if number % 2 else PhotoKind.RENDERED


def measure(shared: Shared, number: int) -> list[Judged]:
    """One world's photos."""
    with tempfile.TemporaryDirectory() as folder:
        return measure_world(hidden_world(shared.seed, number), shared.photographs, Path(folder), shared.photos)


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--worlds", type=int, default=24, help="libraries, half of them RAW")
    options.add_argument("--photos", type=int, default=24, help="photos that are judged in each")
    options.add_argument("--kind", choices=[str(kind) for kind in PhotoKind], help="libraries of this kind only")
    options.add_argument("--seed", type=int, default=SEED, help="another seed hides other worlds")
    options.add_argument("--workers", type=int, default=1, help="processes")
    options.add_argument("--record", action="store_true", help="put the figures into docs/matching.md, too")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    held_out = tuple(each for each in load([options.photographs], _KEPT) if each.held_out)
    shared = Shared(held_out, options.seed, options.photos)
    found: dict[int, list[Judged]] = {}
    chosen = numbers(options.worlds, None if options.kind is None else PhotoKind(options.kind))
    for number, judged in Workers(options.workers).run(measure, shared, chosen):
        found[number] = judged
        print(f"{len(found)} of {len(chosen)} worlds", file=sys.stderr, flush=True)
        rows = figures([each for place in sorted(found) for each in found[place]])
        write_rows(options.json, rows)
    print(*rows, sep="\n")
    if options.record:
        extent = f"--worlds {options.worlds} --photos {options.photos} --seed {options.seed}"
        record("matching", "translation", rows, f"python3 scripts/evaluate_translation.py PHOTOGRAPHS {extent}")
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
