"""Does a learnt profile keep on new photos what it says of itself? Twelve libraries, and motifs that none of them has.

Half of the libraries hold series: each motif several times, framed and exposed differently. Half are simulations of
Aperture, half are random looks. A quarter of the usual training pixels, for time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.rows import Row
from couloir.engines.dng import Profile, baseline
from couloir.profiles import Pair, learning
from evaluation.profiles_standins import CAMERA, Scene, boosted_truth
from evaluation.raw_kinds import random_look
from evaluation.section import Section

_RUNS = 12
_MOTIFS = (4, 6, 8)
_SERIES = 4
_PIXELS = 3000


def measure(scenes: Sequence[Scene]) -> Section:
    """`scenes`: photographs as one camera saw them, each another motif."""
    usual, learning.PIXELS = learning.PIXELS, _PIXELS  # type: ignore[misc]
    try:
        found = [_run(scenes, run) for run in range(_RUNS)]
    finally:
        learning.PIXELS = usual  # type: ignore[misc]
    promised, new = (np.array([each[i] for each in found]) for i in (0, 1))
    rows = [
        Row(f"library {run + 1}, {_told(run)}: {what}", value, "CIEDE2000")
        for run, pair in enumerate(found)
        for what, value in zip(("promised", "on new photos"), pair, strict=True)
    ]
    own, kept = float(promised.mean()), float(new.mean())
    rows += [
        Row("promised by the profile itself, mean of 12 libraries", own, "CIEDE2000", ">= on new photos", own >= kept),
        Row("on new photos, mean of 12 libraries", kept, "CIEDE2000"),
        Row("libraries whose profile promised more than it held", int((promised < new).sum()), "of 12"),
    ]
    return Section(rows)


def _told(run: int) -> str:
    return f"{_MOTIFS[run % 3]} motifs{' in series' if run % 2 else ''}, look {run // 2 % 4}"


def _run(scenes: Sequence[Scene], run: int) -> tuple[float, float]:
    """What the profile of one library promises (mean CIEDE2000), and what it brings to the motifs left over."""
    random = np.random.default_rng(run)
    order = [scenes[i] for i in random.permutation(len(scenes))]
    motifs = _MOTIFS[run % 3]
    look = None if run // 2 % 2 else random_look(run // 2)
    library = [
        _pair(each, taken, look, f"{each.name} {i}")
        for each in order[:motifs]
        for i, taken in enumerate(_taken(each.camera[::2, ::2], _SERIES if run % 2 else 1, random))
    ]
    learnt = learning.learn(library, CAMERA)
    new = [_pair(each, each.camera[::2, ::2], look, each.name) for each in order[motifs:]]
    after = [learning.judge(each, learnt.profile.look).after.mean for each in new]
    return learnt.after.mean, float(np.mean(after))


def _taken(camera: np.ndarray, count: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """The motif as it is, or several times, a fifth smaller and exposed up to 0.3 EV differently."""
    rows, columns = camera.shape[:2]
    for _ in range(count):
        if count == 1:
            yield camera
            return
        top, left = random.integers(0, rows // 5 + 1), random.integers(0, columns // 5 + 1)
        part = camera[top : top + rows * 4 // 5, left : left + columns * 4 // 5]
        yield np.clip(part * 2.0 ** random.uniform(-0.3, 0.1), 0, 1).astype(np.float32)


def _pair(of: Scene, camera: np.ndarray, look: Profile | None, name: str) -> Pair:
    scene = Scene(name, of.file, camera, of.model)
    shown = boosted_truth(scene) if look is None else baseline(camera, of.model, look)
    return Pair(name, camera, of.model, (np.rint(shown * 255) / 255).astype(np.float32))
