"""The two jobs of an import: planning it (a dry run), and bringing the originals and filling the queue for Lightroom.

Imported when first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from couloir.aperture.library import Library
from couloir.aperture.model import AlbumKind, FolderKind, Version
from couloir.derive.translator import Translator
from couloir.errors import NothingComesOver, UnknownProject, UnknownScope
from couloir.migrate.clock import read_clock
from couloir.migrate.handover.choice import Choice, Scope
from couloir.migrate.handover.items import WantedVersion
from couloir.migrate.handover.session import handing_over
from couloir.migrate.handover.surroundings import smart_albums
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import OUT_OF_SCOPE
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import MigrationOptions, OriginalsMode, VersionsMode
from couloir.migrate.outlook import Fate, nothing_comes, sentences
from couloir.migrate.run import migrating

Progress = Callable[[int, int], None]

_OF_PHOTOS: Final = frozenset({"master", "version", "operation"})


def report_of(ledger: Ledger) -> dict[str, Any]:
    """The balance of a ledger and how often each sentence was given, the most frequent first, JSON-ready."""
    balance = ledger.balance()
    return {
        "balances": all(line.balances for line in balance),
        "balance": [
            {
                "kind": str(line.kind),
                "total": line.total - line.own_records,
                "done": line.done + line.already_there,
                "skipped": line.skipped,
                "waiting": line.waiting,
                "failed": line.failed,
            }
            for line in balance
        ],
        "reasons": [
            {
                "kind": str(kind),
                "state": str(state),
                "code": reason.code,
                "sentence": reason.sentence,
                "advice": reason.advice,
                "count": count,
            }
            for kind, state, reason, count in sentences(ledger)
        ],
        "fidelity": ledger.fidelity(),
    }


def rehearse(library: Library, choice: Choice, progress: Progress) -> dict[str, Any]:
    """What bringing the originals would do: the bytes needed at most, and what would become of the originals, versions
    and adjustments in the scope, with how often. Nothing is written. Raises NothingComesOver.
    """
    needed = 0
    fates: list[Fate] = []
    outlook: dict[tuple[str, ...], dict[str, Any]] = {}
    for project in projects_of(library, choice):
        with migrating(
            library, Path(choice.destination), options_of(choice, project, Translator(), dry_run=True), progress
        ) as done:
            outcome, ledger = done
            needed += outcome.needed
            fates += _fates(library, choice, ledger)
            for row in report_of(ledger)["reasons"]:
                if row["kind"] in _OF_PHOTOS and row["code"] != OUT_OF_SCOPE.code:
                    key = tuple(row[part] for part in ("kind", "state", "code", "sentence", "advice"))
                    known = outlook.setdefault(key, {**row, "count": 0})
                    known["count"] += row["count"]
    _refuse_nothing(library, fates)
    largest_first = sorted(outlook.values(), key=lambda row: -row["count"])
    total = library.counts()["versions"]
    previews = read_clock(library, _wanted(library, choice), lambda done: progress(done, total)).as_dict()
    return {"bytes_needed": needed, "outlook": largest_first, "previews": previews}


def bring(
    library: Library,
    choice: Choice,
    first: int,
    progress: Progress,
    finished: Callable[[int], None],
    translator: Translator,
) -> dict[str, Any]:
    """Bring the originals into the destination and queue what goes to Lightroom; returns the report.

    `first` is the number of projects that an earlier attempt has finished; `finished` is called after each.
    Raises NothingComesOver, and DestinationErrors.
    """
    destination = Path(choice.destination)
    for number, project in enumerate(projects_of(library, choice)):
        if number >= first:
            with migrating(library, destination, options_of(choice, project, translator), progress):
                pass  # the ledger has everything; it is opened again below, since each project closes it
            finished(number + 1)
    with handing_over(destination) as handover:
        if choice.catalog is not None:
            handover.bind(choice.catalog.id, choice.catalog.path)
        handover.enqueue(
            wanted_versions(library, choice),
            faces=[(face.uuid, face.master_uuid) for face in library.faces()],
            albums=albums_of(library, choice),
            whole_library=choice.scope is Scope.ALL,
        )
        _refuse_nothing(library, _fates(library, choice, handover.ledger))
        return report_of(handover.ledger)


def _fates(library: Library, choice: Choice, ledger: Ledger) -> list[Fate]:
    """The number of chosen rows by state and reason."""
    if choice.scope is not Scope.ALBUMS:
        return [fate for fate in ledger.reasons() if fate[2].code != OUT_OF_SCOPE.code]
    chosen = (ledger.get(Kind.VERSION, uuid) for uuid in sorted(_versions_of_albums(library, choice)))
    rows = [entry.row for entry in chosen if entry is not None]
    return [(row.kind, row.state, row.reason, 1) for row in rows if row.reason.code != OUT_OF_SCOPE.code]


def _refuse_nothing(library: Library, fates: Sequence[Fate]) -> None:
    """Raise NothingComesOver: an import without photos must not look successful."""
    if not fates:
        raise NothingComesOver(path=library.info.path, why="what was chosen holds no photos")
    nothing = nothing_comes(library.info.path, fates)
    if nothing is not None:
        raise nothing


def options_of(
    choice: Choice, project: str | None, translator: Translator, *, dry_run: bool = False
) -> MigrationOptions:
    """The migration of one project, or of everything."""
    return MigrationOptions(
        originals=OriginalsMode(str(choice.originals)),
        versions=VersionsMode(str(choice.versions)),
        only_project=project,
        dry_run=dry_run,
        trash=choice.trash,
        hidden=choice.hidden,
        translator=translator,
        pictures=choice.pictures,
    )


def projects_of(library: Library, choice: Choice) -> Sequence[str | None]:
    """The projects to bring, in order; [None] for all. Raises UnknownProject, UnknownScope"""
    if choice.scope is Scope.ALL:
        return [None]
    known = [folder.uuid for folder in library.folders() if folder.kind is FolderKind.PROJECT and not folder.is_system]
    if choice.scope is Scope.PROJECTS:
        for uuid in choice.uuids:
            if uuid not in known:
                raise UnknownProject(path=library.info.path, project=uuid, why="there is none of this uuid")
        wanted = set(choice.uuids)
    else:
        chosen = _versions_of_albums(library, choice)
        wanted = {
            version.project_uuid for version in library.versions() if version.uuid in chosen if version.project_uuid
        }
    return [uuid for uuid in known if uuid in wanted]


def albums_of(library: Library, choice: Choice) -> list[str]:
    """The albums that go to Lightroom, in the library's order; smart ones where Lightroom knows the whole rule."""
    own = [a for a in library.albums() if a.kind is AlbumKind.USER and not a.is_system and not a.in_trash]
    own += [album for album, _ in smart_albums(library)]
    if choice.scope is Scope.ALL:
        return [album.uuid for album in own]
    return [album.uuid for album in own if choice.uuids and {album.uuid, album.folder_uuid} & set(choice.uuids)]


