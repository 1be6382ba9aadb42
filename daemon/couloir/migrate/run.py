"""Runs a migration: library in, files and ledger out. A dry run is the same pipeline with another last stage."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from couloir.aperture.audit.unread import UNREAD_PLIST, unread_in_databases, unread_in_plists
from couloir.aperture.library import Library
from couloir.aperture.model import Finding, Master, Severity
from couloir.aperture.reading_way import ReadAs
from couloir.aperture.safe_sqlite import LONGEST_PATH
from couloir.destinations.door import Door
from couloir.destinations.every import DOORS, LIGHTROOM
from couloir.disk import writing
from couloir.errors import CouloirError, DestinationError, LedgerDamaged
from couloir.migrate.attached import read_attached
from couloir.migrate.attachments import Attachments
from couloir.migrate.beside.waiting import advise_elsewhere
from couloir.migrate.files import space
from couloir.migrate.files.foreign import VAULT_SUFFIX, library_around
from couloir.migrate.files.lock import take_lock
from couloir.migrate.files.own import OWN_NAMES, clear, make_folder, refuse_links
from couloir.migrate.files.reserved_names import ReservedNames
from couloir.migrate.ledger import backup as ledger_backup
from couloir.migrate.ledger.door import DOOR
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, KindBalance
from couloir.migrate.matched_looks import list_unwritten
from couloir.migrate.options import MigrationOptions, OriginalsMode, VersionsMode, choose_project
from couloir.migrate.photos import Photos
from couloir.migrate.produce import DryWorkshop, FileWorkshop, Workshop
from couloir.migrate.roster import Roster
from couloir.migrate.structure import Structure
from couloir.migrate.translated_units import SeeingCost

T = TypeVar("T")

OWN_FOLDER = ".couloir"
LEDGER = Path(OWN_FOLDER) / "ledger.sqlite3"

RESTORED = "ledger.restored"  # the finding about a ledger that was restored from its backup
_LOOKED_THROUGH = "property_lists_looked_through"
_MOST_UNREAD = 10_000  # unknown keys that are reported at most, even if each photo has one

COPIED = "ledger.copied"  # the finding about originals that could not be cloned

_LONGEST = LONGEST_PATH - len(f"/{LEDGER}")

Progress = Callable[[int, int], None]  # done, total

TOTALS = {
    Kind.MASTER: "masters",
    Kind.VERSION: "versions",
    Kind.PROJECT: "projects",
    Kind.FOLDER: "folders",
    Kind.ALBUM: "albums",
    Kind.KEYWORD: "keywords",
    Kind.STACK: "stacks",
    Kind.FACE: "faces",
    Kind.OPERATION: "operations",
    Kind.ATTACHMENT: "attachments",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run. `balance` is of the rows of the project `scope`, or of all rows without one. `seeing` is
    what looking at the photos cost, `photos` the folder that holds all photographs.
    """

    destination: Path
    dry_run: bool
    run: int
    balance: tuple[KindBalance, ...]
    needed: int
    seeing: SeeingCost
    photos: Path
    scope: str | None = None

    @property
    def balances(self) -> bool:
        return all(line.balances for line in self.balance)


def totals_of(library: Library) -> dict[Kind, int]:
    """The number of rows of each kind in the library, with which the ledger is balanced."""
    counts = {**library.counts(), "attachments": library.details.attachment_count()}
    return {kind: counts[name] for kind, name in TOTALS.items()}


