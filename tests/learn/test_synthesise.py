"""Synthetic pairs: equal for equal seeds, split by camera and photograph, and solved to a smaller difference."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.model import Operation
from couloir.color.spaces import srgb_decode
from couloir.derive import analytic
from couloir.derive.residual.classes import PhotoClass, classes_of
from couloir.engines.aperture import Constants
from couloir.engines.constants import list_variants
from couloir.engines.dng import PLAIN, baseline
from couloir.errors import NoDataSet, TooFewPhotographs
from couloir.learn import dataset, edits, scenes, solve, worlds
from couloir.learn import synthesise as synthesis
from couloir.learn.dataset import Pairs
from couloir.learn.formulas import HELD_OUT, VALIDATING, Formulas
from couloir.learn.photographs import Photograph, load
from couloir.learn.synthesise import Job, plan_jobs, shard, synthesise
from couloir.learn.worlds import Split
from couloir.lightroom.settings import PhotoKind
from couloir.workers import Workers

SMALL = Job(seed=1, number=0, worlds=2, photos=3)


def quietly(_done: int, _of: int) -> None:
    pass


def test_a_shard_has_a_label_and_a_metric_for_each_photo(small: Pairs) -> None:
    assert len(small) == 6
    assert all(np.isfinite(getattr(small, field.name)).all() for field in fields(small))
    metrics = small.metrics()
    np.testing.assert_array_equal(metrics, metrics.swapaxes(1, 2))
    assert np.linalg.eigvalsh(metrics.astype(np.float64)).min() > -1e-3


def test_the_label_is_nearer_to_the_preview_than_the_analytic_translation(small: Pairs) -> None:
    assert (small.after <= small.before + 0.02).all()
    assert small.after.mean() < 0.7 * small.before.mean()


def test_what_no_training_picture_shows_is_left_alone(small: Pairs) -> None:
    assert not small.change[:, solve.OUTPUT_NAMES.index("texture")].any()


@pytest.mark.parametrize("kind", list(PhotoKind))
def test_the_metric_foretells_what_a_small_error_does_to_the_picture(
    photographs: list[Photograph], kind: PhotoKind
) -> None:
    world = next(w for w in (worlds.draw(seed, Split.TRAIN) for seed in range(50)) if w.kind is kind)
    sample = scenes.draw(world, photographs, np.random.default_rng(1))
    settings = analytic(sample.version, sample.master).settings
    solution = solve.solve(sample, settings)
    error = np.array([2.0 if name in ("exposure", "saturation") else 0.0 for name in solve.OUTPUT_NAMES])
    there, moved = solve.render(sample, settings, [solution.change, solution.change + error])
    foretold = float(np.sqrt(error @ solution.metric @ error))
    measured = float(solve.mean_difference(moved[np.newaxis], there)[0])
    assert 0.6 * foretold < measured < 1.4 * foretold


def test_one_seed_gives_one_data_set_on_one_process_or_several(photographs: list[Photograph], tmp_path: Path) -> None:
    jobs = [replace(SMALL, number=number, worlds=1, photos=2) for number in range(2)]
    for name, workers in (("one", Workers()), ("several", Workers(count=2))):
        assert synthesise(tmp_path / name, jobs, photographs, workers, quietly) == 2
    for job in jobs:
        assert (tmp_path / "one" / job.file_name).read_bytes() == (tmp_path / "several" / job.file_name).read_bytes()


def test_a_data_set_has_validation_worlds_with_new_formulas_that_never_train(photographs: list[Photograph]) -> None:
    jobs = plan_jobs(1000, seed=1)
    assert sum(job.split is Split.TRAIN for job in jobs) == 11
    validating = [job for job in jobs if job.split is Split.VALIDATE]
    assert len(validating) == 4
    assert jobs[0] == validating[0]  # also among the first shards of a run that is stopped
    world = worlds.draw(3, Split.VALIDATE)
    assert world.formulas is Formulas.VALIDATING
    assert world.camera.name in {worlds.camera(number).name for number in worlds.bodies(Split.TRAIN)}
    data = shard(photographs, replace(SMALL, split=Split.VALIDATE, worlds=2, photos=1))
    numbers = np.load(io.BytesIO(data))["world"]
    assert numbers.tolist() == [-dataset.VALIDATION, -2 * dataset.VALIDATION]


def test_what_is_there_is_not_made_again(photographs: list[Photograph], tmp_path: Path) -> None:
    job = replace(SMALL, worlds=1, photos=1)
    (tmp_path / job.file_name).write_bytes(b"kept")
    assert synthesise(tmp_path, [job], photographs, Workers(), quietly) == 0
    assert (tmp_path / job.file_name).read_bytes() == b"kept"


def test_no_camera_trains_and_is_held_out() -> None:
    assert set(worlds.bodies(Split.TRAIN)).isdisjoint(worlds.bodies(Split.TEST))
    names = {split: {worlds.draw(seed, split).camera.name for seed in range(60)} for split in Split}
    assert names[Split.TRAIN].isdisjoint(names[Split.TEST])


def test_no_photograph_trains_and_is_held_out(photographs: list[Photograph]) -> None:
    held_out = [photograph for photograph in photographs if photograph.held_out]
    assert 0 < len(held_out) < len(photographs)


def test_the_same_seed_is_another_world_for_testing() -> None:
    train, test = (worlds.draw(5, split) for split in (Split.TRAIN, Split.TEST))
    assert train.camera_raw != test.camera_raw
    assert repr(worlds.draw(5, Split.TRAIN)) == repr(train)


def test_a_third_of_all_forms_is_never_trained_with_and_half_of_the_test_worlds_have_them() -> None:
    every = list_variants(Constants)
    assert all(form in every[name] for name, form in HELD_OUT.items())
    assert len(HELD_OUT) >= sum(map(len, every.values())) / 4
    trained = [worlds.draw(seed, Split.TRAIN) for seed in range(200)]
    for name, forms in every.items():
        assert {getattr(world.aperture, name) for world in trained} == set(forms) - {HELD_OUT.get(name)}
    tested = [worlds.draw(seed, Split.TEST) for seed in range(40)]
    new = [world for world in tested if world.formulas is Formulas.NEW]
    assert len(new) == len(tested) / 2
    assert all(getattr(world.aperture, name) is form for world in new for name, form in HELD_OUT.items())
    same = [world for world in tested if world.formulas is Formulas.SAME]
    assert not any(getattr(world.aperture, name) is form for world in same for name, form in HELD_OUT.items())


def test_validation_has_a_third_set_of_forms_that_no_other_world_has() -> None:
    every = list_variants(Constants)
    assert VALIDATING.keys() == HELD_OUT.keys()
    assert all(set(forms).isdisjoint(every[name]) for name, forms in VALIDATING.items())
    validating = [worlds.draw(seed, Split.VALIDATE) for seed in range(20)]
    for name, forms in VALIDATING.items():
        assert {getattr(world.aperture, name) for world in validating} == set(forms)


def test_half_of_the_photos_under_adobes_profile_are_seen_as_a_migration_sees_them(
    photographs: list[Photograph], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = next(
        w for w in (worlds.draw(seed, Split.TRAIN, kind=PhotoKind.RAW) for seed in range(50)) if not w.profiled
    )
    monkeypatch.setattr(synthesis, "solve", lambda _sample, _settings: None)
    samples, _ = synthesis.solve_world(world, photographs, 24)
    assert 4 < sum(sample.plain for sample in samples) < 20
    sample = samples[0]
    assert sample.scene.camera is not None
    assert sample.scene.model is not None
    drawn = {plain: replace(sample, plain=plain).original() for plain in (False, True)}
    plain = baseline(sample.scene.camera, sample.scene.model, PLAIN)
    np.testing.assert_array_equal(drawn[True], srgb_decode(plain))
    assert np.abs(drawn[True] - drawn[False]).max() > 0.01  # the world's profile has a look of its own


def test_a_learnt_profile_is_known_to_a_migration(photographs: list[Photograph]) -> None:
    world = worlds.draw(3, Split.TRAIN, kind=PhotoKind.RAW, profiled=True)
    sample = scenes.draw(world, photographs, np.random.default_rng(1))
    np.testing.assert_array_equal(replace(sample, plain=True).original(), sample.original())


def test_edits_are_of_every_class_and_mostly_of_the_common_ones() -> None:
    random = np.random.default_rng(2)
    shares = Counter[PhotoClass]()
    for _ in range(1500):
        operations = tuple(
            Operation("", "", index, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment)
            for index, adjustment in enumerate(edits.draw(random, as_shot=None))
        )
        shares.update(classes_of(replace(scenes.VERSION, operations=operations), scenes.MASTER, profiled=False))
    drawn = {each: shares[each] / 1500 for each in PhotoClass}
    never = {PhotoClass.RAW_ADOBE, PhotoClass.RAW_LEARNT, PhotoClass.OTHER}
    assert {each for each, share in drawn.items() if share} == set(PhotoClass) - never
    assert 0.03 < drawn[PhotoClass.BLACK_WHITE] < 0.15
    assert 0.01 < drawn[PhotoClass.NO_SATURATION] < 0.05
    assert 0.02 < drawn[PhotoClass.EXTREME_WHITE_BALANCE] < 0.1
    assert drawn[PhotoClass.EXPOSURE] > drawn[PhotoClass.CURVES] > drawn[PhotoClass.COLOR]


def test_too_few_photographs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooFewPhotographs):
        load([tmp_path])


def test_a_foreign_file_is_no_data_set(tmp_path: Path, small: Pairs) -> None:
    with pytest.raises(NoDataSet):
        dataset.read_all(tmp_path)
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(NoDataSet):
        dataset.read_all(tmp_path)
    np.savez(tmp_path / "a.npz", features=np.zeros(3))
    with pytest.raises(NoDataSet):
        dataset.read_all(tmp_path)


def test_a_dask_cluster_of_four_workers_gives_the_same_data_set(photographs: list[Photograph], tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    jobs = [replace(SMALL, number=number, worlds=1, photos=1) for number in range(5)]
    synthesise(tmp_path / "here", jobs, photographs, Workers(), quietly)
    with distributed.LocalCluster(
        n_workers=4, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        address = cluster.scheduler_address
        assert synthesise(tmp_path / "there", jobs, photographs, Workers(scheduler=address), quietly) == 5
    for job in jobs:
        assert (tmp_path / "here" / job.file_name).read_bytes() == (tmp_path / "there" / job.file_name).read_bytes()
