"""How strict and how quick the fake is. The defaults are the unforgiving ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .assumed import chosen

_ADOBE = ("Standard", "Color", "Monochrome", "Landscape", "Neutral", "Portrait", "Vivid")
_CAMERA = ("Standard", "Neutral", "Faithful", "Landscape", "Portrait", "Flat", "Vivid")
KNOWN_PROFILES = frozenset({"Embedded", *(f"Adobe {name}" for name in _ADOBE), *(f"Camera {name}" for name in _CAMERA)})

MEASURED_COSTS: Mapping[str, float] = {
    "LrPhoto.getDevelopSettings": 0.31,
    "LrPhoto.applyDevelopSettings": 0.045,
    "LrCatalog.createVirtualCopies": 1.0,
}
"""Seconds for which these calls held up a real Lightroom, where somebody has measured and published them. A rendering
holds up nobody: its seconds are a wait, in which other tasks run (sdk/export.py).
"""


def _switch(name: str, default: Any) -> Any:
    """What no outside source settles: as FAKE_LIGHTROOM asks, where a test does not set it itself."""
    return field(default_factory=lambda: chosen().get(name, default))


@dataclass
class Options:
    """Each field names one behaviour that a real Lightroom has in some version, or that only strict tests want."""

    version: tuple[int, int] = (15, 0)
    """Lightroom's version: members of the SDK that came later are absent."""

    unknown_develop_key: Literal["error", "ignore"] = "error"
    """Lightroom ignores it silently; a test wants to know."""

    global_writes: Literal["fail", "record"] = "fail"
    """`record` lets plug-in code write globals and lists them in `Lightroom.globals_written`."""

    taken_name: Literal["nil", "error"] = _switch("taken_name", "nil")
    """What createCollection and its like do when something of the other kind has the name: Adobe's reference tells it
    of setName only."""

    keyword_reads_need_access: bool = _switch("keyword_reads_need_access", True)
    """Measured on Windows: keyword getters raise outside every gate, though the reference asks only for a task."""

    readback: Literal["exact", "single"] = _switch("readback", "exact")
    """`single`: numbers come back from getDevelopSettings rounded to single precision."""

    profiles: frozenset[str] = KNOWN_PROFILES
    """Camera profiles that exist; any other name is ignored, silently."""

    unknown_look: Literal["named", "ignored"] = _switch("unknown_look", "named")
    """What a Look does whose enhanced profile Lightroom has not read at its start: it gives the photo a name and no
    colour, or nothing."""

    places_by_lua: Literal["taken", "dropped"] = _switch("places_by_lua", "taken")
    """What applyDevelopSettings does with brushes, retouched areas and red eyes: gradients and radial filters are taken
    for sure, these by report only."""

    stale_seconds: float = 30.0
    """For so long after an edit requestJpegThumbnail still shows the photo as it was."""

    prefs_survive_kill: bool = _switch("prefs_survive_kill", False)
    """Whether preferences changed since the start are on disk when Lightroom is killed."""

    path_style: Literal["platform", "posix"] = "platform"
    """`posix` keeps "/" paths on the fake Windows, for a daemon that really runs on this machine."""

    disk_free: int | Literal["unknown"] | None = _switch("disk_free", None)
    """Bytes that every disk has free; None: what this computer's disks have; `unknown`: Lightroom cannot tell."""

    last_export: Mapping[str, Any] | None = None
    """None: what an export leaves unsaid is an error. A table: it comes from there, and what that lacks from
    `HOSTILE_EXPORT`."""

    keyword_type: Literal["ignored", "refused", "settable"] = _switch("keyword_type", "ignored")
    """What setAttributes does with keywordType, which Adobe lists for getAttributes only."""

    auto_write_xmp: float | None = None
    """Seconds after which Lightroom writes changed metadata into the file or beside a RAW file; None: the setting
    "Automatically write changes into XMP" is off, as it is by default."""

    long_paths: bool = _switch("long_paths", False)
    """Whether Lightroom on Windows opens files whose path is longer than 259 characters."""

    gone_objects: Literal["error", "nil"] = _switch("gone_objects", "error")
    """What an object answers whose photo, keyword or collection has left the catalog."""

    stack_across_folders: Literal["error", "unstacked"] = _switch("stack_across_folders", "error")
    """What addPhoto does that is to stack photos of two folders, which Lightroom does not: how it tells is unknown."""

    collapsed_in_collections: bool = _switch("collapsed_in_collections", False)
    """Whether a collapsed stack of a folder hides its photos in collections, too, which have stacks of their own."""

    batch_rows: Literal["all", "some"] = _switch("batch_rows", "all")
    """`some`: batchGetRawMetadata and its like give no row for some photos, and the others in another order."""

    copies_take_fields: bool = _switch("copies_take_fields", True)
    """Whether a virtual copy begins with the plug-in fields of its photo."""

    fields_on_new_photo: bool = _switch("fields_on_new_photo", True)
    """Whether a photo takes plug-in fields in the gate that adds it: the reference does not say that it may."""

    uuid_finds_copies: bool = _switch("uuid_finds_copies", True)
    """Whether findPhotoByUuid finds virtual copies."""

    snapshot_in_gate: Literal["after", "before"] = _switch("snapshot_in_gate", "after")
    """Whether a snapshot made after applyDevelopSettings in one gate has the new settings, or those before the gate."""

    cancel_in_gate: bool = _switch("cancel_in_gate", True)
    """Whether a progress bar says inside a gate that the user has just cancelled it."""

    slow_calls_in_gate: Literal["error", "allowed"] = _switch("slow_calls_in_gate", "error")
    """Requests, sleeps, dialogs, exports and virtual copies inside a gate: nobody has measured all of them."""

    costs: Mapping[str, float] = field(default_factory=dict)
    """Lightroom's seconds that a call of these members takes: see MEASURED_COSTS. No real time passes."""

    real_time: bool = True
    """False: only sleeps, costs and planned faults make time pass, so that a run takes as long on each computer."""

    time_scale: float = 0.0
    """Real seconds that a sleep of one second takes. 0: time leaps, unless a request is under way."""

    hang_seconds: float = 120.0
    """Seconds of processor time that one menu command may take before it counts as a hang: a busy computer is none."""

    shell: Callable[[str], int] | None = None
    """Runs what LrTasks.execute is given and returns the exit code; without one every command is "not found"."""

    open_url: Callable[[str], None] = field(default=lambda url: None)
