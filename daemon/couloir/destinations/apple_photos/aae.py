"""Files of adjustments (`.AAE`) as Apple Photos reads them beside a picture that it imports, and back.

A property list that holds raw-deflated JSON. Container, identifiers and the shape of the JSON are those of real files
(osxphotos' test libraries, written by Photos 1 to 10 between 2020 and 2024).
"""

from __future__ import annotations

import json
import plistlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.parsers.expat import ExpatError

from couloir.json_text import to_json

SUFFIX: Final = ".AAE"
FORMAT: Final = "com.apple.photo"
_VERSION: Final = "1.4"
"""The oldest version that real files with Crop and RKRawDecodeOperation state: newer programs read it, too."""
_LONGEST: Final = 1 << 24  # bytes of JSON; a real file has a few thousand

Adjustment = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AdjustmentFile:
    """The content of such a file. `width` and `height` are pixels of the stored frame, `orientation` an EXIF code;
    `adjustments` the list as Photos has it: identifier, settings, enabled.
    """

    adjustments: tuple[Adjustment, ...]
    width: int
    height: int
    orientation: int


def write_adjustments(content: AdjustmentFile, at: datetime) -> bytes:
    """The file. `at` is the time of the edit that it states (UTC, without zone); the same arguments give the same
    bytes.
    """
    document = {
        "formatVersion": 1,
        "metadata": {
            "masterWidth": content.width,
            "masterHeight": content.height,
            "orientation": content.orientation,
        },
        "versionInfo": {"platform": "OSX", "buildNumber": "0", "appVersion": "0", "schemaRevision": 1},
        "adjustments": list(content.adjustments),
    }
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = packer.compress(to_json(document).encode()) + packer.flush()
    stated = {
        "adjustmentBaseVersion": 0,
        "adjustmentData": data,
        "adjustmentEditorBundleID": "com.apple.Photos",
        "adjustmentFormatIdentifier": FORMAT,
        "adjustmentFormatVersion": _VERSION,
        "adjustmentTimestamp": at,
    }
    return plistlib.dumps(stated, fmt=plistlib.FMT_XML, sort_keys=True)


def read_adjustments(data: bytes) -> AdjustmentFile:
    """The content of a file that Photos or `write_adjustments` wrote. Raises ValueError for anything else."""
    try:
        stated = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError) as error:
        raise ValueError(f"it is no property list ({error})") from error
    if not isinstance(stated, dict) or stated.get("adjustmentFormatIdentifier") != FORMAT:
        raise ValueError("its adjustments are another program's")
    packed = stated.get("adjustmentData")
    return _read_document(_unpack(packed if isinstance(packed, bytes) else b""))


def _unpack(packed: bytes) -> object:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = unpacker.decompress(packed, _LONGEST)
        if unpacker.unconsumed_tail:
            raise ValueError(f"its adjustments are longer than {_LONGEST} bytes")
        return json.loads(text)
    except (zlib.error, RecursionError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"its adjustments cannot be read ({error})") from error


def _read_document(document: object) -> AdjustmentFile:
    match document:
        case {
            "adjustments": list(listed),
            "metadata": {"masterWidth": int(width), "masterHeight": int(height), "orientation": int(orientation)},
        } if all(isinstance(each, dict) for each in listed):
            return AdjustmentFile(tuple(listed), width, height, orientation)
        case _:
            raise ValueError("its adjustments or the picture's size are in no known form")


def compose_adjustment(identifier: str, settings: Mapping[str, object]) -> Adjustment:
    """One entry of the list."""
    return {
        "identifier": identifier,
        "formatIdentifier": FORMAT,
        "formatVersion": 1,
        "enabled": True,
        "settings": dict(settings),
    }


def find_adjustments(adjustments: Sequence[Adjustment], identifier: str) -> list[Adjustment]:
    """The entries with this identifier."""
    return [each for each in adjustments if each.get("identifier") == identifier]
