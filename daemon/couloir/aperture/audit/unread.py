"""Reports what no reader knows: unknown tables and columns, and unknown keys of property lists.

A migration reports it, so that no data of a photographer is lost silently. There are three property lists for
each photo, so only the keys of binary ones are scanned, and a list is read in full where a key is unknown.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from struct import Struct

from couloir.aperture.audit import plist_knowledge as plists
from couloir.aperture.audit.aside import LeftAside
from couloir.aperture.audit.knowledge import KNOWN_KEYS, table_of
from couloir.aperture.library import Library
from couloir.aperture.model import Finding, Severity
from couloir.aperture.plists import MAX_FILE_BYTES, parse_plist
from couloir.aperture.property_keys import EXIF_KEYS, IPTC_KEYS
from couloir.aperture.safe_sqlite import Database
from couloir.errors import ContentError, DamagedLibrary

UNREAD, UNREAD_PLIST = "library.unread", "plist.unread"
#: How many characters of a value one finding repeats.
_SHOWN = 300
_STAYS = "It stays in the library; `couloir inspect --audit` lists all of the kind."
_TRAILER = Struct(">6xBBQQQ")
_PLACED = IPTC_KEYS | EXIF_KEYS


def unread_in_databases(library: Library) -> Iterator[Finding]:
    """One finding for each unknown table or column that holds data, and each unknown key of tables left aside."""
    for name, database in library.databases():
        try:
            yield from _unread_in(name, database)
        except DamagedLibrary as error:
            yield _finding(
                UNREAD, "library", name, f"{name} cannot be searched for unknown tables: {error.facts['why']}."
            )


def _unread_in(name: str, database: Database) -> Iterator[Finding]:
    for table in database.tables():
        known = table_of(name, table)
        if known is not None and known.why:
            continue
        quoted = '"' + table.replace('"', '""') + '"'
        if known is None:
            rows = database.tuples(f"SELECT count(*) FROM {quoted}")[0][0]  # noqa: S608 - the name is quoted
            if rows:
                yield _unknown("table", f"{name}, {table}", f"{rows:,} rows")
            continue
        spelt = {column.lower() for column in (*known.parsed, *known.skipped, "modelId")}
        for column in sorted(database.columns_of(table) - spelt):
            own = '"' + column.replace('"', '""') + '"'
            rows = database.tuples(f"SELECT count({own}) FROM {quoted}")[0][0]  # noqa: S608 - as above
            if rows:
                yield _unknown("column", f"{name}, {table}.{column}", f"{rows:,} values")
    for table in ("RKFaceProperty", "RKStatistic") if name == "Properties.apdb" else ():
        if database.has_columns(table, ("propertyKey",)):
            for key, rows in database.tuples(f"SELECT propertyKey, count(*) FROM {table} GROUP BY 1"):  # noqa: S608
                if key not in KNOWN_KEYS[table]:
                    yield _unknown("property", f"{table}, {key}", f"{rows:,} rows")


def unread_in_plists(root: Path, advance: Callable[[], None] = lambda: None) -> Iterator[Finding]:
    """Findings about unknown content of the property lists below Database.

    One finding for each kind that is left aside as a whole or is itself unknown, with the names of its keys; then one
    for each unknown key in a file of a known kind, with its value.
    """
    yield from _unread_aside(root)
    for file in _plists(root / "Database"):
        advance()
        kind = _kind_of(file)
        if kind is None:
            continue
        try:
            with file.open("rb") as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
            if _all_known(data, kind):
                continue
            content = parse_plist(data, file.name)
        except (OSError, ContentError) as error:
            why = error.message if isinstance(error, ContentError) else str(error.strerror)
            yield _finding(UNREAD_PLIST, "property list", file.relative_to(root).as_posix(), why)
            continue
        if isinstance(content, Mapping):
            for path, value in _unknown_keys(kind, content):
                shown = repr(value)
                shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
                yield _unknown("key", f"{file.relative_to(root).as_posix()}: {path}", shown, UNREAD_PLIST)


def _unread_aside(root: Path) -> Iterator[Finding]:
    kinds: dict[str, LeftAside] = {}
    for file in _plists(root / "Database"):
        if _kind_of(file) is None:
            kind = file.name if file.suffix == ".plist" else file.suffix
            if kind not in kinds:
                kinds[kind] = LeftAside(plists.set_aside(file.name), file.relative_to(root).as_posix())
            kinds[kind].add(file)
    for kind, found in sorted(kinds.items()):
        told = found.describe()
        if not told:
            continue
        aside = plists.set_aside(kind)
        of_what = "of a kind of its own" if aside is None else f"left aside ({aside.why})"
        message = f"The library holds a property list {of_what} with keys that Couloir does not know: {told}."
        yield _finding(UNREAD_PLIST, "property list", kind, message, _STAYS)


def _plists(folder: Path) -> Iterator[Path]:
    """Property lists below a folder, without following links and without the change history (History/Changes)."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "Changes")
        for name in sorted(files):
            suffix = name[name.rfind(".") :] if "." in name else ""
            if suffix == ".plist" or (suffix.startswith(".ap") and suffix != ".apdb"):
                file = Path(place, name)
                if not file.is_symlink():
                    yield file


