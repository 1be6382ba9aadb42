"""What a catalog holds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..tables.words import words

RAW = words("3fr arw cr2 cr3 crw dcr dng erf iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f")
_RENDERED = {"jpg": "JPG", "jpeg": "JPG", "tif": "TIFF", "tiff": "TIFF", "psd": "PSD", "png": "PNG", "heic": "HEIC"}
_VIDEOS = words("mov mp4 m4v avi mts mpg")


def file_format(name: str) -> str | None:
    """Lightroom's word for a file's format, by its extension; None for what it does not import."""
    extension = name.rpartition(".")[2].lower()
    if extension == "dng":
        return "DNG"
    if extension in RAW:
        return "RAW"
    if extension in _VIDEOS:
        return "VIDEO"
    return _RENDERED.get(extension)


@dataclass(slots=True)
class Snapshot:
    id: str
    name: str
    settings: dict[str, Any]


@dataclass(slots=True)
class Photo:
    """A photo or a virtual copy. `develop` holds only what was set; `history` each step's name and what it set."""

    id: int
    uuid: str
    path: str
    file_format: str
    master: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    develop: dict[str, Any] = field(default_factory=dict)
    history: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    keywords: dict[int, None] = field(default_factory=dict)
    collections: dict[int, None] = field(default_factory=dict)
    copies: list[int] = field(default_factory=list)
    properties: dict[str, dict[str, str]] = field(default_factory=dict)
    stack: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    """What the file says of itself: width, height, dateTimeOriginal (seconds since 2001), ..."""

    before_edit: dict[str, Any] | None = None
    edited_at: float | None = None

    @property
    def develop_kind(self) -> str:
        return "raw" if self.file_format in ("RAW", "DNG") else "rendered"

    @property
    def is_video(self) -> bool:
        return self.file_format == "VIDEO"

    @property
    def copy_name(self) -> str:
        return str(self.metadata.get("copyName") or "")


@dataclass(slots=True)
class Keyword:
    id: int
    name: str
    parent: int | None = None
    synonyms: list[str] = field(default_factory=list)
    include_on_export: bool = True
    person: bool = False
    children: dict[int, None] = field(default_factory=dict)
    photos: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True)
class Collection:
    """A collection, smart when it has a search. `photos` is in the order in which they were added."""

    id: int
    name: str
    parent: int | None = None
    search: Any = None
    photos: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True)
class CollectionSet:
    id: int
    name: str
    parent: int | None = None
    children: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True)
class Gate:
    """One write gate that was executed: one step in the Undo menu, unless it was private."""

    name: str
    private: bool
    writes: int
