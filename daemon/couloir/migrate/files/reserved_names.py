"""The names of photos and folders in the destination: each is assigned once and kept.

Places are assigned for the whole library whatever part of it is migrated, in the order of the uuids, so they do not
depend on the scope of a run; and they are kept in the ledger, so a photo that was written is found again even when the
library has changed in between. They are in SQLite and not in memory because a library may hold half a million photos.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath

from couloir.migrate.files import names

ROOT = ""
"""The owner of the destination folder itself."""

PHOTOS = "photos:"
"""The owner of the folder in it that holds the photographs. Lightroom's *Add* takes every picture below a folder, so
Couloir's own files, of which some are pictures, lie outside this one.
"""

PHOTOS_NAME = "Photos"


@dataclass(frozen=True, slots=True)
class Wish:
    """The preferred name of `owner` ("master:UUID", "version:UUID", "folder:UUID").

    `takes_stem` also claims the stem: for a RAW file because its sidecar is STEM.xmp, for a JPEG because Lightroom
    takes a JPEG beside a RAW of its stem for the other file of a RAW+JPEG pair, and then does not show it.
    """

    owner: str
    name: str
    takes_stem: bool = False

    def claims(self, number: int) -> set[str]:
        name = names.number_name(self.name, number)
        stem = {names.key(names.sidecar_name(name))} if self.takes_stem else set()
        return {names.key(name)} | stem


class ReservedNames:
    """Places in the ledger's database; every method runs inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._folders: dict[str, PurePosixPath] = {ROOT: PurePosixPath()}
        self._next: dict[tuple[str, str, bool], int] = {}

    def top(self) -> str:
        """The owner of the folder for photographs: PHOTOS, but ROOT in a migration of an earlier Couloir, because a
        Lightroom catalog knows its photos by where they are.
        """
        if self._place(PHOTOS) is None:
            if self._db.execute("SELECT 1 FROM place").fetchone() is not None:
                return ROOT
            self.give(ROOT, [Wish(PHOTOS, PHOTOS_NAME)])
        return PHOTOS

    def reserve(self, parent: str, name: str) -> None:
        """Reserve a name in `parent`, so that no owner gets it."""
        self._db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", (parent, names.key(name)))

    def give(self, parent: str, wishes: Sequence[Wish]) -> None:
        """Give each wish a free name in `parent`; those of one call get the same number, so that a pair stays a pair.

        The first number whose names are all free is taken. Owners that have a place keep it.
        """
        open_wishes = [wish for wish in wishes if self._place(wish.owner) is None]
        if not open_wishes:
            return
        if len({names.key(wish.name) for wish in open_wishes}) < len(open_wishes):
            for wish in open_wishes:
                self.give(parent, [wish])
            return
        # Where many share a name, the search starts where the last one ended; this only saves time.
        counter = (parent, names.key(open_wishes[0].name), open_wishes[0].takes_stem)
        for number in count(self._next.get(counter, 1)):
            claims = set().union(*(wish.claims(number) for wish in open_wishes))
            if not any(self._is_claimed(parent, claim) for claim in claims):
                break
        if len(open_wishes) == 1:
            self._next[counter] = number + 1
        self._db.executemany("INSERT INTO claim VALUES (?, ?)", [(parent, claim) for claim in claims])
        self._db.executemany(
            "INSERT INTO place VALUES (?, ?, ?)",
            [(wish.owner, parent, names.number_name(wish.name, number)) for wish in open_wishes],
        )

    def path(self, owner: str) -> PurePosixPath:
        """The place of `owner`, relative to the destination. Raises KeyError when it has none."""
        if owner in self._folders:
            return self._folders[owner]
        place = self._place(owner)
        if place is None:
            raise KeyError(owner)
        parent, name = place
        path = self.path(parent) / name
        if owner.startswith("folder:"):
            self._folders[owner] = path
        return path

    def parent_of(self, owner: str) -> str:
        """The owner of the folder that `owner` has its place in. Raises KeyError when it has none."""
        place = self._place(owner)
        if place is None:
            raise KeyError(owner)
        return place[0]

    def _place(self, owner: str) -> tuple[str, str] | None:
        found: tuple[str, str] | None = self._db.execute(
            "SELECT parent, name FROM place WHERE owner = ?", (owner,)
        ).fetchone()
        return found

    def _is_claimed(self, parent: str, claim: str) -> bool:
        query = "SELECT 1 FROM claim WHERE parent = ? AND key = ?"
        return self._db.execute(query, (parent, claim)).fetchone() is not None
