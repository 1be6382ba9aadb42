"""A table for an edit that no preview shows is given where every engine that may be Aperture's allows it."""

from __future__ import annotations

from itertools import chain

import numpy as np

from couloir.aperture.adjustments import Adjustment, Crop, Enhance, Exposure, IPhotoEffects, Vignette, WhiteBalance
from couloir.derive.baseline import baseline
from couloir.engines.rgb_table import draw_table
from couloir.learn.formulas import HELD_OUT, VALIDATING
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.engine_table import FORMS, EditChart, is_known

RECOVERY = Exposure(recovery=0.7)


def _look(*adjustments: Adjustment, **sliders: float) -> EditChart:
    settings = DevelopSettings({**baseline(PhotoKind.RENDERED, ""), **sliders})
    return EditChart(adjustments, settings, np.random.default_rng(1).random((20, 20, 3), dtype=np.float32))


def test_what_the_sliders_leave_of_an_edit_becomes_a_table() -> None:
    look = _look(RECOVERY, Crop(0, 0, 4000, 3000))
    table, expected = look.fit()
    assert table is not None
    assert expected.pays
    assert look.judge(table) == expected
    light = np.array([[[0.9, 0.9, 0.9], [0.2, 0.2, 0.2]]])
    pulled, kept = np.asarray(draw_table(table, light))[0]
    assert pulled.max() < 0.88
    np.testing.assert_allclose(kept, 0.2, atol=0.01)
    inverted = RgbTable(65535 - identity_samples(8))
    assert not look.judge(inverted).pays


def test_an_edit_that_the_sliders_carry_gets_none() -> None:
    table, expected = _look(Exposure(exposure=0.7), Exposure2012=0.7).fit()
    assert table is None
    assert expected.before < 0.5


def test_an_edit_on_whose_formula_the_engines_disagree_gets_none() -> None:
    """On average a table would help; under one of the forms it would harm."""
    table, expected = _look(Enhance(gray_tint=(-0.05, 0.05))).fit()
    assert table is None
    assert expected.before - expected.after >= 0.5
    assert not expected.is_safe


def test_what_aperture_drew_must_be_known() -> None:
    assert is_known([WhiteBalance(temperature=4200.0), RECOVERY, Crop(0, 0, 4000, 3000), IPhotoEffects(kind=0)])
    assert not is_known([RECOVERY, IPhotoEffects(kind=3)])
    assert not is_known([RECOVERY, Vignette(kind=0, intensity=0.4, radius=1.0)])
    assert not is_known([Exposure(auto_pending=True)])
    assert not is_known([Exposure(exposure=float("inf"))])


def test_no_form_that_worlds_for_testing_and_validation_have_is_fitted_to() -> None:
    others = {*HELD_OUT.items(), *((name, form) for name, forms in VALIDATING.items() for form in forms)}
    fitted = set(chain.from_iterable(((name, form) for form in forms) for name, forms in FORMS.items()))
    assert not fitted & others
    assert set(HELD_OUT) <= set(FORMS)
