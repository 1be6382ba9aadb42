"""What was painted or retouched in Aperture and is lost: nobody sees by its words what it was."""

from __future__ import annotations

from collections.abc import Iterable

from couloir.aperture.model import Operation
from couloir.derive.model import Fidelity
from couloir.derive.retouch import RETOUCH_IDENTIFIER, SPOTS_IDENTIFIER


def is_lost_place(operation: Operation, fidelity: str) -> bool:
    """Whether an enabled operation acted on places of the photo, and nothing carries it."""
    local = operation.mask_uuid is not None or operation.identifier in (RETOUCH_IDENTIFIER, SPOTS_IDENTIFIER)
    return operation.enabled and local and fidelity == Fidelity.LOST


def loses_places(operations: Iterable[Operation], fidelities: Iterable[str]) -> bool:
    """Whether any of a version's operations is one, of which the fidelities are in their order."""
    return any(map(is_lost_place, operations, fidelities))
