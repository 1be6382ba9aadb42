"""Decides what to do with each version and each master. Writes nothing.

A decision is either a `Row`, which is final (skipped, waiting, failed), or a `Unit`, one file to
produce.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePath, PurePosixPath

from couloir.aperture.model import (
    Damage,
    Doubt,
    Master,
    Original,
    OriginalStatus,
    OtherRecords,
    Version,
    Visibility,
    Volume,
)
from couloir.aperture.wholeness import begins_blank
from couloir.derive import photo_kind
from couloir.derive.removals import NO_OTHER_RECORDS
from couloir.lightroom.embed import can_embed
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.files import names
from couloir.migrate.files.originals import reading_original
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.reasons import Reason, State


class Placement(StrEnum):
    """Where a photo's XMP goes."""

    SIDECAR = "sidecar"  # STEM.xmp beside a RAW file
    EMBEDDED = "embedded"  # into the destination's own copy of a JPEG, TIFF, DNG or PNG
    BESIDE = "beside"  # in the side file of a door that is known to read this type, which holds no XMP itself
    NONE = "none"  # Lightroom reads no XMP for this type; the file is migrated, the rest waits


@dataclass(frozen=True, slots=True)
class Unit:
    """One file to produce.

    `version` is the version whose metadata and, when `with_settings`, whose look the file carries; None for an
    original that no version shows. `frame` is the version that has this file's own pixel frame. `target` is
    relative to the destination; None leaves the original where it is, and only a sidecar beside it is written.
    `is_main` is true when the file stands for its master, false for the clone of an extra version. `waits` says why
    there is no XMP when `placement` is NONE. `together` are all versions of the photo that share its side files, the
    one that its file carries first; `shares` is true for the others, which have no file of their own.
    `replaces` and `replaces_sidecar` are the hashes of the files of an earlier run, which may be replaced because the
    version was changed in Aperture since; None where nothing may be replaced. `replaces_beside` are those of the side
    files, by their path.
    `records` are the content of Aperture's other records of the original, from which removed values are known;
    `own` are texts without a place in Lightroom, by the name of their list in Couloir's namespace. `doubt` is
    why the original may not be the imported photograph.
    """

    master: Master
    version: Version | None
    frame: Version | None
    source: Path
    target: PurePosixPath | None
    placement: Placement
    with_settings: bool
    is_main: bool
    waits: Reason | None = None
    shares: bool = False
    together: tuple[Version, ...] = ()
    replaces: str | None = None
    replaces_sidecar: str | None = None
    replaces_beside: Mapping[str, str] = field(default_factory=dict)
    records: OtherRecords = NO_OTHER_RECORDS
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)
    doubt: Doubt | None = None

    @property
    def sidecar(self) -> PurePath:
        """Where the sidecar goes: relative to the destination, or beside an original that stays."""
        place: PurePath = self.target if self.target is not None else self.source
        return place.with_name(names.sidecar_name(place.name))


@dataclass(frozen=True, slots=True)
class FinalState:
    """A final state and reason, without a file to produce."""

    state: State
    reason: Reason


@dataclass(frozen=True, slots=True)
class FinalStates:
    """The final state of a version, and of its master where the version is its main one."""

    version: FinalState
    master: FinalState


