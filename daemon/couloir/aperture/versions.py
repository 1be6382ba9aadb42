"""Reads versions with their metadata, keywords and adjustments, a page of rows at a time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from couloir.aperture.cells import Cells
from couloir.aperture.columns import Columns, records
from couloir.aperture.findings import Findings
from couloir.aperture.metadata import NO_PROPERTIES, Metadata, Properties
from couloir.aperture.model import Operation, PixelSize, Version
from couloir.aperture.operations import OperationReader
from couloir.aperture.safe_sqlite import Database, Parameter
from couloir.aperture.showing import COLUMNS as SHOWING
from couloir.aperture.showing import Showing

COLUMNS = (
    "uuid",
    "name",
    "fileName",
    "stackUuid",
    "masterUuid",
    "masterId",
    "rawMasterUuid",
    "nonRawMasterUuid",
    "projectUuid",
    "imageTimeZoneName",
    "imageDate",
    "mainRating",
    "isFlagged",
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
    *SHOWING,
)
_MASTER_COLUMNS = ("uuid", "projectUuid", "isInTrash")
#: The longest side of a picture: Photoshop's limit.
_MAX_SIDE = 300_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Small tables that versions refer to: keyword paths by modelId, folders, and the rule of what
    is shown.
    """

    keywords: Mapping[int, tuple[str, ...]]
    showing: Showing
    folders: Collection[str]
    trashed_folders: Collection[str]


class _MasterState(NamedTuple):
    uuid: str
    project: str | None
    in_trash: bool


