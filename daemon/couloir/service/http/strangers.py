"""Limits for clients that have not authenticated yet.

Any program on this machine can connect, as often as the system permits. So a connection counts as a stranger's until a
request on it has carried the token, a proof, or a page's cookie. Strangers are answered, too, because that is how a
client learns that its token is old, but:

- each answer to one closes the connection;
- one separate thread answers them, `STRANGER_RATE` per second after the first `STRANGER_BURST`;
- their connection is closed when a request took longer than `STRANGER_SECONDS` or came in more than `STRANGER_READS`
  pieces;
- when all connections are in use, a new one replaces a stranger's: one that has sent something, else
  the oldest.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

Vouch = Callable[[Mapping[str, str], int], bool]
"""Whether a request is authenticated, by its headers (upper case, `_` for `-`) and the port that it came to."""

STRANGER_SECONDS: Final = 5.0
STRANGER_READS: Final = 64
STRANGER_BURST: Final = 256.0
STRANGER_RATE: Final = 100.0
_DESCRIPTORS: Final = 8192
ACCEPTED_AT_ONCE: Final = 64
"""New connections accepted between two checks of the existing ones. The system queues others."""


class VouchingApp(Protocol):
    """A WSGI application that can authenticate a request by its headers."""

    vouch: Vouch


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that records whether its client has authenticated, and how many pieces it has sent."""

    proven = False
    reads = 0

    def received(self, data: bytes) -> bool:
        """Take data that has arrived; a stranger that sends too many pieces is disconnected."""
        self.reads += 1
        taken = bool(super().received(data))
        if not self.proven and self.request is not None and self.request.headers_finished:
            self.proven = self.server.strangers.may_enter(self.request)
        if not self.proven and self.reads > STRANGER_READS:
            self.will_close = True
        return taken


class _Pace:
    """A token bucket: a mean rate per second, and a burst."""

    def __init__(self) -> None:
        self._saved, self._counted = STRANGER_BURST, time.monotonic()

    def wait(self) -> None:
        """Wait for a turn. For one thread only."""
        now = time.monotonic()
        self._saved = min(STRANGER_BURST, self._saved + (now - self._counted) * STRANGER_RATE) - 1
        self._counted = now
        if self._saved < 0:
            time.sleep(-self._saved / STRANGER_RATE)


class _Paced:
    """A stranger's request as a task of the strangers' thread."""

    def __init__(self, channel: Channel, pace: _Pace) -> None:
        self._channel, self._pace = channel, pace

    def service(self) -> None:
        if self._channel.connected:  # else the connection was closed for another one meanwhile
            self._pace.wait()
        self._channel.service()

    def cancel(self) -> None:
        self._channel.cancel()


class Strangers:
    """Accepts the connections of one waitress server, and limits those that have not authenticated."""

    def __init__(self, server: BaseWSGIServer, channel: type[Channel], connections: int, vouch: Vouch | None) -> None:
        self._server: Any = server
        self._channel = channel
        self._most = min(connections, _descriptors() // 2)
        self._vouch = vouch
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(1)
        self._pace = _Pace()
        self._server.strangers = self
        self._server.handle_accept = self._accept
        self._server.add_task = self._add_task

    def may_enter(self, request: Any) -> bool:
        """Whether a request, as far as it has arrived, is authenticated."""
        if self._vouch is None:
            return True
        return request.error is None and self._vouch(request.headers, int(self._server.effective_port))

    def close_late(self) -> None:
        """Close strangers' connections that have lasted too long."""
        before = time.time() - STRANGER_SECONDS
        for channel in self._channels():
            if not channel.proven and channel.creation_time < before:
                channel.will_close = True

    def shutdown(self) -> None:
        self._dispatcher.shutdown(cancel_pending=True, timeout=2)

    def _add_task(self, channel: Channel) -> None:
        request = channel.requests[0]
        channel.proven = channel.proven or self.may_enter(request)
        if channel.proven:
            self._server.task_dispatcher.add_task(channel)
        else:
            request.headers["CONNECTION"] = "close"
            self._dispatcher.add_task(_Paced(channel, self._pace))

    def _accept(self) -> None:
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                accepted = self._server.accept()
            except OSError:
                return  # the client has gone already, or the process has no descriptor left for it
            if accepted is None:
                return
            connection, address = accepted
            if not self._made_room():
                connection.close()
                continue
            self._server.set_socket_options(connection)
            self._channel(self._server, connection, address, self._server.adj, map=self._server._map)

    def _made_room(self) -> bool:
        channels = [each for each in self._channels() if not each.will_close]
        if len(channels) < self._most:
            return True
        leaving = next(_strangers(channels, spoken=True), None) or next(_strangers(channels, spoken=False), None)
        if leaving is None:
            return False
        # Closed by the loop, and not here: a new connection would get its descriptor at once, and events that the
        # loop has just received for the old connection would be applied to the new one.
        leaving.will_close = True
        return True

    def _channels(self) -> list[Channel]:
        return list(self._server.active_channels.values())


def _strangers(channels: Iterable[Channel], *, spoken: bool) -> Iterator[Channel]:
    return (each for each in channels if not each.proven and (not spoken or each.reads))


def _descriptors() -> int:
    """Raise and return the limit of open files and connections: macOS starts services with 256, and allows more."""
    if sys.platform == "win32":
        return _DESCRIPTORS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return _DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
