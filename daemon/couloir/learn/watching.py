"""Checks of training data: implausible pairs, regions with too few pairs, and libraries unlike the training data.

Each finding has a reason that a person can check, and findings are ranked by weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.feature_schema import INDEX, NAMES, SCHEMA
from couloir.derive.residual.outputs import OUTPUTS
from couloir.learn.dataset import Numbers, Pairs
from couloir.learn.examples import WITHOUT_ORIGINAL, WITHOUT_PREVIEW
from couloir.learn.network import Ensemble
from couloir.learn.train import image_loss

DISAGREES: Final = 6.0
"""Mean CIEDE2000 after solving beyond which a rendering and its preview are taken for different pictures."""

_SURPRISING: Final = 8.0  # CIEDE2000 between the label and what the model expects
_IMPOSSIBLE: Final = 40.0  # normalised units
_WORSE: Final = 0.5
_EDGES: Final = (-2.0, -1.0, -0.5, -0.1, 0.1, 0.5, 1.0, 2.0)  # of an adjustment's usual size
_FEW: Final = 30
_UNUSUAL: Final = 4.0  # standard deviations
_ADJUSTMENTS: Final = tuple(
    feature.name
    for feature in SCHEMA
    if feature.name.partition(".")[0] in {"exposure", "enhance", "highlights_shadows", "white_balance", "raw"}
    and feature.unit != "flag"
)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A pair that a person should check. `row` is its place in the data set; `weight` ranks it, more is worse."""

    row: int
    kind: str
    weight: float
    reason: str


def anomalies(pairs: Pairs, model: Ensemble | None = None) -> list[Anomaly]:
    """The implausible pairs with reasons, the worst first. One pair may occur with several reasons.

    With `model`, pairs are added whose label is far from the model's answer, measured in their own picture.
    """
    found: list[Anomaly] = []
    for row in np.flatnonzero(pairs.after > DISAGREES):
        told = f"Its best rendering is {pairs.after[row]:.1f} from the preview: another photo, crop or local edit?"
        found.append(Anomaly(int(row), "rendering", float(pairs.after[row]), told))
    for row in np.flatnonzero(pairs.after > pairs.before + _WORSE):
        told = f"The settings make it worse: {pairs.before[row]:.1f} before, {pairs.after[row]:.1f} after."
        found.append(Anomaly(int(row), "worse", float(pairs.after[row] - pairs.before[row]), told))
    farthest = np.abs(pairs.change).argmax(axis=1)
    for row in np.flatnonzero(np.abs(pairs.change).max(axis=1) >= _IMPOSSIBLE):
        output = OUTPUTS[farthest[row]]
        moved = pairs.change[row, farthest[row]] * output.size
        told = f"{output.name} moves by {moved:+.4g} {output.unit}, which no translation needs."
        found.append(Anomaly(int(row), "impossible", abs(float(pairs.change[row, farthest[row]])), told))
    found.extend(_duplicates(pairs))
    if model is not None:
        found.extend(_surprises(pairs, model))
    return sorted(found, key=lambda each: (-each.weight, each.row, each.kind))


def _duplicates(pairs: Pairs) -> list[Anomaly]:
    """Pairs with the same features: harmless with one label, a wrong pair with two."""
    _, first, inverse = np.unique(pairs.features, axis=0, return_index=True, return_inverse=True)
    found = []
    for row, original in enumerate(first[inverse.reshape(-1)]):
        if row == original:
            continue
        apart = float(np.abs(pairs.change[row] - pairs.change[original]).max())
        told = f"The same photo and edit as pair {original}, "
        told += "with the same settings." if apart < 1e-3 else f"but with settings up to {apart:.1f} units away."
        found.append(Anomaly(row, "duplicate", 1.0 + apart, told))
    return found


def _surprises(pairs: Pairs, model: Ensemble) -> list[Anomaly]:
    error = model(pairs.features).mean - pairs.change
    seen = image_loss(error, pairs.metrics())
    told = "The model expects settings that would look {:.1f} away from these: a wrong pair, or a new kind of edit."
    return [
        Anomaly(int(row), "surprise", float(seen[row]), told.format(seen[row]))
        for row in np.flatnonzero(seen > _SURPRISING)
    ]


