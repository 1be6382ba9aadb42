"""Checks that every written file is in place and whole, and that the ledger balances. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from couloir.aperture.library import Library
from couloir.aperture.model import Damage
from couloir.aperture.originals import BACKUP
from couloir.disk import reading
from couloir.errors import BadXmp, ContentError, DestinationError, LibraryError
from couloir.lightroom.embed import extract
from couloir.lightroom.enhanced.look import table_of_look
from couloir.lightroom.settings import SETTINGS, DevelopSettings, SettingType
from couloir.lightroom.xmp import read_packet
from couloir.migrate.files.condition import Condition, WrittenFile, judge
from couloir.migrate.files.lock import is_held
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import WRITTEN, State
from couloir.migrate.ledger.rows import Kind, KindBalance, Row
from couloir.migrate.outlook import nothing_comes
from couloir.migrate.run import LEDGER, OWN_FOLDER, read_as, totals_of

Progress = Callable[[int, int], None]  # done, total

_WITH_FILES = (Kind.FOLDER, Kind.PROJECT, Kind.MASTER, Kind.VERSION, Kind.ATTACHMENT)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference from the ledger. `kind` and `uuid` name the row, `path` the file where there is one."""

    kind: str
    uuid: str
    path: str
    what: str


@dataclass(slots=True)
class Verification:
    """`checked` counts rows whose files were read again; `notes` say what could not be checked, and why.

    `changed` are files that another program has saved since: a photographer's work, not a problem.
    `changed_originals` counts originals in the library that are whole but differ from the size that it states.
    `is_running` says that a migration was writing meanwhile; the result is then about its finished files.
    """

    destination: Path
    balance: tuple[KindBalance, ...]
    is_running: bool = False
    checked: int = 0
    problems: list[Discrepancy] = field(default_factory=list)
    changed: list[Discrepancy] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changed_originals: int = 0


def verify(
    destination: Path, volumes: Mapping[str, Path] | None = None, progress: Progress = lambda _done, _total: None
) -> Verification:
    """Check every file that the ledger says was written, and the ledger against the library.

    The ledger is read from a copy in memory, so that a folder on a read-only disk can be checked, too. Raises
    NotAMigration.
    """
    is_running = is_held(destination / OWN_FOLDER)
    with Ledger.open_to_read(destination / LEDGER) as ledger:
        result = Verification(destination, ledger.balance(), is_running)
        if is_running:
            result.notes.append(
                "A migration is writing here now. Its finished files were checked; verify again when it has finished."
            )
        _check_reasons(ledger, result)
        _check_balance(ledger, result, volumes)
        nothing = nothing_comes(Path(ledger.fact("library_path") or ""), ledger.reasons())
        if nothing is not None:
            result.notes.append(str(nothing))
        total = sum(line.done + line.already_there for line in result.balance if line.kind in _WITH_FILES)
        files = _Files(destination)
        for kind in _WITH_FILES:
            for entry in ledger.entries(kind, (State.DONE,)):
                for condition, path, what in _check(entry.row, files):
                    told = result.changed if condition is Condition.SAVED else result.problems
                    told.append(Discrepancy(str(kind), entry.row.uuid, path, what))
                result.checked += 1
                progress(result.checked, total)
    return result


def _check_balance(ledger: Ledger, result: Verification, volumes: Mapping[str, Path] | None) -> None:
    if result.is_running:
        return  # the sums balance only when it has finished
    if not ledger.last_run()[2]:
        result.problems.append(Discrepancy("run", "", "", "the last run did not finish; run `couloir migrate` again"))
    for line in result.balance:
        if not line.balances:
            what = f"{line.accounted} of {line.total} rows are accounted for"
            result.problems.append(Discrepancy(str(line.kind), "", "", what))
    path = ledger.library_path
    try:
        with Library.open(path, volumes, **read_as(ledger)) as library:
            if library.info.uuid and library.info.uuid != ledger.fact("library_identity"):
                result.notes.append(f"Another library lies at {path} now, so the counts were not compared with it.")
                return
            totals = totals_of(library)
            unread = () if library.reads_faces else (Kind.FACE,)
            _check_originals(ledger, library, result)
    except (LibraryError, DestinationError) as error:
        result.notes.append(f"The ledger could not be compared with the library: {error.message}")
        return
    for line in result.balance:
        if line.kind in unread:
            result.notes.append(
                f"The {line.kind}s could not be compared with the library, where they cannot be read now."
            )
        elif totals[line.kind] != line.total:
            what = f"the library has {totals[line.kind]} now, and the ledger has {line.total}"
            result.problems.append(Discrepancy(str(line.kind), "", "", what))


