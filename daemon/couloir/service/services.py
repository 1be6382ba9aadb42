"""What the routes share: made once per process by `serve`, given to every resource."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from couloir.service.api import Api
from couloir.service.jobs import Jobs
from couloir.service.matchings import Matchings
from couloir.service.models import Models
from couloir.service.offsets import LibraryOffsets
from couloir.service.roots import Roots
from couloir.service.settings import ServiceSettings
from couloir.service.shelf import Shelf
from couloir.service.states import Trouble
from couloir.service.views import Views


class Activity:
    """When the service was last of use to anybody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = time.monotonic()

    def touch(self) -> None:
        with self._lock:
            self._last = time.monotonic()

    @property
    def idle(self) -> float:
        """Seconds since the last authorised request."""
        with self._lock:
            return time.monotonic() - self._last


@dataclass(slots=True)
class Services:
    """The process's parts; close them. A resource may add to `checks`, which /v1/health asks."""

    settings: ServiceSettings
    token: str
    jobs: Jobs
    roots: Roots
    activity: Activity = field(default_factory=Activity)
    checks: list[Callable[[], Sequence[Trouble]]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    at_exit: ExitStack = field(default_factory=ExitStack)
    views: Views = field(default_factory=Views)
    shelf: Shelf = field(init=False)
    models: Models = field(init=False)
    offsets: LibraryOffsets = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _matchings: Matchings | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.roots)
        self.at_exit.callback(self.shelf.close)
        self.models = Models(self.at_exit)
        self.offsets = LibraryOffsets(self.matchings)

    def matchings(self) -> Matchings:
        """The journal of matching, opened when first needed: a start must not wait for it. Raises StateTooNew"""
        with self._lock:
            if self._matchings is None:
                self._matchings = Matchings(self.settings.matchings_file)
                self.at_exit.callback(self._matchings.close)
            return self._matchings

    def close(self) -> None:
        """Close the libraries and what watches the model. Jobs have to be stopped before."""
        self.at_exit.close()


Resource = Callable[[Api, Services], None]
"""Declares routes on the api, and registers the handlers of its jobs with `services.jobs`."""
