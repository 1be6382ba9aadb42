"""Gradients and colour sweeps through learnt profiles, beside the same through the engine they were learnt from."""

from __future__ import annotations

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.engines.dng.files import linear_dng
from couloir.engines.dng.tables import hsv_to_rgb
from couloir.profiles.samples import most_colorful
from couloir.profiles.smoothness import measure_folds
from evaluation.engines_renderers import sheet
from evaluation.profiles_looks import Bench, folds, taught
from evaluation.profiles_standins import CAMERA, LOOKS, SIZE, Cache, Scene
from evaluation.section import Section

_BANDS = 6


def measure(scenes: list[Scene], cache: Cache) -> Section:
    bench = Bench(cache)
    chart = _chart(scenes[0], cache)
    rows: list[Row] = []
    pictures: dict[str, bytes] = {}
    for look in LOOKS:
        pool, _ = folds(scenes, look, cache)[0]
        profile = taught(most_colorful(pool, 10, 0), cache)
        ours = bench.shown(chart, profile)
        theirs = LOOKS[look](chart, cache).astype(np.float64)
        grey = _greyness(ours)
        rows.append(Row(f"{look}: greys off neutral, most", grey, "CIEDE2000", "<= 0.5", grey <= 0.5))
        share = measure_folds(profile.look_table) if profile.look_table is not None else 0.0
        rows.append(
            Row(f"{look}: steps in hue, saturation or value that run backwards", share, "share", "= 0", share == 0)
        )
        for told, measure_of, unit, more in (
            ("largest hue step of a sweep", _hue_jump, "degrees", 1.0),
            ("largest break in a gradient", _banding, "L*", 0.5),
        ):
            own, source = measure_of(ours), measure_of(theirs)
            rows.append(Row(f"{look}: {told}", own, unit, f"<= source + {more:g}", own <= source + more))
            rows.append(Row(f"{look}: {told}, of the source itself", source, unit))
        name = f"profiles-sweep-{look.replace(' ', '-').lower()}.jpg"
        pictures[name] = sheet([bench.shown(chart, None), ours, theirs], height=190)
    return Section(rows, pictures)


def _chart(like: Scene, cache: Cache) -> Scene:
    hue = np.linspace(0, 6, SIZE, endpoint=False)
    bands = []
    for i in range(_BANDS):
        value, saturation = 0.04 * 1.7**i, (0.35, 0.6)[i % 2]
        bands.append(
            np.repeat(hsv_to_rgb(hue, np.full(SIZE, saturation), np.full(SIZE, value))[np.newaxis], 30, axis=0)
        )
    bands.append(np.repeat(np.repeat(np.linspace(0.0, 0.95, SIZE)[:, np.newaxis], 3, axis=1)[np.newaxis], 60, axis=0))
    prophoto = np.concatenate(bands)
    to_prophoto = like.model.to_prophoto()
    camera = np.clip(prophoto @ np.linalg.inv(to_prophoto.matrix).T, 0, to_prophoto.white).astype(np.float32)
    file = cache.folder / "chart.dng"
    file.write_bytes(linear_dng(camera, like.model, CAMERA))
    return Scene("chart", file, camera, like.model)


def _greyness(shown: np.ndarray) -> float:
    lab = srgb_to_lab(shown[-30])
    return float(ciede2000(lab, lab * np.array([1.0, 0.0, 0.0])).max())


def _hue_jump(shown: np.ndarray) -> float:
    worst = 0.0
    for i in range(_BANDS):
        lab = srgb_to_lab(shown[30 * i + 15])
        hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
        step = np.abs((np.diff(hue, append=hue[:1]) + 180) % 360 - 180)
        worst = max(worst, float(step[np.hypot(lab[:, 1], lab[:, 2]) > 8].max(initial=0)))
    return worst


def _banding(shown: np.ndarray) -> float:
    lightness = srgb_to_lab(shown[-30])[8:, 0]
    return float(np.abs(np.diff(lightness, 2)).max())
