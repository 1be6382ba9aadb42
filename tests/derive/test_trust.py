"""Trust: sure answers of a trusted class apply, doubtful ones shrink; a model file's trust table is validated."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from couloir.derive.residual.classes import CLASSES, STATES, PhotoClass, PictureState, flags, mask_of
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.residual.trust import ASSUMED, DOUBT, FULL, MAX_CHARACTERS, WIDEST, Trust, parse_trust
from couloir.errors import ModelError, ModelNotFinite, ModelShapeDiffers, ModelUnreadable, ModelUnsafe

K = len(OUTPUTS)
SHAPE = (len(STATES), len(CLASSES))
BOTH, NEITHER = STATES.index(PictureState.BOTH), STATES.index(PictureState.NEITHER)


def classes(*found: PhotoClass) -> np.ndarray:
    return flags(np.array([mask_of(found)]))


def settled(trust: Trust, mean: float, log_variance: float, found: np.ndarray, state: int):
    values = (np.full((1, K), value, dtype=np.float32) for value in (mean, log_variance))
    return trust.settle(*values, found, np.array([state]))


def test_a_sure_answer_of_a_trusted_class_is_applied_and_a_doubtful_one_shrunk() -> None:
    rendered = classes(PhotoClass.RENDERED)
    assert settled(FULL, 5.0, -4.0, rendered, BOTH).mean[0, 0] == pytest.approx(5.0, rel=0.01)
    assert settled(FULL, 0.1, 0.0, rendered, BOTH).mean[0, 0] == pytest.approx(0.1 * 0.01 / (0.01 + DOUBT), rel=1e-3)


def test_the_least_factor_of_a_photos_classes_counts_and_what_is_left_out_widens_the_interval() -> None:
    factors = np.ones(SHAPE)
    factors[NEITHER, CLASSES.index(PhotoClass.CURVES)] = 0.5
    factors[NEITHER, CLASSES.index(PhotoClass.BLACK_WHITE)] = 0.2
    trust = Trust(factors, np.zeros(SHAPE))
    found = classes(PhotoClass.RENDERED, PhotoClass.CURVES, PhotoClass.BLACK_WHITE)
    answer = settled(trust, 10.0, 0.0, found, NEITHER)
    assert answer.mean[0, 0] == pytest.approx(2.0, rel=0.01)
    assert np.exp(answer.log_variance[0, 0]) == pytest.approx(1 + 8.0**2, rel=0.01)
    assert settled(trust, 10.0, 0.0, found, BOTH).mean[0, 0] == pytest.approx(10.0, rel=0.01)


def test_widening_adds_up_over_a_photos_classes() -> None:
    widening = np.zeros(SHAPE)
    widening[BOTH, :] = 0.5
    trust = Trust(np.ones(SHAPE), widening)
    answer = settled(trust, 0.0, 1.0, classes(PhotoClass.RENDERED, PhotoClass.LEVELS), BOTH)
    assert answer.log_variance[0, 0] == pytest.approx(2.0)


def test_a_model_that_nobody_tried_is_silent_on_dangerous_photos_without_both_pictures() -> None:
    for each in (PhotoClass.BLACK_WHITE, PhotoClass.NO_SATURATION, PhotoClass.EXTREME_WHITE_BALANCE):
        found = classes(PhotoClass.RENDERED, each)
        assert settled(ASSUMED, 3.0, 0.0, found, BOTH).mean.any()
        for state in range(1, len(STATES)):
            answer = settled(ASSUMED, 3.0, 0.0, found, state)
            assert not answer.mean.any()
            assert answer.factor.tolist() == [0.0]
            assert each.value in ASSUMED.explain(found[0], state)
            assert STATES[state].value in ASSUMED.explain(found[0], state)


FINITE = st.floats(-(2.0**100), 2.0**100, width=32)


@given(arrays(np.float32, (3, K), elements=FINITE), arrays(np.float32, (3, K), elements=FINITE), st.integers(0, 3))
def test_any_finite_answer_stays_finite_and_is_never_enlarged(mean: np.ndarray, wide: np.ndarray, state: int) -> None:
    answer = ASSUMED.settle(mean, wide, np.repeat(classes(PhotoClass.RAW_ADOBE), 3, axis=0), np.full(3, state))
    assert np.isfinite(answer.mean).all()
    assert np.isfinite(answer.log_variance).all()
    assert (np.abs(answer.mean) <= np.abs(mean)).all()


def table(**changes: Any) -> str:
    random = np.random.default_rng(1)
    trust = Trust(random.random(SHAPE).round(2), random.uniform(-1, 1, SHAPE).round(2))
    return json.dumps(json.loads(trust.as_text()) | changes)


def test_a_table_survives_its_text() -> None:
    again = parse_trust("x", table())
    assert json.loads(again.as_text()) == json.loads(table())
    assert again.learnt
    assert parse_trust("x", None) is ASSUMED


def cell(value: float) -> list[list[float]]:
    rows = [[0.5] * SHAPE[1] for _ in range(SHAPE[0])]
    rows[1][2] = value
    return rows


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("not a table", ModelUnreadable),
        (table(more=1), ModelUnreadable),
        (table(classes=["cats"]), ModelShapeDiffers),
        (table(states=list(STATES)[::-1]), ModelShapeDiffers),
        (table(factors=cell(0.5)[1:]), ModelShapeDiffers),
        (table(widening=[row[1:] for row in cell(0.5)]), ModelShapeDiffers),
        (table(factors=cell(1.01)), ModelNotFinite),
        (table(factors=cell(-0.01)), ModelNotFinite),
        (table(widening=cell(WIDEST + 1)), ModelNotFinite),
        (table(factors=cell(0.5)).replace("0.5", "NaN", 1), ModelUnreadable),
        (table(widening=cell(0.5)).replace("0.5", "1e999", 1), ModelError),
        (" " * (MAX_CHARACTERS + 1), ModelUnsafe),
    ],
)
def test_a_table_that_is_not_in_order_is_refused(text: str, error: type[ModelError]) -> None:
    with pytest.raises(error):
        parse_trust("x", text)
