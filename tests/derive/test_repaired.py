"""The preview tells whether a retouched spot vanished; what it shows unchanged is not written."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.model import Fidelity
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.repaired import SeenRepairs, SpotState, apply_seen, judge_repairs
from couloir.derive.pictures.gather import lay_on
from couloir.derive.translate import translate
from couloir.engines.camera_raw.repairs import draw_repairs
from couloir.engines.geometry import cut, orient
from couloir.engines.local_contrast import blur
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.repairs import Repairs, RetouchedArea, SpotKind

WIDTH, HEIGHT = 300, 200
SPOT = RetouchedArea(SpotKind.HEAL, ((0.4, 0.5),), (0.46, 0.52), 0.03, 0.3)
STROKE = RetouchedArea(SpotKind.CLONE, tuple((0.55 + 0.01 * n, 0.4) for n in range(9)), (0.55, 0.52), 0.02, 0.1)
BOTH = Repairs((SPOT, STROKE))
TURNED = Crop.from_rectangle(150, 102, 200, 130, 4.0, WIDTH, HEIGHT)


def _photo() -> np.ndarray:
    """Linear light with texture, and with a thing at each of the two places."""
    rng = np.random.default_rng(3)
    texture = blur(rng.uniform(0, 1, (3, HEIGHT, WIDTH)).astype(np.float32), 1.5)
    photo = np.moveaxis(0.25 + 0.5 * (texture - 0.5), 0, -1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    photo[np.hypot(x - 0.4 * WIDTH, y - 0.5 * HEIGHT) < 5] = 0.02
    photo[(np.abs(y - 0.4 * HEIGHT) < 2.5) & (x > 0.55 * WIDTH) & (x < 0.63 * WIDTH)] = (0.6, 0.5, 0.1)
    return photo.astype(np.float32)


def _preview(linear: np.ndarray) -> np.ndarray:
    """Another program's tones, in 8 bits."""
    encoded = np.clip(srgb_encode(np.clip(1.3 * linear, 0, 1)) ** 1.1 * (1.0, 0.96, 0.9), 0, 1)
    return np.asarray(srgb_decode(np.rint(encoded * 255) / 255), dtype=np.float32)


def _in_frame(linear: np.ndarray, crop: Crop | None, orientation: int) -> np.ndarray:
    left, top, wide, high, angle = (crop or Crop(0, 0, 1, 1, 0)).rectangle(WIDTH, HEIGHT)
    return orient(cut(linear, (left, top), (wide, high), angle, (round(wide), round(high))), orientation)


@pytest.mark.parametrize(("crop", "orientation"), [(None, 1), (None, 6), (TURNED, 3), (TURNED, 5)])
def test_a_preview_shows_what_vanished_and_what_did_not(crop: Crop | None, orientation: int) -> None:
    """Covered from other sources than ours, with another edge, in every frame."""
    photo, frame = _photo(), ShownFrame(WIDTH, HEIGHT, crop, orientation)
    others = (
        RetouchedArea(SPOT.kind, SPOT.places, (0.33, 0.48), SPOT.radius, 0.5),
        RetouchedArea(SpotKind.HEAL, STROKE.places, STROKE.source, STROKE.radius, 0.3),
    )
    shown = _in_frame(photo, crop, orientation)
    for covered, wanted in (((), (False, False)), (others, (True, True)), (others[:1], (True, False))):
        preview = _preview(_in_frame(draw_repairs(photo, covered), crop, orientation))
        found = judge_repairs(BOTH, frame, shown, preview)
        assert [each in (SpotState.REPAIRED, SpotState.OTHERWISE) for each in found] == list(wanted), found
        assert [each is SpotState.UNCHANGED for each in found] == [not each for each in wanted], found


def test_the_preview_of_a_raw_file_is_laid_on_its_original_first() -> None:
    """Two pixels aside of 300, the spots of an untouched preview would look changed."""
    photo, frame = np.pad(_photo(), ((3, 3), (3, 3), (0, 0)), "reflect"), ShownFrame(WIDTH, HEIGHT)
    original, moved = photo[3:-3, 3:-3], photo[4:-2, 5:-1]
    found = judge_repairs(BOTH, frame, original, lay_on(_preview(moved), original))
    assert found == (SpotState.UNCHANGED, SpotState.UNCHANGED)
    assert judge_repairs(BOTH, frame, original, _preview(moved)) != found
    assert lay_on(_preview(original), original) == pytest.approx(_preview(original), abs=0.05)


def test_where_our_engine_draws_the_same_it_is_said() -> None:
    photo = _photo()
    found = judge_repairs(BOTH, ShownFrame(WIDTH, HEIGHT), photo, _preview(draw_repairs(photo, BOTH.areas)))
    assert found == (SpotState.REPAIRED, SpotState.REPAIRED)


def test_what_is_too_small_or_cut_off_is_not_judged() -> None:
    photo = _photo()
    tiny = RetouchedArea(SpotKind.HEAL, SPOT.places, SPOT.source, 0.004)
    outside = RetouchedArea(SpotKind.HEAL, ((1.2, 0.5),), (1.3, 0.5), 0.03)
    near = RetouchedArea(SpotKind.CLONE, SPOT.places, (-0.1, 0.5), 0.03)
    found = judge_repairs(Repairs((tiny, outside, near)), ShownFrame(WIDTH, HEIGHT), photo, _preview(photo))
    assert set(found) == {SpotState.UNSEEN}


def test_what_the_preview_shows_unchanged_is_not_written(a_version: Callable[..., Version], jpeg: Master) -> None:
    spots = tuple(ap.Spot((300.0 * n, 900.0), 20.0, patch=(300.0 * n + 60, 900.0)) for n in (1, 2, 3))
    plain = translate(a_version(ap.SpotPatch(spots), ap.Retouch((ap.Stroke(((9.0, 9.0),), 5.0, repairs=True),))), jpeg)
    shown = (SpotState.REPAIRED, SpotState.UNCHANGED, SpotState.REPAIRED, SpotState.UNCHANGED)
    found = apply_seen(plain, SeenRepairs(plain.repairs, shown))
    assert found.repairs.areas == (plain.repairs.areas[0], plain.repairs.areas[2])
    patched, stroked = found.operations
    assert patched.fidelity is Fidelity.APPROXIMATE
    assert patched.reason.endswith(
        "The preview shows 2 spots repaired, as our engine draws them. "
        "The preview shows 1 spot unchanged, so it is not written."
    )
    assert (stroked.fidelity, stroked.settings) == (Fidelity.LOST, ())
    assert stroked.reason == "The preview shows 1 spot unchanged, so it is not written."
    assert apply_seen(plain, SeenRepairs(plain.repairs, ())) == plain
    assert apply_seen(plain, SeenRepairs(Repairs(), ())) is plain
