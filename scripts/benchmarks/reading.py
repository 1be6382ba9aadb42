"""One way of reading a library, in a process of its own: reading.py WAY LIBRARY.

Prints as JSON: seconds by the clock, seconds of processor time, peak memory in MB, and counts.
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


#: Enough blobs to measure by; those of a large library would fill the memory.
_BLOBS = 100_000


class _Watch:
    """Time since it was made: by the clock, and the processor's for this process."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        seconds, processor = self._began
        return {"seconds": time.perf_counter() - seconds, "processor": time.process_time() - processor}


def ours(library: Path) -> dict[str, float]:
    """Every master and version with all metadata and typed operations."""
    from couloir.aperture.library import Library

    watch = _Watch()
    with Library.open(library) as opened:
        versions = opened.versions()
        next(versions)
        first = watch.read()
        masters = sum(1 for _ in opened.masters())
        read = 1 + sum(1 for _ in versions)
    return {**watch.read(), "first": first["seconds"], "versions": read, "masters": masters}


def osxphotos(library: Path) -> dict[str, float]:
    """The same library by osxphotos' reader for iPhoto and Aperture, which loads it whole."""
    from osxphotos.iphoto import iPhotoDB

    watch = _Watch()
    read = len(iPhotoDB(str(library)).photos())
    return {**watch.read(), "versions": read}


def bare(library: Path) -> dict[str, float]:
    """The rows and columns that our reader needs, fetched row by row with sqlite3 and thrown away."""
    from couloir.aperture import masters, operations, versions

    watch = _Watch()
    databases = library / "Database" / "apdb"
    with contextlib.closing(sqlite3.connect(databases / "Library.apdb")) as connection:
        read = _fetched(connection, f"SELECT modelId, {', '.join(versions.COLUMNS)} FROM RKVersion")  # noqa: S608
        _fetched(connection, f"SELECT modelId, {', '.join(masters.COLUMNS)} FROM RKMaster")  # noqa: S608
        _fetched(connection, f"SELECT {', '.join(operations.COLUMNS)} FROM RKImageAdjustment")  # noqa: S608
        _fetched(connection, "SELECT versionId, keywordId FROM RKKeywordForVersion")
        _fetched(connection, "SELECT stackUuid, versionUuid FROM RKStackContent")
    properties = 0
    with contextlib.closing(sqlite3.connect(databases / "Properties.apdb")) as connection:
        for table in ("RKIptcProperty", "RKExifStringProperty"):
            joined = f"{table} AS p LEFT JOIN RKUniqueString AS s ON s.modelId = p.stringId"
            properties += _fetched(connection, f"SELECT p.versionId, p.propertyKey, s.stringProperty FROM {joined}")  # noqa: S608
        properties += _fetched(connection, "SELECT versionId, propertyKey, numberProperty FROM RKExifNumberProperty")
    return {**watch.read(), "versions": read, "properties": properties}


def _fetched(connection: sqlite3.Connection, sql: str) -> int:
    count = 0
    for _row in connection.execute(sql):
        count += 1
    return count


def blobs(library: Path) -> dict[str, float]:
    """Blobs a second of processor time: ours, and plistlib with a plain resolver."""
    from couloir.aperture.findings import Findings
    from couloir.aperture.operations import OperationReader
    from couloir.aperture.safe_sqlite import Database

    file = library / "Database" / "apdb" / "Library.apdb"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(f"SELECT name, data FROM RKImageAdjustment LIMIT {_BLOBS}").fetchall()  # noqa: S608
    database = Database(file, library)
    reader = OperationReader(database, Findings())
    mine = _rate(lambda row: reader.decode(row[0], row[1], "x"), rows)
    plain = _rate(lambda row: _resolved(row[1]), rows)
    database.close()
    return {"ours": mine, "plain": plain, "blobs": len(rows)}


def _rate(decode: Callable[[tuple[str, bytes]], object], rows: list[tuple[str, bytes]]) -> float:
    watch = _Watch()
    for row in rows:
        decode(row)
    return len(rows) / watch.read()["processor"]


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
