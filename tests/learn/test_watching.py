"""Checks of the data: anomalies are found and ranked, gaps are named, unfamiliar libraries are reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from couloir.derive.feature_schema import COUNT, INDEX
from couloir.derive.residual.outputs import OUTPUTS
from couloir.learn.dataset import Pairs, upper
from couloir.learn.network import Ensemble, initial
from couloir.learn.watching import anomalies, coverage, drift, holes, most_helpful

K = len(OUTPUTS)


def plain(count: int = 50, seed: int = 1) -> Pairs:
    """Pairs with nothing wrong: small changes, small differences, all different."""
    random = np.random.default_rng(seed)
    features = random.normal(0, 0.1, (count, COUNT)).astype(np.float32)
    return Pairs(
        features=features,
        shifted=features,
        offset=np.zeros((count, K), dtype=np.float32),
        change=random.normal(0, 0.1, (count, K)).astype(np.float32),
        metric=np.repeat(upper(np.eye(K))[np.newaxis], count, axis=0),
        before=np.full(count, 3.0, dtype=np.float32),
        after=np.full(count, 1.0, dtype=np.float32),
        world=np.arange(count, dtype=np.int32),
        classes=np.ones(count, dtype=np.int32),
    )


def changed(pairs: Pairs, name: str, row: int, value: float) -> Pairs:
    array = getattr(pairs, name).copy()
    array[row] = value
    return replace(pairs, **{name: array})


@pytest.fixture
def model() -> Ensemble:
    """Answers nothing, and took its features to have mean 0 and deviation 0.1."""
    start = initial(1, hidden=(8,), deviation=1.0)
    gain = np.full(COUNT, 10, dtype=np.float32)
    return replace(start, centre=np.zeros(COUNT, dtype=np.float32), gain=gain)


def test_good_pairs_have_no_anomalies(model: Ensemble) -> None:
    assert anomalies(plain(), model) == []


def test_each_planted_fault_is_found_for_its_own_reason(model: Ensemble) -> None:
    pairs = changed(plain(), "after", 3, 9.0)  # still far from the preview
    pairs = changed(changed(pairs, "before", 5, 1.0), "after", 5, 2.0)  # made worse
    pairs = changed(pairs, "change", 7, 45.0)  # no slider goes there
    pairs = replace(pairs, features=np.concatenate([pairs.features[:-1], pairs.features[:1]]))  # 49 is 0 again
    found = anomalies(pairs, model)
    kinds = {(each.row, each.kind) for each in found}
    assert {(3, "rendering"), (5, "worse"), (7, "impossible"), (49, "duplicate"), (7, "surprise")} <= kinds
    assert {row for row, _ in kinds} == {3, 5, 7, 49}
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)
    assert all(each.reason.endswith((".", "?")) for each in found)


def test_duplicates_with_other_settings_rank_above_harmless_ones() -> None:
    pairs = plain()
    features = pairs.features.copy()
    features[10], features[20] = features[0], features[1]
    change = pairs.change.copy()
    change[10] = change[0]
    change[20] = change[1] + 5
    found = anomalies(replace(pairs, features=features, change=change))
    assert [each.row for each in found] == [20, 10]


def test_holes_are_where_no_pair_is() -> None:
    pairs = plain(400)
    pairs.features[:, INDEX["exposure.exposure"]] = np.tile([0.0, 0.5], 200)
    regions = [region for region in coverage(pairs) if region.feature == "exposure.exposure"]
    assert sum(region.pairs for region in regions) == 200
    empty = [region for region in holes(regions) if region.pairs == 0]
    assert any(region.low <= -1.0 <= region.high for region in empty)
    assert not any(region.low <= 0.5 < region.high for region in empty)


def test_the_most_helpful_photos_are_those_on_which_the_members_differ(model: Ensemble) -> None:
    random = np.random.default_rng(2)
    heads = tuple(
        replace(m, mean=replace(m.mean, weight=random.normal(0, 0.1, m.mean.weight.shape).astype(np.float32)))
        for m in model.members
    )
    divided = replace(model, members=heads)
    candidates = np.concatenate([np.zeros((3, COUNT)), np.full((2, COUNT), 0.4)]).astype(np.float32)
    chosen = most_helpful(plain(), candidates, divided, 2)
    assert [row for row, _ in chosen] == [3, 0]  # of two alike only one is worth adjusting
    assert chosen[0][1] > chosen[1][1]


def test_a_library_like_the_training_data_is_not_foreign_and_another_is(model: Ensemble) -> None:
    own = drift(plain(200).features, model)
    other = plain(200).features + np.float32(0.3)
    foreign = drift(other, model)
    assert not own.foreign
    assert foreign.foreign
    assert all(shift == pytest.approx(3, abs=0.5) for shift in foreign.features.values())


def test_what_pictures_would_say_does_not_count_where_they_were_not_looked_at(model: Ensemble) -> None:
    features = plain(50).features
    features[:, INDEX["preview.l50"]] = 90
    assert "preview.l50" in drift(features, model).features
    assert "preview.l50" not in drift(features, model, without_pictures=True).features
