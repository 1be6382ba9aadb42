"""The records of an Aperture library, as plain immutable data. No I/O.

Field names are Aperture's own terms (docs/architecture.md, "Words"). Times are aware datetimes in UTC; sizes are
pixels; rectangles state their frame and origin. Every uuid is Aperture's 22-character string, unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from couloir.aperture.adjustments import Adjustment


@dataclass(frozen=True, slots=True)
class PixelSize:
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """Identity of a library: `app` is "Aperture" or "iPhoto"; `database` is (version, minor), (110, 226) for Aperture
    3.6.
    """

    path: Path
    name: str
    app: str
    app_version: str
    database: tuple[int, int]
    uuid: str | None


class FolderKind(StrEnum):
    FOLDER = "folder"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder or project. `is_system` marks Aperture's own containers (LibraryFolder, TopLevelAlbums ...).

    `in_trash` is true when the folder *or one of its ancestors* is in the trash. `name` may be empty: iPhoto events and
    Aperture projects can have no name, and two may share one.
    """

    uuid: str
    model_id: int
    kind: FolderKind
    name: str
    parent_uuid: str | None
    position: int
    in_trash: bool
    is_system: bool


class AlbumKind(StrEnum):
    USER = "user"
    SMART = "smart"
    IMPLICIT = "implicit"


@dataclass(frozen=True, slots=True)
class Album:
    """An album with its versions in Aperture's order. `is_system` marks Aperture's own albums (Flagged, Last Import
    ...).
    """

    uuid: str
    model_id: int
    kind: AlbumKind
    type_code: int
    name: str
    folder_uuid: str | None
    position: int
    in_trash: bool
    is_system: bool
    version_uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword. `path` leads from the root to this keyword's own name."""

    uuid: str
    model_id: int
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Volume:
    uuid: str
    name: str
    disk_uuid: str | None
    is_offline: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """Versions that Aperture shows as one; the pick comes first."""

    uuid: str
    version_uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """A detected face. The rectangle is a fraction of the unrotated master, origin bottom-left."""

    uuid: str
    master_uuid: str
    name: str | None
    left: float
    bottom: float
    width: float
    height: float
    rejected: bool


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Master:
    """An original. `image_path` is relative to Masters/ when managed, to its volume's root when referenced.

    `file_size` is the file's size in bytes according to the library, `original_file_size` the size
    when it was imported; older libraries state only the first.
    """

    uuid: str
    model_id: int
    name: str
    file_name: str
    original_file_name: str | None
    media: MediaKind
    subtype: str | None
    is_raw: bool
    is_reference: bool
    marked_missing: bool
    in_trash: bool
    image_path: str | None
    volume_uuid: str | None
    project_uuid: str | None
    import_group_uuid: str | None
    alternate_master_uuid: str | None
    file_size: int | None
    image_date: datetime | None
    created: datetime | None
    original_file_size: int | None = None


class OriginalStatus(StrEnum):
    PRESENT = "present"
    MISSING = "missing"  # the database names a path, and the disk has no file there
    OFFLINE = "offline"  # its volume is not connected
    LINKED = "linked"  # behind a link in the package that the user has not allowed to be followed
    DENIED = "denied"  # the operating system refuses access
    UNSAFE = "unsafe"  # the stored path leads out of the library, or is not a path

    @property
    def is_failure(self) -> bool:
        """Whether something is wrong, as opposed to a photo that connecting a disk or an option makes available."""
        return self in (OriginalStatus.MISSING, OriginalStatus.DENIED, OriginalStatus.UNSAFE)


class Damage(StrEnum):
    """The kind of damage, or doubt, of an original that exists."""

    EMPTY = "empty"  # it has no content
    BLANK = "blank"  # it begins with zeros only, as no picture does
    CUT = "cut"  # shorter than stated, and its structure reaches beyond its end or is not known
    CHANGED = "changed"  # of another size and complete: another program has written it since
    UNREADABLE = "unreadable"  # of the stated size, and it cannot be decoded


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an original may not be the photograph that was imported. Sizes are bytes; `stated` is 0 where none is.

    `why` is a decoder's message about an unreadable one.
    """

    damage: Damage
    size: int
    stated: int
    why: str = ""

    @property
    def is_lost(self) -> bool:
        """True when the file holds nothing of the photograph."""
        return self.damage in (Damage.EMPTY, Damage.BLANK)

    @property
    def what(self) -> str:
        """The description as a predicate, to follow the original's name."""
        match self.damage:
            case Damage.EMPTY:
                return f"is empty; it should have {self.stated:,} bytes" if self.stated else "is empty"
            case Damage.BLANK:
                return "holds zeros where a picture begins; its content is lost"
            case Damage.CUT:
                return f"is cut off: it has {self.size:,} of {self.stated:,} bytes"
            case Damage.CHANGED:
                return f"has {self.size:,} bytes and the library states {self.stated:,}; another program has changed it"
            case Damage.UNREADABLE:
                return f"cannot be read as a picture: {self.why}"


