"""Smart albums: from archived queries to rules that a person can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.details import tables
from couloir.aperture.details.rules import Condition, Rule, read_rule
from couloir.aperture.library import Library
from couloir.errors import BadArchive

Archive = Callable[[object], bytes]


def item(key: str, qualifier: int, first: object = None, *, on: bool = True) -> dict[str, object]:
    return {"queryPropertyKey": key, "queryQualifier": qualifier, "queryFirstValue": first, "queryIsEnabled": on}


def query(*parts: object, match: int = 1, on: bool = True) -> dict[str, object]:
    return {"querySubqueries": list(parts), "queryMatchType": match, "queryIsEnabled": on}


RATING = "basicProperties.MainRating"


def test_only_conditions_that_are_switched_on_count_and_each_once(archive: Archive) -> None:
    stored = query(item(RATING, 8, 3), item("isFlagged", 5, 1, on=False), item(RATING, 8, 3), query(on=False))
    rule = read_rule(archive(stored), "x")
    assert rule == Rule(match_all=True, parts=(Condition(RATING, None, 8, 3, None),))
    assert rule.text == "rating is at least 3"
    assert rule.known


def test_a_rule_within_a_rule_keeps_its_own_any_or_all(archive: Archive) -> None:
    inner = query(item("isFlagged", 5, 1), item("properties.any", 23, "sea"), match=0)
    rule = read_rule(archive(query(item(RATING, 5, -1), inner)), "x")
    assert rule.text == "rating is -1 and (flag is 1 or any text contains sea)"


def test_what_was_never_seen_is_shown_by_its_number_and_not_called_known(archive: Archive) -> None:
    rule = read_rule(archive(query(item("iptcProperties.City", 77, "Rome"))), "x")
    assert rule.text == "iptcProperties.City (comparison 77) Rome"
    assert not rule.known


def test_a_rule_without_conditions_holds_for_every_picture(archive: Archive) -> None:
    assert read_rule(archive(query()), "x").text == "every picture"


def nested(levels: int) -> dict[str, object]:
    return query(nested(levels - 1)) if levels else query()


@pytest.mark.parametrize("broken", [[], "text", {}, {"querySubqueries": [1]}, nested(12)])
def test_what_is_no_query_is_refused(archive: Archive, broken: object) -> None:
    with pytest.raises(BadArchive):
        read_rule(archive(broken), "x")


values = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5) | st.lists(st.integers(0, 9), max_size=2)


KEYS = ("queryPropertyKey", "queryQualifier", "queryFirstValue", "querySecondValue", "queryType")
conditions = st.fixed_dictionaries({"queryIsEnabled": st.booleans()}, optional=dict.fromkeys(KEYS, values))


@given(st.lists(conditions, max_size=4))
def test_any_conditions_can_be_read_and_told(archive: Archive, parts: list[dict[str, object]]) -> None:
    rule = read_rule(archive(query(*parts)), "x")
    assert rule.text
    assert len(rule.parts) <= sum(part["queryIsEnabled"] is True for part in parts)


def test_a_broken_rule_is_reported_and_the_album_stays(tiny: Any) -> None:
    for column in tables.ALBUM:
        if column not in ("uuid", "albumType"):
            tiny.sql("Library.apdb", f"ALTER TABLE RKAlbum ADD COLUMN {column}")
    tiny.sql("Library.apdb", "INSERT INTO RKAlbum (uuid, name, albumSubclass, queryData) VALUES ('a', 'S', 2, x'00')")
    with tiny.open() as library:
        [album] = library.albums()
        assert library.details.rule(album) is None
        assert [finding.code for finding in library.findings] == ["album.unreadable-rule"]


@pytest.mark.sample
def test_every_smart_album_of_the_real_library_is_told_in_full(real: Library) -> None:
    rules = {album.uuid: rule for album in real.albums() if (rule := real.details.rule(album)) is not None}
    assert rules["rejectedAlbum"].text == "rating is -1"
    assert rules["peopleAlbum"].text == "has a face"
    assert rules["allPlacedPhotosAlbum"].text == "rating is at least -1 and longitude is known and latitude is known"
    assert all(rule.known for rule in rules.values())
