"""Lightroom Classic: its settings go into the photo's own XMP, so that it writes nothing beside that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from couloir.derive.bricks import BRICKS, Brick
from couloir.derive.manifest import Carry, fidelity_of, join_reasons
from couloir.derive.not_carried import NOT_CARRIED
from couloir.destinations.door import Control, Door, Photograph, PhotoVersion, SideFiles
from couloir.lightroom.keys import SETTINGS


def _whole(adjustment: type, brick: Brick) -> Carry:
    """What all parameters of an adjustment together are carried as."""
    if adjustment in NOT_CARRIED:
        return NOT_CARRIED[adjustment].carry
    rows = tuple(dict.fromkeys(brick.carries.values()))
    keys = tuple(dict.fromkeys(key for row in rows for key in row.settings))
    return Carry(fidelity_of(rows), join_reasons(rows), keys)


_CAPABILITIES: Final = {adjustment: _whole(adjustment, brick) for adjustment, brick in BRICKS.items()}


class Lightroom(Door):
    """The door that the whole of `derive` translates for; `couloir.migrate.packets` puts its settings into XMP."""

    name = "lightroom"
    title = "Lightroom Classic"
    how_to_open = "In Lightroom's import dialog, choose {folder} and Add."
    controls = tuple(
        Control(key, setting.low, setting.high, "", str(setting.observed)) for key, setting in SETTINGS.items()
    )
    capabilities = _CAPABILITIES
    in_xmp = True

    def write(self, _photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """Nothing beside the photo; the outcomes are those of the translation."""
        return SideFiles({}, tuple(each.translation.operations for each in versions))
