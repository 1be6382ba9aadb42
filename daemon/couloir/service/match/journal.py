"""The journal of matching: the photos, the state of each, and what finished matches taught.

A SQLite file of its own, so that Lightroom or the service may end at any moment: a try on a photo is recorded
before it is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from couloir.json_text import to_json
from couloir.service.http.problems import UnknownRefinement
from couloir.service.jobs.journal import KEPT, now
from couloir.service.match.schema import STEPS
from couloir.service.match.wire import Finish, SessionState
from couloir.service.process.state_file import StateFile

MOST_SOLVED: Final = 400
"""The number of newest solved photos kept per library: more would hardly change its offsets."""


class Delivery(StrEnum):
    """How far a correction is that a photo gets without a turn of its own."""

    NOT = ""
    DUE = "due"
    GIVEN = "given"  # by Lightroom; the ledger does not know yet
    TOLD = "told"


class PhotoState(StrEnum):
    """The state of a photo. In the last two nothing more is to be done in Lightroom."""

    QUEUED = "queued"
    OPEN = "open"
    FINISHING = "finishing"  # its look is known; Lightroom has not confirmed it yet
    SETTLED = "settled"
    LEFT = "left"  # the user stopped before its turn


@dataclass(frozen=True, slots=True)
class Session:
    """One session; `number` is internal to the journal."""

    number: int
    id: str
    state: SessionState
    created: str
    import_id: str
    finish: Finish
    catalog: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a session, and its state. The table's comments explain the fields."""

    session: int
    position: int
    library: str
    version: str
    lightroom: str
    name: str
    camera: str
    state: PhotoState
    number: int
    match: str
    touched: tuple[str, ...]
    start: Mapping[str, object]
    fidelity: str
    why: str
    found: str
    edit: str
    tries: int
    profile: Mapping[str, object]
    painted: Mapping[str, Any]
    turn: Mapping[str, Any]
    gift: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EditProfile:
    """The enhanced profile of an edit: its file, and the pairs that it was fitted on, as `dump_pair` gives them."""

    file: bytes
    pairs: Sequence[Mapping[str, Any]]
    is_installed: bool


