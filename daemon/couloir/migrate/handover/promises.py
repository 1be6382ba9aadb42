"""The rows of the ledger that come true when Lightroom takes a version: they are written down as it goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from couloir.aperture.model import Face, Master, Version
from couloir.derive import Translation
from couloir.migrate.handover import rows as settled
from couloir.migrate.handover.surroundings import Surroundings
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.operations import operation_rows
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row


def promised_rows(
    version: Version,
    translation: Translation | None,
    settings: Mapping[str, Any] | None,
    known: Mapping[str, object],
    around: Surroundings,
) -> Iterator[Row]:
    """The rows of a version, of its operations, keywords and stack.

    `settings` are the translation's, as plain data. `known` is the detail that the version's row has already: what
    stands there stays, so it is not promised.
    """
    detail: dict[str, object] = {"number": version.number, "edited": version.has_enabled_adjustments}
    if translation is not None:
        detail |= {"settings": settings, "fidelity": str(translation.fidelity)}
        detail |= {"expected_size": translation.expected_size, "model": translation.model}
        detail |= {"anomalies": [anomaly.code for anomaly in translation.anomalies]}
    detail = {key: value for key, value in detail.items() if key not in known}
    own = Row(Kind.VERSION, version.uuid, version.name, State.DONE, settled.TAKEN, detail)
    yield own
    yield from operation_rows(version, own, Identities(), translation)
    for path in {whole[:depth] for whole in version.keywords for depth in range(1, len(whole) + 1)}:
        keyword = around.keywords.get(path)
        if keyword is not None:
            detail = {"path": list(path)}
            yield Row(Kind.KEYWORD, keyword.uuid, keyword.name, State.DONE, reasons.KEYWORD_WRITTEN, detail)
    stack = around.stacks.get(version.uuid)
    if stack is not None:
        yield Row(Kind.STACK, stack.uuid, "", State.DONE, settled.STACK_MADE)


def promised_faces(master: Master, around: Surroundings, *, keywords: bool) -> Iterator[Row]:
    """The rows of the faces on a photo; with `keywords` their names are imported as keywords."""
    for face in around.faces.get(master.uuid, ()):
        named = bool(face.name) and not face.rejected and keywords
        state, reason = (State.DONE, settled.FACE_KEYWORD) if named else (State.SKIPPED, settled.FACE_UNNAMED)
        yield Row(Kind.FACE, face.uuid, face.name or "", state, reason, _plain(face))


def _plain(face: Face) -> dict[str, object]:
    """A face for the ledger, with its area, which a later Couloir can use."""
    return {name: value for name, value in asdict(face).items() if name not in ("uuid", "name")}