@contextmanager
def migrating(
    library: Library,
    destination: Path,
    options: MigrationOptions,
    progress: Progress = lambda _done, _total: None,
    reading: Progress | None = None,
) -> Iterator[tuple[Outcome, Ledger]]:
    """Migrate, and yield the outcome with the ledger still open, so that a report can be written from it.

    `progress` counts the photos that Aperture shows, and `reading` the rows that are read before; without `reading`,
    `progress` counts the steps of both.

    After an interruption at any moment the same call continues where it stopped. Raises DestinationErrors for what
    stops a run: finished work is kept and recorded. Problems with single items are in the ledger.
    """
    scope = choose_project(library.info.path, library.folders(), options.only_project)
    _check_destination(library, destination)
    with ExitStack() as resources:
        if options.dry_run:
            ledger = resources.enter_context(Ledger.temporary(destination / LEDGER, brief=True))
            ledger.belongs_to(library.info)
        else:
            ledger = resources.enter_context(open_ledger(library, destination))
        _keep_to_door(ledger, options.door, destination)
        run = ledger.begin_run(_noted(library, options, scope))
        counts = library.counts()
        before = 2 * counts["masters"] + counts["versions"]  # each is read, and originals get their names
        steps = before + counts["masters"] + counts["versions"]
        roster = _roster(
            library,
            ledger,
            options,
            counts,
            lambda done: progress(done, steps) if reading is None else reading(done, before),
        )
        resources.callback(roster.close)
        needed = _bytes_needed(library.info.path, destination, roster, options, scope)
        if not options.dry_run:
            space.require(space.space_for(destination, needed), destination)
        workshop = _workshop(destination, options)
        identities = Identities()
        hanging = read_attached(library)
        Structure(
            library,
            ledger,
            roster,
            workshop,
            destination,
            scope,
            identities,
            trash=options.trash,
            hanging=hanging,
            in_lightroom=options.door.in_xmp,
        ).write()
        # Reading the faces may have failed: then the rows of an earlier run stay.
        unread = frozenset[str]() if library.reads_faces else frozenset[str]({Kind.FACE})
        ledger.set_totals({kind: total for kind, total in totals_of(library).items() if kind not in unread})
        photos = Photos(library, ledger, roster, workshop, destination, options, scope, identities, hanging)
        shown = 0 if reading is None else roster.count_shown(scope)
        photos.write(
            lambda done: (
                progress(before + done, steps) if reading is None else progress(min(photos.shown, shown), shown)
            )
        )
        Attachments(library, ledger, workshop, options, identities, scope=scope).write()
        ledger.forget(lambda kind, uuid: kind in unread or identities.has(kind, uuid))
        unknown = [*unread_in_databases(library), *hanging.findings, *photos.remarks]
        told = [*library.findings, *unknown]
        ledger.renew_findings(told if options.door.in_xmp else advise_elsewhere(told), whole=scope is None)
        if scope is None and not options.dry_run:
            _look_through_plists(library, ledger)
        if options.originals is OriginalsMode.CLONE:
            _say_what_was_copied(ledger)
        ledger.end_run()
        if not options.dry_run:  # the temporary folder may belong to a run in progress
            clear(destination / OWN_FOLDER / "tmp")
        if scope is not None:
            ledger.mark(Kind.PROJECT, [scope])
        balance = ledger.balance(marked=scope is not None)
        top = destination / roster.top_folder
        yield Outcome(destination, options.dry_run, run, balance, needed, photos.seeing, top, scope), ledger


def _keep_to_door(ledger: Ledger, door: Door, destination: Path) -> None:
    """Record the door at the first run; raises DestinationError for a folder that was written for another one."""
    known = ledger.fact(DOOR) or (LIGHTROOM.name if ledger.last_run()[0] else door.name)
    if known != door.name:
        title = DOORS[known].title if known in DOORS else known
        why = f"it holds this library as written for {title}; choose another folder for {door.title}"
        raise DestinationError(path=destination, why=why)
    if door is not LIGHTROOM:
        with ledger.transaction():
            ledger.set_fact(DOOR, door.name)


def write_matched_looks(library: Library, ledger: Ledger, destination: Path) -> int:
    """Write the looks that matching found into the files of an earlier migration; returns how many there were to write.

    As a later run does it: a file that another program has changed since stays as it is, with a finding. Nothing is
    written where no migration was, or before the first one has ended. Raises DestinationErrors.
    """
    run, noted, has_ended = ledger.last_run()
    due = list_unwritten(library, ledger) if run and has_ended else []
    if not due:
        return 0
    ledger.run = run
    options = MigrationOptions(OriginalsMode(str(noted["originals"])), VersionsMode(str(noted["versions"])))
    with ExitStack() as resources:
        roster = _roster(library, ledger, options, library.counts(), lambda _done: None)
        resources.callback(roster.close)
        workshop = _workshop(destination, options)
        hanging = read_attached(library)
        photos = Photos(library, ledger, roster, workshop, destination, options, None, Identities(), hanging)
        photos.write_looks(due)
        clear(destination / OWN_FOLDER / "tmp")
    return len(due)


