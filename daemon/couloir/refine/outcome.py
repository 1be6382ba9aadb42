"""The outcome of matching one photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couloir.color.difference import Difference
from couloir.derive.pictures.preview import Trap
from couloir.lightroom.settings import DevelopSettings


@dataclass(frozen=True, slots=True)
class RenderingRecord:
    """One rendering: its difference, its change from the start in normalised units, and whether it was kept."""

    difference: Difference
    moved: Mapping[str, float]
    curves: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a match. `settings` can be left at any time: the best that were measured, else the start.

    `before` and `after` are over the whole picture, None where nothing could be compared; then `trap` says why. What
    they are worth depends on who drew the renderings (`couloir.refine.verdict`), which a match does not know.
    `reason` is one or more sentences for the photographer.
    """

    settings: DevelopSettings
    before: Difference | None
    after: Difference | None
    reason: str
    trap: Trap | None
    finished: bool
    history: tuple[RenderingRecord, ...]

    @property
    def renderings(self) -> int:
        return len(self.history)
