"""Which photos judge a profile: none of a scene that it was learnt from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from couloir.errors import NothingToLearn
from couloir.profiles import Pair, learn
from couloir.profiles.holding_out import rounds, scenes


def series(pair: Pair, count: int) -> list[Pair]:
    """The same motif again: framed differently, and exposed differently on both sides."""
    found = []
    for i in range(count):
        part = np.s_[2 * i : 38 + 2 * i, 3 * i : 50 + 3 * i]
        found.append(replace(pair, name=f"{pair.name}, {i}", camera=pair.camera[part], shown=pair.shown[part]))
    return found


def test_photos_of_one_motif_are_one_scene_and_others_are_not(pairs: list[Pair]) -> None:
    library = [each for pair in pairs[:4] for each in series(pair, 3)]
    found = [sorted(each.name for each in scene) for scene in scenes(library)]
    assert sorted(found) == sorted([f"photo {seed}, {i}" for i in range(3)] for seed in range(4))


def test_exposure_makes_no_other_scene_of_it(pairs: list[Pair]) -> None:
    darker = replace(pairs[0], name="darker", camera=pairs[0].camera * np.float32(0.4))
    assert [len(scene) for scene in scenes([pairs[0], pairs[1], darker])] == [2, 1]


def test_each_photo_judges_once_a_profile_that_its_scene_did_not_teach(pairs: list[Pair]) -> None:
    library = [each for pair in pairs for each in series(pair, 2)]
    found = rounds(library)
    assert len(found) == 4
    assert sorted(each.name for _, judges in found for each in judges) == sorted(each.name for each in library)
    for training, judges in found:
        assert {each.name.partition(",")[0] for each in training}.isdisjoint(
            each.name.partition(",")[0] for each in judges
        )


def test_photos_of_one_scene_alone_teach_nothing_that_could_be_judged(pairs: list[Pair]) -> None:
    with pytest.raises(NothingToLearn, match="one scene"):
        learn(series(pairs[0], 4), "Canon EOS 30D")
