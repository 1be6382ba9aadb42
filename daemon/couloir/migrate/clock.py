"""Counts edited photos without an up-to-date preview.

Looks are compared with previews, and only Aperture can make one. On Apple silicon it runs through Rosetta 2,
which Apple ends with macOS 28 (support.apple.com/102527): after that no current Mac can make a preview.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.language import count as plural

_ADVICE: Final = (
    "These photos are translated from their adjustments alone. A backup or a vault of the library may still have their "
    "previews: read that one with `couloir inspect`. Only a Mac on which Aperture still starts can make new ones "
    "(Photos > Update Preview), until macOS 28 ends Rosetta 2."
)


@dataclass(slots=True)
class PreviewClock:
    """Counts photos. `missing` and `stale` count previews of the `edited` photos that Aperture shows."""

    edited: int = 0
    missing: int = 0
    stale: int = 0
    projects: set[str | None] = field(default_factory=set)

    @property
    def late(self) -> int:
        """The number of edited photos without an up-to-date preview."""
        return self.missing + self.stale

    def add(self, library: Library, version: Version) -> None:
        """Count one version; versions without edits, and those that Aperture does not show, are ignored."""
        if not version.shown or not version.has_enabled_adjustments:
            return
        self.edited += 1
        preview = library.preview(version)
        try:
            is_there = preview.path is not None and not preview.is_master and preview.path.stat().st_size > 0
        except OSError:
            is_there = False
        if is_there and preview.up_to_date:
            return
        self.missing += not is_there
        self.stale += is_there
        self.projects.add(version.project_uuid)

    @property
    def message(self) -> str:
        """One sentence, "" where every edited photo has its preview."""
        if not self.late:
            return ""
        where = plural(len(self.projects), f"{len(self.projects):,} project", f"{len(self.projects):,} projects")
        if self.edited == 1:
            return (
                f"1 of 1 edited photo has no up-to-date preview ({self.missing:,} missing, {self.stale:,} out of "
                f"date), in {where}: their look can be translated, but not measured."
            )
        return (
            f"{self.late:,} of {self.edited:,} edited photos have no up-to-date preview ({self.missing:,} missing, "
            f"{self.stale:,} out of date), in {where}: their look can be translated, but not measured."
        )

    @property
    def advice(self) -> str:
        """What can be done; "" where nothing is needed."""
        return _ADVICE if self.late else ""

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return {
            "edited": self.edited,
            "missing": self.missing,
            "stale": self.stale,
            "projects": len(self.projects),
            "message": self.message,
            "advice": self.advice,
        }


def read_clock(
    library: Library,
    wanted: Callable[[Version], bool] = lambda _version: True,
    progress: Callable[[int], None] = lambda _done: None,
) -> PreviewClock:
    """The counts for the wanted versions of a library; `progress` gets the number of versions that were read."""
    clock = PreviewClock()
    for done, version in enumerate(library.version_heads(), start=1):
        progress(done)
        if wanted(version):
            clock.add(library, version)
    return clock
