"""Which adjustments are taken from the preview, and that each fidelity has one word, also in what was stored before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.color.spaces import srgb_decode
from couloir.derive import Fidelity, OperationOutcome, analytic
from couloir.derive.model import worst_of
from couloir.derive.pictures.nearness import Nearness, list_moved, may_come_from_preview, tell_from_preview
from couloir.derive.prior import draw_expected
from couloir.derive.translator import PhotoContext, Translator

AVersion = Callable[..., Version]
HALVED, NEARER, HARDLY = Nearness(3.0, 1.2), Nearness(3.0, 2.4), Nearness(3.0, 2.95)


def told(
    version: Version, master: Master, moved: set[str], nearness: Nearness
) -> list[tuple[Fidelity, OperationOutcome]]:
    outcomes = tell_from_preview(version, analytic(version, master).operations, moved, nearness)
    return [(each.fidelity, each) for each in outcomes]


def test_what_the_fit_has_moved_is_the_previews_with_its_gain(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(ap.Exposure(exposure=0.5), ap.Levels(rgb=ap.LevelsChannel(black=(0.1, 0.0))))
    [(exposed, outcome), (levelled, _)] = told(version, jpeg, {"Exposure2012"}, NEARER)
    assert (exposed, levelled) == (Fidelity.TAKEN, Fidelity.APPROXIMATE)
    assert outcome.reason.startswith("Taken from the preview:")
    assert "from 3.0 to 2.4" in outcome.reason
    assert analytic(version, jpeg).operations[0].reason in outcome.reason
    assert tell_from_preview(version, (outcome,) * 2, {"Exposure2012"}, HALVED) == (outcome,) * 2


def test_a_fit_that_brings_nothing_leaves_the_word_of_the_formula(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(ap.Exposure(exposure=0.5))
    assert told(version, jpeg, {"Exposure2012"}, HARDLY)[0][1] == analytic(version, jpeg).operations[0]


def test_what_no_formula_tells_is_carried_where_most_of_the_difference_is_gone(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    version = a_version(ap.IPhotoEffects(intensities={"Antique": 0.5}))
    assert may_come_from_preview(version, analytic(version, raw).operations)
    assert told(version, jpeg, set(), NEARER)[0][0] is Fidelity.LOST
    [(fidelity, outcome)] = told(version, jpeg, set(), HALVED)
    assert (fidelity, outcome.lost) == (Fidelity.TAKEN, ())
    [(_, measured)] = told(version, jpeg, set(), replace(HALVED, is_measured=True))
    assert "fell from 3.0 to 1.2" in measured.reason


@pytest.mark.parametrize("adjustment", [ap.Flip(), ap.Crop(0, 0, 0, 9), ap.NoiseReduction(radius=2.0)])
def test_what_no_slider_of_colour_repeats_stays_as_it_is(
    a_version: AVersion, jpeg: Master, adjustment: ap.Adjustment
) -> None:
    version = a_version(adjustment)
    [(fidelity, _)] = told(version, jpeg, set(analytic(version, jpeg).settings), HALVED)
    assert fidelity is analytic(version, jpeg).operations[0].fidelity
    assert not may_come_from_preview(version, analytic(version, jpeg).operations)


def test_neither_a_painted_nor_a_switched_off_adjustment_is_taken(a_version: AVersion, jpeg: Master) -> None:
    on = a_version(ap.Exposure(exposure=0.5))
    [operation] = on.operations
    for changed in (replace(operation, mask_uuid="mask"), replace(operation, enabled=False)):
        version = replace(on, operations=(changed,))
        [(_, outcome)] = told(version, jpeg, {"Exposure2012"}, HALVED)
        assert outcome == analytic(version, jpeg).operations[0]


def test_a_photos_own_pair_gives_its_adjustments_the_word(a_version: AVersion, jpeg: Master) -> None:
    random = np.random.default_rng(3)
    original = np.asarray(0.01 + 0.6 * random.random((6, 8, 3)).repeat(8, 0).repeat(8, 1) ** 1.5, dtype=np.float32)
    version = a_version(ap.Exposure(exposure=0.2), ap.Crop(0, 0, 3000, 2000))
    brighter = analytic(version, jpeg).settings.merge({"Exposure2012": 0.9})
    preview = np.asarray(srgb_decode(draw_expected(original, brighter, None)), dtype=np.float32)
    found = Translator().translate_one(version, jpeg, PhotoContext((original, preview)))
    assert [each.fidelity for each in found.operations] == [Fidelity.TAKEN, Fidelity.EXACT]
    assert "Exposure2012" in list_moved(analytic(version, jpeg).settings, found.settings)
    assert found.fidelity is Fidelity.TAKEN
    without = Translator().translate_one(version, jpeg)
    assert without.fidelity is Fidelity.APPROXIMATE


def test_the_worst_of_some_is_the_last_in_their_order() -> None:
    assert [str(each) for each in Fidelity] == ["exact", "approximate", "taken from the preview", "lost"]
    assert worst_of([]) is Fidelity.EXACT
    assert worst_of([Fidelity.APPROXIMATE, Fidelity.TAKEN]) is Fidelity.TAKEN
    assert worst_of(reversed(Fidelity)) is Fidelity.LOST


def test_the_word_of_earlier_ledgers_is_read_and_nothing_else() -> None:
    assert Fidelity.read("dropped") is Fidelity("dropped") is Fidelity.LOST
    assert all(Fidelity.read(str(each)) is each for each in Fidelity)
    assert [Fidelity.read(each) for each in (None, "", "gone", 3)] == [None] * 4
