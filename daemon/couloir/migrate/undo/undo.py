"""Undoes a migration: removes what it wrote and nobody has changed since, and enters that into the ledger.

Files go first and rows follow, one transaction for each photo: after a stop at any moment the next call finds files
that are missing already, and enters them. A second call has nothing to do. What stays is named with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from couloir.aperture.library import Library
from couloir.aperture.model import Finding, Master, Severity, Version
from couloir.errors import ContentError, DestinationError
from couloir.lightroom.enhanced.settings_folder import uninstall_profiles
from couloir.migrate.files.condition import WrittenFile
from couloir.migrate.files.own import clear, make_folder
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.enhanced_profiles import list_profiles
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.operations import operation_rows
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, KindBalance, Row
from couloir.migrate.ledger.verdicts import PICTURES
from couloir.migrate.report.look_store import FOLDER as REPORT
from couloir.migrate.run import OWN_FOLDER
from couloir.migrate.undo.photo_files import (
    Obstacle,
    PresentFile,
    find_removable,
    remove_files,
    restore_original,
    why_last,
)

LEFT = "undo.left"  # the finding about a file that stays
_PAGE = 500
_TAKEN = "Lightroom's catalog has it; there, Library > Plug-in Extras > Remove what this import added comes first"
_GONE = "its photo is no longer in the library, so nothing else has this look"
_ADVICE = "Keep it: it may hold later work, or be the last copy."
# What a row says of its files. The hash of the original stays, which the copies of further versions are compared with.
_OF_FILES = frozenset(
    (
        *("path", "size", "hash", "modified", "sidecar", "sidecar_hash", "sidecar_size", "beside", "method"),
        *(
            "together",
            "placement",
            "embedded",
            "settings",
            "expected_size",
            "fidelity",
            "anomalies",
            "note",
            "model",
            "source",
        ),
    )
)

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that stays. `why` is a clause."""

    kind: str
    uuid: str
    name: str
    path: str
    why: str


@dataclass(slots=True)
class Undoing:
    """The result: files that were removed (in a dry run: would be) and their bytes, copies that have the bytes of their
    original again, removed folders, enhanced profiles that were taken from Lightroom, and what stays: `left` on
    purpose, `failed` because the disk refused.
    """

    destination: Path
    dry_run: bool
    removed: int = 0
    freed: int = 0
    restored: int = 0
    folders: int = 0
    profiles: int = 0
    left: list[Leftover] = field(default_factory=list)
    failed: list[Leftover] = field(default_factory=list)
    balance: tuple[KindBalance, ...] = ()


def undo_migration(
    library: Library,
    ledger: Ledger,
    destination: Path,
    progress: Progress = lambda _done, _total: None,
    *,
    dry_run: bool = False,
    settings: Path | None = None,
) -> Undoing:
    """Remove what the migration in `destination` wrote and nobody has changed since.

    `settings` is Camera Raw's Settings folder, from which the migration's enhanced profiles go, too, once no photo is
    left that may need them.

    `ledger` is its ledger, open for writing except in a dry run; `library` the library that it is of, because a copy
    goes only while its original is there. Files of photos that Lightroom's catalog has stay. Raises DestinationErrors.
    """
    work = _Work(library, ledger, Undoing(destination, dry_run))
    work.begin()
    work.photos(progress)
    work.attachments()
    if not dry_run:
        work.keywords()
        work.folders()
        work.finish(settings)
    work.result.balance = ledger.balance()
    return work.result


@dataclass(frozen=True, slots=True)
class _Unit:
    """The rows and files that go together or stay together. `copy` is the copy of the library's file `original` (None
    where that is not there), of which `copied` is the hash; None where only a sidecar was written.
    """

    rows: Sequence[Row]
    version: Version | None
    files: Sequence[WrittenFile]
    copy: WrittenFile | None
    original: Path | None
    copied: str

    @property
    def is_of_photo(self) -> bool:
        return self.rows[0].kind in (Kind.VERSION, Kind.MASTER)


