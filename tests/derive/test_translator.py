"""What is put on top of the formulas, and of which photos nothing is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from couloir.aperture.adjustments import Crop, Exposure, Flip, Straighten
from couloir.aperture.model import Master, Version
from couloir.derive import analytic
from couloir.derive.offsets import Offsets
from couloir.derive.residual.correction import Correction
from couloir.derive.translator import Translator
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


def test_a_change_of_less_than_half_a_step_leaves_no_trace() -> None:
    tiny = Correction("x", {"temperature": 0.05, "tint": 0.05, "toning_shadow_x": 0.2, "toning_shadow_y": 0.2})
    assert tiny.apply_to({}, None, PhotoKind.RENDERED) == ({}, None)
    toned = {"SplitToningShadowHue": 40.0, "SplitToningShadowSaturation": 20.0}
    assert tiny.apply_to(toned, (5.0, 0.0), PhotoKind.RENDERED) != (toned, (5.0, 0.0))
