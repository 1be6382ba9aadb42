"""Catalogs on disk, and catalogs compared: what a photographer sees, without the numbers that vary between runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .records import Collection, CollectionSet, Gate, Keyword, Photo, Snapshot
from .store import Catalog

_DICTS_OF_IDS = ("keywords", "collections", "photos", "children")


def save(catalog: Catalog, path: Path) -> None:
    """Writes the committed state; what an open gate has asked for is not part of it."""
    tables: dict[str, dict[int, Any]] = {
        "photos": dict(catalog.photos),
        "keywords": dict(catalog.keywords),
        "collections": dict(catalog.collections),
        "collection_sets": dict(catalog.collection_sets),
    }
    data: dict[str, Any] = {name: [_listed(asdict(r)) for r in table.values()] for name, table in tables.items()}
    data["properties"] = catalog.properties
    data["stacks"] = list(catalog.stacks.items())
    data["gates"] = [asdict(gate) for gate in catalog.gates]
    data["next_id"] = catalog.next_id
    path.write_text(json.dumps(data), encoding="utf-8")


def load(path: Path) -> Catalog:
    data = json.loads(path.read_text(encoding="utf-8"))
    catalog = Catalog()
    for record in data["photos"]:
        record["snapshots"] = [Snapshot(**snapshot) for snapshot in record["snapshots"]]
        record["history"] = [(name, settings) for name, settings in record["history"]]
        catalog.photos[record["id"]] = Photo(**_indexed(record))
    catalog.keywords = {record["id"]: Keyword(**_indexed(record)) for record in data["keywords"]}
    catalog.collections = {record["id"]: Collection(**_indexed(record)) for record in data["collections"]}
    catalog.collection_sets = {record["id"]: CollectionSet(**_indexed(record)) for record in data["collection_sets"]}
    catalog.properties = data["properties"]
    catalog.stacks = dict(data["stacks"])
    catalog.gates = [Gate(**gate) for gate in data["gates"]]
    catalog.next_id = data["next_id"]
    catalog.reindex()
    return catalog


def _listed(record: dict[str, Any]) -> dict[str, Any]:
    """JSON turns number keys into text, so ordered sets of ids are written as lists."""
    return {key: list(value) if key in _DICTS_OF_IDS else value for key, value in record.items()}


def _indexed(record: dict[str, Any]) -> dict[str, Any]:
    return {key: dict.fromkeys(value) if key in _DICTS_OF_IDS else value for key, value in record.items()}


def content(catalog: Catalog) -> dict[str, Any]:
    """What the catalog says, free of ids, uuids, history, and state that plug-ins keep in the catalog itself: equal for
    two catalogs that show the same.

    Photos are told apart by path, copy name and, for copies with the same name, their order.
    """
    labels = _photo_labels(catalog)
    return {
        "photos": {labels[photo.id]: _photo_content(catalog, photo, labels) for photo in catalog.photos.values()},
        "keywords": {
            _path(catalog.keywords, keyword.id): {
                "synonyms": sorted(keyword.synonyms),
                "include_on_export": keyword.include_on_export,
                "person": keyword.person,
            }
            for keyword in catalog.keywords.values()
        },
        "collections": {
            (*_parents(catalog, collection), collection.name): {
                "search": collection.search,
                "photos": [labels[photo] for photo in collection.photos],
            }
            for collection in catalog.collections.values()
        },
        "collection_sets": sorted(_path(catalog.collection_sets, number) for number in catalog.collection_sets),
        "stacks": sorted([labels[photo] for photo in stack] for stack in catalog.stacks.values() if stack),
    }


def _photo_labels(catalog: Catalog) -> dict[int, tuple[str, str, int]]:
    seen: dict[tuple[str, str], int] = {}
    labels = {}
    for photo in catalog.photos.values():
        name = (photo.path, "" if photo.master is None else "copy " + photo.copy_name)
        seen[name] = seen.get(name, 0) + 1
        labels[photo.id] = (*name, seen[name])
    return labels


def _photo_content(catalog: Catalog, photo: Photo, labels: dict[int, tuple[str, str, int]]) -> dict[str, Any]:
    return {
        "master": None if photo.master is None else labels[photo.master],
        "metadata": dict(sorted(photo.metadata.items())),
        "develop": dict(sorted(photo.develop.items())),
        "snapshots": sorted((s.name, sorted(s.settings)) for s in photo.snapshots),
        "keywords": sorted(_path(catalog.keywords, keyword) for keyword in photo.keywords),
        "properties": photo.properties,
    }


def _path(table: dict[int, Any], number: int) -> tuple[str, ...]:
    names: list[str] = []
    current: int | None = number
    while current is not None:
        names.append(table[current].name)
        current = table[current].parent
    return tuple(reversed(names))


def _parents(catalog: Catalog, collection: Collection) -> tuple[str, ...]:
    return () if collection.parent is None else _path(catalog.collection_sets, collection.parent)
