"""The loop on edits of every kind of adjustment that Aperture has, drawn by engines that are hidden from it.

Each preview is drawn by an Aperture engine whose constants and formulas the translation does not know, each rendering
by a Camera Raw engine whose constants the loop does not know. A match begins with the translation that a migration
writes. It is made twice: with the sliders of tone and colour alone, and with all that a match moves. Both are judged at
the size at which they are compared, and at 1,024 pixels without JPEG, against the preview as it was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    ColorRange,
    Curves,
    Enhance,
    Exposure,
    HighlightsShadows,
    Monochrome,
    Sepia,
    ToneCurve,
    Vignette,
)
from couloir.aperture.model import Operation
from couloir.color.difference import difference
from couloir.color.spaces import srgb_decode
from couloir.derive.pictures.preview import reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.derive.translator import PhotoContext, Translator
from couloir.engines.protocol import Picture
from couloir.learn import photographs, scenes, worlds
from couloir.learn.scenes import Sample
from couloir.learn.worlds import Split
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import BY_EDIT, Finish, Options
from evaluation.loop_hidden import drive, through_jpeg
from evaluation.loop_store import Store
from evaluation.section import Section

SEED: Final = 9_300_000
SIZE: Final = (1024, 683)
WAYS: Final = ("tone and colour", "all sliders", "all sliders and curves")
_PHOTOS: Final = 6  # of each kind of edit
_MOST: Final = 1.0  # CIEDE2000, mean
_MOST_P95: Final = 2.2

Random = np.random.Generator


def _normal(random: Random, deviation: float, most: float) -> float:
    return float(np.clip(round(random.normal(0, deviation), 2), -most, most))


def _usual(random: Random) -> list[Adjustment]:
    return [
        Exposure(exposure=_normal(random, 0.4, 1.2), brightness=_normal(random, 0.1, 0.3)),
        Enhance(contrast=_normal(random, 0.15, 0.4), saturation=1 + _normal(random, 0.15, 0.4)),
        HighlightsShadows(highlights=float(random.integers(0, 40)), shadows=float(random.integers(0, 30))),
    ]


def _sepia(random: Random) -> list[Adjustment]:
    if random.random() < 0.5:
        return [Sepia(intensity=float(random.choice((0.4, 0.7, 1.0))))]
    red, green, blue = np.round(random.uniform(0.2, 0.8, 3), 2).tolist()
    return [Monochrome(color=(red, green, blue), intensity=float(random.choice((0.6, 1.0))))]


def _wheels(random: Random) -> list[Adjustment]:
    black, gray, white = np.round(np.clip(random.normal(0, 0.04, (3, 2)), -0.1, 0.1), 3).tolist()
    return [Enhance(black_tint=(black[0], black[1]), gray_tint=(gray[0], gray[1]), white_tint=(white[0], white[1]))]


def _mixer(random: Random) -> list[Adjustment]:
    shares = random.dirichlet((1.0, 1.5, 0.7))
    red, green, blue = np.round(shares, 2).tolist()
    return [BlackWhite(red=red, green=green, blue=blue)]


def _colors(random: Random) -> list[Adjustment]:
    names = random.choice(("reds", "yellows", "greens", "cyans", "blues", "magentas"), 3, replace=False)
    return [
        Color(
            tuple(
                ColorRange(
                    str(name),
                    hue_shift=float(round(random.normal(0, 15))),
                    saturation=float(round(random.normal(0, 35))),
                    luminance=float(round(random.normal(0, 20))),
                )
                for name in sorted(names)
            )
        )
    ]


def _curves(random: Random) -> list[Adjustment]:
    def curve(deviation: float) -> ToneCurve:
        heights = [x + float(np.clip(random.normal(0, deviation), -0.12, 0.12)) for x in (0.25, 0.5, 0.75)]
        inner = tuple((x, round(height, 3)) for x, height in zip((0.25, 0.5, 0.75), heights, strict=True))
        return ToneCurve(((0.0, 0.0), *inner, (1.0, 1.0)))

    return [Curves(curve(0.07), curve(0.04), None, curve(0.04), None)]


def _vignette(random: Random) -> list[Adjustment]:
    radius, intensity = round(random.uniform(0.7, 1.3), 2), round(random.uniform(0.2, 0.8), 2)
    return [Vignette(kind=int(random.random() < 0.3), intensity=float(intensity), radius=float(radius))]


EDITS: Final[dict[str, Callable[[Random], list[Adjustment]]]] = {
    "usual": _usual,
    "sepia and monochrome": _sepia,
    "tint wheels": _wheels,
    "black and white mixes": _mixer,
    "Color": _colors,
    "curves": _curves,
    "vignettes": _vignette,
}
"""Random adjustments by the kind of edit; half of the photos have a usual edit as well."""


@dataclass(frozen=True, slots=True)
class _Photo:
    """A sample at full size, its preview's JPEG, and the settings with which its match begins."""

    sample: Sample
    preview: Picture
    start: DevelopSettings
    uncertainty: dict[str, float] | None

    def draw(self, settings: DevelopSettings) -> Picture:
        return np.asarray(self.sample.render([settings])[0], dtype=np.float32)


