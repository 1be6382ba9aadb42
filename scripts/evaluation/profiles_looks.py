"""How near a learnt profile brings photos that it never saw: real engines' looks, rendered by Adobe's SDK."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import couloir.profiles
from benchmarks.rows import Row
from couloir.color.difference import Difference, difference
from couloir.engines.dng import Profile
from couloir.profiles import CameraProfile, Pair, profile_bytes, read_profile
from couloir.profiles.fit import fit
from couloir.profiles.learning import generic, train
from couloir.profiles.samples import most_colorful, take
from evaluation.adobe_sdk import AdobeSdk
from evaluation.engines_renderers import sheet
from evaluation.profiles_standins import CAMERA, LOOKS, SIZE, Cache, Scene, boosted_truth, hashed, pair_of
from evaluation.section import Section

FOLDS = 4
COUNTS = (1, 3, 5, 10, 20)
_CODE = b"".join(path.read_bytes() for path in sorted(Path(couloir.profiles.__file__).parent.glob("*.py")))

# Mean and 95th percentile that were asked for, by look and number of photos.
_TARGETS = {
    ("darktable filmic", 10): (0.55, 1.5),
    ("darktable base curve", 10): (0.85, 2.5),
    ("darktable filmic", 3): (0.8, None),
    ("darktable base curve", 3): (1.0, None),
    ("simulated Aperture", 10): (0.8, None),
}


@dataclass(frozen=True, slots=True)
class Score:
    """Photos held out: under the SDK's default and under a profile, in one order."""

    before: list[Difference]
    after: list[Difference]

    def mean(self, *, after: bool = True) -> float:
        return float(np.mean([each.mean for each in (self.after if after else self.before)]))

    def p95(self, *, after: bool = True) -> float:
        return float(np.mean([each.p95 for each in (self.after if after else self.before)]))

    def worst_loss(self) -> float:
        """How much the photo that lost most lost; negative when all gained."""
        return max(a.mean - b.mean for a, b in zip(self.after, self.before, strict=True))


Fold = tuple[list[Pair], list[tuple[Scene, np.ndarray]]]
"""What may be trained on, and what is held out beside its truth."""


class Bench:
    """Renders by Adobe's SDK with a profile written to a file."""

    def __init__(self, cache: Cache) -> None:
        self._sdk = AdobeSdk()
        self._cache = cache
        self._file = cache.folder / f"under-test-{os.getpid()}.dcp"
        self._default: dict[tuple[Path, float], np.ndarray] = {}

    def shown(self, scene: Scene, look: Profile | None, stops: float = 0.0) -> np.ndarray:
        if look is None:
            if (scene.file, stops) not in self._default:
                self._default[scene.file, stops] = self._sdk.render(scene.file, SIZE, stops).shown
            return self._default[scene.file, stops]
        self._file.write_bytes(profile_bytes(CameraProfile(CAMERA, self._whole(scene, look))))
        return self._sdk.render(scene.file, SIZE, stops, profile=self._file).shown

    def score(self, held: list[tuple[Scene, np.ndarray]], look: Profile, stops: float = 0.0) -> Score:
        """`held`: scenes beside what they should look like. The same pictures and profile are measured once."""
        before = [self._difference(scene, truth, None, stops) for scene, truth in held]
        return Score(before, [self._difference(scene, truth, look, stops) for scene, truth in held])

    def _difference(self, scene: Scene, truth: np.ndarray, look: Profile | None, stops: float) -> Difference:
        drawn = b"" if look is None else profile_bytes(CameraProfile(CAMERA, self._whole(scene, look)))
        facts = (hashed(drawn), hashed(scene.file.read_bytes()), hashed(truth.tobytes()), stops)
        file = self._cache.folder / f"difference-{hashed(repr(facts).encode())}.json"
        if not file.exists():
            found = difference(truth.astype(np.float64), self.shown(scene, look, stops))
            file.write_text(json.dumps([found.mean, found.p95]), encoding="utf-8")
        return Difference(*json.loads(file.read_text(encoding="utf-8")))

    def _whole(self, scene: Scene, look: Profile) -> Profile:
        return replace(look, name="Test", calibrations=look.calibrations or scene.model.calibrations)


