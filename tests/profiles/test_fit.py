"""The fit draws what engines.dng draws; its slopes are right, its curves rise and its tables do not fold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.spaces import srgb_to_lab
from couloir.color.splines import natural_spline
from couloir.engines.dng import PLAIN, curve_through
from couloir.engines.dng import apply_look as draw
from couloir.profiles import Pair, tone_curve
from couloir.profiles.descent import minimise
from couloir.profiles.fit import NO_GAINS, Gains, Look, Weights, _Problem, fit, measure_folding, offsets, plain
from couloir.profiles.illuminants import _Problem as MapProblem
from couloir.profiles.pipeline import COARSE, Rendering, places_of
from couloir.profiles.samples import Samples, most_colorful, take
from couloir.profiles.smoothness import measure_folds, smoothness


def look_of(seed: int) -> Look:
    random = np.random.default_rng(seed)
    table = np.tile([0.0, 1.0, 1.0], (COARSE.nodes, 1)) + random.normal(size=(COARSE.nodes, 3)) * [5, 0.1, 0.03]
    table[:: COARSE.saturations, 2] = 1.0
    return Look(table, tone_curve.from_points(()) + random.normal(size=tone_curve.SHARES) * 0.1)


def samples(seed: int, stops: float, warm: float = 0.0) -> Samples:
    random = np.random.default_rng(seed)
    lab = random.uniform(0, 1, (200, 3)) * [100, 80, 80] - [0, 40, 40]
    return Samples(f"{seed}", random.uniform(0, 1, (200, 3)), lab, np.ones(200), stops, warm)


@pytest.mark.parametrize("stops", [0.0, 0.5, -0.7])
def test_it_draws_what_the_engine_draws(stops: float) -> None:
    scene = np.random.default_rng(2).uniform(0, 1, (400, 3))
    look = look_of(1)
    ours = Rendering(places_of(scene, np.full(400, stops), COARSE), look.table, look.curve).lab
    theirs = srgb_to_lab(draw(scene, look.profile("x"), stops).astype(np.float64))
    assert np.abs(ours - theirs).max() < 2e-3


def test_the_slopes_of_the_loss_are_its_slopes() -> None:
    problem = _Problem([samples(1, -0.3), samples(2, 0.3)], plain(tone_curve.from_points(())), NO_GAINS, Weights(1e-2))
    random = np.random.default_rng(3)
    at = np.concatenate([random.normal(size=COARSE.nodes * 3) * 0.1, look_of(4).curve])
    _, slope = problem.both(at)
    check_slope(lambda x: problem.both(x)[0], at, slope, random)


@pytest.mark.parametrize("stops", [-0.3, 0.4])
def test_the_slopes_of_a_map_are_its_slopes(stops: float) -> None:
    problem = MapProblem([samples(5, stops, warm=0.7)], look_of(6), NO_GAINS, for_warm=True)
    random = np.random.default_rng(7)
    at = random.normal(size=problem.unpack(np.zeros(18 * 5 * 3)).size) * 0.05
    _, slope = problem.both(at)
    check_slope(lambda x: problem.both(x)[0], at, slope, random)


def check_slope(value, at, slope, random) -> None:
    for i in random.integers(0, len(at), 12):
        step = np.zeros_like(at)
        step[i] = 1e-6
        assert slope[i] == pytest.approx((value(at + step) - value(at - step)) / 2e-6, abs=3e-6)


@given(st.lists(st.floats(-6, 6), min_size=tone_curve.SHARES, max_size=tone_curve.SHARES))
def test_any_numbers_give_a_curve_that_rises_from_0_to_1(parameters: list[float]) -> None:
    points = np.array(tone_curve.points(np.array(parameters)))
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [1, 1]
    assert (np.diff(points[:, 0]) > 0).all()
    assert (np.diff(points[:, 1]) >= -1e-12).all()


def test_known_curves_are_met() -> None:
    light = np.linspace(0, 1, 200)
    for curve in (curve_through(()), natural_spline([0, 0.3, 1], [0, 0.2, 1])):
        near = curve_through(tone_curve.points(tone_curve.parameters_of(curve)))
        assert np.abs(near(light) - curve(light)).max() < 0.006


def test_a_valley_is_found() -> None:
    def rosenbrock(x):
        a, b = x[1] - x[0] ** 2, 1 - x[0]
        return 100 * a**2 + b**2, np.array([-400 * x[0] * a - 2 * b, 200 * a])

    assert minimise(rosenbrock, np.array([-1.2, 1.0]), 200) == pytest.approx([1, 1], abs=1e-3)


def test_a_photo_of_a_known_look_is_met(pairs) -> None:
    photos = [take(each, 800) for each in pairs[:3]]
    start = plain(tone_curve.from_points(()))
    looks = (start, fit(photos, start))
    before, after = (np.mean([np.sqrt((offsets(p, look) ** 2).sum(1)).mean() for p in photos]) for look in looks)
    assert before > 3
    assert after < 0.25


def test_a_table_that_folds_is_seen_and_avoided() -> None:
    flat = np.tile([0.0, 1.0, 1.0], (*(8, 12, 6), 1))
    assert measure_folding(flat)[0] == 0
    turned = flat.copy()
    turned[:, 3, :, 0] = 40.0  # 30 degrees lie between two hues
    faded = flat.copy()
    faded[:, :, 3, 1] = 0.4
    for bad in (turned, faded):
        assert measure_folding(bad)[0] > 0.01
        table = Look(bad.reshape(-1, 3), tone_curve.from_points(())).profile("x").look_table
        assert measure_folds(table) > 0
        assert not smoothness(Look(bad.reshape(-1, 3), tone_curve.from_points(())).profile("x")).holds
    assert smoothness(PLAIN).holds


def test_the_prior_holds_where_there_are_no_colors() -> None:
    grey = np.repeat(np.linspace(0.05, 0.9, 100)[:, np.newaxis], 3, axis=1)
    lab = srgb_to_lab(draw(grey, PLAIN, 0.0).astype(np.float64))
    prior = look_of(8)
    smooth = Look(np.tile([3.0, 1.1, 1.0], (COARSE.nodes, 1)), prior.curve)
    found = fit([Samples("grey", grey, lab, np.ones(100), 0.0, 0.0)], smooth)
    assert np.abs(found.table - smooth.table).max() < 0.05


def test_gains_are_taken_before_the_look() -> None:
    photo = samples(9, 0.0)
    gained = Gains({photo.name: np.array([-1.0, -1.0, -1.0])})
    assert np.allclose(gained.apply(photo), photo.scene / 2)


def test_photos_are_chosen_for_their_colors(make_pair: Callable[..., Pair]) -> None:
    dull, again, colorful = make_pair(1), make_pair(1), make_pair(2)
    dull = type(dull)("dull", dull.camera * 0 + 0.2, dull.model, dull.shown * 0 + 0.3)
    assert most_colorful([dull, again, colorful], 2)[0].name != "dull"
    assert len(most_colorful([make_pair(1), again], 2)) == 1