def both(state: FinalState) -> FinalStates:
    """The same state for the version and its master."""
    return FinalStates(state, state)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The facts beyond its own row that decide about a version or master.

    `in_trash` is about the master or its project, `in_scope` about the chosen project; `trash` and `hidden` say whether
    such photos are wanted, too.
    """

    in_scope: bool
    in_trash: bool
    trash: bool = False
    hidden: bool = False


def placement(master: Master, path: Path, reads: Collection[str] = ()) -> Placement:
    """Where this file's XMP goes. RAW files take a sidecar, but DNG is embedded although it is RAW. `reads` are the
    suffixes of the types that the door reads and that hold no XMP.

    Checks the first bytes of the file, because a file named as JPEG may be something else. Raises ContentError.
    """
    if photo_kind(master) is PhotoKind.RAW and path.suffix.lower() not in (".dng", ".jpg", ".jpeg"):
        return Placement.SIDECAR
    with reading_original(path):
        if can_embed(path):
            return Placement.EMBEDDED
    return Placement.BESIDE if path.suffix.lower() in reads else Placement.NONE


def version_state(version: Version, facts: Circumstances) -> FinalState | None:
    """Why a version is left out regardless of its original, None when it is wanted."""
    if version.is_original:
        return FinalState(State.SKIPPED, reasons.ORIGINAL_RECORD)
    if (version.in_trash or facts.in_trash) and not facts.trash:
        return FinalState(State.SKIPPED, reasons.IN_TRASH)
    if not version.browsable and not facts.hidden:
        return FinalState(State.SKIPPED, not_shown(version.visibility))
    return None if facts.in_scope else FinalState(State.SKIPPED, reasons.OUT_OF_SCOPE)


def not_shown(visibility: Visibility) -> Reason:
    """Why Aperture does not show a version that is not an original record."""
    return reasons.HIDDEN if visibility is Visibility.HIDDEN else reasons.OUT_OF_VIEW


def master_state(facts: Circumstances, *, versions: Visibility | None, is_other_half: bool) -> FinalState | None:
    """Why an original that no version carries is left out, None when it is still wanted.

    `versions` says why its versions are not shown, None where it has none.
    """
    if facts.in_trash and not facts.trash:
        return FinalState(State.SKIPPED, reasons.IN_TRASH)
    if versions is not None and not is_other_half:
        return FinalState(State.SKIPPED, not_shown(versions))
    return None if facts.in_scope else FinalState(State.SKIPPED, reasons.OUT_OF_SCOPE)


def check_blank(original: Original) -> Original:
    """The original with a doubt from its first bytes, where its size raises none. Raises ContentError."""
    if original.path is None or original.doubt is not None:
        return original
    with reading_original(original.path):
        size = original.path.stat().st_size
        blank = begins_blank(original.path)
    return replace(original, doubt=Doubt(Damage.BLANK, size, size)) if blank else original


def original_state(original: Original, master: Master, volumes: Mapping[str, Volume]) -> FinalState | None:
    """Why an original cannot be migrated, None when it is present."""
    match original.status:
        case OriginalStatus.PRESENT:
            is_lost = original.doubt is not None and original.doubt.is_lost
            return FinalState(State.FAILED, reasons.damaged(original.doubt)) if original.doubt and is_lost else None
        case OriginalStatus.OFFLINE:
            if not master.is_reference:
                return FinalState(State.WAITING, reasons.behind_link(original.sought))
            volume = volumes.get(master.volume_uuid or "")
            offline = (
                reasons.offline(volume.name)
                if volume and volume.name
                else reasons.unnamed_disk(original.sought, master.volume_uuid)
            )
            return FinalState(State.WAITING, offline)
        case OriginalStatus.LINKED:
            return FinalState(State.WAITING, reasons.linked(original.sought))
        case OriginalStatus.DENIED:
            return FinalState(State.FAILED, reasons.denied(original.sought))
        case OriginalStatus.MISSING:
            return FinalState(State.FAILED, reasons.missing(original.sought))
        case OriginalStatus.UNSAFE:
            return FinalState(State.FAILED, reasons.unsafe(original.sought))


def staying_states(master: Master, source: Path, xmp: Placement) -> FinalStates | None:
    """The states of an original that stays where it is; None when a sidecar can go beside it."""
    if not master.is_reference or any(parent.suffix.lower() in names.LIBRARY_SUFFIXES for parent in source.parents):
        return both(FinalState(State.WAITING, reasons.INSIDE_LIBRARY))
    if xmp is Placement.SIDECAR:
        return None
    reason = reasons.WRITES_ORIGINAL if xmp is Placement.EMBEDDED else reasons.NO_XMP_TYPE
    return FinalStates(version=FinalState(State.WAITING, reason), master=FinalState(State.DONE, reasons.STAYS))
