"""Whether one colour table of a whole library is a better start for photos that were not matched: judged on photos that
it was not fitted on.

Twice: between real programs, a table of each camera's photos above its own sliders' start, as a camera's learnt profile
is below it; and for JPEG-only libraries of hidden worlds, where no camera profile acts, above the translations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.derive.translator import PhotoContext, Translator
from couloir.learn import photographs, worlds
from couloir.learn import scenes as drawn_scenes
from couloir.learn.formulas import TESTED
from couloir.learn.worlds import Split
from couloir.lightroom.settings import PhotoKind
from couloir.refine.color_pair import ColorPair, fit_pairs, judge_table, pair_of
from evaluation.loop_cache import FOLDER
from evaluation.loop_engines import PAIRS, Pair, reference
from evaluation.loop_scenes import SIZE, Scene, scenes
from evaluation.loop_store import Store
from evaluation.section import Section

SEED = 9_600_000

_PROGRAMS = ("darktable in RawTherapee", "RawTherapee in darktable")
_SCENES = 24  # twelve of each camera
_FOLD = 2  # photos that a table of the others is judged on
_PHOTOS = 12  # of a hidden library
_PIXELS = (90, 60)
_SEEN = 0.1  # CIEDE2000


def measure(photos: Path, store: Store, count: int) -> Section:
    """`photos`: a folder of camera JPEGs; `count` hidden libraries."""
    every = scenes(photos, _SCENES, FOLDER / "scenes")
    rows: list[Row] = []
    for pair in (each for each in PAIRS if each.name in _PROGRAMS):
        found = store.of(f"library-wide looks, {pair.name}", partial(_between_programs, pair, every))
        rows += _rows(f"a camera's table, {pair.name}", "at the start", found)
    found = []
    for number in range(count):
        found += store.of(f"library-wide looks, world {number}", partial(_hidden, number, photos))
    rows += _rows("a library's table, hidden rendered files without a preview", "as translated", found)
    return Section(rows)


def _between_programs(pair: Pair, every: Sequence[Scene]) -> list[list[float]]:
    found = []
    for camera in sorted({scene.camera for scene in every}):
        laid = [_at_start(pair, scene) for scene in every if scene.camera == camera]
        found += _crossed(laid)
    return found


def _at_start(pair: Pair, scene: Scene) -> ColorPair:
    drawn = pair.target(scene, ()).render(scene.photo, pair.edit(scene), SIZE)
    laid = pair_of(reference(pair, scene), drawn)
    assert isinstance(laid, ColorPair)
    return laid


def _hidden(number: int, photos: Path) -> list[list[float]]:
    held_out = [each for each in photographs.load([photos], 2 * _PIXELS[0]) if each.held_out]
    world = worlds.draw(SEED + number, Split.TEST, formulas=TESTED[number % 2], kind=PhotoKind.RENDERED)
    random = np.random.Generator(np.random.PCG64([world.seed, 9]))
    translator = Translator()
    pairs: list[ColorPair] = []
    while len(pairs) < _PHOTOS:
        sample = drawn_scenes.draw(world, held_out, random, size=_PIXELS)
        known = PhotoContext(pictures=(sample.original(), None))
        settings = translator.translate_one(sample.version, sample.master, known).settings
        if sample.version.operations and not settings.get("ConvertToGrayscale"):
            there = np.ones(_PIXELS[::-1], dtype=np.bool_)
            pairs.append(ColorPair(sample.render([settings])[0], sample.preview, there, there))
    return _crossed(pairs)


def _crossed(pairs: Sequence[ColorPair]) -> list[list[float]]:
    """Of each photo the mean CIEDE2000 without a table, and with the one of the photos of other folds."""
    found = []
    for first in range(0, len(pairs), _FOLD):
        table = fit_pairs([*pairs[:first], *pairs[first + _FOLD :]])
        for pair in pairs[first : first + _FOLD]:
            judged = None if table is None else judge_table(table, pair)
            found.append([pair.shown.mean] * 2 if judged is None else [judged.before, judged.after])
    return found


def _rows(name: str, start: str, found: Sequence[Sequence[float]]) -> Iterator[Row]:
    before, after = np.array(found).T
    yield Row(f"{name}: {start}, held-out photos", float(before.mean()), "CIEDE2000")
    yield Row(f"{name}: with it, held-out photos", float(after.mean()), "CIEDE2000")
    yield Row(f"{name}: farther by {_SEEN} with it", float((after > before + _SEEN).mean()), "share")