def _look_through_plists(library: Library, ledger: Ledger) -> None:
    """Report the unknown keys of property lists; once, until the library is changed in Aperture."""
    status = (library.info.path / "Database").stat()
    for name in ("apdb/Library.apdb", "Library.apdb"):
        with suppress(OSError):
            status = (library.info.path / "Database" / name).stat()
            break
    seen = f"{status.st_mtime_ns} {status.st_size}"
    if ledger.fact(_LOOKED_THROUGH) == seen:
        return
    ledger.retract(UNREAD_PLIST)
    findings = list(islice(unread_in_plists(library.info.path), _MOST_UNREAD))
    with ledger.transaction():
        ledger.add_findings(findings)
        ledger.set_fact(_LOOKED_THROUGH, seen)


@contextmanager
def open_ledger(library: Library, destination: Path) -> Iterator[Ledger]:
    """The destination's ledger, created if missing, checked to belong to this library, and locked for this process.

    Raises DestinationErrors.
    """
    _check_destination(library, destination)
    with _own_folder(destination) as ledger:
        ledger.belongs_to(library.info)
        yield ledger


@contextmanager
def reopen_ledger(destination: Path) -> Iterator[Ledger]:
    """The ledger of a folder that was migrated before, locked for this process; its library need not be there.

    Raises DestinationErrors, NotAMigration among them.
    """
    with Ledger.open_to_read(destination / LEDGER):
        pass  # a folder without one is left as it is
    with _own_folder(destination) as ledger:
        yield ledger


def _check_destination(library: Library, destination: Path) -> None:
    with writing(destination):
        try:
            place = destination.resolve()
        except RuntimeError as error:  # Python before 3.13 raises it for a link to itself
            raise DestinationError(path=destination, why="it is a link whose target does not exist") from error
        existing = next((folder for folder in (place, *place.parents) if os.path.lexists(folder)), place)
        in_the_way = os.path.lexists(existing) and not existing.is_dir()
        around = library_around(place)
    for held in (library.info.path.resolve(), *(link.target for link in library.links)):
        if place.is_relative_to(held):
            raise DestinationError(path=destination, why="it lies inside the library, where nothing may be written")
    if around is not None:
        what = "a vault, which is a backup" if around.suffix.lower() == VAULT_SUFFIX else "a photo library"
        what = f"{what}, where nothing may be written"
        raise DestinationError(path=destination, why=f"it lies inside {around.name}, {what}")
    if in_the_way:
        raise DestinationError(path=destination, why=f"{existing} is a file, not a folder")
    if len(os.fsencode(place / LEDGER)) > LONGEST_PATH:
        raise DestinationError(path=destination, why=f"its path is too long; at most {_LONGEST} bytes are possible")
    refuse_links(destination)


@contextmanager
def _own_folder(destination: Path) -> Iterator[Ledger]:
    """The destination's ledger, locked for this process.

    A destination that is refused before the first file is written is left unchanged.
    """
    with writing(destination):
        is_first = not (destination / LEDGER).exists()
        ours = [destination / name for name in OWN_NAMES if not (destination / name).exists()]
        made = [folder for folder in (destination, *destination.parents) if not folder.exists()]
        own = destination / OWN_FOLDER
        make_folder(own)
    lock = take_lock(destination, own)
    leftovers: list[Path] | None = []
    try:
        with _whole_ledger(destination / LEDGER) as ledger:
            try:
                yield ledger
            except DestinationError:
                leftovers = None if ledger.has_written() else _folders_made(ledger, destination)
                raise
        with suppress(CouloirError):  # the run has succeeded; the previous backup still exists
            ledger_backup.back_up(destination / LEDGER)
    except DestinationError:
        if is_first and leftovers is not None:
            lock.release()  # Windows does not remove an open file
            for folder in ours:
                with suppress(DestinationError):
                    clear(folder)
            for folder in (*leftovers, *made):
                with suppress(OSError):
                    folder.rmdir()  # only when it is empty
        raise
    finally:
        lock.release()


def _whole_ledger(path: Path) -> Ledger:
    """The ledger, or its last backup where it is damaged or missing: files written since are found and taken
    over. Raises DestinationErrors, and LedgerDamaged where there is no backup.
    """
    if ledger_backup.is_needed(path) and ledger_backup.restore(path):
        why = "its file was missing"
    else:
        try:
            return Ledger.open(path)
        except LedgerDamaged as error:
            why = str(error.facts.get("why"))
            if not ledger_backup.restore(path):
                raise
    ledger = Ledger.open(path)
    what = f"The ledger was damaged ({why}) and was restored to its state after the last complete run."
    advice = (
        "Files written since were compared and entered again; a damaged ledger is kept in .couloir. Check the disk."
    )
    with ledger.transaction():
        ledger.add_findings([Finding(RESTORED, Severity.WARNING, "ledger", path.name, what, advice)])
    return ledger


