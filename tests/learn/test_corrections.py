"""Photographers' corrections are kept for training."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from couloir.errors import StateTooNew
from couloir.learn.corrections import Correction, Corrections
from couloir.lightroom.settings import DevelopSettings, PhotoKind


@pytest.fixture
def store(tmp_path):
    return Corrections(tmp_path / "corrections.sqlite3")


def taught(version: str = "v1", exposure: float = 0.5) -> Correction:
    return Correction(
        library="lib",
        path="/Pictures/A.aplibrary",
        version=version,
        master="m1",
        camera="Canon EOS 5D Mark II",
        kind=PhotoKind.RAW,
        derived=DevelopSettings({"Exposure2012": 0.2, "ToneCurvePV2012": (0, 0, 128, 140, 255, 255)}),
        corrected=DevelopSettings({"Exposure2012": exposure, "WhiteBalance": "Custom", "Temperature": 4800, "Tint": 3}),
        taught="2026-11-27T08:00:00Z",
    )


def test_an_empty_store_has_nothing_and_makes_no_file(store, tmp_path):
    assert list(store.all()) == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_taught_is_found_again_and_the_newest_counts(store):
    store.add([taught("v2"), taught("v1")])
    store.add([taught("v1", exposure=1.25)])
    assert list(store.all()) == [taught("v1", exposure=1.25), taught("v2")]


def test_libraries_are_kept_apart(store):
    store.add([taught(), replace(taught(), library="other")])
    assert [found.library for found in store.all()] == ["lib", "other"]


def test_all_of_a_batch_or_nothing(store):
    with pytest.raises(ValueError, match="boom"):
        store.add(taught(str(number)) if number < 3 else _fail() for number in range(5))
    assert list(store.all()) == []


def _fail() -> Correction:
    raise ValueError("boom")


def test_a_newer_store_is_refused(store, tmp_path):
    with closing(sqlite3.connect(tmp_path / "corrections.sqlite3")) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StateTooNew, match="99"):
        store.add([taught()])
