"""Places in the destination: one for each photo, the same in every run, whatever part of the library is migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.migrate.files import names
from couloir.migrate.files.reserved_names import PHOTOS, ROOT, ReservedNames, Wish
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.schema import upgrade
from couloir.migrate.options import OriginalsMode, VersionsMode

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]

NAMES = st.sampled_from(
    ["IMG_1.NEF", "img_1.nef", "IMG_1.JPG", "IMG_1.jpeg", "IMG_1 (2).NEF", "IMG_1.CR2", "É.jpg", "E\u0301.JPG", "IMG_1"]
)
WISHES = st.lists(st.tuples(NAMES, st.booleans()), max_size=25)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        upgrade(connection, tmp_path)
        yield connection


def _given(wishes: Sequence[tuple[str, bool]], batches: int = 1) -> dict[str, str]:
    """The names that wishes got; given anew for each of `batches` parts, as in so many runs."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        upgrade(connection, Path("ledger"))
        owners = [(f"master:{number}", name, stem) for number, (name, stem) in enumerate(wishes)]
        for _batch in range(batches):
            reserved = ReservedNames(connection)
            for owner, name, stem in owners:
                reserved.give(ROOT, [Wish(owner, name, stem)])
        return {owner: reserved.path(owner).as_posix() for owner, _, _ in owners}


@given(WISHES)
def test_no_two_have_one_place(wishes: list[tuple[str, bool]]) -> None:
    places = _given(wishes)
    assert len({names.key(place) for place in places.values()}) == len(wishes)


@given(WISHES)
def test_no_two_that_want_their_stem_share_one(wishes: list[tuple[str, bool]]) -> None:
    places = _given(wishes)
    stems = [
        names.key(names.sidecar_name(places[f"master:{number}"])) for number, (_, stem) in enumerate(wishes) if stem
    ]
    assert len(set(stems)) == len(stems)


@given(WISHES)
def test_later_runs_give_the_same_places(wishes: list[tuple[str, bool]]) -> None:
    assert _given(wishes, batches=3) == _given(wishes)


@given(WISHES.filter(bool))
def test_what_comes_later_moves_nobody(wishes: list[tuple[str, bool]]) -> None:
    before = _given(wishes[:-1])
    assert before.items() <= _given(wishes).items()


def test_the_first_keeps_its_name_and_the_others_are_numbered() -> None:
    assert list(_given([("IMG_1.NEF", True)] * 3).values()) == ["IMG_1.NEF", "IMG_1 (2).NEF", "IMG_1 (3).NEF"]


def test_a_pair_keeps_one_number(database: sqlite3.Connection) -> None:
    reserved = ReservedNames(database)
    reserved.give(ROOT, [Wish("master:a", "IMG_1.JPG", takes_stem=True)])
    reserved.give(
        ROOT, [Wish("master:b", "IMG_1.CR2", takes_stem=True), Wish("master:c", "IMG_1.JPG", takes_stem=True)]
    )
    assert reserved.path("master:b") == PurePosixPath("IMG_1 (2).CR2")
    assert reserved.path("master:c") == PurePosixPath("IMG_1 (2).JPG")


def test_a_reserved_name_is_given_to_nobody(database: sqlite3.Connection) -> None:
    reserved = ReservedNames(database)
    reserved.reserve(ROOT, "couloir-report")
    reserved.give(ROOT, [Wish("folder:a", "Couloir-Report")])
    assert reserved.path("folder:a") == PurePosixPath("Couloir-Report (2)")


def test_photographs_have_a_folder_of_their_own_but_for_a_migration_that_began_without(
    database: sqlite3.Connection,
) -> None:
    """Lightroom's *Add* takes what lies below it, and finds old photos only where they are."""
    reserved = ReservedNames(database)
    assert reserved.path(reserved.top()) == PurePosixPath("Photos")
    assert reserved.top() == PHOTOS
    database.execute("DELETE FROM place")
    reserved.give(ROOT, [Wish("folder:a", "Harbour")])
    assert reserved.top() == ROOT


def test_a_place_lies_in_the_places_of_its_parents(database: sqlite3.Connection) -> None:
    reserved = ReservedNames(database)
    reserved.give(ROOT, [Wish("folder:a", "A")])
    reserved.give("folder:a", [Wish("folder:b", "B")])
    reserved.give("folder:b", [Wish("master:c", "c.jpg")])
    assert reserved.path("master:c") == PurePosixPath("A/B/c.jpg")
    with pytest.raises(KeyError):
        reserved.path("master:nobody")


