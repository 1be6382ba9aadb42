"""What the routes share: `serve` makes it once per process and gives it to every resource."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from couloir.service.http.api import Api
from couloir.service.http.views import Views
from couloir.service.http.wire import Trouble
from couloir.service.jobs.jobs import Jobs
from couloir.service.libraries.models import Models
from couloir.service.libraries.offsets import LibraryOffsets
from couloir.service.libraries.open import OpenLibraries
from couloir.service.libraries.roots import Roots
from couloir.service.match.journal import MatchJournal
from couloir.service.match.pace import Pace
from couloir.service.process.settings import ServiceSettings
from couloir.service.process.state_file import put_aside

log = logging.getLogger(__name__)


class Activity:
    """When the service was last used."""

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
    """The parts of the service's process; close them. A resource may add to `checks`, which /v1/health calls."""

    settings: ServiceSettings
    token: str
    jobs: Jobs
    roots: Roots
    activity: Activity = field(default_factory=Activity)
    checks: list[Callable[[], Sequence[Trouble]]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    at_exit: ExitStack = field(default_factory=ExitStack)
    views: Views = field(default_factory=Views)
    libraries: OpenLibraries = field(init=False)
    models: Models = field(init=False)
    offsets: LibraryOffsets = field(init=False)
    pace: Pace = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _match_journal: MatchJournal | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.libraries = OpenLibraries(self.roots)
        self.at_exit.callback(self.libraries.close)
        self.models = Models(self.at_exit)
        self.offsets = LibraryOffsets(self.match_journal)
        self.pace = Pace(self.settings.durations_file)

    def match_journal(self) -> MatchJournal:
        """The journal of matching, opened when first needed: the start must not wait for it.

        A damaged one is put aside, because photos can be translated without it; /v1/health reports it. Raises
        StateTooNew
        """
        with self._lock:
            if self._match_journal is None:
                self._match_journal = self._opened_match_journal()
                self.at_exit.callback(self._match_journal.close)
            return self._match_journal

    def _opened_match_journal(self) -> MatchJournal:
        path = self.settings.match_journal_file
        try:
            return MatchJournal(path)
        except sqlite3.DatabaseError as error:
            aside = put_aside(path)
            log.exception("the journal of matching is damaged and was put aside as %s", aside.name)
            trouble = Trouble(
                code="matchings.damaged",
                message=f"The journal of matching was damaged ({error}) and has been put aside as {aside.name}.",
                advice="Match photos again whose matching was not finished; finished ones keep their looks.",
            )
            self.checks.append(lambda: [trouble])
            return MatchJournal(path)

    def close(self) -> None:
        """Close the libraries and the watcher of the model. Stop the jobs first."""
        self.at_exit.close()


Resource = Callable[[Api, Services], None]
"""Declares routes on the api, and registers the handlers of its jobs with `services.jobs`."""
