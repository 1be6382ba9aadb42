"""The outcome of each operation of a version for one door, from what the door states that it carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from couloir.aperture.adjustments import Adjustment, Crop, Straighten
from couloir.aperture.model import Operation, Version
from couloir.derive.bricks import title
from couloir.derive.manifest import BRUSHED, NEUTRAL, SWITCHED_OFF, Carry
from couloir.derive.model import Fidelity, OperationOutcome

NOTHING_CHANGED: Final[Mapping[str, Carry]] = {}

UNKNOWN: Final = Carry(
    Fidelity.LOST,
    "Couloir does not know this adjustment yet: the report lists its values, and only Aperture's preview shows its "
    "look.",
)


def judge_operations(
    capabilities: Mapping[type, Carry],
    version: Version,
    translated: Sequence[OperationOutcome],
    changed: Mapping[str, Carry] = NOTHING_CHANGED,
) -> tuple[OperationOutcome, ...]:
    """One outcome per operation, in their order. `translated` are those of the translation, from whose crop every door
    makes its own; `changed` has the operations, by uuid, for which this photo differs from what the door states in
    general.
    """
    lost = {each.operation_uuid: each.reason for each in translated if each.fidelity is Fidelity.LOST}
    unplaced = {
        each.uuid: Carry(Fidelity.LOST, lost[each.uuid])
        for each in version.operations
        if isinstance(each.adjustment, Crop | Straighten) and each.uuid in lost
    }
    return tuple(_outcome(each, _carry(capabilities, each, {**changed, **unplaced})) for each in version.operations)


def list_acting(operations: Iterable[Operation]) -> list[Operation]:
    """Those that act on the whole photo and can be read, in pipeline order."""
    ordered = sorted(operations, key=lambda each: each.index)
    return [each for each in ordered if each.enabled and each.mask_uuid is None and each.problem is None]


def is_neutral(adjustment: Adjustment) -> bool:
    """Whether an adjustment certainly changes nothing: it says so, or all of its values are Aperture's defaults."""
    stated = getattr(adjustment, "is_neutral", None)
    return adjustment == type(adjustment)() if stated is None else bool(stated)


def _carry(capabilities: Mapping[type, Carry], operation: Operation, changed: Mapping[str, Carry]) -> Carry:
    if not operation.enabled:
        return SWITCHED_OFF
    if operation.mask_uuid is not None:
        return BRUSHED
    if operation.problem is not None:
        return Carry(Fidelity.LOST, f"Its data cannot be read: {operation.problem}.")
    if is_neutral(operation.adjustment):
        return NEUTRAL
    if operation.uuid in changed:
        return changed[operation.uuid]
    return capabilities.get(type(operation.adjustment), UNKNOWN)


def _outcome(operation: Operation, carry: Carry) -> OperationOutcome:
    return OperationOutcome(
        operation_uuid=operation.uuid,
        identifier=operation.identifier,
        title=title(operation),
        enabled=operation.enabled,
        fidelity=carry.fidelity,
        reason=carry.note,
        settings=carry.settings,
        lost=(carry.note,) if carry.fidelity is Fidelity.LOST else (),
    )
