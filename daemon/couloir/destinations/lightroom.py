"""Lightroom Classic: its settings go into the photo's own XMP, so that it writes nothing beside that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from couloir.derive.bricks import BRICKS, Brick
from couloir.derive.manifest import Carry, fidelity_of, join_reasons
from couloir.derive.not_carried import NOT_CARRIED
from couloir.destinations.door import Control, Photograph, PhotoVersion, SideFiles
from couloir.lightroom.keys import SETTINGS


@dataclass(frozen=True)
class Lightroom:
    """The door that the whole of `derive` translates for; `couloir.migrate.packets` puts its settings into XMP."""

    name: str = "lightroom"
    title: str = "Lightroom Classic"
    how_to_open: str = "In Lightroom's import dialog, choose {folder} and Add."
    in_xmp: bool = True
    holds_versions: bool = False
    avoids: tuple[str, ...] = ()

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        return tuple(
            Control(key, setting.low, setting.high, "", str(setting.observed)) for key, setting in SETTINGS.items()
        )

    @cached_property
    def capabilities(self) -> Mapping[type, Carry]:
        return {adjustment: _whole(adjustment, brick) for adjustment, brick in BRICKS.items()}

    def write(self, _photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """Nothing beside the photo; the outcomes are those of the translation."""
        return SideFiles({}, tuple(each.translation.operations for each in versions))


def _whole(adjustment: type, brick: Brick) -> Carry:
    """What all parameters of an adjustment together are carried as."""
    if adjustment in NOT_CARRIED:
        return NOT_CARRIED[adjustment].carry
    rows = tuple(dict.fromkeys(brick.carries.values()))
    keys = tuple(dict.fromkeys(key for row in rows for key in row.settings))
    return Carry(fidelity_of(rows), join_reasons(rows), keys)