def _folders_made(ledger: Ledger, destination: Path) -> list[Path]:
    """The made folders of folders and projects, deepest first."""
    rows = [entry.row for kind in (Kind.FOLDER, Kind.PROJECT) for entry in ledger.entries(kind, (State.DONE,))]
    made = [destination / str(row.detail["path"]) for row in rows]
    folders = {place for folder in made for place in (folder, *folder.parents) if destination in place.parents}
    return sorted(folders, key=lambda folder: len(folder.parts), reverse=True)


def _say_what_was_copied(ledger: Ledger) -> None:
    ledger.retract(COPIED)
    if (count := ledger.count_copied()) > 0:
        what = f"{count:,} originals were copied in full, because this disk cannot share their blocks."
        advice = "They need their full size; on the library's own APFS or btrfs disk they would need no extra space."
        with ledger.transaction():
            ledger.add_findings([Finding(COPIED, Severity.NOTE, "master", "", what, advice)])


def _noted(library: Library, options: MigrationOptions, scope: str | None) -> dict[str, object]:
    """The options of a run and of reading its library, as the ledger keeps them."""
    noted: dict[str, object] = {"originals": options.originals, "versions": options.versions, "project": scope}
    noted |= library.options
    profiles = options.translator.profiles.names
    noted |= {"profiles": profiles} if profiles else {}
    noted |= {} if options.door.in_xmp else {"for": options.door.name}
    return noted if options.pictures else {**noted, "pictures": False}


def read_as(ledger: Ledger) -> ReadAs:
    """The options with which the last run read the library; later commands read it in the same way."""
    noted = ledger.last_run()[1]
    return ReadAs(
        from_plists=noted.get("from_plists") is True,
        follow_links=noted.get("follow_links") is True,
    )


def _roster(
    library: Library,
    ledger: Ledger,
    options: MigrationOptions,
    counts: Mapping[str, int],
    progress: Callable[[int], None],
) -> Roster:
    masters, versions = counts["masters"], counts["versions"]
    with ledger.transaction():
        reserved = ReservedNames(ledger.connection)
        roster = Roster(ledger.connection, reserved, library.folders(), trash=options.trash, hidden=options.hidden)
        seen = _counted(library.masters(), progress)
        roster.enter_masters((master, _size_of(library, master)) for master in seen)
        roster.enter_versions(_counted(library.version_heads(), lambda done: progress(masters + done)))
        named = masters + versions
        clones = options.versions is VersionsMode.CLONE
        roster.give_places(lambda done: progress(named + done), extra_versions=clones)
    return roster


def _size_of(library: Library, master: Master) -> int:
    """The bytes of the original on its disk; 0 for a missing one."""
    path = library.original(master).path
    try:
        return 0 if path is None else path.stat().st_size
    except OSError:
        return 0  # copying it reports the problem


def _counted(rows: Iterable[T], progress: Callable[[int], None]) -> Iterator[T]:
    """The rows; the first pass over them counts as progress, too."""
    for done, row in enumerate(rows, start=1):
        progress(done)
        yield row


def _workshop(destination: Path, options: MigrationOptions) -> Workshop:
    if options.dry_run:
        return DryWorkshop(destination)
    temporary = destination / OWN_FOLDER / "tmp"
    clear(temporary)  # unfinished files of a killed run
    make_folder(temporary)
    return FileWorkshop(destination, temporary, clone=options.originals is not OriginalsMode.COPY)


def _bytes_needed(
    library: Path, destination: Path, roster: Roster, options: MigrationOptions, scope: str | None
) -> int:
    """The most bytes that the run writes."""
    if options.originals is OriginalsMode.REFERENCE:
        return 0
    workbench = Path(tempfile.gettempdir()) if options.dry_run else destination / OWN_FOLDER
    shared = options.originals is OriginalsMode.CLONE and space.shares_blocks(library, destination, workbench)
    return roster.bytes_wanted(scope, extra_versions=options.versions is VersionsMode.CLONE, rendered_only=shared)
