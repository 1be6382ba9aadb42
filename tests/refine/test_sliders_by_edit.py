"""Tints, HSL, the black and white mix and vignettes move where a photo's edit needs them, and only there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from couloir.color.spaces import srgb_to_lab
from couloir.derive.controls import PARAMETERS, move
from couloir.derive.pictures.local import local_region
from couloir.derive.pictures.preview import Reference, reference_of
from couloir.derive.pictures.working_copy import make_working_copy
from couloir.engines.protocol import Picture
from couloir.lightroom.keys import COLOURS
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import (
    BY_EDIT,
    MIX,
    MORE,
    MOVED,
    STILL_GAINING,
    Options,
    groups_of,
    names_for,
    reach,
)
from couloir.refine.run import not_drawn

KIND = PhotoKind.RENDERED
NEUTRAL = DevelopSettings({})
GRAY = DevelopSettings({"ConvertToGrayscale": True})
Renderer = Callable[[DevelopSettings], Picture]
Hidden = Callable[[int], Renderer]
Drive = Callable[[Match, Renderer], Match]


def looked(renderer: Renderer, look: Mapping[str, float], start: DevelopSettings = NEUTRAL) -> Reference:
    return reference_of(make_working_copy(renderer(move(start, look, KIND))))


def by_edit(match: Match) -> set[str]:
    return {name for name in match.change() if name in BY_EDIT and abs(match.change()[name]) > 0.3}


SEPIA = {"toning_shadow_x": 5.0, "toning_shadow_y": 4.0, "toning_highlight_x": 9.0, "toning_highlight_y": 8.0}
SPLIT = {**SEPIA, "toning_shadow_x": -6.0, "toning_shadow_y": -5.0}
COLOURS_OF_TWO = {"saturation_red": -6.0, "luminance_red": 4.0, "saturation_blue": -6.0, "luminance_blue": 4.0}
NEEDED = {
    "tints": (SPLIT, "toning"),
    "two colours": (COLOURS_OF_TWO, "red"),
    "vignette": ({"vignette": -9.0}, "vignette"),
}


@pytest.mark.parametrize("edit", NEEDED)
def test_what_an_edit_needs_moves(edit: str, hidden: Hidden, drive: Drive) -> None:
    look, name = NEEDED[edit]
    renderer, options = hidden(11), Options(target=0.3)
    reference = looked(renderer, look)
    without = drive(Match.begin(reference, NEUTRAL, KIND, options, fixed=BY_EDIT), renderer).outcome
    match = drive(Match.begin(reference, NEUTRAL, KIND, options), renderer)
    assert without.after is not None
    assert match.outcome.after is not None
    assert match.outcome.after.mean < 0.7 * without.after.mean
    assert match.outcome.after.mean < 1.0
    moved = by_edit(match)
    assert any(name in each for each in moved)
    assert len(moved) <= len(look) + 3


@pytest.mark.parametrize("seed", [1, 3, 9])
def test_a_look_of_tone_and_colour_moves_nothing_else(seed: int, hidden: Hidden, drive: Drive) -> None:
    renderer = hidden(seed)
    match = drive(
        Match.begin(looked(renderer, {"exposure": 3.0, "contrast": 4.0, "temperature": 2.0}), NEUTRAL, KIND), renderer
    )
    assert match.outcome.after is not None
    assert match.outcome.after.mean < 1.0
    assert by_edit(match) == set()


MIXED = {"grey_red": -7.0, "grey_orange": -4.0, "grey_green": 5.0, "grey_blue": 6.0, "exposure": 2.0}


def test_a_black_and_white_mix_is_found_from_one_rendering_in_colour(hidden: Hidden, drive: Drive) -> None:
    renderer, asked, options = hidden(3), [], Options(target=0.3)

    def draw(settings: DevelopSettings) -> Picture:
        asked.append(settings)
        return renderer(settings)

    reference = looked(renderer, MIXED, GRAY)
    without = drive(Match.begin(reference, GRAY, KIND, options, fixed=MIX), renderer).outcome
    match = drive(Match.begin(reference, GRAY, KIND, options), draw)
    outcome = match.outcome
    assert [bool(each.get("ConvertToGrayscale")) for each in asked] == [True, False] + [True] * (len(asked) - 2)
    assert outcome.after is not None
    assert without.after is not None
    assert outcome.after.mean < 0.5 * without.after.mean
    assert outcome.settings["ConvertToGrayscale"] is True
    assert not outcome.history[1].kept
    assert not {"temperature", "tint", "saturation", "vibrance"} & {n for n, change in match.change().items() if change}
    assert match.change()["grey_red"] < -2
    assert match.change()["grey_blue"] > 2


def test_a_mix_states_all_its_sliders(hidden: Hidden, drive: Drive) -> None:
    """Lightroom would choose those that are not stated."""
    renderer = hidden(3)
    outcome = drive(Match.begin(looked(renderer, MIXED, GRAY), GRAY, KIND), renderer).outcome
    assert {f"GrayMixer{colour}" for colour in COLOURS} <= outcome.settings.keys()


def test_a_colour_photo_becomes_black_and_white_where_its_preview_is(hidden: Hidden, drive: Drive) -> None:
    renderer = hidden(4)
    match = drive(
        Match.begin(looked(renderer, {**MIXED, **SEPIA}, GRAY), NEUTRAL, KIND, Options(renderings=7)), renderer
    )
    outcome = match.outcome
    assert outcome.settings["ConvertToGrayscale"] is True
    assert outcome.before is not None
    assert outcome.after is not None
    assert outcome.after.mean < 0.2 * outcome.before.mean
    assert outcome.history[1].kept


def test_more_renderings_are_made_than_usual_as_long_as_each_still_gains(hidden: Hidden, drive: Drive) -> None:
    renderer = hidden(4)
    reference = looked(renderer, {**MIXED, **SEPIA}, GRAY)
    few, more = (
        drive(Match.begin(reference, NEUTRAL, KIND, Options(renderings=3, target=0.3, more=more)), renderer).outcome
        for more in (0, MORE)
    )
    assert few.after is not None
    assert more.after is not None
    assert more.renderings > few.renderings
    assert more.renderings <= 3 + MORE + 1  # one only shows colours
    before = few.after.mean
    for record in more.history[few.renderings : -1]:  # after each of these another one was made
        assert record.kept
        assert record.difference.mean <= before - STILL_GAINING + 0.02
        before = record.difference.mean
    assert (Options().more, Options(renderings=4).more) == (MORE, 0)


def test_a_colour_photo_stays_one_where_black_and_white_is_not_drawn(hidden: Hidden, drive: Drive) -> None:
    renderer = hidden(4)
    outcome = drive(Match.begin(looked(renderer, MIXED, GRAY), NEUTRAL, KIND, fixed=MIX), renderer).outcome
    assert "ConvertToGrayscale" not in outcome.settings


def test_a_journal_gives_the_same_match_of_a_black_and_white_photo(hidden: Hidden) -> None:
    renderer = hidden(5)
    for start in (GRAY, NEUTRAL):
        match = Match.begin(looked(renderer, MIXED, GRAY), start, KIND)
        while (settings := match.ask()) is not None:
            resumed = Match.from_dict(json.loads(json.dumps(match.as_dict())))
            assert resumed.ask() == settings
            match.tell(renderer(settings), settings.as_dict())
        assert Match.from_dict(json.loads(json.dumps(match.as_dict()))).outcome == match.outcome


def test_no_slider_moves_farther_than_a_person_would(hidden: Hidden, drive: Drive) -> None:
    """A renderer whose colours hardly obey."""
    renderer = hidden(6)

    def dull(settings: DevelopSettings) -> Picture:
        weak = {key: value // 8 for key, value in settings.items() if "Adjustment" in key and isinstance(value, int)}
        return renderer(settings.merge(weak))

    look = {"hue_green": 9.0, "saturation_blue": -9.0, "luminance_red": -9.0}
    match = drive(Match.begin(looked(renderer, look), NEUTRAL, KIND, Options(target=0.2, renderings=8)), dull)
    assert max(abs(change) / reach(name) for name, change in match.change().items()) > 0.9
    assert all(abs(change) <= reach(name) + 0.1 for name, change in match.change().items())


@pytest.mark.parametrize("amount", [-3.0, -6.0, -10.0])
def test_a_vignette_is_no_local_edit(amount: float, hidden: Hidden) -> None:
    renderer, start = hidden(9), {"exposure": -7.0}
    plain = srgb_to_lab(make_working_copy(renderer(move(NEUTRAL, start, KIND))))
    dark = srgb_to_lab(make_working_copy(renderer(move(NEUTRAL, {**start, "vignette": amount}, KIND))))
    assert not local_region(dark, plain).any()
    brushed = dark.copy()
    brushed[8:24, 60:90, 0] *= 0.6  # one corner alone, as by a brush
    assert local_region(brushed, plain)[10:22, 64:86].mean() > 0.5


def test_the_sliders_of_a_photo_are_those_of_its_treatment_and_kind() -> None:
    colour, raw, gray = (names_for(*each) for each in ((NEUTRAL, KIND), (NEUTRAL, PhotoKind.RAW), (GRAY, KIND)))
    for names in (colour, raw, gray):
        assert names[: len(MOVED)] == MOVED
        assert len(set(names)) == len(names)
        assert set(names) <= PARAMETERS.keys()
    assert set(raw) - set(colour) == {name for name in PARAMETERS if name.startswith("primary")}
    assert set(MIX) <= set(gray)
    assert not set(MIX) & set(colour)
    assert not any("hue" in name for name in gray)
    assert [len(group) for group, _ in groups_of(colour)] == [1] * (len(MOVED) - 5) + [2] * 3 + [1] * 27


def test_a_tint_is_drawn_by_whoever_has_its_saturation() -> None:
    drawn = {"SplitToningShadowSaturation", "IncrementalTemperature", "GrayMixerRed", "PostCropVignetteAmount"}
    missing = set(not_drawn(drawn))
    assert not {"toning_shadow_x", "toning_shadow_y", "temperature", "tint", "grey_red", "vignette"} & missing
    assert {"toning_midtone_x", "toning_highlight_y", "grey_blue", "hue_red", "exposure"} <= missing
    assert np.isinf(reach("exposure"))