class _Work:
    def __init__(self, library: Library, ledger: Ledger, result: Undoing) -> None:
        self._library = library
        self._ledger = ledger
        self.result = result
        self._destination = result.destination
        self._temporary = result.destination / OWN_FOLDER / "tmp"
        self._settled = Identities()  # masters whose file was looked at with their version
        self._emptied: set[Path] = set()  # folders that a file was removed from

    def begin(self) -> None:
        if self.result.dry_run:
            return
        self._ledger.run = self._ledger.last_run()[0]
        self._ledger.retract(LEFT)
        clear(self._temporary)
        make_folder(self._temporary)

    def photos(self, progress: Progress) -> None:
        counted = next(line for line in self._ledger.balance() if line.kind is Kind.VERSION)
        total, done = counted.done + counted.already_there + counted.waiting, 0
        versions = self._ledger.entries(Kind.VERSION, (State.DONE, State.WAITING))
        while page := [entry.row for entry in islice(versions, _PAGE)]:
            found = {v.uuid: (v, m) for v, m in self._library.find_versions_with_masters([row.uuid for row in page])}
            for row in page:
                done += 1
                if WrittenFile.of(row.detail):
                    self._take_back(self._unit_of_version(row, *found.get(row.uuid, (None, None))))
                progress(done, total)
        for entry in self._ledger.entries(Kind.MASTER, (State.DONE, State.FAILED)):
            row = entry.row
            is_carried = row.state is State.DONE or row.reason.code == reasons.CUT
            if is_carried and WrittenFile.of(row.detail) and not self._settled.has(Kind.MASTER, row.uuid):
                self._take_back(self._unit_of_master(row))

    def attachments(self) -> None:
        stored = {each.uuid: each for each in self._library.details.attachments()}
        for entry in self._ledger.entries(Kind.ATTACHMENT, (State.DONE,)):
            for file in WrittenFile.of(entry.row.detail):
                attachment = stored.get(entry.row.uuid)
                source = None if attachment is None else self._library.attachment(attachment)
                self._take_back(_Unit([entry.row], None, [file], file, source, file.digest))

    def _unit_of_version(self, row: Row, version: Version | None, master: Master | None) -> _Unit:
        rows, files = [row], list(WrittenFile.of(row.detail))
        copy = _copy_among(files, row)
        carried = None if version is None else self._ledger.get(Kind.MASTER, version.master_uuid)
        if carried is not None and copy is not None and carried.row.detail.get("path") == copy.path:
            self._settled.is_new(Kind.MASTER, carried.row.uuid)
            rows.append(carried.row)
            files += [file for file in WrittenFile.of(carried.row.detail) if file not in files]
        copied = "" if carried is None else str(carried.row.detail.get("original") or "")
        return _Unit(rows, version, files, copy, self._file_of(master), copied)

    def _unit_of_master(self, row: Row) -> _Unit:
        files = WrittenFile.of(row.detail)
        original = self._file_of(self._library.master(row.uuid))
        return _Unit([row], None, files, _copy_among(files, row), original, str(row.detail.get("original") or ""))

    def _file_of(self, master: Master | None) -> Path | None:
        return None if master is None else self._library.original(master).path

    # One photo

    def _take_back(self, unit: _Unit) -> None:
        """Remove the files of a unit and enter that, or name what stays."""
        try:
            kept = self._judge_and_remove(unit)
        except ContentError as error:
            kept = Obstacle(unit.files[0].path, error.message.rstrip("."))
        except DestinationError as error:
            self.result.failed.append(_left(unit, Obstacle(unit.files[0].path, error.message.rstrip("."))))
            return
        if kept is not None:
            self._leave(unit, kept)

    def _judge_and_remove(self, unit: _Unit) -> Obstacle | None:
        why = self._why_left(unit)
        if why:
            return Obstacle(unit.files[0].path, why)
        found = find_removable(self._destination, unit.files)
        if isinstance(found, Obstacle):
            return found
        if unit.copy is not None:
            copy = self._destination / unit.copy.path
            last = why_last(unit.original, unit.copied, copy)
            if last:
                return self._keep_last(unit, [file for file in found if file.path == copy], last)
        return self._remove(unit, found)

    def _why_left(self, unit: _Unit) -> str:
        """What stands against removing a unit before its files are looked at, as a clause; "" for nothing."""
        if unit.is_of_photo and self._is_in_lightroom(unit):
            return _TAKEN
        return _GONE if unit.copy is None and unit.version is None else ""

    def _is_in_lightroom(self, unit: _Unit) -> bool:
        masters = [row.uuid for row in unit.rows if row.kind is Kind.MASTER]
        masters += [] if unit.version is None else [unit.version.master_uuid]
        query = "SELECT 1 FROM handover WHERE master = ? AND outcome IN ('done', 'already there')"
        return any(self._ledger.connection.execute(query, (uuid,)).fetchone() for uuid in masters)

    def _remove(self, unit: _Unit, found: Sequence[PresentFile]) -> Obstacle | None:
        if not self.result.dry_run:
            kept = remove_files(found)
            if kept is not None:
                return kept
            self._enter(unit, reasons.UNDONE)
            self._emptied.update(file.path.parent for file in found)
        self.result.removed += len(found)
        self.result.freed += sum(file.size for file in found)
        return None

    def _keep_last(self, unit: _Unit, copies: Sequence[PresentFile], why: str) -> Obstacle | None:
        """Leave what may be the last copy of a photograph, with the bytes of its original where these are known."""
        copy = unit.copy
        if copy is None or not copies:  # it is not here any more
            return Obstacle(unit.files[0].path, "neither this copy nor its original is there now")
        if len(unit.files) > 1 or copy.digest == unit.copied or self.result.dry_run:
            return Obstacle(copy.path, why)
        if not restore_original(copies[0], unit.copied, self._temporary / f"original{copies[0].path.suffix}"):
            return Obstacle(copy.path, why)
        self._enter(unit, reasons.UNDONE, restored=copies[0].path)
        self.result.restored += 1
        return Obstacle(copy.path, f"{why}; Couloir's XMP was taken out, and it has the bytes of the original")

    def _leave(self, unit: _Unit, kept: Obstacle) -> None:
        left = _left(unit, kept)
        self.result.left.append(left)
        if self.result.dry_run:
            return
        what = f"{left.name}: `couloir undo` left {left.path}: {left.why}."
        finding = Finding(LEFT, Severity.NOTE, left.kind, left.uuid, what, _ADVICE)
        with self._ledger.transaction():
            self._ledger.add_findings([finding])

    def _enter(self, unit: _Unit, reason: Reason, *, restored: Path | None = None) -> None:
        """Enter that a unit was undone; `restored` is its copy where that stays, as the original is."""
        rows: list[Row] = []
        for row in unit.rows:
            bare = {key: value for key, value in row.detail.items() if key not in _OF_FILES}
            if restored is not None and row.kind is Kind.MASTER:
                kept = {key: row.detail[key] for key in ("path", "modified", "method") if key in row.detail}
                kept |= {"hash": unit.copied, "size": restored.stat().st_size}
                rows.append(replace(row, detail=bare | kept))
                continue
            rows.append(replace(row, state=State.SKIPPED, reason=reason, detail=bare))
            if row.kind is Kind.VERSION and unit.version is not None:
                rows += operation_rows(unit.version, rows[-1], Identities())
        with self._ledger.transaction():
            self._ledger.put(rows)
            for row in rows:  # what has not gone to Lightroom yet is not there to go
                self._ledger.connection.execute(
                    "DELETE FROM handover WHERE kind = ? AND uuid = ? AND outcome IS NULL", (row.kind, row.uuid)
                )

    # What the photos leave behind

    def keywords(self) -> None:
        """Keywords that no written photo carries any more."""
        if not self.result.removed:
            return
        carried: set[tuple[str, ...]] = set()
        versions = self._ledger.entries(Kind.VERSION, (State.DONE,))
        while page := [entry.row.uuid for entry in islice(versions, _PAGE)]:
            for version, _ in self._library.find_versions_with_masters(page):
                carried |= {path[:depth] for path in version.keywords for depth in range(1, len(path) + 1)}
        for entry in list(self._ledger.entries(Kind.KEYWORD, (State.DONE,))):
            row = entry.row
            if row.reason.code == reasons.KEYWORD_WRITTEN.code and not _is_in(row.detail.get("path"), carried):
                with self._ledger.transaction():
                    self._ledger.put([replace(row, state=State.SKIPPED, reason=reasons.UNDONE)])

    def folders(self) -> None:
        """Folders that a migration made, where nothing is left in them."""
        kinds = (Kind.PROJECT, Kind.FOLDER)
        rows = [entry.row for kind in kinds for entry in self._ledger.entries(kind, (State.DONE,))]
        made = {self._destination / str(row.detail["path"]): row for row in rows if row.detail.get("path")}
        around = {above for folder in (*self._emptied, *made) for above in (folder, *folder.parents)}
        for folder in sorted({*made, *around}, key=lambda each: len(each.parts), reverse=True):
            if self._destination not in folder.parents:
                continue
            with suppress(OSError):  # something is in it, or it is not there
                folder.rmdir()
                self.result.folders += 1
            if folder in made and not folder.exists():
                row = made[folder]
                bare = {key: value for key, value in row.detail.items() if key not in _OF_FILES}
                with self._ledger.transaction():
                    self._ledger.put([replace(row, state=State.SKIPPED, reason=reasons.UNDONE, detail=bare)])

    def finish(self, settings: Path | None) -> None:
        """Couloir's own files: the ledger stays, because it says what was done."""
        clear(self._temporary)
        if not (self.result.left or self.result.failed):
            if settings is not None:
                profiles = [each.profile for each in list_profiles(self._ledger)]
                self.result.profiles = len(uninstall_profiles(profiles, settings))
            clear(self._destination / REPORT)
            clear(self._destination / OWN_FOLDER / PICTURES)


def _copy_among(files: Sequence[WrittenFile], row: Row) -> WrittenFile | None:
    return next((file for file in files if file.path == row.detail.get("path")), None)


def _left(unit: _Unit, kept: Obstacle) -> Leftover:
    row = unit.rows[0]
    return Leftover(str(row.kind), row.uuid, row.name, kept.place, kept.why)


def _is_in(path: object, carried: set[tuple[str, ...]]) -> bool:
    return isinstance(path, list) and tuple(path) in carried
