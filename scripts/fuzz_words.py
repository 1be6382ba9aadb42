"""Fresh keys for a library that is fuzzed: planted in tables of properties and in property lists, and searched for.

The values are of every kind that SQLite and property lists can hold, values that are not finite among them. A key whose
value says something has to be found again in what is read, or in a finding.
"""

from __future__ import annotations

import plistlib
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

TEXTS = ("RKIptcProperty", "RKExifStringProperty", "RKOtherProperty")
NUMBERS = ("RKExifNumberProperty", "RKOtherProperty")
ODD_NUMBERS = (float("nan"), float("inf"), float("-inf"), 1e301, -1.7e308, 5e-324, 2**62, 0.5, -1)
_PLISTS = (".apversion", ".apmaster", ".apalbum", ".apfolder", ".apvolume")


def plant_properties(properties: Path, versions: Iterable[int], rng: random.Random) -> set[str]:
    """Add a few properties; gives the keys that have to be found again."""
    wanted = set()
    numbers = list(versions)
    with closing(sqlite3.connect(properties)) as connection, connection:
        for _ in range(rng.randrange(1, 6)):
            key, version = f"Fresh{rng.getrandbits(48):x}", rng.choice(numbers)
            if rng.random() < 0.5:
                text = rng.choice(("a text", "caf\u00e9, \U0001f4f7", "x" * 5000, "a\0b", b"bytes"))
                string = connection.execute("INSERT INTO RKUniqueString (stringProperty) VALUES (?)", (text,)).lastrowid
                sql = f"INSERT INTO {rng.choice(TEXTS)} (versionId, propertyKey, stringId) VALUES (?, ?, ?)"  # noqa: S608
                connection.execute(sql, (version, key, string))
            else:
                sql = f"INSERT INTO {rng.choice(NUMBERS)} (versionId, propertyKey, numberProperty) VALUES (?, ?, ?)"  # noqa: S608
                # SQLite keeps NaN as NULL, which says nothing.
                number = rng.choice([each for each in ODD_NUMBERS if each == each])
                connection.execute(sql, (version, key, number))
            wanted.add(key)
    return wanted


def plant_key(file: Path, rng: random.Random) -> set[str]:
    """Add a key to a property list, at its top or in a dictionary of properties; gives the key."""
    content = plistlib.loads(file.read_bytes())
    inner = [content[name] for name in ("iptcProperties", "exifProperties") if isinstance(content.get(name), dict)]
    key = f"Fresh{rng.getrandbits(48):x}"
    rng.choice([content, *inner])[key] = rng.choice(("a text", 7, 0.5, True, b"bytes", [1, "two"], *ODD_NUMBERS[:3]))
    file.write_bytes(plistlib.dumps(content, fmt=rng.choice((plistlib.FMT_BINARY, plistlib.FMT_XML))))
    return {key}


def can_plant(file: Path) -> bool:
    return file.suffix in _PLISTS


def with_odd_number(blob: bytes, rng: random.Random) -> bytes:
    """An archive in which one number is none, or too large; the same where it has no number."""
    archive = plistlib.loads(blob)
    places = [place for place, each in enumerate(archive.get("$objects", ())) if isinstance(each, float)]
    if not places:
        return blob
    archive["$objects"][rng.choice(places)] = float(rng.choice(ODD_NUMBERS[:5]))
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)
