"""Levels with handles outside the sliders' range never give a black picture that is called the same shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.adjustments import Levels, LevelsChannel
from couloir.aperture.model import Master, Version
from couloir.derive import Fidelity, analytic
from couloir.derive.levels import CROSSED, HANDLE_LEFT_OUT
from couloir.engines.aperture import handles_left_out, levels_channel

AVersion = Callable[..., Version]
LINEAR = (0, 0, 255, 255)


@pytest.mark.parametrize(
    "handles",
    [
        LevelsChannel(black=(0.8, 0.0), white=(0.2, 1.0)),
        LevelsChannel(black=(0.5, 0.0), white=(0.5, 1.0)),
        LevelsChannel(black=(1.5, 0.0), white=(2.0, 1.0)),
        LevelsChannel(black=(-3.0, 0.0), white=(-2.0, 1.0)),
        LevelsChannel(black=(0.0, 7.0), white=(1.0, 8.0)),
    ],
)
def test_handles_that_leave_one_tone_are_lost_with_the_reason(
    a_version: AVersion, jpeg: Master, handles: LevelsChannel
) -> None:
    for levels in (Levels(rgb=handles), Levels(green=handles)):
        translation = analytic(a_version(levels), jpeg)
        assert translation.settings["ToneCurvePV2012"] == LINEAR
        assert translation.settings["ToneCurvePV2012Green"] == LINEAR
        [outcome] = translation.operations
        assert (outcome.fidelity, outcome.reason) == (Fidelity.LOST, CROSSED.note)


def test_the_other_channels_are_carried_all_the_same(a_version: AVersion, jpeg: Master) -> None:
    levels = Levels(rgb=LevelsChannel(black=(0.2, 0.0)), red=LevelsChannel(black=(0.9, 0.0), white=(0.1, 1.0)))
    translation = analytic(a_version(levels), jpeg)
    assert translation.settings["ToneCurvePV2012"] != LINEAR
    assert translation.settings["ToneCurvePV2012Red"] == LINEAR
    assert translation.operations[0].fidelity is Fidelity.APPROXIMATE
    assert len(translation.operations[0].lost) == 1


@pytest.mark.parametrize(
    "handles",
    [
        LevelsChannel(black=(0.6, 0.0), mid=(0.4, 0.6)),
        LevelsChannel(white=(0.6, 1.0), mid=(0.7, 0.3)),
        LevelsChannel(shadow=(0.6, 0.2)),
        LevelsChannel(highlight=(0.3, 0.9)),
    ],
)
def test_a_handle_outside_its_neighbours_is_said_to_be_left_out(
    a_version: AVersion, jpeg: Master, handles: LevelsChannel
) -> None:
    [outcome] = analytic(a_version(Levels(rgb=handles)), jpeg).operations
    assert HANDLE_LEFT_OUT.note in outcome.reason
    assert outcome.fidelity is Fidelity.APPROXIMATE


def test_handles_that_rest_or_follow_are_not_called_left_out() -> None:
    assert handles_left_out(LevelsChannel()) == ()
    assert handles_left_out(LevelsChannel(black=(0.6, 0.0))) == ()
    assert handles_left_out(LevelsChannel(black=(0.2, 0.0), mid=(0.6, 0.5), shadow=(0.4, 0.25))) == ()


def test_the_engine_leaves_a_picture_alone_where_handles_are_crossed() -> None:
    picture = np.linspace(0, 1, 50)
    np.testing.assert_array_equal(levels_channel(picture, LevelsChannel(black=(0.8, 0), white=(0.2, 1))), picture)


NUMBER = st.floats(-2, 3) | st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
HANDLE = st.tuples(NUMBER, NUMBER)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(LevelsChannel, HANDLE, HANDLE, HANDLE, HANDLE, HANDLE))
def test_no_handles_at_all_make_a_picture_of_one_tone_without_a_word(
    a_version: AVersion, jpeg: Master, handles: LevelsChannel
) -> None:
    translation = analytic(a_version(Levels(rgb=handles)), jpeg)
    heights = translation.settings["ToneCurvePV2012"][1::2]  # type: ignore[index]
    ends = (*handles.black, *handles.white)
    reachable = min(ends) >= 0 and max(ends) <= 1
    assert max(heights) > min(heights) or reachable or translation.operations[0].fidelity is Fidelity.LOST
