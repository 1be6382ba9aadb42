"""An import writes to Lightroom only values that exist and differ: each write is slow, of 80,000 photos."""

from __future__ import annotations

import pytest

from fake_lightroom import Lightroom


@pytest.fixture
def imported(daemon, start, agreeing, small, home) -> Lightroom:
    lightroom = agreeing(start(home), small)
    lightroom.run_menu("ImportMenu.lua")
    assert len(lightroom.catalog.photos) > 20
    return lightroom


def test_an_import_writes_only_what_has_a_value_and_differs(imported):
    photos, counters = len(imported.catalog.photos), imported.counters
    assert counters.by_name["LrPhoto.setPropertyForPlugin"] <= 8 * photos
    assert counters.by_name["LrPhoto.setRawMetadata"] < 7 * photos
    assert sum(counters.nil_writes.values()) < 0.05 * photos
    assert counters.by_name["LrPhoto.createDevelopSnapshot"] <= 2 * photos
    for photo in imported.catalog.photos.values():
        states = [sorted(snapshot.settings.items(), key=str) for snapshot in photo.snapshots]
        assert all(states.count(state) == 1 for state in states)
