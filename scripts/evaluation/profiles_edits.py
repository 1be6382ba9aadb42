"""Does a profile hold under edits, under two lights, and when the training photos are not what they seem?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.color.temperature import planckian_xy
from couloir.engines.dng import Profile
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.profiles import Pair
from couloir.profiles.learning import learn
from couloir.profiles.samples import most_colorful
from evaluation.profiles_looks import Bench, Score, folds, taught
from evaluation.profiles_standins import LOOKS, SIZE, Cache, Scene, filmic, pair_of, relit, scene
from evaluation.scenes import three
from evaluation.section import Section

_EDITED = ("darktable filmic", "darktable base curve")


def measure(scenes: list[Scene], photos: list[Path], cache: Cache) -> Section:
    """`photos`: the files that the scenes were made of, for the same under tungsten."""
    bench = Bench(cache)
    rows: list[Row] = []
    for look in _EDITED:
        rows += _edits(bench, scenes, look, cache)
        rows += _lights(bench, scenes, photos, look, cache)
    rows += _odd_ones(bench, scenes, cache)
    return Section(rows)


def _edits(bench: Bench, scenes: list[Scene], look: str, cache: Cache) -> list[Row]:
    pool, held = folds(scenes, look, cache)[0]
    profile = taught(most_colorful(pool, 10, 0), cache)
    rows = []
    for stops in (1.0, -1.0):
        edited = [(scene, LOOKS[look](scene, cache, stops)) for scene, _ in held]
        rows += _held(f"{look}, {stops:+g} EV", bench, edited, profile, stops)
    for mired in (40.0, -40.0):
        moved = [relit(scene, mired, cache.folder) for scene, _ in held]
        rows += _held(f"{look}, {mired:+g} mired", bench, [(each, LOOKS[look](each, cache)) for each in moved], profile)
    return rows


def _held(
    name: str, bench: Bench, held: list[tuple[Scene, np.ndarray]], profile: Profile, stops: float = 0.0
) -> list[Row]:
    score = bench.score(held, profile, stops)
    rows = [
        Row(f"{name}: default", score.mean(after=False), "CIEDE2000"),
        Row(f"{name}: profile", score.mean(), "CIEDE2000", "<= 1.5", score.mean() <= 1.5),
    ]
    if stops:
        kept = "pixels that stay below white" if stops > 0 else "pixels that Adobe's SDK darkens evenly"
        rows.append(Row(f"{name}: profile, {kept}", _evenly(bench, held, profile, stops), "CIEDE2000"))
    return rows


def _evenly(bench: Bench, held: list[tuple[Scene, np.ndarray]], profile: Profile, stops: float) -> float:
    found = []
    for each, truth in held:
        scene_light = each.model.to_prophoto()(each.camera).max(axis=-1)
        below = scene_light * 2.0**stops < 1 if stops > 0 else scene_light < 0.25
        shown = srgb_to_lab(bench.shown(each, profile, stops)[below])
        found.append(float(ciede2000(srgb_to_lab(truth[below].astype(np.float64)), shown).mean()))
    return float(np.mean(found))


def _lights(bench: Bench, scenes: list[Scene], photos: list[Path], look: str, cache: Cache) -> list[Row]:
    """Daylight and tungsten together, with one table and with a map for the second light."""
    day_pool, day_held = folds(scenes, look, cache)[0]
    held = {each.name for each, _ in day_held}
    model = scenes[0].model
    warm = replace(model, neutral=three(model.neutral_of(planckian_xy(2900.0))))
    lit = [scene(photo, warm, cache.folder, "-tungsten") for photo in photos]
    lit = [replace(each, name=f"{each.name} tungsten") for each in lit]
    pairs = {each.name: pair_of(LOOKS[look], each, cache) for each in lit}
    pool = [pair for name, pair in pairs.items() if name.removesuffix(" tungsten") not in held]
    out = [(each, pairs[each.name].shown) for each in lit if each.name.removesuffix(" tungsten") in held]
    training = [*most_colorful(day_pool, 8, 0), *most_colorful(pool, 6, 0)]
    both, mixed = taught(training, cache), taught(training[:8], cache)
    rows = []
    for name, photos_held in (("daylight", day_held), ("tungsten", out)):
        without, found = bench.score(photos_held, mixed), bench.score(photos_held, both)
        rows.append(Row(f"{look}, {name}: default", found.mean(after=False), "CIEDE2000"))
        rows.append(Row(f"{look}, {name}: daylight's profile alone", without.mean(), "CIEDE2000"))
        rows.append(
            Row(f"{look}, {name}: profile of two lights", found.mean(), "CIEDE2000", "<= 1.5", found.mean() <= 1.5)
        )
    return rows


def _odd_ones(bench: Bench, scenes: list[Scene], cache: Cache) -> list[Row]:
    """Training photos that were edited, or are shifted and noisy."""
    look = "darktable filmic"
    by_name = {each.name: each for each in scenes}

    def score(change: Callable[[int, Pair], Pair]) -> Score:
        scores = []
        for pool, held in folds(scenes, look, cache)[:2]:
            training = [change(i, each) for i, each in enumerate(most_colorful(pool, 10, 0))]
            scores.append(bench.score(held, taught(training, cache)))
        return Score([b for s in scores for b in s.before], [a for s in scores for a in s.after])

    def brightened(i: int, pair: Pair) -> Pair:
        return replace(pair, shown=filmic(by_name[pair.name], cache, 0.7)) if i in (1, 4, 7) else pair

    def shifted(_i: int, pair: Pair) -> Pair:
        file = cache.folder / "shifted.jpg"
        file.write_bytes(encode_jpeg(np.roll(pair.shown, 1, axis=1), quality=60))
        return replace(pair, shown=srgb_encode(load_pixels(file, SIZE, orient=True)).astype(np.float32))

    rows = []
    for name, change, most in (
        ("honest", lambda _i, pair: pair, None),
        ("3 of 10 edited behind our back", brightened, 1.3),
        ("shifted by a pixel, JPEG quality 60", shifted, 1.3),
    ):
        mean = score(change).mean()
        target, holds = (None, None) if most is None else (f"<= {most}", mean <= most)
        rows.append(Row(f"{look}, 10 photos, {name}", mean, "CIEDE2000", target, holds))
    pool, _ = folds(scenes, look, cache)[0]
    foreign = replace(pool[3], name="foreign", shown=np.ascontiguousarray(pool[3].shown[::-1, ::-1]))
    grey = replace(pool[4], name="grey", shown=np.repeat(pool[4].shown.mean(axis=-1, keepdims=True), 3, axis=-1))
    found = {each.name for each in learn([*pool[5:14], foreign, grey], "Test").left_out}
    name = "previews of another photo and in black and white that are left out"
    rows.append(Row(name, len(found & {"foreign", "grey"}), "of 2", "= 2", found == {"foreign", "grey"}))
    return rows
