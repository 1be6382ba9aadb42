"""Which versions Aperture shows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.model import Visibility


def visibilities(tiny: Any) -> dict[str, Visibility]:
    with tiny.open() as library:
        found = {version.uuid: version.visibility for version in library.versions()}
        assert library.counts()["browsable"] == list(found.values()).count(Visibility.SHOWN)
        return found


def test_in_a_library_that_marks_nothing_as_shown_all_but_the_originals_are(tiny: Any) -> None:
    tiny.photo("v0", versionNumber=0, isOriginal=1, showInLibrary=0)
    for number in (1, 2, 3):
        tiny.photo(f"v{number}", versionNumber=number, isOriginal=0, showInLibrary=0)
    shown = dict.fromkeys(("v1", "v2", "v3"), Visibility.SHOWN)
    assert visibilities(tiny) == {"v0": Visibility.ORIGINAL, **shown}


def test_in_a_library_that_marks_some_as_shown_the_others_are_not(tiny: Any) -> None:
    tiny.photo("v1", isOriginal=0, showInLibrary=1)
    tiny.photo("v2", isOriginal=0, showInLibrary=0)
    tiny.photo("unmarked", isOriginal=0, showInLibrary=None)
    assert visibilities(tiny) == {
        "v1": Visibility.SHOWN,
        "v2": Visibility.OUT_OF_VIEW,
        "unmarked": Visibility.SHOWN,
    }


@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize("number", [None, 0, -1, 10**12])
def test_a_version_that_is_no_original_is_shown_whatever_its_number(tiny: Any, number: object, view: int) -> None:
    tiny.photo("v", versionNumber=number, isOriginal=0, showInLibrary=view)
    assert visibilities(tiny) == {"v": Visibility.SHOWN}


def test_a_row_that_does_not_say_whether_it_is_an_original_is_one_by_its_number(tiny: Any) -> None:
    for number in (None, 0, 1):
        tiny.photo(f"v{number}", versionNumber=number, isOriginal=None, showInLibrary=0)
    assert visibilities(tiny) == {"vNone": Visibility.SHOWN, "v0": Visibility.ORIGINAL, "v1": Visibility.SHOWN}


def test_an_original_is_one_whatever_else_its_row_says(tiny: Any) -> None:
    tiny.photo("v", versionNumber=2, isOriginal=1, isHidden=1, showInLibrary=1)
    assert visibilities(tiny) == {"v": Visibility.ORIGINAL}


@pytest.mark.parametrize("column", ["isOriginal", "versionNumber", "isHidden", "showInLibrary"])
def test_a_schema_without_one_of_the_columns_hides_nothing(tiny: Any, column: str) -> None:
    tiny.photo("v0", versionNumber=0, isOriginal=1, showInLibrary=0)
    tiny.photo("v1", isOriginal=0)
    tiny.sql("Library.apdb", f"ALTER TABLE RKVersion DROP COLUMN {column}")
    assert visibilities(tiny) == {"v0": Visibility.ORIGINAL, "v1": Visibility.SHOWN}


def test_stacks_and_names_follow_the_rule(tiny: Any) -> None:
    for uuid, original in (("v0", 1), ("v1", 0), ("v2", 0)):
        tiny.photo(uuid, name=f"name of {uuid[:1]}", isOriginal=original, stackUuid="s", showInLibrary=0)
    tiny.photo("w0", name="Tulips", isOriginal=1, showInLibrary=0)
    tiny.photo("w1", name="Tulips", isOriginal=0, showInLibrary=0)
    with tiny.open() as library:
        assert [stack.version_uuids for stack in library.stacks()] == [("v1", "v2")]
        assert library.version("Tulips").uuid == "w1"


cells = st.sampled_from([None, 0, 1, 2, -1, 0.0, 1.0, 0.5, "", "1", "x", b"\1"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=12))
def test_what_is_counted_is_what_is_read(tiny: Any, rows: list[tuple[object, ...]]) -> None:
    tiny.sql("Library.apdb", "DELETE FROM RKVersion")
    for number, (original, version, hidden, view) in enumerate(rows):
        tiny.add(
            "RKVersion",
            uuid=f"v{number}",
            isOriginal=original,
            versionNumber=version,
            isHidden=hidden,
            showInLibrary=view,
        )
    assert Counter(visibilities(tiny).values()).total() == len(rows)
