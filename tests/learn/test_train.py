"""Training: finds what is learnable, weighs by picture, predicts its errors, and is deterministic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from couloir.derive.feature_schema import COUNT, INDEX
from couloir.derive.residual.model import ResidualModel
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.errors import NoDataSet
from couloir.learn import examples
from couloir.learn.dataset import Pairs, upper
from couloir.learn.examples import WITHOUT_ORIGINAL, WITHOUT_PREVIEW, draw_examples, whole
from couloir.learn.model_file import model_bytes, read_ensemble
from couloir.learn.publish import Identity, publish
from couloir.learn.solve import INVISIBLE
from couloir.learn.train import Recipe, TrainedModel, find_covered, image_loss, train

K = len(OUTPUTS)
EXPOSURE, CONTRAST, TEXTURE = (OUTPUT_NAMES.index(name) for name in ("exposure", "contrast", "texture"))
QUICK = Recipe(seed=3, hidden=(16,), members=2, epochs=40, batch=32)


def pairs(worlds: int = 40, photos: int = 10, seed: int = 1) -> Pairs:
    """Pairs of a made-up rule: the exposure's change follows the gap of the key, the others are noise nobody sees."""
    random = np.random.default_rng(seed)
    count = worlds * photos
    features = np.zeros((count, COUNT), dtype=np.float32)
    gap = random.normal(0, 1, count).astype(np.float32)
    features[:, INDEX["gap.key"]] = gap
    features[:, INDEX["has.preview"]] = features[:, INDEX["has.original"]] = features[:, INDEX["has.expected"]] = 1
    change = random.normal(0, 1.0, (count, K)).astype(np.float32)
    change[:, EXPOSURE] = 3 * gap + random.normal(0, 0.3, count)
    change[:, TEXTURE] = 0
    metric = np.zeros((K, K))
    metric[EXPOSURE, EXPOSURE] = 1.0
    return Pairs(
        features=features,
        shifted=features,
        offset=np.zeros((count, K), dtype=np.float32),
        change=change,
        metric=np.repeat(upper(metric)[np.newaxis], count, axis=0),
        before=np.abs(change[:, EXPOSURE]),
        after=np.zeros(count, dtype=np.float32),
        world=np.repeat(np.arange(worlds), photos).astype(np.int32),
        classes=np.ones(count, dtype=np.int32),
    )


def quietly(_member: int, _epoch: int, _loss: float) -> None:
    pass


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return train(pairs(), QUICK, quietly)


def test_what_there_is_to_learn_is_learnt_on_worlds_that_were_never_seen(trained: TrainedModel) -> None:
    assert (trained.pairs, trained.validated) == (360, 40)
    assert trained.left < 0.4 * trained.untouched


def test_the_intervals_hold_what_they_say(trained: TrainedModel) -> None:
    fresh = pairs(seed=2)
    answer = trained.ensemble(fresh.features)
    held = find_covered(answer.mean - fresh.change, answer.log_variance)
    assert 0.7 < held[:, [EXPOSURE, CONTRAST]].mean() < 0.9


def test_a_slider_that_no_training_picture_shows_is_never_moved(trained: TrainedModel) -> None:
    answer = trained.ensemble(pairs(seed=2).features)
    for name in INVISIBLE:
        assert not answer.mean[:, OUTPUT_NAMES.index(name)].any()
        np.testing.assert_allclose(answer.log_variance[:, OUTPUT_NAMES.index(name)], 0, atol=1e-6)


def test_a_slider_counts_by_what_it_does_to_the_picture() -> None:
    """Without the metric the same network spends itself on sliders that nobody sees."""
    noisy = pairs()
    by_metric, plain = (train(noisy, replace(QUICK, epochs=6, by_metric=by), quietly) for by in (True, False))
    assert by_metric.left < plain.left


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(trained: TrainedModel) -> None:
    again, other = (train(pairs(), replace(QUICK, seed=seed), quietly) for seed in (3, 4))
    first, second, third = (model_bytes(t.ensemble, name="x", seed=1) for t in (trained, again, other))
    assert first == second
    assert first != third


def test_a_model_file_gives_its_ensemble_back(trained: TrainedModel) -> None:
    data = model_bytes(trained.ensemble, name="x", seed=1)
    again = read_ensemble("x", data)
    assert model_bytes(again, name="x", seed=1) == data


def test_a_trained_model_passes_its_own_checks(trained: TrainedModel, tmp_path: Path) -> None:
    identity = Identity("x", 1, trained=True, created_by="a test", summary="x.", card="# x\n")
    model = ResidualModel.load(tmp_path, publish(tmp_path, trained.ensemble, identity))
    features = pairs(seed=5).features
    np.testing.assert_allclose(model.predict(features).mean, trained.ensemble(features).mean, atol=1e-4)


def test_pairs_without_validation_worlds_are_refused() -> None:
    with pytest.raises(NoDataSet):
        train(pairs(worlds=1), QUICK, quietly)


def test_examples_have_the_offset_taken_off_and_missing_pictures_empty() -> None:
    some = pairs()
    shifted = replace(some, shifted=some.features + np.float32(1), offset=np.ones_like(some.offset))
    rows = draw_examples(shifted, shifted.metrics(), np.random.default_rng(1))
    with_offset = (rows.wanted == shifted.change - 1).all(axis=1)
    assert 0.3 < with_offset.mean() < 0.7
    neither = examples.NEITHER_SHARE
    shares = (neither + examples.NO_PREVIEW_SHARE, neither + examples.NO_ORIGINAL_SHARE)
    for columns, share in zip((WITHOUT_PREVIEW, WITHOUT_ORIGINAL), shares, strict=True):
        gone = (rows.features[:, columns] == 0).all(axis=1)
        assert 0.7 * share < gone.mean() < 1.3 * share
    np.testing.assert_array_equal(whole(shifted, shifted.metrics(), shifted=True).wanted, shifted.change - 1)


def test_missing_pictures_are_empty_in_the_same_places_as_features_leave_them() -> None:
    """Masking a row equals extracting its features without the picture."""
    from couloir.derive.features import extract
    from couloir.learn.scenes import MASTER, VERSION

    random = np.random.default_rng(1)
    preview, original = random.random((2, 40, 60, 3), dtype=np.float32)
    both = extract(VERSION, MASTER, preview=preview, original=original)[np.newaxis]
    every = np.ones(1, dtype=bool)
    np.testing.assert_array_equal(
        examples.without(both, WITHOUT_PREVIEW, every)[0], extract(VERSION, MASTER, original=original)
    )
    np.testing.assert_array_equal(
        examples.without(both, WITHOUT_ORIGINAL, every)[0], extract(VERSION, MASTER, preview=preview)
    )


def test_image_loss_is_the_root_of_the_quadratic_form() -> None:
    metric = np.diag(np.arange(K)).astype(np.float32)[np.newaxis]
    error = np.full((1, K), 2.0, dtype=np.float32)
    assert image_loss(error, metric)[0] == pytest.approx(np.sqrt(4 * sum(range(K))))
