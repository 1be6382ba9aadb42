"""Measures what users get in darktable and RawTherapee: `couloir migrate --for`, its files drawn by the programs.

    python3 scripts/evaluate_doors.py PHOTOGRAPHS [--worlds 2] [--photos 12] [--only darktable] [--raw] [--match]

PHOTOGRAPHS is a folder of camera JPEGs (photographs/ of the samples). Each world is a library on disk: JPEG originals,
edits in Aperture's rows, previews drawn by an Aperture whose constants and formulas are hidden; half of the worlds have
formulas that no training world has. A photo's figure is the mean CIEDE2000 between its preview and the program's own
rendering of the file that was written: without one, by the formulas alone (`--no-pictures`), as migrate writes it, and
with --match after `couloir match`, for which the program draws each photo itself. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.color.difference import difference
from couloir.engines.protocol import Picture
from couloir.engines.real import Darktable, RawTherapee
from couloir.learn import worlds
from couloir.learn.formulas import TESTED
from couloir.learn.photographs import load
from couloir.learn.worlds import Split, World
from couloir.lightroom.settings import PhotoKind
from evaluation.translation_entry import migrate, run_couloir
from evaluation.translation_library import SIZE, Planted, build

SEED = 83
TARGET = 2.0
_WORSE = 0.1  # CIEDE2000 by which a photo may be farther than without an edit: JPEG and rounding
_SUFFIXES = {"darktable": ".xmp", "rawtherapee": ".pp3"}
_RENDERERS = {"darktable": Darktable, "rawtherapee": RawTherapee}


@dataclass(frozen=True, slots=True)
class Judged:
    """One photo in one program: mean CIEDE2000 by route, without a file first and as users get it last."""

    door: str
    off: Mapping[str, float]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    made.add_argument("photographs", type=Path)
    made.add_argument("--worlds", type=int, default=2)
    made.add_argument("--photos", type=int, default=12)
    made.add_argument("--only", choices=sorted(_SUFFIXES))
    made.add_argument("--raw", action="store_true", help="RAW originals, as linear DNG")
    made.add_argument("--match", action="store_true", help="match in the program, too: slow, and made for RAW")
    add_json_option(made)
    return made


def main() -> int:
    options = parser().parse_args()
    photographs = load([options.photographs], 2 * SIZE[0])
    judged: list[Judged] = []
    for number in range(options.worlds):
        world = _world(number, PhotoKind.RAW if options.raw else PhotoKind.RENDERED)
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "Hidden.aplibrary"
            planted = build(library, world, photographs, options.photos)
            for door in [options.only] if options.only else sorted(_SUFFIXES):
                judged += list(_judge(door, library, planted, Path(folder), match=options.match))
    rows = list(_rows(judged))
    print(*rows, sep="\n")
    write_rows(options.json, rows)
    return 1 if any(row.holds is False for row in rows) else 0


def _world(number: int, kind: PhotoKind) -> World:
    return worlds.draw(SEED * 1_000_003 + number, Split.TEST, formulas=TESTED[number % 2], kind=kind, profiled=False)


def _judge(door: str, library: Path, planted: Sequence[Planted], folder: Path, *, match: bool) -> Iterator[Judged]:
    environment = {**os.environ, "COULOIR_STATE_DIR": str(folder / "state")}
    routes = {"formulas": ["--no-pictures"], "migrated": [], **({"matched": []} if match else {})}
    outs = {
        route: migrate(library, folder / f"{door}-{route}", environment, ["--for", door, *more])
        for route, more in routes.items()
    }
    if match:
        run_couloir(["match", str(library), "--to", str(outs["matched"]), "--renderer", door], environment)
    renderer = _RENDERERS[door]()
    for each in (planting for planting in planted if planting.judged):
        preview = each.sample.preview
        found = {route: next(out.rglob(each.file_name)) for route, out in outs.items()}
        unedited = _off(renderer.render_beside(found["migrated"], None, max(SIZE)), preview)
        drawn = {route: _off(_draw(renderer, photo, _SUFFIXES[door]), preview) for route, photo in found.items()}
        off = {"unedited": unedited, **drawn}
        print(f"{door:<12} {each.file_name:<16}", *(f"{value:6.2f}" for value in off.values()), flush=True)
        yield Judged(door, off)


def _draw(renderer: Darktable | RawTherapee, photo: Path, suffix: str) -> Picture:
    file = photo.with_name(photo.name + suffix)
    return renderer.render_beside(photo, file if file.exists() else None, max(SIZE))


def _off(rendering: Picture, preview: Picture) -> float:
    return float(difference(rendering, preview).mean)


def _rows(judged: Sequence[Judged]) -> Iterator[Row]:
    for door in sorted({each.door for each in judged}):
        of_door = [each.off for each in judged if each.door == door]
        *_, last = of_door[0]
        for route in of_door[0]:
            values = [off[route] for off in of_door]
            mean, target = float(np.mean(values)), f"<= {TARGET}" if route == last else None
            yield Row(f"{door}: {route}, mean", mean, "CIEDE2000", target, mean <= TARGET if target else None)
            yield Row(f"{door}: {route}, 95th percentile of the photos", float(np.percentile(values, 95)), "CIEDE2000")
        worse = sum(off[last] > off["unedited"] + _WORSE for off in of_door)
        yield Row(f"{door}: photos farther than without an edit", worse, f"of {len(of_door)}", "= 0", worse == 0)


if __name__ == "__main__":
    sys.exit(main())
