"""One way of reading a library, in a process of its own: reading.py WAY LIBRARY.

Prints seconds, peak memory and counts as JSON.
"""

from __future__ import annotations

import contextlib
import json
import plistlib
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "daemon"))


def ours(library: Path) -> dict[str, float]:
    """Every master and version with all metadata and typed operations."""
    from couloir.aperture.library import Library

    began = time.perf_counter()
    with Library.open(library) as opened:
        versions = opened.versions()
        next(versions)
        first = time.perf_counter() - began
        masters = sum(1 for _ in opened.masters())
        read = 1 + sum(1 for _ in versions)
    return {"seconds": time.perf_counter() - began, "first": first, "versions": read, "masters": masters}


def osxphotos(library: Path) -> dict[str, float]:
    """The same library by osxphotos' reader for iPhoto and Aperture, which loads it whole."""
    from osxphotos.iphoto import iPhotoDB

    began = time.perf_counter()
    read = len(iPhotoDB(str(library)).photos())
    return {"seconds": time.perf_counter() - began, "versions": read}


def bare(library: Path) -> dict[str, float]:
    """The rows and columns that our reader needs, fetched row by row with sqlite3 and thrown away."""
    from couloir.aperture import masters, operations, versions

    began = time.perf_counter()
    databases = library / "Database" / "apdb"
    with contextlib.closing(sqlite3.connect(databases / "Library.apdb")) as connection:
        read = _fetched(connection, f"SELECT modelId, {', '.join(versions.COLUMNS)} FROM RKVersion")  # noqa: S608
        _fetched(connection, f"SELECT modelId, {', '.join(masters.COLUMNS)} FROM RKMaster")  # noqa: S608
        _fetched(connection, f"SELECT {', '.join(operations.COLUMNS)} FROM RKImageAdjustment")  # noqa: S608
        _fetched(connection, "SELECT versionId, keywordId FROM RKKeywordForVersion")
        _fetched(connection, "SELECT stackUuid, versionUuid FROM RKStackContent")
    with contextlib.closing(sqlite3.connect(databases / "Properties.apdb")) as connection:
        for table in ("RKIptcProperty", "RKExifStringProperty"):
            joined = f"{table} AS p LEFT JOIN RKUniqueString AS s ON s.modelId = p.stringId"
            _fetched(connection, f"SELECT p.versionId, p.propertyKey, s.stringProperty FROM {joined}")  # noqa: S608
        _fetched(connection, "SELECT versionId, propertyKey, numberProperty FROM RKExifNumberProperty")
    return {"seconds": time.perf_counter() - began, "versions": read}


def _fetched(connection: sqlite3.Connection, sql: str) -> int:
    count = 0
    for _row in connection.execute(sql):
        count += 1
    return count


def blobs(library: Path) -> dict[str, float]:
    """Blobs a second: ours, and plistlib with a plain resolver."""
    from couloir.aperture.findings import Findings
    from couloir.aperture.operations import OperationReader
    from couloir.aperture.safe_sqlite import Database

    file = library / "Database" / "apdb" / "Library.apdb"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, data FROM RKImageAdjustment").fetchall()
    database = Database(file, library)
    reader = OperationReader(database, Findings())
    mine = _rate(lambda row: reader.decoded(row[0], row[1], "x"), rows)
    plain = _rate(lambda row: _resolved(row[1]), rows)
    database.close()
    return {"ours": mine, "plain": plain, "blobs": len(rows), "seconds": 0.0}


def _rate(decode: Callable[[tuple[str, bytes]], object], rows: list[tuple[str, bytes]]) -> float:
    began = time.perf_counter()
    for row in rows:
        decode(row)
    return len(rows) / (time.perf_counter() - began)


def _resolved(data: bytes) -> object:
    """The archive as plain values, the way everybody writes it: plistlib, and its references followed."""
    archive = plistlib.loads(data)
    objects = archive["$objects"]

    def follow(value: object) -> object:
        if isinstance(value, plistlib.UID):
            return follow(objects[value.data])
        if isinstance(value, dict):
            if "NS.keys" in value:
                pairs = zip(value["NS.keys"], value["NS.objects"], strict=True)
                return {follow(key): follow(item) for key, item in pairs}
            if "NS.objects" in value:
                return [follow(item) for item in value["NS.objects"]]
        return value

    return follow(archive["$top"]["root"])


WAYS = {way.__name__: way for way in (ours, osxphotos, bare, blobs)}


def main() -> None:
    result = WAYS[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps({**result, "megabytes": peak_bytes() / 1e6}))


def peak_bytes() -> float:
    """Peak memory of this process in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where ru_maxrss counts the process that started this one, too
        [line] = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:")]
        return float(line.split()[1]) * 1024
    import resource  # not on Windows

    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


if __name__ == "__main__":
    main()
