"""The versions of a photo that share its side files, where the door's files hold several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.migrate.beside.place import Known
from couloir.migrate.changes import fingerprint
from couloir.migrate.files.condition import WrittenFile
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.roster import Roster


class Companions:
    """Finds them. `wanted` is false where each version has a file of its own, or waits for the plug-in."""

    def __init__(self, library: Library, ledger: Ledger, roster: Roster, *, wanted: bool) -> None:
        self._library = library
        self._ledger = ledger
        self._roster = roster
        self._wanted = wanted
        self._last: tuple[str, tuple[Version, ...]] = ("", ())

    def of_master(self, master: str) -> tuple[Version, ...]:
        """All versions that share a master's side files, the one that its file carries first; none for a lone one.

        A version that an earlier run has given a file of its own keeps that.
        """
        if not self._wanted:
            return ()
        if self._last[0] != master:  # the versions of a master follow one another
            uuids = self._roster.wanted_versions(master)
            uuids = [uuid for place, uuid in enumerate(uuids) if not (place and self._has_own_file(uuid))]
            found: dict[str, Version] = {}
            for version in self._library.find_versions(uuids) if len(uuids) > 1 else ():
                if version.master_uuid == master:
                    found.setdefault(version.uuid, version)  # of two with one uuid the first counts
            self._last = (master, tuple(found[uuid] for uuid in uuids if uuid in found))
        return self._last[1]

    def find_known(self, master: str) -> Known:
        """The side files that an earlier run wrote for any of them: what one of them wrote, another may replace."""
        rows = [self._ledger.get(Kind.VERSION, version.uuid) for version in self.of_master(master)]
        files = [file for entry in rows if entry is not None for file in WrittenFile.of(entry.row.detail)]
        return {file.path: file.digest for file in files if file.is_beside}

    def _has_own_file(self, uuid: str) -> bool:
        entry = self._ledger.get(Kind.VERSION, uuid)
        return entry is not None and entry.row.detail.get("path") is not None


def fingerprint_all(versions: Sequence[Version]) -> str | None:
    """The fingerprint of versions that share side files: a change of one is a change of all. None for a lone one."""
    if len(versions) < 2:
        return None
    told = "\n".join(f"{version.uuid} {fingerprint(version)}" for version in versions)
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
