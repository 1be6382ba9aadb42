"""Several adjustments of one kind in one version: which are combined, and which one is used.

Aperture allows most adjustments to be added several times; each acts on the result of the one before (its manual,
"Adding adjustments"). `couloir.derive.assemble` combines sliders and curves, `couloir.derive.geometry` crops and
straightenings. This module handles what a photo has only once: white balance, and the settings of the RAW decoder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from couloir.aperture.adjustments import RawFineTuning
from couloir.aperture.model import Operation
from couloir.derive.contribution import Contribution
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.engines.incremental_white_balance import combine
from couloir.lightroom.settings import PhotoKind

SAME_AGAIN = Carry(Fidelity.EXACT, "A later adjustment of the same kind is identical and is used.")
LATER_COUNTS = Carry(
    Fidelity.DROPPED,
    "A later adjustment of this kind is used: a RAW file has one white balance and one decoder, and how Aperture "
    "combined two is not known.",
)
TOGETHER = Carry(
    Fidelity.APPROXIMATE, "The photo has several white balances; together they become Lightroom's single one.", ()
)

Piece = tuple[Operation, Contribution]


def settle(pieces: Sequence[Piece], kind: PhotoKind) -> list[Piece]:
    """The contributions of one version with at most one white balance and one RAW decoder among them."""
    found = list(pieces)
    if kind is PhotoKind.RAW:
        _only_last(found, lambda piece: isinstance(piece[0].adjustment, RawFineTuning))
        _only_last(found, lambda piece: piece[1].white_balance is not None)
    else:
        _join_white_balances(found)
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


def _acts(operation: Operation) -> bool:
    return operation.enabled and operation.mask_uuid is None
