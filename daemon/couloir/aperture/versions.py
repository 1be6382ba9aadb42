"""Versions with all that hangs on them, read a page of rows at a time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.metadata import Metadata
from couloir.aperture.model import PixelSize, Version
from couloir.aperture.operations import OperationReader
from couloir.aperture.safe_sqlite import Database

COLUMNS = (
    "uuid",
    "name",
    "fileName",
    "versionNumber",
    "stackUuid",
    "masterUuid",
    "masterId",
    "rawMasterUuid",
    "nonRawMasterUuid",
    "projectUuid",
    "imageTimeZoneName",
    "imageDate",
    "mainRating",
    "isHidden",
    "isFlagged",
    "isOriginal",
    "colorLabelIndex",
    "masterHeight",
    "masterWidth",
    "processedHeight",
    "processedWidth",
    "rotation",
    "hasAdjustments",
    "hasEnabledAdjustments",
    "isInTrash",
    "exifLatitude",
    "exifLongitude",
    "showInLibrary",
)
#: Sides beyond this are no picture's (the largest panoramas have some hundred thousand pixels).
_MAX_SIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What versions refer to and what is small enough to hold: keyword paths by modelId, folders."""

    keywords: Mapping[int, tuple[str, ...]]
    folders: Collection[str]
    trashed_folders: Collection[str]


@dataclass(frozen=True, slots=True)
class _MasterState:
    uuid: str
    project: str | None
    in_trash: bool


