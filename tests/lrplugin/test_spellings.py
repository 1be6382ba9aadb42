"""Files that were in the catalog under another Unicode form of their names are found, and nothing is lost."""

from __future__ import annotations

import unicodedata

import pytest

import canned_service

IMPORT, ID = "ImportMenu.lua", "org.couloir.lightroom"


@pytest.mark.parametrize(
    ("known", "sent"),
    [("Caf\u00e9.JPG", "Cafe\u0301.JPG"), ("Cafe\u0301.JPG", "Caf\u00e9.JPG"), ("cafe.jpg", "Cafe.JPG")],
)
def test_a_photo_that_was_there_under_another_spelling_is_known_again(staged, known, sent):
    stage = staged(real_time=False)
    there = stage.lightroom.add_photo(stage.photo(known))
    answers = canned_service.of_an_import(stage, photos=1, copies=1, names=[sent])
    stage.service(answers)
    for title in ("Import from which", "Import from Aperture: ", "Looks and time: ", "What the import", "is finished"):
        stage.lightroom.answer(title, "ok")
    with stage.lightroom:
        stage.play(IMPORT)
    photos = list(stage.lightroom.catalog.photos.values())
    assert [photo.master for photo in photos] == [None, there.id]
    assert there.properties[ID]["uuid"] == "v0"
    assert there.develop == {}  # what it had was kept
    shown = "\n".join(text for dialog in stage.lightroom.dialogs for text in dialog.texts)
    assert "It was in the catalog before" in shown
    assert "already in the catalog" not in shown
    assert unicodedata.normalize("NFC", there.path).lower().endswith(unicodedata.normalize("NFC", sent).lower())
