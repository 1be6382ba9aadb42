"""What was retouched in Aperture lies at the same places of the stored frame, with a source like its surroundings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.derive.model import Fidelity
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.sources import choose_sources
from couloir.derive.retouch import NO_SIZE, OTHER_SOURCE, SAME_EYES, SAME_SOURCE, UNPLACED
from couloir.derive.translate import translate
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import MOST_DABS
from couloir.lightroom.local.repairs import Repairs, RetouchedArea, SpotKind

AVersion = Callable[..., Version]
CLONE = ap.Stroke(((300.0, 500.0),), 30.0, 0.2, 0.8, repairs=False, source=(600.0, -100.0))


def test_a_stroke_keeps_its_place_and_its_source(a_version: AVersion, jpeg: Master) -> None:
    """Counted from the bottom left of 3000 x 2000 pixels there, from the top left in shares here."""
    found = translate(a_version(ap.Retouch((CLONE,))), jpeg)
    [area] = found.repairs.areas
    assert area == RetouchedArea(SpotKind.CLONE, ((0.1, 0.75),), (0.3, 0.8), 0.01, 0.2, 0.8)
    [outcome] = found.operations
    assert (outcome.fidelity, outcome.reason) == (Fidelity.APPROXIMATE, SAME_SOURCE.note)
    assert outcome.settings == ("EnableRetouch",)


def test_a_long_stroke_has_dabs_along_its_whole_way(a_version: AVersion, jpeg: Master) -> None:
    stroke = ap.Stroke(((0.0, 0.0), (0.0, 0.0), (1500.0, 0.0), (1500.0, 1000.0)), 40.0, repairs=True, source=(9.0, 9.0))
    [area] = translate(a_version(ap.Retouch((stroke,))), jpeg).repairs.areas
    places = np.array(area.places) * (3000, 2000)
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    assert len(places) <= MOST_DABS
    assert steps.max() <= 10.01
    assert places[-1].tolist() == pytest.approx([1500, 1000])


@pytest.mark.parametrize(
    ("adjustment", "notes"),
    [
        (ap.Retouch((ap.Stroke(((9.0, 9.0),), 5.0, repairs=True),)), (OTHER_SOURCE,)),
        (ap.Retouch((ap.Stroke(((9.0, 9.0),), 5.0, repairs=False), CLONE)), (SAME_SOURCE, UNPLACED)),
        (ap.SpotPatch((ap.Spot((900.0, 900.0), 20.0, patch=(950.0, 900.0)),)), (SAME_SOURCE,)),
        (ap.SpotPatch((ap.Spot((900.0, 900.0), None),)), (UNPLACED,)),
        (ap.RedEye((ap.Spot((900.0, 900.0), 20.0), ap.Spot(None, 20.0))), (SAME_EYES, UNPLACED)),
    ],
)
def test_each_part_says_what_became_of_it(
    a_version: AVersion, jpeg: Master, adjustment: ap.Adjustment, notes: tuple[object, ...]
) -> None:
    [outcome] = translate(a_version(adjustment), jpeg).operations
    assert outcome.reason == " ".join(note.note for note in notes)  # type: ignore[attr-defined]


def test_without_a_size_nothing_has_a_place(a_version: AVersion, jpeg: Master) -> None:
    found = translate(a_version(ap.Retouch((CLONE,)), ap.RedEye((ap.Spot((1.0, 1.0), 5.0),)), master_size=None), jpeg)
    assert not found.repairs
    assert {outcome.reason for outcome in found.operations} == {NO_SIZE.note}


@pytest.mark.parametrize("orientation", [1, 6, 4])
def test_a_source_is_chosen_where_the_surroundings_are_alike(orientation: int) -> None:
    """A spot on the dark half of a photo, near its edge: the source beside it would lie in the bright half."""
    picture = np.zeros((100, 150, 3), dtype=np.float32) + np.float32(0.03)
    picture[:, 75:] = 0.8
    frame = ShownFrame(150, 100, Crop(0, 0, 1, 1, 0), 1)
    spot = RetouchedArea(SpotKind.HEAL, ((0.44, 0.5),), (0.56, 0.5), 0.04, is_chosen=True)
    [found] = choose_sources(Repairs((spot,)), frame, picture).areas
    assert found.source[0] < 0.45
    assert picture[int(found.source[1] * 100), int(found.source[0] * 150), 0] == pytest.approx(0.03)
    turned = ShownFrame(150, 100, Crop.from_rectangle(70, 55, 90, 60, 5, 150, 100), orientation)
    assert turned.place(*turned.show(0.44, 0.5)) == pytest.approx((0.44, 0.5))


def test_a_stated_source_is_never_changed() -> None:
    stated = Repairs((RetouchedArea(SpotKind.HEAL, ((0.44, 0.5),), (0.56, 0.5), 0.04),))
    assert choose_sources(stated, ShownFrame(150, 100), np.zeros((100, 150, 3), dtype=np.float32)) is stated
