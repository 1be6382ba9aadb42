"""The keys of each table that the SDK returns, from outside sources, never from what a plug-in happens to read.

A table that an implementation returns as a `Record` becomes, in Lua, one whose other keys cannot be read: a misspelt or
invented key is `nil` in Lightroom, and a plug-in that reckons with it fails there, in the photographer's hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .develop import KEYS
from .words import words


class Returned(NamedTuple):
    """The keys that a table may have, and who says so."""

    keys: frozenset[str]
    source: str


def _reference(keys: str, module: str) -> Returned:
    return Returned(frozenset(words(keys)), f"Adobe's reference, {module}")


RETURNED: Mapping[str, Returned] = {
    "LrFileUtils.volumeAttributes": _reference("fileSystemSize fileSystemFreeSize", "LrFileUtils"),
    "LrFileUtils.fileAttributes": _reference("fileSize fileCreationDate fileModificationDate", "LrFileUtils"),
    "LrApplication.versionTable": _reference("major minor revision build build_version publicBeta", "LrApplication"),
    "LrPhoto.getDevelopSnapshots": _reference("snapshotID name id_global", "LrPhoto"),
    "LrPhoto.dimensions": _reference("width height", "LrPhoto"),
    "LrPhoto.gps": _reference("latitude longitude", "LrPhoto"),
    "LrPhoto.customMetadata": _reference("id value sourcePlugin", "LrPhoto"),
    "LrPhoto.getDevelopSettings": Returned(
        frozenset(KEYS), "the live tables of LrC_Autonomous_Gateway, Lightroom 15.5"
    ),
    "LrKeyword.getAttributes": _reference(
        "keywordName synonyms includeOnExport ignoreCase keywordType", "LrKeyword, getAttributes and setAttributes"
    ),
    "LrHttp.headers": _reference("status error", "LrHttp"),
    "LrHttp.header": _reference("field value", "LrHttp"),
    "LrHttp.error": _reference("errorCode name nativeCode", "LrHttp"),
}


class Record(dict[Any, Any]):
    """A table whose readable keys are those of `RETURNED`, or those that were asked for."""

    def __init__(self, name: str, values: Mapping[Any, Any], asked: Iterable[str] | None = None) -> None:
        super().__init__(values)
        self.name = name
        self.keys_allowed = RETURNED[name].keys if asked is None else frozenset(asked)
        invented = {key for key in values if isinstance(key, str)} - self.keys_allowed
        assert not invented, f"the fake invents {sorted(invented)} in what {name} returns"