def wanted_versions(library: Library, choice: Choice) -> Iterator[WantedVersion]:
    """The versions to import, in the order in which they are sent."""
    is_wanted = _wanted(library, choice)
    projects = {folder.uuid: number for number, folder in enumerate(library.folders(), start=1)}
    places = {uuid: (s.version_uuids[0], n) for s in library.stacks() for n, uuid in enumerate(s.version_uuids)}
    picks: dict[str, int] = {}
    for version in library.versions():
        if not is_wanted(version):
            continue
        pick, place = places.get(version.uuid, (version.uuid, 0))
        yield WantedVersion(
            version=version.uuid,
            master=version.master_uuid,
            number=version.number,
            project=projects.get(version.project_uuid or "", 0),
            # A stack has the position of its first version.
            order=picks.setdefault(pick, version.model_id),
            place=place,
        )


def _wanted(library: Library, choice: Choice) -> Callable[[Version], bool]:
    """Whether a version is in the scope."""
    if choice.scope is Scope.ALL:
        return lambda _version: True
    if choice.scope is Scope.PROJECTS:
        return lambda version: version.project_uuid in choice.uuids
    chosen = _versions_of_albums(library, choice)
    return lambda version: version.uuid in chosen


def _versions_of_albums(library: Library, choice: Choice) -> set[str]:
    albums = {album.uuid: album for album in library.albums() if album.kind is AlbumKind.USER}
    for uuid in choice.uuids:
        if uuid not in albums:
            raise UnknownScope(item=f"The album {uuid}")
    return {version for uuid in choice.uuids for version in albums[uuid].version_uuids}
