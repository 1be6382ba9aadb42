"""Several adjustments in one version that meet in the same settings: which are combined, and which one is used.

Aperture allows most adjustments to be added several times; each acts on the result of the one before (its manual,
"Adding adjustments"). `couloir.derive.assemble` combines sliders and curves, `couloir.derive.geometry` crops and
straightenings. This module handles what a photo has only once: white balance, the settings of the RAW decoder, and
being black and white, which takes away the colours that came before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from couloir.aperture.adjustments import RawFineTuning
from couloir.aperture.model import Operation
from couloir.derive import black_white, selective_color
from couloir.derive.contribution import Contribution
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.derive.residual.outputs import TONING
from couloir.engines.incremental_white_balance import combine
from couloir.lightroom.settings import PhotoKind

SAME_AGAIN = Carry(Fidelity.EXACT, "A later adjustment of the same kind is identical and is used.")
LATER_COUNTS = Carry(
    Fidelity.LOST,
    "A later adjustment of this kind is used: a RAW file has one white balance and one decoder, and how Aperture "
    "combined two is not known.",
)
TOGETHER = Carry(
    Fidelity.APPROXIMATE, "The photo has several white balances; together they become Lightroom's single one.", ()
)
GRAY_LATER = Carry(Fidelity.EXACT, "A later adjustment makes the photo black and white, which takes this colour away.")
GRAY_ALREADY = Carry(
    Fidelity.EXACT, "An earlier adjustment has made the photo black and white, so that a mix changes nothing."
)
NO_MIXER = Carry(Fidelity.LOST, "The photo is black and white, where Lightroom's Color Mixer has no effect.")

_TONES: Final = frozenset(key for keys in TONING.values() for key in keys)
_MIX: Final = frozenset(black_white.MIXER)
_BANDS: Final = frozenset(selective_color.KEYS)

Piece = tuple[Operation, Contribution]


def settle(pieces: Sequence[Piece], kind: PhotoKind) -> list[Piece]:
    """The contributions of one version with at most one white balance and one RAW decoder among them."""
    found = list(pieces)
    if kind is PhotoKind.RAW:
        _only_last(found, lambda piece: isinstance(piece[0].adjustment, RawFineTuning))
        _only_last(found, lambda piece: piece[1].white_balance is not None)
    else:
        _join_white_balances(found)
    _gray(found)
    return found


def _only_last(pieces: list[Piece], counts: Callable[[Piece], bool]) -> None:
    """Keep the last of the enabled pieces that are not neutral; the outcomes of the others say so."""
    own = [i for i, piece in enumerate(pieces) if _acts(piece[0]) and counts(piece)]
    for i in own[:-1]:
        operation = pieces[i][0]
        same = operation.adjustment == pieces[own[-1]][0].adjustment
        pieces[i] = operation, Contribution((SAME_AGAIN if same else LATER_COUNTS,))


def _join_white_balances(pieces: list[Piece]) -> None:
    """Replace the last white balance by the combination of all, each acting on the result of the one before."""
    own = [i for i, (_, contribution) in enumerate(pieces) if contribution.white_balance is not None]
    if len(own) < 2:
        return
    balance = (0.0, 0.0)
    for i in own:
        operation, contribution = pieces[i]
        assert contribution.white_balance is not None
        balance = combine(balance, contribution.white_balance)
        carries = (*contribution.carries, TOGETHER)
        pieces[i] = operation, replace(contribution, carries=carries, white_balance=balance)


def _gray(pieces: list[Piece]) -> None:
    """Where a photo becomes black and white: only colours given afterwards stay, and of several mixes the first."""
    own = [i for i, (_, contribution) in enumerate(pieces) if contribution.grayscale]
    if not own:
        return
    for i, (operation, contribution) in enumerate(pieces):
        found = _without(contribution, _BANDS, NO_MIXER)
        found = _without(found, _TONES, GRAY_LATER) if i < own[-1] else found
        pieces[i] = operation, _without(found, _MIX, GRAY_ALREADY) if i > own[0] else found


def _without(contribution: Contribution, keys: Collection[str], why: Carry) -> Contribution:
    """The contribution without these sliders, and `why` in place of the rows that tell of them."""
    if not any(key in keys for key in contribution.sliders):
        return contribution
    sliders = {key: value for key, value in contribution.sliders.items() if key not in keys}
    rows = (why if any(key in keys for key in row.settings) else row for row in contribution.carries)
    return replace(contribution, sliders=sliders, carries=tuple(dict.fromkeys(rows)))


def _acts(operation: Operation) -> bool:
    return operation.enabled and operation.mask_uuid is None
