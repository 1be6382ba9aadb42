"""The closest look between real programs: sliders and curves first, then a table where it pays.

The program that is matched stands for Lightroom: its own sliders are moved by the loop, and a table is drawn on what it
renders, as Lightroom draws an enhanced profile. The rules are those of `couloir match --closest-look`.

What a target leaves out of reach is told beside it: with a table for every photo, however little it gains, and with one
that was fitted on the very pixels on which it is judged.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.enhanced.table_text import spell_table
from couloir.lightroom.settings import DevelopSettings, clamp
from couloir.refine.color_pair import GAIN, ColorPair, fit_pairs, judge_pairs, judge_table, pair_of
from couloir.refine.options import Finish, Options
from evaluation.loop_cache import FOLDER, Cached
from evaluation.loop_engines import PAIRS, Pair, darktable, reference, sdk, solve
from evaluation.loop_scenes import SIZE, Scene, scenes
from evaluation.loop_store import Store
from evaluation.section import Section

_OPTIONS = Options(renderings=6, target=0.5, finish=Finish.LOOK)
_LATER_STOPS, _LATER_MIRED = 0.7, 40.0


def measure(photos: Path, store: Store, count: int) -> Section:
    """`photos`: a folder of camera JPEGs; `count` scenes of each pair of programs."""
    every = scenes(photos, count, FOLDER / "scenes")
    rows: list[Row] = []
    for pair in _pairs():
        found = [store.of(f"looks {pair.name} {count} {n}", partial(_looked, pair, s)) for n, s in enumerate(every)]
        rows += _rows(pair.name, found)
    return Section(rows)


def _pairs() -> list[Pair]:
    """The looks of one program in another: darktable's linear and sigmoid ones, RawTherapee's film, Adobe's own."""
    known = {pair.name: pair for pair in PAIRS}
    linear, adobe = known["darktable in RawTherapee"], known["Adobe's SDK in RawTherapee"]

    def sigmoid(scene: Scene, edit: DevelopSettings) -> Picture:
        return darktable(scene, filmic=True).render(scene.photo, edit, SIZE)

    def by_adobe(scene: Scene, edit: DevelopSettings) -> Picture:
        return Cached(_Adobe()).render(scene.photo, edit, SIZE)

    return [
        linear,
        replace(linear, name="darktable sigmoid in RawTherapee", source=sigmoid),
        known["RawTherapee in darktable"],
        replace(adobe, source=by_adobe),
    ]


class _Adobe:
    """The SDK's default look under an exposure and a white balance: of Lightroom's sliders it has no others."""

    name = "adobe-sdk, white"

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        stops = float(str(settings.get("Exposure2012", 0.0)))
        white = None
        if settings.get("WhiteBalance") == "Custom":
            white = (float(str(settings["Temperature"])), float(str(settings["Tint"])))
        return sdk().render(photo.path, size, stops, white).shown.astype(np.float32)


def _looked(pair: Pair, scene: Scene) -> dict[str, float]:
    """One photo: CIEDE2000 of what was reached, on blocks that a table has not seen and over the whole picture."""
    renderer = pair.target(scene, ())
    preview = reference(pair, scene)
    match = solve(pair, scene, renderer, pair.edit(scene), None, _OPTIONS)
    outcome = match.outcome
    assert outcome.before is not None
    assert outcome.after is not None
    drawn = renderer.render(scene.photo, outcome.settings, SIZE)
    laid = pair_of(preview, drawn)
    assert isinstance(laid, ColorPair)
    [unseen] = judge_pairs([laid])
    begun = time.process_time()
    fitted = fit_pairs([laid])
    seconds = time.process_time() - begun
    table = None
    if fitted is not None:
        confirmed = pair_of(preview, _with(fitted, drawn))
        pays = unseen is not None and unseen.pays and isinstance(confirmed, ColorPair)
        nearer = isinstance(confirmed, ColorPair) and laid.shown.mean - confirmed.shown.mean >= GAIN
        table = fitted if pays and nearer else None
    wanted = pair.source(scene, pair.edit(scene))
    later = _later(pair, scene, renderer, outcome.settings, table)
    sliders = laid.shown.mean if unseen is None else unseen.before
    every = sliders if unseen is None else min(unseen.after, sliders)
    seen = None if fitted is None else judge_table(fitted, laid)
    return {
        "start": outcome.before.mean,
        "sliders": sliders,
        "unseen": sliders if table is None or unseen is None else unseen.after,
        "every": every,
        "seen": sliders if seen is None else seen.after,
        "large": difference(drawn, wanted).mean,
        "large with": difference(_with(table, drawn), wanted).mean,
        "later": later[0],
        "later with": later[1],
        "kept": float(table is not None),
        "seconds": seconds,
        "renderings": float(outcome.renderings + 2 * (table is not None)),
        "bytes": float(0 if table is None else len(spell_table(table))),
    }


