"""Evaluates a model beside all simpler methods (the ladder), and with one part left out at a time (ablation)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import numpy as np

from couloir.learn.contestants import Regression
from couloir.learn.dataset import VALIDATION, Pairs
from couloir.learn.evaluate import PHOTOS, RESIDUAL, SEED, SOLVED, Contest, evaluate
from couloir.learn.examples import WITHOUT_PREVIEW, columns
from couloir.learn.judgement import Judgement, standings, summarise
from couloir.learn.network import Ensemble
from couloir.learn.photographs import Photograph
from couloir.learn.train import Recipe, train
from couloir.workers import Workers

SIZES: Final = (100, 1_000, 10_000)
"""Pairs of the learning curve, below the whole data set."""

FEWER_WORLDS: Final = 12
"""Test worlds of ablations and of the learning curve."""

NO_OFFSET: Final = "no offset"
_BRIEF_MEMBERS, _BRIEF_EPOCHS = 2, 30
BRIEF: Final = f"everything, trained as briefly ({_BRIEF_MEMBERS} members, {_BRIEF_EPOCHS} epochs)"
_EXPECTED: Final = tuple(columns("gap.", "has.expected").tolist())


@dataclass(frozen=True, slots=True)
class Plan:
    """The extent of an evaluation: test worlds of `photos` each; with `ablations`, `fewer` worlds for every variant."""

    worlds: int
    ablations: bool = False
    fewer: int = FEWER_WORLDS
    photos: int = PHOTOS
    seed: int = SEED


def judge(
    model: Ensemble,
    pairs: Pairs | None,
    photographs: tuple[Photograph, ...],
    plan: Plan,
    workers: Workers,
    told: Callable[[int, int], None],
) -> Judgement:
    """Evaluate a model beside the whole ladder. The regression is fitted to `pairs` and left out without them."""
    regression = None if pairs is None else Regression.fit(pairs.take(pairs.world % VALIDATION != 0))
    contest = Contest(photographs, model, regression, {}, {}, plan.photos)
    names, outcome = evaluate(contest, plan.worlds, workers, told, seed=plan.seed)
    return summarise(names, outcome, worlds=plan.worlds, seed=plan.seed)


def ablate(
    found: Judgement,
    model: Ensemble,
    recipe: Recipe,
    pairs: Pairs,
    photographs: tuple[Photograph, ...],
    plan: Plan,
    workers: Workers,
    told: Callable[[int, int], None],
) -> Judgement:
    """The judgement, extended by variants of the model without one part each and by variants trained on fewer pairs.

    Variants are trained briefly. The whole model is trained as briefly once more, for comparison.
    """
    others, inputs, curve = _variants(model, recipe, pairs)
    contest = Contest(photographs, model, None, others, inputs, plan.photos)
    names, outcome = evaluate(contest, plan.fewer, workers, told, seed=plan.seed)
    rows = {row.name: row for row in standings(names, outcome, np.ones(len(outcome.group), dtype=bool))}
    kept = [RESIDUAL, *(name for name in others if name not in curve), SOLVED]
    return msgspec.structs.replace(
        found, ablations=[rows[name] for name in kept], learning=[rows[name] for name in (*curve, BRIEF)]
    )


def _variants(
    model: Ensemble, recipe: Recipe, pairs: Pairs
) -> tuple[dict[str, Ensemble], dict[str, tuple[int, ...]], tuple[str, ...]]:
    """Ensembles by name, the columns that some were trained without, and the names of the learning curve."""
    brief = replace(recipe, members=_BRIEF_MEMBERS, epochs=min(recipe.epochs, _BRIEF_EPOCHS))
    trained: dict[str, tuple[Recipe, Pairs]] = {
        BRIEF: (brief, pairs),
        "no metric (plain regression of the sliders)": (replace(brief, by_metric=False), pairs),
        "no preview features": (replace(brief, without=tuple(WITHOUT_PREVIEW.tolist())), pairs),
        "no expected rendering": (replace(brief, without=_EXPECTED), pairs),
    }
    curve = []
    for size in SIZES:
        if size < len(pairs):
            name = f"{size:,} pairs"
            trained[name] = (_enough(brief, size, len(pairs)), _some(pairs, size))
            curve.append(name)
    alone = replace(model, members=model.members[:1])
    others: dict[str, Ensemble] = {NO_OFFSET: model, "no ensemble (one member)": alone}
    inputs = {name: variant.without for name, (variant, _) in trained.items() if variant.without}
    for name, (variant, some) in trained.items():
        others[name] = train(some, variant, lambda _member, _epoch, _loss: None).ensemble
    return others, inputs, tuple(curve)


def _some(pairs: Pairs, size: int) -> Pairs:
    """`size` training pairs from as many worlds as possible, and all validation worlds."""
    validates = pairs.world % VALIDATION == 0
    random = np.random.Generator(np.random.PCG64(size))
    chosen = random.permutation(np.flatnonzero(~validates))[:size]
    return pairs.take(np.sort(np.concatenate([chosen, np.flatnonzero(validates)])))


def _enough(recipe: Recipe, size: int, whole: int) -> Recipe:
    """The recipe with as many steps for fewer pairs, by at most ten times the epochs."""
    return replace(
        recipe, epochs=min(recipe.epochs * 10, round(recipe.epochs * whole / size)), batch=min(recipe.batch, size // 2)
    )
