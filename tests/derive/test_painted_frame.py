"""What was painted on a picture as it is shown lies in the file's own frame where the renderer shows it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from couloir.aperture.model import Version
from couloir.derive.painted.frame import ShownFrame, frame_of
from couloir.derive.painted.inside import WHOLE
from couloir.engines.camera_raw.local import show_masks
from couloir.engines.camera_raw.masks import draw_brush
from couloir.engines.geometry import cut, orient
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import Brush, Dab, LinearGradient, LocalAdjustment, Mask, Stroke

WIDTH, HEIGHT = 240, 160
BRUSH = Brush((Stroke((Dab(0.2, 0.3, 1.0), Dab(0.3, 0.35, 1.0), Dab(0.45, 0.3, 1.0)), 0.14, 0.6),))
TURNED = Crop.from_rectangle(110, 85, 140, 90, 7.0, WIDTH, HEIGHT)


def _adjustment(brush: Brush) -> LocalAdjustment:
    return LocalAdjustment("a", {"LocalExposure2012": 1.0}, (Mask(brush),))


@pytest.mark.parametrize("crop", [None, TURNED])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_stroke_is_shown_where_it_was_painted(orientation: int, crop: Crop | None) -> None:
    """Drawn in the stored frame, then cropped and turned by the engine, which knows nothing of how it got there."""
    left, top, wide, high, angle = (crop or Crop(0, 0, 1, 1, 0)).rectangle(WIDTH, HEIGHT)
    size = (round(wide), round(high))
    shown = size if orientation < 5 else size[::-1]
    frame = ShownFrame(WIDTH, HEIGHT, crop, orientation)
    stored = frame.store(_adjustment(BRUSH)).masks[0].shape
    assert isinstance(stored, Brush)
    alpha = np.repeat(draw_brush(stored, WIDTH, HEIGHT)[..., np.newaxis], 3, axis=-1)
    again = orient(cut(alpha, (left, top), (wide, high), angle, size), orientation)[..., 0]
    wanted = draw_brush(BRUSH, *shown)
    assert wanted.max() > 0.8
    assert np.abs(again - wanted).max() < 0.06  # half a pixel at the brush's edge
    assert np.abs(again - wanted).mean() < 0.003
    # A report draws masks in the same way, at any size.
    overlay = show_masks([Mask(stored)], crop or WHOLE, orientation, (WIDTH, HEIGHT), max(size) // 2)
    half = draw_brush(BRUSH, *(round(edge / 2) for edge in shown))
    assert overlay.shape == half.shape
    assert np.abs(overlay - half).max() < 0.12
    assert np.abs(overlay - half).mean() < 0.006


def test_a_frame_without_a_stored_size_is_the_shown_picture(a_version: Callable[..., Version]) -> None:
    version = a_version()
    picture = np.zeros((90, 60, 3), dtype=np.float32)
    unsized = frame_of(replace(version, master_size=None), None, 6, picture)
    assert (unsized.width, unsized.height) == (90, 60)
    assert frame_of(version, TURNED, 1, picture).crop == TURNED


def test_only_brushes_are_moved() -> None:
    gradient = LocalAdjustment("a", {"LocalExposure2012": 1.0}, (Mask(LinearGradient((0, 0), (1, 1))),))
    with pytest.raises(TypeError, match="no brush"):
        ShownFrame(3, 2).store(gradient)
