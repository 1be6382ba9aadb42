"""Reads NSKeyedArchiver archives, the format of Aperture's adjustment blobs, without trusting them.

An archive is a property list whose "$objects" refer to one another by number ("UID"). References may be shared, so a
few hundred bytes can describe an enormous tree, and may form cycles. Budgets limit the
bytes, the depth and the weight of the *unfolded* result, so that code which walks or serialises it later is safe as
well. No class is ever instantiated by name: containers and strings become Python's own, an object of any other class
becomes a mapping of its fields in which "$class" holds the class's name.
"""

from __future__ import annotations

from plistlib import UID
from typing import NamedTuple

from couloir.aperture.plists import parse_plist
from couloir.errors import BadArchive, ContentError

#: Real blobs are about 1 KiB; retouching strokes and curves take more.
MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
#: One for each value of the unfolded result and one for every 64 bytes or characters in it.
MAX_WEIGHT = 200_000

_DICTIONARIES = frozenset({"NSDictionary", "NSMutableDictionary"})
_LISTS = frozenset({"NSArray", "NSMutableArray", "NSSet", "NSMutableSet", "NSOrderedSet", "NSMutableOrderedSet"})
_STRINGS = frozenset({"NSString", "NSMutableString"})
_DATA = frozenset({"NSData", "NSMutableData"})


def read_archive(data: bytes, item: str) -> object:
    """The root object of a keyed archive as dicts, lists, text, bytes, numbers, booleans and None.

    Raises BadArchive, which names `item`, for anything else, and for an archive beyond the budgets above.
    """
    try:
        return _root(parse_plist(data, item, MAX_BYTES))
    except _Unusable as error:
        raise BadArchive(item=item, why=str(error)) from error
    except ContentError as error:
        raise BadArchive(item=item, why=error.facts["why"]) from error


class _Unusable(Exception):
    """Raised with the reason why an archive is refused."""


def _root(plist: object) -> object:
    if not isinstance(plist, dict) or plist.get("$archiver") != "NSKeyedArchiver":
        raise _Unusable("it is not a keyed archive")
    top, objects = plist.get("$top"), plist.get("$objects")
    if not isinstance(top, dict) or not isinstance(objects, list) or not isinstance(top.get("root"), UID):
        raise _Unusable("it has no root object")
    return _Unfolding(objects).unfold(top["root"]).value


class _Unfolded(NamedTuple):
    """A value with its unfolded weight and its levels of nested containers."""

    value: object
    weight: int
    height: int


_NULL = _Unfolded(None, 1, 0)


class _Unfolding:
    """One pass over the objects; each is unfolded once, however often it is referred to."""

    def __init__(self, objects: list[object]) -> None:
        self._objects = objects
        self._done: dict[int, _Unfolded] = {}
        self._open: set[int] = set()

    def unfold(self, raw: object, depth: int = 0) -> _Unfolded:
        if depth > MAX_DEPTH:
            raise _too_deep()
        if isinstance(raw, UID):
            return self._reference(raw.data, depth)
        if isinstance(raw, dict):
            return self._object(raw, depth)
        if isinstance(raw, list):
            return self._list(raw, depth)
        return _leaf(raw)

    def _reference(self, index: int, depth: int) -> _Unfolded:
        known = self._done.get(index)
        if known is not None:
            return known
        if index in self._open:
            raise _Unusable("an object contains itself")
        if not 0 <= index < len(self._objects):
            raise _Unusable(f"it refers to object {index}, which it does not have")
        raw = self._objects[index]
        if raw == "$null":
            return _NULL
        self._open.add(index)
        # A reference adds no level, but a chain that consists of references only must end.
        result = self._done[index] = self.unfold(raw, depth + isinstance(raw, UID))
        self._open.remove(index)
        return result

    def _object(self, raw: dict[object, object], depth: int) -> _Unfolded:
        name = self._class_name(raw)
        if name in _DICTIONARIES:
            return self._dictionary(_list_of(raw, "NS.keys"), _list_of(raw, "NS.objects"), depth)
        if name in _LISTS:
            return self._list(_list_of(raw, "NS.objects"), depth)
        if name in _STRINGS:
            return _leaf(_text_of(raw))
        if name in _DATA:
            return _leaf(_bytes_of(raw))
        fields = {key: value for key, value in raw.items() if key != "$class"}
        record = self._dictionary(list(fields), list(fields.values()), depth)
        if name is not None and isinstance(record.value, dict):
            record.value["$class"] = name
        return record

    def _class_name(self, raw: dict[object, object]) -> str | None:
        reference = raw.get("$class")
        if reference is None:
            return None
        if isinstance(reference, UID) and reference.data < len(self._objects):
            description = self._objects[reference.data]
            name = description.get("$classname") if isinstance(description, dict) else None
            if isinstance(name, str) and len(name) <= 256:
                return name
        raise _Unusable("an object has no usable class")

    def _dictionary(self, keys: list[object], values: list[object], depth: int) -> _Unfolded:
        if len(keys) != len(values):
            raise _Unusable("a dictionary does not have one value for each key")
        result: dict[str, object] = {}
        weight, height = 1, 0
        for raw_key, raw_value in zip(keys, values, strict=True):
            key = self.unfold(raw_key, depth + 1)
            if not isinstance(key.value, str):
                raise _Unusable("a dictionary's key is not text")
            if key.value in result:
                raise _Unusable(f"a dictionary has the key {key.value[:60]!r} twice")
            part = self.unfold(raw_value, depth + 1)
            result[key.value] = part.value
            weight = _within_budget(weight + key.weight + part.weight)
            height = max(height, part.height)
        return _container(result, weight, height)

    def _list(self, items: list[object], depth: int) -> _Unfolded:
        result: list[object] = []
        weight, height = 1, 0
        for item in items:
            part = self.unfold(item, depth + 1)
            result.append(part.value)
            weight = _within_budget(weight + part.weight)
            height = max(height, part.height)
        return _container(result, weight, height)


def _container(value: object, weight: int, tallest: int) -> _Unfolded:
    # Shared objects can nest deeply although the reader itself does not descend far.
    if tallest >= MAX_DEPTH:
        raise _too_deep()
    return _Unfolded(value, weight, tallest + 1)


def _leaf(value: object) -> _Unfolded:
    weight = 1 + len(value) // 64 if isinstance(value, (str, bytes)) else 1
    return _Unfolded(value, _within_budget(weight), 0)


def _list_of(raw: dict[object, object], key: str) -> list[object]:
    value = raw.get(key)
    if not isinstance(value, list):
        raise _Unusable(f"a container has no list {key}")
    return value


def _text_of(raw: dict[object, object]) -> str:
    value = raw.get("NS.string", raw.get("NS.bytes"))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise _Unusable("a string object holds no text")
    return value


def _bytes_of(raw: dict[object, object]) -> bytes:
    value = raw.get("NS.data", raw.get("NS.bytes"))
    if not isinstance(value, bytes):
        raise _Unusable("a data object holds no bytes")
    return value


def _within_budget(weight: int) -> int:
    if weight > MAX_WEIGHT:
        raise _Unusable("it unfolds to more values than any real adjustment has")
    return weight


def _too_deep() -> _Unusable:
    return _Unusable(f"it is nested deeper than {MAX_DEPTH} levels")
