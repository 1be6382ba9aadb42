"""Collections, collection sets, smart collections and folders."""

from __future__ import annotations

from typing import Any

from ..catalog.records import Collection, CollectionSet, Photo
from ..catalog.search import as_lua, checked_search
from ..catalog.store import kind_of, namespace
from ..errors import RuleBroken, SdkError
from ..marshal import Ref
from ..registry import sdk
from ..session import Session
from .arguments import optional, photo_ids, ref, text
from .catalog import photos
from .selection import collection_photos

# Making ------------------------------------------------------------------------------------------------------------


def _parent(lr: Session, full: str, parent: Any) -> int | None:
    """A set made in the same gate may be a parent at once."""
    if parent is None:
        return None
    number = ref(full, parent, "LrCollectionSet")
    lr.catalog.target(number)
    return number


def _made(lr: Session, full: str, record: Any, reuse: Any) -> Ref | None:
    """The new object; the one that exists when it may be returned. A name that something of another kind has: see
    `Options.taken_name`."""
    kind = type(record).__name__
    assert lr.catalog.journal is not None
    key = (namespace(kind), record.parent, record.name.casefold())
    prior = lr.catalog.by_name(*key)
    if prior is None:
        prior = lr.catalog.journal.names.get(key)
    if prior is not None:
        if _kind(lr.catalog.target(prior)) == _kind(record):
            return Ref("Lr" + kind, prior) if reuse is True else None
        if lr.options.taken_name == "error":
            raise SdkError(f"{full}: there is already a collection or collection set called {record.name!r}")
        return None
    lr.catalog.journal.names[key] = record.id
    lr.catalog.bear(record)
    return Ref("Lr" + kind, record.id)


def _kind(record: Any) -> tuple[bool, bool]:
    """Whether it is a set, and whether it is smart."""
    return isinstance(record, CollectionSet), isinstance(record, Collection) and record.search is not None


def _checked_name(full: str, name: Any) -> str:
    checked = text(full, name)
    if not checked.strip():
        raise SdkError(f"{full}: the name is empty")
    return checked


@sdk("LrCatalog.createCollection")
def create_collection(lr: Session, _: int, name: Any, parent: Any = None, reuse: Any = None) -> Ref | None:
    full = "LrCatalog:createCollection"
    optional(full, "canReturnPrior", reuse, bool)
    record = Collection(lr.catalog.new_id(), _checked_name(full, name), _parent(lr, full, parent))
    return _made(lr, full, record, reuse)


@sdk("LrCatalog.createCollectionSet")
def create_collection_set(lr: Session, _: int, name: Any, parent: Any = None, reuse: Any = None) -> Ref | None:
    full = "LrCatalog:createCollectionSet"
    optional(full, "canReturnPrior", reuse, bool)
    record = CollectionSet(lr.catalog.new_id(), _checked_name(full, name), _parent(lr, full, parent))
    return _made(lr, full, record, reuse)


@sdk("LrCatalog.createSmartCollection")
def create_smart_collection(
    lr: Session, _: int, name: Any, search: Any, parent: Any = None, reuse: Any = None
) -> Ref | None:
    full = "LrCatalog:createSmartCollection"
    optional(full, "canReturnPrior", reuse, bool)
    record = Collection(
        lr.catalog.new_id(), _checked_name(full, name), _parent(lr, full, parent), checked_search(search, lr.plugin)
    )
    return _made(lr, full, record, reuse)


# Collections --------------------------------------------------------------------------------------------------------


def _writable(lr: Session, number: int, full: str) -> Collection:
    record = lr.catalog.target(number)
    assert isinstance(record, Collection)
    if record.search is not None:
        raise SdkError(f"{full}: photos cannot be put into or out of a smart collection")
    return record


@sdk("LrCollection.addPhotos")
def add_photos(lr: Session, number: int, given: Any) -> None:
    full = "LrCollection:addPhotos"
    collection = _writable(lr, number, full)
    members = [lr.catalog.target(photo) for photo in photo_ids(full, given)]

    def add() -> None:
        for photo in members:
            assert isinstance(photo, Photo)
            lr.catalog.collect(collection, photo)

    lr.catalog.write(add)


@sdk("LrCollection.removePhotos")
def remove_photos(lr: Session, number: int, given: Any) -> None:
    full = "LrCollection:removePhotos"
    collection = _writable(lr, number, full)
    leaving = photo_ids(full, given)

    def remove() -> None:
        for photo in leaving:
            collection.photos.pop(photo, None)
            lr.catalog.photo(photo).collections.pop(collection.id, None)

    lr.catalog.write(remove)


