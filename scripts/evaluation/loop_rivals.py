"""What else one could do: CMA-ES, which knows nothing of the renderer, and slopes by finite differences of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import cma
import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.color.spaces import srgb_to_lab
from couloir.derive.controls import between, limits, move
from couloir.derive.pictures.surrogate import Surrogate
from couloir.derive.pictures.working_copy import reduce_picture
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.options import MOVED
from couloir.refine.solver import RenderingSample, Solver
from evaluation.loop_cache import FOLDER
from evaluation.loop_engines import PAIRS, Pair, matched_alone, reference
from evaluation.loop_scenes import SIZE, Scene, scenes
from evaluation.loop_store import Store
from evaluation.section import Section

FILES: Final = 3
RENDERINGS: Final = 200
_STEP = 2.0  # normalised units, for a finite difference that JPEG noise and rounding do not hide
_ROUNDS = 3
_PAIR = PAIRS[0]


def measure(photos: Path, store: Store) -> Section:
    """`photos`: a folder of camera JPEGs; the first few edited scenes of one pair of programs."""
    every = [scene for scene in scenes(photos, 24, FOLDER / "scenes") if scene.edit != scene.exposure][:FILES]
    found: list[dict[str, list[float]]] = [
        store.of(f"rivals {scene.photo.path.stem}", partial(_compared, _PAIR, scene)) for scene in every
    ]
    rows = []
    for way in ("loop", "finite differences", "CMA-ES"):
        courses = [each[way] for each in found]
        for count in (1, 4, 6, 14, 28, 42, 100, RENDERINGS):
            if count > max(map(len, courses)):
                break
            value = float(np.mean([course[min(count, len(course)) - 1] for course in courses]))
            rows.append(Row(f"{way}, after {count} renderings: mean", value, "CIEDE2000"))
    return Section(rows)


class _Counted:
    """One scene in one program: draws, counts, and remembers the best difference after each rendering."""

    def __init__(self, pair: Pair, scene: Scene) -> None:
        self.scene = scene
        self._renderer = pair.target(scene, ())
        target = reference(pair, scene).picture
        assert target is not None
        self.target = target
        self.course: list[float] = []

    def draw(self, settings: DevelopSettings) -> tuple[Picture, float]:
        rows, columns = self.target.shape[:2]
        picture = reduce_picture(self._renderer.render(self.scene.photo, settings, SIZE), columns, rows)
        off = difference(picture[1:-1, 1:-1], self.target[1:-1, 1:-1]).mean
        self.course.append(min(off, self.course[-1]) if self.course else off)
        return picture, off


def _compared(pair: Pair, scene: Scene) -> dict[str, list[float]]:
    start = pair.edit(scene)
    return {
        "loop": matched_alone(pair, scene),
        "finite differences": _finite_differences(_Counted(pair, scene), start),
        "CMA-ES": _cma(_Counted(pair, scene), start),
    }


def _cma(counted: _Counted, start: DevelopSettings) -> list[float]:
    low, high = limits(start, MOVED, PhotoKind.RAW, counted.scene.as_shot)
    counted.draw(start)
    options = {"bounds": [low.tolist(), high.tolist()], "seed": 1, "verbose": -9, "maxfevals": RENDERINGS}
    search = cma.CMAEvolutionStrategy(np.zeros(len(MOVED)), 2.0, options)
    while len(counted.course) < RENDERINGS:
        asked = search.ask()
        search.tell(asked, [counted.draw(_at(counted, start, x))[1] for x in asked])
    return counted.course


class _Rendered(Surrogate):
    """The program's own slopes at one place, and straight lines from there."""

    def __init__(self, counted: _Counted, start: DevelopSettings) -> None:
        self.names = MOVED
        self._begun, self._counted = start, counted
        self.low, self.high = limits(start, MOVED, PhotoKind.RAW, counted.scene.as_shot)

    def linearise(self, x: NDArray[np.float64], lab: NDArray[np.float32]) -> None:
        """Render each slider moved by a step, from x where the picture is `lab`."""
        self._x, self._lab = x, lab
        self._slopes = np.zeros((len(MOVED), *lab.shape), dtype=np.float32)
        for place in range(len(MOVED)):
            step = np.zeros(len(MOVED))
            step[place] = _STEP if x[place] + _STEP <= self.high[place] else -_STEP
            picture, _ = self._counted.draw(_at(self._counted, self._begun, x + step))
            self._slopes[place] = (_colours(picture) - lab) / step[place]

    def lab(self, x: NDArray[np.float64]) -> NDArray[np.float32]:
        return np.asarray(self._lab + np.tensordot((x - self._x).astype(np.float32), self._slopes, 1))

    def lab_at(self, x: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.float32]:
        return self.lab(x)[places]

    def slopes(
        self,
        x: NDArray[np.float64],  # noqa: ARG002  (straight lines)
        places: NDArray[np.intp] | None = None,
        moving: NDArray[np.intp] | None = None,
    ) -> NDArray[np.float32]:
        moved = self._slopes if moving is None else self._slopes[moving]
        return moved if places is None else moved[:, places]


def _finite_differences(counted: _Counted, start: DevelopSettings) -> list[float]:
    surrogate = _Rendered(counted, start)
    target = _colours(counted.target)
    everything = np.ones(len(target), dtype=np.bool_)
    picture, off = counted.draw(start)
    best = RenderingSample(np.zeros(len(MOVED)), _colours(picture), everything)
    for _ in range(_ROUNDS):
        surrogate.linearise(best.x, best.lab)
        nothing = np.zeros((len(MOVED), len(target), 3), dtype=np.float32)
        solver = Solver(surrogate, target, everything, np.full(len(MOVED), 4.0), nothing)
        x = solver.propose(best, 0.02, np.zeros(len(MOVED), dtype=np.bool_))
        settings = _at(counted, start, x)
        picture, now = counted.draw(settings)
        if now < off:
            place = between(start, settings, PhotoKind.RAW, counted.scene.as_shot)
            off, best = now, RenderingSample(np.array([place[name] for name in MOVED]), _colours(picture), everything)
    return counted.course


def _at(counted: _Counted, start: DevelopSettings, x: Sequence[float] | NDArray[np.float64]) -> DevelopSettings:
    change: dict[str, Any] = dict(zip(MOVED, map(float, x), strict=True))
    return move(start, change, PhotoKind.RAW, counted.scene.as_shot)


def _colours(picture: Picture) -> NDArray[np.float32]:
    return srgb_to_lab(picture).reshape(-1, 3).astype(np.float32)
