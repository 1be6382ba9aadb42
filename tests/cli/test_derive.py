"""`couloir derive` on the two photos that Apple itself edited and rendered."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Couloir = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.sample

WEDDING = "RgISIEPbThGVoco5LyiLjQ"


@pytest.fixture(scope="module")
def wedding(couloir: Couloir, real_library: Path) -> dict[str, object]:
    result = couloir("derive", real_library, WEDDING, "--json")
    assert result.returncode == 0, result.stderr
    loaded: dict[str, object] = json.loads(result.stdout)
    return loaded


def test_the_crop_is_the_stored_rectangle(wedding: dict[str, object]) -> None:
    crop = wedding["crop"]
    assert isinstance(crop, dict)
    # 1495 x 1367 from the bottom-left corner of 2048 x 1367.
    assert crop == {"left": 0.0, "top": 0.0, "right": pytest.approx(1495 / 2048), "bottom": 1.0, "angle": 0.0}
    assert wedding["expected_size"] == [1495, 1367]
    assert wedding["anomalies"] == []


def test_settings_are_in_lightrooms_own_keys(wedding: dict[str, object]) -> None:
    settings = wedding["settings"]
    assert isinstance(settings, dict)
    assert -0.3 < settings["Exposure2012"] < 0.3
    assert 2 <= int(str(settings["Vibrance"])) <= 15  # 0.0865 of the formula's 75, and what the model adds
    assert settings["WhiteBalance"] == "Custom"
    assert settings["IncrementalTemperature"] < 0  # 4877 K on a JPEG is cooler than 5000 K
    assert settings["ToneCurveName2012"] == "Custom"
    assert settings["CropRight"] == pytest.approx(1495 / 2048, abs=1e-6)


def test_each_of_the_five_operations_says_what_became_of_it(wedding: dict[str, object]) -> None:
    operations = wedding["operations"]
    assert isinstance(operations, list)
    assert [operation["title"] for operation in operations] == [
        "Crop",
        "White Balance",
        "Exposure",
        "Enhance",
        "Levels",
    ]
    assert {operation["fidelity"] for operation in operations} == {"exact", "approximate"}
    assert all(operation["reason"] for operation in operations)


def test_a_version_can_be_named_when_only_one_has_the_name(couloir: Couloir, real_library: Path) -> None:
    named = json.loads(couloir("derive", real_library, "St. James's Park", "--json").stdout)
    assert named["version"]["uuid"] == "QtE4HvHhSnO2W8bmbzWRSg"
    assert (named["settings"]["Saturation"], named["settings"]["Shadows2012"]) == (13, 22)  # by its pair of pictures


@pytest.mark.parametrize("version", ["no such version", "Pumpkins4"])
def test_an_unknown_or_ambiguous_version_is_one_line_with_advice(
    couloir: Couloir, real_library: Path, version: str
) -> None:
    result = couloir("derive", real_library, version)
    assert result.returncode == 14
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert version in result.stderr
    assert "inspect --versions" in result.stderr


def test_the_text_for_people_has_fidelity_and_settings(couloir: Couloir, real_library: Path) -> None:
    result = couloir("derive", real_library, WEDDING)
    assert result.returncode == 0, result.stderr
    assert "Levels: approximate" in result.stdout
    assert "Exposure2012 = " in result.stdout
