"""The audit of one open library."""

from __future__ import annotations

from collections.abc import Callable

from couloir.aperture.archive import read_archive
from couloir.aperture.audit.audit import Audit, audit_database, audit_files, audit_operation, audit_package, audit_query
from couloir.aperture.library import Library
from couloir.errors import BadArchive


def audit_library(library: Library, advance: Callable[[], None] = lambda: None) -> Audit:
    """Audit the databases, the blobs and the property lists. `advance` is called once for each version and
    file.
    """
    audit = Audit()
    for name, database in library.databases():
        audit_database(audit, name, database)
    for version in library.versions():
        advance()
        for operation in version.operations:
            audit_operation(audit, operation)
    for album, data in library.details.queries():
        try:
            audit_query(audit, read_archive(data, album))
        except BadArchive as error:
            audit.add("query key", "queryData", album, f"it cannot be read: {error.facts['why']}")
    audit_package(audit, library.info.path)
    audit_files(audit, library.info.path, advance)
    return audit
