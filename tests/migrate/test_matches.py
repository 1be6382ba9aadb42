"""Measurements of each version are recorded and survive later runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.difference import Difference
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, match_of, matches, picture_name, put_match

NUMBERS = st.floats(0, 100, allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
DIFFERENCES = st.none() | st.builds(Difference, mean=NUMBERS, p95=NUMBERS)
SETTINGS = st.dictionaries(TEXTS, NUMBERS | st.booleans() | TEXTS | st.lists(st.integers(0, 255)), max_size=4)


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        yield opened


@given(
    match=st.builds(
        MatchRecord,
        version=TEXTS.filter(bool),
        before=DIFFERENCES,
        after=DIFFERENCES,
        reason=TEXTS,
        renderer=TEXTS,
        renderings=st.integers(0, 9),
        settings=SETTINGS,
        picture=TEXTS,
        local=st.tuples(SETTINGS) | st.just(()),
        painted=st.dictionaries(TEXTS, st.tuples(TEXTS, TEXTS), max_size=2),
        change=st.dictionaries(TEXTS, NUMBERS, max_size=2),
        tried=DIFFERENCES,
        turn=st.integers(0, 9),
        by_lot=st.booleans(),
    )
)
def test_what_is_put_is_found_again(match):
    with Ledger.temporary(Path("nowhere")) as ledger:
        with ledger.transaction():
            put_match(ledger, match)
        assert match_of(ledger, match.version) == match
        assert list(matches(ledger)) == [match]


def test_a_newer_measurement_replaces_the_older_one(ledger):
    older = MatchRecord("v1", Difference(9, 20), Difference(6, 12), "still far", "Lightroom", 3)
    newer = MatchRecord("v1", Difference(9, 20), Difference(3, 8), "", "Lightroom", 4, {"Exposure2012": 0.5})
    for match in (older, newer):
        with ledger.transaction():
            put_match(ledger, match)
    assert match_of(ledger, "v1") == newer
    assert match_of(ledger, "v2") is None


def test_the_name_of_a_picture_is_a_plain_file_name():
    assert picture_name("../../etc/passwd").replace(".jpg", "").isalnum()
    assert picture_name("a") != picture_name("b")
