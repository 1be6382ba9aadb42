"""The Camera Raw engine's baseline against Adobe's DNG SDK, and the temperature scale against Adobe's."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.color.temperature import planckian_temperature, planckian_xy
from couloir.engines.dng import ColorModel, HueSatMap, Profile, baseline
from couloir.engines.dng.files import color_model, linear_dng, profile
from couloir.engines.dng.tags import read_tags
from evaluation.adobe_sdk import AdobeSdk
from evaluation.scenes import camera_model, camera_scene, photographs
from evaluation.section import Section

_SIZE = 600
_OWN = 20
_EDITS: tuple[tuple[float, tuple[float, float] | None], ...] = (
    *((0.0, None), (1.0, None), (-1.0, None), (0.0, (3200.0, 10.0)), (0.5, (9000.0, -15.0))),
)


def measure(photos: Path) -> Section:
    """`photos`: a folder of camera JPEGs, from which linear DNGs are made."""
    sdk = AdobeSdk()
    rows, worst_mean, worst_p95 = [], 0.0, 0.0
    for name, mean, p95 in (*_own(sdk, photos), *_samples(sdk)):
        holds = mean <= 0.05 and p95 <= 0.25
        rows.append(Row(f"{name}: mean", mean, "CIEDE2000", "mean <= 0.05", mean <= 0.05))
        rows.append(Row(f"{name}: 95th percentile", p95, "CIEDE2000", "p95 <= 0.25", p95 <= 0.25))
        worst_mean, worst_p95 = max(worst_mean, mean), max(worst_p95, p95)
        if not holds:
            print(f"{name} is beyond the target: {mean:.3f}, {p95:.3f}")
    mired, tint, back = _temperatures(sdk)
    rows += [
        Row("worst file: mean", worst_mean, "CIEDE2000", "mean <= 0.05", worst_mean <= 0.05),
        Row("worst file: 95th percentile", worst_p95, "CIEDE2000", "p95 <= 0.25", worst_p95 <= 0.25),
        Row("temperature of a white point, beside Adobe's", mired, "mired", "<= 1", mired <= 1),
        Row("tint of a white point, beside Adobe's", tint, "tint", "<= 0.5", tint <= 0.5),
        Row("a white point there and back", back, "mired", "<= 1e-3", back <= 1e-3),
    ]
    return Section(rows)


def _own(sdk: AdobeSdk, photos: Path) -> list[tuple[str, float, float]]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for i, path in enumerate(photographs(photos, _OWN)):
            camera, model = camera_model(i)
            look = _random_profile(i) if i % 2 else Profile()
            stops, white = _EDITS[i % len(_EDITS)]
            file = Path(folder) / f"{i}.dng"
            file.write_bytes(linear_dng(camera_scene(path, model, 400), model, camera, look))
            mean, p95 = _compared(sdk, file, stops, white)
            told = f"{stops:+g} EV" + ("" if white is None else f", {white[0]:g} K {white[1]:+g}")
            found.append((f"own {i + 1}, {camera}, {told}{', profile' if i % 2 else ''}", mean, p95))
    return found


def _samples(sdk: AdobeSdk) -> list[tuple[str, float, float]]:
    return [
        (path.name, *_compared(sdk, path, 0.0, None))
        for path in sdk.samples
        if "PGTM" not in path.name  # gain maps that a profile holds, new in DNG 1.7
    ]


def _compared(sdk: AdobeSdk, file: Path, stops: float, white: tuple[float, float] | None) -> tuple[float, float]:
    theirs = sdk.render(file, _SIZE, stops, white)
    tags = read_tags(file.read_bytes())
    model = without_gain(color_model(tags), theirs.gain)
    xy = planckian_xy(*white) if white is not None else None
    ours = baseline(theirs.camera, model, profile(tags), exposure=stops, white=xy)
    found = difference(theirs.shown, ours.astype(np.float64))
    return found.mean, found.p95


def without_gain(model: ColorModel, gain: float) -> ColorModel:
    """What is left to do on pixels that the SDK has brightened while it read them, as it does with dark HDR files."""
    left = model.baseline_exposure - float(np.log2(gain))
    return replace(model, baseline_exposure=left, shadow_scale=model.shadow_scale * gain)


def _random_profile(seed: int) -> Profile:
    random = np.random.default_rng(seed)
    shape = (8, 12, 6)
    parts = [random.uniform(-40, 40, shape), random.uniform(0.5, 1.5, shape), random.uniform(0.8, 1.2, shape)]
    table = HueSatMap(np.stack(parts, axis=-1).astype(np.float32), encoded=True)
    curve = ((0.0, 0.0), (0.2, float(random.uniform(0.15, 0.4))), (0.5, float(random.uniform(0.5, 0.8))), (1.0, 1.0))
    return Profile("Random", curve, look_table=table, default_black=False)


def _temperatures(sdk: AdobeSdk) -> tuple[float, float, float]:
    """The largest disagreement over a grid, in mired and tint; and the largest of our own way there and back."""
    mired, tint, back = 0.0, 0.0, 0.0
    for kelvin in (2000, 2500, 3000, 3077, 3200, 4000, 5000, 5500, 6504, 8000, 12000, 20000, 40000):
        for offset in (-100, -30, 0, 30, 100):
            ours = planckian_xy(kelvin, offset)
            their_kelvin, their_tint = sdk.temperature(ours)
            mired = max(mired, abs(1e6 / their_kelvin - 1e6 / kelvin))
            tint = max(tint, abs(their_tint - offset))
            back = max(back, abs(1e6 / planckian_temperature(ours).kelvin - 1e6 / kelvin))
    return mired, tint, back
