"""The reasons for the states of rows: a stable code, one sentence, and what a person can do about it.

Photographers read the sentences in the report and in the terminal; `code` is for programs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from couloir.aperture.model import Damage, Doubt
from couloir.aperture.originals import BACKUP
from couloir.errors import CouloirError


class State(StrEnum):
    """The state of a row of the library. Every row is in exactly one."""

    DONE = "done"
    ALREADY_THERE = "already there"  # done by an earlier run; a view on DONE, never stored
    SKIPPED = "skipped"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reason:
    """`sentence` says what happened, `advice` what to do ("" when there is nothing to do)."""

    code: str
    sentence: str
    advice: str = ""


OFFLINE = "original.offline"
LINKED = "original.linked"
CUT = f"original.{Damage.CUT}"
DAMAGED = frozenset(f"original.{damage}" for damage in (Damage.EMPTY, Damage.BLANK, Damage.CUT))
LOST = "operation.dropped"  # the name by which ledgers and older plug-ins know it

_THEN_AGAIN = "Then run again."
_PLUGIN = "The Lightroom plug-in adds it when you import this library there."

WRITTEN = Reason("written", "Written with its settings and metadata.")
CARRIED = Reason("carried", "The original is in its place.")
CARRIED_PAIR = Reason(
    "carried.pair", "The other half of a RAW+JPEG pair: migrated with its metadata, without settings."
)
CARRIED_BARE = Reason(
    "carried.bare",
    "The other half of a RAW+JPEG pair: migrated unchanged, because its metadata could not be written.",
    "The Lightroom plug-in sets its metadata inside Lightroom.",
)
STAYS = Reason("original.stays", "The original stays where it is, as chosen.")
FOLDER_MADE = Reason("folder.made", "Its folder exists.")
KEYWORD_WRITTEN = Reason("keyword.written", "At least one photo carries it.")

UNDONE = Reason("undone", "Removed again by `couloir undo`; the library has it.", "To have it back, migrate again.")

ORIGINAL_RECORD = Reason(
    "version.original-record", "Aperture's own record of the untouched original, which it never shows."
)
IN_TRASH = Reason(
    "trash",
    "In Aperture's trash.",
    "Leave it there, or run again with --trash to include it; the plug-in's import can include the trash, too.",
)
HIDDEN = Reason(
    "version.hidden",
    "Marked as hidden in Aperture, which does not show it either.",
    "Run again with --hidden to include it; the plug-in's import can include what Aperture does not show, too.",
)
OUT_OF_VIEW = Reason(
    "version.out-of-view",
    "The library marks it as not shown (and others as shown), so Aperture does not show it either.",
    "Run again with --hidden to include it; the plug-in's import can include what Aperture does not show, too.",
)
OUT_OF_SCOPE = Reason("scope", "Not in the chosen project.", "Run again without --only to migrate it.")
NO_VERSION = Reason("master.no-version", "Aperture shows no version of this original; the file is migrated unchanged.")

DUPLICATE = Reason(
    "duplicate",
    "Another row of the library has the same identity, so the two cannot be told apart; the first one is used.",
    "Look at both in the report, and compare them with Aperture's previews by hand.",
)
OPERATION_DONE = Reason("operation.translated", "Part of the written settings.")

EXTRA_STAYS = Reason(
    "version.extra-stays",
    "A further version of a photo, which one sidecar cannot hold.",
    "The Lightroom plug-in makes it a virtual copy; --versions clone needs --originals clone or copy.",
)
EXTRA_VERSION = Reason(
    "version.extra",
    "A further version of a photo, which a file cannot hold.",
    "The Lightroom plug-in makes it a virtual copy; or run again with --versions clone to give it its own file.",
)
INSIDE_LIBRARY = Reason(
    "original.inside-library",
    "The original lies inside the Aperture library, where nothing may be written.",
    "The Lightroom plug-in adds it from there; or run again with --originals clone.",
)
WRITES_ORIGINAL = Reason(
    "original.not-touched",
    "Its settings would have to be written into the original, which stays untouched.",
    "The Lightroom plug-in sets them inside Lightroom; or run again with --originals clone.",
)
NO_XMP_TYPE = Reason(
    "file.no-xmp",
    "Lightroom reads no settings from this type of file; the file itself is migrated.",
    "The Lightroom plug-in sets its settings and metadata inside Lightroom.",
)
FOREIGN_SIDECAR = Reason(
    "sidecar.foreign",
    "A sidecar that Couloir did not write, or that another program has saved since, lies beside it; it was left "
    "unchanged.",
    "If you want Aperture's settings, move that .xmp file to another folder, keep it, and run again.",
)
SHARED_SIDECAR = Reason(
    "sidecar.shared",
    "Another photo differs in the extension only, and the sidecar that both would share holds that one's settings.",
    "The Lightroom plug-in sets its settings inside Lightroom; or run again with --originals clone.",
)
CHANGED_IN_BOTH = Reason(
    "changed.in-both",
    "Changed in Aperture after its photo was written, and the file was changed since, too; it was left unchanged.",
    "Make the change by hand, or move the file to another folder, keep it, and run again.",
)
FOREIGN_FILE = Reason(
    "file.foreign",
    "A file of this name that Couloir did not write, or does not recognise, is in its place; it was left unchanged.",
    "Move that file to another folder, keep it until you have compared the two, and run again.",
)
ALBUM_WAITS = Reason("album.plugin", "Files cannot hold albums.", _PLUGIN)
SMART_ALBUM_WAITS = Reason("album.smart.plugin", "Files cannot hold smart albums.", _PLUGIN)
STACK_WAITS = Reason("stack.plugin", "Files cannot hold stacks.", _PLUGIN)
FACE_WAITS = Reason("face.plugin", "Faces are not written into files.", _PLUGIN)
KEYWORD_WAITS = Reason("keyword.unused", "No photo that was written carries it.", _PLUGIN)

# For a program that has no plug-in of ours.
_ALBUM_LIST = "The report lists what is in it; make it again in the program by hand."
ALBUM_STAYS = Reason("album.stays", "Files cannot hold albums, and this program reads none from outside.", _ALBUM_LIST)
STACK_STAYS = Reason("stack.stays", "Files cannot hold stacks, and this program reads none from outside.")
FACE_STAYS = Reason("face.stays", "Faces are not written into files.")
KEYWORD_STAYS = Reason("keyword.stays", "No photo that was written carries it.")
NO_SETTINGS_TYPE = Reason(
    "file.no-settings",
    "The program is not known to read settings for this type of file, so none are written; the file itself is "
    "migrated.",
)
EXTRA_LEFT = Reason(
    "version.extra-left",
    "A further version of a photo, which a file cannot hold.",
    "Run again with --versions clone to give it its own file.",
)
WRITTEN_TOGETHER = Reason(
    "version.together", "Its settings are in its photo's settings file, with those of the other versions."
)
WRITTEN_BESIDE = Reason(
    "version.beside", "Its settings are in the file beside it, with as much of its metadata as that file holds."
)
SIDE_FILE_FOREIGN = "beside.foreign"


def foreign_beside(path: str) -> Reason:
    """`path` is the file that stands in the way, in the destination."""
    return Reason(
        SIDE_FILE_FOREIGN,
        f"The file {path}, which Couloir did not write for this photo, holds or would hold its settings; it was left "
        "unchanged.",
        "If you want Aperture's settings, move that file to another folder, keep it, and run again.",
    )


def offline(volume: str) -> Reason:
    return Reason(
        OFFLINE,
        f"The original is on a disk that is not connected: {volume}.",
        f"Connect the disk {volume} and run again; if it has another name now, give its folder with --volume.",
    )


def read_disk(reason: Reason) -> str:
    """The name of the disk that a reason of `offline` waits for; "" for every other reason."""
    stem, end = offline("\0").sentence.split("\0")
    if reason.code != OFFLINE or not reason.sentence.startswith(stem):
        return ""
    return reason.sentence.removeprefix(stem).removesuffix(end)


def linked(sought: str) -> Reason:
    return Reason(
        LINKED,
        f"The original is behind a link in the library that was not followed: {sought}.",
        "If you moved that folder there yourself, run again with --follow-links; the plug-in asks when it opens it.",
    )


def behind_link(sought: str) -> Reason:
    return Reason(
        OFFLINE,
        f"The original is behind a link in the library whose target cannot be reached now: {sought}.",
        "Connect the disk that the link leads to and run again.",
    )


def unnamed_disk(sought: str, uuid: str | None) -> Reason:
    """The original is on a disk without a name; `uuid` is the library's identifier of the disk."""
    if uuid is None:
        advice = "The library does not say which disk it was on: find the file by its name and add it by hand."
    else:
        advice = f"Connect the disk and run again with --volume {uuid}=FOLDER, where FOLDER is the disk's folder."
    return Reason(
        OFFLINE, f"The original is on a disk that the library does not name: {sought or 'no path is stored'}.", advice
    )


