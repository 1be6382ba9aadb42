"""Finds Aperture's previews of versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Master, Original, OriginalStatus, Preview, Version
from couloir.aperture.package import Package
from couloir.aperture.paths import leads_into, locate
from couloir.aperture.safe_sqlite import Database
from couloir.disk import try_twice

COLUMNS = ("versionUuid", "fullSizePreviewPath", "fullSizePreviewUpToDate")
_NONE = Preview(path=None, relative_path=None, up_to_date=False, is_master=False)
_ADVICE = (
    "The photo is translated from its adjustments alone, and cannot be measured. Restore the file from a backup or a "
    "vault if one has it."
)
_JPEG = frozenset({".jpg", ".jpeg"})
_SMALL = ("thumb_", ".")


class PreviewFinder:
    """Finds previews through ImageProxies.apdb: a renamed version keeps the old name of its file, so names alone do not
    do.
    """

    def __init__(
        self,
        proxies: Database,
        package: Package,
        master_of: Callable[[str], Master | None],
        original_of: Callable[[Master], Original],
        findings: Findings,
    ) -> None:
        self._proxies = proxies
        self._package = package
        self._master_of = master_of
        self._original_of = original_of
        self._findings = findings
        self._page: Collection[str] = ()
        self._rows: Mapping[str, sqlite3.Row] | None = {}

    def expect(self, page: Collection[str]) -> None:
        """The previews of these versions, PAGE at most, are the next that are asked for: they are read together."""
        self._page, self._rows = frozenset(page), None

    def find(self, version: Version) -> Preview:
        """The preview of a version. One that should be there and is not becomes a finding."""
        row = self._row(version.uuid)
        if row is None:
            return _NONE
        cell = Cells(row, self._findings, "preview", version.uuid)
        current = cell.flag("fullSizePreviewUpToDate")
        stored = cell.verbatim("fullSizePreviewPath") or None
        if stored is not None:
            return self._stored(version, stored, current)
        return self._master_itself(version) if current else _NONE

    def _row(self, uuid: str) -> sqlite3.Row | None:
        """The last row about a version."""
        if uuid not in self._page:
            return self._read([uuid]).get(uuid)
        if self._rows is None:
            self._rows = self._read(sorted(self._page))
        return self._rows.get(uuid)

    def _read(self, uuids: Sequence[str]) -> dict[str, sqlite3.Row]:
        rows = self._proxies.find_rows("RKImageProxyState", COLUMNS, "versionUuid", uuids)
        return {row["versionUuid"]: row for row in rows}

    def _stored(self, version: Version, stored: str, current: bool) -> Preview:
        link = self._package.link("Previews")
        if link is not None and not (link.followed and link.is_there):
            return Preview(None, stored, up_to_date=current, is_master=False)  # a finding about the library says why
        try:
            located = locate(self._package.previews(), stored, self._package.boundary("Previews"))
        except OSError as error:
            self._warn("preview.missing", version, f"cannot be reached: {error.strerror}")
            return Preview(None, stored, up_to_date=current, is_master=False)
        if located.unsafe is not None:
            self._warn("preview.unsafe", version, f"has an unsafe path: {located.unsafe}")
        elif located.path is None:
            renamed = self._under_another_name(version, stored)
            if renamed is not None:
                name = renamed.rpartition("/")[2]
                told = f"The preview of {version.name!r} has another name in its folder: {name!r}."
                self._findings.note("preview.renamed", "version", version.uuid, told, "That file is used.")
                return replace(self._stored(version, renamed, current), relative_path=stored)
            self._warn("preview.missing", version, "is not on the disk")
        return Preview(located.path, stored, up_to_date=current, is_master=False)

    def _under_another_name(self, version: Version, stored: str) -> str | None:
        """The path of the only preview in the version's own folder, None where there is none or more than one.

        Each version has a folder named by its uuid, in which Aperture keeps its preview, under the version's name
        at that time, and a thumbnail with "thumb_" before that name (seen in both real libraries).
        """
        above, _, _ = stored.rpartition("/")
        if above.rpartition("/")[2] != version.uuid:
            return None
        folder = self._package.previews().joinpath(*above.split("/"))
        if not leads_into(folder, self._package.boundary("Previews")):
            return None
        try:
            entries = try_twice(lambda: list(folder.iterdir()))
            names = [entry.name for entry in entries if entry.suffix.lower() in _JPEG and entry.is_file()]
        except OSError:
            return None
        found = [name for name in names if not name.startswith(_SMALL)]
        return f"{above}/{found[0]}" if len(found) == 1 else None

    def _master_itself(self, version: Version) -> Preview:
        """A preview without a path that is current: Aperture shows the untouched master.

        Never for RAW, which must be rendered.
        """
        master = self._master_of(version.master_uuid)
        if master is None or master.is_raw or version.has_enabled_adjustments:
            return _NONE
        original = self._original_of(master)
        path = original.path if original.status is OriginalStatus.PRESENT else None
        return Preview(path, None, up_to_date=True, is_master=True)

    def _warn(self, code: str, version: Version, what: str) -> None:
        self._findings.warn(code, "version", version.uuid, f"The preview of {version.name!r} {what}.", _ADVICE)
