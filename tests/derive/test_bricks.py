"""Every adjustment that Couloir reads has a translation and an engine stage, or a stated reason for having none."""

from __future__ import annotations

import importlib
import typing

import pytest

from couloir.aperture import adjustments
from couloir.derive.bricks import BRICKS

ENGINE = importlib.import_module("couloir.engines.aperture.render")  # the package's own `render` is a function
ADJUSTMENTS = typing.get_args(adjustments.Adjustment)

NOT_DRAWN = {
    adjustments.ChromaticAberration: "what it does depends on the lens, and moves edges by a pixel at most",
    adjustments.Retouch: "local: its strokes copy pixels",
    adjustments.SpotPatch: "local: its spots copy pixels",
    adjustments.RedEye: "local",
    adjustments.QuickBrush: "local: the mask files of Aperture cannot be read",
    adjustments.IPhotoEffects: "no source says what each effect does",
    adjustments.PhoneEdits: "no source says what they do",
    adjustments.UnknownAdjustment: "unknown",
}


@pytest.mark.parametrize("brick", ADJUSTMENTS, ids=lambda brick: brick.__name__)
def test_a_brick_is_drawn_by_the_engine_or_listed_with_the_reason(brick: type) -> None:
    drawn = getattr(ENGINE, brick.__name__, None) is brick
    assert drawn != (brick in NOT_DRAWN)


@pytest.mark.parametrize(
    "brick", [b for b in ADJUSTMENTS if b is not adjustments.UnknownAdjustment], ids=lambda b: b.__name__
)
def test_a_brick_has_a_translation_or_a_stated_reason(brick: type) -> None:
    entry = BRICKS[brick]
    assert entry.identifier
    assert entry.title
    assert all(len(carry.note) > 10 for carry in entry.carries.values())
    assert entry.carries or entry.translate is not None