class VersionReader:
    """Turns rows of RKVersion into versions, with one query per page for each table that hangs on them."""

    def __init__(
        self,
        library: Database,
        metadata: Metadata,
        operations: OperationReader,
        around: Surroundings,
        findings: Findings,
    ) -> None:
        self._library = library
        self._metadata = metadata
        self._operations = operations
        self._around = around
        self._findings = findings

    def read(self, rows: Sequence[sqlite3.Row], *, heads: bool = False) -> list[Version]:
        """The versions of one page of rows, in the rows' order; `heads` leaves out keywords, properties, operations."""
        cells = [Cells(row, self._findings, "version") for row in rows]
        if not cells:
            return []
        uuids = [cell.item for cell in cells]
        masters = self._masters(cells)
        ids = [cell.model_id for cell in cells]
        keywords = {} if heads else self._keywords(cells)
        operations = {} if heads else self._operations.of(uuids)
        stacks = self._stacks(uuids)
        properties = {} if heads else self._metadata.of(ids)
        result = []
        for cell in cells:
            master = masters[cell.model_id]
            project = cell.key("projectUuid") or master.project
            if project is not None and project not in self._around.folders:
                self._findings.warn(
                    "version.no-project", "version", cell.item, "This version's project is not in the library."
                )
            iptc, exif = properties.get(cell.model_id, ({}, {}))
            result.append(
                Version(
                    uuid=cell.item,
                    model_id=cell.model_id,
                    number=cell.integer("versionNumber") or 0,
                    name=cell.name("name"),
                    file_name=cell.name("fileName"),
                    master_uuid=master.uuid,
                    raw_master_uuid=cell.key("rawMasterUuid"),
                    non_raw_master_uuid=cell.key("nonRawMasterUuid"),
                    project_uuid=project,
                    stack_uuid=cell.key("stackUuid") or stacks.get(cell.item),
                    captured=cell.when("imageDate"),
                    time_zone=cell.key("imageTimeZoneName"),
                    rating=int(cell.within("mainRating", -1, 5) or 0),
                    flagged=cell.flag("isFlagged"),
                    color_label=_color_label(cell),
                    hidden=cell.flag("isHidden"),
                    in_trash=cell.flag("isInTrash") or master.in_trash or project in self._around.trashed_folders,
                    show_in_library=cell.flag("showInLibrary"),
                    is_original=cell.flag("isOriginal"),
                    master_size=_size(cell, "masterWidth", "masterHeight"),
                    processed_size=_size(cell, "processedWidth", "processedHeight"),
                    rotation=self._rotation(cell),
                    has_adjustments=cell.flag("hasAdjustments"),
                    has_enabled_adjustments=cell.flag("hasEnabledAdjustments"),
                    latitude=cell.within("exifLatitude", -90, 90),
                    longitude=cell.within("exifLongitude", -180, 180),
                    keywords=keywords.get(cell.model_id, ()),
                    iptc=iptc,
                    exif=exif,
                    operations=operations.get(cell.item, ()),
                )
            )
        return result

    def _masters(self, cells: Sequence[Cells]) -> dict[int, _MasterState]:
        """The state of each version's master by the version's modelId, found by uuid or, failing that, by number."""
        by_uuid: dict[str, _MasterState] = {}
        by_number: dict[int, _MasterState] = {}
        columns = ("uuid", "projectUuid", "isInTrash")
        wanted = list({uuid for cell in cells if (uuid := cell.key("masterUuid"))})
        for row in self._library.matching("RKMaster", columns, "uuid", wanted):
            found = self._master_state(row)
            by_uuid[found.uuid] = found
        lost = [cell for cell in cells if cell.name("masterUuid") not in by_uuid]
        numbers = list({number for cell in lost if (number := cell.integer("masterId")) is not None})
        for row in self._library.matching("RKMaster", columns, "modelId", numbers):
            by_number[row["_rowid"]] = self._master_state(row)
        result = {}
        for cell in cells:
            uuid = cell.name("masterUuid")
            state = by_uuid.get(uuid, by_number.get(cell.integer("masterId") or 0))
            if state is None:
                state = _MasterState(uuid, None, in_trash=False)
                self._findings.error(
                    "version.no-master", "version", cell.item, "The master of this version is not in the library."
                )
            result[cell.model_id] = state
        return result

    def _master_state(self, row: sqlite3.Row) -> _MasterState:
        cell = Cells(row, self._findings, "master")
        project = cell.key("projectUuid")
        return _MasterState(cell.item, project, cell.flag("isInTrash") or project in self._around.trashed_folders)

    def _keywords(self, cells: Sequence[Cells]) -> dict[int, tuple[tuple[str, ...], ...]]:
        """Keyword paths by version modelId, in the order in which they were assigned."""
        found: dict[int, dict[tuple[str, ...], None]] = defaultdict(dict)
        items = {cell.model_id: cell.item for cell in cells}
        rows = self._library.matching("RKKeywordForVersion", ("versionId", "keywordId"), "versionId", list(items))
        for row in rows:
            path = self._around.keywords.get(row["keywordId"])
            if path is None:
                self._findings.warn(
                    "version.no-keyword",
                    "version",
                    items[row["versionId"]],
                    "This version has a keyword that is not in the library.",
                )
            else:
                found[row["versionId"]][path] = None
        return {model_id: tuple(paths) for model_id, paths in found.items()}

    def _stacks(self, uuids: Sequence[str]) -> dict[str, str]:
        rows = self._library.matching("RKStackContent", ("stackUuid", "versionUuid"), "versionUuid", uuids)
        cells = [Cells(row, self._findings, "stack", str(row["stackUuid"])) for row in rows]
        return {cell.name("versionUuid"): stack for cell in cells if (stack := cell.key("stackUuid"))}

    def _rotation(self, cell: Cells) -> int:
        degrees = cell.integer("rotation") or 0
        if degrees % 90:
            self._findings.warn(
                "version.odd-rotation",
                "version",
                cell.item,
                f"This version is rotated by {degrees} degrees, which Aperture cannot do.",
                "It is taken as not rotated.",
            )
            return 0
        return degrees % 360


def _color_label(cell: Cells) -> int | None:
    label = cell.within("colorLabelIndex", -1, 6)
    return None if label is None or label < 0 else int(label)


def _size(cell: Cells, width: str, height: str) -> PixelSize | None:
    across, down = cell.within(width, 0, _MAX_SIDE), cell.within(height, 0, _MAX_SIDE)
    return PixelSize(int(across), int(down)) if across and down else None
