"""The journal of jobs: a SQLite file with each request and its progress, which survives any end of the process.

A power cut loses at most the last moments, which a handler repeats. Times are UTC in ISO 8601.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from couloir.service.http.problems import UnknownJob
from couloir.service.process.state_file import StateFile

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=30)

_SCHEMA: Final = """
CREATE TABLE job (
    number      INTEGER PRIMARY KEY,              -- the order in which jobs were asked for
    id          TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    request     TEXT NOT NULL,                    -- JSON
    key         TEXT UNIQUE,                      -- idempotency key
    state       TEXT NOT NULL,
    wanted      TEXT NOT NULL DEFAULT 'run',      -- what its user wants of it: run, pause, cancel
    deaths      INTEGER NOT NULL DEFAULT 0,       -- how often the process died while it ran
    seq         INTEGER NOT NULL DEFAULT 0,       -- of its newest message
    done        INTEGER NOT NULL DEFAULT 0,
    total       INTEGER,
    phase       TEXT NOT NULL DEFAULT '',
    checkpoint  TEXT,                             -- JSON, the handler's own
    result      TEXT,                             -- JSON
    problem     TEXT,                             -- JSON
    created     TEXT NOT NULL,
    updated     TEXT NOT NULL
) STRICT;
CREATE INDEX job_state ON job (state, number);
CREATE TABLE message (
    job     INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    time    TEXT NOT NULL,
    level   TEXT NOT NULL,
    code    TEXT NOT NULL,
    text    TEXT NOT NULL,
    item    TEXT NOT NULL,
    PRIMARY KEY (job, seq)
) STRICT, WITHOUT ROWID;
"""


class State(StrEnum):
    """Where a job is. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in FINAL


FINAL: Final = (State.DONE, State.FAILED, State.CANCELLED)


class Wanted(StrEnum):
    """What the user wants of a job; a running one follows at its next safe point."""

    RUN = "run"
    PAUSE = "pause"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Job:
    """One row; JSON columns are text as stored."""

    number: int
    id: str
    kind: str
    request: str
    key: str | None
    state: State
    wanted: Wanted
    deaths: int
    seq: int
    done: int
    total: int | None
    phase: str
    checkpoint: str | None
    result: str | None
    problem: str | None
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a job. `seq` counts from 1 within the job and never changes."""

    seq: int
    time: str
    level: str
    code: str
    text: str
    item: str


_JOB: Final = ", ".join(field.name for field in fields(Job))
_COLUMNS: Final = frozenset(field.name for field in fields(Job)) - {"number", "id"}


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Journal(StateFile):
    """The open journal. Close it."""

    def __init__(self, path: Path) -> None:
        """Open or create it. Raises what `StateFile` does, sqlite3.DatabaseError when it is damaged."""
        self._owed: dict[str, dict[str, Any]] = {}
        self.path = path
        super().__init__(path, (_SCHEMA,))
        self._db.row_factory = sqlite3.Row

    def add(self, job_id: str, kind: str, request: str, key: str | None) -> Job:
        """Record a new job as queued."""
        time = now()
        with self._lock:
            self._db.execute(
                "INSERT INTO job (id, kind, request, key, state, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (job_id, kind, request, key, State.QUEUED, time, time),
            )
            return self.job(job_id)

    def update(self, job_id: str, **values: str | int | None) -> None:
        """Set columns of a job; the names are those of `Job`."""
        unknown = values.keys() - _COLUMNS
        if unknown:
            raise ValueError(f"no such columns: {unknown}")
        values["updated"] = now()
        assignments = ", ".join(f"{column} = :{column}" for column in values)
        with self._lock:
            self._db.execute(
                f"UPDATE job SET {assignments} WHERE id = :id",  # noqa: S608  (the names are checked above)
                {**values, "id": job_id},
            )

    def settle(self, job_id: str, **values: str | int | None) -> None:
        """Like `update`, but never fails: values that cannot be written are kept in memory, and count at once.

        `pay` writes them later. If the process dies before that, the file keeps its old values.
        """
        with self._lock:
            self._owed[job_id] = {**self._owed.get(job_id, {}), **values}
            self.pay()

    def pay(self) -> bool:
        """Try to write the values that `settle` has kept; returns whether none are left."""
        with self._lock:
            for job_id, values in list(self._owed.items()):
                try:
                    self.update(job_id, **values)
                except sqlite3.Error as error:
                    log.warning("job %s cannot be recorded (%s); it is tried again", job_id, error)
                    return False
                del self._owed[job_id]
            return True

    def say(self, job_id: str, level: str, code: str, text: str, item: str) -> None:
        """Append a message to a job."""
        with self.transaction():
            number, seq = self._db.execute(
                "UPDATE job SET seq = seq + 1, updated = ? WHERE id = ? RETURNING number, seq", (now(), job_id)
            ).fetchone()
            self._db.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)", (number, seq, now(), level, code, text, item)
            )

    def job(self, job_id: str) -> Job:
        """Raises: UnknownJob"""
        found = self._jobs("WHERE id = ?", (job_id,))
        if not found:
            raise UnknownJob(item=job_id)
        return found[0]

    def find(self, job_id: str) -> Job | None:
        """A job, or None when it does not exist (any more)."""
        return next(iter(self._jobs("WHERE id = ?", (job_id,))), None)

    def by_key(self, key: str) -> Job | None:
        return next(iter(self._jobs("WHERE key = ?", (key,))), None)

    def in_state(self, *states: State) -> list[Job]:
        """Jobs in any of these states, in the order of their requests."""
        marks = ", ".join("?" * len(states))
        return self._jobs(f"WHERE state IN ({marks}) ORDER BY number", states)

    def page(self, before: int, limit: int) -> list[Job]:
        """Jobs whose number is below `before`, newest first."""
        return self._jobs("WHERE number < ? ORDER BY number DESC LIMIT ?", (before, limit))

    def messages(self, job: Job, since: int, limit: int) -> list[Message]:
        """The oldest `limit` messages after `since`."""
        with self._lock:
            rows = self._db.execute(
                "SELECT seq, time, level, code, text, item FROM message WHERE job = ? AND seq > ? ORDER BY seq LIMIT ?",
                (job.number, since, limit),
            ).fetchall()
        return [Message(*row) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many jobs are in each state."""
        with self._lock:
            rows = self._db.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall()
            counts = dict.fromkeys(State, 0) | {State(state): count for state, count in rows}
            for job_id, values in self._owed.items():
                if "state" in values:
                    written = self._db.execute("SELECT state FROM job WHERE id = ?", (job_id,)).fetchone()[0]
                    counts[State(written)] -= 1
                    counts[State(values["state"])] += 1
        return counts

    def forget_old(self) -> int:
        """Remove jobs that ended more than `KEPT` ago; returns how many."""
        limit = (datetime.now(UTC) - KEPT).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        marks = ", ".join("?" * len(FINAL))
        with self._lock:
            return self._db.execute(
                f"DELETE FROM job WHERE state IN ({marks}) AND updated < ?",  # noqa: S608  (only marks are put in)
                (*FINAL, limit),
            ).rowcount

    def _jobs(self, where: str, values: tuple[object, ...]) -> list[Job]:
        with self._lock:
            rows = self._db.execute(f"SELECT {_JOB} FROM job {where}", values).fetchall()  # noqa: S608  (constants)
            return [_job(row, self._owed.get(row["id"], {})) for row in rows]


def _job(row: sqlite3.Row, owed: dict[str, Any]) -> Job:
    values = {**dict(row), **owed}
    return Job(**{**values, "state": State(values["state"]), "wanted": Wanted(values["wanted"])})
