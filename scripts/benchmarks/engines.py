"""How fast our two engines draw, beside the least that any engine does to a picture, and beside darktable-cli."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.adjustments import Adjustment, Enhance, Exposure, HighlightsShadows, Levels, LevelsChannel
from couloir.aperture.adjustments import WhiteBalance as ApertureWhiteBalance
from couloir.aperture.model import Operation, PixelSize
from couloir.color.spaces import SRGB_TO_PROPHOTO, srgb_decode, srgb_encode
from couloir.engines import aperture, camera_raw
from couloir.engines.dng import Calibration, ColorModel, baseline
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Picture
from couloir.engines.real import Darktable
from couloir.lightroom.keys import COLOURS
from couloir.lightroom.settings import DevelopSettings, PhotoKind

_SIZES = (("256 px", 171, 256, 25), ("2 MP", 1155, 1732, 5))
_SMALL = (64, 96)
_MANY = 100
_DARKTABLE_CALLS = 5
_BATCH, _BATCHES = 24, 12

_TONES: dict[str, object] = {
    "Exposure2012": 0.35,
    "Contrast2012": 20,
    "Highlights2012": -40,
    "Shadows2012": 35,
    "Whites2012": 15,
    "Blacks2012": -10,
}
_WHOLE: dict[str, object] = {
    **_TONES,
    "WhiteBalance": "Custom",
    "IncrementalTemperature": 8,
    "IncrementalTint": -4,
    "Clarity2012": 15,
    "Texture": 10,
    "Dehaze": 5,
    "Vibrance": 20,
    "Saturation": 5,
    **{f"{kind}Adjustment{name}": 10 for kind in ("Hue", "Saturation", "Luminance") for name in COLOURS},
    "ParametricLights": 10,
    "ToneCurvePV2012": (0, 5, 64, 60, 128, 135, 192, 200, 255, 250),
    "SplitToningShadowHue": 220,
    "SplitToningShadowSaturation": 10,
    "PostCropVignetteAmount": -15,
}
_BRICKS: tuple[Adjustment, ...] = (
    ApertureWhiteBalance(temperature=5300.0, tint=2.0),
    Exposure(exposure=0.3, recovery=0.4, black_point=3.0, brightness=0.1),
    Enhance(contrast=0.2, definition=0.2, saturation=1.1, vibrancy=0.2),
    HighlightsShadows(highlights=20.0, shadows=20.0),
    Levels(rgb=LevelsChannel(black=(0.03, 0.0), mid=(0.45, 0.5))),
)


def measure() -> Sequence[Row]:
    """Each figure is the best of several runs: beside the floor in processor time, beside a program in real time."""
    rows: list[Row] = []
    for name, height, width, runs in _SIZES:
        rows += _beside_floor(name, _picture(height, width), runs)
    return [*rows, *_small_batches(), *_beside_darktable()]


def _picture(height: int, width: int) -> Picture:
    """Something like a photo: smooth areas, an edge, grain."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width)
    base = np.stack([0.02 + x * 0.8, 0.05 + y * 0.6 + 0.2 * (x > 0.5), 0.1 + x * y], axis=-1)
    return np.clip(base * random.normal(1, 0.05, base.shape), 0, 1).astype(np.float32)


def _beside_floor(name: str, linear: Picture, runs: int) -> list[Row]:
    pixels = linear.shape[0] * linear.shape[1] / 1e6
    floor = _best(lambda: _floor(linear), runs)
    size = PixelSize(linear.shape[1], linear.shape[0])
    operations = [
        Operation("bench", "bench", i, enabled=True, mask_uuid=None, inputs={}, adjustment=each)
        for i, each in enumerate(_BRICKS)
    ]
    matrix = np.array([[0.6257, -0.0303, -0.1000], [-0.7880, 1.5621, 0.2396], [-0.1714, 0.1904, 0.7046]])
    model = ColorModel((Calibration(6500.0, matrix),), (0.45, 1.0, 0.65), 0.35)
    tones, whole = DevelopSettings(_TONES), DevelopSettings(_WHOLE)
    drawn: tuple[tuple[str, Callable[[], object], str | None], ...] = (
        ("Camera Raw engine, all tone sliders", lambda: camera_raw.render(linear, tones), "at most 40 times the floor"),
        ("Camera Raw engine, 45 settings of every kind", lambda: camera_raw.render(linear, whole), None),
        ("DNG baseline", lambda: baseline(linear, model), None),
        (
            "RAW file's way: DNG baseline, then all tone sliders",
            lambda: camera_raw.render(srgb_decode(baseline(linear, model)), tones),
            "at most 40 times the floor",
        ),
        (
            "Aperture engine, five bricks",
            lambda: aperture.render(linear, operations, master_size=size, processed_size=size, rotation=0),
            None,
        ),
    )
    rows = [Row(f"{name}: floor, a 3x3 matrix and one lookup", pixels / floor, "MP/s")]
    for label, draw, target in drawn:
        took = _best(draw, runs)
        rows.append(Row(f"{name}: {label}", pixels / took, "MP/s"))
        rows.append(
            Row(
                f"{name}: {label}, beside the floor",
                took / floor,
                "x floor",
                target,
                took <= 40 * floor if target else None,
            )
        )
    return rows


