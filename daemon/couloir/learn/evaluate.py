"""Evaluates a model on cameras, engine instances and photographs that it was not trained on, by picture differences.

Every photo is rendered by its own world's Camera Raw with the settings of every contestant and compared with the
preview. Offsets are fitted to ten other solved photos of the world, as matching would leave them in a library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_to_lab
from couloir.derive import analytic
from couloir.derive.controls import between
from couloir.derive.offsets import FEWEST
from couloir.derive.pictures.evidence import NARROWED, settle_by_pair
from couloir.derive.residual.classes import STATES, PictureState, mask_of
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.engines.protocol import Picture
from couloir.learn import contestants, worlds
from couloir.learn.contestants import Regression
from couloir.learn.examples import in_state, without
from couloir.learn.formulas import Formulas
from couloir.learn.network import Ensemble
from couloir.learn.photographs import Photograph
from couloir.learn.scenes import Sample
from couloir.learn.solve import INVISIBLE, Solution, Vector, apply
from couloir.learn.synthesise import classes_of_sample, extract_full, offset_of, solve_world
from couloir.learn.train import find_covered, settle
from couloir.learn.worlds import Split
from couloir.lightroom.settings import DevelopSettings
from couloir.workers import Workers

SEED: Final = 77
PHOTOS: Final = 24

NOTHING: Final = "nothing applied"
SAME_NAMES: Final = "same-name copy of values"
REGRESSION: Final = "regression per parameter"
ANALYTIC: Final = "analytic prior"
OFFSET: Final = "+ offset"
COLD: Final = "+ residual, no offset"
PAIRED: Final = "+ residual, no offset, weighed against the pair"
ALONE: Final = "+ residual, no offset, no picture at all"
ONLY_PREVIEW: Final = "+ residual, no offset, preview only"
ONLY_ORIGINAL: Final = "+ residual, no offset, original only"
RESIDUAL: Final = "+ offset + residual"
UNSEEN: Final = "+ offset + residual, no preview"
BLIND: Final = "+ offset + residual, no picture at all"
SOLVED: Final = "solved (the best these sliders can do)"
LADDER: Final = (
    *(NOTHING, SAME_NAMES, REGRESSION, ANALYTIC, OFFSET),
    *(ALONE, ONLY_ORIGINAL, ONLY_PREVIEW, COLD, PAIRED),
    *(BLIND, UNSEEN, RESIDUAL, SOLVED),
)
BY_STATE: Final = {
    PictureState.BOTH: PAIRED,
    PictureState.PREVIEW: ONLY_PREVIEW,
    PictureState.ORIGINAL: ONLY_ORIGINAL,
    PictureState.NEITHER: ALONE,
}
"""The model without a camera offset, by the pictures that it sees, as a translation uses it: where both are there, its
answer is weighed against them.
"""

_SIZES: Final = np.array([output.size for output in OUTPUTS])
_VISIBLE: Final = np.array([name not in INVISIBLE for name in OUTPUT_NAMES])


@dataclass(frozen=True, slots=True)
class Contest:
    """The data that a worker needs: photographs, model, regression, and further ensembles by name for ablations.

    `inputs`: the columns of features that an ensemble was trained without.
    """

    photographs: tuple[Photograph, ...]
    model: Ensemble
    regression: Regression | None
    others: Mapping[str, Ensemble]
    inputs: Mapping[str, tuple[int, ...]]
    photos: int = PHOTOS


@dataclass(frozen=True, slots=True)
class Outcome:
    """n photos: `mean` and `p95` (n, contestants) CIEDE2000; `error` and `held` (n, K) of the model with everything:
    slider errors in normalised units, and whether the 80 % interval held them. `group` (n,): 0 rendered files, 1 RAW
    under a learnt profile, 2 and 3 under Adobe's, with an original that Lightroom or Couloir drew. `classes` (n,)
    numbers as of `classes.mask_of`; `new_formulas` (n,): the photo's world has formulas that no training world has;
    `within` (n, states): the share of a photo's slider errors within the model's intervals, around the settings of
    BY_STATE.
    """

    mean: NDArray[np.float64]
    p95: NDArray[np.float64]
    error: NDArray[np.float64]
    held: NDArray[np.bool_]
    group: NDArray[np.intp]
    classes: NDArray[np.intp]
    new_formulas: NDArray[np.bool_]
    within: NDArray[np.float64]

    @classmethod
    def join(cls, parts: Sequence[Outcome]) -> Outcome:
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


GROUPS: Final = (
    "rendered files",
    "RAW, learnt profile",
    "RAW, Adobe's profile, its original by Lightroom",
    "RAW, Adobe's profile, its original by Couloir",
)


def evaluate(
    contest: Contest, world_count: int, workers: Workers, told: Callable[[int, int], None], *, seed: int = SEED
) -> tuple[tuple[str, ...], Outcome]:
    """The contestants' names, and their outcome in `world_count` test worlds of `contest.photos` photos each."""
    numbers = [seed * 1_000_003 + number for number in range(world_count)]
    parts: dict[int, Outcome] = {}
    for number, outcome in workers.run(judge_world, contest, numbers):
        parts[number] = outcome
        told(len(parts), world_count)
    return names(contest), Outcome.join([parts[number] for number in numbers])