def _later(
    pair: Pair, scene: Scene, renderer: Renderer, found: DevelopSettings, table: RgbTable | None
) -> tuple[float, float]:
    """The difference after both sides were made brighter and warmer, without the table and with it."""
    wanted = pair.source(scene, _edited(pair.edit(scene), scene))
    drawn = renderer.render(scene.photo, _edited(found, scene), SIZE)
    return difference(drawn, wanted).mean, difference(_with(table, drawn), wanted).mean


def _edited(settings: DevelopSettings, scene: Scene) -> DevelopSettings:
    kelvin, tint = (
        float(str(settings.get(key, plain))) for key, plain in zip(("Temperature", "Tint"), scene.as_shot, strict=True)
    )
    warmer = clamp("Temperature", 1e6 / (1e6 / kelvin - _LATER_MIRED))[0]
    brighter = clamp("Exposure2012", float(str(settings.get("Exposure2012", 0))) + _LATER_STOPS)[0]
    return settings.merge(
        {
            "WhiteBalance": "Custom",
            "Temperature": round(warmer),
            "Tint": round(clamp("Tint", tint)[0]),
            "Exposure2012": brighter,
        }
    )


def _with(table: RgbTable | None, picture: Picture) -> Picture:
    return picture if table is None else np.asarray(draw_table(table, picture), dtype=np.float32)


def _rows(name: str, found: list[dict[str, float]]) -> Iterator[Row]:
    def mean(key: str) -> float:
        return float(np.mean([each[key] for each in found]))

    worse = sum(each["large with"] > each["large"] + 0.01 for each in found)
    yield Row(f"closest look, {name}: start", mean("start"), "CIEDE2000")
    yield Row(f"closest look, {name}: sliders and curves, unseen blocks", mean("sliders"), "CIEDE2000")
    yield Row(
        f"closest look, {name}: with profiles, unseen blocks",
        mean("unseen"),
        "CIEDE2000",
        "<= 0.8",
        mean("unseen") <= 0.8,
    )
    yield Row(f"closest look, {name}: least with a table for every photo, unseen blocks", mean("every"), "CIEDE2000")
    yield Row(f"closest look, {name}: least with tables, judged on what they were fitted on", mean("seen"), "CIEDE2000")
    yield Row(f"closest look, {name}: sliders and curves, {SIZE} px", mean("large"), "CIEDE2000")
    yield Row(f"closest look, {name}: with profiles, {SIZE} px", mean("large with"), "CIEDE2000")
    farthest = max(each["large with"] for each in found)
    yield Row(f"closest look, {name}: with profiles, {SIZE} px, farthest photo", farthest, "CIEDE2000")
    yield Row(f"closest look, {name}: a later edit without", mean("later"), "CIEDE2000")
    yield Row(f"closest look, {name}: a later edit with profiles", mean("later with"), "CIEDE2000")
    yield Row(f"closest look, {name}: photos with a profile", mean("kept"), "share")
    yield Row(f"closest look, {name}: worse with a profile", float(worse), "photos", "0", worse == 0)
    kept = [each for each in found if each["kept"]]
    yield Row(f"closest look, {name}: renderings a photo", mean("renderings"), "renderings")
    yield Row(f"closest look, {name}: a fit of a table, processor time", mean("seconds"), "s")
    if kept:
        size = float(np.mean([each["bytes"] for each in kept])) / 1000
        yield Row(f"closest look, {name}: a table in a photo's packet", size, "KB")
