"""The catalog: committed data with its indexes, and the journal of the gate that is open.

Writes made inside a gate are closures in the journal. They run, in order, when the gate is left without an error; so
nothing is visible before, and throwing the journal away undoes everything. Objects made in an open gate exist only
in the journal's `born`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, KeysView
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid5

from ..errors import Gone, SdkError
from .records import Collection, CollectionSet, Gate, Keyword, Photo

Record = Photo | Keyword | Collection | CollectionSet
R = TypeVar("R")
_NAMESPACE = UUID("6a1f0a52-7a0f-4e52-9f0e-3d3f3b0f8a11")


@dataclass
class Journal:
    """What the open gate has asked for so far."""

    name: str
    private: bool
    writes: list[Callable[[], None]] = field(default_factory=list)
    born: dict[int, Record] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    names: dict[tuple[str, int | None, str], int] = field(default_factory=dict)


class Catalog:
    """All photos, keywords and collections. `photos` and the others are plain records by id, in order of creation."""

    def __init__(self) -> None:
        self.photos: dict[int, Photo] = {}
        self.keywords: dict[int, Keyword] = {}
        self.collections: dict[int, Collection] = {}
        self.collection_sets: dict[int, CollectionSet] = {}
        self.properties: dict[str, dict[str, Any]] = {}
        self.stacks: dict[int, list[int]] = {}
        self.collapsed: set[int] = set()
        self.gates: list[Gate] = []
        self.journal: Journal | None = None
        self.next_id = 1
        self._by_path: dict[str, int] = {}
        self._by_uuid: dict[str, int] = {}
        self._by_name: dict[tuple[str, int | None, str], int] = {}

    # Reading -----------------------------------------------------------------------------------------------------

    def photo(self, photo_id: int) -> Photo:
        return self._known(self.photos, photo_id, "photo")

    def keyword(self, keyword_id: int) -> Keyword:
        return self._known(self.keywords, keyword_id, "keyword")

    def collection(self, collection_id: int) -> Collection:
        return self._known(self.collections, collection_id, "collection")

    def collection_set(self, set_id: int) -> CollectionSet:
        return self._known(self.collection_sets, set_id, "collection set")

    def _known(self, table: dict[int, R], number: int, what: str) -> R:
        record = table.get(number)
        if record is not None:
            return record
        if self.journal is not None and number in self.journal.born:
            raise SdkError(f"this {what} was made in the same write access call and cannot be read before it returns")
        raise Gone(f"this {what} is no longer in the catalog")

    def by_path(self, path: str, *, ignore_case: bool) -> Photo | None:
        found = self._by_path.get(path)
        if found is None and ignore_case:
            folded = path.casefold()
            found = next((i for known, i in self._by_path.items() if known.casefold() == folded), None)
        return None if found is None else self.photos[found]

    def paths(self) -> KeysView[str]:
        """The paths of all masters."""
        return self._by_path.keys()

    def by_uuid(self, uuid: str) -> Photo | None:
        found = self._by_uuid.get(uuid)
        return None if found is None else self.photos[found]

    def by_name(self, kind: str, parent: int | None, name: str) -> int | None:
        return self._by_name.get((namespace(kind), parent, name.casefold()))

    def roots(self, table: dict[int, Any]) -> Iterator[int]:
        return (number for number, record in table.items() if record.parent is None)

    # The gate ----------------------------------------------------------------------------------------------------

    def begin(self, name: str, *, private: bool) -> None:
        self.journal = Journal(name, private)

    def roll_back(self) -> None:
        self.journal = None

    def commit(self) -> None:
        journal = self._open_journal()
        for write in journal.writes:
            write()
        self.gates.append(Gate(journal.name, journal.private, len(journal.writes)))
        self.journal = None

    def _open_journal(self) -> Journal:
        if self.journal is None:
            raise AssertionError("a write reached the catalog outside a gate: the fake should have refused it")
        return self.journal

    def write(self, change: Callable[[], None]) -> None:
        """Asks for a change at the end of the gate."""
        self._open_journal().writes.append(change)

    def target(self, record_id: int) -> Record:
        """The object that a write is for: a committed one, or one made in this gate."""
        tables: tuple[dict[int, Any], ...] = (self.photos, self.keywords, self.collections, self.collection_sets)
        for table in tables:
            if record_id in table:
                found: Record = table[record_id]
                return found
        born = self._open_journal().born.get(record_id)
        if born is None:
            raise Gone("this object is no longer in the catalog")
        return born

    def is_born(self, record_id: int) -> bool:
        """Whether the object was made in the gate that is still open."""
        return self.journal is not None and record_id in self.journal.born

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def bear(self, record: Record) -> None:
        """A new object: known to this gate at once, to everybody when it returns."""
        self._open_journal().born[record.id] = record
        self.write(lambda: self.insert(record))

    # Changing (when a gate returns, and by tests that prepare a catalog) ---------------------------------------------

    def insert(self, record: Record) -> None:
        if isinstance(record, Photo):
            self.photos[record.id] = record
            self._by_uuid[record.uuid] = record.id
            if record.master is None:
                self._by_path[record.path] = record.id
            else:
                self.photos[record.master].copies.append(record.id)
            return
        self._by_name[_name_key(record)] = record.id
        if isinstance(record, Keyword):
            self.keywords[record.id] = record
        elif isinstance(record, Collection):
            self.collections[record.id] = record
        else:
            self.collection_sets[record.id] = record
        self._adopt(record)

    def _adopt(self, record: Keyword | Collection | CollectionSet) -> None:
        if record.parent is not None:
            family: dict[int, Any] = self.keywords if isinstance(record, Keyword) else self.collection_sets
            family[record.parent].children[record.id] = None

    def _abandon(self, record: Keyword | Collection | CollectionSet) -> None:
        self._by_name.pop(_name_key(record), None)
        if record.parent is not None:
            family: dict[int, Any] = self.keywords if isinstance(record, Keyword) else self.collection_sets
            family[record.parent].children.pop(record.id, None)

    def move(self, record: Keyword | Collection | CollectionSet, *, name: str, parent: int | None) -> None:
        """Renames or moves."""
        self._abandon(record)
        record.name, record.parent = name, parent
        self._by_name[_name_key(record)] = record.id
        self._adopt(record)

    def remove(self, record: Collection | CollectionSet) -> None:
        """Deletes a collection, or a set with all that is in it; photos stay."""
        if isinstance(record, CollectionSet):
            for child in list(record.children):
                self.remove(self.collections[child] if child in self.collections else self.collection_sets[child])
            self.collection_sets.pop(record.id, None)
        else:
            for photo in record.photos:
                self.photos[photo].collections.pop(record.id, None)
            self.collections.pop(record.id, None)
        self._abandon(record)

    def remove_photo(self, photo: Photo) -> None:
        for copy in list(photo.copies):
            self.remove_photo(self.photos[copy])
        for keyword in photo.keywords:
            self.keywords[keyword].photos.pop(photo.id, None)
        for collection in photo.collections:
            self.collections[collection].photos.pop(photo.id, None)
        if photo.master is None:
            self._by_path.pop(photo.path, None)
        elif photo.master in self.photos:
            self.photos[photo.master].copies.remove(photo.id)
        self._by_uuid.pop(photo.uuid, None)
        if photo.stack is not None:
            self.stacks[photo.stack].remove(photo.id)
        del self.photos[photo.id]

    def new_photo(self, path: str, file_format: str, **more: Any) -> Photo:
        """A photo record with the next id; not yet in the catalog."""
        number = self.new_id()
        uuid = str(uuid5(_NAMESPACE, f"{number} {path}")).upper()
        return Photo(number, uuid, path, file_format, **more)

    def tag(self, photo: Photo, keyword: Keyword) -> None:
        photo.keywords[keyword.id] = None
        keyword.photos[photo.id] = None

    def collect(self, collection: Collection, photo: Photo) -> None:
        collection.photos[photo.id] = None
        photo.collections[collection.id] = None

    def stack(self, photo: Photo, onto: Photo, *, above: bool) -> None:
        """Puts a photo above or below another one of its stack, making the stack if there is none."""
        if onto.stack is None:
            onto.stack = onto.id
            self.stacks[onto.id] = [onto.id]
        members = self.stacks[onto.stack]
        members.insert(members.index(onto.id) + (0 if above else 1), photo.id)
        photo.stack = onto.stack

    def reindex(self) -> None:
        """Builds the indexes anew, after the tables were filled from a file."""
        self._by_path = {photo.path: photo.id for photo in self.photos.values() if photo.master is None}
        self._by_uuid = {photo.uuid: photo.id for photo in self.photos.values()}
        tables: tuple[dict[int, Any], ...] = (self.keywords, self.collections, self.collection_sets)
        self._by_name = {_name_key(record): record.id for table in tables for record in table.values()}


def kind_of(record: Record) -> str:
    return type(record).__name__


def namespace(kind: str) -> str:
    """Within what a name is taken. Collections and sets of one parent share one namespace: Adobe's reference says that
    setName gives false "if there is already a collection or collection set with the same name and parent"."""
    return "Collection" if kind == "CollectionSet" else kind


def _name_key(record: Keyword | Collection | CollectionSet) -> tuple[str, int | None, str]:
    return (namespace(kind_of(record)), record.parent, record.name.casefold())
