"""A rendering and the preview that it is to become, at the size of a loop: what a colour table is fitted on.

A table is judged on blocks that it was not fitted on. A global edit holds there; what a brush or a vignette did to a
part of the picture does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import Difference
from couloir.color.spaces import srgb_to_lab
from couloir.derive.pictures.preview import MISSING, Reference, Trap
from couloir.derive.pictures.working_copy import make_working_copy, pack, unpack
from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.refine.align import align
from couloir.refine.color_table import fit_table
from couloir.refine.solver import measure

GAIN: Final = 0.5
"""CIEDE2000 by which a table must bring unseen blocks, and then the whole rendering, nearer than the sliders do."""

FARTHEST: Final = 3.0
"""CIEDE2000 that unseen blocks and the whole picture may keep: what is beyond was done to a part of the picture."""

STEEPEST: Final = 8
"""Levels of 8 bits from one grey to the next at most: beyond, a sky would show bands."""

_BLOCK: Final = 12  # pixels of the working copy
_LEVELS: Final = 256


@dataclass(frozen=True, slots=True)
class ColorPair:
    """`rendering` and `target`: (rows, columns, 3), sRGB-encoded, aligned. `counted`: the pixels that are fitted and
    judged; `whole`: those that both pictures have, for the figure that is shown.
    """

    rendering: Picture
    target: Picture
    counted: NDArray[np.bool_]
    whole: NDArray[np.bool_]

    @property
    def shown(self) -> Difference:
        """Their difference, over the whole picture."""
        return _difference(self.rendering, self.target, self.whole)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Mean CIEDE2000 on blocks that a table was not fitted on: without it, and with it."""

    before: float
    after: float

    @property
    def is_local(self) -> bool:
        """Whether so much is left that the edit was not one of colours alone."""
        return self.after > FARTHEST

    @property
    def pays(self) -> bool:
        """Whether the table gains enough to be kept."""
        return self.before - self.after >= GAIN and not self.is_local


def pair_of(reference: Reference, rendering: Picture) -> ColorPair | Trap:
    """The pair of a preview and a rendering of any size, sRGB-encoded; the Trap where the two must not be compared."""
    if reference.picture is None:
        return reference.trap or MISSING
    small = make_working_copy(rendering, reference.picture)
    laid = align(reference, small)
    return laid if isinstance(laid, Trap) else ColorPair(small, laid.target, laid.counted, laid.whole)


def dump_pair(pair: ColorPair) -> dict[str, object]:
    """A pair as plain data, for a journal."""
    masks = np.stack([pair.counted, pair.whole, pair.whole], axis=-1).astype(np.float32)
    return {"rendering": pack(pair.rendering), "target": pack(pair.target), "masks": pack(masks)}


def load_pair(kept: Mapping[str, Any]) -> ColorPair:
    """The inverse of `dump_pair`. Raises ValueError for anything else."""
    try:
        rendering, target, masks = (unpack(kept[name]) for name in ("rendering", "target", "masks"))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a pair of a journal: {error}") from error
    return ColorPair(rendering, target, masks[..., 0] > 0.5, masks[..., 1] > 0.5)


def fit_pairs(pairs: Sequence[ColorPair], prior: RgbTable | None = None) -> RgbTable | None:
    """One table for all pairs; None where no table keeps greys in order and without steps.

    `prior` is the table that is expected of their edit: it holds for colours that none of the pictures has.
    """
    return _fit(pairs, [pair.counted for pair in pairs], prior)


def judge_pairs(pairs: Sequence[ColorPair], prior: RgbTable | None = None) -> list[Unseen | None]:
    """What one table for all pairs does to blocks of each that it was not fitted on; None where there is no table.

    The blocks of all pairs form a chessboard: a table of the black ones is judged on the white ones, and the reverse.
    """
    boards = [_chessboard(pair.counted.shape) for pair in pairs]
    tables = [
        _fit(pairs, [pair.counted & (board == color) for pair, board in zip(pairs, boards, strict=True)], prior)
        for color in (True, False)
    ]
    found: list[Unseen | None] = []
    for pair, board in zip(pairs, boards, strict=True):
        halves = [
            judge_table(table, pair, pair.counted & (board != color))
            for table, color in zip(tables, (True, False), strict=True)
            if table is not None
        ]
        both = [half for half in halves if half is not None]
        if len(both) < len(tables):
            found.append(None)
        else:
            before, after = (
                float(np.mean(values)) for values in zip(*((h.before, h.after) for h in both), strict=True)
            )
            found.append(Unseen(before, after))
    return found


def judge_table(table: RgbTable, pair: ColorPair, unseen: NDArray[np.bool_] | None = None) -> Unseen | None:
    """What a table does to those pixels of a pair that it was not fitted on, by default to all; None for no pixels."""
    there = pair.counted if unseen is None else unseen
    if not there.any():
        return None
    before = _difference(pair.rendering, pair.target, there).mean
    drawn = np.asarray(draw_table(table, pair.rendering), dtype=np.float32)
    return Unseen(before, _difference(drawn, pair.target, there).mean)


def steepest_step(table: RgbTable) -> int:
    """The most levels of 8 bits by which a channel changes from one of 256 even greys to the next."""
    greys = np.repeat(np.linspace(0, 1, _LEVELS)[:, np.newaxis], 3, axis=1)
    return int(np.abs(np.diff(np.rint(draw_table(table, greys) * (_LEVELS - 1)), axis=0)).max())


def _fit(pairs: Sequence[ColorPair], wanted: Sequence[NDArray[np.bool_]], prior: RgbTable | None) -> RgbTable | None:
    rendering = np.concatenate([pair.rendering[there] for pair, there in zip(pairs, wanted, strict=True)])
    target = np.concatenate([pair.target[there] for pair, there in zip(pairs, wanted, strict=True)])
    if not len(rendering):
        return None
    expected = None if prior is None else _drawing(prior)
    table = fit_table(rendering.astype(np.float64), target.astype(np.float64), prior=expected)
    return None if table is None or steepest_step(table) > STEEPEST else table


def _drawing(table: RgbTable) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda colors: np.asarray(draw_table(table, colors), dtype=np.float64)


def _chessboard(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] // _BLOCK
    return np.asarray((x + y) % 2 == 0)


def _difference(one: Picture, other: Picture, there: NDArray[np.bool_]) -> Difference:
    lab, wanted = (srgb_to_lab(each).reshape(-1, 3).astype(np.float32) for each in (one, other))
    return measure(lab, wanted, there.reshape(-1))
