"""The places of Aperture's folders, projects and albums in Lightroom, where collections and sets share their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.model import Album, AlbumKind, Folder, FolderKind
from couloir.migrate.files import names
from couloir.migrate.handover.layout import Layout, Place, lay_out


def folder(uuid: str, name: str, parent: str | None = None) -> Folder:
    return Folder(uuid, 1, FolderKind.FOLDER, name, parent, 0, in_trash=False, is_system=False)


def project(uuid: str, name: str, parent: str | None = None) -> Folder:
    return replace(folder(uuid, name, parent), kind=FolderKind.PROJECT)


def album(uuid: str, name: str, inside: str | None = None) -> Album:
    return Album(uuid, 1, AlbumKind.USER, 1, name, inside, 0, in_trash=False, is_system=False, version_uuids=())


def test_a_project_without_albums_is_a_collection():
    layout = lay_out([folder("f", "2010"), project("p", "Wedding", "f")], [])
    assert layout.projects == {"p": Place(("2010",), "Wedding")}
    assert layout.others == {"p": Place(("2010", "Wedding"), "Wedding - all photos")}


def test_a_project_with_albums_is_a_set_with_a_collection_of_its_photos():
    layout = lay_out([project("p", "Wedding")], [album("a", "Best", "p")])
    assert layout.projects == {"p": Place(("Wedding",), "Wedding - all photos")}
    assert layout.others == {"p": Place((), "Wedding")}
    assert layout.albums == {"a": Place(("Wedding",), "Best")}


def test_what_shares_a_name_has_numbers_in_the_order_of_the_library():
    layout = lay_out(
        [folder("f", "Wedding"), project("p", "wedding"), project("q", "WEDDING"), project("n", " ")],
        [album("a", "Wedding"), album("b", "Best", "q"), album("c", "wedding - All photos", "q")],
    )
    assert layout.projects == {
        "p": Place((), "wedding (3)"),
        "q": Place(("WEDDING (2)",), "WEDDING - all photos"),
        "n": Place((), "Untitled project"),
    }
    assert layout.albums["a"] == Place((), "Wedding (4)")
    assert layout.albums["c"] == Place(("WEDDING (2)",), "wedding - All photos (2)")


def test_a_folder_that_lies_in_itself_lies_at_the_top():
    layout = lay_out([folder("f", "A", "g"), folder("g", "B", "f")], [album("a", "C", "f"), album("b", "D", "g")])
    assert layout.albums == {"a": Place(("B", "A"), "C"), "b": Place(("B",), "D")}


NAMES = st.sampled_from(
    ["Wedding", "wedding", "Wedding - all photos", "", "Trip", "In Aperture's trash", "Wedding (2)"]
)
PARENTS = st.sampled_from([None, *"abcdef"])


@st.composite
def libraries(draw: st.DrawFn) -> tuple[Sequence[Folder], Sequence[Album]]:
    folders = [draw(st.sampled_from([folder, project]))(uuid, draw(NAMES), draw(PARENTS)) for uuid in "abcdef"]
    return folders, [album(f"album {n}", draw(NAMES), draw(PARENTS)) for n in range(draw(st.integers(0, 6)))]


def places_of(layout: Layout) -> list[Place]:
    return [*layout.projects.values(), *layout.albums.values()]


@given(libraries())
def test_no_two_have_one_name_under_one_parent(library):
    places = places_of(lay_out(*library))
    collections = [(tuple(map(names.key, place.sets)), names.key(place.name)) for place in places]
    sets = {tuple(map(names.key, place.sets[:depth])) for place in places for depth in range(1, len(place.sets) + 1)}
    assert len(set(collections)) == len(collections)
    assert not sets & {(*above, name) for above, name in collections}
