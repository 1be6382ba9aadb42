"""Long work as jobs, which outlive a request, a pause, and the process itself.

A handler is a function of a `JobContext`. It must

- call `context.check()` (or `context.wait`) at least once a second; that call raises `JobStopped` when the user cancels
  or pauses, or the service ends, and the handler lets it through;
- call `context.save(checkpoint)` whenever a step is complete, and begin from `context.checkpoint` when it is
  not None: it handles a resumed pause and a restart after a kill in the same way;
- be able to repeat its last step without harm, since the process can die between the step and its checkpoint.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import Final

import msgspec

from couloir.engines.decoding.stopping import stopped_by
from couloir.errors import CouloirError
from couloir.json_text import to_json
from couloir.service.http.problems import (
    IdempotencyConflict,
    JobConflict,
    JobCrashed,
    JobKeepsDying,
    JobOrphaned,
    QueueFull,
    problem_of,
)
from couloir.service.http.wire import Json
from couloir.service.jobs.journal import Job, Journal, State, Wanted
from couloir.service.process.logs import current_request
from couloir.service.process.state_file import disk_trouble

log = logging.getLogger(__name__)

DEATHS_ALLOWED: Final = 3
PAY_INTERVAL: Final = 2.0  # seconds between two attempts to record how a job has ended
PROGRESS_INTERVAL: Final = 0.2  # seconds between two writes of progress


class JobStopped(Exception):
    """The job is to stop at this safe point. A handler lets it through."""


class JobContext:
    """The interface of a handler to its job. Used by its own thread only, except `check`."""

    def __init__(self, journal: Journal, job: Job, stop: threading.Event) -> None:
        self._journal = journal
        self._stop = stop
        self._written = 0.0
        self._pending: dict[str, str | int | None] = {}
        self._phase = job.phase
        self.job_id = job.id
        self.request: Json = json.loads(job.request)
        self.checkpoint: Json = None if job.checkpoint is None else json.loads(job.checkpoint)

    def check(self) -> None:
        """A safe point. Raises: JobStopped"""
        if self._stop.is_set():
            raise JobStopped

    def wait(self, seconds: float) -> None:
        """Wait for `seconds`, or until a stop is requested. Raises: JobStopped"""
        self._stop.wait(seconds)
        self.check()

    def progress(self, done: int, total: int | None = None, phase: str = "") -> None:
        """Report progress, at a safe point. Cheap: written at most a few times a second. Raises: JobStopped"""
        self.check()
        self._pending = {"done": done, "total": total, "phase": phase}
        if phase != self._phase or time.monotonic() - self._written >= PROGRESS_INTERVAL:
            self._phase = phase
            self.flush()

    def message(self, text: str, *, level: str = "note", code: str = "", item: str = "") -> None:
        """Tell the user one sentence; level is note, warning or error. Raises: DiskFull, DestinationDisk"""
        with self._telling_of_the_disk():
            self._journal.say(self.job_id, level, code, text, item)

    def save(self, checkpoint: Json) -> None:
        """Record where to continue from, and the progress so far. Raises: DiskFull, DestinationDisk"""
        with self._telling_of_the_disk():
            self._journal.update(self.job_id, **{**self._pending, "checkpoint": to_json(checkpoint)})
        self.checkpoint = checkpoint
        self._pending = {}
        self._written = time.monotonic()

    def flush(self) -> None:
        """Write progress that `progress` has deferred; if the disk cannot be written, the next call tries again."""
        if self._pending:
            self._written = time.monotonic()
            try:
                self._journal.update(self.job_id, **self._pending)
            except sqlite3.Error as error:
                log.warning("the progress of job %s cannot be recorded: %s", self.job_id, error)
                return
            self._pending = {}

    @contextmanager
    def _telling_of_the_disk(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise disk_trouble(error, self._journal.path) or error from error


JobHandler = Callable[[JobContext], Json]


@dataclass(frozen=True, slots=True)
class Submission:
    """A requested job; `new` is false when the same request with the same key had started it before."""

    job: Job
    new: bool


class Jobs:
    """Runs the jobs of the journal on a few threads, and records their progress in it."""

    def __init__(self, journal: Journal, at_once: int, queue_limit: int) -> None:
        self._journal = journal
        self._queue_limit = queue_limit
        self._handlers: dict[str, JobHandler] = {}
        self._running: dict[str, threading.Event] = {}
        self._futures: set[Future[str | None]] = set()
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._stopping = False
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="job")

    @property
    def journal(self) -> Journal:
        return self._journal

    def register(self, kind: str, handler: JobHandler) -> None:
        """Set the handler of a kind of job. Once per kind, before `recover`."""
        if kind in self._handlers:
            raise ValueError(f"{kind} has a handler already")
        self._handlers[kind] = handler

    def recover(self) -> None:
        """Resume the jobs of an earlier process: running ones from their checkpoint, waiting ones wait again."""
        self._journal.forget_old()
        for job in self._journal.in_state(State.RUNNING, State.QUEUED):
            if job.state is State.RUNNING:
                self._revive(job)
            elif job.kind not in self._handlers:
                self._fail(job.id, JobOrphaned(item=job.id, kind=job.kind))
        for job in self._journal.in_state(State.QUEUED):
            self._enqueue(job.id)

    def submit(self, kind: str, request: msgspec.Struct | Json, key: str | None = None) -> Submission:
        """Queue a job. The same key with the same request gives the same job, whatever its state.

        Raises:
            IdempotencyConflict: the key was used for another kind or request.
            QueueFull: too many jobs wait.
        """
        if kind not in self._handlers:
            raise ValueError(f"no handler for jobs of kind {kind}")
        text = to_json(msgspec.to_builtins(request), sort_keys=True, separators=(",", ":"))
        with self._journal.transaction():
            earlier = None if key is None else self._journal.by_key(key)
            if earlier is not None:
                if (earlier.kind, earlier.request) != (kind, text):
                    raise IdempotencyConflict(item=key)
                return Submission(earlier, new=False)
            if self._journal.counts()[State.QUEUED] >= self._queue_limit:
                raise QueueFull(limit=self._queue_limit)
            job = self._journal.add(token_hex(16), kind, text, key)
        log.info("job %s (%s) is queued", job.id, kind)
        self._enqueue(job.id)
        return Submission(job, new=True)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job: at once unless it runs, else at its next safe point. Repeating it is harmless.

        Raises:
            UnknownJob
            JobConflict: it has ended in another way.
        """
        return self._want(job_id, Wanted.CANCEL, "cancelled", State.CANCELLED, {State.QUEUED, State.PAUSED})

    def pause(self, job_id: str) -> Job:
        """Pause a job: at once if it waits, else at its next safe point. Raises: UnknownJob, JobConflict"""
        return self._want(job_id, Wanted.PAUSE, "paused", State.PAUSED, {State.QUEUED})

    def resume(self, job_id: str) -> Job:
        """Resume a paused job. Raises: UnknownJob, JobConflict"""
        job = self._want(job_id, Wanted.RUN, "resumed", State.QUEUED, {State.PAUSED})
        if job.state is State.QUEUED:
            self._enqueue(job_id)
        return job

    def active(self) -> int:
        """The number of jobs that run or wait for a thread."""
        counts = self._journal.counts()
        return counts[State.RUNNING] + counts[State.QUEUED]

    def stop(self, grace: float) -> bool:
        """End the threads; running jobs stop at their next safe point and continue at the next start.

        Returns whether all jobs stopped within `grace` seconds. After that the journal can be closed.
        """
        with self._lock:
            self._stopping = True
            for stop in self._running.values():
                stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._settled:
            return self._settled.wait_for(lambda: not self._futures, timeout=grace)

    def _want(self, job_id: str, wanted: Wanted, action: str, at_once: State, when: set[State]) -> Job:
        with self._lock:
            job = self._journal.job(job_id)
            if job.state in when:
                self._journal.settle(job_id, state=at_once, wanted=wanted)
            elif job.state is State.RUNNING and job.wanted is not Wanted.CANCEL:
                self._journal.settle(job_id, wanted=wanted)
                stop = self._running.get(job_id)
                if stop is not None and wanted is not Wanted.RUN:
                    stop.set()
            elif job.state is not at_once and not (job.state is State.RUNNING and wanted is Wanted.CANCEL):
                raise JobConflict(item=job_id, state=job.state.value, action=action)
            return self._journal.job(job_id)

    def _enqueue(self, job_id: str) -> None:
        with self._lock:
            if self._stopping:
                return
            future = self._pool.submit(self._run, job_id)
            self._futures.add(future)
        future.add_done_callback(partial(self._settle, job_id))

    def _run(self, job_id: str) -> str | None:
        """The result as JSON text; None when there was nothing to run."""
        current_request.set(f"job-{job_id[:8]}")
        with self._lock:
            job = self._journal.job(job_id)
            if job.state is not State.QUEUED or job_id in self._running or self._stopping:
                return None  # cancelled or paused while it waited; or two resumes queued it twice
            stop = self._running[job_id] = threading.Event()
            self._journal.settle(job_id, state=State.RUNNING, wanted=Wanted.RUN)
        context = JobContext(self._journal, job, stop)
        try:
            with stopped_by(context.check):
                return to_json(self._handlers[job.kind](context))
        finally:
            context.flush()

    def _settle(self, job_id: str, future: Future[str | None]) -> None:
        """Record how a handler ended. The future holds what it raised, so no failure can end a thread."""
        with self._settled:
            if not future.cancelled():
                error = future.exception()
                if error is not None or future.result() is not None:
                    self._running.pop(job_id, None)
                    self._conclude(job_id, error, future)
                    self._write_down_later()
            self._futures.discard(future)
            self._settled.notify_all()

    def _write_down_later(self) -> None:
        """Retry until the journal's disk can be written again."""
        with self._lock:
            if self._stopping or self._journal.pay():
                return
            timer = threading.Timer(PAY_INTERVAL, self._write_down_later)
            timer.daemon = True
            timer.start()

    def _conclude(self, job_id: str, error: BaseException | None, future: Future[str | None]) -> None:
        if error is None:
            self._journal.settle(job_id, state=State.DONE, result=future.result())
        elif isinstance(error, JobStopped):
            self._stopped(job_id)
        elif isinstance(error, CouloirError):
            self._fail(job_id, error)
        else:
            log.error("job %s crashed", job_id, exc_info=error)
            self._fail(job_id, disk_trouble(error, self._journal.path) or JobCrashed(item=job_id))
        log.info("job %s is %s", job_id, self._journal.job(job_id).state)

    def _stopped(self, job_id: str) -> None:
        wanted = self._journal.job(job_id).wanted
        if wanted is Wanted.CANCEL:
            self._journal.settle(job_id, state=State.CANCELLED)
        elif wanted is Wanted.PAUSE:
            self._journal.settle(job_id, state=State.PAUSED)
        else:  # the service ends, or the user resumed before the handler had noticed the pause
            self._journal.settle(job_id, state=State.QUEUED)
            self._enqueue(job_id)

    def _fail(self, job_id: str, error: CouloirError) -> None:
        problem = msgspec.json.encode(problem_of(error, current_request.get())).decode()
        self._journal.settle(job_id, state=State.FAILED, problem=problem)

    def _revive(self, job: Job) -> None:
        """Queue a job that ran when the process died, unless it has killed the process too often."""
        deaths = job.deaths + 1
        if job.wanted is Wanted.CANCEL:
            self._journal.settle(job.id, state=State.CANCELLED, deaths=deaths)
        elif job.wanted is Wanted.PAUSE:
            self._journal.settle(job.id, state=State.PAUSED, deaths=deaths)
        elif job.kind not in self._handlers:
            self._fail(job.id, JobOrphaned(item=job.id, kind=job.kind))
        elif deaths > DEATHS_ALLOWED:
            self._fail(job.id, JobKeepsDying(item=job.id, times=deaths))
        else:
            self._journal.settle(job.id, state=State.QUEUED, deaths=deaths)
            self._journal.say(
                job.id, "warning", "job.interrupted", "The service ended while the job ran; the job continues.", ""
            )
