"""The closest look where no preview is: `couloir match --closest-look` on hidden libraries whose previews were deleted.

The world's hidden Camera Raw draws what `couloir migrate` wrote, and then what was written with the profiles of
Couloir's Aperture engine; both are compared with what the hidden Aperture drew. Half of the worlds have formulas to
which no table was fitted.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.learn import worlds
from couloir.learn.formulas import TESTED
from couloir.learn.photographs import Photograph, load
from couloir.learn.worlds import Split, World
from couloir.lightroom.settings import PhotoKind
from evaluation import translation_library
from evaluation.looks_worlds import draw_written
from evaluation.loop_store import Store
from evaluation.section import Section
from evaluation.translation_entry import migrate, run_couloir
from evaluation.translation_library import build

SEED = 71
SIZE = (180, 120)

_PHOTOS = 24
_WORSE = 1.0  # CIEDE2000


def measure(photos: Path, store: Store, count: int) -> Section:
    """`photos`: a folder of camera JPEGs; `count` libraries."""
    held_out = [each for each in load([photos], 2 * SIZE[0]) if each.held_out]
    found: list[dict[str, float]] = []
    for number in range(count):
        world = worlds.draw(
            SEED * 1_000_003 + number, Split.TEST, formulas=TESTED[number % 2], kind=PhotoKind.RENDERED, profiled=False
        )

        def judged(world: World = world) -> list[dict[str, float]]:
            return _judged(world, held_out)

        found += store.of(f"looks without previews, world {number}, {_PHOTOS} photos", judged)
    return Section(_rows(found))


def _judged(world: World, photographs: Sequence[Photograph]) -> list[dict[str, float]]:
    translation_library.SIZE = SIZE
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        library = home / "Hidden.aplibrary"
        planted = build(library, world, photographs, _PHOTOS)
        shutil.rmtree(library / "Previews")
        environment = {**os.environ, "COULOIR_STATE_DIR": str(home / "state")}
        out = migrate(library, home / "out", environment, [])
        sliders = draw_written(world, planted, out)
        run_couloir(["match", str(library), "--to", str(out), "--closest-look"], environment)
        profiles = draw_written(world, planted, out)
    return [{"sliders": sliders[name][0], "with": profiles[name][0], "kept": profiles[name][1]} for name in sliders]


def _rows(found: Sequence[Mapping[str, float]]) -> list[Row]:
    kept = [each for each in found if each["kept"]]

    def mean(photos: Sequence[Mapping[str, float]], key: str) -> float:
        return float(np.mean([each[key] for each in photos])) if photos else float("nan")

    name = "closest look, hidden rendered files without a preview"
    worse = float(np.mean([each["with"] > each["sliders"] + _WORSE for each in found]))
    farthest = max((each["with"] - each["sliders"] for each in kept), default=0.0)
    return [
        Row(f"{name}: photos", float(len(found)), "photos"),
        Row(f"{name}: as migrated", mean(found, "sliders"), "CIEDE2000"),
        Row(
            f"{name}: with profiles",
            mean(found, "with"),
            "CIEDE2000",
            "no more than as migrated",
            mean(found, "with") <= mean(found, "sliders"),
        ),
        Row(f"{name}: photos with a profile", len(kept) / len(found), "share"),
        Row(f"{name}: of these, as migrated", mean(kept, "sliders"), "CIEDE2000"),
        Row(f"{name}: of these, with", mean(kept, "with"), "CIEDE2000"),
        Row(f"{name}: worse by {_WORSE:g} with one", worse, "share", "<= 0.005", worse <= 0.005),
        Row(f"{name}: the most by which one is farther", farthest, "CIEDE2000"),
    ]
