"""The learned residual: inference in onnxruntime and in numpy, and features beside decoding their preview."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.rows import Row
from couloir.aperture.adjustments import Adjustment, Exposure, Levels, LevelsChannel
from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.model import Operation
from couloir.derive.features import extract, extract_many
from couloir.derive.pictures.gather import PhotoFiles, see
from couloir.derive.residual.model import HIGHEST, LOWEST, ResidualModel
from couloir.derive.residual.registry import probe, read_registry
from couloir.derive.residual.store import models_folder
from couloir.derive.translator import PhotoContext, Translator
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.learn.candidate import ensemble_of
from couloir.learn.scenes import MASTER, VERSION

BATCH = 100
PREVIEW = (1024, 683)
ORIGINAL = (4288, 2848)
ROUNDS = 9


def measure() -> Sequence[Row]:
    """The rows. Processor time, the fastest of several rounds, so that a busy computer counts less."""
    folder = models_folder()
    entry = read_registry(folder).entry
    model, ensemble = ResidualModel.load(folder, entry), ensemble_of(folder)
    features = probe(1, BATCH, LOWEST, HIGHEST)
    by_onnx = _fastest(lambda: model.predict(features)) / BATCH * 1e6
    by_numpy = _fastest(lambda: ensemble(features)) / BATCH * 1e6
    rows = [
        Row(f"{entry.name}: inference, batch {BATCH}, onnxruntime", by_onnx, "us/photo", "at most 100", by_onnx <= 100),
        Row(f"{entry.name}: the same in numpy", by_numpy, "us/photo"),
    ]
    return [*rows, *_features(), *_seeing()]


def _features() -> Sequence[Row]:
    version = replace(VERSION, operations=_edit())
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "preview.jpg")
        file.write_bytes(encode_jpeg(_picture(), 85))
        preview = load_pixels(file, None, orient=True)
        original = load_pixels(file, 256, orient=True)
        decoding = _fastest(lambda: load_pixels(file, None, orient=True))
        reduced = _fastest(lambda: load_pixels(file, 256, orient=True))
        alone = _fastest(lambda: extract(version, MASTER, preview=preview))
        both = _fastest(lambda: extract(version, MASTER, preview=preview, original=original))
    many = _fastest(lambda: extract_many([(version, MASTER)] * BATCH)) / BATCH
    share = both / decoding
    return [
        Row("decoding a preview of 1024 px", decoding * 1e3, "ms"),
        Row("decoding it reduced to 256 px, as the service does", reduced * 1e3, "ms"),
        Row("features of the adjustments alone", many * 1e6, "us"),
        Row("features with that preview", alone * 1e3, "ms"),
        Row("features with preview, original and expected rendering", both * 1e3, "ms"),
        Row("features over decoding", share, "times", "at most 1.5", share <= 1.5),
    ]


def _seeing() -> Sequence[Row]:
    """Both pictures of a photo, from their files to settings that they were weighed for."""
    version = replace(VERSION, operations=_edit())
    with tempfile.TemporaryDirectory() as name:
        files = PhotoFiles(
            version, MASTER, Path(name, "original.jpg"), Path(name, "preview.jpg"), PreviewStatus.UP_TO_DATE
        )
        for path, size, light in ((files.original, ORIGINAL, 1.0), (files.preview, PREVIEW, 1.3)):
            levels = np.uint8(255 * np.clip(light * _picture(), 0, 1))
            picture = np.asarray(Image.fromarray(levels).resize(size)) / 255
            assert path is not None
            path.write_bytes(encode_jpeg(picture, 85))
        seeing = _fastest(lambda: see(files))
        known, translator = PhotoContext.of(see(files)), Translator()
        assert not known.remark
        blind = _fastest(lambda: translator.translate_one(version, MASTER))
        weighed = _fastest(lambda: translator.translate_one(version, MASTER, known))
    a_second = 1 / (seeing / 2 + weighed)  # pictures are decoded on both cores, and weighed on one
    return [
        Row("seeing a photo: preview of 1024 px, original of 12 megapixels", seeing * 1e3, "ms"),
        Row("translating a photo alone, without pictures", blind * 1e3, "ms"),
        Row("translating it by its pictures, seen", weighed * 1e3, "ms"),
        Row("photos a second by their pictures, on 2 cores", a_second, "photos/s", "at least 3", a_second >= 3),
    ]


def _fastest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.quantiles(times, n=10)[0]


def _picture() -> np.ndarray:
    """A soft picture with some noise: as hard to decode as a photograph, about."""
    random = np.random.default_rng(1)
    columns, rows = PREVIEW
    y, x = np.mgrid[0:rows, 0:columns]
    waves = [np.sin(x / a) * np.cos(y / b) for a, b in ((90, 70), (40, 60), (15, 25))]
    picture = 0.5 + 0.2 * np.stack(waves, axis=-1) + random.normal(0, 0.02, (rows, columns, 3))
    return np.clip(picture, 0, 1).astype(np.float32)


def _edit() -> tuple[Operation, ...]:
    levels = Levels(rgb=LevelsChannel(black=(0.02, 0.0), mid=(0.48, 0.52), white=(0.95, 1.0)))
    edits: tuple[Adjustment, ...] = (Exposure(exposure=0.4, brightness=0.1), levels)
    return tuple(
        Operation(str(i), type(a).__name__, i * 1_000_000, enabled=True, mask_uuid=None, inputs={}, adjustment=a)
        for i, a in enumerate(edits)
    )
