"""The regression that a model is compared with, a deterministic evaluation, and its table of classes."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from couloir.aperture.adjustments import Adjustment, Enhance, Exposure, HighlightsShadows, WhiteBalance
from couloir.aperture.model import Operation
from couloir.derive.feature_schema import COUNT, INDEX
from couloir.derive.residual.classes import CLASSES, STATES, PictureState, flags
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.learn import contestants
from couloir.learn.class_table import (
    ALL,
    EVERY,
    NEW,
    SAME,
    ClassStanding,
    class_standings,
    class_tables,
    class_targets,
)
from couloir.learn.contestants import Regression
from couloir.learn.dataset import Pairs
from couloir.learn.evaluate import ANALYTIC, NOTHING, RESIDUAL, SOLVED, Contest, evaluate
from couloir.learn.judgement import bars, summarise, table, targets
from couloir.learn.network import initial
from couloir.learn.photographs import Photograph
from couloir.learn.scenes import MASTER, VERSION
from couloir.lightroom.settings import SettingValue
from couloir.workers import Workers

K = len(OUTPUTS)


def copied(adjustment: Adjustment, *, raw: bool = False) -> dict[str, SettingValue]:
    """What the same-name copy sets differently from neutral."""
    master = replace(MASTER, is_raw=raw)
    operation = Operation("o", "RK", 0, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment)
    settings = contestants.same_names(replace(VERSION, operations=(operation,)), master)
    neutral = contestants.nothing(master)
    return {key: value for key, value in settings.items() if neutral.get(key) != value}


@pytest.mark.parametrize(
    ("adjustment", "raw", "settings"),
    [
        (Exposure(exposure=0.5, recovery=1.0, brightness=0.2), False, {"Exposure2012": 0.5}),
        (Enhance(contrast=0.2, saturation=1.1), False, {"Contrast2012": 20, "Saturation": 10}),
        (HighlightsShadows(highlights=30.0, shadows=20.0), False, {"Highlights2012": -30, "Shadows2012": 20}),
        (WhiteBalance(temperature=6000.0), False, {}),
        (WhiteBalance(temperature=6000.0), True, {"WhiteBalance": "Custom", "Temperature": 6000, "Tint": 0}),
    ],
)
def test_a_copy_takes_only_what_has_a_namesake(
    adjustment: Adjustment, raw: bool, settings: dict[str, SettingValue]
) -> None:
    assert copied(adjustment, raw=raw) == settings


def test_the_regression_learns_from_parameters_and_never_from_pictures() -> None:
    random = np.random.default_rng(1)
    count = 400
    features = np.zeros((count, COUNT), dtype=np.float32)
    features[:, INDEX["exposure.exposure"]] = random.normal(0, 1, count)
    features[:, INDEX["preview.l50"]] = random.normal(50, 10, count)
    change = np.zeros((count, K), dtype=np.float32)
    change[:, OUTPUT_NAMES.index("contrast")] = 2 * features[:, INDEX["exposure.exposure"]]
    change[:, OUTPUT_NAMES.index("exposure")] = features[:, INDEX["preview.l50"]] - 50
    nothing = np.zeros((count, 1), dtype=np.float32)
    pairs = Pairs(
        features,
        features,
        change,
        change,
        nothing,
        nothing[:, 0],
        nothing[:, 0],
        np.arange(count),
        np.ones(count, np.int32),
    )
    answers = Regression.fit(pairs)(features)
    contrast, exposure = (answers[:, OUTPUT_NAMES.index(name)] for name in ("contrast", "exposure"))
    np.testing.assert_allclose(contrast, change[:, OUTPUT_NAMES.index("contrast")], atol=0.3)
    assert np.std(exposure) < 2  # of a label whose deviation is 10


def test_an_evaluation_is_the_same_each_time_and_its_rows_are_ordered_as_they_must(
    photographs: list[Photograph],
) -> None:
    untrained = initial(1, hidden=(4,), deviation=1.0)
    contest = Contest(tuple(photographs), untrained, None, {}, {}, photos=2)
    (names, first), (_, second) = (evaluate(contest, 2, Workers(), lambda _done, _of: None) for _ in range(2))
    np.testing.assert_array_equal(first.mean, second.mean)
    found = summarise(names, first, worlds=2, seed=77)
    assert found.of(SOLVED).mean < found.of(ANALYTIC).mean < found.of(NOTHING).mean
    assert found.of(RESIDUAL).mean == pytest.approx(found.of(ANALYTIC).mean)  # no offset of two photos, no residual yet
    assert sum(rows[0].photos for rows in found.groups.values()) == 4
    assert [holds for *_, holds in targets(found)][2] is False
    assert table(found.standings).count("\n") == len(names) + 1
    assert bars({"a": 2.0, "b": 1.0}, width=4).splitlines()[1:3] == ["a  #### 2.00", "b  ## 1.00"]


def test_the_class_table_has_every_class_that_was_seen_and_its_figures_follow_from_the_photos(
    photographs: list[Photograph],
) -> None:
    untrained = initial(1, hidden=(4,), deviation=1.0)
    contest = Contest(tuple(photographs), untrained, None, {}, {}, photos=3)
    names, outcome = evaluate(contest, 2, Workers(), lambda _done, _of: None)
    rows = {(row.formulas, row.photo_class, row.pictures): row for row in class_standings(names, outcome)}
    seen = {each for each, own in zip(CLASSES, flags(outcome.classes).T, strict=True) if own.any()}
    assert {name for _, name, _ in rows} == {EVERY, *seen}
    for state in STATES:
        every = rows[ALL, EVERY, state]
        parts = [rows[formulas, EVERY, state].photos for formulas in (SAME, NEW)]
        assert (every.photos, parts) == (6, [3, 3])
        assert every.before == pytest.approx(outcome.mean[:, names.index(ANALYTIC)].mean())
        assert every.worse == 0
        if state is PictureState.BOTH:
            assert every.after < 0.9 * every.before  # the pair says what is missing
        else:
            assert every.after == pytest.approx(every.before)  # nothing learnt yet
    assert class_tables(list(rows.values())).count(f"| {EVERY} |") == len(STATES)
    assert class_targets(list(rows.values())) == []  # too few photos to hold any class to


def test_a_class_that_gets_worse_and_one_whose_intervals_are_off_miss_their_targets() -> None:
    good = ClassStanding(ALL, "rendered", "no picture", 200, 2.0, 1.0, 0.01, 0.8)
    worse = msgspec.structs.replace(good, photo_class="curves", worse=0.05)
    off = msgspec.structs.replace(good, photo_class="color", coverage=0.6)
    seen = msgspec.structs.replace(worse, pictures="both pictures")
    few = msgspec.structs.replace(worse, photos=5)
    assert [holds for *_, holds in class_targets([good, seen, few])] == [True, True]
    assert [(came, holds) for _, came, holds in class_targets([good, worse, off])] == [
        ("5.0% (curves, no picture)", False),
        ("60.0% (color, no picture)", False),
    ]
