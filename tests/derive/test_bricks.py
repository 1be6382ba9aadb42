"""Every adjustment of Aperture that Couloir can read is accounted for: in the translation, and in the engine."""

from __future__ import annotations

import importlib
import typing

import pytest

from couloir.aperture import adjustments
from couloir.derive.registry import REGISTRY

ENGINE = importlib.import_module("couloir.engines.aperture.render")  # the package's own `render` is a function
BRICKS = typing.get_args(adjustments.Adjustment)

NO_PICTURES = {
    adjustments.ChromaticAberration: "what it does depends on the lens, and moves edges by a pixel at most",
    adjustments.Retouch: "local: its strokes copy pixels",
    adjustments.SpotPatch: "local: its spots copy pixels",
    adjustments.RedEye: "local",
    adjustments.QuickBrush: "local: the mask files of Aperture cannot be read",
    adjustments.IPhotoEffects: "no source says what each effect does",
    adjustments.PhoneEdits: "no source says what they do",
    adjustments.UnknownAdjustment: "unknown",
}


@pytest.mark.parametrize("brick", BRICKS, ids=lambda brick: brick.__name__)
def test_a_brick_is_drawn_by_the_engine_or_listed_with_the_reason(brick: type) -> None:
    drawn = getattr(ENGINE, brick.__name__, None) is brick
    assert drawn != (brick in NO_PICTURES)


@pytest.mark.parametrize(
    "brick", [b for b in BRICKS if b is not adjustments.UnknownAdjustment], ids=lambda b: b.__name__
)
def test_a_brick_has_a_translation_or_a_stated_reason(brick: type) -> None:
    entry = REGISTRY[brick]
    assert entry.identifier
    assert entry.title
    assert all(len(carry.note) > 10 for carry in entry.carries.values())
    assert entry.carries or entry.translate is not None
