"""Which photos get a camera offset and a model's correction on top of the formulas, and which do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from couloir.aperture.adjustments import Crop, Enhance, Exposure, Flip, Straighten
from couloir.aperture.model import Master, Version
from couloir.color.spaces import srgb_decode
from couloir.derive import Fidelity, analytic
from couloir.derive.baseline import CURVES
from couloir.derive.bricks import BRICKS
from couloir.derive.contribution import Contribution
from couloir.derive.manifest import Carry
from couloir.derive.offsets import Offsets
from couloir.derive.prior import draw_expected
from couloir.derive.residual.correction import Correction
from couloir.derive.strengths import Strengths
from couloir.derive.translator import PhotoContext, Translator
from couloir.lightroom.settings import PhotoKind

AVersion = Callable[..., Version]
TAUGHT = Offsets(12, {"exposure": 3.0}, {}, {})


@pytest.mark.parametrize(
    "frame", [(), (Crop(10, 10, 300, 200),), (Straighten(2.0), Flip())], ids=["untouched", "cropped", "turned"]
)
def test_a_rendered_file_of_which_only_the_frame_was_edited_is_left_as_it_is(
    a_version: AVersion, jpeg: Master, frame: tuple[object, ...]
) -> None:
    version = a_version(*frame)
    found = Translator(offsets=TAUGHT).translate_one(version, jpeg)
    assert found.settings == analytic(version, jpeg).settings
    assert found.model is None
    assert found.offset_photos == 0
    assert "Nothing was edited" in found.note


def test_an_edited_file_and_an_untouched_raw_file_get_what_is_known_of_their_camera(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    translator = Translator(offsets=TAUGHT)
    for version, master in ((a_version(Exposure(exposure=0.5)), jpeg), (a_version(), raw)):
        found = translator.translate_one(version, master)
        assert found.offset_photos == 12
        assert float(str(found.settings["Exposure2012"])) > float(
            str(analytic(version, master).settings["Exposure2012"])
        )


def test_a_curve_that_the_pair_gives_is_told_and_takes_nothing_from_the_rest(a_version: AVersion, jpeg: Master) -> None:
    random = np.random.default_rng(3)
    original = np.asarray(0.01 + 0.6 * random.random((6, 8, 3)).repeat(8, 0).repeat(8, 1) ** 1.5, dtype=np.float32)
    version = a_version(Exposure(exposure=0.2))
    film = (0.0, 20.0, 64.0, 46.0, 128.0, 150.0, 192.0, 216.0, 255.0, 240.0)
    look = analytic(version, jpeg).settings.merge({"ToneCurvePV2012": film, "ToneCurvePV2012Red": film})
    pictures = (original, np.asarray(srgb_decode(draw_expected(original, look, None)), dtype=np.float32))
    with_curve = Translator().translate_one(version, jpeg, PhotoContext(pictures))
    without = Translator().translate_one(version, jpeg, PhotoContext(pictures, fixed=tuple(CURVES.values())))
    assert "A tone curve was taken from Aperture's preview" in with_curve.note
    assert "curve" not in without.note
    changed = {key for key in with_curve.settings if with_curve.settings[key] != without.settings[key]}
    assert "ToneCurvePV2012" in changed
    assert changed <= {*CURVES.values(), "ToneCurveName2012"}


def test_a_change_of_less_than_half_a_step_leaves_no_trace() -> None:
    tiny = Correction("x", {"temperature": 0.05, "tint": 0.05, "toning_shadow_x": 0.2, "toning_shadow_y": 0.2})
    assert tiny.apply_to({}, None, PhotoKind.RENDERED) == ({}, None)
    toned = {"SplitToningShadowHue": 40.0, "SplitToningShadowSaturation": 20.0}
    assert tiny.apply_to(toned, (5.0, 0.0), PhotoKind.RENDERED) != (toned, (5.0, 0.0))


def test_a_judgement_says_of_the_operations_what_the_translation_says(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    stacks: list[tuple[object, ...]] = [
        (),
        (Crop(10, 10, 300, 200), Exposure(exposure=4.9)),
        (Exposure(exposure=5.5), Flip()),
        (Straighten(2.0),),
    ]
    pairs = [(a_version(*stack), master) for stack in stacks for master in (jpeg, raw)]
    translator = Translator(offsets=TAUGHT)
    for judged, translated in zip(translator.judge(pairs), translator.translate(pairs), strict=True):
        assert judged.fidelity is translated.fidelity
        assert [each.fidelity for each in judged.operations] == [each.fidelity for each in translated.operations]
        assert judged.anomalies == translated.anomalies


def test_a_judgement_asks_for_corrections_where_one_could_lower_a_fidelity(
    a_version: AVersion, jpeg: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    near_the_end = Contribution((Carry(Fidelity.EXACT, "The same."),), {"Exposure2012": 4.9})
    monkeypatch.setitem(BRICKS, Exposure, replace(BRICKS[Exposure], translate=lambda _adjustment, _photo: near_the_end))  # type: ignore[arg-type]
    pairs = [(a_version(Exposure(exposure=0.5)), jpeg)]
    translator = Translator(offsets=TAUGHT)
    [alone] = Translator().judge(pairs)
    [judged], [translated] = translator.judge(pairs), translator.translate(pairs)
    assert alone.operations[0].fidelity is Fidelity.EXACT
    assert judged.operations == translated.operations
    assert judged.operations[0].fidelity is Fidelity.APPROXIMATE


def test_a_calibrated_library_is_translated_with_what_its_aperture_needs(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(Enhance(contrast=0.5), Exposure(brightness=0.2))
    usual = Translator().translate_one(version, jpeg)
    calibrated = Translator(strengths=Strengths(contrast=80.0, brightness=0.0)).translate_one(version, jpeg)
    assert usual.settings["ToneCurvePV2012"] != (0.0, 0.0, 255.0, 255.0)
    assert calibrated.settings["ToneCurvePV2012"] == (0.0, 0.0, 255.0, 255.0)
    changed = float(str(calibrated.settings["Contrast2012"])) - float(str(usual.settings["Contrast2012"]))
    assert changed == pytest.approx(20.0, abs=8)  # and what the model makes of the new beginning
    [judged] = Translator(strengths=Strengths(contrast=500.0)).judge([(version, jpeg)])
    assert judged.operations[0].clamps
