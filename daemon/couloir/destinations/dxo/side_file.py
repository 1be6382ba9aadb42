"""A `.dop` file: PhotoLab's settings of one photograph, each version an item.

The shape is that of files which PhotoLab 10 and 11 wrote, and the least that PhotoLab 10 loads was found by trying it:
an item without `Settings` makes the whole folder look empty, an item is shown turned by its own `Orientation` and not
by the photo's, and a preset's name would replace what the user has as default (notes of the public projects Riffle and
private-photographer). `CafID`, a record of PhotoLab's own database, may be missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from couloir.destinations.dxo.lua_text import Value, assignment_bytes, read_assignment
from couloir.errors import BadSettingsFile

NAME: Final = "Sidecar"
FORMAT: Final = "21.0"
"""The format's version. PhotoLab 10 loads it and PhotoLab 11 writes it; an older PhotoLab refuses a newer one."""

_OURS: Final = uuid.UUID("5a6c1de2-54f5-4d0e-9a35-5fc7a0a0f3b1")
_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Light(IntEnum):
    """The traffic light beside a photo: the numbers of the file, which differ from those of PhotoLab's database."""

    PICKED = 0
    REJECTED = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One version. `base` are the settings it starts from and `overrides` those that were set; `orientation` is an
    EXIF code 1..8, `rating` 0..5, `uuid` in capitals; each keyword is a path from the root.
    """

    name: str
    uuid: str
    base: Mapping[str, Value] = field(default_factory=dict)
    overrides: Mapping[str, Value] = field(default_factory=dict)
    orientation: int = 1
    rating: int = 0
    light: Light = Light.NONE
    keywords: tuple[tuple[str, ...], ...] = ()
    taken: datetime | None = None


@dataclass(frozen=True, slots=True)
class SideFile:
    """All versions of one photograph, the main one first. `software` is the program that wrote it."""

    uuid: str
    items: tuple[Item, ...]
    software: str = ""


def stable_uuid(of: str) -> str:
    """A uuid in PhotoLab's spelling that is always the same for the same text."""
    return str(uuid.uuid5(_OURS, of)).upper()


def side_file_bytes(file: SideFile) -> bytes:
    """The file's text. The same file, the same bytes; raises ValueError for what the notation cannot hold."""
    taken = next((item.taken for item in file.items if item.taken is not None), None)
    source: dict[str, Value] = {"Items": [_spell_item(item) for item in file.items], "Uuid": file.uuid}
    sidecar: dict[str, Value] = {
        "Date": _spell_time(taken or _NO_DATE),
        "Software": file.software,
        "Source": source,
        "Version": FORMAT,
    }
    return assignment_bytes(NAME, sidecar)


def read_side_file(content: bytes, item: str) -> SideFile:
    """A side file, PhotoLab's own included; what it does not state is as in an empty `Item`. Raises BadSettingsFile."""
    name, value = read_assignment(content, item)
    source = _table(_table(value).get("Source"))
    items = source.get("Items")
    if name != NAME or not isinstance(items, list):
        raise BadSettingsFile(item=item, why="it has no list of versions, as a side file of PhotoLab has")
    return SideFile(
        _text(source.get("Uuid")), tuple(map(_read_item, map(_table, items))), _text(_table(value).get("Software"))
    )


def _spell_item(item: Item) -> dict[str, Value]:
    time = _spell_time(item.taken or _NO_DATE)
    settings: dict[str, Value] = {"Base": dict(item.base), "Overrides": dict(item.overrides), "Version": FORMAT}
    spelt: dict[str, Value] = {
        "Albums": "",
        "CreationDate": time,
        "Keywords": [list[Value](path) for path in item.keywords],
        "ModificationDate": time,
        "Name": item.name,
        "Orientation": item.orientation,
        "Rating": item.rating,
        "Settings": settings,
        "ShouldProcess": int(item.light),
        "Uuid": item.uuid,
    }
    if item.taken is not None:
        spelt["ShotDate"] = time
    return dict(sorted(spelt.items()))  # PhotoLab's order


def _read_item(read: Mapping[str, Value]) -> Item:
    settings = _table(read.get("Settings"))
    light = _whole(read.get("ShouldProcess"), Light.NONE)
    return Item(
        name=_text(read.get("Name")),
        uuid=_text(read.get("Uuid")),
        base=_table(settings.get("Base")),
        overrides=_table(settings.get("Overrides")),
        orientation=_whole(read.get("Orientation"), 1),
        rating=_whole(read.get("Rating"), 0),
        light=Light(light) if light in list(Light) else Light.NONE,
        keywords=tuple(_read_keyword(path) for path in _list(read.get("Keywords"))),
        taken=_read_time(_text(read.get("ShotDate"))),
    )


def _read_keyword(path: Value) -> tuple[str, ...]:
    """A path; older files have a text for a keyword without a parent."""
    return (path,) if isinstance(path, str) else tuple(_text(part) for part in _list(path))


def _spell_time(time: datetime) -> str:
    """PhotoLab's spelling, in UTC with seven digits."""
    return f"{time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def _read_time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _table(value: Value | None) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _list(value: Value | None) -> Sequence[Value]:
    return value if isinstance(value, list) else ()


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Value | None, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
