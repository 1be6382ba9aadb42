"""Folds all that a version does to single pixels into one matrix and one curve a channel, which most programs have.

Exposure, white balance, levels, curves, contrast, saturation and black and white each have a control of another meaning
in each program. But all of them map a colour to a colour, and a matrix on linear light followed by a curve on each
encoded channel comes near to what they do together: what is left is `error`. The target is our Aperture engine's
colours, or the photo's own pair of pictures, where one was read and its original is what the other program begins with.

Programs draw it in this order: darktable's color calibration and rgb curve, RawTherapee's channel mixer and RGB curves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_encode, srgb_shown, srgb_to_lab
from couloir.derive.manifest import Carry
from couloir.derive.model import OperationOutcome
from couloir.derive.pictures.evidence import lay
from couloir.derive.pictures.nearness import Nearness, carry_from_preview
from couloir.derive.translate import photo_kind
from couloir.destinations.door import PhotoVersion
from couloir.destinations.judging import NOTHING_CHANGED, is_neutral, judge_operations, list_acting
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.render import apply
from couloir.lightroom.settings import PhotoKind

Samples = NDArray[np.float64]

GRID: Final[Samples] = np.linspace(0.0, 1.0, 256)
IDENTITY: Final[Samples] = np.eye(3)

POINTWISE: Final = (
    *(ap.RawFineTuning, ap.WhiteBalance, ap.Exposure, ap.Enhance, ap.HighlightsShadows, ap.Levels, ap.Curves),
    *(ap.BlackWhite, ap.Monochrome, ap.Sepia, ap.Gamma),
)
"""The adjustments that a fold carries: those that map a colour to a colour, and not single hues to others."""

_KNOTS: Final = 25  # of a curve while it is fitted
_BEND: Final = 2e-3  # weight of a second difference of knots, against one sample
_ROUNDS: Final = 12
_NUDGE: Final = 1e-3  # of the matrix, for its slopes
_FARTHEST: Final = 3.0  # an entry of the matrix
_TAIL: Final = 0.06  # encoded: beyond this a sample counts by its difference, not its square
_PULL: Final = 3e-5  # of the matrix towards the unit matrix, which decides where the colours do not


@dataclass(frozen=True, slots=True)
class Fold:
    """`matrix` acts on linear sRGB (its rows add up to 1), then `curves`: red, green and blue, 256 samples each of
    sRGB-encoded output over encoded input, never falling. `error` is what is left, in mean CIEDE2000 of the colours
    that it was fitted to. `taken` says how much nearer than the operations' the photo's own pair brings it, None where
    the operations gave it.
    """

    matrix: Samples
    curves: tuple[Samples, Samples, Samples]
    error: float
    taken: Nearness | None = None

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing that an 8-bit picture could show."""
        plain = np.abs(self.matrix - IDENTITY).max() < 1e-3
        return bool(plain) and all(np.abs(curve - GRID).max() < 0.5 / 255 for curve in self.curves)

    @property
    def mixes(self) -> bool:
        """Whether the matrix does anything."""
        return bool(np.abs(self.matrix - IDENTITY).max() >= 1e-3)

    def apply(self, linear: NDArray[np.floating]) -> Samples:
        """The encoded colours of linear ones (..., 3), clipped to 0..1."""
        return _draw(np.asarray(linear, dtype=np.float64), self.matrix, self.curves)


NOTHING_FOLDED: Final = Fold(IDENTITY, (GRID, GRID, GRID), 0.0)


def fold_version(shown: PhotoVersion, *, mixing: bool = True) -> Fold:
    """The fold of one version: from its own pair of pictures where both are there, else from its operations.

    Where the pair shows that neither brings the picture nearer to its preview, nothing is folded.
    """
    original, preview = shown.pictures
    raw = photo_kind(shown.master) is PhotoKind.RAW
    drawn = fold_operations(_with_base(shown.version.operations, raw=raw), raw=raw, mixing=mixing)
    if original is None or preview is None or drawn.is_identity:
        return drawn
    expected = drawn.apply(original).astype(np.float32)
    target = lay(preview, expected)
    if target is None:
        return drawn
    seen = fold_pictures(original, target, mixing=mixing)
    plain, off = (_miss(picture, target) for picture in (NOTHING_FOLDED.apply(original), expected))
    if min(seen.error, off) > plain - _LEAST_GAIN:
        return NOTHING_FOLDED
    return replace(seen, taken=Nearness(off, seen.error)) if seen.error < off - _LEAST_GAIN else drawn


