"""Records of details of masters, versions, folders and albums beyond those of `couloir.aperture.model`. No I/O.

Times, sizes and uuids are as there; an optional field is None where the library does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StackPick:
    """The version that stands for a stack in one album. That it overrides the stack's own pick is inferred."""

    stack_uuid: str
    album_uuid: str
    version_uuid: str


class Owner(StrEnum):
    """The kind of owner of a note or attachment, found by its uuid."""

    MASTER = "master"
    VERSION = "version"
    FOLDER = "folder"
    ALBUM = "album"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Note:
    """A text. `key` "comment" on a folder is the project's description."""

    uuid: str
    owner: Owner
    owner_uuid: str
    key: str
    text: str
    created: datetime | None


@dataclass(frozen=True, slots=True)
class FocusPoint:
    """Where a camera measured focus: a rectangle in fractions of the master's frame (origin not verified).

    `used` marks a point that the camera focused on.
    """

    x: float
    y: float
    width: float
    height: float
    used: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """An audio note, a track or another file. `path` is as stored; `seconds` its duration."""

    uuid: str
    owner: Owner
    owner_uuid: str
    key: str
    file_name: str
    path: str | None
    volume_uuid: str | None
    is_reference: bool
    marked_missing: bool
    in_trash: bool
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """A named place. Degrees; `names` by language; `kind` is Aperture's number of its level (country, city ...)."""

    uuid: str
    model_id: int
    name: str
    names: tuple[tuple[str, str], ...]
    kind: int | None
    user_defined: bool
    latitudes: tuple[float, float] | None
    longitudes: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Person:
    """A name that faces have. `key` is what faces refer to; `key_version_uuid` the version with its portrait."""

    uuid: str
    key: int
    name: str
    full_name: str | None
    email: str | None
    key_version_uuid: str | None


@dataclass(frozen=True, slots=True)
class VersionFace:
    """A face in the frame that Aperture shows: fractions of the cropped and rotated picture, origin bottom-left.

    Written when the face was found, so it can be stale where the crop was changed later.
    """

    version_uuid: str
    name: str | None
    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ImportGroup:
    """One import. `folder` is where its files lie in Masters: 2023/09/27/20230927-064307, in the Mac's time then."""

    uuid: str
    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class Video:
    """A version's settings of a video. In, out and poster as stored: their unit is not known."""

    version_uuid: str
    in_point: str | None
    out_point: str | None
    poster: str | None
    has_edit_list: bool


@dataclass(frozen=True, slots=True)
class RawJpegPair:
    """RAW and JPEG of one exposure. `in_use` is the one that Aperture shows, by its versions."""

    raw_uuid: str
    jpeg_uuid: str
    in_use: str


@dataclass(frozen=True, slots=True)
class AliasTarget:
    """The place of a referenced master's file according to its alias record."""

    volume: str
    mount: str | None
    path: str | None
    file_name: str


@dataclass(frozen=True, slots=True)
class MasterDetails:
    """Details of a master. `image_format` is a FourCC such as "JPEG" or "cr2 "."""

    uuid: str
    original_version_uuid: str | None
    color_space: str | None
    image_format: str | None
    pixel_format: int | None
    seconds: float | None
    file_created: datetime | None
    file_modified: datetime | None
    original_file_size: int | None
    imported_by: int | None
    alias: AliasTarget | None


@dataclass(frozen=True, slots=True)
class VersionExtras:
    """Details that only a version's property list has. The zones are those that the user set to correct a camera's
    time.
    """

    version_uuid: str
    camera_zone: str | None
    picture_zone: str | None
    raw_decoder: str | None


class AlbumForm(StrEnum):
    """The kind of an album in Aperture's list. Only ALBUM was seen in real libraries; the numbers of the others rest on
    one other reader, and their content besides photos is not read.
    """

    ALBUM = "album"
    WEB_GALLERY = "web gallery"
    WEB_JOURNAL = "web journal"
    LIGHT_TABLE = "light table"
    OTHER = "book, slideshow or other"


@dataclass(frozen=True, slots=True)
class AlbumDetails:
    """Details of an album. `sort_key` is a key path; `service` is where it was published."""

    uuid: str
    form: AlbumForm
    sort_key: str | None
    ascending: bool
    poster_uuid: str | None
    scope_uuid: str | None
    service: str | None


@dataclass(frozen=True, slots=True)
class FolderDetails:
    """Details of a folder or project: description, poster, first and last photo, Aperture's own order of photos."""

    uuid: str
    description: str | None
    poster_uuid: str | None
    first: datetime | None
    last: datetime | None
    created: datetime | None
    is_favorite: bool
    sort_key: str | None
    ascending: bool


@dataclass(frozen=True, slots=True)
class Mask:
    """A brush mask and its files in Masks. Their format is not known, so they are listed and not read."""

    uuid: str
    created: datetime | None
    files: tuple[Path, ...]


class PreviewStatus(StrEnum):
    UP_TO_DATE = "up to date"
    STALE = "stale"
    HALF_SIZE = "half size"  # current, but smaller than the version
    EMBEDDED_JPEG = "embedded JPEG"  # the camera's own JPEG of a RAW file, not Aperture's rendering
    MASTER = "master"  # the untouched JPEG is its own preview
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small rendering. Its size is as stored, 0 where none is stored."""

    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PreviewState:
    """The state of a version's preview, and the largest thumbnail as a fallback."""

    status: PreviewStatus
    path: Path | None
    size: tuple[int, int] | None
    changed: datetime | None
    thumbnail: Thumbnail | None
