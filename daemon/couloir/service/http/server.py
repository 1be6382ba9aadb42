"""Waitress on 127.0.0.1, with every limit set, its own errors as problem documents, and time limits for slow clients.

Waitress reads requests in one loop and gives only complete ones to its threads, so a client that trickles bytes holds a
connection and nothing else. `Server` closes it when the request has not arrived in time, and much sooner when it has
not authenticated (`couloir.service.http.strangers`).
"""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import sys
import threading
import time
from http import HTTPStatus
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

import msgspec
from waitress import wasyncore
from waitress.server import create_server
from waitress.task import ErrorTask

from couloir.errors import CannotListen, CouloirError
from couloir.service.http.openapi import REQUEST_ID
from couloir.service.http.problems import HeadersTooLarge, InternalFault, MalformedRequest, TooLarge, problem_of
from couloir.service.http.strangers import Channel, Strangers
from couloir.service.process.settings import HOST, Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

TICK: Final = 0.5  # seconds between two checks of the time while nothing happens
_PORT_TAKEN: Final = (errno.EADDRINUSE, errno.EACCES)


class _ProblemTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """Answers a request that waitress refuses before the application sees it, in the form of every other error."""

    def execute(self) -> None:
        error = _own_error(self.request.error.code, self.channel.adj)
        problem = problem_of(error, token_hex(8))
        body = msgspec.json.encode(problem)
        log.info("refused before it was read completely: %s (%s)", problem.code, problem.request_id)
        self.status = f"{problem.status} {HTTPStatus(problem.status).phrase}"
        self.response_headers = [
            ("Content-Type", "application/problem+json"),
            (REQUEST_ID, problem.request_id),
            ("Cache-Control", "no-store"),
        ]
        self.content_length = len(body)
        self.set_close_on_finish()
        self.write(body)


def _own_error(status: int, adj: Any) -> CouloirError:
    if status == 413:
        return TooLarge(limit=adj.max_request_body_size)
    if status == 431:
        return HeadersTooLarge(limit=adj.max_request_header_size)
    if status < 500 or status == 501:
        return MalformedRequest(why="it is not HTTP as this service understands it")
    return InternalFault()


class _Channel(Channel):
    error_task_class = _ProblemTask


def listen(port: int) -> socket.socket:
    """A socket bound to 127.0.0.1 at `port`, or at any free one when that is taken.

    Raises:
        CannotListen: no port can be bound.
    """
    for candidate in dict.fromkeys((port, 0)):
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform == "win32":
                # On Windows another program could otherwise bind the same port; elsewhere a second bind fails.
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((HOST, candidate))
        except OSError as error:
            bound.close()
            if candidate != 0 and error.errno in _PORT_TAKEN:
                log.info("port %d is taken", candidate)
                continue
            raise CannotListen(address=f"{HOST}:{candidate}", why=error.strerror) from error
        return bound
    raise AssertionError("port 0 either binds or raises")


class Server:
    """A running waitress server, which any thread may stop."""

    def __init__(self, app: WSGIApplication, bound: socket.socket, limits: Limits) -> None:
        """Listen on `bound`; from here on clients can connect, and are answered once `run` is called."""
        self._stop = threading.Event()
        self._limits = limits
        self._arriving: dict[int, tuple[object, float]] = {}
        self._map: dict[int, Any] = {}
        self._waitress = create_server(
            app,
            map=self._map,
            sockets=[bound],
            threads=limits.threads,
            connection_limit=sys.maxsize,  # `Strangers` limits them: waitress would accept nobody
            channel_timeout=limits.silence,
            cleanup_interval=1,
            max_request_header_size=limits.headers,
            max_request_body_size=limits.body + 1,  # waitress also refuses a body of exactly this size
            # A larger chunked body is written to a temporary file, so memory does not grow with what a client sends.
            inbuf_overflow=512 * 1024,
            asyncore_use_poll=True,  # select() cannot watch descriptors above 1023
            ident=None,
            expose_tracebacks=False,
            clear_untrusted_proxy_headers=True,
        )
        self._strangers = Strangers(self._waitress, _Channel, limits.connections, getattr(app, "vouch", None))
        self.port = int(self._waitress.effective_port)

    def run(self) -> None:
        """Serve until `stop` is called; then finish the answers in progress and close everything."""
        swept = time.monotonic()
        try:
            while not self._stop.is_set():
                wasyncore.loop(timeout=TICK, use_poll=True, map=self._map, count=1)
                if time.monotonic() - swept >= TICK:
                    swept = time.monotonic()
                    self._close_laggards(swept)
                    self._strangers.close_late()
        finally:
            self._strangers.shutdown()
            self._waitress.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
            wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        """End `run` soon. Safe from any thread and from a signal handler; repeating it is harmless."""
        self._stop.set()
        # Wake the loop, which would otherwise notice at its next tick; if it has ended, its trigger is closed.
        with contextlib.suppress(OSError):
            self._waitress.pull_trigger()

    def _close_laggards(self, now: float) -> None:
        """Close connections whose request has been arriving for longer than allowed.

        Waitress closes silent connections, but would keep one that sends a byte now and then for ever.
        """
        arriving = {number: channel.request for number, channel in self._waitress.active_channels.items()}
        kept: dict[int, tuple[object, float]] = {}
        for number, request in arriving.items():
            if request is None:
                continue
            known, since = self._arriving.get(number, (request, now))
            if known is not request:
                since = now
            kept[number] = (request, since)
            if now - since > self._limits.request:
                log.info("closed a connection whose request did not arrive within %d s", self._limits.request)
                self._waitress.active_channels[number].will_close = True
        self._arriving = kept
