"""Writes NSKeyedArchiver archives as binary property lists, with the layout that Aperture's blobs have.

An archive is a plist with `$version` 100000, `$archiver`, `$top` = {root: UID} and `$objects`, a flat list in which
values refer to each other by index. Dictionaries carry parallel NS.keys and NS.objects; a class follows the values of
the first object that uses it. Three broken archives are here too, for the anomalies.
"""

from __future__ import annotations

import plistlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from plistlib import UID

_DICTIONARY = ("NSMutableDictionary", "NSDictionary", "NSObject")
_ARRAY = ("NSMutableArray", "NSArray", "NSObject")
_COLOR = ("NSColor", "NSObject")


@dataclass(frozen=True, slots=True)
class Color:
    """An NSColor in calibrated RGB, components 0..1."""

    red: float
    green: float
    blue: float

    @property
    def text(self) -> bytes:
        """The ASCII form with its closing NUL, as AppKit writes it."""
        return " ".join(f"{value:.10g}" for value in (self.red, self.green, self.blue)).encode("ascii") + b"\0"


Value = bool | int | float | str | bytes | Color | Mapping[str, "Value"] | Sequence["Value"]


class _Archiver:
    def __init__(self) -> None:
        self.objects: list[object] = ["$null"]
        self._constants: dict[tuple[str, object], UID] = {}
        self._classes: dict[tuple[str, ...], UID] = {}

    def encode(self, value: Value) -> UID:
        if isinstance(value, Mapping):
            return self._collection(_DICTIONARY, list(value.values()), list(value))
        if isinstance(value, Color):
            uid = self._append(None)
            self.objects[uid.data] = {"NSRGB": value.text, "NSColorSpace": 1, "$class": self._class(_COLOR)}
            return uid
        if isinstance(value, str | bytes | bool | int | float):
            key = (type(value).__name__, value)
            if key not in self._constants:
                self._constants[key] = self._append(value)
            return self._constants[key]
        return self._collection(_ARRAY, list(value), None)

    def _collection(self, classes: tuple[str, ...], values: list[Value], keys: list[str] | None) -> UID:
        uid = self._append(None)  # its index comes before those of its content
        record: dict[str, object] = {}
        if keys is not None:
            record["NS.keys"] = [self.encode(key) for key in keys]
        record["NS.objects"] = [self.encode(value) for value in values]
        record["$class"] = self._class(classes)
        self.objects[uid.data] = record
        return uid

    def _class(self, classes: tuple[str, ...]) -> UID:
        if classes not in self._classes:
            self._classes[classes] = self._append({"$classname": classes[0], "$classes": list(classes)})
        return self._classes[classes]

    def _append(self, item: object) -> UID:
        self.objects.append(item)
        return UID(len(self.objects) - 1)


def archive(root: Value) -> bytes:
    """A keyed archive of a value: dictionaries, lists, strings, numbers, bytes and colours, nested."""
    archiver = _Archiver()
    uid = archiver.encode(root)
    return _wrap(archiver.objects, uid)


def _wrap(objects: list[object], root: UID) -> bytes:
    outer = {"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": {"root": root}, "$objects": objects}
    return plistlib.dumps(outer, fmt=plistlib.FMT_BINARY, sort_keys=False)


def cyclic_archive() -> bytes:
    """A dictionary whose inputKeys is the dictionary itself."""
    record = {"NS.keys": [UID(2)], "NS.objects": [UID(1)], "$class": UID(3)}
    return _wrap(["$null", record, "inputKeys", _class_record(_DICTIONARY)], UID(1))


def truncated_archive(whole: bytes) -> bytes:
    """The first half of an archive, as a full disk leaves it."""
    return whole[: len(whole) // 2]


def bomb_archive(depth: int = 40) -> bytes:
    """Small on disk, 2 ** depth values when followed naively: each list holds the next one twice."""
    objects: list[object] = ["$null", {"NS.keys": [UID(2)], "NS.objects": [UID(4)], "$class": UID(3)}, "inputKeys"]
    objects.append(_class_record(_DICTIONARY))
    array_class = UID(5 + depth)
    for level in range(depth):
        following = UID(5 + level)
        objects.append({"NS.objects": [following, following], "$class": array_class})
    objects += [0, _class_record(_ARRAY)]
    return _wrap(objects, UID(1))


def _class_record(classes: tuple[str, ...]) -> dict[str, object]:
    return {"$classname": classes[0], "$classes": list(classes)}
