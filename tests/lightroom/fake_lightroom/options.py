"""How strict and how quick the fake is. The defaults are the unforgiving ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

_ADOBE = ("Standard", "Color", "Monochrome", "Landscape", "Neutral", "Portrait", "Vivid")
_CAMERA = ("Standard", "Neutral", "Faithful", "Landscape", "Portrait", "Flat", "Vivid")
KNOWN_PROFILES = frozenset({"Embedded", *(f"Adobe {name}" for name in _ADOBE), *(f"Camera {name}" for name in _CAMERA)})


@dataclass
class Options:
    """Each field names one behaviour that a real Lightroom has in some version, or that only strict tests want."""

    version: tuple[int, int] = (15, 0)
    """Lightroom's version: members of the SDK that came later are absent."""

    unknown_develop_key: Literal["error", "ignore"] = "error"
    """Lightroom ignores it silently; a test wants to know."""

    global_writes: Literal["fail", "record"] = "fail"
    """`record` lets plug-in code write globals and lists them in `Lightroom.globals_written`."""

    keyword_reads_need_access: bool = True
    """Measured on Windows: keyword getters raise outside every gate, though the reference asks only for a task."""

    readback: Literal["exact", "single"] = "exact"
    """`single`: numbers come back from getDevelopSettings rounded to single precision."""

    profiles: frozenset[str] = KNOWN_PROFILES
    """Camera profiles that exist; any other name is ignored, silently."""

    stale_seconds: float = 30.0
    """For so long after an edit requestJpegThumbnail still shows the photo as it was."""

    prefs_survive_kill: bool = False
    """Whether preferences changed since the start are on disk when Lightroom is killed."""

    path_style: Literal["platform", "posix"] = "platform"
    """`posix` keeps "/" paths on the fake Windows, for a daemon that really runs on this machine."""

    disk_free: int | None = None
    """Bytes that every disk has free; None: what this computer's disks have."""

    time_scale: float = 0.0
    """Real seconds that a sleep of one second takes. 0: time leaps, unless a request is under way."""

    hang_seconds: float = 120.0
    """Real seconds one menu command may take before it counts as a hang."""

    shell: Callable[[str], int] | None = None
    """Runs what LrTasks.execute is given and returns the exit code; without one every command is "not found"."""

    open_url: Callable[[str], None] = field(default=lambda url: None)
