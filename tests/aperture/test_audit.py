"""The audit names everything in a library: read, left aside with a reason, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.audit import Audit, Status
from couloir.aperture.audit.audit import audit_operation, audit_plist
from couloir.aperture.audit.knowledge import DATABASES
from couloir.aperture.audit.library import audit_library
from couloir.aperture.audit.plist_knowledge import KINDS
from couloir.aperture.library import Library
from couloir.aperture.model import Operation
from couloir.aperture.operations import decode
from couloir.aperture.plists import read_plist
from couloir.aperture.safe_sqlite import Database


def unknown(audit: Audit) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.where, entry.name) for entry in audit.of(Status.UNKNOWN)]


@pytest.mark.sample
def test_nothing_in_the_real_library_is_unknown(real: Library) -> None:
    audit = audit_library(real)
    assert unknown(audit) == []
    kinds = {entry.kind for status in Status for entry in audit.of(status)}
    assert kinds >= {"file", "table", "column", "property", "plist key", "query key", "class", "input"}
    assert len(audit.of(Status.PARSED)) > 400
    assert all(entry.why for entry in audit.of(Status.SKIPPED))


@pytest.mark.sample
def test_nothing_in_the_real_aperture_files_is_unknown(samples: Path) -> None:
    audit = Audit()
    for file in sorted((samples / "aperture-3").iterdir()):
        kind = file.suffix.removeprefix(".")
        if kind in KINDS:
            audit_plist(audit, kind, read_plist(file))
        elif kind == "bplist":
            blob = decode("", file.read_bytes(), file.name)
            audit_operation(
                audit,
                Operation("u", blob.identifier, 0, True, None, blob.inputs, blob.adjustment, None, blob.class_name),
            )
    assert unknown(audit) == []
    assert {entry.kind for entry in audit.of(Status.PARSED)} == {"plist key", "class", "input"}


def test_what_a_library_has_that_we_do_not_know_is_named(tiny: Any, operation_blob: Callable[..., bytes]) -> None:
    tiny.photo("v1")
    tiny.sql("Library.apdb", "CREATE TABLE RKNovelty (modelId integer primary key)")
    tiny.sql("Library.apdb", "ALTER TABLE RKVersion ADD COLUMN mood")
    tiny.sql("Properties.apdb", "CREATE TABLE RKOtherProperty (modelId integer primary key, propertyKey, propertyType)")
    tiny.sql("Properties.apdb", "INSERT INTO RKOtherProperty (propertyKey, propertyType) VALUES ('Film', 9)")
    blob = operation_blob("x", {"inputRotation": 1.0, "inputGlitter": 1})
    tiny.add("RKImageAdjustment", uuid="o1", versionUuid="v1", name="RKStraightenCropOperation", data=blob)
    tiny.add("RKImageAdjustment", uuid="o2", versionUuid="v1", name="RKWhoKnowsOperation", data=operation_blob("x", {}))
    tiny.plist("Database/Albums/a.apalbum", {"InfoDictionary": {"name": "A", "scent": 1}, "versionUuids": []})
    tiny.plist("Database/Folders/b.apnew", {})
    tiny.file("Surprise")
    with tiny.open() as library:
        audit = audit_library(library)
    assert unknown(audit) == [
        ("class", "RKImageAdjustment", "RKWhoKnowsOperation"),
        ("column", "RKVersion", "mood"),
        ("file", "library", "Surprise"),
        ("input", "RKStraightenCropOperation", "inputGlitter"),
        ("plist", "Database", "*.apnew"),
        ("plist key", "album", "scent"),
        ("property", "RKOtherProperty", "Film (type 9)"),
        ("table", "Library.apdb", "RKNovelty"),
    ]
    assert audit.as_dict()["unknown"][0] == {
        "kind": "class",
        "where": "RKImageAdjustment",
        "name": "RKWhoKnowsOperation",
    }


@pytest.mark.sample
def test_the_readers_ask_for_exactly_the_columns_that_the_audit_calls_read(
    real_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, set[str]] = {}
    rows = Database.rows

    def recorded(self: Database, table: str, columns: Sequence[str], *more: Any, **named: Any) -> Any:
        asked.setdefault(table, set()).update(columns)
        return rows(self, table, columns, *more, **named)

    monkeypatch.setattr(Database, "rows", recorded)
    with Library.open(real_library) as library:
        for master in library.masters():
            library.original(master)
        for version in library.versions():
            library.preview_state(version)
        library.albums(), library.faces(), library.stacks()
        details = library.details
        for read in ("stack_picks", "notes", "attachments", "version_places", "version_faces", "import_groups"):
            list(getattr(details, read)())
        for read in ("videos", "pairs", "masters", "albums", "folders", "masks", "people"):
            list(getattr(details, read)())
    called_read = {name: table.parsed for tables in DATABASES.values() for name, table in tables.items()}
    assert {name: columns - called_read[name] for name, columns in asked.items() if columns - called_read[name]} == {}
    # Read by statements of their own.
    joined = {"RKIptcProperty", "RKExifStringProperty", "RKExifNumberProperty", "RKUniqueString"}
    unread = {
        name: parsed - asked.get(name, set())
        for name, parsed in called_read.items()
        if name not in joined and parsed - asked.get(name, set())
    }
    # These two are asked for as conditions only.
    assert unread == {"RKAdminData": {"propertyArea"}, "RKAlbumVersion": {"albumId"}}


@pytest.mark.parametrize("table", ["RKIptcProperty", "RKExifStringProperty", "RKExifNumberProperty"])
def test_a_key_of_properties_that_nobody_knows_is_named(tiny: Any, table: str) -> None:
    tiny.photo("v1")
    for key in ("Film Stock", "City" if table == "RKIptcProperty" else "Model"):
        tiny.sql("Properties.apdb", f"INSERT INTO {table} (versionId, propertyKey) VALUES (1, '{key}')")
    with tiny.open() as library:
        assert unknown(audit_library(library)) == [("property", table, "Film Stock")]
