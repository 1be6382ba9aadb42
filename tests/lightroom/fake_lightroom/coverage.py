"""Which lines of the plug-in's Lua ran, of those that can.

Lua 5.1 compiles every line that does something into its bytecode's line table, so a dumped chunk tells which lines can
run, in functions that were never called too.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# A function that returns earlier never reaches its closing `end`, though Lua compiles a return there.
_CLOSING = re.compile(r"^\s*(end|else|[)}\],;]|\s)*\s*(--.*)?$")


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """Lines of one file, from 1."""

    executable: frozenset[int]
    executed: frozenset[int]

    @property
    def missed(self) -> list[int]:
        return sorted(self.executable - self.executed)

    @property
    def share(self) -> float:
        """0 to 1; 1 for a file without executable lines."""
        return len(self.executable & self.executed) / len(self.executable) if self.executable else 1.0


def executable_lines(lua: Any, source: bytes) -> frozenset[int]:
    """The lines of a Lua source that can run."""
    dump = lua.eval(b"function(source) return string.dump(assert(loadstring(source))) end")
    text = source.decode("utf-8", "replace").splitlines()
    reader = _Reader(bytes(dump(source)))
    return frozenset(line for line in reader.chunk() if not _CLOSING.match(text[line - 1]))


class _Reader:
    """Reads the line tables out of Lua 5.1 bytecode."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        # header: signature (4), version, format, endianness, then the sizes of int, size_t, instruction, number
        self._int, self._size, self._instruction, self._number = data[7:11]
        self._order = "<" if data[6] else ">"
        self._at = 12

    def chunk(self) -> Iterator[int]:
        self._string()
        self._skip(2 * self._int + 4)  # first and last line; upvalues, parameters, varargs, stack
        self._skip(self._count() * self._instruction)
        for _ in range(self._count()):
            self._constant()
        for _ in range(self._count()):
            yield from self.chunk()
        for _ in range(self._count()):
            yield self._count()
        for _ in range(self._count()):
            self._string()
            self._skip(2 * self._int)
        for _ in range(self._count()):
            self._string()

    def _skip(self, size: int) -> None:
        self._at += size

    def _count(self) -> int:
        return self._unsigned(self._int)

    def _unsigned(self, width: int) -> int:
        code = {4: "I", 8: "Q"}[width]
        (value,) = struct.unpack_from(self._order + code, self._data, self._at)
        self._at += width
        return int(value)

    def _string(self) -> None:
        self._skip(self._unsigned(self._size))

    def _constant(self) -> None:
        kind = self._data[self._at]
        self._skip(1)
        if kind == 1:
            self._skip(1)
        elif kind == 3:
            self._skip(self._number)
        elif kind == 4:
            self._string()