def denied(sought: str) -> Reason:
    return Reason(
        "original.denied",
        f"The operating system does not allow reading the original: {sought}.",
        "Allow it (on macOS: Full Disk Access for the terminal, in System Settings > Privacy) and run again.",
    )


def missing(sought: str) -> Reason:
    return Reason(
        "original.missing",
        f"The original is not where the library says: {sought}.",
        "Restore the file from a backup or a vault and run again.",
    )


def unsafe(sought: str) -> Reason:
    return Reason(
        "original.unsafe",
        f"The path that the library gives for the original is not safe: {sought}.",
        "The path is not followed. Find the file and add it by hand, or read an older copy of the library.",
    )


ATTACHMENT_CARRIED = Reason("attachment.carried", "Its file is beside its photo.")


def attachment_missing(sought: str) -> Reason:
    return Reason(
        "attachment.missing",
        f"The attachment of this photo is not in the library: {sought}.",
        "Look for it in a backup or a vault of the library.",
    )


def attachment_stays(place: str) -> Reason:
    return Reason(
        "attachment.stays",
        f"The attachment of this photo stays in the library, like the originals: {place}.",
        "Run with --originals clone or copy to have it beside the photo.",
    )


def no_master(uuid: str) -> Reason:
    return Reason(
        "version.no-master",
        f"The library has no original for this version (master {uuid}).",
        "Check whether a backup or a vault of the library still has it.",
    )


