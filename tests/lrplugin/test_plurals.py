"""Counted things in the four languages, and a bar that tells how long it takes."""

from __future__ import annotations

import pytest

import canned_service
from plugin_pictures.stage import Stage

MENU = "ImportMenu.lua"
EXPECTED = {
    "en": ("0 albums", "1 project", "1 photo"),
    "de": ("0 Alben", "1 Projekt", "1 Foto"),
    "fr": ("0 album", "1 projet", "1 photo"),
    "ja": ("アルバム 0", "プロジェクト 1", "写真 1 枚"),
}


def imported(stage: Stage, batches: int = 1) -> list[str]:
    """What the dialogs and the bar have said in an import of so many batches of one photo."""
    for number in range(batches):
        canned_service.say_batches(stage, {"photos": [canned_service.task(stage, str(number))]})
    for number in range(batches):
        receipt = {"photos": {"total": batches, "open": batches - number - 1}}
        stage.say(f"POST /v1/imports/{canned_service.IMPORT}/batches/1/results", receipt, times=1)
        stage.faults._http.insert(number, stage.faults._http.pop())
    stage.service(canned_service.around_batches(stage, batches))
    stage.lightroom.answer(lambda dialog: True, "ok")
    captions: list[str] = []
    later = stage.lightroom._session.waits.later

    def note(*arguments: object) -> int:
        captions.extend(bar["caption"] for bar in stage.lightroom.progress if not bar["finished"])
        stage.lightroom._session.waits.spend(1)
        return later(*arguments)

    stage.lightroom._session.waits.later = note
    with stage.lightroom:
        stage.play(MENU)
    return [text for dialog in stage.lightroom.dialogs for text in dialog.texts] + captions


@pytest.mark.parametrize("language", EXPECTED)
def test_one_of_a_kind_is_in_the_singular_where_the_language_has_one(staged, language):
    said = imported(staged(language=language, real_time=False))
    [counts] = [text for text in said if EXPECTED[language][0] in text]
    assert all(words in counts for words in EXPECTED[language])


def test_the_dialog_tells_the_time_before_and_the_bar_what_is_left(staged):
    said = imported(staged(real_time=False), batches=4)
    assert any(text.startswith("Time in Lightroom: at least 1 minute.") for text in said)
    assert "1 of 4 photos" in said
    assert any(text.startswith("2 of 4 photos; ") and text.endswith(" left") for text in said)
