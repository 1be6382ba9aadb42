"""The Aperture engine's constants are found from edited photos, where a guess was wrong, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.adjustments import Adjustment, Curves, Enhance, Exposure, ToneCurve
from couloir.color.spaces import srgb_decode, srgb_shown
from couloir.derive.strengths import MIDDLE
from couloir.engines.aperture import NOMINAL, Constants, apply
from couloir.engines.aperture.forms import BrightnessForm
from couloir.errors import BadCalibration
from couloir.learn.calibration import result
from couloir.learn.calibration.calibrate import CalibrationFit, fit_all
from couloir.learn.calibration.evidence import PhotoEvidence
from couloir.learn.calibration.fit import FEWEST
from couloir.learn.inbox import take_all
from couloir.learn.photographs import Photograph

PHOTOS = 30


def _photos(
    photographs: list[Photograph], hidden: Constants, edits: list[Adjustment], count: int = PHOTOS
) -> list[PhotoEvidence]:
    """Previews drawn by another Aperture, with the rounding of 8 bits."""
    random = np.random.default_rng(5)
    photos = []
    for number in range(count):
        original = photographs[number % len(photographs)].picture * np.float32(2.0 ** random.normal(0, 0.5))
        original = np.clip(original, 0, 1)
        edit = edits[number % len(edits)]
        shown = np.rint(srgb_shown(apply(original, edit, constants=hidden)) * 255) / 255
        preview = np.asarray(srgb_decode(shown), dtype=np.float32)
        photos.append(PhotoEvidence.of(original, preview, [edit], 4.0))
    return photos


BRIGHTNESS: list[Adjustment] = [Exposure(brightness=amount) for amount in (-0.4, -0.2, 0.1, 0.25, 0.5)]


@pytest.fixture(scope="module")
def found(photographs: list[Photograph]) -> CalibrationFit:
    hidden = replace(NOMINAL, brightness=0.42, brightness_form=BrightnessForm.GAMMA)
    return fit_all(_photos(photographs, hidden, BRIGHTNESS))


def test_a_hidden_constant_and_a_hidden_form_are_found(found: CalibrationFit) -> None:
    [fit] = found.fits
    [constant], [form] = fit.constants, fit.forms
    assert form.found == "gamma"
    assert constant.low <= 0.42 <= constant.high
    assert constant.high - constant.low < 0.2
    assert fit.verdict == "wrong"
    assert fit.after < fit.before / 2
    assert found.constants == replace(NOMINAL, brightness=found.constants.brightness, brightness_form="gamma")


def test_families_without_photos_are_untold_and_keep_their_guess(found: CalibrationFit) -> None:
    assert len(found.untold) > 10
    assert "brightness" not in {family.name for family in found.untold}


def test_a_guess_that_is_right_stays(photographs: list[Photograph]) -> None:
    found = fit_all(_photos(photographs, NOMINAL, [*BRIGHTNESS, Enhance(contrast=0.3), Enhance(contrast=-0.3)], 60))
    assert found.constants == NOMINAL
    assert {fit.family.name: fit.verdict for fit in found.fits} == {"brightness": "holds", "contrast": "holds"}


def test_too_few_photos_tell_nothing(photographs: list[Photograph]) -> None:
    hidden = replace(NOMINAL, curves_gamma=1.8)
    bent: Adjustment = Curves(rgb=ToneCurve(((0.0, 0.0), (0.5, 0.6), (1.0, 1.0))))
    found = fit_all(_photos(photographs, hidden, [bent], FEWEST - 1))
    assert found.fits == ()
    assert found.constants == NOMINAL


def test_a_calibration_survives_its_file_and_names_nothing(found: CalibrationFit, tmp_path: Path) -> None:
    made = result.make(found, PHOTOS, {"brightness": 0.5})
    file = tmp_path / "it.calibration.json"
    file.write_bytes(result.to_bytes(made))
    assert result.read(file) == made
    [brightness] = [family for family in result.read(file).families if family.name == "brightness"]
    constants = {each.name: each.found for each in brightness.constants}
    assert constants["brightness"] == pytest.approx(found.constants.brightness, rel=1e-5)
    assert {each.name: each.found for each in brightness.forms}["brightness_form"] == BrightnessForm.GAMMA
    assert result.read(file).as_strengths() == replace(MIDDLE, brightness=0.5)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"found": "gamma"', '"found": "rubber"'),
        ('"name": "brightness"', '"name": "sharpness"'),
        ('"strengths": {', '"strengths": {"speed": 1.0, '),
        ('"couloir_calibration": 1', '"couloir_calibration": 99'),
        ('"before": ', '"before": -'),
        ("{", "["),
    ],
)
def test_a_file_that_no_calibration_wrote_is_refused(found: CalibrationFit, tmp_path: Path, old: str, new: str) -> None:
    text = result.to_bytes(result.make(found, PHOTOS, {"brightness": 0.5})).decode()
    assert old in text
    file = tmp_path / "it.calibration.json"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCalibration):
        result.read(file)


def test_the_inbox_keeps_a_calibration_and_refuses_a_broken_one(found: CalibrationFit, tmp_path: Path) -> None:
    text = result.to_bytes(result.make(found, PHOTOS, {"brightness": 0.5}))
    (tmp_path / "good.calibration.json").write_bytes(text)
    (tmp_path / "ill.calibration.json").write_bytes(text.replace(b'"gamma"', b'"rubber"'))
    good, ill = take_all(tmp_path, tmp_path / "data", None)
    assert good.ok
    assert not ill.ok
    [kept] = (tmp_path / "data").iterdir()
    assert result.read(kept) == result.read(tmp_path / "taken" / "good.calibration.json")


@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_does_more_than_be_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("hostile") / "x.calibration.json"
    file.write_bytes(data)
    with pytest.raises(BadCalibration):
        result.read(file)
