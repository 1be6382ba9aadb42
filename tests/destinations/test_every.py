"""What holds for every door."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation
from couloir.derive.bricks import BRICKS
from couloir.derive.geometry import TOO_STEEP
from couloir.derive.model import Fidelity
from couloir.destinations.door import Door, Photograph, PhotoVersion
from couloir.destinations.every import DOORS, LIGHTROOM

OTHERS = [door for door in DOORS.values() if not door.in_xmp]


def test_lightroom_is_the_first_door_and_the_only_one_in_xmp() -> None:
    assert next(iter(DOORS.values())) is LIGHTROOM
    assert [door for door in DOORS.values() if door.in_xmp] == [LIGHTROOM]


@pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: door.name)
def test_a_door_states_every_adjustment_with_a_reason(door: Door) -> None:
    assert door.capabilities.keys() == BRICKS.keys()
    assert [a.__name__ for a, carry in door.capabilities.items() if not carry.note] == []
    idle = [a.__name__ for a, c in door.capabilities.items() if c.fidelity is Fidelity.LOST and c.settings]
    assert idle == []


@pytest.mark.parametrize("door", OTHERS, ids=lambda door: door.name)
def test_a_control_names_its_source_and_a_range_that_is_one(door: Door) -> None:
    assert [each.key for each in door.controls if not each.source] == []
    assert [c.key for c in door.controls if c.low is not None and c.high is not None and c.low >= c.high] == []
    assert len({each.key for each in door.controls}) == len(door.controls)


@pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: door.name)
def test_each_operation_has_one_outcome(door: Door, photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    painted = Operation("painted", "RKExposureOperation", 9, True, "mask", {}, ap.Exposure(exposure=1.0))
    off = Operation("off", "RKExposureOperation", 10, False, None, {}, ap.Exposure(exposure=1.0))
    edited = shown(ap.Exposure(exposure=1.0), ap.Crop(100, 100, 1000, 800))
    version = shown(operations=(*edited.version.operations, painted, off))
    [outcomes] = door.write(photograph, [version]).outcomes
    assert [each.operation_uuid for each in outcomes] == ["operation-0", "operation-1", "painted", "off"]
    assert outcomes[1].fidelity is Fidelity.EXACT
    assert outcomes[2].fidelity is Fidelity.LOST
    assert outcomes[2].lost
    assert outcomes[3].fidelity is Fidelity.EXACT


@pytest.mark.parametrize("door", OTHERS, ids=lambda door: door.name)
def test_the_same_photo_gives_the_same_bytes(
    door: Door, photograph: Photograph, shown: Callable[..., PhotoVersion]
) -> None:
    edits = (ap.Crop(100, 100, 1000, 800), ap.Levels(rgb=ap.LevelsChannel(black=(0.1, 0.0))))
    assert door.write(photograph, [shown(*edits)]) == door.write(photograph, [shown(*edits)])


@pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: door.name)
def test_a_crop_that_the_translation_cannot_place_is_lost_in_every_door_for_the_same_reason(
    door: Door, shown: Callable[..., PhotoVersion], photograph: Photograph
) -> None:
    steep = shown(ap.Straighten(rotation=50.0))
    [[told]] = door.write(photograph, [steep]).outcomes
    assert (told.fidelity, told.reason) == (Fidelity.LOST, TOO_STEEP.note)