def judge_folded(
    capabilities: Mapping[type, Carry],
    shown: PhotoVersion,
    fold: Fold,
    changed: Mapping[str, Carry] = NOTHING_CHANGED,
) -> tuple[OperationOutcome, ...]:
    """The outcome of each operation of a version whose pixels this fold carries; `changed` as in `judge_operations`."""
    acting = [each for each in list_acting(shown.version.operations) if isinstance(each.adjustment, POINTWISE)]
    taken = {} if fold.taken is None else carry_from_preview(acting, capabilities, fold.taken)
    return judge_operations(capabilities, shown.version, shown.translation.operations, {**taken, **changed})


def _with_base(operations: Sequence[Operation], *, raw: bool) -> Sequence[Operation]:
    """The operations with RAW Fine Tuning, which Aperture draws of each RAW photo even where it states none. A photo
    without any operation keeps the other program's own look.
    """
    is_stated = any(isinstance(each.adjustment, ap.RawFineTuning) and each.enabled for each in operations)
    if not raw or is_stated or not any(each.enabled for each in operations):
        return operations
    base = Operation(
        "", "RKRawDecodeOperation", 0, enabled=True, mask_uuid=None, inputs={}, adjustment=ap.RawFineTuning()
    )
    return (base, *operations)


def _miss(encoded: NDArray[np.floating], target: NDArray[np.floating]) -> float:
    return float(ciede2000(srgb_to_lab(encoded), srgb_to_lab(target)).mean())


def fold_operations(
    operations: Iterable[Operation],
    *,
    raw: bool = False,
    mixing: bool = True,
    constants: Constants = NOMINAL,
    kinds: Sequence[type] = POINTWISE,
) -> Fold:
    """Fold what our Aperture engine does for these operations, of those that are on, not painted, and of `kinds`.

    Without `mixing` there are curves only, for a program that has no matrix. `raw` says that Boost applies.
    """
    acting = (operation.adjustment for operation in list_acting(operations))
    drawn = [each for each in acting if isinstance(each, tuple(kinds))]
    if all(is_neutral(each) and not (raw and isinstance(each, ap.RawFineTuning)) for each in drawn):
        return NOTHING_FOLDED
    picture = _COLORS.astype(np.float32)[np.newaxis]
    for adjustment in drawn:
        picture = apply(picture, _without_surroundings(adjustment), raw=raw, constants=constants)
    wanted = np.asarray(srgb_shown(picture), dtype=np.float64)[0]
    return fit(_COLORS, wanted, _WEIGHTS, mixing=mixing)


