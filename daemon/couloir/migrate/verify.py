"""Does what was written still lie there, whole, and does the ledger balance? Reads everything again, changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from couloir.aperture.library import Library
from couloir.errors import BadXmp, ContentError, DestinationError, LibraryError
from couloir.lightroom.embed import extract
from couloir.lightroom.settings import SETTINGS, DevelopSettings, SettingType
from couloir.lightroom.xmp import read_packet
from couloir.migrate.identities import Identities
from couloir.migrate.ledger import Ledger
from couloir.migrate.originals import hash_file, reading
from couloir.migrate.reasons import State
from couloir.migrate.rows import Kind, KindBalance, Row
from couloir.migrate.run import LEDGER, TOTALS

Progress = Callable[[int, int], None]  # done, total

_WITH_FILES = (Kind.FOLDER, Kind.PROJECT, Kind.MASTER, Kind.VERSION)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as the ledger says. `kind` and `uuid` name the row, `path` the file where there is one."""

    kind: str
    uuid: str
    path: str
    what: str


@dataclass(slots=True)
class Verification:
    """`checked` counts rows whose files were read again; `notes` say what could not be checked, and why."""

    destination: Path
    balance: tuple[KindBalance, ...]
    checked: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(
    destination: Path, volumes: Mapping[str, Path] | None = None, progress: Progress = lambda _done, _total: None
) -> Verification:
    """Check every file that the ledger says was written, and the ledger against the library.

    The ledger is read from a copy in memory, so that a folder on a read-only disk can be checked too. Raises
    NotAMigration.
    """
    with Ledger.reading(destination / LEDGER) as ledger:
        result = Verification(destination, ledger.balance())
        _check_balance(ledger, result, volumes)
        total = sum(line.done + line.already_there for line in result.balance if line.kind in _WITH_FILES)
        read = Identities()
        for kind in _WITH_FILES:
            for entry in ledger.entries(kind, (State.DONE,)):
                found = _check(entry.row, destination, read)
                result.problems += [Problem(str(kind), entry.row.uuid, path, what) for path, what in found]
                result.checked += 1
                progress(result.checked, total)
    return result


def _check_balance(ledger: Ledger, result: Verification, volumes: Mapping[str, Path] | None) -> None:
    if not ledger.last_run()[2]:
        result.problems.append(Problem("run", "", "", "the last run did not end; run `couloir migrate` again"))
    for line in result.balance:
        if not line.balances:
            what = f"{line.accounted} of {line.total} rows are accounted for"
            result.problems.append(Problem(str(line.kind), "", "", what))
    path = ledger.fact("library_path") or ""
    try:
        with Library.open(Path(path), volumes) as library:
            if library.info.uuid and library.info.uuid != ledger.fact("library_identity"):
                result.notes.append(f"Another library lies at {path} now, so the counts were not compared with it.")
                return
            counts = library.counts()
            unread = () if library.reads_faces else (Kind.FACE,)
    except (LibraryError, DestinationError) as error:
        result.notes.append(f"The ledger could not be compared with the library: {error.message}")
        return
    for line in result.balance:
        if line.kind in unread:
            result.notes.append(
                f"The {line.kind}s could not be compared with the library, which does not show them now."
            )
        elif counts[TOTALS[line.kind]] != line.total:
            what = f"the library has {counts[TOTALS[line.kind]]} now, the ledger knows {line.total}"
            result.problems.append(Problem(str(line.kind), "", "", what))


def _check(row: Row, destination: Path, read: Identities) -> Iterator[tuple[str, str]]:
    """(path, what is wrong) of one row's files. `read` keeps a version from reading its master's file once more."""
    path, sidecar = row.detail.get("path"), row.detail.get("sidecar")
    if row.kind in (Kind.FOLDER, Kind.PROJECT):
        if isinstance(path, str) and not (destination / path).is_dir():
            yield path, "its folder is missing"
        return
    try:
        for place, expected in ((path, row.detail.get("hash")), (sidecar, row.detail.get("sidecar_hash"))):
            if isinstance(place, str) and read.is_new("file", place):
                yield from _check_hash(destination, place, expected)
        if row.kind is not Kind.VERSION:
            return
        if isinstance(sidecar, str):
            yield from _check_packet((destination / sidecar).read_bytes(), sidecar, row)
        elif isinstance(path, str):
            yield from _check_packet(extract(destination / path), path, row)
    except FileNotFoundError:
        return  # said by _check_hash
    except ContentError as error:
        yield str(sidecar or path), error.message
    except OSError as error:
        yield str(sidecar or path), f"it cannot be read ({error.strerror})"


def _check_hash(destination: Path, path: str, expected: object) -> Iterator[tuple[str, str]]:
    file = destination / path
    with reading(file):
        exists = file.is_file()
    if not exists:
        yield path, "it is missing"
    elif hash_file(file) != expected:
        yield path, "it has changed since it was written"


def _check_packet(content: bytes | None, path: str, row: Row) -> Iterator[tuple[str, str]]:
    if content is None:
        yield path, "it carries no XMP"
        return
    try:
        packet = read_packet(content, path)
    except BadXmp as error:
        yield path, error.message
        return
    if packet.stamp is None or packet.stamp.version_uuid != row.uuid:
        yield path, "its XMP is not the one that Couloir wrote for this version"
        return
    stated = row.detail.get("settings")
    try:
        expected = DevelopSettings(stated) if isinstance(stated, Mapping) else DevelopSettings()
    except (ValueError, TypeError) as error:
        yield path, f"the ledger's settings are none that Couloir writes ({error})"
        return
    differing = sorted(
        key
        for key, value in expected.items()
        if SETTINGS[key].type is not SettingType.TABLE and packet.settings.get(key) != value
    )
    if differing:
        yield path, f"its settings differ from the ledger's: {', '.join(differing)}"
