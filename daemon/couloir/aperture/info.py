"""The identity of a library: its application, the version of its database, its settings."""

from __future__ import annotations

from collections.abc import Mapping

from couloir.aperture.findings import Findings
from couloir.aperture.model import LibraryInfo
from couloir.aperture.package import Package, check_version
from couloir.aperture.safe_sqlite import Database
from couloir.errors import DamagedLibrary

COLUMNS = ("propertyName", "propertyValue")


def read_settings(library: Database) -> Mapping[str, object]:
    """The area "database" of RKAdminData."""
    rows = library.rows("RKAdminData", COLUMNS, "propertyArea = 'database'")
    return {str(row["propertyName"]): row["propertyValue"] for row in rows}


def library_info(package: Package, stored: Mapping[str, object], findings: Findings) -> LibraryInfo:
    """The library's identity from its property lists, or from the database where they lack it. Raises
    DamagedLibrary.
    """
    database = package.database or _database_version(package, stored, findings)
    uuid = package.uuid or (str(stored["databaseUuid"]) if stored.get("databaseUuid") else None)
    return LibraryInfo(package.root, package.name, package.app, package.app_version, database, uuid)


def _database_version(package: Package, stored: Mapping[str, object], findings: Findings) -> tuple[int, int]:
    """The version that the database states, for a library without a readable DataModelVersion.plist."""
    try:
        major, minor = int(str(stored.get("versionMajor"))), int(str(stored.get("versionMinor")))
    except ValueError:
        why = "Database/DataModelVersion.plist: it is missing or unreadable, and no database states its version"
        raise DamagedLibrary(path=package.root, why=why) from None
    since = stored.get("DatabaseCompatibleBackToMinorVersion")
    check_version(package.root, major, minor, since, findings)
    return major, minor
