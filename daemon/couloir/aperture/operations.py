"""Reads RKImageAdjustment: converts rows and their blobs to operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from couloir.aperture.adjustments import Adjustment, UnknownAdjustment
from couloir.aperture.blobs import Blob, BlobReader, read_blob
from couloir.aperture.columns import Columns, records
from couloir.aperture.findings import Findings
from couloir.aperture.model import Operation
from couloir.aperture.safe_sqlite import Database
from couloir.aperture.typed import UnusableInput, read_adjustment
from couloir.errors import BadArchive

COLUMNS = ("uuid", "name", "versionUuid", "maskUuid", "adjIndex", "isEnabled", "data")
_TABLE = "RKImageAdjustment"
#: The greatest size and the number of cached blobs: most RAW photographs of a library share one.
_CACHED_BYTES, _CACHED_BLOBS = 8 * 1024, 1024


class DecodedOperation(NamedTuple):
    """The content of one blob. `problem` says why `adjustment` is not typed although its identifier is known."""

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
        self._known: dict[tuple[str, bytes], DecodedOperation] = {}

    def of(self, version_uuids: Sequence[str]) -> dict[str, tuple[Operation, ...]]:
        """The operations of at most PAGE versions by version uuid, in pipeline order."""
        rows = self._database.find_rows(_TABLE, COLUMNS, "versionUuid", version_uuids)
        page = Columns(rows, COLUMNS, self._findings, "operation")
        stored = zip(page.names("name"), page.raw("data"), page.items, strict=True)
        decoded = [self._read(identifier, data, item) for identifier, data, item in stored]
        switches = page.integers("isEnabled")
        operations = records(
            Operation,
            uuid=page.items,
            identifier=[each.identifier for each in decoded],
            index=[index or 0 for index in page.integers("adjIndex")],
            enabled=[
                each.enabled if switch is None else bool(switch) for each, switch in zip(decoded, switches, strict=True)
            ],
            mask_uuid=page.keys("maskUuid"),
            inputs=[each.inputs for each in decoded],
            adjustment=[each.adjustment for each in decoded],
            problem=[each.problem for each in decoded],
            class_name=[each.class_name for each in decoded],
        )
        found: dict[str, list[Operation]] = defaultdict(list)
        for version, operation in zip(page.names("versionUuid"), operations, strict=True):
            found[version].append(operation)
        return {uuid: tuple(sorted(group, key=attrgetter("index"))) for uuid, group in found.items()}

    def _read(self, identifier: str, data: object, item: str) -> DecodedOperation:
        """The content of one row. `problem` and a finding say what cannot be read."""
        try:
            decoded = self.decode(identifier, data, item)
        except BadArchive as error:
            why = str(error.facts["why"])
            decoded = DecodedOperation(identifier, enabled=True, inputs={}, adjustment=UnknownAdjustment(), problem=why)
        if decoded.problem is not None:
            self._findings.error(
                "operation.unreadable",
                "operation",
                item,
                f"The adjustment {decoded.identifier or 'without a name'} cannot be read: {decoded.problem}.",
                "It is not migrated; compare the photo with Aperture's preview.",
            )
        return decoded

    def decode(self, identifier: str, data: object, item: str) -> DecodedOperation:
        """The content of a row's blob, cached where it is small. Raises BadArchive, which names `item`."""
        if not isinstance(data, bytes):
            raise BadArchive(item=item, why="it is missing or too large" if data is None else "it is text")
        if len(data) > _CACHED_BYTES:
            return _understood(identifier, self._blobs.read(data, item))
        known = self._known.get((identifier, data))
        if known is None:
            known = _understood(identifier, self._blobs.read(data, item))
            if len(self._known) >= _CACHED_BLOBS:
                self._known.clear()
            self._known[identifier, data] = known
        return known


def decode(identifier: str, data: bytes, item: str) -> DecodedOperation:
    """The content of a blob; `identifier` is the row's, which the blob repeats. Raises BadArchive, which names
    `item`.
    """
    return _understood(identifier, read_blob(data, item))


def _understood(identifier: str, blob: Blob) -> DecodedOperation:
    identifier = identifier or blob.identifier or ""
    problem = None
    try:
        adjustment = read_adjustment(identifier, blob.inputs, blob.class_name, blob.version)
    except UnusableInput as error:
        adjustment, problem = None, str(error)
    if adjustment is None:
        adjustment = UnknownAdjustment(blob.class_name, blob.display_name, blob.inputs)
    return DecodedOperation(identifier, blob.enabled, blob.inputs, adjustment, problem, blob.class_name)
