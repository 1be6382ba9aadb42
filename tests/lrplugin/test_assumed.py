"""Behaviours of Lightroom that no outside source settles: the plug-in works with each, one at a time.

With all other behaviours at once run the tests that use the fixture `assumed`, and with FAKE_LIGHTROOM=others all.
"""

from __future__ import annotations

import pytest

import canned_service
from fake_lightroom.assumed import alternatives

IMPORT, ID = "ImportMenu.lua", "org.couloir.lightroom"


def imported(staged, **options):
    """A Lightroom into which three photos and a copy have come, from a service that says what it is told to."""
    stage = staged(real_time=False, **options)
    stage.service(canned_service.of_an_import(stage, photos=3, copies=1))
    for title in ("Import from which", "Import from Aperture: ", "Looks and time: ", "What the import", "is finished"):
        stage.lightroom.answer(title, "ok")
    with stage.lightroom:
        stage.play(IMPORT)
    return stage.lightroom


@pytest.mark.parametrize(("name", "other"), alternatives())
def test_an_import_brings_the_same_whichever_way_lightroom_does_it(staged, name, other):
    lightroom, usual = imported(staged, **{name: other}), imported(staged)
    assert lightroom.violations == []
    assert len(lightroom.catalog.photos) == 4
    for photo in lightroom.catalog.photos.values():
        fields = photo.properties[ID]
        assert canned_service.state_of(fields) == "done"
        assert fields["uuid"] == ("c0" if photo.master is not None else f"v{photo.path.split('/')[-1][0]}")
        assert photo.develop["Exposure2012"] == 0.5
        assert [snapshot.settings.get("Exposure2012") for snapshot in photo.snapshots] == [None, 0.5]
    if name != "keyword_type":
        assert shown(lightroom) == shown(usual)


def shown(lightroom):
    return [text for dialog in lightroom.dialogs if dialog.title.endswith("is finished") for text in dialog.texts]


@pytest.mark.parametrize(("keyword_type", "told"), [("ignored", True), ("refused", True), ("settable", False)])
def test_persons_that_stay_plain_keywords_are_told_once(staged, keyword_type, told):
    lightroom = imported(staged, keyword_type=keyword_type)
    assert [text.startswith("People's names came as keywords") for text in shown(lightroom)].count(True) == told
    assert any(keyword.person for keyword in lightroom.catalog.keywords.values()) != told
