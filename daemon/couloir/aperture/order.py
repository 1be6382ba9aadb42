"""The order in which Aperture shows the content of a folder and the photos of an album."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.package import Package
from couloir.aperture.plists import read_plist
from couloir.aperture.safe_sqlite import Database, chunks
from couloir.errors import ContentError

ORDER_COLUMNS = ("containerUuid", "purpose", "objectUuid", "orderNumber")


@dataclass(frozen=True, slots=True)
class Child:
    """A folder or album in its container. `listed` is false for implicit albums, which Aperture does not show."""

    uuid: str
    name: str
    model_id: int
    listed: bool


class Order:
    """Reads the stored orders of a library: RKCustomSortOrder first, then the property list of the container."""

    def __init__(self, database: Database, package: Package, findings: Findings) -> None:
        self._database = database
        self._package = package
        self._findings = findings

    def positions(self, children: Mapping[str | None, Sequence[Child]], purposes: Mapping[str, str]) -> dict[str, int]:
        """The position of each child, from 0, within its container.

        `purposes` has the order that each container shows: 'default' (by hand), 'kind', or '' for by name. Children
        that no stored order mentions follow by name; implicit albums come last.
        """
        stored = self._stored(container for container in children if container)
        result: dict[str, int] = {}
        for container, group in children.items():
            purpose = purposes.get(container or "", "")
            ranks: Mapping[str, int] = {}
            if container and purpose:
                orders = stored.get(container) or self._listed(container)
                ranks = orders.get(purpose) or next(iter(orders.values()), {})
            last = len(ranks)
            ordered = sorted(
                group,
                key=lambda c: (not c.listed, ranks.get(c.uuid, last), c.name.casefold(), c.model_id),
            )
            result.update((child.uuid, place) for place, child in enumerate(ordered))
        return result

    def members(self, album: Cells) -> tuple[str, ...]:
        """Uuids of an album's versions: in the order set by hand, else of its property list, else in which they were
        added.
        """
        rows = self._database.rows("RKAlbumVersion", ("versionId",), "albumId = ?", (album.model_id,))
        ids = list(dict.fromkeys(row["versionId"] for row in rows))
        uuids = {
            cell.model_id: cell.item
            for chunk in chunks(ids)
            for row in self._database.find_rows("RKVersion", ("uuid",), "modelId", chunk)
            for cell in [Cells(row, self._findings, "version")]
        }
        dangling = len(ids) - len(uuids)
        if dangling:
            self._findings.warn(
                "album.no-version",
                "album",
                album.item,
                f"The album {album.name('name')!r} lists {dangling} versions that are not in the library.",
            )
        found = [uuids[model_id] for model_id in ids if model_id in uuids]
        ranks: Mapping[str, int] = {}
        if album.flag("customSortAvailable"):
            orders = self._stored([album.item]).get(album.item, {})
            ranks = orders.get("default") or next(iter(orders.values()), {})
        if not ranks and found:
            listed = self._plist("Albums", album.item, "apalbum")
            ranks = _ranks(listed.get("CustomOrderList")) or _ranks(listed.get("versionUuids"))
        last = len(ranks)
        return tuple(sorted(found, key=lambda uuid: ranks.get(uuid, last)))

    def _stored(self, containers: Iterable[str]) -> dict[str, dict[str, dict[str, int]]]:
        """container -> purpose -> child -> rank, from the database."""
        found: dict[str, dict[str, list[tuple[float, str]]]] = defaultdict(lambda: defaultdict(list))
        for chunk in chunks(list(containers)):
            for row in self._database.find_rows("RKCustomSortOrder", ORDER_COLUMNS, "containerUuid", chunk):
                cell = Cells(row, self._findings, "order", str(row["containerUuid"]))
                entry = (cell.number("orderNumber") or 0.0, cell.name("objectUuid"))
                found[cell.name("containerUuid")][cell.name("purpose")].append(entry)
        return {
            container: {
                purpose: {uuid: rank for rank, (_, uuid) in enumerate(sorted(entries, key=lambda entry: entry[0]))}
                for purpose, entries in orders.items()
            }
            for container, orders in found.items()
        }

    def _listed(self, container: str) -> dict[str, dict[str, int]]:
        """purpose -> child -> rank, from a folder's property list."""
        orders = self._plist("Folders", container, "apfolder").get("CustomOrderList")
        return {str(purpose): _ranks(uuids) for purpose, uuids in orders.items()} if isinstance(orders, dict) else {}

    def _plist(self, folder: str, uuid: str, suffix: str) -> dict[str, object]:
        path = self._package.companion(folder, uuid, suffix)
        if path is None:
            return {}
        try:
            return read_plist(path)
        except ContentError as error:
            self._findings.note(
                "plist.unreadable",
                "library",
                path.name,
                error.message,
                "The order that it holds is taken from another source.",
            )
            return {}


def _ranks(uuids: object) -> dict[str, int]:
    if not isinstance(uuids, list):
        return {}
    return {uuid: rank for rank, uuid in enumerate(uuids) if isinstance(uuid, str)}
