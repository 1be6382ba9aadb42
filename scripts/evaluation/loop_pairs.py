"""What a photo's own pair of pictures adds to the learned model's answer, on test worlds with hidden engines.

Each photo is translated as every caller does it, with Aperture's preview and the original, and drawn by its world's
Camera Raw, whose constants and formulas nobody here knows. Sliders alone are measured beside sliders with curves.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Row
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_to_lab
from couloir.derive import analytic
from couloir.derive.baseline import CURVES
from couloir.derive.residual.store import ModelStore
from couloir.derive.translate import translate
from couloir.derive.translator import PhotoContext, Translator
from couloir.learn import photographs, scenes, worlds
from couloir.learn.formulas import Formulas
from couloir.learn.scenes import Sample
from couloir.learn.worlds import Split
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from evaluation.section import Section

PHOTOS: Final = 12  # of each world
SEED: Final = 9_200_000
WAYS: Final = ("formulas alone", "model with both pictures", "and what the pair shows in sliders", "and in curves")
_GROUPS: Final = ("rendered files", "RAW, learnt profile", "RAW, Adobe's profile")
_WORSE: Final = 1.0  # CIEDE2000
_MOST_WORSE: Final = 0.005


def measure(folder: Path, count: int) -> Section:
    """`folder`: photographs; `count`: worlds, half of them with formulas that no training world has."""
    held_out = [each for each in photographs.load([folder]) if each.held_out]
    found, kinds, is_new = [], [], []
    for number in range(count):
        world = worlds.draw(SEED + number, Split.TEST)
        random = np.random.Generator(np.random.PCG64([world.seed, 9]))
        for _ in range(PHOTOS):
            sample = scenes.draw(world, held_out, random)
            found.append(_differences(sample))
            kinds.append(0 if world.kind is PhotoKind.RENDERED else 1 if world.profiled else 2)
            is_new.append(world.formulas is Formulas.NEW)
    table, kind, new = np.array(found), np.array(kinds), np.array(is_new)
    rows = _rows("all", table)
    for place, name in enumerate(_GROUPS):
        rows += _rows(name, table[kind == place])
    return Section([*rows, *_rows("new formulas", table[new]), *_rows("known formulas", table[~new])])


def _rows(name: str, table: NDArray[np.float64]) -> list[Row]:
    if not len(table):
        return []
    means = table.mean(axis=0)
    rows = [Row(f"pairs, {name}: {way}", float(mean), "CIEDE2000") for way, mean in zip(WAYS, means, strict=True)]
    for before, after in ((1, 2), (0, 3), (2, 3)):
        worse = float((table[:, after] - table[:, before] > _WORSE).mean())
        target = f"at most {_MOST_WORSE}" if name == "all" else None
        text = f"pairs, {name}: {WAYS[after]}, worse by {_WORSE:g} than {WAYS[before]}"
        rows.append(Row(text, worse, "share", target, None if target is None else worse <= _MOST_WORSE))
    return rows


def _differences(sample: Sample) -> NDArray[np.float64]:
    """Mean CIEDE2000 of one photo, way by way."""
    original, preview = sample.original(), np.asarray(srgb_decode(sample.preview), dtype=np.float32)
    profile = "learnt" if sample.world.profiled else ""
    known = PhotoContext(pictures=(original, preview), as_shot=sample.scene.as_shot, profile=profile)
    pair = (sample.version, sample.master)
    with_pair = Translator().translate_one(*pair, known)
    model = _without_evidence(sample, known)
    in_sliders = Translator().translate_one(*pair, replace(known, fixed=tuple(CURVES.values())))
    settings = [analytic(*pair).settings, model, in_sliders.settings, with_pair.settings]
    delta = ciede2000(srgb_to_lab(sample.render(settings)), srgb_to_lab(sample.preview)[np.newaxis])
    return np.asarray(delta.reshape(len(settings), -1).mean(axis=1, dtype=np.float64))


def _without_evidence(sample: Sample, known: PhotoContext) -> DevelopSettings:
    """The model's answer to both pictures, as it is before they are weighed against it."""
    pair = (sample.version, sample.master)
    [answer] = ModelStore().corrections([pair], [known.pictures], [sample.prior])
    return translate(*pair, answer, known.profile or "").settings
