"""Jobs: states, cancelling, pausing, keys, a bounded queue, and a restart of the service."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.errors import DestinationDisk, DiskFull, StateTooNew
from couloir.service.http.problems import IdempotencyConflict, JobConflict, QueueFull, UnknownJob
from couloir.service.jobs.jobs import JobContext, Jobs
from couloir.service.jobs.journal import Journal, State, Wanted
from couloir.service.serve import open_journal


class Gate:
    """A handler that counts steps, waits at each for as long as `hold` is set, and goes on from its checkpoint."""

    def __init__(self, steps: int = 3) -> None:
        self.steps = steps
        self.hold = threading.Event()
        self.reached = threading.Event()
        self.done: list[int] = []

    def __call__(self, context: JobContext) -> int:
        for step in range(int(context.checkpoint or 0), self.steps):
            self.done.append(step)
            context.progress(step + 1, self.steps, "counting")
            context.message(f"step {step}", item=str(step))
            context.save(step + 1)
            self.reached.set()
            while not self.hold.is_set():
                context.wait(0.02)
            context.check()
        return sum(self.done)


@pytest.fixture
def office(tmp_path) -> Iterator[Callable[..., Jobs]]:
    """`office(kind=handler)` opens the journal of this test; calling it again is a restart."""
    with ExitStack() as stack:

        def begin(at_once: int = 2, queue_limit: int = 8, **handlers) -> Jobs:
            journal = Journal(tmp_path / "jobs.sqlite3")
            stack.callback(journal.close)
            jobs = Jobs(journal, at_once, queue_limit)
            stack.callback(jobs.stop, 10)
            for kind, handler in handlers.items():
                jobs.register(kind, handler)
            jobs.recover()
            return jobs

        yield begin


@pytest.fixture
def reaches(eventually):
    def wait(jobs: Jobs, job_id: str, state: State):
        eventually(lambda: jobs.journal.job(job_id).state is state)
        return jobs.journal.job(job_id)

    return wait


def test_a_job_reports_its_progress_its_messages_and_its_result(office, reaches):
    gate = Gate()
    gate.hold.set()
    jobs = office(count=gate)
    job = jobs.submit("count", {"to": 3}).job
    ended = reaches(jobs, job.id, State.DONE)
    assert (ended.done, ended.total, ended.phase, ended.result) == (3, 3, "counting", "3")
    assert [(said.seq, said.text) for said in jobs.journal.messages(ended, 0, 10)] == [
        (1, "step 0"),
        (2, "step 1"),
        (3, "step 2"),
    ]
    assert [said.seq for said in jobs.journal.messages(ended, 2, 10)] == [3]
    assert [said.seq for said in jobs.journal.messages(ended, 0, 2)] == [1, 2]


def test_a_running_job_is_cancelled_at_its_next_safe_point(office, reaches, eventually):
    gate = Gate()
    jobs = office(count=gate)
    job = jobs.submit("count", None).job
    assert gate.reached.wait(20)
    assert jobs.cancel(job.id).wanted is Wanted.CANCEL
    # The promise is two seconds; a handler that waits in `context.wait` leaves it at once.
    eventually(lambda: jobs.journal.job(job.id).state is State.CANCELLED, seconds=2)
    assert gate.done == [0]
    assert jobs.cancel(job.id).state is State.CANCELLED


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(office, reaches):
    gate = Gate()
    jobs = office(at_once=1, count=gate)
    first, second = (jobs.submit("count", None).job for _ in range(2))
    assert gate.reached.wait(20)
    assert jobs.cancel(second.id).state is State.CANCELLED
    gate.hold.set()
    reaches(jobs, first.id, State.DONE)
    assert gate.done == [0, 1, 2]


def test_a_paused_job_goes_on_from_its_checkpoint(office, reaches):
    gate = Gate()
    jobs = office(count=gate)
    job = jobs.submit("count", None).job
    assert gate.reached.wait(20)
    jobs.pause(job.id)
    reaches(jobs, job.id, State.PAUSED)
    gate.hold.set()
    jobs.resume(job.id)
    reaches(jobs, job.id, State.DONE)
    assert gate.done == [0, 1, 2]


def test_a_pause_taken_back_before_it_happened_loses_nothing(office, reaches):
    entered, leave = threading.Event(), threading.Event()

    def stubborn(context):
        entered.set()
        leave.wait(20)
        context.check()
        return "ended"

    jobs = office(stubborn=stubborn)
    job = jobs.submit("stubborn", None).job
    assert entered.wait(20)
    jobs.pause(job.id)
    jobs.resume(job.id)
    leave.set()
    assert reaches(jobs, job.id, State.DONE).result == '"ended"'


def test_what_has_ended_cannot_be_paused_resumed_or_cancelled(office, reaches):
    jobs = office(quick=lambda context: None)
    job = jobs.submit("quick", None).job
    reaches(jobs, job.id, State.DONE)
    for action in (jobs.cancel, jobs.pause, jobs.resume):
        with pytest.raises(JobConflict):
            action(job.id)


def test_an_unknown_job_is_named(office):
    with pytest.raises(UnknownJob, match="abc"):
        office().cancel("abc")


def test_the_same_key_with_the_same_request_is_the_same_job(office, reaches):
    jobs = office(quick=lambda context: context.request)
    first = jobs.submit("quick", {"a": 1, "b": [2]}, "key-1")
    again = jobs.submit("quick", {"b": [2], "a": 1}, "key-1")
    assert (first.new, again.new) == (True, False)
    assert first.job.id == again.job.id
    reaches(jobs, first.job.id, State.DONE)
    assert jobs.submit("quick", {"a": 1, "b": [2]}, "key-1").job.state is State.DONE


def test_the_same_key_with_another_request_is_a_conflict(office):
    jobs = office(quick=lambda context: None, other=lambda context: None)
    jobs.submit("quick", {"a": 1}, "key-1")
    for kind, request in (("quick", {"a": 2}), ("other", {"a": 1}), ("quick", {"a": True})):
        with pytest.raises(IdempotencyConflict):
            jobs.submit(kind, request, "key-1")


def test_two_hundred_starts_with_one_key_are_one_job(office):
    jobs = office(quick=lambda context: None)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(jobs.submit("quick", None, "key").job.id)) for _ in range(200)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    assert len(set(found)) == 1


def test_a_full_queue_refuses_more(office):
    gate = Gate()
    jobs = office(at_once=1, queue_limit=2, count=gate)
    jobs.submit("count", None)
    assert gate.reached.wait(20)
    jobs.submit("count", None)
    jobs.submit("count", None, "kept")
    with pytest.raises(QueueFull):
        jobs.submit("count", None)
    assert not jobs.submit("count", None, "kept").new
    gate.hold.set()


def test_an_error_a_person_can_act_on_becomes_the_jobs_problem(office, reaches):
    def full(context):
        raise DiskFull(path="/photos", why="no space left")

    jobs = office(full=full)
    job = jobs.submit("full", None).job
    problem = reaches(jobs, job.id, State.FAILED).problem
    assert '"destination.disk-full"' in problem
    assert "Free some space" in problem


def test_a_fault_of_our_own_fails_the_job_and_not_the_service(office, reaches, caplog):
    def broken(context):
        raise ZeroDivisionError("at /home/somebody")

    jobs = office(at_once=1, broken=broken, quick=lambda context: None)
    job = jobs.submit("broken", None).job
    problem = reaches(jobs, job.id, State.FAILED).problem
    assert '"job.crashed"' in problem
    assert "somebody" not in problem
    assert "ZeroDivisionError" in caplog.text
    reaches(jobs, jobs.submit("quick", None).job.id, State.DONE)


def test_a_result_that_is_not_json_fails_the_job(office, reaches):
    jobs = office(odd=lambda context: {1, 2})
    reaches(jobs, jobs.submit("odd", None).job.id, State.FAILED)


def test_a_stop_lets_a_running_job_go_on_after_the_restart(office, reaches):
    gate = Gate()
    jobs = office(count=gate)
    job = jobs.submit("count", None).job
    assert gate.reached.wait(20)
    assert jobs.stop(20)
    assert jobs.journal.job(job.id).state is State.QUEUED
    assert jobs.journal.job(job.id).deaths == 0
    gate.hold.set()
    restarted = office(count=gate)
    assert reaches(restarted, job.id, State.DONE).result == "3"
    assert gate.done == [0, 1, 2]


def test_a_job_that_does_not_come_to_a_safe_point_is_reported_by_stop(office):
    leave, entered = threading.Event(), threading.Event()

    def deaf(context):
        entered.set()
        leave.wait(20)

    jobs = office(deaf=deaf)
    jobs.submit("deaf", None)
    assert entered.wait(20)
    assert not jobs.stop(0.05)
    leave.set()


def _died_while_running(office, job_deaths: int = 0, **values) -> str:
    """What the journal looks like after the process was killed in the middle of a job."""
    jobs = office(count=lambda context: None)
    job = jobs.journal.add("f" * 32, "count", "null", None)
    jobs.journal.update(job.id, state=State.RUNNING, deaths=job_deaths, checkpoint="2", **values)
    jobs.stop(5)
    return job.id


def test_a_job_that_ran_when_the_process_died_goes_on_and_says_so(office, reaches):
    job_id = _died_while_running(office)
    gate = Gate()
    gate.hold.set()
    jobs = office(count=gate)
    ended = reaches(jobs, job_id, State.DONE)
    assert gate.done == [2]
    assert ended.deaths == 1
    assert jobs.journal.messages(ended, 0, 1)[0].code == "job.interrupted"


def test_a_job_that_keeps_killing_the_process_is_given_up_at_its_fourth_death(office):
    job_id = _died_while_running(office, 3)
    job = office(count=Gate()).journal.job(job_id)
    assert job.state is State.FAILED
    assert "job.keeps-dying" in job.problem


def test_a_job_goes_on_after_its_third_death(office, reaches):
    job_id = _died_while_running(office, 2)
    gate = Gate()
    gate.hold.set()
    assert reaches(office(count=gate), job_id, State.DONE).deaths == 3


@pytest.mark.parametrize(("wanted", "state"), [(Wanted.CANCEL, State.CANCELLED), (Wanted.PAUSE, State.PAUSED)])
def test_what_the_user_wanted_before_the_process_died_is_done(office, wanted, state):
    job_id = _died_while_running(office, wanted=wanted)
    assert office(count=Gate()).journal.job(job_id).state is state


@pytest.mark.parametrize("state", [State.RUNNING, State.QUEUED])
def test_a_job_that_nobody_can_do_any_more_fails_with_a_reason(office, tmp_path, state):
    job_id = _died_while_running(office)
    database = sqlite3.connect(tmp_path / "jobs.sqlite3")
    database.execute("UPDATE job SET state = ?", (state,))
    database.commit()
    database.close()
    job = office().journal.job(job_id)
    assert job.state is State.FAILED
    assert "job.orphaned" in job.problem


def test_old_jobs_are_forgotten_and_unfinished_ones_never(office, tmp_path):
    jobs = office(quick=lambda context: None)
    for number, state in enumerate(State):
        job = jobs.journal.add(f"{number:032}", "quick", "null", None)
        jobs.journal.say(job.id, "note", "", "hello", "")
        jobs.journal.update(job.id, state=state)
    database = sqlite3.connect(tmp_path / "jobs.sqlite3")
    database.execute("UPDATE job SET updated = '2001-01-01T00:00:00Z'")
    database.commit()
    assert jobs.journal.forget_old() == 3
    assert {job.state for job in jobs.journal.page(1000, 100)} == {State.QUEUED, State.RUNNING, State.PAUSED}
    assert database.execute("SELECT count(*) FROM message").fetchone() == (3,)
    database.close()


def test_a_journal_of_a_newer_couloir_is_left_alone(tmp_path):
    path = tmp_path / "jobs.sqlite3"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StateTooNew, match="99"):
        Journal(path)


@pytest.mark.parametrize(
    "content", [b"this is no database, and long enough to be looked at" * 100, b"SQLite format 3\0"]
)
def test_a_damaged_journal_is_put_aside_and_reported(tmp_path, content):
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(content)
    journal, trouble = open_journal(path)
    journal.close()
    assert trouble is not None
    assert trouble.code == "journal.damaged"
    aside = [found for found in tmp_path.iterdir() if "damaged" in found.name]
    assert [found.read_bytes() for found in aside] == [content]


def test_a_damaged_journal_that_the_disk_does_not_let_go_is_the_disks_trouble(tmp_path, monkeypatch):
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(b"this is no database, and long enough to be looked at" * 100)

    def refuse(*_arguments, **_named):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(DestinationDisk, match=path.name):
        open_journal(path)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None)
@given(request=JSON, checkpoint=JSON)
def test_any_json_survives_the_journal(tmp_path_factory, request, checkpoint):
    journal = Journal(tmp_path_factory.mktemp("journal") / "jobs.sqlite3")
    jobs = Jobs(journal, 1, 1)
    seen = []

    def keep(context):
        context.save(checkpoint)
        seen.append(context.request)
        return context.checkpoint

    jobs.register("keep", keep)
    job = jobs.submit("keep", request).job
    while not journal.job(job.id).state.final:
        time.sleep(0.001)
    jobs.stop(5)
    assert seen == [request]
    assert json.loads(journal.job(job.id).result) == checkpoint
    journal.close()
