"""Reports where Lightroom will differ from Aperture for photos that Couloir's XMP does not reach.

These are files that stay where they are, types that take no XMP (HEIC, video), and further versions, which
become virtual copies of the first. For them Lightroom reads only the file: values that were removed in Aperture come
back from it until the plug-in clears them, and a rotation made in Aperture is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from couloir.aperture.library import Library
from couloir.aperture.model import Finding, OtherRecords, Severity, Version
from couloir.derive import describe
from couloir.derive.removals import find_removals
from couloir.language import mark
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import LINKED, OFFLINE, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.roster import Roster

_TURNS = {90: mark("Photo > Rotate Right"), 180: mark("Photo > Rotate Right, twice"), 270: mark("Photo > Rotate Left")}


class UnreachedPhotos:
    """Checks versions after their rows were written. The findings are those of this run; the next one replaces them."""

    def __init__(self, library: Library, ledger: Ledger, roster: Roster) -> None:
        self._library = library
        self._ledger = ledger
        self._roster = roster

    def findings(self, versions: Sequence[Version]) -> Iterator[Finding]:
        """Findings about some versions, PAGE at most; none about one that has XMP, is left out, or whose original is
        not there yet.
        """
        rows = self._rows([version.uuid for version in versions])
        unreached = [version for version in versions if _is_unreached(rows.get(version.uuid))]
        carriers = [self._roster.carried_by(version.master_uuid) for version in unreached]
        first = self._shown_by_their_files(
            [
                carrier
                for version, carrier in zip(unreached, carriers, strict=True)
                if carrier not in (None, version.uuid)
            ]
        )
        records = self._library.read_many_records(unreached)
        for version, carrier, recorded in zip(unreached, carriers, records, strict=True):
            if carrier == version.uuid and rows[version.uuid].state is State.WAITING:
                yield from self._coming_back(version, recorded)
            yield from self._turned(version, first.get(carrier or ""), recorded)

    def _coming_back(self, version: Version, records: OtherRecords) -> Iterator[Finding]:
        """Findings about fields that were removed, as another record of Aperture's proves."""
        master = self._library.master(version.master_uuid)
        if master is None:
            return
        removal = find_removals(version, describe(version, master), records)
        if removal.recorded:
            told = ", ".join(sorted(field.replace("_", " ") for field in removal.recorded))
            yield _finding(
                "metadata.comes-back",
                version,
                f"removed in Aperture: {told}. No XMP of Couloir's reaches it, so it is shown with "
                f"what {master.file_name} itself still says of that.",
                "The Lightroom plug-in clears it; without it, empty these fields in Lightroom's Metadata panel.",
            )

    def _turned(self, version: Version, first: Version | None, records: OtherRecords) -> Iterator[Finding]:
        """Findings about a lost rotation; `first` is another version, which the photo's own file shows."""
        if first is not None:
            shown, as_what = first.rotation, mark("the photo's first version")
        else:
            # In real libraries version 0 has the rotation of the file's own EXIF.
            own = records.original_rotation
            shown, as_what = version.rotation if own is None else own, mark("its file")
        turn = (version.rotation - shown) % 360
        if turn:
            yield _finding(
                "rotation.lost",
                version,
                f"turned in Aperture by {turn} degrees clockwise against {as_what}, as which it is shown: no "
                "XMP of Couloir's reaches it, and the plug-in does not turn photos.",
                f"Turn it in Lightroom: {_TURNS[turn]}.",
            )

    def _shown_by_their_files(self, carriers: Collection[str | None]) -> dict[str, Version]:
        """Of these versions those that their photos' own files show, because Couloir's XMP reaches them; one of several
        with its uuid.
        """
        rows = self._rows(sorted({uuid for uuid in carriers if uuid is not None}))
        found: dict[str, Version] = {}
        for version in self._library.find_versions([uuid for uuid, row in rows.items() if _has_packet(row)]):
            found.setdefault(version.uuid, version)
        return found

    def _rows(self, uuids: Sequence[str]) -> dict[str, Row]:
        return {uuid: entry.row for uuid, entry in self._ledger.find(Kind.VERSION, uuids).items()}


def _is_unreached(row: Row | None) -> bool:
    if row is None or _has_packet(row) or row.reason.code in (OFFLINE, LINKED):
        return False
    return row.state in (State.WAITING, State.DONE, State.ALREADY_THERE)


def _has_packet(row: Row) -> bool:
    return row.detail.get("embedded") is True or isinstance(row.detail.get("sidecar"), str)


def _finding(code: str, version: Version, what: str, advice: str) -> Finding:
    return Finding(code, Severity.WARNING, "version", version.uuid, f"{version.name or version.uuid}: {what}", advice)
