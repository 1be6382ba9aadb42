"""What learning costs: 50 RAW files of 24 megapixels, and what of it is decoding."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.engines.dng.files import model_tags
from couloir.engines.dng.raw import load_raw
from couloir.engines.dng.tags import BYTE, LONG, SHORT, Tag, numbers, write_tags
from couloir.engines.pixels import resize
from couloir.profiles import Pair, learn
from couloir.profiles.loading import SIZE
from evaluation.profiles_standins import Cache, Scene, filmic, pairs_of
from evaluation.section import Section

_PHOTOS = 50
_COLUMNS, _ROWS = 6000, 4000


def measure(scenes: list[Scene], cache: Cache) -> Section:
    pairs = pairs_of(filmic, scenes, cache)
    many = [Pair(f"{each.name} {i}", each.camera, each.model, each.shown) for i in (0, 1) for each in pairs][:_PHOTOS]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.dng"
        file.write_bytes(mosaic(scenes[0]))
        begun, busy = time.perf_counter(), time.process_time()
        for _ in range(_PHOTOS):
            load_raw(file, lambda _columns, _rows: SIZE)
        decoding, decoding_busy = time.perf_counter() - begun, time.process_time() - busy
    begun, busy = time.perf_counter(), time.process_time()
    learn(many, "Canon EOS 30D")
    fitting, fitting_busy = time.perf_counter() - begun, time.process_time() - busy
    whole = decoding_busy + fitting_busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [
        Row("decoding 50 RAW files of 24 MP", decoding_busy, "CPU seconds"),
        Row("learning from 50 photos, judging included", fitting_busy, "CPU seconds"),
        Row("share spent decoding", decoding_busy / whole, "share"),
        Row("the same by the clock, on a computer that did other work too", decoding + fitting, "s"),
        Row("highest memory of the whole process", peak, "MB"),
    ]
    return Section(rows)


def mosaic(scene: Scene) -> bytes:
    """A Bayer DNG of 24 megapixels from a scene: uncompressed, 16 bits."""
    large = resize(scene.camera, _COLUMNS, _ROWS)
    levels = np.empty((_ROWS, _COLUMNS), "<u2")
    for row, column, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        levels[row::2, column::2] = np.rint(large[row::2, column::2, channel] * 65535)
    tags = {
        254: numbers(LONG, [0]),
        256: numbers(LONG, [_COLUMNS]),
        257: numbers(LONG, [_ROWS]),
        258: numbers(SHORT, [16]),
        259: numbers(SHORT, [1]),
        262: numbers(SHORT, [32803]),
        274: numbers(SHORT, [1]),
        277: numbers(SHORT, [1]),
        278: numbers(LONG, [_ROWS]),
        33421: numbers(SHORT, [2, 2]),
        33422: Tag(BYTE, bytes((0, 1, 1, 2))),
        50706: Tag(BYTE, bytes((1, 4, 0, 0))),
        50717: numbers(LONG, [65535]),
        **model_tags(scene.model, "Canon EOS 30D"),
    }
    return write_tags(tags, strips=[levels.tobytes()])