def _check_originals(ledger: Ledger, library: Library, result: Verification) -> None:
    """Count originals whose size differs from what the library states, although their copy is as written."""
    told = {problem.uuid for problem in result.problems if problem.kind == Kind.MASTER}
    for master in library.masters():
        doubt = library.original(master).doubt if master.uuid not in told else None
        entry = None if doubt is None else ledger.get(Kind.MASTER, master.uuid)
        if doubt is None or entry is None or entry.row.state is State.SKIPPED:
            continue
        what = f"the original {master.file_name} {doubt.what}"
        if doubt.damage is Damage.CHANGED:
            result.changed_originals += 1
        else:
            result.problems.append(Discrepancy(str(Kind.MASTER), master.uuid, "", f"{what}. {BACKUP}"))


def _check_reasons(ledger: Ledger, result: Verification) -> None:
    """Report originals that were found damaged when they were to be copied, wherever the library is now."""
    for entry in ledger.entries(Kind.MASTER, (State.FAILED,)):
        if entry.row.reason.code in reasons.DAMAGED:
            told = f"{entry.row.name}: {entry.row.reason.sentence} {entry.row.reason.advice}"
            result.problems.append(Discrepancy(str(Kind.MASTER), entry.row.uuid, "", told))


class _Files:
    """Reads each file once, although a master and its version name the same one, and records those that are not
    whole.
    """

    def __init__(self, destination: Path) -> None:
        self.destination = destination
        self._read = Identities()
        self._not_whole: dict[str, Condition] = {}

    def judge(self, written: WrittenFile) -> tuple[Condition, str]:
        """The condition of a file, and a clause about the problem; "" where it was reported before."""
        if not self._read.is_new("file", written.path):
            return self._not_whole.get(written.path, Condition.WHOLE), ""
        found = judge(self.destination, written, read=True)
        if found.condition is not Condition.WHOLE:
            self._not_whole[written.path] = found.condition
        return found.condition, found.what


def _check(row: Row, files: _Files) -> Iterator[tuple[Condition, str, str]]:
    """(condition, path, problem) of one row's files."""
    path = row.detail.get("path")
    if row.kind in (Kind.FOLDER, Kind.PROJECT):
        if isinstance(path, str) and not (files.destination / path).is_dir():
            yield Condition.MISSING, path, "its folder is missing"
        return
    sound = True
    last = ""
    try:
        for written in WrittenFile.of(row.detail):
            if not written.is_beside:
                last = written.path  # the XMP is in it, or it is the sidecar
            condition, what = files.judge(written)
            if what:
                yield condition, written.path, what
            # For an altered file the differing settings are reported, too.
            sound = sound and condition in (Condition.WHOLE, Condition.ALTERED)
        if last and sound and row.kind is Kind.VERSION and _carries_packet(row):
            file = files.destination / last
            with reading(file):
                content = file.read_bytes() if row.detail.get("sidecar") else extract(file)
            for what in _check_packet(content, last, row):
                yield Condition.ALTERED, last, what
    except ContentError as error:
        yield Condition.ALTERED, last, error.message


def _carries_packet(row: Row) -> bool:
    """Whether a version's look was written into a file.

    The file of one that the plug-in set inside Lightroom (HEIC, video, a photo that takes no XMP) equals the original;
    there the handover's answer counts for the rest.
    """
    in_file = row.reason.code == WRITTEN.code or row.detail.get("embedded") is True
    return in_file or isinstance(row.detail.get("sidecar"), str)


def _check_packet(content: bytes | None, path: str, row: Row) -> Iterator[str]:
    if content is None:
        yield "it has no XMP"
        return
    try:
        packet = read_packet(content, path)
    except BadXmp as error:
        yield error.message
        return
    if packet.stamp is None or packet.stamp.version_uuid != row.uuid:
        yield "its XMP is not the one that Couloir wrote for this version"
        return
    stated = row.detail.get("settings")
    try:
        expected = DevelopSettings(stated) if isinstance(stated, Mapping) else DevelopSettings()
    except (ValueError, TypeError) as error:
        yield f"the settings in the ledger are not valid ({error})"
        return
    differing = sorted(
        key
        for key, value in expected.items()
        if SETTINGS[key].type is not SettingType.TABLE and packet.settings.get(key) != value
    )
    wanted = _table_in(expected.get("Look"))
    if wanted is not None and _table_in(packet.settings.get("Look")) != wanted:
        differing.append("Look")
    if differing:
        yield f"its settings differ from the ledger's: {', '.join(differing)}"
    elif wanted is not None and wanted not in packet.tables:
        yield "its XMP lacks the table of its profile, or holds a damaged one"


def _table_in(look: object) -> str | None:
    return table_of_look(look) if isinstance(look, Mapping) else None