@sdk("LrCollection.removeAllPhotos")
def remove_all_photos(lr: Session, number: int) -> None:
    collection = _writable(lr, number, "LrCollection:removeAllPhotos")

    def remove() -> None:
        for photo in collection.photos:
            lr.catalog.photo(photo).collections.pop(collection.id, None)
        collection.photos.clear()

    lr.catalog.write(remove)


@sdk("LrCollection.getPhotos")
def get_photos(lr: Session, number: int) -> list[Ref]:
    return photos(collection_photos(lr, number))


@sdk("LrCollection.isSmartCollection")
def is_smart_collection(lr: Session, number: int) -> bool:
    return lr.catalog.collection(number).search is not None


@sdk("LrCollection.getSearchDescription")
def get_search_description(lr: Session, number: int) -> Any:
    search = lr.catalog.collection(number).search
    return None if search is None else as_lua(search)


@sdk("LrCollection.setSearchDescription")
def set_search_description(lr: Session, number: int, search: Any) -> None:
    record = lr.catalog.target(number)
    assert isinstance(record, Collection)
    if record.search is None:
        raise SdkError("LrCollection:setSearchDescription: this is not a smart collection")
    checked = checked_search(search, lr.plugin)

    def store() -> None:
        record.search = checked

    lr.catalog.write(store)


# What collections and sets have in common ---------------------------------------------------------------------------


def _record(lr: Session, kind: str, number: int) -> Any:
    return lr.catalog.collection(number) if kind == "LrCollection" else lr.catalog.collection_set(number)


def _register_common(kind: str) -> None:
    @sdk(f"{kind}.getName")
    def get_name(lr: Session, number: int) -> str:
        return str(_record(lr, kind, number).name)

    @sdk(f"{kind}.getParent")
    def get_parent(lr: Session, number: int) -> Ref | None:
        parent = _record(lr, kind, number).parent
        return None if parent is None else Ref("LrCollectionSet", parent)

    @sdk(f"{kind}.setName")
    def set_name(lr: Session, number: int, name: Any) -> bool:
        record: Any = lr.catalog.target(number)
        new = _checked_name(f"{kind}:setName", name)
        if lr.catalog.by_name(kind_of(record), record.parent, new) not in (None, number):
            return False
        lr.catalog.write(lambda: lr.catalog.move(record, name=new, parent=record.parent))
        return True

    @sdk(f"{kind}.setParent")
    def set_parent(lr: Session, number: int, parent: Any = None) -> None:
        record: Any = lr.catalog.target(number)
        new = _parent(lr, f"{kind}:setParent", parent)
        lr.catalog.write(lambda: lr.catalog.move(record, name=record.name, parent=new))

    @sdk(f"{kind}.delete")
    def delete(lr: Session, number: int) -> None:
        record: Any = lr.catalog.target(number)
        lr.catalog.write(lambda: lr.catalog.remove(record))


_register_common("LrCollection")
_register_common("LrCollectionSet")


def _children(lr: Session, parent: int | None, kind: str) -> list[Ref]:
    table: dict[int, Any] = lr.catalog.collections if kind == "LrCollection" else lr.catalog.collection_sets
    family = lr.catalog.roots(table) if parent is None else lr.catalog.collection_set(parent).children
    return [Ref(kind, number) for number in family if number in table]


@sdk("LrCatalog.getChildCollections")
def catalog_collections(lr: Session, _: int) -> list[Ref]:
    return _children(lr, None, "LrCollection")


@sdk("LrCatalog.getChildCollectionSets")
def catalog_collection_sets(lr: Session, _: int) -> list[Ref]:
    return _children(lr, None, "LrCollectionSet")


@sdk("LrCollectionSet.getChildCollections")
def set_collections(lr: Session, number: int) -> list[Ref]:
    return _children(lr, number, "LrCollection")


@sdk("LrCollectionSet.getChildCollectionSets")
def set_collection_sets(lr: Session, number: int) -> list[Ref]:
    return _children(lr, number, "LrCollectionSet")


@sdk("LrCollectionSet.getChildren")
def set_children(lr: Session, number: int) -> list[Ref]:
    return _children(lr, number, "LrCollectionSet") + _children(lr, number, "LrCollection")


@sdk("LrCatalog.getCollectionByLocalIdentifier")
def get_collection_by_id(lr: Session, _: int, number: Any) -> Ref | None:
    if not isinstance(number, int):
        raise RuleBroken("LrCatalog:getCollectionByLocalIdentifier takes a number")
    if number in lr.catalog.collections:
        return Ref("LrCollection", number)
    return Ref("LrCollectionSet", number) if number in lr.catalog.collection_sets else None