def taught(pairs: list[Pair], cache: Cache) -> Profile:
    """The look that these photos teach, learnt once with the same code and kept."""
    facts = [hashed(each.shown.tobytes() + each.camera.tobytes()) for each in pairs]
    file = cache.folder / f"taught-{hashed(_CODE + repr(facts).encode())}.dcp"
    if not file.exists():
        look = train(pairs)
        whole = replace(look, name="Taught", calibrations=look.calibrations or pairs[0].model.calibrations)
        file.write_bytes(profile_bytes(CameraProfile(CAMERA, whole)))
    return read_profile(file).look


def folds(scenes: list[Scene], look: str, cache: Cache) -> list[Fold]:
    """The scenes under a look, split in FOLDS ways."""
    order = np.random.default_rng(7).permutation(len(scenes))
    pairs = [pair_of(LOOKS[look], scene, cache) for scene in scenes]
    split = []
    for i in range(FOLDS):
        out = set(order[i::FOLDS].tolist())
        truth = [boosted_truth(s) if look == "simulated Aperture" else pairs[j].shown for j, s in enumerate(scenes)]
        split.append(([pairs[j] for j in range(len(scenes)) if j not in out], [(scenes[j], truth[j]) for j in out]))
    return split


def measure(scenes: list[Scene], cache: Cache) -> Section:
    """`scenes`: those of one camera."""
    bench = Bench(cache)
    rows: list[Row] = []
    pictures: dict[str, bytes] = {}
    for look in LOOKS:
        split = folds(scenes, look, cache)
        scores = {count: _after(bench, split, count, cache) for count in COUNTS}
        curve = _joined([bench.score(held, _curve_alone(pool)) for pool, held in split])
        for told, mean, p95 in (
            ("default", scores[10].mean(after=False), scores[10].p95(after=False)),
            ("curve alone, 10 photos", curve.mean(), curve.p95()),
        ):
            rows += [Row(f"{look}, {told}: mean", mean, "CIEDE2000"), Row(f"{look}, {told}: p95", p95, "CIEDE2000")]
        rows += _rows(look, scores)
        name = f"profiles-{look.replace(' ', '-').lower()}.jpg"
        pictures[name] = _sheet(bench, split[0][1], taught(most_colorful(split[0][0], 10, 0), cache))
    return Section(rows, pictures)


def _rows(look: str, scores: dict[int, Score]) -> list[Row]:
    rows = []
    for count, score in scores.items():
        mean, p95 = _TARGETS.get((look, count), (None, None))
        target, holds = (None, None) if mean is None else (f"<= {mean}", score.mean() <= mean)
        rows.append(Row(f"{look}, {count} photos: mean", score.mean(), "CIEDE2000", target, holds))
        wide, kept = (None, None) if p95 is None else (f"<= {p95}", score.p95() <= p95)
        rows.append(Row(f"{look}, {count} photos: p95", score.p95(), "CIEDE2000", wide, kept))
        if count == 10:
            loss = score.worst_loss()
            rows.append(Row(f"{look}, 10 photos: most that a photo lost", loss, "CIEDE2000", "<= 0.2", loss <= 0.2))
            worse = float(np.mean([a.mean > b.mean for a, b in zip(score.after, score.before, strict=True)]))
            rows.append(Row(f"{look}, 10 photos: share that got worse", worse, "share"))
    return rows


def _after(bench: Bench, split: list[Fold], count: int, cache: Cache) -> Score:
    """The photos held out in these folds, under what so many others teach."""
    return _joined([bench.score(held, taught(most_colorful(pool, count, 0), cache)) for pool, held in split])


def _joined(scores: list[Score]) -> Score:
    return Score([each for s in scores for each in s.before], [each for s in scores for each in s.after])


def _curve_alone(pool: list[Pair]) -> Profile:
    photos = [take(each, 1200) for each in most_colorful(pool, 10, 0)]
    return replace(fit(photos, generic(), curve_only=True).profile(""), look_table=None)


def _sheet(bench: Bench, held: list[tuple[Scene, np.ndarray]], look: Profile) -> bytes:
    pictures: list[np.ndarray] = []
    for scene, truth in held[:3]:
        pictures += [bench.shown(scene, None), bench.shown(scene, look), truth]
    return sheet(pictures, height=130)
