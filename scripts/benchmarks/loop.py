"""The matching loop's own time and memory, without the renderer's."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.rows import Row
from couloir.derive.controls import move
from couloir.derive.pictures.preview import reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.camera_raw import NOMINAL, render
from couloir.engines.constants import draw
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import Options
from couloir.refine.shared import SharedSlopes
from sample_library.photographs import photograph

_PHOTOS = int(os.environ.get("COULOIR_BENCH_PHOTOS", "240"))
_SCENES = 12
_WARM = 100  # photos after which every table that is kept has been built
_SIZE = (256, 171)
_EDIT = {"exposure": 4.0, "contrast": 3.0, "saturation": -3.0, "shadows": 4.0, "temperature": 2.0}
_OPTIONS = Options(target=0.1, least_gain=0.02)  # pictures without noise: more renderings than photos take
_TARGET = 30.0  # ms
_FLAT = 1024.0  # bytes a photo


def measure() -> list[Row]:
    """COULOIR_BENCH_PHOTOS matches (240), each against a hidden Camera Raw; times are this process's processor time."""
    first, rest = [], []
    shared: SharedSlopes | None = None
    warm = 0.0
    for number, scene in enumerate(_scenes()):
        match, times = _matched(scene, number, shared)
        shared = match.lessons()
        if number < _WARM:
            warm = _peak()
            continue
        first.append(times[0])
        rest += times[1:]
    mean = float(np.mean(first + rest)) * 1000
    growth = (_peak() - warm) / max(1, _PHOTOS - _WARM)
    return [
        Row("loop's own time a rendering", mean, "ms", f"<= {_TARGET:g} ms", mean <= _TARGET),
        Row("loop's own time of the first rendering, with alignment and slopes", float(np.mean(first)) * 1000, "ms"),
        Row("loop's own time of each further rendering", float(np.mean(rest)) * 1000, "ms"),
        Row("renderings a photo in the loop", (len(first) + len(rest)) / len(first), "renderings"),
        Row(f"loop's memory for each further photo, over {_PHOTOS - _WARM}", growth, "bytes", f"<= {_FLAT:g}",
            growth <= _FLAT),
    ]  # fmt: skip


def _scenes() -> Iterator[Picture]:
    made = [photograph(seed, _SIZE) for seed in range(_SCENES)]
    for number in range(_PHOTOS):
        yield made[number % _SCENES]


def _matched(linear: Picture, number: int, shared: SharedSlopes | None) -> tuple[Match, list[float]]:
    constants = draw(NOMINAL, np.random.default_rng(number))
    look = move(DevelopSettings({}), _EDIT, PhotoKind.RENDERED)
    preview = make_working_copy(render(linear, look, constants=constants))
    begun = time.process_time()
    match = Match.begin(reference_of(preview), DevelopSettings({}), PhotoKind.RENDERED, _OPTIONS, shared=shared)
    times = []
    spent = time.process_time() - begun
    while (settings := match.ask()) is not None:
        picture = render(linear, settings, constants=constants)
        begun = time.process_time()
        match.tell(picture)
        times.append(time.process_time() - begun + spent)
        spent = 0.0
    return match, times


def _peak() -> float:
    """The most memory that this process has held, in bytes: macOS counts in bytes, Linux in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)
