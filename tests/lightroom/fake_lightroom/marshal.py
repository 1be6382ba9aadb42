"""Values on their way between Lua and Python.

Lua's strings are bytes. In Python they are `str`, decoded as UTF-8 with surrogates for what is not: the way back is
then exact, whatever the bytes were. Objects of the SDK are `Ref`s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lupa.lua51 import lua_type

from .tables.returned import Record


class Ref(NamedTuple):
    """An object of the SDK: the class and number behind it."""

    kind: str
    id: int


def decode(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Marshal:
    """Converts for one Lua runtime. `reference(table)` gives class and id of an SDK object, or nothing; `strict` makes
    of a table one whose other keys cannot be read."""

    def __init__(self, runtime: Any, reference: Any, make_object: Any = None, strict: Any = None) -> None:
        self._table = runtime.table_from
        self._reference = reference
        self._object: Callable[[bytes, int], Any] = make_object
        self._strict: Callable[[Any, bytes, Any], Any] = strict
        self._allowed: dict[frozenset[str], Any] = {}

    def to_python(self, value: Any) -> Any:
        """Tables become lists when their keys are 1..n, dicts otherwise; an empty table is an empty dict."""
        if isinstance(value, bytes):
            return decode(value)
        if lua_type(value) != "table":
            return value
        found = self._reference(value)
        if found is not None:
            return Ref(decode(found[0]), found[1])
        items = list(value.items())
        if items and all(type(key) is int for key, _ in items):
            by_number = dict(items)
            if all(n in by_number for n in range(1, len(items) + 1)):
                return [self.to_python(by_number[n]) for n in range(1, len(items) + 1)]
        return {self.to_python(key): self.to_python(item) for key, item in items}

    def to_lua(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return value.encode("utf-8", "surrogateescape")
        if kind is int or kind is float or kind is bool or value is None:
            return value
        if isinstance(value, Ref):
            return self._object(encode(value.kind), value.id)
        if isinstance(value, dict):
            table = self._table({self.to_lua(key): self.to_lua(item) for key, item in value.items()})
            return self._sealed(table, value) if isinstance(value, Record) else table
        if isinstance(value, list | tuple):
            return self._table([self.to_lua(item) for item in value])
        return value

    def _sealed(self, table: Any, record: Record) -> Any:
        keys = record.keys_allowed
        if keys not in self._allowed:
            self._allowed[keys] = self._table({encode(key): True for key in keys})
        return self._strict(table, encode(record.name), self._allowed[keys])

    def keyed(self, rows: list[tuple[Ref, Any]]) -> Any:
        """A table with SDK objects as keys."""
        return self._table({self.to_lua(key): self.to_lua(value) for key, value in rows})
