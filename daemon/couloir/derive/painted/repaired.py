"""Whether Aperture's preview shows what was retouched, place by place, and whether our drawing of it agrees.

The untouched original is brought to the preview's tones, by one polynomial for the picture, and a gain and an offset of
each channel around each place. Inside, the preview is then like the original (nothing vanished there), or it is not;
and it is like the original with the place covered as our engine covers it, or otherwise covered.
`scripts/evaluate_local.py` has how often that is right on photographs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_encode
from couloir.derive.model import Fidelity, OperationOutcome, Translation
from couloir.derive.painted.frame import ShownFrame
from couloir.engines.camera_raw.masks import Alpha
from couloir.engines.camera_raw.repairs import draw_repairs, mask_area
from couloir.engines.protocol import Picture
from couloir.language import count
from couloir.lightroom.local.repairs import Repairs, RetouchedArea


class SpotState(StrEnum):
    """What the preview shows at a retouched place."""

    REPAIRED = "repaired"
    """It is not as the original there, and as our engine covers it."""
    OTHERWISE = "otherwise"
    """It is not as the original there, nor as our engine covers it."""
    UNCHANGED = "unchanged"
    """It is as the original there, though covering it would show."""
    UNSEEN = "unseen"
    """It is too small, too faint or too far outside to tell."""


@dataclass(frozen=True, slots=True)
class SeenRepairs:
    """What is retouched of a version, with the best sources, and what the preview shows of each area; `shown` is empty
    where no preview was at hand.
    """

    repairs: Repairs
    shown: tuple[SpotState, ...]


_Box = tuple[slice, slice]

_INSIDE: Final = 0.5  # of an area's mask
_FEWEST: Final = 9  # pixels of a place
_RING: Final = (1.25, 2.8)  # radii
_FEWEST_AROUND: Final = 24  # pixels
_LEAST: Final = 0.012  # of encoded values: a change that shows
_NOISE: Final = 2.5  # as a multiple of what is left around
_UNCHANGED, _CHANGED = 0.33, 0.6  # the distance to the original over that to our drawing
_AGREES: Final = 0.6  # the inverse
_GAIN: Final = (0.4, 2.5)
_FITTED: Final = 8000  # pixels


def judge_repairs(repairs: Repairs, frame: ShownFrame, original: Picture, preview: Picture) -> tuple[SpotState, ...]:
    """What the preview shows of each area. Both pictures are linear sRGB, of one size, in the version's frame; about
    768 pixels are meant.
    """
    areas = [frame.show_area(area) for area in repairs.areas]
    rows, columns = original.shape[:2]
    retouched = np.zeros((rows, columns), dtype=bool)
    for area in areas:
        box, alpha = _window(area, columns, rows)
        retouched[box] |= alpha > 0
    wanted = _encode(preview)
    toned = _Toned(_encode(original), wanted, ~retouched)
    return tuple(_judge(area, retouched, original, toned, wanted) for area in areas)


class _Toned:
    """The original's tones and colours as the preview has them: polynomials of the third degree, fitted where nothing
    was retouched.
    """

    def __init__(self, original: Picture, preview: Picture, where: NDArray[np.bool_]) -> None:
        own, wanted = original[where], preview[where]
        step = max(1, len(own) // _FITTED)
        terms = _terms(own[::step]).astype("f8")
        gram = terms.T @ terms + 1e-4 * len(terms) * np.eye(terms.shape[1])
        self._coefficients = np.linalg.solve(gram, terms.T @ (wanted[::step] - own[::step])).astype("f4")

    def __call__(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Pixels (n, 3)."""
        return np.asarray(encoded + _terms(encoded) @ self._coefficients)


def apply_seen(translation: Translation, seen: SeenRepairs) -> Translation:
    """The translation with the repairs that the preview does not refute, and with what it shows in the reasons."""
    areas = seen.repairs.areas
    if len(areas) != len(translation.area_operations):
        return translation  # it was seen as another version
    if not seen.shown:
        return replace(translation, repairs=replace(translation.repairs, areas=areas))
    kept = tuple(number for number, shown in enumerate(seen.shown) if shown is not SpotState.UNCHANGED)
    found: dict[str, list[SpotState]] = {}
    for uuid, shown in zip(translation.area_operations, seen.shown, strict=True):
        found.setdefault(uuid, []).append(shown)
    told = (_told(outcome, found.get(outcome.operation_uuid, ())) for outcome in translation.operations)
    return replace(
        translation,
        repairs=replace(translation.repairs, areas=tuple(areas[number] for number in kept)),
        area_operations=tuple(translation.area_operations[number] for number in kept),
        operations=tuple(told),
    )


