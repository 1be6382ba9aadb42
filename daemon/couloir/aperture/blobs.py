"""Reads adjustment blobs, with a fast path for layouts that were seen before.

Blobs of one adjustment differ only in a few 64-bit numbers. So the first blob of a layout is read in full,
once unchanged and once with marks in place of its numbers, which shows the input of each number; later blobs are
compared with it outside the numbers, and if they agree only the numbers are read. A blob that differs elsewhere is read
in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from couloir.aperture.archive import read_archive
from couloir.errors import BadArchive

#: Each longer blob (curves, brush strokes) has a layout of its own.
_LONGEST = 8 * 1024
_LAYOUTS = 512
_ALIKE = 32  # layouts with the same object offsets; they differ in texts, or in which numbers are shared
_REAL = 0x23  # the marker of a 64-bit number in a binary property list
_TRAILER = Struct(">6xBBQQQ")
_NUMBER = Struct(">d")


class Blob(NamedTuple):
    """The decoded content of a blob, not yet interpreted."""

    identifier: str | None
    class_name: str | None
    display_name: str | None
    version: object
    enabled: bool
    inputs: Mapping[str, object]


def read_blob(data: bytes, item: str) -> Blob:
    """Read one blob in full. Raises BadArchive, which names `item`."""
    root = read_archive(data, item)
    inputs = root.get("inputKeys") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(inputs, dict):
        raise BadArchive(item=item, why="it holds no inputKeys")
    return Blob(
        identifier=_text(root.get("DGOperationIdentifier")),
        class_name=_text(root.get("DGOperationClassName")),
        display_name=_text(root.get("DGOperationDisplayName")),
        version=root.get("DGOperationVersionNumber"),
        enabled=root.get("enabled") is not False,
        inputs=inputs,
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """`parts` splits a blob: every second part is a number, the others must equal `rest`.

    `keys` are the inputs that are numbers, `places` selects theirs from all numbers.
    """

    blob: Blob
    parts: Struct
    rest: tuple[bytes, ...]
    keys: tuple[str, ...]
    places: Callable[[Sequence[float]], Iterable[float]]

    def read(self, data: bytes) -> Blob | None:
        """The content of a blob; None when it has another layout."""
        if self.parts.size != len(data):
            return None
        parts = self.parts.unpack(data)
        if parts[::2] != self.rest:
            return None
        inputs = dict(self.blob.inputs)
        inputs.update(zip(self.keys, self.places(parts[1::2]), strict=True))
        return Blob(*self.blob[:-1], inputs)


class BlobReader:
    """Reads blobs, with a cache of layouts."""

    def __init__(self) -> None:
        self._layouts: dict[bytes, list[_Layout]] = {}

    def read(self, data: bytes, item: str) -> Blob:
        """As `read_blob`."""
        if not 40 <= len(data) <= _LONGEST:
            return read_blob(data, item)
        # The table of object offsets, at the end of the file, is the same for all blobs of a layout.
        ending = data[int.from_bytes(data[-8:], "big") :]
        alike = self._layouts.get(ending, ())
        for layout in alike:
            if (known := layout.read(data)) is not None:
                return known
        blob = read_blob(data, item)
        if len(alike) < _ALIKE and (new := _layout_of(data, blob, item)) is not None:
            if len(self._layouts) >= _LAYOUTS:
                self._layouts.clear()
            self._layouts.setdefault(ending, []).append(new)
        return blob


def _layout_of(data: bytes, blob: Blob, item: str) -> _Layout | None:
    """The layout of a blob that has been read in full; None when a number lies within another value."""
    places = _numbers(data)
    if any(after - before < 9 for before, after in pairwise(places)):
        return None  # they overlap
    marked = bytearray(data)
    marks: dict[float, int] = {}
    for index, place in enumerate(places):
        mark = 1e300 + index * 1e290  # beyond all 32-bit numbers, and not a value of any slider
        marks[mark] = index
        marked[place : place + 8] = _NUMBER.pack(mark)
    try:
        read = read_blob(bytes(marked), item)
    except BadArchive:
        return None
    inputs = read.inputs
    if read[:-1] != blob[:-1] or inputs.keys() != blob.inputs.keys():
        return None
    holes = tuple((key, marks[value]) for key, value in inputs.items() if isinstance(value, float) and value in marks)
    filled = {key for key, _ in holes}
    if any(key not in filled and inputs[key] != value for key, value in blob.inputs.items()):
        return None
    starts, ends = [0, *(place + 8 for place in places)], [*places, len(data)]
    between = [data[start:end] for start, end in zip(starts, ends, strict=True)]
    return _Layout(
        blob=blob,
        parts=Struct(">" + "d".join(f"{len(part)}s" for part in between)),
        rest=tuple(between),
        keys=tuple(key for key, _ in holes),
        places=_taking([place for _, place in holes]),
    )


def _taking(places: Sequence[int]) -> Callable[[Sequence[float]], Iterable[float]]:
    """A function that selects the values at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda numbers: [numbers[place] for place in places]


def _numbers(data: bytes) -> list[int]:
    """The offsets of the 64-bit numbers of a binary property list, in ascending order.

    Objects that nothing refers to may overlap others; their numbers are left out.
    """
    offset_size, _, objects, _, table = _TRAILER.unpack(data[-32:])
    ends = table + objects * offset_size
    offsets = {int.from_bytes(data[at : at + offset_size], "big") for at in range(table, ends, offset_size)}
    return sorted(offset + 1 for offset in offsets if offset + 9 <= table and data[offset] == _REAL)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
