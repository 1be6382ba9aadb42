"""A painted place counts only where the version's rows name a mask and an adjustment that may have done it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Adjustment, Brush
from couloir.aperture.model import Master, Operation, Version
from couloir.color.spaces import luminance, srgb_encode
from couloir.derive.model import Fidelity
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.place import NO_PLACE, NOT_SEEN, PaintedPair, Placement, list_painted, place_painted
from couloir.derive.pictures.drawing import draw_painted
from couloir.derive.translate import translate
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture
from couloir.lightroom.local.fields import KEY
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings

ROWS, COLUMNS = 64, 96
FRAME = ShownFrame(COLUMNS, ROWS)
PLAIN = DevelopSettings({})
AVersion = Callable[..., Version]


def _scene() -> Picture:
    random = np.random.default_rng(3)
    light = sum(blur(random.standard_normal((ROWS, COLUMNS)).astype(np.float32), size) * size for size in (1.5, 6, 16))
    exposed = 0.12 * np.exp2(0.7 * light / np.asarray(light).std())
    return np.clip(np.stack([exposed * 1.1, exposed, exposed * 0.9], axis=-1), 0.003, 1).astype(np.float32)


SCENE = _scene()


def _spot() -> Picture:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    near = np.clip(1.6 - np.hypot(x - 32, y - 30) / 16, 0, 1)
    return np.asarray(near**2 * (3 - 2 * near), dtype=np.float32)[..., np.newaxis]


def _pair(stops: float) -> PaintedPair:
    """A preview in which a round place is this much lighter."""
    return _pair_of(SCENE * np.exp2(stops * _spot()))


def _pair_of(painted: Picture) -> PaintedPair:

    def draw(local: Sequence[LocalAdjustment]) -> Picture:
        return draw_painted(SCENE, PLAIN, local, None)

    return PaintedPair(srgb_encode(np.clip(painted, 0, 1)).astype(np.float32), draw(()), draw)


def _painted(adjustment: Adjustment, **changes: object) -> Operation:
    brushed = Operation("painted", "RK", 1, enabled=True, mask_uuid="mask", inputs={}, adjustment=adjustment)
    return replace(brushed, **changes)  # type: ignore[arg-type]


def _placed(version: Version, stops: float = 0.9) -> Placement:
    return place_painted(version, FRAME, _pair(stops))


@pytest.mark.parametrize(
    ("adjustment", "stops"),
    [(ap.QuickBrush(Brush.DODGE), 0.9), (ap.QuickBrush(Brush.BURN), -0.9), (ap.HighlightsShadows(shadows=40.0), 0.9)],
)
def test_a_painted_adjustment_is_placed_with_its_gain(
    a_version: AVersion, jpeg: Master, adjustment: Adjustment, stops: float
) -> None:
    version = a_version(_painted(adjustment))
    found = _placed(version, stops)
    [local] = found.local
    assert local.settings["LocalExposure2012"] == pytest.approx(stops, abs=0.15)
    assert local.name.startswith("Aperture: ")
    assert found.gain > 0.3
    [outcome] = found.on(translate(version, jpeg)).operations
    assert (outcome.fidelity, outcome.settings, outcome.lost) == (Fidelity.TAKEN, (KEY,), ())
    assert f"{found.gain:.0%} nearer" in outcome.reason


def _more_contrast() -> Picture:
    tone = np.log2(luminance(SCENE) / 0.18)[..., np.newaxis]
    return np.asarray(SCENE * np.exp2(0.6 * _spot() * np.clip(tone, -2, 2)))


def _warmer() -> Picture:
    return np.asarray(SCENE * np.exp2(_spot() * np.array([0.35, 0.0, -0.35], dtype=np.float32)))


@pytest.mark.parametrize(
    ("adjustment", "painted", "key"),
    [
        (ap.QuickBrush(Brush.CONTRAST), _more_contrast(), "LocalContrast2012"),
        (ap.WhiteBalance(), _warmer(), "LocalTemperature"),
        (ap.QuickBrush(Brush.TINT), _warmer(), "LocalTemperature"),
    ],
)
def test_a_brush_of_contrast_and_one_of_colour_are_placed_with_their_own_sliders(
    a_version: AVersion, adjustment: Adjustment, painted: Picture, key: str
) -> None:
    found = place_painted(a_version(_painted(adjustment)), FRAME, _pair_of(painted))
    local = found.local[0]
    assert local.settings[key] > 5
    assert found.gain > 0.3
    x, y = np.average(
        [(dab.x, dab.y) for mask in local.masks for each in mask.shape.strokes for dab in each.dabs], axis=0
    )
    assert (x, y) == pytest.approx((32.5 / COLUMNS, 30.5 / ROWS), abs=0.06)


def test_a_row_of_white_balance_does_not_explain_light(a_version: AVersion) -> None:
    assert dict(_placed(a_version(_painted(ap.WhiteBalance()))).carries) == {"painted": NOT_SEEN}


def test_a_change_in_the_wrong_direction_is_not_the_brush_s(a_version: AVersion) -> None:
    found = _placed(a_version(_painted(ap.QuickBrush(Brush.BURN))))
    assert (found.local, dict(found.carries)) == ((), {"painted": NOT_SEEN})


@pytest.mark.parametrize("brush", [Brush.BLUR, Brush.SKIN_SMOOTHING, Brush.HALO_REDUCTION])
def test_what_no_small_picture_shows_is_not_placed(a_version: AVersion, brush: Brush) -> None:
    assert dict(_placed(a_version(_painted(ap.QuickBrush(brush)))).carries) == {"painted": NO_PLACE}


def test_of_several_painted_adjustments_each_gets_what_it_may_have_done(a_version: AVersion) -> None:
    both = a_version(
        _painted(ap.QuickBrush(Brush.DODGE)), _painted(ap.QuickBrush(Brush.BURN), uuid="other"), ap.Exposure()
    )
    found = _placed(both)
    assert [each.name for each in found.local] == ["Aperture: Dodge"]
    assert {uuid: carry.fidelity for uuid, carry in found.carries.items()} == {
        "painted": Fidelity.TAKEN,
        "other": Fidelity.LOST,
    }


def test_without_a_mask_in_the_rows_nothing_is_placed(a_version: AVersion) -> None:
    """However much the preview looks as if it were painted."""
    plain = a_version(_painted(ap.QuickBrush(), mask_uuid=None), _painted(ap.QuickBrush(), enabled=False))
    assert list_painted(plain) == []
    assert _placed(plain) == Placement()


def test_a_picture_that_comes_hardly_nearer_is_left_alone(a_version: AVersion) -> None:
    """Drawn beside a rendering that is far off everywhere, the brush would be the smallest part of it."""
    pair = _pair(0.9)
    far = replace(pair, draw=lambda _local: np.asarray(pair.rendering * np.float32(0.97)))
    assert place_painted(a_version(_painted(ap.QuickBrush(Brush.DODGE))), FRAME, far).local == ()
