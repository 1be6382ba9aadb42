"""Contributions are readable, contain no name, survive a round trip, and are validated like any untrusted file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.derive.feature_schema import NAMES
from couloir.derive.residual.classes import CLASSES
from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.errors import BadBundle
from couloir.learn import bundle, dataset
from couloir.learn.dataset import Pairs
from couloir.learn.inbox import REFUSED, TAKEN, take_all


@pytest.fixture
def contribution(small: Pairs, tmp_path: Path) -> Path:
    file = tmp_path / f"mine{bundle.SUFFIX}"
    file.write_bytes(bundle.to_bytes(small))
    return file


def test_what_is_sent_is_what_arrives(small: Pairs, contribution: Path) -> None:
    again = bundle.read(contribution)
    for field in fields(Pairs):
        if field.name != "world":
            np.testing.assert_array_equal(getattr(again, field.name), getattr(small, field.name), err_msg=field.name)
    assert bundle.to_bytes(again) == contribution.read_bytes()


def test_how_numpy_prints_changes_nothing(small: Pairs, contribution: Path) -> None:
    with np.printoptions(precision=3, legacy="1.13"):
        assert bundle.to_bytes(small) == contribution.read_bytes()


def test_a_person_can_read_it_and_nothing_in_it_is_a_name(small: Pairs, contribution: Path) -> None:
    document = json.loads(contribution.read_text(encoding="utf-8"))
    assert "no pixels" in document["note"]
    known = {*NAMES, *OUTPUT_NAMES, "features", "change", "metric", "before", "after", "group", "shifted", "offset"}
    known |= {"classes", *CLASSES}
    for pair in document["pairs"]:
        assert set(pair) <= known
        assert all(set(value) <= known for value in pair.values() if isinstance(value, dict))
        assert not any(isinstance(value, str) for value in pair.values())


def test_hashes_of_cameras_and_photos_are_not_in_it(small: Pairs, tmp_path: Path) -> None:
    hashed = replace(small, world=small.world + np.int32(1_234_567))
    groups = {pair["group"] for pair in json.loads(bundle.to_bytes(hashed))["pairs"]}
    assert groups == set(range(len(groups)))


def spoiled(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update(changes)


def in_pair(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["pairs"][0].update(changes)


@pytest.mark.parametrize(
    "spoil",
    [
        spoiled(couloir_pairs=99),
        spoiled(feature_version=1),
        spoiled(outputs="other sliders"),
        spoiled(pairs=[]),
        spoiled(extra="field"),
        in_pair(classes=["my cat"]),
        in_pair(features={"exposure.exposure": 1e9}),
        in_pair(features={"location": 47.0}),
        in_pair(change={"exposure": 1e9}),
        in_pair(change={"curves": 1.0}),
        in_pair(metric=[0.0]),
        in_pair(before=-1.0),
        in_pair(before="far"),
        in_pair(group=2**40),
    ],
)
def test_a_bundle_that_is_not_ours_is_refused_and_nothing_is_taken(
    contribution: Path, tmp_path: Path, spoil: Callable[[dict[str, Any]], None]
) -> None:
    document = json.loads(contribution.read_text(encoding="utf-8"))
    spoil(document)
    contribution.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadBundle, match="mine"):
        bundle.read(contribution)
    (told,) = take_all(tmp_path, tmp_path / "data", None)
    assert not told.ok
    assert list((tmp_path / "data").iterdir()) == []
    assert "mine" in (tmp_path / REFUSED / f"{contribution.name}.txt").read_text(encoding="utf-8")


def test_the_inbox_takes_what_is_good_once_and_leaves_what_is_not_for_it(
    small: Pairs, contribution: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (told,) = take_all(tmp_path, tmp_path / "data", None)
    assert told.ok
    assert len(dataset.read_all(tmp_path / "data")) == len(small)
    assert (tmp_path / TAKEN / contribution.name).exists()
    assert (tmp_path / "notes.txt").exists()
    assert list(take_all(tmp_path, tmp_path / "data", None)) == []


def test_a_catalog_without_its_library_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.lrcat").write_bytes(b"whatever")
    (told,) = take_all(tmp_path, tmp_path / "data", None)
    assert not told.ok
    assert "library" in told.told


@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_does_more_than_be_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("hostile") / f"x{bundle.SUFFIX}"
    file.write_bytes(data)
    with pytest.raises(BadBundle):
        bundle.read(file)
