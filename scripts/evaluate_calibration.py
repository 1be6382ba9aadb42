"""Measures whether `couloir learn calibrate` finds what a simulated library's Aperture hides.

    python3 scripts/evaluate_calibration.py PHOTOGRAPHS [--libraries 4] [--photos 240] [--seed 71] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs. Each library is one on disk: JPEG originals, edits in Aperture's rows, previews
drawn by an Aperture whose constants and formulas are hidden; half of them have forms that no training world has. It is
migrated, calibrated and migrated again through the commands. Told: how often a hidden constant is within its 80 %
interval, where the form was found; how often forms are found; the difference on held-out photos before and after where
a guess was wrong, over what the hidden constants themselves leave (JPEG, and pictures that were reduced); and what the
files that users get miss, before and after, drawn by the hidden Camera Raw. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.aperture.library import Library
from couloir.engines.aperture import Constants
from couloir.learn import worlds
from couloir.learn.calibration.families import FAMILIES
from couloir.learn.calibration.fit import pick_photos, value_of
from couloir.learn.calibration.gather import gather
from couloir.learn.formulas import TESTED
from couloir.learn.photographs import Photograph, load
from couloir.learn.worlds import Split
from couloir.lightroom.settings import PhotoKind
from evaluation.translation_entry import judge_files, migrate, run_couloir
from evaluation.translation_library import SIZE, build

SEED = 71

Moved = tuple[float, float, float, float]
"""What a file misses before calibration with and without pictures, and after it with and without, CIEDE2000."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one library told. `inside`: of constants with the right form, whether the interval holds the hidden one;
    `forms`: whether the found form, or one that is said to fit as well, is the hidden one. `before`, `after` and
    `floor` are of families whose guess was said to be wrong, CIEDE2000; `migrated` of the files that users get.
    """

    inside: tuple[bool, ...]
    forms: tuple[bool, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    floor: tuple[float, ...]
    migrated: tuple[Moved, ...]


def measure(photographs: Sequence[Photograph], seed: int, photos: int, folder: Path) -> Told:
    """One library through the commands."""
    world = worlds.draw(seed, Split.TEST, formulas=TESTED[seed % 2], kind=PhotoKind.RENDERED, profiled=False)
    library, state = folder / "Hidden.aplibrary", folder / "state"
    planted = build(library, world, photographs, photos)
    environment = {**os.environ, "COULOIR_STATE_DIR": str(state)}

    def missed(name: str) -> list[tuple[float, float]]:
        """What the files miss, with the pictures and without."""
        both = [
            judge_files(world, planted, migrate(library, folder / f"{name}{len(more)}", environment, more), "JPEG", {})
            for more in ([], ["--no-pictures"])
        ]
        return [(seen.got, blind.got) for seen, blind in zip(*both, strict=True)]

    usual = missed("usual")
    output = run_couloir(["learn", "calibrate", str(library), "--json"], environment)
    moved = [(*before, *after) for before, after in zip(usual, missed("calibrated"), strict=True)]
    return _compare(json.loads(output)["calibration"]["families"], world.aperture, library, moved)


def _compare(families: Sequence[Mapping[str, Any]], hidden: Constants, library: Path, moved: list[Moved]) -> Told:
    with Library.open(library, {}) as opened:
        photos = gather(opened).photos
    inside, forms, figures = [], [], []
    for told in families:
        [family] = [each for each in FAMILIES if each.name == told["name"]]
        right = [str(getattr(hidden, form["name"])) == form["found"] for form in told["forms"]]
        known = [form for form in told["forms"] if form["name"] not in family.tried]
        forms += [str(getattr(hidden, form["name"])) in (form["found"], *form["as_good"]) for form in known]
        for each in told["constants"]:
            truth = value_of(each["name"], hidden)
            print(f"  {each['name']}: {each['low']:.4g} to {each['high']:.4g}, hidden {truth:.4g}", flush=True)
            if all(right) or family.tried:
                inside.append(each["low"] <= truth <= each["high"])
        floor = float(np.mean([photo.difference(hidden) for photo in pick_photos(photos, family, FAMILIES)]))
        print(f"  {family.name}: {told['before']:.2f} -> {told['after']:.2f}, floor {floor:.2f}, {right}", flush=True)
        if told["verdict"] == "wrong":
            figures.append((told["before"], told["after"], floor))
    before, after, floors = zip(*figures, strict=True) if figures else ((), (), ())
    return Told(tuple(inside), tuple(forms), before, after, floors, tuple(moved))


def report(found: Sequence[Told]) -> list[Row]:
    """The figures over all libraries."""
    inside = [each for one in found for each in one.inside]
    forms = [each for one in found for each in one.forms]
    before = np.array([each for one in found for each in one.before])
    after = np.array([each for one in found for each in one.after])
    floor = np.array([each for one in found for each in one.floor])
    migrated = np.array([each for one in found for each in one.migrated])
    left = float(np.maximum(after - floor, 0).sum() / np.maximum(before - floor, 1e-6).sum())
    share = float(np.mean(inside))
    worse = float((migrated[:, 3] > migrated[:, 1] + 1).mean())
    seen, blind, seen_after, blind_after = migrated.mean(axis=0).tolist()
    return [
        Row("hidden constants within their 80 % interval", 100 * share, "%", "at least 70", share >= 0.7),
        Row("constants told, with the right form", len(inside), ""),
        Row("hidden forms found, or among those as good", 100 * float(np.mean(forms)), "%"),
        Row("held-out photos, guess wrong: before", float(before.mean()), "CIEDE2000"),
        Row("held-out photos, guess wrong: after", float(after.mean()), "CIEDE2000"),
        Row("the same with the hidden constants themselves", float(floor.mean()), "CIEDE2000"),
        Row("left of the difference above that", 100 * left, "%", "at most 50", left <= 0.5),
        Row("files of migrate with pictures: before", seen, "CIEDE2000"),
        Row("files of migrate with pictures: after", seen_after, "CIEDE2000"),
        Row("files of migrate --no-pictures: before", blind, "CIEDE2000"),
        Row("files of migrate --no-pictures: after", blind_after, "CIEDE2000", "below before", blind_after < blind),
        Row("the same: files worse by 1 after", 100 * worse, "%"),
    ]


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--libraries", type=int, default=4)
    options.add_argument("--photos", type=int, default=240, help="photos of each library")
    options.add_argument("--seed", type=int, default=SEED, help="another seed hides other Apertures")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    photographs = load([options.photographs], 2 * SIZE[0])
    found = []
    for number in range(options.libraries):
        with tempfile.TemporaryDirectory() as folder:
            print(f"library {number + 1}", flush=True)
            found.append(measure(photographs, options.seed * 1009 + number, options.photos, Path(folder)))
    rows = report(found)
    print(*rows, sep="\n")
    write_rows(options.json, rows)
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
