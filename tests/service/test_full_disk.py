"""A full disk while the service works: jobs end, cancelling works, and clients are informed."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from couloir.service.jobs import jobs as jobs_module
from couloir.service.jobs.jobs import JobContext, Jobs
from couloir.service.jobs.journal import Journal, State
from couloir.service.libraries import roots as roots_module
from couloir.service.serve import open_journal

WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN")


def full_error() -> sqlite3.Error:
    """What SQLite itself raises: a database that may not grow is filled."""
    with sqlite3.connect(":memory:") as small:
        small.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as raised:
            small.execute("CREATE TABLE t AS SELECT randomblob(1000000) AS b")
    small.close()
    return raised.value


class FullDisk:
    """Stands before a journal's database: what writes fails as on a full disk as long as `full` is set."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._error = full_error()
        self.full = threading.Event()

    def execute(self, statement: str, *values: Any) -> Any:
        if self.full.is_set() and statement.lstrip().startswith(WRITES):
            raise self._error
        return self._database.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@pytest.fixture
def office(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Jobs with one handler, their journal, and the event that fills its disk."""
    monkeypatch.setattr(jobs_module, "PAY_INTERVAL", 0.05)
    with ExitStack() as stack:

        def begin(handler: Any) -> tuple[Jobs, Journal, threading.Event]:
            journal = Journal(tmp_path / "jobs.sqlite3")
            disk = FullDisk(journal._db)
            journal._db = disk  # type: ignore[assignment]
            stack.callback(journal.close)
            jobs = Jobs(journal, 2, 8)
            stack.callback(jobs.stop, 10)
            jobs.register("work", handler)
            jobs.recover()
            return jobs, journal, disk.full

        yield begin


def test_a_job_that_ends_on_a_full_disk_is_done_at_once_and_written_down_later(office, tmp_path, eventually):
    filled, go = threading.Event(), threading.Event()

    def work(context: JobContext) -> str:
        filled.set()
        go.wait(20)
        context.progress(1, 1, "end")
        return "result"

    jobs, journal, full = office(work)
    job = jobs.submit("work", None).job
    assert filled.wait(20)
    full.set()
    go.set()
    eventually(lambda: journal.job(job.id).state is State.DONE)
    assert (journal.job(job.id).result, jobs.active()) == ('"result"', 0)
    with sqlite3.connect(tmp_path / "jobs.sqlite3") as other:
        query = "SELECT state, result FROM job"
        assert other.execute(query).fetchone() == ("running", None)
        full.clear()
        eventually(lambda: other.execute(query).fetchone() == ("done", '"result"'))
    other.close()


@pytest.mark.parametrize("step", ["save", "message"])
def test_a_job_that_cannot_write_down_its_steps_fails_with_the_reason(office, eventually, step):
    begun, go = threading.Event(), threading.Event()

    def work(context: JobContext) -> None:
        begun.set()
        go.wait(20)
        context.save(1) if step == "save" else context.message("said")

    jobs, journal, full = office(work)
    job = jobs.submit("work", None).job
    assert begun.wait(20)
    full.set()
    go.set()
    eventually(lambda: journal.job(job.id).state is State.FAILED)
    problem = journal.job(job.id).problem
    assert problem is not None
    assert "destination.disk-full" in problem
    full.clear()


def test_progress_that_cannot_be_written_down_holds_nothing_up(office, eventually):
    begun, go = threading.Event(), threading.Event()

    def work(context: JobContext) -> int:
        begun.set()
        go.wait(20)
        for number in range(5):
            context.progress(number, 5, f"phase {number}")
        full.clear()
        context.flush()
        return 5

    jobs, journal, full = office(work)
    job = jobs.submit("work", None).job
    assert begun.wait(20)
    full.set()
    go.set()
    eventually(lambda: journal.job(job.id).state is State.DONE)
    assert journal.job(job.id).done == 4


@pytest.mark.parametrize(("action", "state"), [("cancel", State.CANCELLED), ("pause", State.PAUSED)])
def test_a_job_can_be_stopped_on_a_full_disk(office, eventually, action, state):
    begun = threading.Event()

    def work(context: JobContext) -> None:
        begun.set()
        while True:
            context.wait(0.02)

    jobs, journal, full = office(work)
    job = jobs.submit("work", None).job
    assert begun.wait(20)
    full.set()
    getattr(jobs, action)(job.id)
    eventually(lambda: journal.job(job.id).state is state)
    assert jobs.active() == 0
    full.clear()


def test_a_commit_that_fails_leaves_the_journal_usable(tmp_path):
    journal = Journal(tmp_path / "jobs.sqlite3")
    job = journal.add("a", "work", "null", None)
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        journal.say(job.id, "note", "", "x" * 1_000_000, "")
    journal._db.execute("PRAGMA max_page_count = 100000")
    journal.say(job.id, "note", "", "said", "")
    assert [said.text for said in journal.messages(journal.job(job.id), 0, 10)] == ["said"]
    journal.close()


def test_a_disk_that_takes_nothing_is_not_taken_for_a_damaged_list_of_jobs(tmp_path, monkeypatch):
    from couloir.errors import DiskFull

    Journal(tmp_path / "jobs.sqlite3").close()

    def fail(self: Any, *_arguments: Any) -> None:
        raise full_error()

    monkeypatch.setattr(Journal, "_prepare", fail)
    with pytest.raises(DiskFull, match="is full"):
        open_journal(tmp_path / "jobs.sqlite3")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["jobs.sqlite3"]


def test_a_folder_that_cannot_be_noted_is_told_with_what_to_do(running, tmp_path, monkeypatch):
    def fail(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "roots.json"))

    monkeypatch.setattr(roots_module, "write_private", fail)
    answer = running.client.post("/v1/roots", {"path": str(tmp_path), "purpose": "destination"})
    assert (answer.status, answer.json["code"]) == (507, "destination.disk-full")
    assert answer.json["advice"]
    assert running.client.get("/v1/roots").json == {"roots": []}


def test_a_job_that_cannot_be_noted_is_told_with_what_to_do(start, tmp_path):
    service = start()
    journal = service.services.jobs.journal
    disk = FullDisk(journal._db)
    journal._db = disk
    library = tmp_path / "A.aplibrary"
    library.mkdir()
    assert service.client.post("/v1/roots", {"path": str(library), "purpose": "library"}).status == 200
    disk.full.set()
    answer = service.client.post("/v1/libraries", {"path": str(library)})
    assert (answer.status, answer.json["code"]) == (507, "destination.disk-full")
    disk.full.clear()
