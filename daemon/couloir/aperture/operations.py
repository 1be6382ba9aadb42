"""Reads RKImageAdjustment: from rows and their blobs to operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from couloir.aperture.adjustments import Adjustment, UnknownAdjustment
from couloir.aperture.blobs import Blob, BlobReader, read_blob
from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Operation
from couloir.aperture.safe_sqlite import Database
from couloir.aperture.typed import UnusableInput, typed_adjustment
from couloir.errors import BadArchive

COLUMNS = ("uuid", "name", "versionUuid", "maskUuid", "adjIndex", "isEnabled", "data")
_TABLE = "RKImageAdjustment"
#: Blobs up to this size are remembered, this many of them: most RAW photographs of a library share one.
_CACHED_BYTES, _CACHED_BLOBS = 8 * 1024, 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one blob says. `problem` says why `adjustment` is not a typed one although its identifier is known."""

    identifier: str
    enabled: bool
    inputs: Mapping[str, object]
    adjustment: Adjustment
    problem: str | None
    class_name: str | None = None


class OperationReader:
    """Reads the operations of versions; identical blobs are decoded once."""

    def __init__(self, database: Database, findings: Findings) -> None:
        self._database = database
        self._findings = findings
        self._blobs = BlobReader()
        self._known: dict[tuple[str, bytes], Decoded] = {}

    def of(self, version_uuids: Sequence[str]) -> dict[str, tuple[Operation, ...]]:
        """The operations of at most PAGE versions by version uuid, in pipeline order."""
        found: dict[str, list[Operation]] = defaultdict(list)
        for row in self._database.matching(_TABLE, COLUMNS, "versionUuid", version_uuids):
            cell = Cells(row, self._findings, "operation")
            found[cell.name("versionUuid")].append(self._read(cell, row["data"]))
        return {uuid: tuple(sorted(group, key=lambda each: each.index)) for uuid, group in found.items()}

    def _read(self, cell: Cells, data: object) -> Operation:
        """One operation. What cannot be read of it is said in `problem` and in a finding."""
        identifier = cell.name("name")
        try:
            decoded = self.decoded(identifier, data, cell.item)
        except BadArchive as error:
            why = str(error.facts["why"])
            decoded = Decoded(identifier, enabled=True, inputs={}, adjustment=UnknownAdjustment(), problem=why)
        if decoded.problem is not None:
            self._findings.error(
                "operation.unreadable",
                "operation",
                cell.item,
                f"The adjustment {decoded.identifier or 'without a name'} cannot be read: {decoded.problem}.",
                "It is not carried over; compare the photo with Aperture's preview.",
            )
        enabled = cell.integer("isEnabled")
        return Operation(
            uuid=cell.item,
            identifier=decoded.identifier,
            index=cell.integer("adjIndex") or 0,
            enabled=decoded.enabled if enabled is None else bool(enabled),
            mask_uuid=cell.key("maskUuid"),
            inputs=decoded.inputs,
            adjustment=decoded.adjustment,
            problem=decoded.problem,
            class_name=decoded.class_name,
        )

    def decoded(self, identifier: str, data: object, item: str) -> Decoded:
        """What a row's blob says, remembered where it is small. Raises BadArchive, which names `item`."""
        if not isinstance(data, bytes):
            raise BadArchive(item=item, why="there is none, or far too much of it" if data is None else "it is text")
        if len(data) > _CACHED_BYTES:
            return _understood(identifier, self._blobs.read(data, item))
        known = self._known.get((identifier, data))
        if known is None:
            known = _understood(identifier, self._blobs.read(data, item))
            if len(self._known) >= _CACHED_BLOBS:
                self._known.clear()
            self._known[identifier, data] = known
        return known


def decode(identifier: str, data: bytes, item: str) -> Decoded:
    """What a blob says; `identifier` is the row's, which the blob repeats. Raises BadArchive, which names `item`."""
    return _understood(identifier, read_blob(data, item))


def _understood(identifier: str, blob: Blob) -> Decoded:
    identifier = identifier or blob.identifier or ""
    unknown = UnknownAdjustment(blob.class_name, blob.display_name, blob.inputs)
    try:
        adjustment = typed_adjustment(identifier, blob.inputs, blob.class_name, blob.version)
    except UnusableInput as error:
        return Decoded(identifier, blob.enabled, blob.inputs, unknown, str(error), blob.class_name)
    return Decoded(identifier, blob.enabled, blob.inputs, adjustment or unknown, None, blob.class_name)
