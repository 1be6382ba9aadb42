"""The loop, with renderers whose constants it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from couloir.derive.controls import between, move
from couloir.derive.pictures.preview import Reference, load_reference, reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import BY_EDIT, MOVED, Finish, Options
from couloir.refine.shared import SharedSlopes
from couloir.refine.verdict import Verdict, grade

KIND = PhotoKind.RENDERED
NEUTRAL = DevelopSettings({})
LOOK = {"exposure": 6.0, "contrast": 4.0, "temperature": 3.0, "saturation": -4.0, "shadows": 5.0}
Renderer = Callable[[DevelopSettings], Picture]
Drive = Callable[[Match, Renderer], Match]


def reference_from(picture: Picture) -> Reference:
    return reference_of(make_working_copy(picture))


def looked(renderer: Renderer, look: dict[str, float] = LOOK) -> Reference:
    return reference_from(renderer(move(NEUTRAL, look, KIND)))


def test_a_look_is_found_in_a_few_renderings(hidden: Callable[[int], Renderer], drive: Drive) -> None:
    for seed in (1, 2, 3):
        renderer = hidden(seed)
        outcome = drive(Match.begin(looked(renderer), NEUTRAL, KIND), renderer).outcome
        assert outcome.before is not None
        assert outcome.after is not None
        assert outcome.before.mean > 4
        assert outcome.after.mean < 1.3
        assert outcome.renderings <= 5
        assert grade(outcome.after) is Verdict.SAME
        assert outcome.reason


def test_it_never_ends_worse_than_it_began_whatever_the_renderer_does(
    hidden: Callable[[int], Renderer], drive: Drive
) -> None:
    """One that answers every correction with something that has nothing to do with it."""
    renderer = hidden(1)
    reference = looked(renderer)
    random = np.random.default_rng(0)

    def contrary(settings: DevelopSettings) -> Picture:
        if settings == NEUTRAL:
            return renderer(NEUTRAL)
        change = {name: float(random.normal() * 6) for name in ("exposure", "contrast", "saturation")}
        return renderer(move(NEUTRAL, change, KIND))

    outcome = drive(Match.begin(reference, NEUTRAL, KIND), contrary).outcome
    kept = [each.difference.mean for each in outcome.history if each.kept]
    assert outcome.after is not None
    assert outcome.before is not None
    assert outcome.after.mean == min(kept) <= outcome.before.mean
    assert kept == sorted(kept, reverse=True)


def test_a_journal_gives_the_same_match_at_every_point(hidden: Callable[[int], Renderer]) -> None:
    renderer = hidden(4)
    options = Options(renderings=4, finish=Finish.LOOK, target=0.1, least_gain=0.01)
    match = Match.begin(
        looked(renderer), NEUTRAL, KIND, options, prior={"exposure": 0.5}, shared=SharedSlopes.empty(MOVED)
    )
    while (settings := match.ask()) is not None:
        resumed = Match.from_dict(json.loads(json.dumps(match.as_dict())))
        assert resumed.ask() == settings == match.ask()
        assert resumed.outcome == match.outcome
        match.tell(renderer(settings), settings.as_dict())
    assert Match.from_dict(json.loads(json.dumps(match.as_dict()))).outcome == match.outcome


def test_stopping_leaves_the_best_so_far(hidden: Callable[[int], Renderer]) -> None:
    renderer = hidden(5)
    match = Match.begin(looked(renderer), NEUTRAL, KIND)
    assert match.ask() == NEUTRAL
    match.tell(renderer(NEUTRAL))
    assert match.ask() not in (None, NEUTRAL)
    assert not match.outcome.finished
    match.stop("Cancelled.")
    assert match.ask() is None
    assert match.outcome.finished
    assert match.outcome.settings == NEUTRAL
    assert match.outcome.reason == "Cancelled."
    assert Match.from_dict(match.as_dict()).outcome == match.outcome
    with pytest.raises(ValueError, match="no rendering was asked for"):
        match.tell(renderer(NEUTRAL))


def test_a_photo_without_a_preview_is_left_alone() -> None:
    match = Match.begin(load_reference(None), NEUTRAL, KIND)
    assert match.ask() is None
    outcome = match.outcome
    assert (outcome.after, outcome.before, outcome.settings) == (None, None, NEUTRAL)
    assert outcome.trap is not None
    assert outcome.trap.code == "missing"
    assert outcome.finished


def test_another_photos_preview_moves_nothing(hidden: Callable[[int], Renderer], drive: Drive) -> None:
    renderer = hidden(6)
    match = drive(Match.begin(reference_from(hidden(7)(NEUTRAL)), NEUTRAL, KIND), renderer)
    assert match.outcome.trap is not None
    assert match.outcome.trap.code == "other-photo"
    assert match.outcome.settings == NEUTRAL
    assert match.outcome.after is None
    assert match.change() == {}


def test_a_slider_that_does_not_obey_is_left_alone(hidden: Callable[[int], Renderer]) -> None:
    """A renderer that ignores exposure, and says so when it is read back."""
    renderer = hidden(8)
    match = Match.begin(looked(renderer, {"exposure": 5.0, "saturation": 4.0}), NEUTRAL, KIND)
    asked = []
    while (settings := match.ask()) is not None:
        asked.append(settings)
        real = DevelopSettings({**settings, "Exposure2012": 0.0})
        match.tell(renderer(real), {**real.as_dict(), "Foreign": {"not": "ours"}})
    exposures = [settings.get("Exposure2012", 0.0) for settings in asked]
    assert exposures[1] != 0
    assert len({*exposures[2:]}) <= 1


OTHER_SCALES = {
    "blacks": 6.0,
    "whites": 0.2,
    "shadows": -1.0,
    "contrast": 2.0,
    "dehaze": -1.0,
    "saturation": 2.0,
    "vibrance": 4.0,
}


@pytest.mark.parametrize("seed", [3, 4, 7])
def test_a_program_whose_sliders_have_other_scales_is_brought_nearer(
    seed: int, hidden: Callable[[int], Renderer], drive: Drive
) -> None:
    """As between real programs: most slopes are wrong, and no slider draws the look exactly."""
    renderer = hidden(seed)
    film = NEUTRAL.merge({"ToneCurvePV2012": (0, 14, 56, 44, 128, 136, 200, 222, 255, 244)})

    def other(settings: DevelopSettings) -> Picture:
        moved = between(NEUTRAL, settings, KIND)
        return renderer(move(NEUTRAL, {name: moved[name] * OTHER_SCALES.get(name, 1.0) for name in MOVED}, KIND))

    target = move(film, {"saturation": 2.0, "exposure": 0.45 * (-1) ** seed, "temperature": 0.5}, KIND)
    outcome = drive(Match.begin(reference_from(renderer(target)), NEUTRAL, KIND), other).outcome
    assert outcome.before is not None
    assert outcome.after is not None
    assert outcome.after.mean < 0.7 * outcome.before.mean


def test_what_is_fixed_is_not_moved(hidden: Callable[[int], Renderer], drive: Drive) -> None:
    renderer = hidden(8)
    match = Match.begin(looked(renderer), NEUTRAL, KIND, fixed=("exposure", "temperature", "tint"))
    outcome = drive(match, renderer).outcome
    assert outcome.renderings > 1
    assert all(not {"exposure", "temperature", "tint"} & each.moved.keys() for each in outcome.history)
    assert Match.from_dict(match.as_dict()).outcome == outcome


def test_a_match_begins_with_the_curve_that_the_pair_gave_and_leaves_it(
    hidden: Callable[[int], Renderer], drive: Drive
) -> None:
    renderer, film = hidden(10), (0.0, 10.0, 64.0, 50.0, 192.0, 212.0, 255.0, 248.0)
    start = NEUTRAL.merge({"ToneCurvePV2012": film, "ToneCurveName2012": "Custom"})
    reference = reference_from(renderer(move(start, LOOK, KIND)))
    outcome = drive(Match.begin(reference, start, KIND), renderer).outcome
    assert outcome.settings["ToneCurvePV2012"] == film
    assert outcome.before is not None
    assert outcome.after is not None
    assert outcome.after.mean < 0.4 * outcome.before.mean


def test_curves_are_kept_only_where_they_gain_enough(hidden: Callable[[int], Renderer], drive: Drive) -> None:
    renderer = hidden(9)

    def curved(settings: DevelopSettings) -> Picture:
        """Its own look ends in a cast that no slider of tone and colour makes."""
        return np.clip(renderer(settings) ** np.array([0.75, 1.0, 1.3], dtype=np.float32), 0, 1).astype(np.float32)

    reference = looked(renderer)
    plain = drive(Match.begin(reference, NEUTRAL, KIND, fixed=BY_EDIT), curved).outcome
    finished = drive(Match.begin(reference, NEUTRAL, KIND, Options(finish=Finish.LOOK), fixed=BY_EDIT), curved).outcome
    assert plain.after is not None
    assert finished.after is not None
    assert "ToneCurvePV2012Red" not in plain.settings
    tried = [each for each in finished.history if each.curves]
    assert tried
    assert any(each.kept for each in tried) == ("ToneCurvePV2012Red" in finished.settings)
    assert finished.after.mean <= plain.after.mean - 0.5
    tinted = drive(Match.begin(reference, NEUTRAL, KIND), curved).outcome
    assert tinted.after is not None
    assert tinted.after.mean < 0.5 * finished.after.mean  # the tints of shadows, midtones and highlights make it
    easy = drive(Match.begin(looked(renderer), NEUTRAL, KIND, Options(finish=Finish.LOOK)), renderer).outcome
    assert "ToneCurvePV2012" not in easy.settings


def test_curves_come_first_where_no_slider_draws_the_look_and_sliders_do_the_rest(
    hidden: Callable[[int], Renderer], drive: Drive
) -> None:
    renderer = hidden(3)
    film = NEUTRAL.merge({"ToneCurvePV2012": (0.0, 24.0, 56.0, 30.0, 128.0, 150.0, 200.0, 236.0, 255.0, 240.0)})
    reference = reference_from(renderer(move(film, {"saturation": -5.0}, KIND)))
    plain = drive(Match.begin(reference, NEUTRAL, KIND), renderer).outcome
    options = Options(finish=Finish.LOOK, target=0.3)
    match = drive(Match.begin(reference, NEUTRAL, KIND, options), renderer)
    outcome = match.outcome
    assert outcome.after is not None
    assert plain.after is not None
    assert outcome.history[1].curves
    assert outcome.history[1].kept
    assert any(each.kept and "saturation" in each.moved for each in outcome.history[2:])
    assert outcome.after.mean < 0.7 * plain.after.mean
    assert len(outcome.history) <= options.renderings + 1
    assert "ToneCurvePV2012" in outcome.settings
    assert Match.from_dict(json.loads(json.dumps(match.as_dict()))).outcome == outcome


def test_curves_are_tried_once_in_a_renderer_that_draws_none(hidden: Callable[[int], Renderer], drive: Drive) -> None:
    renderer = hidden(3)
    film = NEUTRAL.merge({"ToneCurvePV2012": (0.0, 24.0, 56.0, 30.0, 128.0, 150.0, 200.0, 236.0, 255.0, 240.0)})
    reference = reference_from(renderer(film))

    def deaf(settings: DevelopSettings) -> Picture:
        """It draws no curves at all."""
        return renderer(DevelopSettings({key: value for key, value in settings.items() if "Curve" not in key}))

    options = Options(finish=Finish.LOOK)
    outcome = drive(Match.begin(reference, NEUTRAL, KIND, options), deaf).outcome
    plain = drive(Match.begin(reference, NEUTRAL, KIND), deaf).outcome
    assert outcome.after == plain.after
    assert outcome.renderings == plain.renderings + 1
    assert sum(each.curves for each in outcome.history) == 1
    assert not any("Curve" in key for key in outcome.settings)
    assert len(outcome.history) <= options.renderings + 1


def test_what_earlier_photos_taught_makes_the_first_step_better(
    hidden: Callable[[int], Renderer], drive: Drive
) -> None:
    """Photos of one camera: with a renderer whose sliders do much more than the engine's."""

    renderer = hidden(1)

    def strong(settings: DevelopSettings) -> Picture:
        exposure = float(str(settings.get("Exposure2012", 0.0)))
        return renderer(move(settings, {"exposure": 10 * exposure}, KIND))

    look = {"exposure": 3.0, "contrast": 3.0}
    shared: SharedSlopes | None = None
    for target in (look, {"exposure": -3.0}, {"exposure": 2.0, "saturation": 3.0}):
        match = drive(Match.begin(looked(strong, target), NEUTRAL, KIND, shared=shared), strong)
        shared = match.lessons()
    fresh = drive(Match.begin(looked(strong, look), NEUTRAL, KIND), strong).outcome
    taught = drive(Match.begin(looked(strong, look), NEUTRAL, KIND, shared=shared), strong).outcome
    assert taught.history[1].difference.mean < 0.8 * fresh.history[1].difference.mean


@pytest.mark.parametrize("broken", [{}, {"reference": {}}])
def test_a_broken_journal_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="journal"):
        Match.from_dict(broken)
