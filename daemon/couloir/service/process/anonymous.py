"""Removes names and paths of libraries from the texts of a bug report.

The service's log holds none in the first place (`couloir.service.process.logs`). This covers the rest of a report:
the doctor's checks, the output of a crashed start, and logs that an older Couloir wrote. It works in two ways: names
that the service's own files hold are searched for, and any other text that looks like a path is removed.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from couloir.service.process.settings import ServiceSettings

PATH: Final = "[path]"
NAME: Final = "[name]"

_MOST: Final = 20_000  # texts of one database: a person waits for the report
_SHORTEST: Final = 3  # shorter names occur within ordinary words
# Common folders in paths of libraries: their names reveal nothing, and Couloir's own texts use them.
_COMMON: Final = frozenset(
    {"applications", "data", "database", "databases", "desktop", "documents", "downloads", "home", "library"}
    | {"libraries", "media", "mnt", "originals", "photo", "photos", "pictures", "previews", "private", "root", "run"}
    | {"srv", "state", "tmp", "users", "var", "versions", "volumes"}
)
# The service's own addresses, which begin like a path.
_OWN: Final = r"(?:v1|page|ping|openapi\.json)\b"
_BEGINS: Final = rf"(?:[A-Za-z]:[\\/]|\\\\|~[\\/]|/(?![\s/])(?!{_OWN}))"
_IN_QUOTES: Final = re.compile(rf"(?P<quote>['\"`]){_BEGINS}.*?(?P=quote)")
# Names may hold spaces and any character, so an unquoted path ends only at the end of the text. A path does
# not begin within a word or another path: not after a letter, a slash, or the label of a known folder.
_BARE: Final = re.compile(rf"(?<![\w/\\.\]]){_BEGINS}[^|\n]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of Couloir's own, and the label shown for it. `inside` may be shown, too: it holds no names."""

    path: Path
    word: str
    inside: bool = True


class Anonymiser:
    """Removes names and paths from texts; `places` are shown by their labels."""

    def __init__(self, names: Collection[str], places: Sequence[Place]) -> None:
        whole = sorted(names, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, whole)), re.IGNORECASE) if whole else None
        longest_first = sorted(places, key=lambda place: len(str(place.path)), reverse=True)
        self._places = [(_pattern(place), f"[{place.word}]") for place in longest_first]

    def text(self, text: str) -> str:
        """The text with [path] for each path and [name] for each name."""
        for pattern, word in self._places:
            text = pattern.sub(word, text)
        text = _IN_QUOTES.sub(lambda found: f"{found['quote']}{PATH}{found['quote']}", text)
        text = _BARE.sub(PATH, text)
        return text if self._names is None else self._names.sub(NAME, text)


def _pattern(place: Place) -> re.Pattern[str]:
    path = str(place.path)
    spellings = {path, place.path.as_posix(), path.replace("\\", "\\\\")}
    ends = r"(?=[\\/'\"`\s,;:)]|$)" if place.inside else r"(?=['\"`,;)]|$)"
    return re.compile(f"(?:{'|'.join(map(re.escape, sorted(spellings, key=len, reverse=True)))}){ends}", re.IGNORECASE)


def anonymiser(settings: ServiceSettings, places: Sequence[Place]) -> Anonymiser:
    """An anonymiser for the libraries, folders and photos that the service's files name; unreadable files are
    skipped.
    """
    names: set[str] = set()
    for file in sorted(settings.state_dir.rglob("*")):
        if file.suffix == ".json" and file.is_file() and file != settings.runtime_file:
            names.update(_in_json(file))
        elif file.suffix == ".sqlite3" and file.is_file():
            names.update(_in_database(file))
    return Anonymiser(names, places)


def _in_json(file: Path) -> Iterator[str]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for text in _texts(document):
        yield from names_of(text)


def _in_database(file: Path) -> Iterator[str]:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                # The table's name is quoted, with quotes doubled.
                quoted = str(table).replace('"', '""')
                for row in database.execute(f'SELECT * FROM "{quoted}" LIMIT {_MOST}'):  # noqa: S608
                    for cell in row:
                        if isinstance(cell, str):
                            yield from _in_cell(cell)
    except sqlite3.Error:
        return


def _in_cell(cell: str) -> Iterator[str]:
    try:
        document = json.loads(cell) if cell[:1] in ("{", "[") else cell
    except ValueError:
        document = cell
    for text in _texts(document):
        yield from names_of(text)


def _texts(document: object) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from _texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from _texts(value)


def names_of(text: str) -> Iterator[str]:
    """The names in a path: the path, each folder in it, and the last name without its suffix. None in other texts."""
    kind = PureWindowsPath if re.match(r"[A-Za-z]:[\\/]|\\\\", text) else PurePosixPath
    path = kind(text)
    if not path.is_absolute():
        return
    yield text
    for part in path.parts[1:]:
        for name in (part, kind(part).stem):
            if len(name) >= _SHORTEST and name.casefold() not in _COMMON:
                yield name
