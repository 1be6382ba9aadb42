"""Develop settings are told in Lightroom's words, and nothing is told that says nothing."""

from __future__ import annotations

import pytest

from couloir.lightroom.settings import SETTINGS
from couloir.migrate.report.setting_words import tell_settings


def test_every_setting_that_can_be_shown_has_words_of_its_own() -> None:
    shown = {key: words for key in SETTINGS for _, words, _ in tell_settings({key: 1})}
    assert [key for key, words in shown.items() if key == words and key not in ("Texture", "Tint", *PLAIN)] == []


PLAIN = ("Temperature", "Dehaze", "Vibrance", "Saturation", "Look")


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("ConvertToGrayscale", True, [("Black & white", "on")]),
        ("Exposure2012", 0.5, [("Exposure", "0.5")]),
        ("IncrementalTint", -3, [("Tint", "-3")]),
        ("ToneCurvePV2012", (0, 0, 21.5, 12, 255, 255), [("Point curve", "0 → 0, 21.5 → 12, 255 → 255")]),
        ("Look", {"Name": "Adobe Color"}, [("Look", "Adobe Color")]),
        ("Look", {}, []),
        ("ProcessVersion", "15.4", []),
        ("ToneCurveName2012", "Custom", []),
        ("EnableDetail", True, []),
        ("EnableDetail", False, [("Detail panel", "off")]),
    ],
)
def test_a_setting_is_told_in_words(key: str, value: object, told: list[tuple[str, str]]) -> None:
    found = [(words, value.replace("\u00a0", " ")) for _, words, value in tell_settings({key: value})]
    assert found == told


def test_settings_come_in_the_order_of_lightrooms_panels() -> None:
    settings = {"CropAngle": 1, "Contrast2012": 3, "Sharpness": 2, "Exposure2012": 1, "Unknown": 1}
    assert [key for key, _, _ in tell_settings(settings)] == [
        "Exposure2012", "Contrast2012", "Sharpness", "CropAngle", "Unknown",
    ]  # fmt: skip