# In whole libraries


def _places(result: Result) -> dict[tuple[Kind, str], str]:
    kinds = (Kind.FOLDER, Kind.PROJECT, Kind.MASTER, Kind.VERSION)
    return {
        (row.kind, row.uuid): str(row.detail["path"])
        for kind in kinds
        for row in result.rows(kind)
        if row.state is State.DONE and row.detail.get("path")
    }


@pytest.fixture(scope="module")
def everything(sound: Source, migrate: Migrate, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return migrate(sound, tmp_path_factory.mktemp("all") / "out", dry_run=True, versions=VersionsMode.CLONE)


def test_places_do_not_depend_on_the_scope(sound: Source, everything: Result, migrate: Migrate, tmp_path: Path) -> None:
    projects = sound.ask("SELECT uuid FROM RKFolder WHERE folderType = 2 AND isInTrash = 0")
    together: dict[tuple[Kind, str], str] = {}
    for [uuid] in projects[::2]:
        part = migrate(sound, tmp_path / "out", dry_run=True, versions=VersionsMode.CLONE, only_project=str(uuid))
        assert _places(part).items() <= _places(everything).items()
        together |= _places(part)
    assert together


def test_no_two_files_of_a_library_have_one_place(everything: Result) -> None:
    paths = [names.key(path) for (kind, _), path in _places(everything).items() if kind is Kind.MASTER]
    masters = {path for (kind, _), path in _places(everything).items() if kind is Kind.MASTER}
    clones = {path for (kind, _), path in _places(everything).items() if kind is Kind.VERSION} - masters
    keys = paths + [names.key(path) for path in clones]
    assert clones
    assert len(set(keys)) == len(keys)


def test_no_two_raws_of_a_library_share_a_sidecar(everything: Result) -> None:
    sidecars = [
        names.key(str(row.detail["sidecar"]))
        for kind in (Kind.MASTER, Kind.VERSION)
        for row in everything.rows(kind)
        if row.detail.get("sidecar")
    ]
    assert len(sidecars) > 5
    assert len(set(sidecars)) == len(sidecars)


def test_both_halves_of_a_pair_lie_side_by_side(sound: Source, everything: Result) -> None:
    places = _places(everything)
    pairs = sound.ask("SELECT uuid, alternateMasterUuid FROM RKMaster WHERE alternateMasterUuid IS NOT NULL")
    seen = 0
    for one, other in pairs:
        if (Kind.MASTER, one) in places and (Kind.MASTER, other) in places:
            first = PurePosixPath(places[Kind.MASTER, str(one)])
            second = PurePosixPath(places[Kind.MASTER, str(other)])
            assert (first.parent, first.stem) == (second.parent, second.stem)
            seen += 1
    assert seen


def test_folders_mirror_the_library(sound: Source, everything: Result) -> None:
    names_of = {str(uuid): str(name) for uuid, name in sound.ask("SELECT uuid, name FROM RKFolder")}
    [[harbour]] = sound.ask("SELECT uuid FROM RKFolder WHERE name = 'Harbour'")
    assert _places(everything)[Kind.PROJECT, str(harbour)] == "Photos/Harbour"
    weddings = [
        path
        for (kind, uuid), path in _places(everything).items()
        if kind is Kind.PROJECT and names_of[uuid] == "Wedding"
    ]
    assert sorted(weddings) == ["Photos/Clients/Wedding", "Photos/Clients/Wedding (2)"]


def test_a_project_without_a_name_is_named_after_its_first_day(sound: Source, everything: Result) -> None:
    unnamed = [str(uuid) for [uuid] in sound.ask("SELECT uuid FROM RKFolder WHERE folderType = 2 AND name = ''")]
    assert unnamed
    for uuid in unnamed:
        name = PurePosixPath(_places(everything)[Kind.PROJECT, uuid]).name
        assert name.startswith("Untitled project ")


def test_reference_mode_gives_no_place(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    result = migrate(small, tmp_path / "out", originals=OriginalsMode.REFERENCE, dry_run=True)
    assert {kind for kind, _ in _places(result)} <= {Kind.FOLDER, Kind.PROJECT}