def _told(outcome: OperationOutcome, shown: Sequence[SpotState]) -> OperationOutcome:
    if not shown:
        return outcome
    reason = " ".join([outcome.reason, *_sentences(Counter(shown))])
    if any(each is not SpotState.UNCHANGED for each in shown):
        return replace(outcome, reason=reason)
    words = " ".join(_sentences(Counter(shown)))
    return replace(outcome, fidelity=Fidelity.LOST, reason=words, settings=(), lost=(*outcome.lost, words))


def _sentences(counts: Counter[SpotState]) -> Iterator[str]:
    if spots := counts[SpotState.REPAIRED]:
        yield count(
            spots,
            f"The preview shows {spots} spot repaired, as our engine draws it.",
            f"The preview shows {spots} spots repaired, as our engine draws them.",
        )
    if spots := counts[SpotState.OTHERWISE]:
        yield count(
            spots,
            f"The preview shows {spots} spot repaired, but not as our engine draws it.",
            f"The preview shows {spots} spots repaired, but not as our engine draws them.",
        )
    if spots := counts[SpotState.UNCHANGED]:
        yield count(
            spots,
            f"The preview shows {spots} spot unchanged, so it is not written.",
            f"The preview shows {spots} spots unchanged, so they are not written.",
        )
    if spots := counts[SpotState.UNSEEN]:
        yield count(
            spots,
            f"Whether {spots} spot vanished, the preview does not show: it is too small or too faint.",
            f"Whether {spots} spots vanished, the preview does not show: they are too small or too faint.",
        )


def _judge(
    area: RetouchedArea, retouched: NDArray[np.bool_], original: Picture, toned: _Toned, preview: Picture
) -> SpotState:
    rows, columns = retouched.shape
    box, far = _window(_wider(area, _RING[1]), columns, rows)
    if not far.size or not all(0 <= share <= 1 for share in area.source):
        return SpotState.UNSEEN
    mask, near = (_within(each, box, far.shape, (columns, rows)) for each in (area, _wider(area, _RING[0])))
    inside = mask > _INSIDE * min(1.0, float(mask.max()))
    around = (far > 0) & (near == 0) & ~retouched[box]
    if inside.sum() < _FEWEST or around.sum() < _FEWEST_AROUND:
        return SpotState.UNSEEN
    covered, linear, shown = draw_repairs(original, [area])[box], original[box], preview[box]
    own, wanted = toned(_encode(linear[around])), shown[inside]
    gain, offset = _tones(own, shown[around])
    plain, drawn = (toned(_encode(each[inside])) * gain + offset for each in (linear, covered))
    noise = _spread(own * gain + offset - shown[around])
    change = _spread(drawn - plain)
    if change < max(_LEAST, _NOISE * noise):
        return SpotState.UNSEEN
    from_original, from_drawn = _spread(wanted - plain), _spread(wanted - drawn)
    if from_original < _UNCHANGED * from_drawn:
        return SpotState.UNCHANGED
    if from_drawn < max(_AGREES * from_original, noise):
        return SpotState.REPAIRED
    return SpotState.OTHERWISE if from_original >= _CHANGED * from_drawn else SpotState.UNSEEN


def _terms(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    ones = np.ones((len(encoded), 1), dtype=np.float32)
    return np.concatenate([ones, encoded, encoded**2, encoded**3], axis=1)


def _window(area: RetouchedArea, columns: int, rows: int) -> tuple[_Box, Alpha]:
    top, left, alpha = mask_area(area, columns, rows)
    return (slice(top, top + alpha.shape[0]), slice(left, left + alpha.shape[1])), alpha


def _within(area: RetouchedArea, box: _Box, shape: tuple[int, ...], size: tuple[int, int]) -> Alpha:
    """An area's mask in the window of a wider one."""
    (down, across), alpha = _window(area, *size)
    found = np.zeros(shape, dtype=np.float32)
    top, left = down.start - box[0].start, across.start - box[1].start
    found[top : top + alpha.shape[0], left : left + alpha.shape[1]] = alpha
    return found


def _wider(area: RetouchedArea, by: float) -> RetouchedArea:
    return replace(area, radius=min(area.radius * by, 1.0), feather=0.0)


def _tones(own: NDArray[np.float32], wanted: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The gain and the offset of each channel that bring these pixels to those."""
    mean, other = own.mean(axis=0), wanted.mean(axis=0)
    centred = own - mean
    gain = (centred * (wanted - other)).sum(axis=0) / (np.square(centred).sum(axis=0) + 1e-3)
    gain = np.clip(gain, *_GAIN)
    return gain.astype(np.float32), (other - gain * mean).astype(np.float32)


def _spread(off: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.square(off).mean(dtype="f8")))


def _encode(linear: Picture) -> Picture:
    return np.asarray(srgb_encode(np.clip(linear, 0, 1)), dtype=np.float32)
