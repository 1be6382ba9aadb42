"""Lists what the reader reads of a library, leaves aside on purpose, or does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from couloir.aperture.audit import plist_knowledge as plists
from couloir.aperture.audit.knowledge import DATABASES, KNOWN_KEYS, PACKAGE, SKIPPED_DATABASES, table_of
from couloir.aperture.details import rules
from couloir.aperture.model import Operation
from couloir.aperture.plists import read_plist
from couloir.aperture.safe_sqlite import Database
from couloir.aperture.typed import form_of
from couloir.errors import ContentError

#: The most property lists of photos that are checked: one program wrote them, so they are alike.
MAX_PLISTS = 20_000


class Status(StrEnum):
    PARSED = "parsed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One item, `where` it is, and why it is left aside. `kind` is file, database, table, column, property, plist,
    plist key, query key, class or input.
    """

    kind: str
    where: str
    name: str
    status: Status
    why: str = ""


class Audit:
    """Collects entries, each once."""

    def __init__(self) -> None:
        self._entries: set[Entry] = set()

    def add(self, kind: str, where: str, name: str, why: str | None) -> None:
        """Add an entry. `why` is '' for an item that is read, the reason for one left aside, None for an unknown
        one.
        """
        status = Status.UNKNOWN if why is None else Status.SKIPPED if why else Status.PARSED
        self._entries.add(Entry(kind, where, name, status, why or ""))

    def of(self, status: Status) -> list[Entry]:
        return sorted(entry for entry in self._entries if entry.status is status)

    def as_dict(self) -> dict[str, list[dict[str, str]]]:
        """JSON-ready: a list for each status."""
        return {
            str(status): [
                {"kind": e.kind, "where": e.where, "name": e.name, **({"why": e.why} if e.why else {})}
                for e in self.of(status)
            ]
            for status in Status
        }


def audit_database(audit: Audit, name: str, database: Database) -> None:
    """Add every table and column of one database, and every key of its property tables."""
    for table in database.tables():
        known = table_of(name, table)
        audit.add("table", name, table, None if known is None else known.why)
        if known is None or known.why:
            continue
        spelt = {column.lower(): column for column in (*known.parsed, *known.skipped, "modelId")}
        for column in sorted(database.columns_of(table)):
            right = spelt.get(column, column)
            audit.add("column", table, right, known.status(right))
    for table, known_keys in KNOWN_KEYS.items() if name == "Properties.apdb" else ():
        for key, kind in _property_keys(database, table):
            named = key if kind is None else f"{key} (type {kind})"
            audit.add("property", table, named, known_keys.get(key))


def _property_keys(database: Database, table: str) -> Iterator[tuple[str, object]]:
    """Every key of a property table, with its type where the table states one."""
    typed = database.has_columns(table, ("propertyType",))
    if database.has_columns(table, ("propertyKey",)):
        # The table's name is a constant of this package.
        kind = "propertyType" if typed else "NULL"
        for key, number in database.tuples(f"SELECT DISTINCT propertyKey, {kind} FROM {table}"):  # noqa: S608
            yield str(key), number if typed else None


def audit_operation(audit: Audit, operation: Operation) -> None:
    """Add the class of an operation and each of its inputs."""
    form = form_of(operation.identifier, operation.class_name)
    named = operation.identifier or operation.class_name or "without a name"
    audit.add("class", "RKImageAdjustment", named, None if form is None else "")
    for key in operation.inputs:
        audit.add("input", named, key, None if form is None else form.status(key))


def audit_query(audit: Audit, query: object) -> None:
    """Add each key of a smart album's query."""
    if isinstance(query, dict):
        for key in query:
            audit.add("query key", "queryData", str(key), "" if key in rules.READ else rules.SKIPPED.get(key))
        for part in query.values():
            audit_query(audit, part)
    elif isinstance(query, list):
        for part in query:
            audit_query(audit, part)


def audit_plist(audit: Audit, kind: str, content: Mapping[str, object]) -> None:
    """Add each key of a property list of this kind, and of the dictionaries in it."""
    known = plists.KINDS[kind]
    for key, value in content.items():
        audit.add("plist key", kind, key, known.status(key))
        if key in known.nested and isinstance(value, dict):
            audit_plist(audit, known.nested[key], value)


def audit_package(audit: Audit, root: Path) -> None:
    """Add the entries of the library's own folder."""
    for entry in root.iterdir():
        audit.add("file", "library", entry.name, PACKAGE.get(entry.name))


def audit_files(audit: Audit, root: Path, advance: Callable[[], None] = lambda: None) -> None:
    """Add the databases and property lists in the library's Database folder."""
    for file in _files(root / "Database"):
        advance()
        suffix = file.suffix.removeprefix(".")
        kind = suffix if suffix != "plist" else file.stem
        if suffix in {"apdb", "db"}:
            if file.name not in DATABASES:
                audit.add("database", "Database", file.name, SKIPPED_DATABASES.get(file.name))
        elif "Changes" in file.parts:
            audit.add("plist", "Database/History", "Changes", SKIPPED_DATABASES["History.apdb"])
        elif kind in plists.KINDS:
            try:
                audit_plist(audit, kind, read_plist(file))
            except ContentError as error:
                audit.add("plist", "Database", file.name, f"it cannot be read: {error.facts['why']}")
        else:
            name = f"*.{suffix}" if suffix != "plist" else file.name
            aside = plists.set_aside(file.name)
            audit.add("plist", "Database", name, None if aside is None else aside.why)


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder, without following links, up to MAX_PLISTS."""
    seen = 0
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file() or not file.suffix:
            continue
        seen += 1
        if seen > MAX_PLISTS:
            return
        yield file
