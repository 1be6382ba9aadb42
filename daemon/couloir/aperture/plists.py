"""Loads untrusted property lists, limited in bytes and in expanded size, and raises only ContentError.

`plistlib` handles most malformed input, but in a binary property list thousands of objects may share one long list
or string (a few kilobytes then unfold to gigabytes), so the sizes that its objects declare are summed up before it is
called.
"""

from __future__ import annotations

import plistlib
import struct
from pathlib import Path
from xml.parsers.expat import ExpatError

from couloir.errors import ContentError

#: The largest real property lists of a library have some hundred kilobytes (albums with many thousand photos).
MAX_FILE_BYTES = 16 * 1024 * 1024

_TRAILER = struct.Struct(">6xBBQQQ")  # offset size, reference size, objects, top object, offset table
# The errors that plistlib and the types it calls raise on broken input; expat's error is not a ValueError.
_LOAD_ERRORS = (
    plistlib.InvalidFileException,
    ExpatError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


def parse_plist(data: bytes, item: str, max_bytes: int = MAX_FILE_BYTES) -> object:
    """The root object of a binary or XML property list. Raises ContentError, which names `item`."""
    if len(data) > max_bytes:
        raise ContentError(item=item, why=f"it is larger than {max_bytes} bytes")
    if data.startswith(b"bplist00") and _declared_units(data) > len(data):
        raise ContentError(item=item, why="its objects overlap, so that it would unfold without end")
    try:
        loaded: object = plistlib.loads(data)
    except _LOAD_ERRORS as error:
        raise ContentError(item=item, why=f"it is not a readable property list ({type(error).__name__})") from error
    return loaded


def read_plist(path: Path, max_bytes: int = MAX_FILE_BYTES) -> dict[str, object]:
    """The dictionary in a property list file. Raises ContentError, also for any other root object."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise ContentError(item=path.name, why=error.strerror or type(error).__name__) from error
    root = parse_plist(data, path.name, max_bytes)
    if not isinstance(root, dict):
        raise ContentError(item=path.name, why="it is not a dictionary")
    return root


def _declared_units(data: bytes) -> int:
    """The sum of the references and bytes that the objects of a binary property list declare.

    Objects of a real file do not overlap, so the sum stays below the file's size (UTF-16 text counts
    characters). Malformed parts count as 0: plistlib refuses them itself.
    """
    if len(data) < 40:
        return 0
    offset_size, _, objects, _, table = _TRAILER.unpack(data[-32:])
    if not offset_size or objects * offset_size > len(data) - table:
        return 0
    total = 0
    for position in range(table, table + objects * offset_size, offset_size):
        total += _declared_size(data, int.from_bytes(data[position : position + offset_size], "big"))
    return total


def _declared_size(data: bytes, offset: int) -> int:
    """Length that the object at `offset` declares: entries of a container, bytes or characters of a string or data."""
    if offset >= len(data):
        return 0
    kind, low = data[offset] >> 4, data[offset] & 0x0F
    if kind not in {0x4, 0x5, 0x6, 0xA, 0xC, 0xD}:  # data, ASCII, UTF-16, array, set, dictionary
        return 1
    size = low
    if low == 0x0F:
        width = 1 << (data[offset + 1] & 0x0F) if offset + 1 < len(data) else 0
        size = int.from_bytes(data[offset + 2 : offset + 2 + width], "big")
    # plistlib refuses an object that declares more than the file has; it must not distort the sum.
    return min(size, len(data))