@dataclass(frozen=True, slots=True)
class Region:
    """A range of one adjustment (`low` to `high`, physical units) and how many pairs lie in it."""

    feature: str
    low: float
    high: float
    pairs: int


def coverage(pairs: Pairs) -> list[Region]:
    """The range of every adjustment in pieces, with the number of pairs in each. Neutral pieces are left out."""
    found = []
    for name in _ADJUSTMENTS:
        values = pairs.features[:, INDEX[name]]
        size = _usual(name)
        edges = np.array([-np.inf, *(edge * size for edge in _EDGES), np.inf])
        counts, _ = np.histogram(values, edges)
        feature = SCHEMA[INDEX[name]]
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
            start, end = max(float(low), feature.low), min(float(high), feature.high)
            if start < end and not (start < 0 < end):
                found.append(Region(name, start, end, int(count)))
    return found


def holes(regions: Sequence[Region]) -> list[Region]:
    """The pieces with too few pairs, the emptiest first."""
    return sorted((region for region in regions if region.pairs < _FEW), key=lambda each: (each.pairs, each.feature))


def most_helpful(pairs: Pairs, candidates: Numbers, model: Ensemble, count: int) -> list[tuple[int, float]]:
    """The photos (by their features) on which the ensemble's members disagree most, with the disagreement in units.

    More data reduces the variance between members, but not the variance within them (the noise). Photos near one that
    was already chosen are skipped.
    """
    means, _ = model.answers(candidates)
    doubt = np.sqrt(np.square(means - means.mean(axis=0)).mean(axis=0).sum(axis=1))
    standard = model.standard(candidates)
    spread = float(np.sqrt(np.square(model.standard(pairs.features).std(axis=0)).sum())) or 1.0
    chosen: list[tuple[int, float]] = []
    for row in np.argsort(-doubt, kind="stable"):
        near = any(np.linalg.norm(standard[row] - standard[other]) < 0.2 * spread for other, _ in chosen)
        if not near:
            chosen.append((int(row), float(doubt[row])))
        if len(chosen) == count:
            break
    return chosen


@dataclass(frozen=True, slots=True)
class Drift:
    """A library against the training data. `features`: mean shift by feature, in the training data's deviations;
    `unusual`: share of photos with a feature more than four deviations out; `distance`: mean squared shift.
    """

    photos: int
    unusual: float
    distance: float
    features: Mapping[str, float]

    @property
    def foreign(self) -> bool:
        """Whether the library is too unlike the training data to trust the model: then only measurements count."""
        return self.unusual > 0.2 or self.distance > 1.0


def drift(features: Numbers, model: Ensemble, *, most: int = 10, without_pictures: bool = False) -> Drift:
    """The drift of a library's photos (n, COUNT) from the model's training data, with the largest shifts.

    `without_pictures` leaves out the features of pictures, for photos whose pictures were not read.
    """
    alive = model.gain > 0
    if without_pictures:
        alive = alive.copy()
        alive[np.concatenate([WITHOUT_PREVIEW, WITHOUT_ORIGINAL])] = False
    standard: NDArray[np.float64] = ((features - model.centre) * model.gain)[:, alive].astype(np.float64)
    shift = standard.mean(axis=0)
    names = [name for name, lives in zip(NAMES, alive, strict=True) if lives]
    order = np.argsort(-np.abs(shift), kind="stable")[:most]
    return Drift(
        photos=len(features),
        unusual=float((np.abs(standard) > _UNUSUAL).any(axis=1).mean()) if len(features) else 0.0,
        distance=float(np.square(shift).mean()),
        features={names[i]: float(shift[i]) for i in order},
    )


def _usual(name: str) -> float:
    """A common size of an adjustment, in its unit: a tenth of its range, at most 40 of Lightroom-like sliders."""
    feature = SCHEMA[INDEX[name]]
    return min(max(abs(feature.low), abs(feature.high)) / 5, 30.0)