def measure(folder: Path, store: Store, count: int = _PHOTOS) -> Section:
    """`folder`: photographs, of which those held out from training are used; `count` of each kind of edit."""
    rows: list[Row] = []
    every: list[dict[str, list[float]]] = []
    for place, kind in enumerate(EDITS):
        found = store.of(f"bricks {kind} {count}", partial(_matched, folder, kind, SEED + 1000 * place, count))
        rows += _rows(kind, found)
        every += found
    return Section([*_targets(every), *_rows("every kind", every), *rows])


def _targets(found: Sequence[dict[str, list[float]]]) -> list[Row]:
    after = np.array([each[WAYS[1]] for each in found])
    start = np.array([each["start"] for each in found])
    mean, p95 = float(after[:, 0].mean()), float(np.percentile(after[:, 0], 95))
    worse = int((after[:, 1] > start[:, 1] + 0.005).sum())
    return [
        Row("bricks, all sliders: mean", mean, "CIEDE2000", f"<= {_MOST}", mean <= _MOST),
        Row("bricks, all sliders: 95th percentile of photos", p95, "CIEDE2000", f"<= {_MOST_P95}", p95 <= _MOST_P95),
        Row("bricks, all sliders: worse than the start at 1,024 pixels", worse, f"of {len(found)}", "0", worse == 0),
    ]


def _rows(name: str, found: Sequence[dict[str, list[float]]]) -> list[Row]:
    rows = []
    for way in ("start", *WAYS):
        table = np.array([each[way] for each in found])
        rows.append(Row(f"bricks, {name}, {way}: mean", float(table[:, 0].mean()), "CIEDE2000"))
        rows.append(Row(f"bricks, {name}, {way}, at 1,024 pixels: mean", float(table[:, 1].mean()), "CIEDE2000"))
        if way != "start":
            rows.append(Row(f"bricks, {name}, {way}: renderings", float(table[:, 2].mean()), "renderings"))
            rows.append(Row(f"bricks, {name}, {way}: sliders moved", float(table[:, 3].mean()), "sliders"))
    return rows


def _matched(folder: Path, kind: str, seed: int, count: int, split: Split = Split.TEST) -> list[dict[str, list[float]]]:
    """For each photo and way: the difference at the size compared and at 1,024 pixels, renderings, sliders moved."""
    chosen = [each for each in photographs.load([folder], SIZE[0]) if each.held_out == (split is Split.TEST)]
    return [_compared(_photo(chosen, kind, seed + number, split)) for number in range(count)]


def _photo(chosen: Sequence[photographs.Photograph], kind: str, seed: int, split: Split) -> _Photo:
    world = worlds.draw(seed, split, kind=PhotoKind.RENDERED)
    random = np.random.Generator(np.random.PCG64([seed, 18]))
    plain = scenes.draw(world, chosen, random, size=SIZE, edited=False)
    edit = EDITS[kind](random)
    if kind != "usual" and random.random() < 0.5:
        edit = [*_usual(random)[:1], *edit]
    operations = tuple(
        Operation(
            str(place), type(each).__name__, place * 1_000_000, enabled=True, mask_uuid=None, inputs={}, adjustment=each
        )
        for place, each in enumerate(edit)
    )
    edited = replace(plain, version=replace(plain.version, operations=operations))
    sample = edited.as_stored(plain.scene.picture)
    preview = through_jpeg(sample.preview, 90)
    pictures = (sample.original(), np.asarray(srgb_decode(preview), dtype=np.float32))
    found = Translator().translate_one(sample.version, sample.master, PhotoContext(pictures=pictures))
    return _Photo(sample, preview, found.settings, None if found.uncertainty is None else dict(found.uncertainty))


def _compared(photo: _Photo) -> dict[str, list[float]]:
    few = Options()
    ways = ((few, tuple(BY_EDIT)), (few, ()), (replace(few, finish=Finish.LOOK), ()))
    begun = photo.draw(photo.start)
    found: dict[str, list[float]] = {}
    for way, (options, fixed) in zip(WAYS, ways, strict=True):
        reference = reference_of(make_working_copy(photo.preview))
        match = Match.begin(reference, photo.start, PhotoKind.RENDERED, options, prior=photo.uncertainty, fixed=fixed)
        drive(match, photo.draw)
        outcome = match.outcome
        small = difference(make_working_copy(begun), make_working_copy(photo.preview)).mean
        small = small if outcome.before is None else outcome.before.mean
        found["start"] = [small, difference(begun, photo.sample.preview).mean]
        last = photo.draw(outcome.settings)
        found[way] = [
            small if outcome.after is None else outcome.after.mean,
            difference(last, photo.sample.preview).mean,
            float(outcome.renderings),
            float(_moved(photo.start, outcome.settings)),
        ]
    return found


def _moved(before: DevelopSettings, after: DevelopSettings) -> int:
    return sum(before.get(key, 0) != value for key, value in after.items() if isinstance(value, int | float))