def damaged(doubt: Doubt) -> Reason:
    """The reason for a damaged original."""
    what = f"The original {doubt.what}." if doubt.is_lost else f"The original {doubt.what}; what is left was migrated."
    return Reason(f"original.{doubt.damage}", what, f"{BACKUP} {_THEN_AGAIN}")


def written_from(doubt: Doubt) -> Reason:
    """The reason for a version with its look and metadata whose original is cut off."""
    return Reason(CUT, f"Written with its settings and metadata, but its original {doubt.what}.", BACKUP)


def lost(why: str) -> Reason:
    return Reason(LOST, why, "Compare the photo with Aperture's preview in the report.")


def error(problem: CouloirError) -> Reason:
    """The reason from an error about one item."""
    return Reason(problem.code, problem.message, problem.advice)


def trouble(problem: Exception) -> Reason:
    """The reason from an error about one item, or from a fault of Couloir itself."""
    if isinstance(problem, CouloirError):
        return error(problem)
    told = f"{type(problem).__name__}: {problem}".splitlines()[0]
    return Reason(
        "fault",
        f"A fault in Couloir, not in your library ({told}).",
        "Report it with the output of `couloir doctor --report`.",
    )


_IN_GENERAL = {
    OFFLINE: "The original is on a disk that is not connected.",
    LOST: "No setting does the same.",
}
_DIFFERENT = "The reasons differ; the report names the reason of each item."


def common(code: str, sentences: Collection[str]) -> str:
    """One sentence for all of these reasons of one code, never "": the sentence itself, their common beginning up to a
    ": ", or what the code says in general.
    """
    if len(set(sentences)) == 1:
        return next(iter(sentences)) or _DIFFERENT
    beginnings = {sentence.partition(": ")[0] for sentence in sentences}
    if len(beginnings) == 1:
        return f"{beginnings.pop()}."
    return _IN_GENERAL.get(code, _DIFFERENT)