@dataclass(frozen=True, slots=True)
class Original:
    """Where a master's file is. `path` is set only when `status` is PRESENT; `sought` is where it should be.

    `doubt` says why it may not be the imported photograph.
    """

    status: OriginalStatus
    path: Path | None
    sought: str
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Aperture's rendering of a version. `path` is None when no file exists.

    `is_master` is true when Aperture uses the untouched master JPEG itself as the preview.
    """

    path: Path | None
    relative_path: str | None
    up_to_date: bool
    is_master: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of RKImageAdjustment: what Aperture stored, and its typed reading.

    `index` is Aperture's adjIndex: pipeline slot * 1,000,000 + instance. `inputs` are the archive's inputKeys,
    verbatim; `class_name` is Apple's class (DGExposureOperation). `problem` says why a known identifier has no typed
    reading (then `adjustment` is an UnknownAdjustment); `inputs` is empty when the archive itself could not be read.
    """

    uuid: str
    identifier: str
    index: int
    enabled: bool
    mask_uuid: str | None
    inputs: Mapping[str, object]
    adjustment: Adjustment
    problem: str | None = None
    class_name: str | None = None


class Visibility(StrEnum):
    """Whether Aperture shows a version, apart from the trash; `couloir.aperture.showing` has the rule."""

    SHOWN = "shown"
    ORIGINAL = "original"  # Aperture's own record of the untouched original, which is never shown
    HIDDEN = "hidden"  # marked as hidden
    OUT_OF_VIEW = "out of view"  # marked as not shown, in a library that marks others as shown


@dataclass(frozen=True, slots=True)
class Version:
    """One interpretation of a master: metadata, adjustments, geometry.

    `number` is 1 for the first that a user sees, 2 and higher for duplicates, 0 for the record of the untouched
    original and for a version without a number. `rating` is -1 (reject) to 5. `color_label` is Aperture's index 0..6 or
    None. `master_size` is the unrotated sensor frame; `processed_size` is after crop and rotation, the exact size
    Aperture renders. `rotation` is clockwise degrees, 0, 90, 180 or 270, *including* the EXIF orientation. `captured`
    is the true instant; `time_zone` the zone in which Aperture shows it. `iptc` and `exif` have Aperture's property
    keys, `other` has all others, such as the photographer's own fields. Operations are in pipeline order. `file_clock`
    is the file's own time of capture, naive; it is read only where the library lacks the camera's local time (see
    `wall_clock`).
    """

    uuid: str
    model_id: int
    number: int
    name: str
    file_name: str
    master_uuid: str
    raw_master_uuid: str | None
    non_raw_master_uuid: str | None
    project_uuid: str | None
    stack_uuid: str | None
    captured: datetime | None
    time_zone: str | None
    rating: int
    flagged: bool
    color_label: int | None
    visibility: Visibility
    in_trash: bool
    master_size: PixelSize | None
    processed_size: PixelSize | None
    rotation: int
    has_adjustments: bool
    has_enabled_adjustments: bool
    latitude: float | None
    longitude: float | None
    keywords: tuple[tuple[str, ...], ...] = ()
    iptc: Mapping[str, str] = field(default_factory=dict)
    exif: Mapping[str, str | float] = field(default_factory=dict)
    other: Mapping[str, str | float] = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()
    file_clock: datetime | None = None

    @property
    def is_original(self) -> bool:
        """True for Aperture's own record of the untouched original."""
        return self.visibility is Visibility.ORIGINAL

    @property
    def browsable(self) -> bool:
        """True when Aperture shows it, or would if it were not in the trash."""
        return self.visibility is Visibility.SHOWN

    @property
    def shown(self) -> bool:
        """True when Aperture shows it: it is browsable, and neither it nor its master nor its project is in the
        trash.
        """
        return self.browsable and not self.in_trash


@dataclass(frozen=True, slots=True)
class OtherRecords:
    """The content of Aperture's other records of a version's original: version 0 and further versions.

    `original`: version 0 is among them; `keywords`, `label`: one of them has any. `iptc` are the
    property keys under which one of them has a text; `exif` those of Latitude, Longitude and Altitude that one has.
    `placed`: one has a position; `original_place` (in degrees) and `original_rotation` (clockwise degrees) are version
    0's.
    """

    original: bool = False
    keywords: bool = False
    label: bool = False
    iptc: frozenset[str] = frozenset()
    exif: frozenset[str] = frozenset()
    placed: bool = False
    original_place: tuple[float, float] | None = None
    original_rotation: int | None = None


class Severity(StrEnum):
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem or a remark about one item of a library, and what to do about it.

    `code` is stable ("original.missing"); `kind` is a ledger kind ("master", "version", "operation" ...); `item` its
    uuid or name; `message` one sentence; `advice` one sentence or "".
    """

    code: str
    severity: Severity
    kind: str
    item: str
    message: str
    advice: str = ""
