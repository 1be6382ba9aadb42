"""Which adjustments were taken from Aperture's preview: their values were fitted to it, and are no formula's.

One word for all ways: sliders and curves from a photo's own pair of pictures, what a match measured, a colour table,
and the folded curves of another program. It is given where the fit brought the picture nearer, with how much nearer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation, Version
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity, OperationOutcome
from couloir.lightroom.settings import DevelopSettings

LEAST_GAIN: Final = 0.1
"""CIEDE2000, on average, by which a photo must have come nearer for its values to be the preview's."""

_MOST_LEFT: Final = 0.5  # of the difference, where what no formula tells counts as carried

_OF_COLORS: Final = (
    *(ap.WhiteBalance, ap.Exposure, ap.Enhance, ap.HighlightsShadows, ap.Levels, ap.Curves, ap.Gamma, ap.Color),
    *(ap.BlackWhite, ap.Monochrome, ap.Sepia, ap.IPhotoEffects, ap.PhoneEdits),
)
"""The adjustments that change tones and colours everywhere, which sliders and curves can repeat without a formula."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """The mean CIEDE2000 from the preview, `before` by the formulas alone and `after` by what was fitted. `is_measured`
    says that the program that shows the photo has drawn both; else our engine has.
    """

    before: float
    after: float
    is_measured: bool = False

    @property
    def is_nearer(self) -> bool:
        return self.before - self.after >= LEAST_GAIN

    @property
    def tells_most(self) -> bool:
        """Whether what was fitted is most of what the formulas have left."""
        return self.is_nearer and self.after <= _MOST_LEFT * self.before

    def carry(self, note: str, settings: tuple[str, ...]) -> Carry:
        """The row of an adjustment whose values were fitted. `note` says what it becomes, if a formula tells that."""
        if self.is_measured:
            told = Carry(
                Fidelity.TAKEN,
                f"Taken from the preview: its values were fitted to it, and the photo's difference fell from "
                f"{self.before:.1f} to {self.after:.1f}.",
                settings,
            )
        else:
            told = Carry(
                Fidelity.TAKEN,
                f"Taken from the preview: its values were fitted to it, and the photo's difference is expected to fall "
                f"from {self.before:.1f} to {self.after:.1f}.",
                settings,
            )
        return replace(told, note=" ".join(each for each in (told.note, note) if each))


def tell_from_preview(
    version: Version, outcomes: Sequence[OperationOutcome], moved: Collection[str], nearness: Nearness
) -> tuple[OperationOutcome, ...]:
    """The outcomes of a version's operations, in their order, with the word of those that were taken from its preview.

    `moved` are the develop keys that the fit has changed. Where it leaves no more than half of the difference, it
    carries what no formula tells as well.
    """
    return tuple(
        _told(operation, outcome, moved, nearness)
        for operation, outcome in zip(version.operations, outcomes, strict=True)
    )


def list_moved(before: DevelopSettings, after: DevelopSettings) -> frozenset[str]:
    """The keys whose values differ."""
    one, other = before.as_dict(), after.as_dict()
    return frozenset(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def may_come_from_preview(version: Version, outcomes: Sequence[OperationOutcome]) -> bool:
    """Whether the preview may show that an operation is carried that is lost by formula."""
    pairs = zip(version.operations, outcomes, strict=True)
    return any(_is_lost(operation, outcome) for operation, outcome in pairs)


def carry_from_preview(
    operations: Sequence[Operation], carried: Mapping[type, Carry], nearness: Nearness
) -> dict[str, Carry]:
    """The row of each of these operations, by uuid, for a program that carries all of their kinds together. `carried`
    has what it states in general.
    """
    stated = {each.uuid: carried[type(each.adjustment)] for each in operations}
    return {uuid: nearness.carry(carry.note, carry.settings) for uuid, carry in stated.items()}


def _told(
    operation: Operation, outcome: OperationOutcome, moved: Collection[str], nearness: Nearness
) -> OperationOutcome:
    if _is_lost(operation, outcome):
        if not nearness.tells_most:
            return outcome
        return replace(outcome, fidelity=Fidelity.TAKEN, reason=nearness.carry("", ()).note, lost=())
    own = operation.enabled and operation.mask_uuid is None and isinstance(operation.adjustment, _OF_COLORS)
    if outcome.fidelity is Fidelity.TAKEN:
        return outcome  # its reason says so already
    if not own or not nearness.is_nearer or set(moved).isdisjoint(outcome.settings):
        return outcome
    return replace(outcome, fidelity=Fidelity.TAKEN, reason=nearness.carry(outcome.reason, ()).note)


def _is_lost(operation: Operation, outcome: OperationOutcome) -> bool:
    return (
        outcome.enabled
        and outcome.fidelity is Fidelity.LOST
        and operation.mask_uuid is None
        and isinstance(operation.adjustment, _OF_COLORS)
    )
