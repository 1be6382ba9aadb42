"""Access to a page in a browser: a link that works once opens a view, which lasts while it is in use.

A browser cannot send the service's token, and must never get it. So the plug-in requests a ticket with the token and
opens an address that contains it; the page there spends the ticket (POST, same origin) and gets a cookie. The cookie
gives access to one import's page only, for an hour after it was last used.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from secrets import token_hex, token_urlsafe
from typing import Final

from couloir.service.http.problems import TicketSpent, ViewOver

TICKET_SECONDS: Final = 120
VIEW_SECONDS: Final = 3600
_MOST: Final = 64  # tickets, and views; the oldest is dropped


@dataclass(slots=True)
class View:
    """One page in one browser. `id` is part of its addresses and the cookie's scope; `secret` is the cookie, which
    the page's own scripts cannot read; `token` is what they send with each request that changes something.
    """

    id: str
    secret: str
    token: str
    import_id: str
    used: float


class Views:
    """The tickets and views of one process, in memory only. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tickets: dict[bytes, tuple[str, float]] = {}
        self._views: dict[str, View] = {}

    def ticket(self, import_id: str) -> str:
        """A ticket for one view of an import, valid for TICKET_SECONDS."""
        ticket = token_urlsafe(32)
        with self._lock:
            self._tickets[_digest(ticket)] = (import_id, self._clock())
            _drop_oldest(self._tickets)
        return ticket

    def spend(self, ticket: str) -> View:
        """The view that a ticket opens, once. Raises: TicketSpent"""
        now = self._clock()
        with self._lock:
            # Looked up by its digest, so that the time of the lookup reveals nothing about existing tickets.
            import_id, made = self._tickets.pop(_digest(ticket), ("", -TICKET_SECONDS))
            if not import_id or now - made > TICKET_SECONDS:
                raise TicketSpent
            view = View(token_hex(16), token_urlsafe(32), token_urlsafe(32), import_id, now)
            self._views[view.id] = view
            _drop_oldest(self._views)
        return view

    def open_view(self, view_id: str, secret: str) -> View:
        """The view, if this is its cookie and it was used within VIEW_SECONDS. Raises: ViewOver"""
        now = self._clock()
        with self._lock:
            view = self._views.get(view_id)
            if view is None or not same(secret, view.secret):
                raise ViewOver
            if now - view.used > VIEW_SECONDS:
                del self._views[view_id]
                raise ViewOver
            view.used = now
        return view

    def opened_by(self, secrets: Collection[str]) -> bool:
        """Whether one of these cookies belongs to a view. Does not count as its use."""
        with self._lock:
            return any(same(given, view.secret) for given in secrets for view in self._views.values())


def same(given: str, secret: str) -> bool:
    """Whether two secrets are equal; takes the same time wherever they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode("ascii"))


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).digest()


def _drop_oldest(entries: dict[bytes, tuple[str, float]] | dict[str, View]) -> None:
    if len(entries) > _MOST:
        del entries[next(iter(entries))]  # type: ignore[arg-type]  # its own first key
