"""Opens a library's databases, or rebuilds them from its property lists where one is missing or damaged."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from couloir.aperture.findings import Findings
from couloir.aperture.package import Package
from couloir.aperture.rebuild import rebuild
from couloir.aperture.safe_sqlite import Database
from couloir.errors import DamagedLibrary

Required = Mapping[str, tuple[str, ...]]


PLISTS_LACK = (
    "The library was read from its property lists, which lack the order of photos within stacks, the names of places, "
    "the position of faces in cropped pictures, attachments and the library's settings. Changes that Aperture had not "
    "yet written to them are missing, too."
)
_LACK_ADVICE = "If a backup or a vault has the databases (Database/apdb), read that copy instead."


class NoPropertyLists(DamagedLibrary):
    """The library has no property lists of versions: only its databases hold it."""


class Databases:
    """The databases of one library.

    `from_plists` reads none of them, only the property lists; `fall_back` reads these where a required database
    is missing or damaged, which is an error otherwise: a partly copied library must not pass for a complete one.
    """

    def __init__(
        self,
        package: Package,
        findings: Findings,
        *,
        from_plists: bool = False,
        fall_back: bool = False,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._package = package
        self._findings = findings
        self.from_plists = from_plists
        self._fall_back = fall_back
        self._check = check
        self._resources = contextlib.ExitStack()

    def close(self) -> None:
        """Close all databases and remove rebuilt ones. A second call does nothing."""
        self._resources.close()

    def open(self, name: str, required: Required) -> Database:
        """A database with the required tables and columns. Raises DamagedLibrary, AccessDenied, DiskFull."""
        return self._read(name, required, fall_back=self._fall_back)

    def _read(self, name: str, required: Required, *, fall_back: bool) -> Database:
        if self.from_plists:
            return self._rebuilt(name)
        try:
            return self._stored(name, required)
        except DamagedLibrary as error:
            if not (fall_back and self._rebuilding[1]):
                raise
            self._findings.error(
                "library.from-plists",
                "library",
                name,
                f"{error.facts['why']}; the property lists of the library are read instead.",
                "Look for the database in a backup or a vault.",
            )
            return self._rebuilt(name)

    def open_optional(self, name: str, consequence: str) -> Database | None:
        """A database that is not required; None, with a finding, when it cannot be opened or rebuilt."""
        try:
            return self._read(name, {}, fall_back=True)
        except DamagedLibrary as error:
            self.give_up(error, name, consequence)
            return None

    def give_up(self, error: DamagedLibrary, name: str, consequence: str) -> None:
        """Report a database without which the library can still be read."""
        self._findings.error("library.no-database", "library", name, str(error.facts["why"]), consequence)

    def _stored(self, name: str, required: Required) -> Database:
        database = Database(self._package.database_file(name), self._package.root, check=self._check)
        self._resources.callback(database.close)
        database.require(dict(required))
        if database.unclean is not None:
            self._findings.warn(
                "library.not-closed",
                "library",
                name,
                f"{name} was not closed cleanly; {database.unclean}.",
                "Check the newest photos and edits; if any are missing, read a backup or a vault of the library "
                "instead.",
            )
        return database

    def _rebuilt(self, name: str) -> Database:
        folder, versions = self._rebuilding
        if not versions:
            raise NoPropertyLists(path=self._package.root, why="it has no property lists to rebuild it from")
        self._findings.note("library.plists-lack", "library", self._package.name, PLISTS_LACK, _LACK_ADVICE)
        database = Database(folder / name, folder, check=self._check)
        self._resources.callback(database.close)
        return database

    @cached_property
    def _rebuilding(self) -> tuple[Path, int]:
        """The folder of the rebuilt databases, and their number of versions."""
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="couloir-rebuild-")))
        return folder, rebuild(self._package, folder, self._findings, self._check)