RAW: Final = "raw"
"""How the `camera` of a RAW photo ends."""


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo to be matched. `camera` is the name under which photos of its camera share what matches taught."""

    library: str
    version: str
    lightroom: str
    name: str
    camera: str

    @property
    def is_raw(self) -> bool:
        return self.camera.endswith(f", {RAW}")


_SESSION: Final = "number, id, state, created, import, finish, catalog"
_PHOTO: Final = (
    "session, position, library, version, lightroom, name, camera, state, number, match, touched, start, fidelity, why,"
    " found, edit, tries, profile, painted, turn, gift"
)
_JSON: Final = ("touched", "start", "profile", "painted", "turn", "gift")
_COLUMNS: Final = frozenset(
    (*_JSON, "state", "number", "match", "fidelity", "why", "found", "told", "picture", "edit", "given")
)


class MatchJournal(StateFile):
    """The open journal of match sessions. Close it."""

    def __init__(self, path: Path) -> None:
        """Open or create it. Raises StateTooNew, and sqlite3.DatabaseError when it is damaged."""
        super().__init__(path, STEPS)

    # Sessions

    def add(
        self,
        session_id: str,
        photos: Iterable[NewPhoto],
        *,
        finish: Finish,
        import_id: str = "",
        catalog: str = "",
        key: str | None = None,
        request: str = "",
    ) -> Session:
        """Add a session with its photos ordered by camera, so that photos of one camera follow each other."""
        rows = sorted(photos, key=lambda photo: photo.camera)  # a stable sort: within a camera the order stays
        old = (datetime.now(UTC) - KEPT).isoformat()
        with self.transaction():
            self._db.execute("DELETE FROM session WHERE state = 'done' AND created < ?", (old,))
            cursor = self._db.execute(
                "INSERT INTO session (id, key, request, state, created, import, finish, catalog)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (session_id, key, request, SessionState.OPEN, now(), import_id, finish, catalog),
            )
            number = int(cursor.lastrowid or 0)
            self._db.executemany(
                "INSERT INTO photo (session, position, library, version, lightroom, name, camera, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'queued')",
                (
                    (number, position, p.library, p.version, p.lightroom, p.name, p.camera)
                    for position, p in enumerate(rows, start=1)
                ),
            )
        return self.session(session_id)

    def session(self, session_id: str) -> Session:
        """Raises UnknownRefinement"""
        for found in self._sessions("id = ?", session_id):
            return found
        raise UnknownRefinement(item=session_id)

    def catalog_of(self, photo: Photo) -> str:
        """The Lightroom catalog that a photo lies in, "" when it is not known."""
        [row] = self._rows("SELECT catalog FROM session WHERE number = ?", photo.session)
        return str(row[0])

    def import_of(self, photo: Photo) -> str:
        """The import whose session a photo is in, "" where the photos were named."""
        [row] = self._rows("SELECT import FROM session WHERE number = ?", photo.session)
        return str(row[0])

    def by_key(self, key: str) -> tuple[Session, str] | None:
        """The session that was begun with this key, and the digest of its request."""
        for found in self._sessions("key = ?", key):
            [request] = self._rows("SELECT request FROM session WHERE number = ?", found.number)[0]
            return found, str(request)
        return None

    def unfinished_sessions(self, import_id: str | None = None) -> list[Session]:
        """The sessions that are not done, newest first; with `import_id` only those of that import."""
        if import_id is None:
            return self._sessions("state <> 'done' ORDER BY number DESC")
        return self._sessions("state <> 'done' AND import = ? ORDER BY number DESC", import_id)

    def count_waiting(self, import_id: str) -> int:
        """The photos of an import's sessions that have no finished look yet, and were not left."""
        found = [self.counts(session) for session in self.unfinished_sessions(import_id)]
        states = (PhotoState.QUEUED, PhotoState.OPEN, PhotoState.FINISHING)
        return sum(counts[state] for counts in found for state in states)

    def become(self, session: Session, state: SessionState) -> None:
        with self._lock:
            self._db.execute("UPDATE session SET state = ? WHERE number = ?", (state, session.number))

    def counts(self, session: Session) -> dict[PhotoState, int]:
        """The number of photos in each state; every state has an entry."""
        rows = self._rows("SELECT state, count(*) FROM photo WHERE session = ? GROUP BY state", session.number)
        return dict.fromkeys(PhotoState, 0) | {PhotoState(state): int(count) for state, count in rows}

    # Photos

    def photo(self, session: Session, position: int) -> Photo | None:
        return next(iter(self._photos("session = ? AND position = ?", session.number, position)), None)

    def photos(self, session: Session, *states: PhotoState) -> list[Photo]:
        """Photos in these states, in their order."""
        marks = ", ".join("?" * len(states))
        return self._photos(f"session = ? AND state IN ({marks}) ORDER BY position", session.number, *states)

    def next_queued(self, session: Session, without: Sequence[str]) -> Photo | None:
        """The first queued photo whose camera is not among `without`."""
        marks = ", ".join("?" * len(without))
        where = f"session = ? AND state = 'queued' AND camera NOT IN ({marks}) ORDER BY position LIMIT 1"
        return next(iter(self._photos(where, session.number, *without)), None)

    def list_given(self, session: Session, given: Delivery, limit: int) -> list[Photo]:
        """Queued photos whose correction is as far as `given`; of one that was matched since, it says nothing."""
        where = "session = ? AND given = ? AND state = 'queued' ORDER BY position LIMIT ?"
        return self._photos(where, session.number, given, limit)

    def positions(self, session: Session) -> dict[str, int]:
        """The positions of a session's photos that are not over, by version."""
        query = "SELECT version, position FROM photo WHERE session = ? AND state IN ('queued', 'open', 'finishing')"
        return {str(version): int(position) for version, position in self._rows(query, session.number)}

    def list_untold(self, library: str) -> list[str]:
        """What ended matches of a library's photos found, as it is kept for ledgers that do not know it yet."""
        query = "SELECT found FROM photo WHERE library = ? AND state IN ('settled', 'left') AND NOT told"
        return [str(found) for (found,) in self._rows(query, library)]

    def settle_queued(self, session: Session, photos: Sequence[tuple[int, str]]) -> None:
        """Settle queued photos that need no work in Lightroom: their positions, and what the ledgers are to know."""
        query = "UPDATE photo SET state = 'settled', found = ? WHERE session = ? AND position = ? AND state = 'queued'"
        with self.transaction():
            self._db.executemany(query, ((found, session.number, position) for position, found in photos))

    def update(self, photo: Photo, **values: object) -> None:
        """Set columns of a photo."""
        unknown = values.keys() - _COLUMNS
        if unknown:
            raise ValueError(f"no such columns: {sorted(unknown)}")
        stored = {name: to_json(value, sort_keys=True) if name in _JSON else value for name, value in values.items()}
        with self._lock:
            self._db.execute(
                f"UPDATE photo SET {', '.join(f'{name} = :{name}' for name in stored)}"  # noqa: S608  (checked above)
                " WHERE session = :in_session AND position = :at",
                {**stored, "in_session": photo.session, "at": photo.position},
            )

    def picture(self, photo: Photo) -> bytes:
        """The rendering of the photo's best settings, b"" when there is none."""
        query = "SELECT picture FROM photo WHERE session = ? AND position = ?"
        rows = self._rows(query, photo.session, photo.position)
        return bytes(rows[0][0]) if rows and rows[0][0] is not None else b""

    def untold_photos(self, after: tuple[int, int], limit: int) -> list[Photo]:
        """Finished photos that are not in the ledgers yet, after this session and position."""
        where = "state IN ('settled', 'left') AND NOT told AND (session, position) > (?, ?)"
        return self._photos(f"{where} ORDER BY session, position LIMIT ?", *after, limit)

    # What matches of a camera taught

    def read_shared(self, camera: str) -> Any:
        """What the matches of a camera taught, as it was stored; None when there is nothing."""
        rows = self._rows("SELECT found FROM shared WHERE camera = ?", camera)
        return json.loads(rows[0][0]) if rows else None

    def share(self, camera: str, found: object) -> None:
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO shared VALUES (?, ?)", (camera, to_json(found)))

    # Solved photos of a library

    def solve(self, library: str, version: str, found: object) -> None:
        """Store the result of a finished match; it replaces an earlier one of this version, and old results are
        removed.
        """
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO solved (library, version, found) VALUES (?, ?, ?)",
                (library, version, to_json(found)),
            )
            self._db.execute(
                "DELETE FROM solved WHERE library = ? AND number NOT IN"
                " (SELECT number FROM solved WHERE library = ? ORDER BY number DESC LIMIT ?)",
                (library, library, MOST_SOLVED),
            )

    def read_solved(self, library: str) -> list[Any]:
        """The stored results of a library's photos, oldest first."""
        rows = self._rows("SELECT found FROM solved WHERE library = ? ORDER BY number", library)
        return [json.loads(found) for (found,) in rows]

    def latest_solved(self, library: str) -> int:
        """A number that changes with the result of `read_solved`; 0 as long as that is empty."""
        return int(self._rows("SELECT coalesce(max(number), 0) FROM solved WHERE library = ?", library)[0][0])

    # Enhanced profiles

    def read_edit(self, library: str, edit: str) -> EditProfile | None:
        """The profile of an edit, None where there is none yet."""
        query = "SELECT file, pairs, installed FROM edit WHERE library = ? AND edit = ?"
        for file, pairs, installed in self._rows(query, library, edit):
            return EditProfile(bytes(file), json.loads(pairs), bool(installed))
        return None

    def put_edit(self, library: str, edit: str, file: bytes, pairs: Sequence[Mapping[str, Any]]) -> None:
        """Store the profile of an edit, which is not installed yet."""
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO edit (library, edit, file, pairs) VALUES (?, ?, ?, ?)",
                (library, edit, file, to_json(list(pairs))),
            )

    def read_edit_files(self, library: str) -> list[bytes]:
        """The files of all profiles of a library."""
        return [bytes(file) for (file,) in self._rows("SELECT file FROM edit WHERE library = ? ORDER BY edit", library)]

    def install_edit(self, library: str, edit: str) -> None:
        """Record that the profile of an edit is installed; its pairs are needed no more."""
        with self._lock:
            query = "UPDATE edit SET installed = 1, pairs = '[]' WHERE library = ? AND edit = ?"
            self._db.execute(query, (library, edit))

    def list_waiting(self, session: Session) -> list[Photo]:
        """The photos of a session that still wait for a profile."""
        found = self._photos("session = ? AND edit <> '' AND state = 'settled' ORDER BY position", session.number)
        return [photo for photo in found if photo.profile.get("state") not in ("kept", "refused")]

    def count_with_profiles(self, *, catalog: str | None = None, import_id: str | None = None) -> int:
        """The photos of a catalog, or of an import, that wait to be tried with a profile."""
        key, value = ("catalog", catalog) if import_id is None else ("import", import_id)
        query = "SELECT count(*) FROM photo JOIN session ON session.number = photo.session"
        where = "session.state <> 'done' AND photo.tries > 0 AND photo.state IN ('queued', 'open', 'finishing')"
        return int(self._rows(f"{query} WHERE {where} AND session.{key} = ?", value)[0][0])

    def has_profiles(self, session: Session) -> bool:
        """Whether a session tries photos with their profiles."""
        return bool(self._rows("SELECT 1 FROM photo WHERE session = ? AND tries > 0 LIMIT 1", session.number))

    def follow(self, session: Session, session_id: str, photos: Sequence[Photo]) -> None:
        """End a session, and begin another in which these of its photos are tried with their profiles. They have one
        rendering behind them: what the photo was before stays its own.
        """
        with self.transaction():
            self._db.execute("UPDATE session SET state = ? WHERE number = ?", (SessionState.DONE, session.number))
            if not photos:
                return
            cursor = self._db.execute(
                "INSERT INTO session (id, key, request, state, created, import, finish, catalog)"
                " VALUES (?, NULL, '', ?, ?, ?, ?, ?)",
                (session_id, SessionState.OPEN, now(), session.import_id, session.finish, session.catalog),
            )
            self._db.executemany(
                "INSERT INTO photo (session, position, library, version, lightroom, name, camera, state, number, edit,"
                " tries) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', 1, ?, ?)",
                (
                    (cursor.lastrowid, at, p.library, p.version, p.lightroom, p.name, p.camera, p.edit, p.tries + 1)
                    for at, p in enumerate(photos, start=1)
                ),
            )

    def _sessions(self, condition: str, *values: object) -> list[Session]:
        query = f"SELECT {_SESSION} FROM session WHERE {condition}"  # noqa: S608  (constants of this module)
        return [_session(row) for row in self._rows(query, *values)]

    def _photos(self, condition: str, *values: object) -> list[Photo]:
        query = f"SELECT {_PHOTO} FROM photo WHERE {condition}"  # noqa: S608  (constants of this module)
        return [_photo(row) for row in self._rows(query, *values)]

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()


def _session(row: Sequence[Any]) -> Session:
    number, session_id, state, created, import_id, finish, catalog = row
    return Session(int(number), session_id, SessionState(state), created, import_id, Finish(finish), catalog)


def _photo(row: Sequence[Any]) -> Photo:
    from couloir.derive.model import Fidelity  # takes numpy, for which the start of the service must not wait

    *names, state, number, match, touched, start, fidelity, why, found, edit, tries = row[:-4]
    profile, painted, turn, gift = row[-4:]
    session, position, library, version, lightroom, name, camera = names
    return Photo(
        session=session,
        position=position,
        library=library,
        version=version,
        lightroom=lightroom,
        name=name,
        camera=camera,
        state=PhotoState(state),
        number=number,
        match=match,
        touched=tuple(json.loads(touched)),
        start=json.loads(start),
        fidelity=Fidelity.read(fidelity) or "",
        why=why,
        found=found,
        edit=edit,
        tries=int(tries),
        profile=json.loads(profile) if profile else {},
        painted=json.loads(painted) if painted else {},
        turn=json.loads(turn) if turn else {},
        gift=json.loads(gift) if gift else {},
    )
