"""Learning: unseen photos improve, unrecorded edits are detected, and photos that teach nothing are left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from couloir.engines.dng import HueSatMap, Profile
from couloir.errors import NothingToLearn
from couloir.profiles import Pair, learn, learning, parse_profile, profile_bytes
from couloir.profiles.own_edits import gains_of, settle
from couloir.profiles.samples import take


@pytest.fixture(autouse=True)
def few_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenes are smooth: fewer pixels say the same, sooner."""
    monkeypatch.setattr(learning, "PIXELS", 3000)


def test_photos_that_were_never_seen_come_near_their_previews(pairs: list[Pair]) -> None:
    seen: list[tuple[int, int]] = []
    found = learn(pairs, "Canon EOS 30D", library="Test", decoder="4", advance=lambda i, n: seen.append((i, n)))
    assert found.accepted, found.verdict
    assert found.before.mean > 4
    assert found.after.mean < 0.8
    assert not found.left_out
    assert not found.corrected
    assert seen[-1][0] == seen[-1][1]
    read = parse_profile(profile_bytes(found.profile))
    assert read.learnt == found.profile.learnt
    assert read.learnt is not None
    assert (read.learnt.library, read.learnt.decoder, read.learnt.photos) == ("Test", "4", len(found.trained_on))
    assert (read.name, read.camera) == ("Aperture, Canon EOS 30D", "Canon EOS 30D")


def test_edits_that_nobody_told_of_are_found_and_taken_off(make_pair: Callable[..., Pair]) -> None:
    pairs = [make_pair(seed, stops=0.7 if seed in (1, 4) else 0.0) for seed in range(6)]
    found = learn(pairs, "Canon EOS 30D")
    assert set(found.corrected) == {"photo 1", "photo 4"}
    assert all(0.4 < edit.stops < 0.9 for edit in found.corrected.values())
    assert {each.name for each in found.judged}.isdisjoint(found.corrected)
    assert found.after.mean < 1.0


def test_the_cast_that_all_previews_share_is_said(make_pair: Callable[..., Pair], pairs: list[Pair]) -> None:
    warmer = [replace(each, camera=each.camera * np.array([0.93, 1.0, 1.08], np.float32)) for each in pairs]
    settled = settle([take(each, 600) for each in warmer], learning.generic())
    assert settled.cast[0] > 0.03 > -0.03 > settled.cast[2]
    assert settled.odd == []


def test_another_photos_preview_is_left_out(pairs: list[Pair]) -> None:
    foreign = replace(pairs[5], name="foreign", shown=pairs[0].shown[::-1, ::-1].copy())
    found = learn([*pairs[:5], foreign], "Canon EOS 30D")
    assert [each.name for each in found.left_out] == ["foreign"]
    assert "does not have" in found.left_out[0].reason
    assert "foreign" not in found.trained_on


def test_black_and_white_previews_and_single_photos_teach_nothing(pairs: list[Pair]) -> None:
    grey = replace(pairs[0], shown=np.repeat(pairs[0].shown.mean(axis=-1, keepdims=True), 3, axis=-1))
    with pytest.raises(NothingToLearn, match=r"1 photo can be used.*black and white"):
        learn([grey, pairs[1]], "Canon EOS 30D")
    with pytest.raises(NothingToLearn, match="no photo can be used"):
        learn([], "Canon EOS 30D")


def test_what_brings_nothing_is_not_installed(pairs: list[Pair], make_pair: Callable[..., Pair]) -> None:
    same = [make_pair(seed, look=Profile()) for seed in range(4)]
    found = learn(same, "Canon EOS 30D")
    assert not found.accepted
    assert "only" in found.verdict


def test_a_second_light_gets_a_map_of_its_own(make_pair: Callable[..., Pair], secret: Profile) -> None:
    turned = np.tile(np.array([12.0, 1.15, 1.0], np.float32), (1, 6, 3, 1))
    day = [make_pair(seed) for seed in range(4)]
    tungsten = [
        make_pair(seed, kelvin=2900.0, look=replace(secret, hue_sat_maps=(HueSatMap(turned),)))
        for seed in range(10, 14)
    ]
    tungsten = [replace(each, name=f"tungsten {each.name}") for each in tungsten]
    both = learn([*day, *tungsten], "Canon EOS 30D")
    warm, cool = both.profile.look.hue_sat_maps
    assert np.abs(warm.deltas[..., 0]).mean() > 4
    assert cool.is_identity
    assert [each.kelvin for each in both.profile.look.calibrations] == [3200.0, 5500.0]
    assert both.after.mean < 1.2
    assert len(parse_profile(profile_bytes(both.profile)).look.hue_sat_maps) == 2


def test_gains_of_a_photo_are_measured(make_pair: Callable[..., Pair]) -> None:
    plain, edited = (take(make_pair(3, stops=stops), 800) for stops in (0.0, 0.5))
    look = learning.generic()
    assert np.allclose(gains_of(edited, look) - gains_of(plain, look), 0.5, atol=0.15)