def fold_pictures(original: NDArray[np.floating], target: NDArray[np.floating], *, mixing: bool = True) -> Fold:
    """Fold what lies between two pictures of the same frame and size (height, width, 3): a linear and an encoded one.

    What differs in a part of the picture only, as under a brush, counts little. The photo's own colours decide, and
    where it has none the curve goes straight on.
    """
    linear = np.asarray(original, dtype=np.float64).reshape(-1, 3)
    wanted = np.clip(np.asarray(target, dtype=np.float64), 0, 1).reshape(-1, 3)
    step = max(1, len(linear) // _MOST)
    return fit(linear[::step], wanted[::step], np.ones(len(linear[::step])), mixing=mixing)


_MOST: Final = 6000  # pixels of a pair that are fitted
_LEAST_GAIN: Final = 0.1
"""CIEDE2000, on average, by which the pair's own fold must be nearer than that of the operations, and any than none."""


def fit(linear: Samples, wanted: Samples, weights: Samples, *, mixing: bool = True) -> Fold:
    """The fold that brings `linear` colours (n, 3) nearest to the encoded `wanted` ones; `weights` (n,) are how much
    each counts.
    """
    found = [_judged(IDENTITY, [_AT, _AT, _AT], linear, wanted, weights)]
    if mixing and _is_grey(wanted):
        found.append(_fit_grey(linear, wanted, weights))
    for mixed in (False, True) if mixing else (False,):
        fitted = [_fit_channel(linear, wanted[:, part], weights, part, mixing=mixed) for part in range(3)]
        rows = np.array([row for row, _ in fitted])
        found.append(_judged(rows, [curve for _, curve in fitted], linear, wanted, weights))
    return min(found, key=lambda fold: fold.error)  # fitted by encoded values, chosen by what is seen


def _fit_grey(linear: Samples, wanted: Samples, weights: Samples) -> Fold:
    """Black and white, also toned: one row of the matrix for all channels, fitted to what they have in common."""
    row, _ = _fit_channel(linear, wanted.mean(axis=1), weights, None, mixing=True)
    shown = _encoded(linear @ row)
    curves = [_fit_curve(shown, wanted[:, channel], weights) for channel in range(3)]
    return _judged(np.tile(row, (3, 1)), curves, linear, wanted, weights)


def _judged(matrix: Samples, curves: Sequence[Samples], linear: Samples, wanted: Samples, weights: Samples) -> Fold:
    red, green, blue = (np.asarray(np.interp(GRID, _AT, curve)) for curve in curves)
    found = Fold(matrix, (red, green, blue), 0.0)
    left = ciede2000(srgb_to_lab(found.apply(linear)), srgb_to_lab(wanted))
    return replace(found, error=float(np.average(left, weights=weights)))


_AT: Final[Samples] = np.linspace(0.0, 1.0, _KNOTS)
_BENDS: Final[Samples] = np.diff(np.eye(_KNOTS), 2, axis=0)


def _fit_channel(
    linear: Samples, wanted: Samples, weights: Samples, channel: int | None, *, mixing: bool
) -> tuple[Samples, Samples]:
    """One row of the matrix and one curve, by turns: the curve for a row, then a step of the row.

    `channel` is the one that the row makes, None for grey.
    """
    start = np.full(3, 1 / 3) if channel is None else IDENTITY[channel]
    row = start.copy()
    curve = _fit_curve(_encoded(linear @ row), wanted, weights)
    if not mixing:
        return row, curve
    best, least = (row, curve), _loss(linear, row, curve, wanted, weights) + _pull(row, start)
    reach = 1.0
    for _ in range(_ROUNDS):
        moved = _step(linear, best[0], best[1], wanted, weights, start, reach)
        curve = _fit_curve(_encoded(linear @ moved), wanted, weights)
        loss = _loss(linear, moved, curve, wanted, weights) + _pull(moved, start)
        if loss < least * (1 - 1e-4):
            best, least, reach = (moved, curve), loss, min(1.0, reach * 2)
        else:
            reach /= 4
            if reach < 0.01:
                break
    return best


def _step(
    linear: Samples,
    row: Samples,
    curve: Samples,
    wanted: Samples,
    weights: Samples,
    start: Samples,
    reach: float,
) -> Samples:
    """A Gauss-Newton step of the row's two free numbers: its entries add up to 1, so that white stays white."""
    missing = wanted - _bent(_encoded(linear @ row), curve)
    slopes = np.stack(
        [(_bent(_encoded(linear @ (row + _NUDGE * way)), curve) - wanted + missing) / _NUDGE for way in _WAYS], axis=-1
    )
    share = weights / np.maximum(1.0, np.abs(missing) / _TAIL)
    share = share / share.sum()
    normal = slopes.T @ (slopes * share[:, None]) + _PULL * np.eye(2)
    pull = slopes.T @ (missing * share) - _PULL * np.array([(row - start) @ way / 2 for way in _WAYS])
    moved = row + np.linalg.solve(normal, pull) * reach @ _WAYS
    return np.asarray(moved) if np.abs(moved).max() <= _FARTHEST else row


_WAYS: Final[Samples] = np.array([[1.0, -1.0, 0.0], [0.0, -1.0, 1.0]])


def _pull(row: Samples, start: Samples) -> float:
    return float(_PULL * np.square(row - start).sum() / 2)


def _loss(linear: Samples, row: Samples, curve: Samples, wanted: Samples, weights: Samples) -> float:
    missing = np.abs(wanted - _bent(_encoded(linear @ row), curve))
    return float(np.average(np.minimum(missing**2, _TAIL * missing), weights=weights))


def _fit_curve(shown: Samples, wanted: Samples, weights: Samples) -> Samples:
    """Heights at the knots: smooth, never falling, nearest to the samples; straight where there are none."""
    place = np.clip(shown, 0, 1) * (_KNOTS - 1)
    left = np.minimum(place.astype(np.intp), _KNOTS - 2)
    right_share = place - left
    heights: Samples = _AT.copy()
    total = weights.sum()
    off = np.zeros_like(wanted)
    for _ in range(3):
        share = weights / np.maximum(1.0, off / _TAIL) * (_KNOTS / total)
        normal = np.zeros((_KNOTS, _KNOTS))
        np.add.at(normal, (left, left), share * (1 - right_share) ** 2)
        np.add.at(normal, (left + 1, left + 1), share * right_share**2)
        cross = share * right_share * (1 - right_share)
        np.add.at(normal, (left, left + 1), cross)
        np.add.at(normal, (left + 1, left), cross)
        moment = np.zeros(_KNOTS)
        np.add.at(moment, left, share * (1 - right_share) * wanted)
        np.add.at(moment, left + 1, share * right_share * wanted)
        # Where no colour says anything, the curve is as straight as its surroundings allow.
        normal += _BEND * _BENDS.T @ _BENDS + 1e-6 * np.eye(_KNOTS)
        heights = np.asarray(np.linalg.solve(normal, moment + 1e-6 * _AT), dtype=np.float64)
        off = np.abs(wanted - _bent(shown, heights))
    return np.maximum.accumulate(np.clip(heights, 0.0, 1.0))


def _draw(linear: Samples, matrix: Samples, curves: Sequence[Samples]) -> Samples:
    shown = _encoded(linear @ matrix.T)
    return np.stack([np.interp(shown[..., channel], GRID, curves[channel]) for channel in range(3)], axis=-1)


def _bent(shown: Samples, heights: Samples) -> Samples:
    return np.asarray(np.interp(shown, _AT, heights))


def _encoded(linear: Samples) -> Samples:
    return np.asarray(srgb_encode(np.clip(linear, 0.0, 1.0)), dtype=np.float64)


def _is_grey(encoded: Samples) -> bool:
    """Whether all colours lie on one line from black to white, plain or toned: each tone has one colour."""
    tone = np.rint(encoded.mean(axis=1) * 64).astype(np.intp)
    counts = np.bincount(tone, minlength=65)
    spread = 0.0
    for channel in range(3):
        means = np.bincount(tone, encoded[:, channel], 65) / np.maximum(counts, 1)
        spread = max(spread, float(np.abs(encoded[:, channel] - means[tone]).mean()))
    return spread < _ONE_COLOR


_ONE_COLOR: Final = 0.006  # encoded: as far as colours of a tone differ from one another in a grey or toned picture


def _without_surroundings(adjustment: ap.Adjustment) -> ap.Adjustment:
    """The adjustment without the parts that depend on a pixel's surroundings."""
    if isinstance(adjustment, ap.Enhance):
        return replace(adjustment, definition=0.0)
    return adjustment


def _chart() -> tuple[Samples, Samples]:
    """The colours that stand for all photographs, linear, and how much each counts: greys most, strong ones least."""
    levels = np.linspace(0.0, 1.0, 11)
    lattice = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    greys = np.repeat(np.linspace(0.0, 1.0, 129)[:, None], 3, axis=1)
    encoded = np.concatenate([lattice, greys])
    strength = encoded.max(axis=1) - encoded.min(axis=1)
    weights = np.concatenate([np.exp(-((strength[: len(lattice)] / 0.3) ** 2)), np.full(len(greys), 1.0)])
    return np.asarray(srgb_decode(encoded), dtype=np.float64), weights


_COLORS, _WEIGHTS = _chart()
