"""A colour table is judged on blocks that it was not fitted on: a global edit holds there, a local one does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.refine.color_pair import GAIN, STEEPEST, ColorPair, fit_pairs, judge_pairs, judge_table, steepest_step

ROWS, COLUMNS = 64, 96


def _scene(seed: int) -> Picture:
    """Smooth patches of many colours, as a photograph has them."""
    chance = np.random.default_rng(seed)
    coarse = 0.1 + 0.8 * chance.random((ROWS // 8, COLUMNS // 8, 3))
    return np.kron(coarse, np.ones((8, 8, 1))).astype(np.float32)


def _crossed(picture: Picture) -> Picture:
    """A film look that no slider has: shadows of one channel go into the next."""
    turned = picture[..., [1, 2, 0]]
    return np.clip(picture + 0.25 * (turned - picture) * (1 - picture), 0, 1).astype(np.float32)


def _pair(seed: int, target: Picture | None = None) -> ColorPair:
    scene = _scene(seed)
    there = np.ones(scene.shape[:2], dtype=np.bool_)
    return ColorPair(scene, _crossed(scene) if target is None else target, there, there)


def test_a_look_of_colours_holds_on_blocks_that_were_not_fitted() -> None:
    [unseen] = judge_pairs([_pair(1)])
    assert unseen is not None
    assert unseen.before > 4
    assert unseen.after < 0.25 * unseen.before
    assert unseen.pays


def test_a_change_of_one_half_of_the_picture_does_not() -> None:
    """As a graduated brush: the same colours become two."""
    scene = _scene(2)
    darker = scene.copy()
    darker[: ROWS // 2] *= 0.5
    [unseen] = judge_pairs([_pair(2, darker)])
    assert unseen is not None
    assert unseen.is_local
    assert not unseen.pays


def test_one_table_of_three_photos_serves_a_fourth() -> None:
    table = fit_pairs([_pair(seed) for seed in (3, 4, 5)])
    assert table is not None
    other = judge_table(table, _pair(6))
    assert other is not None
    assert other.after < 0.25 * other.before


def test_pixels_that_do_not_count_bend_no_table() -> None:
    pair = _pair(7)
    brushed = pair.target.copy()
    brushed[:20, :20] = 0
    left_out = pair.counted.copy()
    left_out[:20, :20] = False
    table, whole = fit_pairs([replace(pair, target=brushed, counted=left_out)]), fit_pairs([pair])
    assert table is not None
    assert whole is not None
    one, other = judge_table(table, _pair(8)), judge_table(whole, _pair(8))
    assert one is not None
    assert other is not None
    assert abs(one.after - other.after) < 0.3


def test_nothing_pays_where_nothing_differs() -> None:
    scene = _scene(9)
    [unseen] = judge_pairs([_pair(9, scene)])
    assert unseen is not None
    assert unseen.before - unseen.after < GAIN
    assert not unseen.pays


def test_steps_between_greys_are_told_in_levels_of_eight_bits() -> None:
    same = identity_samples(16)
    assert steepest_step(RgbTable(same)) == 1
    steep = np.where(same < 32768, same // 4, 65535 - (65535 - same) // 4).astype(np.uint16)
    assert steepest_step(RgbTable(steep)) > STEEPEST
    greys = np.linspace(0, 1, ROWS * COLUMNS).reshape(ROWS, COLUMNS, 1)
    scene = np.repeat(greys, 3, axis=2).astype(np.float32)
    there = np.ones(scene.shape[:2], dtype=np.bool_)
    drawn = np.asarray(draw_table(RgbTable(steep), scene), dtype=np.float32)
    assert fit_pairs([ColorPair(scene, drawn, there, there)]) is None


def test_colors_that_no_picture_has_go_where_the_edit_is_expected_to_bring_them() -> None:
    """A dull photo that stays as it is says nothing of vivid colours; the engine's own table does."""
    colors = identity_samples(8) / 65535
    vividness = np.ptp(colors, axis=-1, keepdims=True)
    faded = colors + np.clip(vividness - 0.3, 0, 1) * (colors.mean(axis=-1, keepdims=True) - colors)
    prior = RgbTable(np.rint(faded * 65535).astype(np.uint16))
    dull = (0.4 + 0.2 * _scene(9)).astype(np.float32)
    pair = replace(_pair(9), rendering=dull, target=dull)
    informed, alone = fit_pairs([pair], prior), fit_pairs([pair])
    assert informed is not None
    assert alone is not None
    vivid = np.array([[0.9, 0.1, 0.2]])
    expected = draw_table(prior, vivid)
    assert np.abs(draw_table(alone, vivid) - expected).max() > 0.2
    assert np.abs(draw_table(informed, vivid) - expected).max() < 0.1
    np.testing.assert_allclose(draw_table(informed, dull), dull, atol=0.01)
