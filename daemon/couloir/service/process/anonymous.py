"""Removes the names and paths of libraries from the texts of a report.

The service's log holds none to begin with (`couloir.service.process.logs`). This is for what else goes into a report:
the checks of the doctor, what a crashed start printed, and logs that an older Couloir wrote. Two nets: the names that
the service's own files know are searched for, and whatever else looks like a path is taken out as one.
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

_MOST: Final = 20_000  # texts of one database: a report is made by a person who waits
_SHORTEST: Final = 3  # a name of fewer letters is in every second word
# Folders that lie on the way to a library on any computer: their names say nothing, and are words of ours, too.
_COMMON: Final = frozenset(
    {"applications", "data", "database", "databases", "desktop", "documents", "downloads", "home", "library"}
    | {"libraries", "media", "mnt", "originals", "photo", "photos", "pictures", "previews", "private", "root", "run"}
    | {"srv", "state", "tmp", "users", "var", "versions", "volumes"}
)
# The service's own addresses, which begin as a path does.
_OWN: Final = r"(?:v1|page|ping|openapi\.json)\b"
_BEGINS: Final = rf"(?:[A-Za-z]:[\\/]|\\\\|~[\\/]|/(?![\s/])(?!{_OWN}))"
_IN_QUOTES: Final = re.compile(rf"(?P<quote>['\"`]){_BEGINS}.*?(?P=quote)")
# Names hold spaces and all signs, so that only the end of the text surely ends one that is not in quotes. A path does
# not begin within a word or another path: not after a letter, a slash, or the word that stands for a known folder.
_BARE: Final = re.compile(rf"(?<![\w/\\.\]]){_BEGINS}[^|\n]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the program's own, and the word to show for it. `inside` may be shown, too: it holds no names."""

    path: Path
    word: str
    inside: bool = True


class Anonymiser:
    """Takes names and paths out of texts; `places` are shown by their words."""

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
    """For the libraries, folders and photos that the service's files name; unreadable files are left out."""
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
                # The name is the database's own, in quotes with quotes doubled.
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
    """The names in a path: itself, each folder on its way, and the last one without its suffix. None in other texts."""
    kind = PureWindowsPath if re.match(r"[A-Za-z]:[\\/]|\\\\", text) else PurePosixPath
    path = kind(text)
    if not path.is_absolute():
        return
    yield text
    for part in path.parts[1:]:
        for name in (part, kind(part).stem):
            if len(name) >= _SHORTEST and name.casefold() not in _COMMON:
                yield name
