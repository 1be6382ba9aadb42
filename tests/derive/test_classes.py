"""Classes of photos: named after what was done to them, the same for training, the card and the daemon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.derive.bricks import BRICKS
from couloir.derive.residual.classes import CLASSES, KINDS, PhotoClass, PictureState, classes_of, flags, mask_of

AVersion = Callable[..., Version]
C = PhotoClass


@pytest.mark.parametrize(
    ("adjustment", "classes"),
    [
        (ap.WhiteBalance(temperature=5600.0), (C.WHITE_BALANCE,)),
        (ap.WhiteBalance(temperature=2500.0), (C.WHITE_BALANCE, C.EXTREME_WHITE_BALANCE)),
        (ap.WhiteBalance(temperature=5000.0, tint=-40.0), (C.WHITE_BALANCE, C.EXTREME_WHITE_BALANCE)),
        (ap.Exposure(exposure=0.5), (C.EXPOSURE,)),
        (ap.Exposure(brightness=-0.6), (C.EXPOSURE, C.STRONG_EXPOSURE)),
        (ap.Enhance(contrast=0.2), (C.ENHANCE,)),
        (ap.Enhance(saturation=0.0), (C.ENHANCE, C.NO_SATURATION)),
        (ap.Enhance(gray_tint=(0.0, 0.1)), (C.ENHANCE, C.TINT_WHEELS)),
        (ap.HighlightsShadows(shadows=20.0), (C.HIGHLIGHTS_SHADOWS,)),
        (ap.BlackWhite(), (C.BLACK_WHITE,)),
        (ap.Sepia(intensity=0.5), (C.BLACK_WHITE,)),
        (ap.Vignette(), (C.VIGNETTE,)),
        (ap.Gamma(power=1.2), (C.OTHER,)),
        (ap.Exposure(), (C.UNTOUCHED,)),
        (ap.Sepia(intensity=0.0), (C.UNTOUCHED,)),
        (ap.Sharpen(), (C.UNTOUCHED,)),
        (ap.Straighten(2.0), (C.UNTOUCHED,)),
    ],
    ids=str,
)
def test_an_edit_is_of_the_classes_that_a_photographer_would_name(
    a_version: AVersion, jpeg: Master, adjustment: ap.Adjustment, classes: tuple[PhotoClass, ...]
) -> None:
    assert classes_of(a_version(adjustment), jpeg, profiled=False) == {*classes, C.RENDERED}


def test_a_photo_has_one_kind_and_every_class_of_its_edits(a_version: AVersion, raw: Master, jpeg: Master) -> None:
    version = a_version(ap.Exposure(exposure=0.5), ap.BlackWhite())
    for master, profiled, kind in ((raw, True, C.RAW_LEARNT), (raw, False, C.RAW_ADOBE), (jpeg, True, C.RENDERED)):
        assert classes_of(version, master, profiled=profiled) == {kind, C.EXPOSURE, C.BLACK_WHITE}


def test_what_is_switched_off_or_brushed_in_does_not_count(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(ap.BlackWhite())
    for changes in ({"enabled": False}, {"mask_uuid": "mask"}):
        changed = replace(version, operations=tuple(replace(each, **changes) for each in version.operations))
        assert classes_of(changed, jpeg, profiled=False) == {C.RENDERED, C.UNTOUCHED}


def test_a_raw_files_white_balance_departs_from_its_own(a_version: AVersion, raw: Master) -> None:
    tungsten = a_version(ap.WhiteBalance(temperature=2850.0, tint=2.0))
    assert C.EXTREME_WHITE_BALANCE in classes_of(tungsten, raw, profiled=False)
    assert C.EXTREME_WHITE_BALANCE not in classes_of(tungsten, raw, profiled=False, as_shot=(2900.0, 0.0))


def test_every_adjustment_that_couloir_knows_is_of_some_class(a_version: AVersion, jpeg: Master) -> None:
    for adjustment in BRICKS:
        if adjustment in (ap.Crop, ap.Straighten, ap.Flip):
            continue
        assert len(classes_of(a_version(adjustment()), jpeg, profiled=False)) >= 2


def test_classes_survive_as_a_number() -> None:
    sets = [{C.RENDERED}, {C.RAW_ADOBE, C.OTHER}, set(CLASSES), set()]
    table = flags(np.array([mask_of(each) for each in sets]))
    assert [{CLASSES[i] for i in np.flatnonzero(row)} for row in table] == sets
    assert KINDS == (C.RENDERED, C.RAW_LEARNT, C.RAW_ADOBE)


def test_the_pictures_that_are_there_have_four_states() -> None:
    found = [
        PictureState.of(original=original, preview=preview) for original in (True, False) for preview in (True, False)
    ]
    assert found == [PictureState.BOTH, PictureState.ORIGINAL, PictureState.PREVIEW, PictureState.NEITHER]
