"""Damaged libraries of every kind give findings or one of the reader's own errors, and no other exception."""

from __future__ import annotations

import random
import time
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fuzz
from couloir.aperture.paths import locate

SECONDS = 60.0


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fuzz.build(tmp_path_factory.mktemp("fuzzed"))


@pytest.mark.slow
def test_a_minute_of_damage_lets_nothing_escape(library: Path, tmp_path: Path) -> None:
    outcome = fuzz.fuzz(library, tmp_path, count(int(time.time()) * 1000), time.monotonic() + SECONDS)
    assert outcome.trials > 0
    assert outcome.escapes == []


def test_the_same_seed_does_the_same_damage() -> None:
    data = bytes(range(256)) * 4
    assert fuzz.damaged(data, random.Random(7)) == fuzz.damaged(data, random.Random(7)) != data


def test_what_escapes_is_told_with_its_seed(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("boom")

    monkeypatch.setattr(fuzz, "_read_blob", broken)
    monkeypatch.setattr(fuzz, "_read_library", broken)
    outcome = fuzz.fuzz(library, tmp_path, count(11), time.monotonic() + 0.2)
    assert outcome.trials == len(outcome.escapes) >= 1
    assert (outcome.escapes[0].seed, outcome.escapes[0].what) == (11, "KeyError: 'boom'")


parts = st.sampled_from(["..", ".", "", "a", "b.jpg", "\0", "é", "/", "C:", "link", " "])


@given(st.lists(parts, max_size=6).map("/".join) | st.text(max_size=30))
def test_no_stored_path_leads_out_of_its_folder(tmp_path_factory: pytest.TempPathFactory, stored: str) -> None:
    root = tmp_path_factory.getbasetemp() / "paths" / "Masters"
    (root / "a").mkdir(parents=True, exist_ok=True)
    (root / "a" / "b.jpg").write_bytes(b"x")
    (root.parent / "b.jpg").write_bytes(b"secret")
    located = locate(root, stored, root)
    assert located.path is None or located.path.resolve().is_relative_to(root.resolve())