def _floor(linear: Picture) -> Picture:
    mixed = linear @ SRGB_TO_PROPHOTO.T.astype(np.float32)
    return _TABLE[(np.clip(mixed, 0, 1) * np.float32(4095)).astype(np.uint16)]


_TABLE = srgb_encode(np.linspace(0, 1, 4096)).astype(np.float32)


def _small_batches() -> list[Row]:
    """What learning and matching wait for: one of 24 settings that are drawn at once, never the same twice."""
    random = np.random.default_rng(2)
    rows = []
    for height, width in ((32, 48), _SMALL):
        linear = _picture(height, width)
        for label, settings in (("tone sliders", _TONES), ("45 settings of every kind", _WHOLE)):
            times = [_batch_time(linear, settings, random) for _ in range(_BATCHES)]
            name = f"{width}x{height}, {label}: one of {_BATCH} in a call"
            rows.append(Row(name, min(times) / _BATCH * 1e3, "ms"))
    return rows


def _batch_time(linear: Picture, settings: dict[str, object], random: np.random.Generator) -> float:
    many = [DevelopSettings(_stirred(settings, random)) for _ in range(_BATCH)]
    begun = time.process_time()
    camera_raw.render_many(linear, many)
    return time.process_time() - begun


def _stirred(settings: dict[str, object], random: np.random.Generator) -> dict[str, object]:
    """The same sliders, each up to 20 lower or higher."""
    moved = {key: value + int(random.integers(-20, 21)) for key, value in settings.items() if isinstance(value, int)}
    held = {key: min(max(value, -100), 100) for key, value in moved.items()}
    return {**settings, **held, "SplitToningShadowHue": int(random.integers(0, 361)), "SplitToningShadowSaturation": 10}


def _beside_darktable() -> list[Row]:
    """Settings that differ in Exposure, Blacks and a curve, which darktable reads, too."""
    linear = _picture(*_SMALL)
    settings = [
        DevelopSettings(
            {"Exposure2012": i / 100, "Blacks2012": i - 50, "ToneCurvePV2012": (0, 0, 128, 90 + i, 255, 255)}
        )
        for i in range(_MANY)
    ]
    ours = _best(lambda: camera_raw.render_many(linear, settings), 5, time.perf_counter)
    rows = [Row(f"{_MANY} settings of one 96x64 photo in one call", ours * 1e3, "ms")]
    if shutil.which("darktable-cli") is None:
        return rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        path.write_bytes(encode_jpeg(srgb_encode(linear)))
        calls = []
        for each in settings[:_DARKTABLE_CALLS]:
            begun = time.perf_counter()
            Darktable().render(Photo(path, PhotoKind.RENDERED), each, max(_SMALL))
            calls.append(time.perf_counter() - begun)
    theirs = median(calls) * _MANY
    return [
        *rows,
        Row(f"{_MANY} calls of darktable-cli ({_DARKTABLE_CALLS} measured)", theirs * 1e3, "ms"),
        Row("one call of ours beside them", theirs / ours, "times as fast", "at least 20", theirs >= 20 * ours),
    ]


def _best(work: Callable[[], object], runs: int, clock: Callable[[], float] = time.process_time) -> float:
    work()  # tables are made once
    times = []
    for _ in range(runs):
        begun = clock()
        work()
        times.append(clock() - begun)
    return min(times)
