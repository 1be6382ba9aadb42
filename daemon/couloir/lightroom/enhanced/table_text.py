"""A table's spelling in XMP: compressed, in base 85 (dng_big_table::EncodeAsString of Adobe's DNG SDK 1.7.1).

The text is that of the u32 length of the bytes and their zlib stream. Four bytes are one little-endian number, written
as five digits of 85 with the least first; the last one to three bytes have one digit more than bytes. The digits are
those of ZeroMQ's Z85 without `&`, `<` and `>`, so that all of them stand for themselves between double quotes in XML.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np

from couloir.lightroom.enhanced.rgb_table import MOST_BYTES, RgbTable, parse_table

_DIGITS: Final = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?`'|()[]{}@%$#"
_PLACES: Final = 85 ** np.arange(5, dtype=np.uint64)
_CHARACTERS: Final = np.frombuffer(_DIGITS, np.uint8)
_NO_DIGIT: Final = 255
_VALUES: Final = np.full(256, _NO_DIGIT, np.uint8)
_VALUES[_CHARACTERS] = np.arange(85)
_LENGTH: Final = struct.Struct("<I")
# An incompressible stream grows a little in zlib, and by a quarter in base 85.
_MOST_TEXT: Final = 2 * MOST_BYTES


def spell_table(table: RgbTable) -> str:
    """The text of a table."""
    content = table.to_bytes()
    return _encode(_LENGTH.pack(len(content)) + zlib.compress(content))


def read_table(text: str) -> RgbTable:
    """The table in a text. Raises ValueError with the reason."""
    if len(text) > _MOST_TEXT:
        raise ValueError(f"its text has {len(text)} characters, more than any table needs")
    packed = _decode(text)
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed[_LENGTH.size :], MOST_BYTES + 1)
    except zlib.error as error:
        raise ValueError("its text cannot be decompressed") from error
    if not inflater.eof or len(packed) < _LENGTH.size or _LENGTH.unpack_from(packed)[0] != len(content):
        raise ValueError("its text is cut off, or longer than it says")
    return parse_table(content)


def _encode(data: bytes) -> str:
    padding = -len(data) % 4
    numbers = np.frombuffer(data + b"\0" * padding, "<u4").astype(np.uint64)
    digits = numbers[:, np.newaxis] // _PLACES % 85
    text = _CHARACTERS[digits.astype(np.intp)].tobytes().decode("ascii")
    return text[: len(text) - padding]


def _decode(text: str) -> bytes:
    """Characters that are no digit are passed over, as the SDK does: XML may have put white space between."""
    digits = _VALUES[np.frombuffer(text.encode("ascii", "ignore"), np.uint8)]
    digits = digits[digits != _NO_DIGIT]
    padding = -len(digits) % 5
    filled = np.concatenate([digits, np.zeros(padding, np.uint8)]).reshape(-1, 5).astype(np.uint64)
    numbers = (filled * _PLACES).sum(axis=1).astype("<u4")
    return bytes(numbers.tobytes()[: 4 * len(numbers) - padding])
