"""Where the loop's parts begin and end: which pixels count, which steps are allowed, what one rendering teaches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from couloir.color.spaces import srgb_decode
from couloir.derive.pictures.local import local_region
from couloir.derive.pictures.preview import reference_of
from couloir.derive.pictures.surrogate import Surrogate, scene_behind
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.camera_raw import render_many
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.align import MOVED, Alignment, align
from couloir.refine.options import Finish, Options, deviation
from couloir.refine.solver import RenderingSample, Solver, measure
from couloir.refine.verdict import LIGHTROOM, Verdict, describe_renderer, tell_figure

Encoded = Callable[..., Picture]
KIND = PhotoKind.RENDERED
NAMES = ("exposure", "contrast", "saturation")
START = DevelopSettings({"Exposure2012": 0.2})


def aligned(preview: Picture, rendering: Picture) -> Alignment:
    found = align(reference_of(make_working_copy(preview)), make_working_copy(rendering))
    assert isinstance(found, Alignment), found
    return found


def test_of_two_equal_frames_all_but_one_line_of_pixels_is_shared(encoded: Encoded) -> None:
    whole = aligned(encoded(1), encoded(1)).whole
    assert whole[1:-1, 1:-1].all()
    assert whole.sum() == (whole.shape[0] - 2) * (whole.shape[1] - 2)


def test_pixels_from_beyond_the_previews_edge_do_not_count(encoded: Encoded) -> None:
    large = encoded(2)
    found = aligned(large[2:-2, 2:-2], large)  # the preview lacks 0.8 pixels of the working copy on each side
    assert MOVED in found.notes
    assert not found.whole[:2].any()
    assert not found.whole[:, :2].any()
    assert found.whole[3:-3, 3:-3].all()


def test_a_difference_is_taken_over_the_pixels_that_count() -> None:
    target = np.full((200, 3), [50.0, 0.0, 0.0], dtype=np.float32)
    drawn = target.copy()
    drawn[:20, 0] = 60.0  # a tenth of those that count is off
    drawn[100:, 0] = 0.0
    counted = np.arange(200) < 100
    far = measure(drawn, target, np.arange(200) < 20).mean
    found = measure(drawn, target, counted)
    assert far > 5
    assert found.mean == pytest.approx(far / 5, rel=1e-5)
    assert found.p95 == pytest.approx(far, rel=1e-5)
    drawn[4:20] = target[4:20]  # of four in a hundred, the 95th percentile knows nothing
    assert measure(drawn, target, counted).p95 == 0


@pytest.fixture(scope="module")
def surrogate() -> Surrogate:
    # No pixel is clipped, so that each slider's effect can be seen.
    random = np.random.default_rng(3)
    return Surrogate(random.uniform(0.2, 0.7, (12, 16, 3)).astype(np.float32), START, NAMES, KIND, None)


def solver(surrogate: Surrogate, target: np.ndarray, sigma: float = 4.0) -> Solver:
    pixels = len(target)
    none = np.zeros((len(NAMES), pixels, 3), dtype=np.float32)
    return Solver(surrogate, target, np.ones(pixels, dtype=np.bool_), np.full(len(NAMES), sigma), none)


def sample(surrogate: Surrogate, *x: float) -> RenderingSample:
    at = np.array(x, dtype=np.float64)
    lab = surrogate.lab(at)
    return RenderingSample(at, lab, np.ones(len(lab), dtype=np.bool_))


NOWHERE = (0.0, 0.0, 0.0)
FREE = np.zeros(3, dtype=np.bool_)


def test_a_look_that_is_reached_asks_for_no_step(surrogate: Surrogate) -> None:
    best = sample(surrogate, *NOWHERE)
    assert np.abs(solver(surrogate, best.lab).propose(best, 0.0, FREE)).max() < 0.05


def test_the_step_goes_to_the_settings_that_drew_the_target(surrogate: Surrogate) -> None:
    best, wanted = sample(surrogate, *NOWHERE), sample(surrogate, 3.0, -2.0, 2.0)
    found = solver(surrogate, wanted.lab, sigma=20.0).propose(best, 0.0, FREE)
    assert found == pytest.approx(wanted.x, abs=0.7)


def test_damping_and_a_narrow_prior_shorten_the_step(surrogate: Surrogate) -> None:
    best, wanted = sample(surrogate, *NOWHERE), sample(surrogate, 3.0, -2.0, 2.0)
    free = np.linalg.norm(solver(surrogate, wanted.lab).propose(best, 0.0, FREE))
    damped = np.linalg.norm(solver(surrogate, wanted.lab).propose(best, 100.0, FREE))
    narrow = np.linalg.norm(solver(surrogate, wanted.lab, sigma=0.02).propose(best, 0.0, FREE))
    assert damped < 0.8 * free
    assert narrow < 0.5 * free


def test_a_frozen_slider_stays_and_the_others_make_up_for_it(surrogate: Surrogate) -> None:
    best, wanted = sample(surrogate, *NOWHERE), sample(surrogate, 3.0, 0.0, 2.0)
    found = solver(surrogate, wanted.lab).propose(best, 0.0, np.array([False, False, True]))
    assert found[2] == 0
    assert found[0] == pytest.approx(3.0, abs=0.7)


def test_no_step_leaves_the_range_of_a_slider(surrogate: Surrogate) -> None:
    best = sample(surrogate, *NOWHERE)
    found = solver(surrogate, np.full_like(best.lab, [100.0, 0.0, 0.0]), sigma=1e3).propose(best, 0.0, FREE)
    assert (found >= surrogate.low - 1e-9).all()
    assert (found <= surrogate.high + 1e-9).all()
    assert found[0] > 3


def test_after_a_rendering_its_picture_is_what_is_predicted_there(surrogate: Surrogate) -> None:
    before, model = sample(surrogate, *NOWHERE), solver(surrogate, surrogate.lab(np.zeros(3)))
    after = sample(surrogate, 2.0, 1.0, 0.0)
    off = RenderingSample(after.x, after.lab + np.array([4.0, -2.0, 1.0], dtype=np.float32), after.unclipped)
    assert model.predict(before, off.x) == pytest.approx(after.lab, abs=1e-3)
    model.learn(before, off)
    assert model.predict(before, off.x) == pytest.approx(off.lab, abs=1e-3)
    half = model.predict(before, off.x / 2) - surrogate.lab(off.x / 2)
    assert half == pytest.approx(np.broadcast_to([2.0, -1.0, 0.5], half.shape), abs=1e-2)
    model.learn(before, before)  # a rendering at the same place teaches nothing
    assert model.predict(before, off.x) == pytest.approx(off.lab, abs=1e-3)


def test_the_scene_behind_a_rendering_is_drawn_as_that_rendering(encoded: Encoded) -> None:
    shown = encoded(5, 60, 40)
    settings = DevelopSettings({"Exposure2012": 0.8, "Contrast2012": 25, "Saturation": 20})
    drawn = render_many(scene_behind(shown, settings), [settings])[0]
    off = np.abs(srgb_decode(drawn) - srgb_decode(shown)).mean()
    assert off < 0.1 * np.abs(srgb_decode(render_many(srgb_decode(shown), [settings])[0]) - srgb_decode(shown)).mean()


def test_the_place_of_settings_is_where_their_step_led(surrogate: Surrogate) -> None:
    at = np.array([2.0, -1.0, 3.0])
    assert surrogate.place(surrogate.settings(at, START)) == pytest.approx(at, abs=0.15)
    assert surrogate.place(START) == pytest.approx(np.zeros(3))


@pytest.mark.parametrize(("side", "found"), [(4, False), (14, True)])
def test_a_changed_region_is_local_unless_it_is_tiny(side: int, found: bool) -> None:
    random = np.random.default_rng(1)
    lab = random.uniform([20, -30, -30], [80, 30, 30], (60, 60, 3))
    painted = lab.copy()
    painted[2 : 2 + side, 2 : 2 + side] += [0, 40, -40]
    assert local_region(painted, lab).any() == found
    if found:
        assert local_region(painted, lab)[4:14, 4:14].all()
        assert not local_region(painted, lab)[30:, 30:].any()


def test_a_smooth_change_of_all_colours_is_not_local() -> None:
    lab = np.random.default_rng(2).uniform([5, -40, -40], [95, 40, 40], (50, 70, 3))
    changed = lab * [0.8, 1.3, 0.7] + [12, 3, -5] + 0.002 * (lab[..., :1] - 50) ** 2
    assert not local_region(changed, lab).any()


def test_the_prior_of_a_slider_is_the_models_within_limits_and_a_usual_one_without() -> None:
    assert deviation("exposure", 0.4, 0.2) == pytest.approx(2.0)
    assert deviation("exposure", 1e-6, 0.2) == 0.5
    assert deviation("exposure", 1e6, 0.2) == 6.0
    assert deviation("dehaze", None, 1.0) < deviation("clarity", None, 1.0) < deviation("exposure", None, 1.0)


def test_options_survive_a_journal_and_others_are_refused() -> None:
    options = Options(7, 1.25, 0.3, Finish.LOOK)
    assert Options.from_dict(options.as_dict()) == options
    for name in options.as_dict():
        with pytest.raises(ValueError, match=r"journal|Finish|literal|convert"):
            Options.from_dict({key: value for key, value in options.as_dict().items() if key != name})


@pytest.mark.parametrize(
    ("renderer", "name", "figure"),
    [
        (LIGHTROOM, "Lightroom", "Lightroom 1.23"),
        ("dng-converter", "Adobe DNG Converter", "Adobe DNG Converter 1.23"),
        ("couloir-camera-raw", "Couloir's own engine (not Lightroom)", "Couloir's own engine 1.23 (not Lightroom)"),
        ("darktable", "darktable (not Lightroom)", "darktable 1.23 (not Lightroom)"),
        ("rawtherapee", "RawTherapee (not Lightroom)", "RawTherapee 1.23 (not Lightroom)"),
        ("another", "another (not Lightroom)", "another 1.23 (not Lightroom)"),
    ],
)
def test_a_renderer_and_its_figure_are_named_for_a_photographer(renderer: str, name: str, figure: str) -> None:
    assert describe_renderer(renderer) == name
    assert tell_figure(1.234, renderer) == figure


def test_the_words_of_verdicts_for_programs_are_stable() -> None:
    codes = ["same", "matched", "close", "review", "expected", "unmeasured", "absent"]
    assert [each.code for each in Verdict] == codes
