"""What a batch holds, typed once: the plug-in is sent these structs as JSON, and the interface's description is theirs.

Every field is always there, so that Lua code need not ask.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from couloir.json_text import MAX_EXACT, to_json

Count = Annotated[int, Meta(ge=0, le=MAX_EXACT)]


class OtherPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where an earlier import may have put a project's collection."""

    sets: list[str]
    name: str


class CollectionPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A collection that a photo belongs into: `name` below the collection sets `sets`, from the outermost. `kind` is
    "album", "project", or "mark" for what Aperture does not show; `position` orders the photos in it. `other` is for a
    project: it lies there when albums have been added to it since an earlier import, or taken from it."""

    uuid: str
    kind: str
    sets: list[str]
    name: str
    position: int
    other: OtherPlace | None


class StackPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A stack: the version `pick` lies on top, its photo has the file `pick_path`. `position` is 0 for the pick."""

    uuid: str
    pick: str
    pick_path: str
    position: int
    size: int


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One version. `metadata` has only what is stated, with keywords as paths from the root; its "cleared" are fields
    that the photographer removed and the file still has, which are to be emptied. `settings` are for
    applyDevelopSettings, null for what is no photograph, made by `model`; `history` names that step. `project` is the
    name of its project; `custom` are the photographer's own fields and `notes` what was written about the photo, a line
    each; `persons` are the keywords of `metadata` that are persons."""

    uuid: str
    name: str
    metadata: dict[str, Any]
    collections: list[CollectionPlace]
    stack: StackPlace | None
    settings: dict[str, Any] | None
    fidelity: str | None
    model: str
    history: str
    project: str
    custom: str
    notes: str
    persons: list[list[str]]


class CopyTask(Look, frozen=True, kw_only=True):
    """A virtual copy to make of a photo. Answer for it with the kind "version"."""


class PhotoTask(Look, frozen=True, kw_only=True):
    """A photo to add by its absolute `path`, and its virtual copies. Answer for it with its `kind` and uuid.

    `kind` is "version", or "master" for an original that no version shows. `known`: it was taken with an earlier batch
    and comes along because copies of it are missing. `reads_xmp`: its file carries metadata and analytic settings,
    which Lightroom reads when it adds it. `spellings` are other forms of the path that name the same file on a Mac:
    with accents in one sign, or in two. `remark`: what the user has to know of its original, "" for nothing.
    """

    kind: str
    master: str
    path: str
    spellings: list[str]
    known: bool
    video: bool
    reads_xmp: bool
    remark: str
    copies: list[CopyTask]


class AlbumTask(msgspec.Struct, frozen=True, kw_only=True):
    """An album to make if no photo has brought it; answer with the kind "album". `kind` is "album", or "smart": then
    `search` is its rule as nested {"combine", "parts"} and {"criteria", "operation", "value"...}, and `project` names
    the project that it looks in, "" for everywhere."""

    uuid: str
    kind: str
    sets: list[str]
    name: str
    photos: Count
    search: dict[str, Any] | None
    project: str


class KeywordTask(msgspec.Struct, frozen=True, kw_only=True):
    """A keyword that no photo carries; answer with the kind "keyword"."""

    uuid: str
    path: list[str]


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """What to do next. Until it is answered the same batch comes again, word for word. `done`: there is nothing left,
    and `number` is 0."""

    number: Count
    done: bool
    photos: list[PhotoTask]
    albums: list[AlbumTask]
    keywords: list[KeywordTask]


NOTHING_LEFT = BatchView(number=0, done=True, photos=[], albums=[], keywords=[])


def encode_batch(batch: BatchView) -> str:
    """A batch as it is written down and sent: JSON, the same text for the same batch."""
    try:
        return msgspec.json.encode(batch, order="deterministic").decode()
    except UnicodeEncodeError:  # a name in a damaged library need not be text
        return to_json(msgspec.to_builtins(batch), ensure_ascii=False).encode("utf-8", "replace").decode()