class VersionReader:
    """Converts rows of RKVersion to versions, with one query per page for each related table."""

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
        self._showing = around.showing
        self._findings = findings

    def read(self, rows: Sequence[sqlite3.Row], *, heads: bool = False) -> Iterator[Version]:
        """The versions of one page of rows, which must be in modelId order.

        `heads` leaves out keywords, properties and operations.
        """
        page = Columns(rows, COLUMNS, self._findings, "version")
        ids, uuids = page.model_ids, page.items
        masters = self._masters(page)
        projects = [own or master.project for own, master in zip(page.keys("projectUuid"), masters, strict=True)]
        self._check_projects(uuids, projects)
        stacks = self._stacks(uuids)
        keywords: Mapping[int, tuple[tuple[str, ...], ...]] = {} if heads else self._keywords(page)
        operations: Mapping[str, tuple[Operation, ...]] = {} if heads else self._operations.of(uuids)
        properties = [NO_PROPERTIES] * len(ids) if heads else self._metadata.of(ids)
        trashed = self._around.trashed_folders
        sizes = _sizes(page, "masterWidth", "masterHeight")
        if None in sizes:
            sizes = [size or _own_size(own) for size, own in zip(sizes, properties, strict=True)]
        return records(
            Version,
            uuid=uuids,
            model_id=ids,
            number=[number or 0 for number in page.integers("versionNumber")],
            name=page.names("name"),
            file_name=page.names("fileName"),
            master_uuid=[master.uuid for master in masters],
            raw_master_uuid=page.keys("rawMasterUuid"),
            non_raw_master_uuid=page.keys("nonRawMasterUuid"),
            project_uuid=projects,
            stack_uuid=[own or stacks.get(uuid) for own, uuid in zip(page.keys("stackUuid"), uuids, strict=True)],
            captured=page.whens("imageDate"),
            time_zone=page.keys("imageTimeZoneName"),
            rating=[int(rating or 0) for rating in page.within("mainRating", -1, 5)],
            flagged=page.flags("isFlagged"),
            color_label=[_color_label(label) for label in page.within("colorLabelIndex", -1, 6)],
            visibility=self._showing.of_page(page),
            in_trash=[
                own or master.in_trash or project in trashed
                for own, master, project in zip(page.flags("isInTrash"), masters, projects, strict=True)
            ],
            master_size=sizes,
            processed_size=_sizes(page, "processedWidth", "processedHeight"),
            rotation=self._rotations(page),
            has_adjustments=page.flags("hasAdjustments"),
            has_enabled_adjustments=page.flags("hasEnabledAdjustments"),
            latitude=page.within("exifLatitude", -90, 90),
            longitude=page.within("exifLongitude", -180, 180),
            keywords=[keywords.get(model_id, ()) for model_id in ids],
            iptc=[each.iptc for each in properties],
            exif=[each.exif for each in properties],
            other=[each.other for each in properties],
            operations=[operations.get(uuid, ()) for uuid in uuids],
            file_clock=[None] * len(ids),
        )

    def _check_projects(self, uuids: Sequence[str], projects: Sequence[str | None]) -> None:
        unknown = set(projects).difference(self._around.folders, (None,))
        for uuid, project in zip(uuids, projects, strict=True) if unknown else ():
            if project in unknown:
                self._findings.warn(
                    "version.no-project", "version", uuid, "This version's project is not in the library."
                )

    def _masters(self, page: Columns) -> list[_MasterState]:
        """The state of each version's master, found by uuid, else by number."""
        uuids = page.names("masterUuid")
        by_uuid = {state.uuid: state for state in self._states("uuid", list(set(uuids) - {""})).values()}
        if by_uuid.keys() >= set(uuids):
            return [by_uuid[uuid] for uuid in uuids]
        numbers = page.integers("masterId")
        lost = {number for uuid, number in zip(uuids, numbers, strict=True) if uuid not in by_uuid}
        by_number = self._states("modelId", list(lost - {None}))
        result = []
        for item, uuid, number in zip(page.items, uuids, numbers, strict=True):
            state = by_uuid.get(uuid) or by_number.get(number or 0)
            if state is None:
                state = _MasterState(uuid, None, in_trash=False)
                self._findings.error(
                    "version.no-master", "version", item, "The master of this version is not in the library."
                )
            result.append(state)
        return result

    def _states(self, column: str, values: Sequence[Parameter]) -> dict[int, _MasterState]:
        """The state of the masters whose `column` has one of these values, by modelId."""
        rows = self._library.find_rows("RKMaster", _MASTER_COLUMNS, column, values)
        page = Columns(rows, _MASTER_COLUMNS, self._findings, "master")
        projects, trashed = page.keys("projectUuid"), self._around.trashed_folders
        gone = [own or home in trashed for own, home in zip(page.flags("isInTrash"), projects, strict=True)]
        return dict(zip(page.model_ids, map(_MasterState, page.items, projects, gone), strict=True))

    def _keywords(self, page: Columns) -> dict[int, tuple[tuple[str, ...], ...]]:
        """Keyword paths by version modelId, in the order in which they were assigned."""
        found: dict[int, dict[tuple[str, ...], None]] = defaultdict(dict)
        rows = self._library.find_rows("RKKeywordForVersion", ("versionId", "keywordId"), "versionId", page.model_ids)
        paths = self._around.keywords
        for version, keyword, _ in rows:
            path = paths.get(keyword)
            if path is None:
                self._findings.warn(
                    "version.no-keyword",
                    "version",
                    page.items[page.model_ids.index(version)],
                    "This version has a keyword that is not in the library.",
                )
            else:
                found[version][path] = None
        return {model_id: tuple(assigned) for model_id, assigned in found.items()}

    def _stacks(self, uuids: Sequence[str]) -> dict[str, str]:
        columns = ("stackUuid", "versionUuid")
        rows = self._library.find_rows("RKStackContent", columns, "versionUuid", uuids)
        cells = [Cells(row, self._findings, "stack", str(row["stackUuid"])) for row in rows]
        return {cell.name("versionUuid"): stack for cell in cells if (stack := cell.key("stackUuid"))}

    def _rotations(self, page: Columns) -> list[int]:
        """Degrees clockwise: 0, 90, 180 or 270."""
        rotations = [degrees or 0 for degrees in page.integers("rotation")]
        if {0, 90, 180, 270}.issuperset(rotations):
            return rotations
        return [self._rotation(item, degrees) for item, degrees in zip(page.items, rotations, strict=True)]

    def _rotation(self, item: str, degrees: int) -> int:
        if degrees % 90:
            self._findings.warn(
                "version.odd-rotation",
                "version",
                item,
                f"This version is rotated by {degrees} degrees, which is not a quarter turn.",
                "It is treated as not rotated.",
            )
            return 0
        return degrees % 360


def _color_label(label: float | None) -> int | None:
    return None if label is None or label < 0 else int(label)


def _own_size(own: Properties) -> PixelSize | None:
    """The size that a version's properties state.

    In both real libraries it is masterWidth and masterHeight in every row, turned photos and RAW files included.
    """
    return _size(own.exif.get("PixelWidth"), own.exif.get("PixelHeight"))


def _size(width: object, height: object) -> PixelSize | None:
    """The size with these sides, if they are possible for a picture."""
    sides = [side for side in (width, height) if isinstance(side, int | float) and 1 <= side <= _MAX_SIDE]
    return PixelSize(int(sides[0]), int(sides[1])) if len(sides) == 2 else None


def _sizes(page: Columns, width: str, height: str) -> list[PixelSize | None]:
    pairs = list(zip(page.within(width, 0, _MAX_SIDE), page.within(height, 0, _MAX_SIDE), strict=True))
    # Most pictures of a library have one of few sizes.
    known = {(w, h): _size(w, h) for w, h in set(pairs)}
    return [known[pair] for pair in pairs]
