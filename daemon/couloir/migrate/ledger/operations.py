"""The ledger rows of a version's operations: translated, lost with the reason, or in their version's state."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from couloir.aperture.model import Operation, Version
from couloir.derive import Fidelity, Judgement, OperationOutcome, Translation
from couloir.derive.bricks import title
from couloir.json_text import with_finite_numbers
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row


def operation_rows(
    version: Version, version_row: Row, identities: Identities, look: Translation | Judgement | None = None
) -> Iterator[Row]:
    """One row per operation. A lost operation keeps its stored values verbatim in its detail."""
    outcomes = look.operations if look is not None and version_row.state is State.DONE else None
    for position, operation in enumerate(version.operations):
        outcome = None if outcomes is None else outcomes[position]
        row = _follower(operation, version_row) if outcome is None else _translated(operation, outcome)
        if identities.is_new(Kind.OPERATION, operation.uuid):
            yield row
        else:
            yield identities.duplicate(row, version.model_id * 1000 + position)


def _follower(operation: Operation, version_row: Row) -> Row:
    detail = {"identifier": operation.identifier, "version": version_row.uuid}
    return Row(Kind.OPERATION, operation.uuid, title(operation), version_row.state, version_row.reason, detail)


def _translated(operation: Operation, outcome: OperationOutcome) -> Row:
    # The detail does not repeat what the row states: a library has several operations per photo.
    # It is spelt out because `asdict` of it all copies each text: it would be a tenth of what a batch costs.
    detail: dict[str, object] = {
        "identifier": outcome.identifier,
        "enabled": outcome.enabled,
        "fidelity": outcome.fidelity,
        "reason": outcome.reason,
        "settings": outcome.settings,
        "clamps": [asdict(clamp) for clamp in outcome.clamps],
    }
    if outcome.lost:
        detail["lost"] = outcome.lost
    if outcome.fidelity is not Fidelity.LOST:
        return Row(Kind.OPERATION, operation.uuid, outcome.title, State.DONE, reasons.OPERATION_DONE, detail)
    detail["inputs"] = plain_inputs(operation.inputs)
    reason = reasons.lost(outcome.reason)
    return Row(Kind.OPERATION, operation.uuid, outcome.title, State.SKIPPED, reason, detail)


def plain_inputs(value: object) -> object:
    """Stored values as JSON; bytes as base64, and other values that JSON lacks, such as NaN, as text."""
    if isinstance(value, float):
        return with_finite_numbers(value)
    if isinstance(value, Mapping):
        return {str(key): plain_inputs(inner) for key, inner in value.items()}
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain_inputs(inner) for inner in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
