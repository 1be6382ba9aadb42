"""`couloir serve`: one service per user, found through its runtime file, which is removed when the service ends."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from filelock import FileLock, Timeout

from couloir import __version__
from couloir.service.app import create_app
from couloir.service.http.server import Server, listen
from couloir.service.http.wire import Trouble
from couloir.service.jobs.jobs import Jobs
from couloir.service.jobs.journal import Journal
from couloir.service.libraries.roots import Roots
from couloir.service.process import runtime
from couloir.service.process.logs import start_log, stop_log
from couloir.service.process.settings import ServiceSettings
from couloir.service.process.state_file import disk_trouble, put_aside
from couloir.service.services import Resource, Services

log = logging.getLogger(__name__)

FIRST_MAY_TAKE: Final = 10.0  # seconds from taking the lock to publishing the runtime file
IDLE_LOOK: Final = 0.5
# A computing thread yields after 5 ms by default, and the loop that reads requests would wait that long per socket.
SWITCH_INTERVAL: Final = 0.001


def serve(
    settings: ServiceSettings,
    resources: Sequence[Resource] = (),
    say: Callable[[str], None] = print,
) -> int:
    """Run the service until SIGTERM, SIGINT or idleness ends it; returns the exit code.

    A second start says where the first one listens and returns 0. `say` never gets the token.

    Raises:
        CannotListen, StateTooNew, DiskFull, DestinationDisk
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    runtime.prepare_folder(settings.state_dir)
    lock = FileLock(settings.lock_file, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        say(_where_the_first_is(settings.runtime_file))
        return 0
    with lock:  # releases it at the end, whatever happens
        try:
            stopped_in_time = _serve_alone(settings, resources, say)
        except (OSError, sqlite3.Error) as error:
            raise disk_trouble(error, settings.state_dir) or error from error
    lock.release(force=True)
    if not stopped_in_time:
        # A job's thread has not reached a safe point, and Python would wait for it for ever. Everything is closed or
        # journalled; the job continues from its checkpoint at the next start.
        logging.shutdown()
        os._exit(0)
    return 0


def _serve_alone(settings: ServiceSettings, resources: Sequence[Resource], say: Callable[[str], None]) -> bool:
    token = secrets.token_urlsafe(32)
    handler = start_log(settings.log_file, (token,))
    try:
        journal, damage = open_journal(settings.journal_file)
        limits = settings.limits
        jobs = Jobs(journal, limits.jobs_at_once, limits.jobs_queued)
        services = Services(settings=settings, token=token, jobs=jobs, roots=Roots(settings.roots_file))
        try:
            if damage is not None:
                services.checks.append(lambda: [damage])
            server = Server(create_app(services, resources), listen(settings.port), limits)
            with _published(settings.runtime_file, server.port, token), _signals(server), _idle_exit(services, server):
                say(f"Couloir {__version__} listens at http://127.0.0.1:{server.port} (pid {os.getpid()})")
                log.info("started, version %s, port %d, pid %d", __version__, server.port, os.getpid())
                jobs.recover()
                server.run()
            log.info("stopping")
        finally:
            in_time = jobs.stop(settings.grace)
            if in_time:
                services.close()
                journal.close()
        log.info("stopped%s", "" if in_time else ", although a job had not come to a safe point")
        return in_time
    finally:
        stop_log(handler)


def open_journal(path: Path) -> tuple[Journal, Trouble | None]:
    """Open the journal; a damaged one is put aside, so that the service starts, and the trouble reports it.

    Raises:
        StateTooNew
    """
    try:
        return Journal(path), None
    except sqlite3.DatabaseError as error:
        aside = put_aside(path)
        log.exception("the journal is damaged and was put aside as %s", aside.name)
        trouble = Trouble(
            code="journal.damaged",
            message=f"The list of jobs was damaged ({error}) and has been put aside as {aside.name}.",
            advice="Start unfinished imports again from the plug-in; their own ledgers hold what they had done.",
        )
        return Journal(path), trouble


def _where_the_first_is(file: Path) -> str:
    """Where the first service listens; it may hold the lock and not have published its address yet."""
    deadline = time.monotonic() + FIRST_MAY_TAKE
    while time.monotonic() < deadline:
        info = runtime.read_live(file)
        if info is not None:
            return f"Couloir is already running at {info.address} (pid {info.pid})"
        time.sleep(0.05)
    return "Couloir is already starting or stopping; try again in a moment."


@contextlib.contextmanager
def _published(file: Path, port: int, token: str) -> Iterator[None]:
    info = runtime.describe_self(port, token)
    runtime.publish(file, info)
    try:
        yield
    finally:
        runtime.withdraw(file, info)


@contextlib.contextmanager
def _signals(server: Server) -> Iterator[None]:
    """SIGTERM and SIGINT end the service gracefully (only the main thread may set their handlers)."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _idle_exit(services: Services, server: Server) -> Iterator[None]:
    """End the service after a time without requests in which no job is active."""
    limit = services.settings.idle_exit
    if limit is None:
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(min(IDLE_LOOK, limit)):
            if services.jobs.active():
                services.activity.touch()  # the time counts from the end of the last job
            elif services.activity.idle >= limit:
                log.info("no request for %g s", limit)
                server.stop()
                return

    thread = threading.Thread(target=watch, name="idle", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