def _kind_of(file: Path) -> str | None:
    suffix = file.suffix.removeprefix(".")
    kind = suffix if suffix != "plist" else file.stem
    return kind if kind in plists.KINDS else None


def _unknown_keys(kind: str, content: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    known = plists.KINDS[kind]
    for key, value in content.items():
        if _status(kind, key) is None:
            yield f"{above}{key}", value
        elif key in known.nested and isinstance(value, Mapping):
            yield from _unknown_keys(known.nested[key], value, f"{above}{key}.")


def _status(kind: str, key: str) -> str | None:
    if kind == "properties":
        return "" if key in _PLACED else None
    return plists.KINDS[kind].status(key)


def _all_known(data: bytes, kind: str) -> bool:
    """Whether a binary property list has known keys only; False for anything else, and for a damaged one."""
    if not data.startswith(b"bplist00") or len(data) < 40:
        return False
    try:
        return _Keys(data).all_known(kind)
    except (IndexError, ValueError, UnicodeDecodeError):
        return False


#: A cache of known keys by kind of property list, each with the kind of dictionary under it, or "".
_KNOWN: dict[str, dict[bytes, str]] = {}
_DEEPEST = 4


class _Keys:
    """Reads only the keys of dictionaries in a binary property list."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._width, self._reference, self._count, self._top, self._table = _TRAILER.unpack(data[-32:])

    def all_known(self, kind: str, number: int | None = None, depth: int = 0) -> bool:
        keys, values = self._dictionary(self._top if number is None else number)
        known = _KNOWN.setdefault(kind, {})
        for key, value in zip(keys, values, strict=True):
            spelt = self._spelt(key)
            if spelt not in known:
                name = spelt.decode("ascii")
                if _status(kind, name) is None:
                    return False
                known[spelt] = plists.KINDS[kind].nested.get(name, "")
            nested = known[spelt]
            if nested and (depth > _DEEPEST or not self.all_known(nested, value, depth + 1)):
                return False
        return True

    def _dictionary(self, number: int) -> tuple[Iterable[int], Iterable[int]]:
        start, size = self._head(number, 0xD)
        end = start + 2 * size * self._reference
        part = self._data[start:end]
        if len(part) < end - start:
            raise ValueError("cut short")
        found = [
            int.from_bytes(part[at : at + self._reference], "big") for at in range(0, len(part), self._reference or 1)
        ]
        return found[:size], found[size:]

    def _spelt(self, number: int) -> bytes:
        start, size = self._head(number, 0x5)
        return self._data[start : start + size]

    def _head(self, number: int, wanted: int) -> tuple[int, int]:
        """The offset and the size of the content of an object of the wanted kind."""
        if not 0 <= number < self._count:
            raise ValueError("no such object")
        entry = self._table + number * self._width
        place = int.from_bytes(self._data[entry : entry + self._width], "big")
        kind, size = self._data[place] >> 4, self._data[place] & 0x0F
        if kind != wanted:
            raise ValueError("another kind")
        if size < 0x0F:
            return place + 1, size
        width = 1 << (self._data[place + 1] & 0x0F)
        start = place + 2 + width
        return start, int.from_bytes(self._data[place + 2 : start], "big")


def _unknown(what: str, item: str, value: str, code: str = UNREAD) -> Finding:
    return _finding(
        code,
        what,
        item,
        f"The library holds a {what} that Couloir does not know: {item} ({value}).",
        _STAYS,
    )


def _finding(code: str, kind: str, item: str, message: str, advice: str = "") -> Finding:
    return Finding(code, Severity.NOTE, kind, item, message, advice)