def names(contest: Contest) -> tuple[str, ...]:
    """The columns of an outcome."""
    ladder = tuple(name for name in LADDER if name != REGRESSION or contest.regression is not None)
    return (*ladder, *contest.others)


def judge_world(contest: Contest, number: int) -> Outcome:
    """One test world."""
    world = worlds.draw(number, Split.TEST)
    held_out = [photograph for photograph in contest.photographs if photograph.held_out]
    samples, solutions = solve_world(world, held_out, contest.photos)
    random = np.random.Generator(np.random.PCG64([number, 5]))
    rows = []
    for index, sample in enumerate(samples):
        others = [other for other in range(len(samples)) if other != index]
        some = random.choice(others, size=min(FEWEST, len(others)), replace=False)
        offset = offset_of(world, [solutions[other] for other in sorted(some)])
        rows.append(_photo(contest, sample, solutions[index], offset))
    return Outcome.join(rows)


def _photo(contest: Contest, sample: Sample, solution: Solution, offset: Vector) -> Outcome:
    start = analytic(sample.version, sample.master).settings
    mask = np.array([mask_of(classes_of_sample(sample))], dtype=np.int32)
    plain, shifted = (features[np.newaxis] for features in extract_full(sample, offset))
    states = {state: settle(contest.model, in_state(plain, state), mask) for state in STATES}
    answer = settle(contest.model, shifted, mask)
    changes: dict[str, Vector] = {
        ANALYTIC: np.zeros(len(OUTPUTS)),
        OFFSET: offset,
        **{
            COLD if state is PictureState.BOTH else BY_STATE[state]: found.mean[0].astype(np.float64)
            for state, found in states.items()
        },
        UNSEEN: offset + _mean(contest.model, in_state(shifted, PictureState.ORIGINAL), mask),
        BLIND: offset + _mean(contest.model, in_state(shifted, PictureState.NEITHER), mask),
        RESIDUAL: offset + answer.mean[0],
        SOLVED: solution.change,
    }
    if contest.regression is not None:
        changes[REGRESSION] = contest.regression(plain)[0].astype(np.float64)
    for name, ensemble in contest.others.items():
        empty = np.array(contest.inputs.get(name, ()), dtype=np.intp)
        base = 0 if "no offset" in name else offset
        looked = plain if "no offset" in name else shifted
        changes[name] = base + _mean(ensemble, without(looked, empty, np.ones(1, dtype=bool)), mask)
    settings: dict[str, DevelopSettings] = {
        NOTHING: contestants.nothing(sample.master),
        SAME_NAMES: contestants.same_names(sample.version, sample.master),
    }
    settings.update({name: apply(sample, start, change) for name, change in changes.items()})
    both = states[PictureState.BOTH]
    settings[PAIRED] = _weighed(sample, settings[COLD], both.log_variance[0])
    moved = between(start, settings[PAIRED], sample.world.kind, sample.scene.as_shot)
    states[PictureState.BOTH] = replace(
        both,
        mean=np.array([[moved[name] for name in OUTPUT_NAMES]], dtype=np.float32),
        log_variance=both.log_variance + np.float32(2 * np.log(NARROWED)),
    )
    mean, p95 = _differences(sample.render([settings[name] for name in names(contest)]), sample.preview)
    error = (answer.mean[0] - (solution.change - offset)).astype(np.float32)
    group = 0 if sample.scene.model is None else 1 if sample.world.profiled else 2 + sample.plain
    held = find_covered(error[np.newaxis], answer.log_variance)
    within = [
        find_covered(found.mean - solution.change.astype(np.float32), found.log_variance)[0, _VISIBLE].mean()
        for found in states.values()
    ]
    return Outcome(
        mean=mean[np.newaxis],
        p95=p95[np.newaxis],
        error=error[np.newaxis].astype(np.float64),
        held=held,
        group=np.array([group], dtype=np.intp),
        classes=mask.astype(np.intp),
        new_formulas=np.array([sample.world.formulas is Formulas.NEW]),
        within=np.array([within]),
    )


def _weighed(sample: Sample, answered: DevelopSettings, log_variance: NDArray[np.float32]) -> DevelopSettings:
    """The model's answer to both pictures, weighed against them as a translation does it."""
    preview = np.asarray(srgb_decode(sample.preview), dtype=np.float32)
    expected = dict(zip(OUTPUT_NAMES, (np.exp(log_variance / 2) * _SIZES).tolist(), strict=True))
    kind, as_shot = sample.world.kind, sample.scene.as_shot
    return settle_by_pair(answered, sample.original(), preview, kind, as_shot, expected, scene=sample.scene_of_file())


def _mean(ensemble: Ensemble, features: NDArray[np.float32], mask: NDArray[np.int32]) -> Vector:
    return np.asarray(settle(ensemble, features, mask).mean[0], dtype=np.float64)


def _differences(pictures: Picture, target: Picture) -> tuple[Vector, Vector]:
    delta = ciede2000(srgb_to_lab(pictures), srgb_to_lab(target)[np.newaxis]).reshape(len(pictures), -1)
    return delta.mean(axis=1, dtype=np.float64), np.percentile(delta, 95, axis=1).astype(np.float64)
