"""Where Aperture's renderings of versions are."""

from __future__ import annotations

from collections.abc import Callable

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Master, Original, OriginalStatus, Preview, Version
from couloir.aperture.package import Package
from couloir.aperture.paths import locate
from couloir.aperture.safe_sqlite import Database

COLUMNS = ("versionUuid", "fullSizePreviewPath", "fullSizePreviewUpToDate")
_NONE = Preview(path=None, relative_path=None, up_to_date=False, is_master=False)
_ADVICE = "Aperture can make it again: Photos > Update Preview. Without it this photo cannot be compared."


class PreviewFinder:
    """Finds previews by ImageProxies.apdb. The names of the files follow no rule that survives renaming a version."""

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

    def find(self, version: Version) -> Preview:
        """The preview of a version. One that should be there and is not becomes a finding."""
        rows = self._proxies.matching("RKImageProxyState", COLUMNS, "versionUuid", [version.uuid])
        if not rows:
            return _NONE
        cell = Cells(rows[-1], self._findings, "preview", version.uuid)
        current = cell.flag("fullSizePreviewUpToDate")
        stored = cell.verbatim("fullSizePreviewPath") or None
        if stored is not None:
            return self._stored(version, stored, current)
        return self._master_itself(version) if current else _NONE

    def _stored(self, version: Version, stored: str, current: bool) -> Preview:
        try:
            located = locate(self._package.previews(), stored, self._package.root)
        except OSError as error:
            self._warn("preview.missing", version, f"cannot be looked for: {error.strerror}")
            return Preview(None, stored, up_to_date=current, is_master=False)
        if located.unsafe is not None:
            self._warn("preview.unsafe", version, f"has an unsafe path: {located.unsafe}")
        elif located.path is None:
            self._warn("preview.missing", version, "is not on the disk")
        return Preview(located.path, stored, up_to_date=current, is_master=False)

    def _master_itself(self, version: Version) -> Preview:
        """No path although it is current: Aperture shows the untouched master.

        Never so for RAW, which has to be rendered.
        """
        master = self._master_of(version.master_uuid)
        if master is None or master.is_raw or version.has_enabled_adjustments:
            return _NONE
        original = self._original_of(master)
        path = original.path if original.status is OriginalStatus.PRESENT else None
        return Preview(path, None, up_to_date=True, is_master=True)

    def _warn(self, code: str, version: Version, what: str) -> None:
        self._findings.warn(code, "version", version.uuid, f"The preview of {version.name!r} {what}.", _ADVICE)
