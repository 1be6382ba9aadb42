"""The masters and versions of a library in temporary tables: which version a photo carries, and its names.

Built in one pass over the masters and one over the versions, before any unit of work: a library may hold half a million
photos in any order, so the facts that connect rows are in SQLite, not in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import TypeVar

from couloir.aperture.model import Folder, FolderKind, Master, Version, Visibility
from couloir.derive import photo_kind
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.files import names
from couloir.migrate.files.own import OWN_NAMES
from couloir.migrate.files.reserved_names import ROOT, ReservedNames, Wish

NO_PROJECT = "folder:"
"""The place of photos whose project the library does not name."""

_TABLES = """
CREATE TEMP TABLE original (
    uuid TEXT PRIMARY KEY, project TEXT NOT NULL, pair TEXT NOT NULL, name TEXT NOT NULL, takes_stem INTEGER NOT NULL,
    alternate TEXT, in_trash INTEGER NOT NULL, bytes INTEGER NOT NULL, raw INTEGER NOT NULL, managed INTEGER NOT NULL,
    taken TEXT
) WITHOUT ROWID;
CREATE TEMP TABLE head (
    uuid TEXT PRIMARY KEY, master TEXT NOT NULL, number INTEGER NOT NULL, visibility TEXT NOT NULL,
    shown INTEGER NOT NULL, in_trash INTEGER NOT NULL, on_request INTEGER NOT NULL, name TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX temp.head_master ON head (master, number);
"""

T = TypeVar("T")
_MOST_KNOWN = 1024
_JPEG = frozenset({".jpg", ".jpeg", ".jpe"})


class Roster:
    """The masters and versions of one library, their places in the destination, and which version each master carries.

    Building runs in the caller's transaction.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        reserved: ReservedNames,
        folders: Sequence[Folder],
        *,
        trash: bool = False,
        hidden: bool = False,
    ) -> None:
        """With `trash` or `hidden`, photos in the trash or those that Aperture does not show count like the others."""
        self._db = connection
        self._reserved = reserved
        self._folders = {folder.uuid: folder for folder in folders}
        self._trash = trash
        self._hidden = hidden
        self._carried: dict[str, str | None] = {}
        self._thrown: dict[str, bool] = {}
        for statement in _TABLES.split(";"):
            connection.execute(statement)

    def close(self) -> None:
        """Drop the temporary tables."""
        self._db.execute("DROP TABLE temp.original")
        self._db.execute("DROP TABLE temp.head")

    # Building

    def enter_masters(self, masters: Iterable[tuple[Master, int]]) -> None:
        """Enter all masters, each with the bytes of its file; 0 for a missing one."""
        self._carried.clear()
        self._thrown.clear()
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.original VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(self._original, masters)
        )

    def _original(self, entered: tuple[Master, int]) -> tuple[object, ...]:
        master, size = entered
        project = self._folders.get(master.project_uuid or "")
        in_trash = not self._trash and (master.in_trash or (project is not None and project.in_trash))
        name = names.file_name(spell_name(master), fallback=f"Photo {master.model_id}")
        is_raw = photo_kind(master) is PhotoKind.RAW
        return (
            master.uuid,
            "" if project is None or _is_container(project) else project.uuid,
            # Both halves of a RAW+JPEG pair name the same pair.
            min(master.uuid, master.alternate_master_uuid or master.uuid),
            name,
            is_raw or names.split(name)[1].lower() in _JPEG,
            master.alternate_master_uuid,
            in_trash,
            size,
            is_raw,
            not master.is_reference,
            None if master.image_date is None else master.image_date.date().isoformat(),
        )

    def enter_versions(self, versions: Iterable[Version]) -> None:
        self._carried.clear()
        self._thrown.clear()
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.head VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    v.uuid,
                    v.master_uuid,
                    v.number,
                    str(v.visibility),
                    v.browsable or (self._hidden and not v.is_original),
                    v.in_trash and not self._trash,
                    v.in_trash or not v.browsable,
                    _plain(v.name),
                )
                for v in versions
            ),
        )

    def give_places(self, progress: Callable[[int], None] = lambda _done: None, *, extra_versions: bool) -> None:
        """Name every folder and photo that is not in the trash, and every extra version when asked. `progress` gets how
        many photos have their name.
        """
        for own in OWN_NAMES:
            self._reserved.reserve(ROOT, own)
        top = self._reserved.top()
        # Parents first; among siblings the order of the uuids decides which one keeps a shared name.
        for depth_and_uuid in sorted((len(self.ancestry(uuid)), uuid) for uuid in self._folders):
            self._give_folder(self._folders[depth_and_uuid[1]], top)
        rows = self._db.execute(
            "SELECT project, pair, uuid, name, takes_stem, raw FROM temp.original WHERE NOT in_trash"
            " ORDER BY project, pair, uuid"
        ).fetchall
        done = 0
        for (project, _), group in groupby(rows(), key=lambda row: (row[0], row[1])):
            if not project:
                self._reserved.give(top, [Wish(NO_PROJECT, "Photos without a project")])
            halves = list(group)
            done += len(halves)
            progress(done)
            wishes = [Wish(f"master:{uuid}", name, bool(takes_stem)) for _, _, uuid, name, takes_stem, _ in halves]
            # Two RAW files with the same stem would share a sidecar, so they are not treated as a pair.
            together = [wishes] if sum(is_raw for *_, is_raw in halves) < 2 else [[wish] for wish in wishes]
            for named in together:
                self._reserved.give(f"folder:{project}", named)
        if extra_versions:
            self._give_extra_versions()

    def _give_folder(self, folder: Folder, top: str) -> None:
        if (folder.in_trash and not self._trash) or _is_container(folder):
            return
        parent = next(iter(self.ancestry(folder.uuid)), None)
        fallback = "Untitled folder"
        if folder.kind is FolderKind.PROJECT:
            first = self._db.execute(
                "SELECT min(taken) FROM temp.original WHERE project = ?", (folder.uuid,)
            ).fetchone()[0]
            fallback = f"Untitled project {first}" if first else "Untitled project"
        name = names.folder_name(folder.name, fallback)
        self._reserved.give(top if parent is None else f"folder:{parent}", [Wish(f"folder:{folder.uuid}", name)])

    def _give_extra_versions(self) -> None:
        rows = self._db.execute(
            "SELECT h.uuid, h.master, h.number, h.name, o.takes_stem, o.project FROM temp.head h JOIN temp.original o"
            " ON o.uuid = h.master WHERE h.shown AND NOT h.in_trash AND NOT o.in_trash ORDER BY h.uuid"
        )
        for uuid, master, number, name, takes_stem, project in rows.fetchall():
            if self.carried_by(master) != uuid:
                wanted = names.version_file_name(self._reserved.path(f"master:{master}").name, name, number)
                self._reserved.give(f"folder:{project}", [Wish(f"version:{uuid}", wanted, bool(takes_stem))])

    def ancestry(self, uuid: str) -> list[str]:
        """The folders above one that become folders in the destination, nearest first. A cycle ends where it
        closes.
        """
        above: list[str] = []
        parent = self._folders[uuid].parent_uuid
        while parent in self._folders and parent not in above and parent != uuid:
            if self._folders[parent].is_system:
                break
            above.append(parent)
            parent = self._folders[parent].parent_uuid
        return above

    # Asking

    def carried_by(self, master: str) -> str | None:
        """The version whose look the master's file carries: the first that Aperture shows, else one that is wanted."""
        if master not in self._carried:
            found = self._db.execute(
                "SELECT uuid FROM temp.head WHERE master = ? AND shown AND NOT in_trash"
                " ORDER BY on_request, number <= 0, number, uuid LIMIT 1",
                (master,),
            ).fetchone()
            _remember(self._carried, master, None if found is None else str(found[0]))
        return self._carried[master]

    def wanted_versions(self, master: str) -> list[str]:
        """The versions of a master that are migrated, the one that its file carries first."""
        rows = self._db.execute(
            "SELECT uuid FROM temp.head WHERE master = ? AND shown AND NOT in_trash"
            " ORDER BY on_request, number <= 0, number, uuid",
            (master,),
        )
        return [str(uuid) for (uuid,) in rows]

    def own_record(self, master: str) -> str | None:
        """Any version row of the master, the untouched original's first: it knows the file's own frame."""
        found = self._db.execute(
            "SELECT uuid FROM temp.head WHERE master = ? ORDER BY visibility <> ?, number, uuid LIMIT 1",
            (master, str(Visibility.ORIGINAL)),
        ).fetchone()
        return None if found is None else str(found[0])

    def master_in_trash(self, master: str) -> bool:
        """True when the master, its project, or all its versions that Aperture would show are in the trash."""
        if master not in self._thrown:
            _remember(self._thrown, master, self._is_in_trash(master))
        return self._thrown[master]

    def _is_in_trash(self, master: str) -> bool:
        own = self._db.execute("SELECT in_trash FROM temp.original WHERE uuid = ?", (master,)).fetchone()
        if own is not None and own[0]:
            return True
        shown, thrown = self._db.execute(
            "SELECT count(*), sum(in_trash) FROM temp.head WHERE master = ? AND shown", (master,)
        ).fetchone()
        return bool(shown) and shown == thrown

    def versions_stand(self, master: str) -> Visibility | None:
        """The visibility of a master's versions, taken from the first one; None when it has only Aperture's own
        record.
        """
        found = self._db.execute(
            "SELECT visibility FROM temp.head WHERE master = ? AND visibility <> ? ORDER BY number, uuid LIMIT 1",
            (master, str(Visibility.ORIGINAL)),
        ).fetchone()
        return None if found is None else Visibility(found[0])

    def count_shown(self, scope: str | None) -> int:
        """The number of versions that a run with this scope shows as photos."""
        query = (
            "SELECT count(*) FROM temp.head h LEFT JOIN temp.original o ON o.uuid = h.master"
            " WHERE h.shown AND (?1 IS NULL OR o.project = ?1)"
        )
        return int(self._db.execute(query, (scope,)).fetchone()[0])

    def bytes_wanted(self, scope: str | None, *, extra_versions: bool, rendered_only: bool) -> int:
        """The bytes of originals that this run still has to copy, as an upper bound.

        `rendered_only` leaves out the library's own RAW files, which need no space where the disk can clone; XMP goes
        into the others, and referenced ones lie on other disks.
        """
        condition = "NOT (o.raw AND o.managed)" if rendered_only else "1"
        files = (
            "SELECT coalesce(sum(o.bytes), 0) FROM temp.original o"
            " WHERE NOT o.in_trash AND (?1 IS NULL OR o.project = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM item WHERE kind = 'master' AND item.uuid = o.uuid AND state = 'done')"
        )
        extra = (
            "SELECT coalesce(sum(o.bytes), 0) FROM temp.head h JOIN temp.original o ON o.uuid = h.master"
            " JOIN place ON place.owner = 'version:' || h.uuid WHERE (?1 IS NULL OR o.project = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM item WHERE kind = 'version' AND item.uuid = h.uuid AND state = 'done')"
        )
        total = int(self._db.execute(f"{files} AND {condition}", (scope,)).fetchone()[0])
        if extra_versions:
            total += int(self._db.execute(f"{extra} AND {condition}", (scope,)).fetchone()[0])
        return total

    def place_of_master(self, master: str) -> PurePosixPath:
        return self._reserved.path(f"master:{master}")

    @property
    def top_folder(self) -> PurePosixPath:
        """The folder that holds all photographs."""
        return self._reserved.path(self._reserved.top())

    def place_of_folder(self, folder: str) -> PurePosixPath:
        return self._reserved.path(f"folder:{folder}")

    def place_of_version(self, version: str) -> PurePosixPath:
        return self._reserved.path(f"version:{version}")


def _remember(known: dict[str, T], master: str, answer: T) -> None:
    """Keep an answer: the versions of a master follow one another, and each is asked about several times."""
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[master] = answer


def _is_container(folder: Folder) -> bool:
    """True for Aperture's own folders, which never hold photos; its own projects, such as the photo stream, may."""
    return folder.is_system and folder.kind is not FolderKind.PROJECT


def spell_name(master: Master) -> str:
    """The file's name on its disk, according to the library."""
    on_disk = PurePosixPath(master.image_path).name if master.image_path else ""
    return master.file_name or on_disk or master.original_file_name or master.name


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
