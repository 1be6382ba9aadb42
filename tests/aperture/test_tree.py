"""Folders, projects, albums and keywords: containment and order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.keywords import MAX_DEPTH
from couloir.aperture.model import AlbumKind, FolderKind


def folder(tiny: Any, uuid: str, parent: str | None = None, **more: object) -> None:
    tiny.add("RKFolder", **{"uuid": uuid, "folderType": 1, "name": uuid, "parentFolderUuid": parent, **more})


def album(tiny: Any, uuid: str, home: str | None = None, **more: object) -> int:
    number: int = tiny.add(
        "RKAlbum", **{"uuid": uuid, "albumType": 1, "albumSubclass": 3, "name": uuid, "folderUuid": home, **more}
    )
    return number


def order(tiny: Any, container: str, *children: str, purpose: str = "default") -> None:
    for place, child in enumerate(children):
        row = {"containerUuid": container, "purpose": purpose, "objectUuid": child, "orderNumber": 256 * (place + 1)}
        tiny.add("RKCustomSortOrder", **row)


def shown(tiny: Any, container: str | None) -> list[str]:
    """What a container shows, in order."""
    with tiny.open() as library:
        inside = [f for f in library.folders() if f.parent_uuid == container]
        listed = [a for a in library.albums() if a.folder_uuid == container]
        children = sorted([*inside, *listed], key=lambda child: child.position)
        assert [child.position for child in children] == list(range(len(children)))
        return [child.uuid for child in children]


def codes(tiny: Any) -> list[str]:
    with tiny.open() as library:
        library.folders(), library.albums()
        return [finding.code for finding in library.findings]


def test_folders_projects_and_system_folders_are_told_apart(tiny: Any) -> None:
    folder(tiny, "LibraryFolder")
    folder(tiny, "a", "LibraryFolder")
    folder(tiny, "b", "a", folderType=2)
    folder(tiny, "c", "a", folderType=3)
    folder(tiny, "RKPhotostreamFolder", "LibraryFolder", folderType=2)
    folder(tiny, "magic", "LibraryFolder", isMagic=1)
    with tiny.open() as library:
        found = {f.uuid: (f.kind, f.is_system, f.parent_uuid) for f in library.folders()}
        counts = library.counts()
    assert found == {
        "LibraryFolder": (FolderKind.FOLDER, True, None),
        "a": (FolderKind.FOLDER, False, "LibraryFolder"),
        "b": (FolderKind.PROJECT, False, "a"),
        "c": (FolderKind.FOLDER, False, "a"),
        "RKPhotostreamFolder": (FolderKind.PROJECT, True, "LibraryFolder"),
        "magic": (FolderKind.FOLDER, True, "LibraryFolder"),
    }
    assert (counts["projects"], counts["folders"]) == (1, 2)


def test_children_are_shown_in_the_order_made_by_hand(tiny: Any) -> None:
    folder(tiny, "top", sortKeyPath="custom.default")
    for name in ("x", "y"):
        folder(tiny, name, "top")
    for name in ("a", "b"):
        album(tiny, name, "top")
    order(tiny, "top", "b", "y", "x")
    # What the order does not mention follows.
    assert shown(tiny, "top") == ["b", "y", "x", "a"]


def test_children_are_shown_by_kind_where_the_folder_says_so(tiny: Any) -> None:
    folder(tiny, "top", sortKeyPath="custom.kind")
    for name in ("x", "y"):
        folder(tiny, name, "top")
    order(tiny, "top", "x", "y")
    order(tiny, "top", "y", "x", purpose="kind")
    assert shown(tiny, "top") == ["y", "x"]


def test_the_order_of_the_property_list_serves_where_the_database_has_none(tiny: Any) -> None:
    folder(tiny, "top")
    for name in ("x", "y", "z"):
        folder(tiny, name, "top")
    tiny.plist("Database/Folders/top.apfolder", {"CustomOrderList": {"default": ["z", "x", "y"]}})
    assert shown(tiny, "top") == ["z", "x", "y"]


def test_children_are_shown_by_name_where_nothing_else_is_known(tiny: Any) -> None:
    folder(tiny, "top", sortKeyPath="name")
    order(tiny, "top", "3", "1", "2")
    for uuid, name in (("3", "beta"), ("1", "Alpha"), ("2", "gamma")):
        folder(tiny, uuid, "top", name=name)
    album(tiny, "implicit", "top", albumSubclass=1, name="")
    assert shown(tiny, "top") == ["1", "3", "2", "implicit"]


@pytest.mark.parametrize("content", [b"garbage", b"", None])
def test_an_unreadable_property_list_costs_only_the_order(tiny: Any, content: bytes | None) -> None:
    folder(tiny, "top")
    folder(tiny, "x", "top")
    if content is None:
        tiny.plist("Database/Folders/top.apfolder", {"CustomOrderList": {"default": "x", "kind": [1, None]}})
        assert codes(tiny) == []
    else:
        (tiny.root / "Database/Folders/top.apfolder").write_bytes(content)
        assert codes(tiny) == ["plist.unreadable"]
    assert shown(tiny, "top") == ["x"]


@pytest.mark.parametrize("uuid", ["../../../secret", "a/../../../secret", "/secret", "nul\0", "x" * 500])
def test_a_uuid_never_leads_to_a_file_outside_of_its_folder(tiny: Any, uuid: str) -> None:
    tiny.plist("../secret.apfolder", {"CustomOrderList": {"default": ["y", "x"]}})
    folder(tiny, uuid)
    for name in ("x", "y"):
        folder(tiny, name, uuid.replace("\0", ""))
    assert shown(tiny, uuid.replace("\0", "")) == ["x", "y"]


def test_a_link_to_a_property_list_elsewhere_is_not_followed(tiny: Any, link: Any) -> None:
    tiny.plist("../secret.plist", {"CustomOrderList": {"default": ["y", "x"]}})
    link(tiny.root / "Database/Folders/top.apfolder", tiny.root.parent / "secret.plist")
    folder(tiny, "top")
    for name in ("x", "y"):
        folder(tiny, name, "top")
    assert shown(tiny, "top") == ["x", "y"]


def test_a_folder_in_a_folder_that_does_not_exist_moves_to_the_top_and_is_reported(tiny: Any) -> None:
    folder(tiny, "a", "gone")
    album(tiny, "b", "gone")
    assert shown(tiny, None) == ["a", "b"]
    assert codes(tiny) == ["folder.no-parent", "album.no-parent"]


def test_two_folders_with_one_uuid_are_reported(tiny: Any) -> None:
    folder(tiny, "a", name="first")
    folder(tiny, "a", name="second")
    with tiny.open() as library:
        assert [f.name for f in library.folders()] == ["first"]
    assert codes(tiny) == ["folder.duplicate-uuid"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 7) | st.none(), min_size=1, max_size=7), st.sets(st.integers(0, 6)))
def test_no_folder_ever_contains_itself(tiny: Any, parents: list[int | None], trashed: set[int]) -> None:
    tiny.sql("Library.apdb", "DELETE FROM RKFolder")
    for number, parent in enumerate(parents):
        folder(tiny, str(number), None if parent is None else str(parent), isInTrash=number in trashed)
    with tiny.open() as library:
        found = {f.uuid: f for f in library.folders()}
        reported = {finding.code for finding in library.findings}
    assert len(found) == len(parents)
    for f in found.values():
        chain = [f]
        while (parent := chain[-1].parent_uuid) is not None:
            chain.append(found[parent])
            assert len(chain) <= len(parents)
        assert f.in_trash is any(int(step.uuid) in trashed for step in chain)
    cut = {f.uuid for f in found.values() if f.parent_uuid is None and parents[int(f.uuid)] is not None}
    assert bool(cut) is bool(reported)


def test_albums_of_all_kinds_are_read_and_only_those_of_the_user_counted(tiny: Any) -> None:
    folder(tiny, "LibraryFolder")
    album(tiny, "u", "LibraryFolder")
    album(tiny, "s", "LibraryFolder", albumSubclass=2)
    album(tiny, "i", "LibraryFolder", albumSubclass=1)
    album(tiny, "lastImportAlbum", "LibraryFolder")
    album(tiny, "flaggedAlbum", "LibraryFolder", albumSubclass=2, isMagic=1)
    with tiny.open() as library:
        assert {a.uuid: (a.kind, a.is_system) for a in library.albums()} == {
            "u": (AlbumKind.USER, False),
            "s": (AlbumKind.SMART, False),
            "i": (AlbumKind.IMPLICIT, False),
            "lastImportAlbum": (AlbumKind.USER, True),
            "flaggedAlbum": (AlbumKind.SMART, True),
        }
        assert library.counts()["albums"] == 2


def test_an_album_of_an_unknown_kind_is_reported(tiny: Any) -> None:
    album(tiny, "a", albumSubclass=9)
    assert codes(tiny) == ["album.unknown-kind"]


def test_an_album_is_in_the_trash_with_its_folder(tiny: Any) -> None:
    folder(tiny, "f", isInTrash=1)
    folder(tiny, "TrashFolder")
    album(tiny, "a", "f")
    album(tiny, "b", "TrashFolder")
    album(tiny, "c", isInTrash=1)
    album(tiny, "d")
    with tiny.open() as library:
        assert [a.in_trash for a in library.albums()] == [True, True, True, False]


def filled_album(tiny: Any, **more: object) -> None:
    number = album(tiny, "a", **more)
    for uuid in ("v1", "v2", "v3"):
        tiny.add("RKAlbumVersion", albumId=number, versionId=tiny.photo(uuid))


def members(tiny: Any) -> tuple[str, ...]:
    with tiny.open() as library:
        [found] = library.albums()
        return found.version_uuids


def test_an_album_is_ordered_as_it_was_filled(tiny: Any) -> None:
    filled_album(tiny)
    assert members(tiny) == ("v1", "v2", "v3")


def test_an_album_is_ordered_as_its_property_list(tiny: Any) -> None:
    filled_album(tiny)
    # What the database does not list is no member, and what the property list does not mention comes last.
    tiny.plist("Database/Albums/a.apalbum", {"versionUuids": ["v3", "gone", "v1"]})
    assert members(tiny) == ("v3", "v1", "v2")


def test_an_album_that_was_ordered_by_hand_is_ordered_so(tiny: Any) -> None:
    filled_album(tiny, customSortAvailable=1)
    tiny.plist("Database/Albums/a.apalbum", {"versionUuids": ["v3", "v1", "v2"]})
    order(tiny, "a", "v2", "v3", "v1")
    assert members(tiny) == ("v2", "v3", "v1")


def test_members_that_are_listed_twice_or_not_there_are_sorted_out(tiny: Any) -> None:
    number = album(tiny, "a")
    version = tiny.photo("v1")
    for member in (version, 99, version):
        tiny.add("RKAlbumVersion", albumId=number, versionId=member)
    assert members(tiny) == ("v1",)
    assert codes(tiny) == ["album.no-version"]


def test_links_that_belong_to_nothing_are_counted(tiny: Any) -> None:
    tiny.photo("v1")
    tiny.add("RKAlbumVersion", albumId=99, versionId=1)
    tiny.add("RKAlbumVersion", albumId=None, versionId=1)
    tiny.add("RKKeywordForVersion", keywordId=1, versionId=99)
    with tiny.open() as library:
        assert len(list(library.versions())) == 1
        assert [(f.code, f.item, f.message[:6]) for f in library.findings] == [
            ("link.nowhere", "RKKeywordForVersion", "1 rows"),
            ("link.nowhere", "RKAlbumVersion", "2 rows"),
        ]


def test_keywords_have_their_whole_path(tiny: Any) -> None:
    places = tiny.add("RKKeyword", uuid="k1", name="Places")
    italy = tiny.add("RKKeyword", uuid="k2", name="Italy", parentId=places)
    tiny.add("RKKeyword", uuid="k3", name="Rome", parentId=italy)
    with tiny.open() as library:
        assert [keyword.path for keyword in library.keywords()] == [
            ("Places",),
            ("Places", "Italy"),
            ("Places", "Italy", "Rome"),
        ]
        assert library.keywords()[2].name == "Rome"


def test_a_ring_of_keywords_is_cut_open_and_a_path_without_its_top_keeps_what_there_is(tiny: Any) -> None:
    tiny.add("RKKeyword", uuid="k1", name="a", parentId=2)
    tiny.add("RKKeyword", uuid="k2", name="b", parentId=1)
    tiny.add("RKKeyword", uuid="k3", name="c", parentId=3)
    tiny.add("RKKeyword", uuid="k4", name="d", parentId=99)
    tiny.add("RKKeyword", uuid="k5", name="e", parentId=4)
    with tiny.open() as library:
        assert [keyword.path for keyword in library.keywords()] == [("b", "a"), ("b",), ("c",), ("d",), ("d", "e")]
        assert [(finding.code, finding.item) for finding in library.findings] == [
            ("keyword.no-root", "k4"),
            ("keyword.no-root", "k2"),
            ("keyword.no-root", "k3"),
        ]


def test_a_keyword_200_levels_deep_has_its_whole_path(tiny: Any) -> None:
    for number in range(1, 201):
        tiny.add("RKKeyword", uuid=f"k{number}", name=str(number), parentId=number - 1 or None)
    with tiny.open() as library:
        assert library.keywords()[-1].path == tuple(str(number) for number in range(1, 201))
        assert not library.findings


def test_a_chain_of_keywords_longer_than_any_vocabulary_keeps_its_lowest_levels(tiny: Any) -> None:
    for number in range(1, MAX_DEPTH + 2):
        tiny.add("RKKeyword", uuid=f"k{number}", name=str(number), parentId=number - 1 or None)
    with tiny.open() as library:
        lengths = [len(keyword.path) for keyword in library.keywords()]
        assert lengths == [*range(1, MAX_DEPTH + 1), MAX_DEPTH]
        assert library.keywords()[-1].path[-1] == str(MAX_DEPTH + 1)
        assert [finding.item for finding in library.findings] == [f"k{MAX_DEPTH + 1}"]
