"""What tests look at: everything that a run of Lightroom left behind, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .catalog.develop import Ignored
from .catalog.store import Catalog
from .coverage import FileCoverage, executable_lines
from .dialogs import Dialog
from .faults import Faults
from .marshal import encode
from .options import Options
from .plugin import MenuItem, Plugin
from .runtime import Runtime
from .session import Failure, Session


@dataclass(frozen=True, slots=True)
class Counters:
    """What the plug-in asked of Lightroom so far. `by_name` counts each SDK member, `http` each "METHOD /path", and
    `nil_writes` how many of a member's writes cleared what they set."""

    calls: int
    gates: int
    http_requests: int
    by_name: Mapping[str, int]
    http: Mapping[str, int]
    nil_writes: Mapping[str, int]


class Inspection:
    """The part of `Lightroom` that only looks."""

    _session: Session
    _runtime: Runtime

    @property
    def catalog(self) -> Catalog:
        return self._session.catalog

    @property
    def options(self) -> Options:
        return self._session.options

    @property
    def plugin(self) -> Plugin:
        return self._session.plugin

    @property
    def prefs(self) -> dict[str, Any]:
        """What the plug-in's preferences will be at the next start."""
        return self._session.prefs.get(self._session.plugin.id, {})

    @property
    def selection(self) -> list[int]:
        return self._session.selected_photos()

    @property
    def dialogs(self) -> list[Dialog]:
        return self._session.desk.shown

    @property
    def violations(self) -> list[str]:
        """Rules of the SDK that the plug-in broke, whether or not it caught the error."""
        return self._session.violations

    @property
    def task_errors(self) -> list[Failure]:
        return self._session.task_errors

    @property
    def observer_errors(self) -> list[Failure]:
        """Errors in observers, buttons and other callbacks: Lightroom swallows them."""
        return self._session.observer_errors

    @property
    def ignored(self) -> list[Ignored]:
        """Develop values that Lightroom dropped without an error."""
        return self._session.ignored

    @property
    def globals_written(self) -> list[str]:
        return self._session.globals_written

    @property
    def untranslated(self) -> set[str]:
        return self._session.texts.untranslated

    @property
    def commands(self) -> list[str]:
        """What LrTasks.execute and LrShell were given, as the shell sees it."""
        return self._session.commands

    @property
    def opened(self) -> list[str]:
        """Addresses opened in a browser, files revealed, apps started."""
        return self._session.opened

    @property
    def log(self) -> list[tuple[str, str, str]]:
        """(logger, level, text) of what was written to log files."""
        return self._session.log

    @property
    def clock(self) -> float:
        """Seconds of Lightroom's time since it started."""
        return self._session.waits.now()

    @property
    def faults(self) -> Faults:
        return self._session.faults

    @property
    def progress(self) -> list[dict[str, Any]]:
        """Every progress bar so far: title, caption, portion, canceled, finished, modal, `clock` when it ended."""
        described: list[dict[str, Any]] | dict[Any, Any] = self._runtime.marshal.to_python(
            self._runtime.ask("describe_scopes")
        )
        return described if isinstance(described, list) else []

    @property
    def counters(self) -> Counters:
        http = dict(self._session.http_counts)
        calls, counts = self._runtime.ask("totals")
        by_name = self._runtime.marshal.to_python(counts)
        requests = http.pop("requests", 0)
        return Counters(calls, self._session.gate_count, requests, by_name, http, dict(self._session.nil_writes))

    @property
    def coverage(self) -> dict[str, FileCoverage]:
        """Line coverage of each Lua file of the plug-in, loaded or not, by file name."""
        seen = {source: set(lines) for source, lines in self._runtime.ask("lines").items()}
        measured = {}
        for file in sorted(self._session.plugin.folder.glob("*.lua")):
            executable = executable_lines(self._runtime.lua, file.read_bytes())
            measured[file.name] = FileCoverage(executable, frozenset(seen.get(b"@" + encode(file.name), ())))
        return measured

    @property
    def menu(self) -> list[MenuItem]:
        return self._session.plugin.menu
